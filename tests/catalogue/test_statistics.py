"""The annual figures: spot values, disagreements kept, slips named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalogue.plain_yaml import read_yaml
from kb.catalogue.statistics import load_statistics
from kb.errors import CatalogueError
from kb.model import Statistic

STATISTICS = Path(__file__).parents[2] / "db" / "statistics"

FIGURE = "{table: serious_accidents, row: 総数, column: 件数, value: 3, unit: 件, sources: [1], note: null}"
FILE = f"""\
fiscal_year: 2024
figures:
  - {FIGURE}
sources:
  - {{id: 1, publisher: 架空新聞, title: null, url: "https://news.example/1", original_url: null}}
notes: [架空の数]
"""


@pytest.fixture(scope="module")
def statistics() -> list[Statistic]:
    return load_statistics(STATISTICS)


def values(statistics, year, table, row, column) -> list[float]:
    cell = (year, table, row, column)
    return [s.value for s in statistics if (s.fiscal_year, s.table, s.row, s.column) == cell]


def test_official_counts_of_serious_accidents(statistics):
    counts = {s.fiscal_year: s.value for s in statistics if (s.table, s.column) == ("serious_accidents", "件数")}
    assert counts == {
        1999: 12, 2007: 11, 2008: 18, 2009: 18, 2010: 15, 2011: 17, 2012: 17, 2013: 14, 2014: 6, 2015: 8,
        2018: 4, 2019: 3, 2022: 10,
    }  # fmt: skip


def test_spot_values(statistics):
    assert values(statistics, 2015, "quarterly_reports", "詳細な様式", "件数") == [6188]
    assert values(statistics, 2015, "accidents_by_factor", "設備要因", "割合") == [41]
    assert values(statistics, 2012, "serious_accidents", "総数", "事業者数") == [15]
    assert values(statistics, 2011, "accidents_by_users", "500人未満", "件数") == [7732]


def test_disagreeing_values_are_both_kept(statistics):
    both = [s for s in statistics if (s.fiscal_year, s.row, s.column) == (2014, "簡易な様式", "件数")]
    assert sorted(s.value for s in both) == [47444, 47744]
    assert [s.sources[0].publisher for s in both if s.value == 47444] == ["SankeiBiz"]


def test_every_value_has_a_source(statistics):
    assert all(s.sources and s.unit for s in statistics)


def test_figures_nobody_has_seen_are_in_the_file_and_not_in_the_result(statistics):
    figures = read_yaml(STATISTICS / "2016.yml")["figures"]
    assert figures and all(figure["value"] is None for figure in figures)
    assert not [s for s in statistics if s.fiscal_year == 2016]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("value: 3", "value: 3件", "figures[0].value: '3件'"),
        ("value: 3", "value: .nan", "figures[0].value: nan"),
        ("unit: 件", "unit: 個", "figures[0].unit: '個'"),
        ("unit: 件, ", "", "figures[0].unit: missing"),
        ("sources: [1]", "sources: [2]", "figures[0].sources: [2]"),
        ("sources: [1]", "sources: []", "figures[0].sources: missing"),
        ("table: serious_accidents", "table: 重大", "figures[0].table: '重大'"),
        ("row: 総数, ", "", "figures[0].row: missing"),
        ("fiscal_year: 2024", "fiscal_year: 2023", "differs from the file's name '2024'"),
        ("fiscal_year: 2024\n", "", "fiscal_year: missing"),
        ("id: 1", "id: null", "sources[0].id"),
        ("notes:", "note:", "did you mean notes?"),
        (FIGURE, f"{FIGURE}\n  - {FIGURE}", "stands twice"),
        ("https://", "ftp://", "sources[0].url"),
    ],
)
def test_slips_are_named(tmp_path, before, after, expected):
    assert FILE.count(before) == 1
    (tmp_path / "2024.yml").write_text(FILE.replace(before, after), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_statistics(tmp_path)
    assert "2024.yml" in str(caught.value)
    assert expected in str(caught.value)


def test_broken_yaml_of_one_file_does_not_hide_the_other(tmp_path):
    (tmp_path / "2023.yml").write_text("figures: [", encoding="utf-8")
    (tmp_path / "2024.yml").write_text(FILE.replace("value: 3", "value: x"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="(?s)2023.yml.*2024.yml"):
        load_statistics(tmp_path)
