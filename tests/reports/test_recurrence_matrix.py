"""The matrix of recurrences: which cells an accident stands in. Invented companies."""

from __future__ import annotations

from kb.reports.recurrence_matrix import recurrence_matrix, year_of


def pair(earlier: str, later: str, *tags: tuple[str, bool], companies: tuple[str, ...] = ("架空通信株式会社",)) -> dict:
    sides = {name: {"id": f"{day}-kakuu", "started_at": day} for name, day in (("earlier", earlier), ("later", later))}
    return {**sides, "companies": list(companies), "tags": [{"id": tag, "label_ja": tag, "generic": generic} for tag, generic in tags]}


def test_a_year_between_two_pairs_is_the_end_of_one_and_the_start_of_the_other() -> None:
    found = recurrence_matrix([pair("2030-01-02", "2032-05-06", ("trigger/a", False)), pair("2032-05-06", "2035-01-01", ("trigger/a", False))])
    assert found["years"] == [2030, 2031, 2032, 2033, 2034, 2035]
    (row,) = found["rows"]
    assert row["pairs"] == 2 and (row["first"], row["last"]) == (2030, 2035)
    assert row["cells"][2032] == {"later": ["2032-05-06-kakuu"], "earlier": ["2032-05-06-kakuu"]}


def test_vague_causes_have_a_row_only_where_nothing_else_ties_the_pair() -> None:
    rows = recurrence_matrix([pair("2030-01-02", "2032-05-06", ("trigger/a", False), ("trigger/b", True)), pair("2030-01-02", "2033-05-06", ("trigger/c", True))])["rows"]
    assert {row["tag"] for row in rows} == {"trigger/a", "trigger/c"}


def test_the_row_of_most_pairs_comes_first_and_a_pair_of_two_companies_has_two_rows() -> None:
    rows = recurrence_matrix([pair("2030", "2031", ("m/x", False), companies=("乙", "甲")), pair("2030", "2032", ("m/x", False), companies=("甲",))])["rows"]
    assert [(row["company"], row["pairs"]) for row in rows] == [("甲", 2), ("乙", 1)]


def test_years_of_accidents_without_a_date() -> None:
    assert year_of({"started_at": None, "id": "fy2014-kakuu-2"}) == 2014
    assert year_of({"started_at": None, "id": "kakuu"}) is None
    assert recurrence_matrix([])["years"] == []
