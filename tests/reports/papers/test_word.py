"""Word documents: real styles, notes that Word counts, and pages that LibreOffice lays out."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from kb.reports.brief import of_incident
from kb.reports.papers.completion import completed
from kb.reports.papers.rendering import rendered
from kb.reports.papers.sheet import sheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def test_headings_are_real_and_tables_repeat_their_heads(brief) -> None:
    document = Document(io.BytesIO(rendered(brief, "docx")))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "要点" and headings[-1] == "出典" and [h[0] for h in headings[1:-1]] == list("12345678")
    assert any(p.style.name == "Heading 2" for p in document.paragraphs)
    with_head = [t for t in document.tables if t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(with_head) >= 4 and all(t.style.name == "Table Grid" for t in document.tables)
    assert {p.style.name for t in with_head for cell in t.rows[0].cells for p in cell.paragraphs} == {"Table Head"}


def test_page_is_a4_in_japanese_with_named_fonts(brief) -> None:
    content = rendered(brief, "docx")
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    styles = part(content, "word/styles.xml")
    assert styles.find(f".//{W}docDefaults//{W}lang").get(f"{W}eastAsia") == "ja-JP" and styles.find(f".//{W}docDefaults//{W}lang").get(f"{W}val") == "ja-JP"
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "游明朝"
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "游ゴシック"
    fonts = {font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val") for font in part(content, "word/fontTable.xml")}
    assert "Noto Serif CJK JP" in fonts["游明朝"] and "MS Gothic" in fonts["游ゴシック"]
    footer = part(content, "word/footer1.xml")
    assert [i.text.strip() for i in footer.iter(f"{W}instrText")] == ["PAGE", "NUMPAGES"]


def test_sources_are_endnotes_in_the_order_of_their_references(brief) -> None:
    content = rendered(brief, "docx")
    body, notes, settings = (part(content, f"word/{name}.xml") for name in ("document", "endnotes", "settings"))
    referred = [one.get(f"{W}id") for one in body.iter(f"{W}endnoteReference")]
    held = [note.get(f"{W}id") for note in notes if note.get(f"{W}type") is None]
    assert referred == held == [str(number) for number in range(1, len(held) + 1)]
    assert [("".join(t.text for t in note.iter(f"{W}t"))).strip().split("。")[0] for note in notes][2:] == [s.text for s in sheet(brief).sources]
    assert settings.find(f"{W}endnotePr/{W}numFmt").get(f"{W}val") == "decimal"
    bookmarks = {one.get(f"{W}name") for one in body.iter(f"{W}bookmarkStart")}
    pointed = {re.search(r"NOTEREF (\S+)", one.text)[1] for one in body.iter(f"{W}instrText")}
    assert pointed and pointed <= bookmarks


def test_questions_are_numbered_through(brief) -> None:
    content = rendered(brief, "docx")
    numbering = part(content, "word/numbering.xml")
    starts = [int(one.get(f"{W}val")) for one in numbering.iter(f"{W}startOverride")]
    assert starts == [1, 3], "the second viewpoint goes on after the two questions of the first"


@pytest.mark.skipif(shutil.which("soffice") is None or shutil.which("pdfinfo") is None, reason="wants LibreOffice and poppler")
def test_it_opens_and_keeps_to_six_pages(connection, corpus, tmp_path: Path) -> None:
    ids = ["2022-07-02-kddi", "2021-10-14-docomo", "2012-02-07-docomo-kansai"]
    for incident_id in ids:
        found = completed(connection, of_incident(connection, corpus, incident_id))
        (tmp_path / f"{incident_id}.docx").write_bytes(rendered(found, "docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *(str(tmp_path / f"{i}.docx") for i in ids)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for incident_id in ids:
        pdf = tmp_path / f"{incident_id}.pdf"
        told = subprocess.run(["pdfinfo", pdf], check=True, capture_output=True, text=True).stdout
        assert int(re.search(r"Pages:\s+(\d+)", told)[1]) <= 6, incident_id
        first = subprocess.run(["pdftotext", "-l", "1", pdf, "-"], check=True, capture_output=True, text=True).stdout
        assert "要点" in first and "1 概要" not in first, "the summary has a page of its own"
