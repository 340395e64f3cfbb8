"""From bytes to a document: encodings, repairs, tables, and everything that is refused."""

import codecs
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import DocumentError, KbError
from kb.formats.document import document_from_bytes, document_from_text, read_document
from kb.formats.repair import fold, join_wrapped
from kb.sources import parse_document, parse_file
from kb.sources.coverage import CoverageLedger
from tests.pdf_writer import PdfWriter

JAPANESE = "電気通信サービスの事故。ルータが①両系停止し、ＤＮＳが使えない。㈱架空\n"


@pytest.mark.parametrize(
    "data",
    [
        JAPANESE.encode("utf-8"), JAPANESE.encode("utf-8-sig"), codecs.BOM_UTF16_LE + JAPANESE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + JAPANESE.encode("utf-16-be"), JAPANESE.encode("cp932"), JAPANESE.encode("euc_jis_2004"),
        JAPANESE.replace("①", "").replace("㈱", "").encode("iso2022_jp"),
    ],
    ids=["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp932", "euc-jp", "iso-2022-jp"],
)  # fmt: skip
def test_encodings(data):
    text = document_from_bytes(data, "x.txt").text
    assert text.startswith("電気通信サービスの事故。ルータが")
    assert "両系停止し、DNSが使えない。" in text


def test_repairs_that_are_safe():
    assert fold("約 5, 200 万・ﾒﾓﾘ・⺠間・⻑時間・⼾・ﬁle・㈱") == "約 5,200 万・メモリ・民間・長時間・戸・file・(株)"
    assert fold("①⑳²") == "①⑳²"
    assert fold("a\u200bb\fc\u3000d") == "abc d"
    assert join_wrapped("三重県及び 静岡\n県で 120 万") == "三重県及び静岡県で120万"
    assert join_wrapped("SIP server\nとWeb mail") == "SIP serverとWeb mail"


def test_positions_and_cells_point_into_the_text():
    document = document_from_text("題\n\nA\tB<p>C</p>\tD\nE\t\tF\n", "x.txt")
    (table,) = document.tables
    assert [c.text for c in table.cells] == ["A", "B\nC", "D", "E", "", "F"]
    assert all(document.text[c.start : c.end] == c.text for c in table.cells)
    assert all(document.text[line.start : line.end] == line.text for line in document.lines)
    assert document.position(document.text.index("C")).line == 3
    assert document.position(document.text.index("F")).line == 4


def test_spans_of_an_html_table_fill_its_grid():
    html = (
        "<html><body><table><tr><th rowspan=2>甲<th colspan=2>乙<tr><td>丙<td>丁"
        "<tr><td>戊<td>己<td>庚</table><script>table()</script>"
    )
    document = document_from_text(html, "x.html")
    (table,) = document.tables
    assert [[c.text if c else None for c in row] for row in table.grid] == [["甲", "乙", "乙"], ["甲", "丙", "丁"], ["戊", "己", "庚"]]
    assert "table" not in document.text


def test_scripts_are_dropped_and_superscripts_stay_marks():
    document = document_from_text("<html><script>var x = '<p>悪</p>'</script><style>b</style><p>5.7万<sup>注1</sup></p></html>", "x")
    assert document.text == "5.7万^{注1}\n"


def test_a_table_of_html_or_pipes_within_a_text_file():
    document = document_from_text("前\n<table><tr><td>a</td><td>b</td></tr>\n</table>\n| c | d |\n|---|---|\n| e | f |\n後\n", "x.md")
    assert [[c.text for c in t.cells] for t in document.tables] == [["a", "b"], ["c", "d", "e", "f"]]
    assert [line.position.line for line in document.lines if line.text == "後"] == [7]


def pdf_bytes(**more):
    writer = PdfWriter()
    writer.line("電気通信事故の見本")
    writer.table([["事業者名", "架空\n株式会社"], ["継続時間", "3時間"]], [80, 120])
    writer.page()
    writer.line("二頁目")
    return writer.bytes(**more)


def test_a_pdf_has_lines_tables_and_pages(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_bytes())
    document = read_document(path)
    assert document.media == "pdf"
    assert next(line.text for line in document.lines) == "電気通信事故の見本"
    assert [c.text for c in document.tables[0].cells] == ["事業者名", "架空\n株式会社", "継続時間", "3時間"]
    assert document.lines[-1].position.page == 2


def crowded_pdf():
    writer = PdfWriter()
    for _ in range(6000):
        writer.line("あ" * 60)
    return writer.bytes()


HEAD = "電気通信サービスの事故発生状況\n"
REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "binary": (random.Random(1).randbytes(5000), "binary"),
    "zip": (b"PK\x03\x04" + b"a" * 50, "damaged ZIP"),
    "encrypted": (pdf_bytes(encrypted=True), "encrypted"),
    "image-only": (PdfWriter().bytes(), "no text layer"),
    "broken-pdf": (b"%PDF-1.7\n" + b"garbage " * 100, "PDF"),
    "cut-pdf": (pdf_bytes()[:700], "PDF|no text layer"),
    "crowded-pdf": (crowded_pdf(), "page 1 of .* characters"),
    "20MB": ((HEAD + "1\t架空\tH27.4.2 5:30\t3h\n" * 700_000).encode(), "bytes"),
    "rows": ((HEAD + "1\t架空\tH27.4.2 5:30\t3h\n" * 30_000).encode(), "rows"),
    "columns": ((HEAD + "列\t" * 5000).encode(), "5,001 columns"),
    "html-columns": ((f"<html>{HEAD}<table><tr>" + "<td>列</td>" * 5000).encode(), "columns"),
    "lines": (b"a\n" * 900_000, "lines"),
    "novel": ("吾輩は名もない機械である。\n".encode() * 50, "nothing of an accident was found"),
    "scripts-only": (b"<html><script>alert(1)</script></html>", "without text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(name, tmp_path):
    data, words = REFUSED[name]
    path = tmp_path / f"{name}.bin"
    path.write_bytes(data)
    started = time.process_time()
    with pytest.raises(DocumentError, match=words) as error:
        parse_file(path)
    assert time.process_time() - started < 10
    assert "\n" not in str(error.value) and path.name in str(error.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "none.pdf")


HOSTILE = {
    "spaces": " " * 500_000 + "あ", "circled": "①" * 160_000, "bullets": "・あ " * 40_000, "digits": "1," * 250_000,
    "brackets": "(障害発生時)" * 22_000, "comments": "<!--" * 120_000, "tags": "<p " * 160_000, "labels": " 影響地域 あ" * 22_000,
    "statuses": "【H27.5 実施完了】" * 18_000, "shares": "架空の割合は12%、" * 15_000, "carets": "^{" * 250_000, "eras": "平成" * 80_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_more_than_its_time(name):
    """A quarter of the size limit in a quarter of the ten seconds; what grows faster than the text fails."""
    sheet = f"No.1\n事業者名 架空株式会社 発生日時 平成27年4月2日 5時\n継続時間 3時間 影響利用者数 {HOSTILE[name]}\n発生原因 {HOSTILE[name]}\n"
    data = (HEAD + sheet).encode()[:500_000].decode("utf-8", "ignore")
    started = time.process_time()
    report = parse_document(document_from_text(data, "hostile.txt"), "annual-report")
    assert time.process_time() - started < 2.5
    assert report.incidents


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/tdrbephl ul=\"2\n\t|-&;①・【】H27.年月日あア漢0"), max_size=300), st.booleans())
def test_any_text_is_laid_out_whole(text, as_html):
    try:
        document = document_from_text(("<html>" if as_html else "") + text, "x")
    except KbError:
        return
    assert "".join(line.text for line in document.lines) == document.text.replace("\n", "")
    assert all(document.text[c.start : c.end] == c.text for t in document.tables for c in t.cells)
    coverage = CoverageLedger(document).coverage()
    assert coverage.read + sum(len("".join(u.text.split())) for u in coverage.unread) == coverage.characters


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    try:
        document_from_bytes(data, "x")
    except KbError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_pdf_is_read_or_refused(seed):
    data, chance = bytearray(pdf_bytes()), random.Random(seed)
    for _ in range(20):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    try:
        document_from_bytes(bytes(data), "x.pdf")
    except KbError as error:
        assert "x.pdf" in str(error)
