"""Pages of reports through Datasette: HTML in Japanese without scripts, the same facts as JSON, links that lead somewhere."""

from __future__ import annotations

import asyncio
import json
import re
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from datasette.plugins import pm

import kb.web

PAGES = ("/recurrences", "/trends", "/trends?by=cause", "/trends?by=carrier", "/map", "/extent", "/extent?id=2018-12-06-softbank", "/measures", "/tags", "/ledger", "/meetings", "/tags/mechanism/network-loop")


@pytest.fixture(scope="module")
def site(built_folder: Path):
    """Fetch pages of the built database: `site("/trends")` → httpx response. Each call runs the plugin as `datasette serve` does."""
    registered = any(plugin is kb.web for plugin in pm.get_plugins())
    if not registered:
        pm.register(kb.web, "kb-under-test")
    datasette = Datasette([str(built_folder / "jiko.db")])
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())
    yield lambda path: loop.run_until_complete(datasette.client.get(path))
    loop.close()
    if not registered:
        pm.unregister(kb.web)


@pytest.mark.parametrize("path", PAGES)
def test_html_is_japanese_without_scripts_or_style_attributes(site, path: str) -> None:
    response = site(path)
    page = BeautifulSoup(response.text, "html.parser")
    assert response.status_code == 200
    assert page.html["lang"] == "ja" and page.h1 and "viewport" in response.text
    assert not page.find("script") and not page.find(style=True)
    assert "script-src" not in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_json(site, path: str) -> None:
    page, _, query = path.partition("?")
    assert json.loads(site(f"{page}.json?{query}").text)


@pytest.mark.parametrize("path", ["/trends?by=x", "/measures?axis=x", "/recurrences?carrier=幻電話", "/recurrences?incident=x", "/tags/nothing"])
def test_what_does_not_exist_says_so(site, path: str) -> None:
    response = site(path)
    assert response.status_code in (400, 404)
    assert "Traceback" not in response.text and BeautifulSoup(response.text, "html.parser").html["lang"] == "ja"


def test_links_of_all_report_pages_open(site) -> None:
    """Every address on these pages that is ours answers; one of a kind is tried, because there are thousands."""
    tried: dict[str, str] = {}
    for path in PAGES:
        for link in BeautifulSoup(site(path).text, "html.parser").select("main a[href^='/']"):
            kind = re.sub(r"=[^&]*", "=", re.sub(r"/(incidents|tags)/.*", r"/\1/", unescape(link["href"])))
            tried.setdefault(kind, link["href"])
    assert len(tried) >= 6
    for address in tried.values():
        assert site(address.split("#")[0]).status_code == 200, address


def test_cell_of_the_matrix_opens_as_many_accidents_as_it_says(site) -> None:
    cells = BeautifulSoup(site("/measures").text, "html.parser").select("table.matrix td a")
    for cell in cells[:: max(len(cells) // 5, 1)]:
        address = cell["href"].replace("/search?", "/search.json?")
        assert site(address).json()["total"] == int(cell.text)


def test_chains_of_a_company_are_on_its_page(site) -> None:
    page = BeautifulSoup(site("/recurrences?carrier=docomo&view=chains").text, "html.parser")
    chains = [[a["href"].rsplit("/", 1)[1] for a in chain.select("a[href*='/incidents/']")] for chain in page.select("section[aria-labelledby=chains] ol")]
    assert ["2011-08-16-docomo", "2011-12-20-docomo", "2021-10-14-docomo"] in chains
    told = site("/recurrences.json?carrier=docomo").json()["chains"]
    assert chains == [[incident["id"] for incident in chain["incidents"]] for chain in told]


def test_recurrences_open_on_a_matrix_whose_cells_lead_to_their_pairs(site) -> None:
    response = site("/recurrences")
    assert len(response.content) <= 150 * 1024
    page = BeautifulSoup(response.text, "html.parser")
    cells = page.select("table.years td.year a[href^='?']")
    assert len(cells) > 10
    for cell in cells[:: len(cells) // 4]:
        opened = BeautifulSoup(site("/recurrences" + cell["href"]).text, "html.parser")
        pairs = opened.select("#list ~ article.hit")
        year = re.search(r"year=(\d{4})", cell["href"]).group(1)
        assert pairs and all(f"{year}年" in pair.select("p")[1].text for pair in pairs)
    csv = site("/recurrences.csv")
    assert csv.headers["content-type"].startswith("text/csv") and csv.text.startswith("\ufeffcompany,tag,label_ja,year,earlier,later")


@pytest.mark.parametrize("view", ["pairs&weak=1", "pairs&relation=group&weak=1", "chains", "holding", "elsewhere"])
def test_every_view_of_recurrences_is_light_and_its_pages_hold_all(site, view: str) -> None:
    address, titles = f"/recurrences?view={view}", []
    while address:
        response = site(address)
        assert response.status_code == 200 and len(response.content) <= 150 * 1024
        page = BeautifulSoup(response.text, "html.parser")
        titles += page.select("#list ~ article.hit, #list ~ .card, #list ~ ul.list > li")
        following = page.select_one("a[rel=next]")
        address = "/recurrences" + following["href"] if following else None
    said = re.search(r"(\d+) (?:組|本|件)", page.find(id="list").text)
    assert titles and (said is None or len(titles) == int(said.group(1)))


def test_a_table_is_sorted_by_the_links_of_its_head(site) -> None:
    for by, down in (("company", False), ("-company", True), ("last", False)):
        page = BeautifulSoup(site(f"/recurrences?sort={by}").text, "html.parser")
        column = 0 if "company" in by else 3
        shown = [row.select("th, td")[column].text for row in page.select("table.years tbody tr")]
        if column:
            assert shown == sorted(shown, key=int)
        assert page.select_one("th[aria-sort]")["aria-sort"] == ("descending" if down else "ascending")
    assert site("/recurrences?sort=nothing").status_code == 400 and site("/recurrences?page=0").status_code == 400


def test_rule_changes_stand_on_trends(site) -> None:
    page = BeautifulSoup(site("/trends").text, "html.parser")
    assert [re.match(r"\d{4}", cell.text.strip()).group() for cell in page.select("td.break")] == ["2008", "2015"]
    for kind in ("wide", "narrow"):
        assert len(page.select(f"svg.{kind} path[stroke-dasharray]")) == 2


def test_tag_page_quotes_its_evidence_and_measures(site) -> None:
    data = site("/tags/network-loop.json").json()
    assert data["id"] == "mechanism/network-loop" and {"2015-07-15-ctc", "2025-09-16-ntt-west"} <= {i["id"] for i in data["incidents"]}
    text = BeautifulSoup(site("/tags/mechanism/network-loop").text, "html.parser").get_text()
    assert all(quote in text for incident in data["incidents"] for quote in incident["evidence"])
    assert data["measures"] and sum(year["incidents"] for year in data["years"]) == data["total"]


def test_tag_on_two_axes_is_asked_back(site) -> None:
    response = site("/tags/silent-failure")
    links = {a["href"] for a in BeautifulSoup(response.text, "html.parser").select("main a")}
    assert response.status_code == 404 and {"/tags/mechanism/silent-failure", "/tags/prolonging/silent-failure"} <= links


@pytest.mark.parametrize("path", ["/map", "/map?cause=mechanism/link-cut", "/extent", "/extent?id=2018-12-06-softbank", "/trends?by=cause", "/trends?by=carrier", "/trends"])
def test_what_is_drawn_can_be_downloaded_and_is_the_same_as_its_figures(site, path: str) -> None:
    page = BeautifulSoup(site(path).text, "html.parser")
    files = {link.text: link["href"] for link in page.select("figcaption a")}
    assert list(files) == ["SVG", "CSV", "JSON"] and len(page.select("figure svg")) == 2
    assert site(files["SVG"]).text.startswith("<svg xmlns=") and site(files["CSV"]).text.startswith("\ufeff")
    assert site(files["JSON"]).json()["rows"]


def test_the_map_counts_an_accident_once_for_a_prefecture_and_once_in_all(site) -> None:
    data = site("/map.json").json()
    placed = {one for row in data["rows"] for one in row["incidents"]}
    apart = [set(data[name]) for name in ("everywhere", "elsewhere", "not_stated")]
    assert not any(placed & one for one in apart) and len(placed) + sum(map(len, apart)) == site("/trends.json").json()["total"]


def test_years_of_causes_add_up(site) -> None:
    told = site("/trends.json?by=cause").json()["yearly"]
    row = next(row for row in told["rows"] if row["key"] == "mechanism/link-cut")
    assert sum(row["counts"]) == row["total"] and len(row["counts"]) == len(told["years"])
    assert {one["fiscal_year"] for one in told["breaks"]} == {2008, 2015}


@pytest.mark.parametrize("path", ["/map?cause=x", "/extent?cause=measure/jitter", "/extent?id=x", "/extent?page=0", "/map?sort=x", "/trends.svg?by=meeting"])
def test_charts_refuse_what_they_do_not_know(site, path: str) -> None:
    assert site(path).status_code in (400, 404)
