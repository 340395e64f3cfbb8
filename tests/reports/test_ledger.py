"""The ledger: nothing read is unaccounted for, and years that lack accidents are named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kb.building.build import build
from kb.reports.ledger import ledger
from kb.store.reader import open_database
from tests.conftest import write_incident


def test_catalogue_years_and_cited_documents(connection) -> None:
    answer = ledger(connection)
    years = {year["fiscal_year"]: year for year in answer["fiscal_years"]}
    assert (years[2015]["official"], years[2015]["held_official"], years[2015]["state"]) == (8, 8, "complete")
    assert (years[2010]["official"], years[2010]["missing"]) == (15, 15 - years[2010]["held_official"])
    assert years[2016]["state"] == "unknown" and 2016 in answer["years_without_official_count"]
    assert sum(year["held"] for year in answer["fiscal_years"]) == connection.execute("SELECT count(*) FROM incidents WHERE near_miss = 0").fetchone()[0]
    cited = answer["cited_not_held"]
    assert cited["documents"] == sum(row["documents"] for row in cited["publishers"]) > 0
    assert "総務省" in {row["publisher"] for row in cited["publishers"]}


def test_document_with_unread_runs_and_warnings(own_database: Path) -> None:
    with sqlite3.connect(own_database) as writable:
        report = writable.execute(
            "INSERT INTO documents (kind, title, path, characters, read_characters, fiscal_year) VALUES ('annual-report', '架空の年報', 'a.txt', 1000, 990, 2015)"
        ).lastrowid
        writable.execute("INSERT INTO unread (document_id, page, line, text) VALUES (?, 2, 14, '読めない十字')", [report])
        writable.execute("INSERT INTO warnings (document_id, code, message, line) VALUES (?, 'no-measures', 'No. 3', 9)", [report])
    with open_database(own_database) as opened:
        answer = ledger(opened)
    document = next(d for d in answer["documents"] if d["title"] == "架空の年報")
    assert (document["share"], document["unread"]) == (0.99, [{"position": {"page": 2, "line": 14}, "text": "読めない十字"}])
    assert document["warnings"] == [{"code": "no-measures", "message": "No. 3", "position": {"page": None, "line": 9}}]
    assert answer["coverage"]["unread_runs"] == answer["coverage"]["warnings"] == 1


def test_absent_years_are_named(tmp_path: Path) -> None:
    for year in (2001, 2004):
        write_incident(tmp_path / "catalogue", f"{year}-05-01-a", "部品が壊れた。", started_at=f'"{year}-05-01"', fiscal_year=str(year))
    write_incident(tmp_path / "catalogue", "2004-06-01-a", "部品が壊れた。", started_at='"2004-06-01"', fiscal_year="2004")
    build(tmp_path / "jiko.db", catalogue=tmp_path / "catalogue")
    with open_database(tmp_path / "jiko.db") as opened:
        assert ledger(opened)["absent_years"] == [2002, 2003]
