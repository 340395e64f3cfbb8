"""The plugin as a whole: routes, metadata, other databases, permissions, and what pages may contain."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
import yaml

from kb.catalogue.place import metadata_file
from kb.web import metadata
from kb.web.routes import PAGES

PATHS = [
    "/", "/search", "/search?q=輻輳", "/search?q=ｚｚｚｑ", "/search?factor=human", "/incidents/2018-12-06-softbank", "/similar",
    "/similar?id=2018-12-06-softbank",
]  # fmt: skip


def described() -> dict:
    return yaml.safe_load(metadata_file().read_text(encoding="utf-8"))["databases"]["jiko"]


def test_the_landing_page(site) -> None:
    page = site.soup("/")
    assert page.select_one('form[role=search] input[name=q]') and len(page.select(".card")) == 3
    for link in page.select(".card a"):
        response = site.get(link["href"])
        assert response.status_code == 200
        if link["href"].startswith("/search"):
            assert "article" in response.text, link.text
    data = site.json("/index.json")
    assert data["counts"]["incidents"] >= 184 and len(data["newest"]) == len(data["largest"]) == 6
    starts = [incident["started_at"] for incident in data["newest"]]
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_japanese_self_contained_and_usable_without_scripts(site, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 200 and "default-src 'none'" in response.headers["content-security-policy"]
    page = site.soup(path)
    assert page.html["lang"] == "ja" and page.select_one('meta[name=viewport]') and page.title.text.strip()
    assert not page.select("script, iframe, object, embed, img")
    for element in page.select("link[href]:not([rel=canonical]), [src]"):
        assert (element.get("href") or element["src"]).startswith("/"), element
    assert not page.select("[style], [onclick]"), "inline styles and handlers would be blocked"
    assert page.select_one("a.skip")["href"] == "#content" and page.select_one("main#content")
    assert len(page.select("h1")) == 1
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in page.select("main input:not([type=hidden]), main select, main textarea"):
        assert control.find_parent("label") or page.select_one(f'label[for="{control.get("id")}"]'), control


@pytest.mark.parametrize("path", PATHS)
def test_links_of_pages_lead_somewhere(site, path: str) -> None:
    local = {a["href"].split("#")[0] for a in site.soup(path).select("a[href^='/']")} - {""}
    some = sorted(local)[:: max(1, len(local) // 15)]
    for href in some:
        assert site.get(href).status_code == 200, href


def test_the_style_sheet_is_served_and_knows_print_dark_and_focus(site) -> None:
    address = site.soup("/").select_one("link[rel=stylesheet]")["href"]
    response = site.get(address)
    assert response.status_code == 200
    for needed in ("prefers-color-scheme: dark", "@media print", ":focus-visible", "max-width: 48rem"):
        assert needed in response.text
    assert not re.search(r"url\(|@import", response.text)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_are_told_apart(theme: int) -> None:
    sheet = (Path(metadata.__file__).parent / "static" / "kb.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[theme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for ink, paper in [
        ("ink", "paper"), ("soft", "paper"), ("soft", "panel"), ("link", "paper"), ("link", "panel"), ("visited", "paper"), ("mark-ink", "mark"),
        ("on-accent", "accent"), ("accent", "paper"), ("bad", "paper"), ("bad", "panel"), ("good", "paper"), ("ink", "warn"),
    ]:  # fmt: skip
        assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


@pytest.mark.parametrize("path", ["/jiko", "/jiko/incidents", "/jiko/passages", "/jiko.json", "/-/plugins", "/-/metadata.json", "/-/versions.json"])
def test_datasettes_own_pages_stay(site, path: str) -> None:
    assert site.get(path).status_code == 200


def test_datasettes_pages_link_back_and_ids_lead_to_our_pages(site) -> None:
    page = site.soup("/jiko/impacts")
    assert {"/", "/search"} <= {a["href"] for a in page.select("nav a, .nav-menu a, header a")}
    assert page.select_one('td a[href^="/incidents/"]')
    assert site.soup("/jiko/longest?hours=24").select_one('td a[href^="/incidents/"]')


def test_titles_descriptions_facets_and_queries_show_without_metadata_option(site) -> None:
    page = site.soup("/jiko")
    assert "電気通信事故 知識ベース" in page.h1.text and "年度別件数" in page.text
    table = site.soup("/jiko/incidents")
    assert "単位は分" in table.text and table.select_one(".facet-info")
    assert {info["data-column"] for info in table.select(".facet-info")} >= {"fiscal_year", "factor", "official"}
    assert "CC BY 4.0" in table.text


def test_every_table_and_column_is_described(connection) -> None:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    shown = [name for name in tables if not name.startswith("sqlite_") and "_fts_" not in name]
    for name in shown:
        described_table = described()["tables"][name]
        columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
        assert described_table["description"] and described_table["title"]
        assert set(described_table["columns"]) == columns, name
    assert set(described()["tables"]) == set(shown)


@pytest.mark.parametrize("name", sorted(described()["queries"]))
def test_queries_run_and_find_something(site, name: str) -> None:
    query = described()["queries"][name]
    assert query["title"] and query["description"]
    rows = site.json(f"/jiko/{name}.json?_shape=array")
    assert rows or name in ("disagreements", "impossible_measures")
    assert set(query.get("params", [])) == set(re.findall(r"(?<!:):([a-z]+)", re.sub(r"'[^']*'", "", query["sql"])))
    assert name in site.soup(f"/jiko/{name}").decode()


@pytest.mark.parametrize(("name", "value", "expected"), [("hours", "24", "2015-09-11-fctv-mitene"), ("hours", "", "2015-09-11-fctv-mitene")])
def test_a_query_takes_its_parameter(site, name: str, value: str, expected: str) -> None:
    rows = site.json(f"/jiko/longest.json?_shape=array&{name}={value}")
    assert expected in [row["incident_id"] for row in rows]
    if value:
        assert all(row["時間"] >= int(value) for row in rows)


def test_an_explicit_metadata_file_wins_and_leaves_nothing_behind(database: Path, serve, site) -> None:
    given = {"title": "自前の題", "databases": {"jiko": {"tables": {"incidents": {"description": "自前の説明"}}}}}
    other = serve([database], metadata=given)
    assert "自前の題" in other.get("/-/metadata.json").json()["title"]
    table = other.soup("/jiko/incidents")
    assert "自前の説明" in table.text and "単位は分" in table.text
    assert "自前の説明" not in site.soup("/jiko/incidents").text
    same = serve([database], metadata=yaml.safe_load(metadata_file().read_text(encoding="utf-8")))
    assert "年度別件数" in same.soup("/jiko").text


def test_a_database_of_another_name_and_among_others(database: Path, tmp_path: Path, serve) -> None:
    shutil.copytree(database.parent, tmp_path / "copy")
    renamed = tmp_path / "copy" / "accidents.db"
    (tmp_path / "copy" / "jiko.db").rename(renamed)
    stranger = tmp_path / "stranger.db"
    with sqlite3.connect(stranger) as connection:
        connection.execute("CREATE TABLE incidents (id)")
    connection.close()
    site = serve([stranger, renamed])
    assert site.json("/search.json?q=輻輳")["hits"]
    assert "年度別件数" in site.soup("/accidents").text and "年度別件数" not in site.soup("/stranger").text
    assert site.sql("select kb_terms('輻輳') as t", database="stranger")[0]["t"]
    assert site.get("/stranger.json", params={"sql": "select kb_search('輻輳', 1)"}).status_code == 400


def test_a_rebuilt_file_is_seen_without_a_restart(own_database: Path, serve) -> None:
    site = serve([own_database])
    assert site.json("/search.json?q=証明書 期限切れ")["hits"][0]["title"] == "交換機の証明書期限切れで4G全国停止"
    fresh = own_database.with_name("fresh.db")
    shutil.copy(own_database, fresh)
    with sqlite3.connect(fresh) as connection:
        connection.execute("UPDATE incidents SET title = '新しい題' WHERE id = '2018-12-06-softbank'")
    connection.close()
    os.replace(fresh, own_database)
    assert site.json("/search.json?q=証明書 期限切れ")["hits"][0]["title"] == "新しい題"


def test_a_base_url_is_kept(database: Path, serve) -> None:
    site = serve([database], settings={"base_url": "/kb/"})
    page = site.soup("/search?q=輻輳")  # the client adds the base itself
    assert all(a["href"].startswith(("/kb/", "#")) for a in page.select("a[href]"))
    assert page.select_one("form")["action"] == "/kb/search"
    assert site.post("/similar", data={"text": "輻輳"}, cookies={"ds_csrftoken": "x"}).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/search.json", 405), ("POST", "/similar.json", 400), ("HEAD", "/search", 200)])
def test_methods(site, method: str, path: str, status: int) -> None:
    response = site.run(site.datasette.client.request(method, path))
    assert response.status_code == status


def test_other_sites_may_read_json_when_datasette_allows_it(database: Path, serve) -> None:
    assert serve([database], cors=True).get("/search.json?q=輻輳").headers["access-control-allow-origin"] == "*"


def test_pages_of_the_table_are_anchored(site) -> None:
    for page in PAGES:
        if page.name:
            assert site.get(page.path).status_code == 200
            assert site.get(page.path + ".json").status_code == 200
            assert site.get(page.path + "x").status_code == 404


def test_every_page_has_a_title_and_a_description_of_its_own(site) -> None:
    paths = ["/", "/search", "/incidents/2018-12-06-softbank", "/similar", "/brief", "/read", "/carriers", "/carriers/docomo", "/recurrences", "/measures", "/tags",
             "/tags/mechanism/link-cut", "/trends", "/map", "/extent", "/meetings", "/ledger", "/about"]  # fmt: skip
    pages = [site.soup(path) for path in paths]
    for told in ([page.title.text for page in pages], [page.select_one("meta[name=description]")["content"] for page in pages]):
        assert len(set(told)) == len(paths) and all(len(one) > 8 for one in told), told
    assert all(page.select_one("a[accesskey=s]")["href"] == "/search" for page in pages)


@pytest.mark.parametrize(
    ("path", "ignored"),
    [("/measures?carrier=KDDI&axis=trigger", ["carrier"]), ("/trends?by=fy&foo=1", ["foo"]), ("/search?q=輻輳&bar=2", ["bar"]), ("/map?cause=&q=", []), ("/about?x=1", ["x"]),
     ("/search?q=輻輳&lang=en", []), ("/brief?carrier=KDDI", [])],
)  # fmt: skip
def test_a_page_says_which_conditions_it_does_not_use(site, path: str, ignored: list[str]) -> None:
    notices = [notice.text for notice in site.soup(path).select("main > .notice.warning") if "使わない条件" in notice.text]
    assert [name in "".join(notices) for name in ignored] == [True] * len(ignored) and bool(notices) == bool(ignored)
    page, _, query = path.partition("?")
    assert site.json(f"{page}.json?{query}").get("ignored", []) == ignored


@pytest.mark.parametrize(("path", "table"), [("/carriers", "table"), ("/ledger", "table"), ("/measures", "table.matrix"), ("/trends?by=cause", "table"), ("/map", "table"), ("/extent", "table")])
def test_tables_are_sorted_by_the_links_of_their_heads(site, path: str, table: str) -> None:
    heads = site.soup(path).select_one(table).select("thead th > a[href^='?']")
    assert len(heads) >= 2
    for head in heads:
        page = site.soup(path.split("?")[0] + head["href"])
        state = page.select_one(table).select("th[aria-sort]")
        assert [one["aria-sort"] for one in state] == ["descending"] and state[0].a.text == head.text
