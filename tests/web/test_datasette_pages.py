"""Datasette's own pages of our database: navigation, names and order of tables, labels; and pages of others untouched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kb.web.datasette_pages import FIRST, Place, japanese

PLACE = Place("/base", "/s.css", [("/", "入口"), ("/map", "地図")])


@pytest.mark.parametrize("path", ["/jiko", "/jiko/incidents", "/jiko/incidents?_search=輻輳", "/jiko/incidents/2018-12-06-softbank", "/jiko?sql=select+1"])
def test_pages_of_ours_have_our_navigation_and_labels(site, path: str) -> None:
    page = site.soup(path)
    assert page.html["lang"] == "ja" and page.select_one("[role=main]")
    entries = {a.text: a["href"] for a in page.select("nav.kb-nav a")}
    assert entries["検索"] == "/search" and entries["再発"] == "/recurrences"
    for control in page.select("select, textarea, input:not([type=hidden]):not([type=submit])"):
        assert control.get("aria-label") or control.find_parent("label") or page.select_one(f'label[for="{control.get("id")}"]'), control


def test_tables_stand_by_their_japanese_names_those_that_matter_first(site) -> None:
    page = site.soup("/jiko")
    names = [link["href"].rsplit("/", 1)[1] for link in page.select(".db-table h3 a")]
    assert tuple(names[: len(FIRST)]) == FIRST and len(names) == len(set(names)) > len(FIRST)
    assert page.select_one(".db-table h3 a").text.startswith("事故")
    rows = [block.select("p")[-1].text for block in page.select(".db-table")][len(FIRST) :]
    empty = [number for number, told in enumerate(rows) if told == "0 rows"]
    assert empty == list(range(len(rows) - len(empty), len(rows))), "empty ones come last"


def test_data_and_pages_of_other_databases_pass_as_they_are(serve, built_folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
    connection.close()
    opened = serve([built_folder / "jiko.db", other])
    assert "kb-nav" in opened.get("/jiko").text and "kb-nav" not in opened.get("/other").text
    assert "kb-nav" not in opened.get("/other/notes").text
    assert opened.get("/jiko/incidents.json?_size=1").json() and opened.get("/jiko/tags.csv?_size=1").text.startswith("id,axis")
    response = opened.get("/jiko/incidents")
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize("tag", ["<html>", '<html lang="en">'])
def test_both_versions_of_datasette_are_changed(tag: str) -> None:
    tables = "".join(
        f'<div class="db-table">\n<h3><a href="/db/{name}">{name}</a></h3><p><em>id</em></p><p>{count}</p>\n</div>\n'
        for name, count in (("a_rest", "3 rows"), ("zero", "0 rows"), ("measures", "2 rows"), ("incidents", "1 row"), ("b_rest", "4 rows"))
    )
    html = f"<!DOCTYPE html>{tag}<head></head><body class=\"x\"><p>before</p>{tables}<p>after</p></body></html>"
    changed = japanese(html, PLACE, {"incidents": "事故", "b_rest": "<乙>", "measures": "対策"})
    assert changed.startswith('<!DOCTYPE html><html lang="ja"><head>') and 'href="/base/map">地図' in changed
    order = [changed.index(f'href="/db/{name}"') for name in ("incidents", "measures", "b_rest", "a_rest", "zero")]
    assert order == sorted(order) and changed.index("before") < order[0] and order[-1] < changed.index("after")
    assert "&lt;乙&gt; <small>b_rest</small>" in changed and changed.index("ほかの表") < order[2]
