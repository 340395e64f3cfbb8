"""Filters as conditions in SQL."""

from __future__ import annotations

import sqlite3

import pytest

from kb.search.filters import Filters, condition


@pytest.mark.parametrize(
    ("years", "passing"), [((2015, 2016), [2015, 2016]), ((2016, None), [2016, 2017]), ((None, 2015), [2014, 2015]), ((2015, 2015), [2015]), ((None, None), [2014, 2015, 2016, 2017])]
)
def test_both_ends_of_a_range_of_fiscal_years_pass(years: tuple[int | None, int | None], passing: list[int]) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE incidents (id TEXT, fiscal_year INTEGER)")
    connection.executemany("INSERT INTO incidents VALUES (?, ?)", [(str(year), year) for year in range(2014, 2018)])
    where, parameters = condition(connection, Filters(fiscal_years=years))
    assert [row[0] for row in connection.execute(f"SELECT fiscal_year FROM incidents WHERE {where} ORDER BY id", parameters)] == passing
    connection.close()
