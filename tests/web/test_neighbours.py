"""Beside other databases and other people's permissions: nothing of Datasette is taken away, nothing closed is shown."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from datasette.plugins import pm

import kb.web

INCIDENT = "2018-12-06-softbank"
PAGES_OF_INCIDENTS = [
    "/", "/index.json", "/search?q=輻輳", "/search.json?q=輻輳", f"/incidents/{INCIDENT}", f"/incidents/{INCIDENT}.json", f"/similar?id={INCIDENT}",
    f"/brief/{INCIDENT}.md", "/recurrences", "/trends.json", "/measures", "/ledger", "/carriers", "/about",
]  # fmt: skip


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    path = tmp_path / "stranger.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE incidents (id TEXT, title TEXT)")
        connection.execute("INSERT INTO incidents VALUES ('2018-12-06-softbank', 'somebody else')")
    return path


@pytest.fixture
def second(own_database: Path) -> Path:
    """A second database of ours, told from the first by one title."""
    path = own_database.rename(own_database.with_name("second.db"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE incidents SET title = '第二の題' WHERE id = ?", [INCIDENT])
    return path


def test_where_none_of_ours_is_attached_nothing_differs(stranger: Path, serve) -> None:
    paths = ["/", "/.json", "/stranger", "/stranger/incidents", "/search", "/nowhere", "/-/metadata.json", "/-/databases.json", "/robots.txt", "/kb.css"]
    asked = [*paths, "/stranger?sql=select+kb_terms('x')", "/stranger.json?sql=select+escape_fts('a b')&_shape=array"]

    def answers(site) -> list[tuple]:
        found = [(path, site.get(path)) for path in asked]
        found.append(("POST", site.post("/read", data={"text": "x"})))
        return [(path, r.status_code, dict(r.headers.items()), _timeless(r.text)) for path, r in found]

    with_us = answers(serve([stranger]))
    pm.unregister(kb.web)
    try:
        without_us = answers(serve([stranger]))
    finally:
        pm.register(kb.web, "kb")
    assert [answer[:3] for answer in with_us] == [answer[:3] for answer in without_us]
    assert with_us == without_us
    assert {path: status for path, status, _, _ in with_us}["/search"] == 404


def _timeless(text: str) -> str:
    """Without how long Datasette took, which differs between two runs."""
    return re.sub(r"(Queries took [0-9.]+ms|\"query_ms\": [0-9.]+|csrftoken\" value=\"[^\"]+)", "", text)


def test_the_front_page_lists_other_databases(database: Path, stranger: Path, serve) -> None:
    site = serve([stranger, database])
    assert site.soup("/").select_one('a[href="/stranger"]')
    assert site.json("/index.json")["other_databases"] == [{"name": "stranger", "url": "/stranger"}]
    assert site.get("/stranger").status_code == site.get("/-/databases").status_code == 200
    closed = serve([stranger, database], metadata={"databases": {"stranger": {"allow": False}}})
    assert closed.json("/index.json")["other_databases"] == []


def test_two_databases_of_ours(database: Path, second: Path, serve) -> None:
    site = serve([database, second])
    first = site.json(f"/incidents/{INCIDENT}.json")["title"]
    assert first != "第二の題" == site.json(f"/incidents/{INCIDENT}.json?db=second")["title"]
    assert first == site.json(f"/incidents/{INCIDENT}.json")["title"], "an answer of one is not the answer of the other"
    page = site.soup("/search?q=輻輳&db=second")
    links = [a["href"] for a in page.select("a[href]") if a["href"].startswith(("/incidents", "/search", "/brief", "/similar", "/recurrences"))]
    assert links and all("db=second" in href for href in links)
    assert page.select_one('form input[name=db][value="second"]') and page.select_one('a[href="/second"]')
    assert all(site.get(href).status_code == 200 for href in links[:6])
    assert {"name": "second", "url": "/?db=second"} in site.json("/index.json")["other_databases"]
    missing = site.soup("/search?q=輻輳&db=nowhere", status=404)
    assert missing.select_one('a[href="/?db=second"]')
    assert site.soup("/second/impacts").select_one('td a[href^="/incidents/"][href$="?db=second"]')


@pytest.mark.parametrize("prefix", ["/", "/kb/"])
def test_a_pasted_report_stays_with_its_database(database: Path, second: Path, serve, prefix: str) -> None:
    site = serve([database, second], settings={"base_url": prefix})
    form = site.soup("/similar?db=second").select_one("form[method=post]")
    assert form["action"] == f"{prefix}similar?db=second"
    found = site.post("/similar?db=second", data={"text": "交換機のソフトウェアの証明書が期限切れとなり、通信できなくなった。"})
    assert found.status_code == 200 and "第二の題" in found.text


@pytest.mark.parametrize("path", PAGES_OF_INCIDENTS)
def test_a_closed_table_closes_the_pages_made_from_it(database: Path, serve, path: str) -> None:
    site = _closed(serve, database)
    assert site.get("/jiko/incidents").status_code == 403
    assert site.get(path).status_code == 403
    assert site.get(path, cookies=_signed_in(site)).status_code == 200


def _closed(serve, database: Path):
    return serve([database], metadata={"databases": {"jiko": {"tables": {"incidents": {"allow": {"id": "root"}}}}}})


def _signed_in(site) -> dict[str, str]:
    return {"ds_actor": site.datasette.sign({"a": {"id": "root"}}, "actor")}


def test_pages_that_do_not_read_a_closed_table_stay_open(database: Path, serve) -> None:
    site = serve([database], metadata={"databases": {"jiko": {"tables": {"meetings": {"allow": False}}}}})
    assert site.get("/meetings").status_code == 403
    assert site.get("/tags").status_code == 200


def test_a_page_that_was_made_for_one_reader_is_not_shown_to_another(database: Path, serve) -> None:
    site = _closed(serve, database)
    assert site.get("/measures", cookies=_signed_in(site)).status_code == 200
    assert site.get("/measures").status_code == 403


def test_sql_functions_do_not_read_closed_tables(database: Path, serve, site) -> None:
    assert site.sql("select kb_search('輻輳', 1) as j")[0]["j"] != "[]"
    closed = _closed(serve, database)
    for call in ("kb_search('輻輳', 1)", f"kb_similar('{INCIDENT}', 1)"):
        assert closed.get("/jiko.json", params={"sql": f"select {call}", "_shape": "array"}).status_code == 400
    assert closed.sql("select kb_terms('輻輳') as t")[0]["t"]


@pytest.mark.parametrize("metadata", [{"allow": {"id": "root"}}, {"databases": {"jiko": {"allow": {"id": "root"}}}}], ids=["instance", "database"])
def test_permissions_of_instance_and_database_hold_for_pages(database: Path, serve, metadata: dict) -> None:
    site = serve([database], metadata=metadata)
    for path in ("/", "/search?q=輻輳", f"/incidents/{INCIDENT}.json", "/similar"):
        assert site.get(path).status_code == 403
    assert site.post("/similar", data={"text": "輻輳"}).status_code == 403
    assert site.get("/search?q=輻輳", cookies=_signed_in(site)).status_code == 200


def test_of_two_databases_the_one_that_may_be_seen_is_shown(database: Path, second: Path, serve) -> None:
    site = serve([database, second], metadata={"databases": {"jiko": {"allow": False}}})
    assert site.json(f"/incidents/{INCIDENT}.json")["title"] == "第二の題"
    assert site.get(f"/incidents/{INCIDENT}.json?db=jiko").status_code == 403
