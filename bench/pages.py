"""What each page costs beside Datasette's own table page, in the same run; writes bench/pages.md.

    python -m bench.pages [DATABASE...]     # databases of ours, such as those that `python -m bench.latency --folder` keeps

Pages are made anew every time: the answers that the server keeps are left out. Processor time is what a machine that does nothing
else would need; ratios are of it.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from unittest import mock
from urllib.parse import quote

from datasette.app import Datasette

from bench.report import circumstances, table
from kb.catalogue.place import default_database
from kb.web import answering
from kb.web.rendered import Cache

HERE = Path(__file__).parent
RUNS = 5
PATIENCE = 20.0  # seconds after which a page is not asked again
REFERENCE = "/incidents"  # below the database's name: Datasette's table page
AN_INCIDENT = "SELECT id FROM incidents ORDER BY number LIMIT 1 OFFSET (SELECT count(*) / 2 FROM incidents)"
A_TAG = "SELECT tag_id FROM incident_tags GROUP BY tag_id ORDER BY count(*) DESC LIMIT 1"
A_COMPANY = """
    SELECT slug FROM carriers c JOIN incident_carriers i ON i.carrier_id = c.id WHERE slug IS NOT NULL GROUP BY c.id ORDER BY count(*) DESC LIMIT 1"""


def paths(database: Path) -> list[str]:
    """Every page with what it is usually asked for: the middle incident, the commonest tag, the company with most accidents."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        incident, tag, company = (quote(connection.execute(sql).fetchone()[0]) for sql in (AN_INCIDENT, A_TAG, A_COMPANY))
    return [
        f"/{database.stem}{REFERENCE}", "/", "/search?q=" + quote("輻輳 切り戻し"), "/search?factor=human", f"/incidents/{incident}", f"/similar?id={incident}",
        f"/brief/{incident}", "/carriers", f"/carriers/{company}", "/recurrences", "/measures", "/tags", f"/tags/{tag}", "/trends", "/meetings", "/ledger", "/about",
    ]  # fmt: skip


async def timed(database: Path) -> list[tuple[str, int, int, float, float]]:
    """(path, status, bytes, p50 of seconds, p50 of processor seconds) of every page, once after warming up."""
    datasette = Datasette([], immutables=[str(database)], settings={"sql_time_limit_ms": 5000})
    await datasette.invoke_startup()
    found = []
    with mock.patch.object(Cache, "get", return_value=None), mock.patch.dict(answering.work.DEFAULTS, {"time_limit_s": 120}):
        for path in paths(database):
            clock, processor, response = [], [], None
            for run in range(RUNS + 1):
                start, used = time.perf_counter(), time.process_time()
                response = await datasette.client.get(path)
                if run or time.perf_counter() - start > PATIENCE:
                    clock.append(time.perf_counter() - start)
                    processor.append(time.process_time() - used)
                if clock and clock[-1] > PATIENCE:
                    break
            found.append((path, response.status_code, len(response.content), statistics.median(clock), statistics.median(processor)))
    return found


def section(database: Path) -> str:
    rows = asyncio.run(timed(database))
    base = rows[0][4]
    with closing(sqlite3.connect(database)) as connection:
        incidents, passages = (connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("incidents", "passages"))
    return "\n\n".join([
        f"## {incidents:,} incidents, {passages:,} passages",
        table(
            ["page", "status", "KiB", "p50 ms", "p50 of processor ms", "ratio"],
            [[f"`{path}`", str(status), f"{size / 1024:.0f}", f"{p50 * 1000:.1f}", f"{cpu * 1000:.1f}", f"{cpu / base:.2f}"] for path, status, size, p50, cpu in rows],
        ),
    ])  # fmt: skip


def report(databases: Sequence[Path]) -> str:
    return "\n\n".join([
        "# Pages",
        circumstances("python -m bench.pages"),
        f"Each page {RUNS} times after one to warm up, made anew every time; the first row is Datasette's own page of the table `incidents` with its facets, to"
        " which the ratios of processor time are. Goals: 2 at ten thousand incidents, 4 at a hundred thousand. A page that takes more than"
        f" {PATIENCE:.0f} s is asked once.",
        *map(section, databases),
    ]) + "\n"  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("databases", nargs="*", type=Path)
    text = report(arguments.parse_args().databases or [default_database()])
    (HERE / "pages.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
