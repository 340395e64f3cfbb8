"""What crawlers, link previews and containers get."""

from __future__ import annotations

import re
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from kb.cli.main import main
from kb.web import crawlers

ROOT = Path(__file__).resolve().parents[2]
INCIDENT = "2018-12-06-softbank"


def settings(**given: object) -> dict:
    return {"plugins": {"jiko-kb": given}}


def locations(text: str) -> list[str]:
    return [element.text for element in ElementTree.fromstring(text).iter() if element.tag.endswith("}loc")]


def test_without_the_setting_there_is_neither_file(site) -> None:
    assert site.get("/robots.txt").status_code == site.get("/sitemap.xml").status_code == 404


def test_blocking(database, serve) -> None:
    site = serve([database], metadata=settings(robots="block"))
    assert site.get("/robots.txt").text == "User-agent: *\nDisallow: /\n" and site.get("/sitemap.xml").status_code == 404


def test_allowing_lists_every_incident_once(database, serve, connection) -> None:
    site = serve([database], metadata=settings(robots="allow", public_url="https://jiko.example/kb/"))
    assert "Sitemap: https://jiko.example/kb/sitemap.xml" in site.get("/robots.txt").text
    found = locations(site.get("/sitemap.xml").text)
    assert len(found) == len(set(found)) == connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    assert f"https://jiko.example/kb/incidents/{INCIDENT}" in found


def test_many_incidents_come_in_parts(database, serve, connection, monkeypatch) -> None:
    monkeypatch.setattr(crawlers, "MOST", 100)
    site = serve([database], metadata=settings(robots="allow"))
    parts = locations(site.get("/sitemap.xml").text)
    total = connection.execute("SELECT count(*) FROM incidents").fetchone()[0]
    assert len(parts) == -(-total // 100)
    found = [address for part in parts for address in locations(site.get(part.removeprefix("http://localhost")).text)]
    assert len(set(found)) == total
    assert site.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert site.get(found[-1].removeprefix("http://localhost")).status_code == 200


def test_a_closed_table_has_no_sitemap(database, serve) -> None:
    closed = {"databases": {"jiko": {"tables": {"incidents": {"allow": False}}}}}
    assert serve([database], metadata=settings(robots="allow") | closed).get("/sitemap.xml").status_code == 403


@pytest.mark.parametrize(("options", "address"), [
    ({}, f"http://localhost/incidents/{INCIDENT}"),
    ({"settings": {"base_url": "/kb/"}}, f"http://localhost/kb/incidents/{INCIDENT}"),
    ({"metadata": settings(public_url="https://jiko.example")}, f"https://jiko.example/incidents/{INCIDENT}"),
])  # fmt: skip
def test_an_incident_has_one_address_and_a_preview(database, serve, options: dict, address: str) -> None:
    page = serve([database], **options).soup(f"/incidents/{INCIDENT}?lang=ja")
    assert page.select_one("link[rel=canonical]")["href"] == address
    graph = {element["property"]: element["content"] for element in page.select("meta[property]")}
    assert graph["og:url"] == address and graph["og:title"] in page.title.text and graph["og:description"] and graph["og:type"] == "article"


def test_the_container_serves_the_one_file_as_nobody_in_particular() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    instructions = dict(re.findall(r"^([A-Z]+) (.+)$", text.replace("\\\n", ""), re.M))
    assert instructions["USER"].isdigit() and int(instructions["USER"]) > 0 and text.index("USER") < text.index("CMD [\"kb")
    assert "HEALTHCHECK" in text and "/index.json" in text
    command = re.search(r"^CMD (\[.+\])$", text, re.M)[1]
    words = [word.strip('",[]') for word in shlex.split(command)]
    context = main.commands["serve"].make_context("serve", words[2:])
    assert words[:2] == ["kb", "serve"] and context.params["host"] == "0.0.0.0" and str(context.params["database"]) == "/data/jiko.db"
    assert "kb build --db /data/jiko.db" in text and instructions["EXPOSE"] == str(context.params["port"])
