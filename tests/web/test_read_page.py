"""`/read`: what is read beside the text, a record to copy, and the way on; nothing is stored."""

from __future__ import annotations

import io
import sqlite3

import docx
import pytest
from bs4 import BeautifulSoup

from kb.catalogue.plain_yaml import parse_yaml
from tests.building.test_tellings import ASKED, FINALLY


def rows(path) -> int:
    return sqlite3.connect(path).execute("SELECT sum(n) FROM (SELECT count(*) AS n FROM documents UNION ALL SELECT count(*) FROM incidents)").fetchone()[0]


@pytest.mark.parametrize("path", ["/read", "/read.json"])
def test_the_form_comes_first(site, path):
    assert site.get(path).status_code == 200
    assert site.soup("/read").select_one("form.draft textarea[name=text], form.draft input[type=file]")


def test_values_stand_beside_the_lines_that_they_come_from(site, database):
    before = rows(database)
    response = site.post("/read", data={"text": FINALLY.replace("\n", "\r\n")})
    assert response.status_code == 200
    page = BeautifulSoup(response.text, "html.parser")
    link = page.find("article", class_="read").find("a", class_="ref", string="14行")
    assert "切替え試験の毎年の実施" in link.parent.text and "切替え試験の毎年の実施" in page.select_one(link["href"]).text
    record = parse_yaml(page.select_one("textarea.yaml").text.encode(), None)
    assert record["started_at"] == "2022-06-08T14:17+09:00" and record["carriers"] == ["架空みさき通信株式会社"]
    assert {button.get("formaction") for button in page.select("form.onward button")} >= {"/brief", "/read.yml"}
    assert page.select_one("form.onward")["action"] == "/similar"
    assert rows(database) == before


def test_what_the_page_leads_on_to_takes_what_it_sends(site):
    page = BeautifulSoup(site.post("/read", data={"text": FINALLY}).text, "html.parser")
    sent = {one["name"]: one.text.removeprefix("\n") if one.name == "textarea" else one["value"] for one in page.select("form.onward [name]")}
    for path in ("/similar", "/brief"):
        assert site.post(path, data=sent).status_code == 200
    file = site.post("/read.yml", data=sent)
    assert file.headers["content-disposition"].startswith("attachment") and parse_yaml(file.content, None)["title"]


def test_a_word_file_is_read_as_its_text_is(site):
    document = docx.Document()
    for line in FINALLY.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    found = site.post("/read.json", files={"file": ("報告.docx", out.getvalue())}).json()
    plain = site.post("/read.json", data={"text": FINALLY}).json()
    assert found["media"] == "word"
    for key in ("started_at", "ended_at", "causes", "carriers"):
        assert found["report"]["incidents"][0][key] == plain["report"]["incidents"][0][key]


def test_guidance_and_its_demands(site):
    incident = site.post("/read.json", data={"text": ASKED}).json()["report"]["incidents"][0]
    assert [demand["due_on"] for demand in incident["guidance"]] == ["2022-09-30"] * 2


@pytest.mark.parametrize("files", [{"file": ("a.zip", b"PK\x03\x04broken")}, {"file": ("a.bin", bytes(range(256)) * 9)}, {"file": ("a.txt", b"")}])
def test_what_cannot_be_read_is_told(site, files):
    response = site.post("/read", files=files)
    assert response.status_code == 400 and "Traceback" not in response.text


def test_markup_in_a_document_is_text(site):
    assert "<script>alert(1)" not in site.post("/read", data={"text": FINALLY + "<script>alert(1)</script>"}).text
