"""Counts: what is not stated stays visible, and a change of the reporting rule is always said."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from kb.building.build import build
from kb.reports import official_counts, statistics
from kb.store.reader import open_database
from tests.conftest import write_incident


@pytest.fixture
def invented(tmp_path: Path):
    catalogue = tmp_path / "catalogue"
    write_incident(catalogue, "2007-05-01-a", "部品が壊れた。", started_at='"2007-05-01"', fiscal_year="2007", official="true", factor="equipment", factor_basis="stated")
    write_incident(catalogue, "2016-05-01-a", "手順を誤った。", started_at='"2016-05-01"', fiscal_year="2016", factor="human", factor_basis="inferred")
    write_incident(catalogue, "2016-06-01-a", "詳細は不明である。", started_at='"2016-06-01"', fiscal_year="2016", measures='[{text: "手順を改める"}]')
    build(tmp_path / "jiko.db", catalogue=catalogue)
    opened = open_database(tmp_path / "jiko.db")
    yield opened
    opened.close()


def rows(answer: dict) -> dict:
    return {row["key"]: row for row in answer["rows"]}


def test_years_without_accidents_have_a_row_and_changes_are_marked(invented) -> None:
    answer = statistics.counts(invented)
    assert [row["fiscal_year"] for row in answer["rows"]] == list(range(2007, 2017))
    found = rows(answer)
    assert found["2010"]["held"] == 0
    assert (found["2007"]["held_official"], found["2016"]["held_not_stated"]) == (1, 2)
    assert [row["fiscal_year"] for row in answer["rows"] if row["change"]] == [2008, 2015]
    assert not found["2015"]["comparable_with_previous"] and found["2016"]["comparable_with_previous"]
    assert [note["fiscal_year"] for note in answer["notes"] if note["kind"] == "rule-change"] == [2008, 2015]


def test_no_note_where_no_change_is_crossed(tmp_path: Path) -> None:
    for year in (2016, 2017):
        write_incident(tmp_path / "catalogue", f"{year}-05-01-a", "部品が壊れた。", started_at=f'"{year}-05-01"', fiscal_year=str(year))
    write_incident(tmp_path / "catalogue", "2017-06-01-a", "部品が壊れた。", started_at='"2017-06-01"', fiscal_year="2017")
    build(tmp_path / "jiko.db", catalogue=tmp_path / "catalogue")
    with open_database(tmp_path / "jiko.db") as opened:
        assert [note["kind"] for note in statistics.counts(opened)["notes"]] == ["collection"]


def test_unknown_factor_is_counted(invented) -> None:
    found = rows(statistics.counts(invented, "factor"))
    assert found[None]["label"] == "記載なし" and found[None]["held"] == 1
    assert (found["equipment"]["stated"], found["human"]["inferred"]) == (1, 1)
    assert sum(row["held"] for row in found.values()) == 3


def test_spans_never_mix_two_rules(invented) -> None:
    row = rows(statistics.counts(invented, "carrier"))["架空通信株式会社"]
    assert row["periods"] == {"2007年度まで": 1, "2008〜2014年度": 0, "2015年度から": 2}


def test_untagged_measures_differ_from_none(invented) -> None:
    labels = {row["label"]: row["held"] for row in statistics.counts(invented, "measure")["rows"]}
    assert labels == {"対策の記載はあるがタグなし": 1, "記載なし": 2}


def test_missing_causes_are_a_row_on_every_axis(invented) -> None:
    found = [(row["axis"], row["label"], row["held"]) for row in statistics.counts(invented, "cause")["rows"]]
    assert found == [("trigger", "記載なし", 3), ("mechanism", "記載なし", 3), ("prolonging", "記載なし", 3)]


def test_held_matrix_counts_every_accident(connection) -> None:
    matrix = statistics.counts(connection)["held_matrix"]
    held = connection.execute("SELECT count(*) FROM incidents WHERE near_miss = 0").fetchone()[0]
    assert sum(map(sum, matrix["cells"])) == held
    assert matrix["rows"][-1] == matrix["columns"][-1] == "記載なし"


def test_wrong_dimension_is_a_value_error(invented) -> None:
    with pytest.raises(ValueError, match="by is 'x'"):
        statistics.counts(invented, "x")


def test_official_counts_of_the_project(connection) -> None:
    found = rows(statistics.counts(connection))
    assert {year: found[str(year)]["official"] for year in (2008, 2010, 2013, 2015)} == {2008: 18, 2010: 15, 2013: 14, 2015: 8}
    assert found["2016"]["official"] is None and found["2016"]["official_values"] == []
    assert found["2015"]["held_official"] == 8


@pytest.mark.parametrize("by", statistics.BY)
def test_no_accident_is_dropped(connection, by: str) -> None:
    answer = statistics.counts(connection, by)
    held = connection.execute("SELECT count(*) FROM incidents WHERE near_miss = 0").fetchone()[0]
    assert answer["total"] == held
    counted = sum(row["held"] for row in answer["rows"])
    assert counted >= held if answer["overlapping"] else counted == held
    for row in answer["rows"]:
        if by != "fy":
            assert sum(row["periods"].values()) == row["held"]


def test_a_years_own_report_goes_before_other_figures(own_database: Path) -> None:
    import sqlite3

    with sqlite3.connect(own_database) as writable:
        report = writable.execute(
            "INSERT INTO documents (kind, title, fiscal_year) VALUES ('annual-report', '架空の年報', 2013)"
        ).lastrowid
        cell = 'INSERT INTO statistics (document_id, fiscal_year, "table", row, "column", value, unit, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
        writable.execute(cell, [report, 2013, "reports", "重大な事故", "報告件数", 13, "件", None])
        writable.execute(cell, [report, 2012, "reports", "重大な事故", "報告件数", 99, "件", "前年度（括弧内）"])
        for row, column, value in (("2時間以上", "3万人以上", 4), ("30分未満", "3万人以上", 2), ("計", "3万人以上", 6), ("2時間以上", "500人未満", 7)):
            writable.execute(cell, [report, 2013, "duration_by_users", row, column, value, "件", None])
    with open_database(own_database) as opened:
        counts = official_counts.serious_accidents(opened)
        assert [value for value, *_ in counts[2013].values] == [13, 14]
        assert [value for value, *_ in counts[2012].values] == [17, 99]
        matrix = official_counts.matrices(opened)[0]
    assert (matrix["rows"], matrix["columns"]) == (["30分未満", "2時間以上", "計"], ["500人未満", "3万人以上"])
    assert matrix["cells"] == [[None, 2], [7, 4], [None, 6]]


@pytest.mark.parametrize("classes", [statistics.DURATIONS, statistics.USERS])
def test_a_class_begins_with_its_lower_bound(classes) -> None:
    for (_, below), (least, label) in itertools.pairwise(classes):
        assert statistics._class(least, classes) == label and statistics._class(least - 1, classes) == below
    assert statistics._class(None, classes) == statistics.NOT_STATED
