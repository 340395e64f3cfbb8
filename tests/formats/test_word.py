"""Word files made here with python-docx; what it cannot write (tracked changes, notes, text boxes) is put in as XML."""

from __future__ import annotations

import io
import time
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from kb.errors import DocumentError
from kb.formats.document import document_from_bytes

W = nsdecls("w")


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def with_body(xml: str) -> docx.document.Document:
    document = docx.Document()
    for element in parse_xml(f'<w:body {nsdecls("w", "wp", "a", "r")} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
                             f' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">{xml}</w:body>'):
        document.element.body.insert(len(document.element.body) - 1, element)
    return document


def read(document):
    return document_from_bytes(saved(document) if not isinstance(document, bytes) else document, "報告.docx")


def test_paragraphs_lists_and_the_title():
    document = docx.Document()
    document.add_heading("架空網の障害報告", 1)
    document.add_paragraph("発生日時\t令和6年5月1日")
    for text in ("装置の故障", "手順の誤り"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("監視を改めた。", style="List Bullet")
    found = read(document)
    assert found.media == "word" and found.title == "架空網の障害報告"
    assert found.text.splitlines() == ["架空網の障害報告", "発生日時 令和6年5月1日", "1. 装置の故障", "2. 手順の誤り", "・監視を改めた。"]
    assert [line.position.line for line in found.lines] == [1, 2, 3, 4, 5]


def test_a_table_with_merged_and_nested_cells():
    document = docx.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "縦"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "横"
    table.cell(1, 1).text = "一行目\n二行目"
    inner = table.cell(2, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    found = read(document)
    nested, outer = found.tables
    assert [cell.text for cell in nested.cells] == ["内一", "内二"]
    assert [(c.text, c.rowspan, c.colspan) for c in outer.cells[:3]] == [("縦", 2, 1), ("横", 1, 2), ("一行目\n二行目", 1, 1)]
    assert "内一\t内二" in outer.grid[2][2].text
    assert outer.grid[1][0].text == "縦" and outer.grid[0][2].text == "横"
    assert all(found.text[cell.start : cell.end] == cell.text for table in found.tables for cell in table.cells)


def test_tracked_changes_read_as_accepted():
    found = read(with_body(
        '<w:p><w:r><w:t>影響は</w:t></w:r><w:del w:id="1" w:author="x"><w:r><w:delText>約1万</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="x"><w:r><w:t>約2万</w:t></w:r></w:ins><w:r><w:t>回線</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="x"/></w:rPr></w:pPr><w:r><w:t>前半と</w:t></w:r></w:p><w:p><w:r><w:t>後半</w:t></w:r></w:p>'
        '<w:moveFrom w:id="4" w:author="x"><w:p><w:r><w:t>移した文</w:t></w:r></w:p></w:moveFrom>'
        '<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:del w:id="5" w:author="x"/></w:trPr><w:tc><w:p><w:r><w:t>消した行</w:t></w:r></w:p></w:tc></w:tr>'
        '<w:tr><w:tc><w:p><w:r><w:t>残る行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
    ))  # fmt: skip
    assert found.text.split() == ["影響は約2万回線", "前半と後半", "残る行"]


def test_furigana_hidden_text_and_field_codes_are_no_text():
    found = read(with_body(
        "<w:p><w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>けいろ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>経路</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<w:r><w:t>の誤り</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し</w:t></w:r>"
        '<w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>注1</w:t></w:r></w:p>'
    ))  # fmt: skip
    assert found.text.strip() == "経路の誤り^{注1}"


def test_a_text_box_is_read_once_after_its_paragraph():
    box = "<w:txbxContent><w:p><w:r><w:t>箱の中</w:t></w:r></w:p></w:txbxContent>"
    found = read(with_body(
        f'<w:p><w:r><w:t>本文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p><w:p><w:r><w:t>次</w:t></w:r></w:p>"
    ))  # fmt: skip
    assert found.text.split() == ["本文", "箱の中", "次"]


def test_footnotes_stand_after_the_body_and_headers_once():
    document = with_body('<w:p><w:r><w:t>五万件</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>の影響</w:t></w:r></w:p>')
    for section in (document.sections[0], document.add_section()):
        section.header.is_linked_to_previous = False
        section.header.paragraphs[0].text = "社外秘"
    notes = f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>延べ数</w:t></w:r></w:p></w:footnote></w:footnotes>'
    data = saved(document)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        relations = package.read("word/_rels/document.xml.rels").replace(
            b"</Relationships>",
            b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>',
        )
        types = package.read("[Content_Types].xml").replace(
            b"</Types>",
            b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>',
        )
    found = read(with_parts(data, {"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": relations, "[Content_Types].xml": types}))
    assert found.text.split() == ["五万件^{注1}の影響", "^{注1}延べ数", "社外秘"]


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="第%1"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1-%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%3"/></w:lvl>
</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="7"/></w:num></w:numbering>"""


def test_numbers_of_levels_count_as_word_counts_them():
    def item(level, text):
        return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'

    data = saved(with_body(item(0, "概要") + item(1, "甲") + item(2, "丙") + item(2, "丁") + item(0, "原因") + item(1, "乙")))
    found = read(with_parts(data, {"word/numbering.xml": NUMBERING.encode()}))
    assert found.text.splitlines() == ["第一 概要", "一-1 甲", "①丙", "②丁", "第二 原因", "二-1 乙"]


def plain() -> bytes:
    document = docx.Document()
    document.add_paragraph("障害の報告")
    return saved(document)


def bomb() -> bytes:
    return with_parts(plain(), {"word/media/a.bin": b"\0" * 300_000_000})


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + stream.encode("utf-16-le") + b"\0" * 1000


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


REFUSED = {
    "bomb": (bomb, "bytes when unpacked"),
    "large part": (lambda: with_parts(plain(), {"word/comments.xml": b" " * 30_000_000}), "a part of 30,000,000 bytes"),
    "macros": (lambda: with_parts(plain(), {"word/vbaProject.bin": b"x"}), "macros.*save it as .docx"),
    "excel macros": (lambda: archive("xl/workbook.xml", "xl/vbaProject.bin"), "macros.*save it as .xlsx"),
    "encrypted": (lambda: ole("EncryptedPackage"), "encrypted.*without one"),
    "doc": (lambda: ole("WordDocument"), r"\.doc\).*save it as .docx"),
    "xls": (lambda: ole("Workbook"), r"\.xls\).*save it as .xlsx"),
    "msg": (lambda: ole("__properties_version1.0"), r"\.msg\).*\.eml"),
    "pptx": (lambda: archive("ppt/presentation.xml"), "PowerPoint.*PDF"),
    "zip": (lambda: archive("a.txt"), "ZIP archive; unpack"),
    "cut": (lambda: plain()[:-400], "damaged ZIP or Office"),
    "no xml": (lambda: with_parts(plain(), {"word/document.xml": b"<w:document"}), "damaged Word file"),
    "no text": (lambda: saved(docx.Document()), "without text"),
    "hollow": (lambda: archive("word/document.xml"), "damaged Word file"),
    "entities": (lambda: with_parts(plain(), {"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "damaged Word file|without text"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line_that_says_what_to_do(name):
    make, words = REFUSED[name]
    data = make()
    started = time.process_time()
    with pytest.raises(DocumentError, match=words) as error:
        document_from_bytes(data, "報告.docx")
    assert time.process_time() - started < 5
    assert "\n" not in str(error.value) and "報告.docx" in str(error.value)


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_package_is_read_or_refused(seed):
    import random

    chance = random.Random(seed)
    data = bytearray(plain())
    for _ in range(8):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        document_from_bytes(bytes(data), "x.docx")
    except DocumentError as error:
        assert "x.docx" in str(error)
