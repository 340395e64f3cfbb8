"""Reading order on a page, with letters placed by hand and, where Chromium is present, on PDFs that it printed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from kb.formats.document import document_from_bytes
from kb.formats.page_layout import cell_text, page_rows
from kb.formats.pdf_page import Letter
from tests.pdf_writer import PdfWriter

SIZE = 10.0


def line(text: str, x: float, y: float, size: float = SIZE) -> list[Letter]:
    return [Letter(c, x + i * size, y, x + (i + 1) * size, y + size, size) for i, c in enumerate(text)]


def column(text: str, x: float, y: float, size: float = SIZE, pitch: float = 1.0) -> list[Letter]:
    return [Letter(c, x, y + i * size * pitch, x + size, y + i * size * pitch + size, size) for i, c in enumerate(text)]


def texts(letters: list[Letter]) -> list[str]:
    return [row.text for row in page_rows(letters, []).rows]


def test_readings_above_words_are_left_out_and_counted():
    letters = line("経路の設定を誤った。", 0, 100) + line("けいろ", 2, 95, 5) + line("せってい", 30, 95, 5)
    laid = page_rows(letters, [])
    assert [row.text for row in laid.rows] == ["経路の設定を誤った。"] and laid.furigana == 7


def test_small_print_that_is_no_reading_stays():
    letters = line("おしらせ", 0, 60, 5) + line("経路の設定を誤った。", 0, 100) + line("ちゅう", 0, 125, 5) + line("注", 100, 100, 5)
    assert texts(letters) == ["おしらせ", "経路の設定を誤った。注", "ちゅう"]


def test_columns_are_read_one_after_the_other():
    left, right = ["左の段の文がここに続いてある"] * 6, ["右の段の文がここに続いてある"] * 5
    letters = line("題名", 0, 0)
    letters += [c for i, t in enumerate(left) for c in line(f"{t}{i}", 0, 40 + 16 * i)] + [c for i, t in enumerate(right) for c in line(f"{t}{i}", 180, 45 + 16 * i)]
    letters += line("段の下では文が端から端まで一行に続いている。", 0, 200)
    found = texts(letters)
    assert found[0] == "題名" and found[-1].startswith("段の下") and [row[0] for row in found[1:-1]] == ["左"] * 6 + ["右"] * 5


def test_labels_beside_values_are_read_line_by_line():
    rows = [("発生日時", "令和六年五月一日の午前十時に起きた"), ("影響", "およそ一万の回線で通話ができない"), ("原因", "装置の故障により切り替わらなかった"),
            ("対策", "監視を改めて手順も見直すこととした"), ("備考", "このほかに申し上げることはありません")]  # fmt: skip
    letters = [c for i, (a, b) in enumerate(rows) for c in line(a, 0, 20 * i) + line(b, 160, 20 * i)]
    assert texts(letters) == [f"{a} {b}" for a, b in rows]


def test_vertical_text_is_read_from_the_right():
    letters = column("架空通信の報告書", 200, 0) + column("平成", 180, 0) + line("28", 180, 22, 5) + column("年に経路の設定を誤り", 180, 30) + column("通信が停止した。", 160, 0)
    assert texts(letters) == ["架空通信の報告書", "平成28年に経路の設定を誤り", "通信が停止した。"]


def test_a_label_set_vertically_in_a_cell_is_one_word():
    assert cell_text(column("事故の概要", 0, 0, pitch=1.6))[0] == "事故の概要"
    assert cell_text(line("事故の", 0, 0) + line("概要", 0, 14))[0] == "事故の\n概要"


def test_a_page_turned_on_its_side_is_read_upright():
    writer = PdfWriter()
    for text in ("架空通信の事故報告", "経路の設定を誤った。", "手順を見直した。"):
        writer.line(text)
    turned = writer.bytes().replace(b"/MediaBox", b"/Rotate 90 /MediaBox")
    assert document_from_bytes(turned, "x.pdf").text.split() == ["架空通信の事故報告", "経路の設定を誤った。", "手順を見直した。"]


SENTENCE = "架空通信株式会社は、経路制御装置の設定を誤り通信が停止した原因を調べ、手順書を見直すとともに監視の仕組みを改めることとした。"
RUBY = "<p>・<ruby>経路<rt>けいろ</rt></ruby>の<ruby>設定<rt>せってい</rt></ruby>を<ruby>誤<rt>あやま</rt></ruby>り、<ruby>通信<rt>つうしん</rt></ruby>が停止した。</p>"
PRINTED = {
    "furigana": ("", RUBY, ["・経路の設定を誤り、通信が停止した。"]),
    "vertical furigana": ("html{writing-mode:vertical-rl}", RUBY + f"<p>{SENTENCE}</p>", ["・経路の設定を誤り、通信が停止した。", SENTENCE]),
    "columns": ("body{column-count:2;width:36em;font-size:12px}", "".join(f"<p>第{i}{SENTENCE}</p>" for i in "一二三四五六"), [f"第{i}{SENTENCE}" for i in "一二三四五六"]),
    "turned": ("div{transform:rotate(90deg);width:40em;height:300px;margin:220px 0}", f"<div><p>一{SENTENCE}</p><p>二{SENTENCE}</p></div>", [f"一{SENTENCE}", f"二{SENTENCE}"]),
    "vertical labels": ("td{border:1px solid;padding:4px}.v{writing-mode:vertical-rl}", f"<table><tr><td class=v>事故の概要<td>{SENTENCE}<tr><td class=v>原因<td>{SENTENCE}</table>",
                        ["事故の概要", SENTENCE, "原因", SENTENCE]),
}  # fmt: skip
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to print with")
@pytest.mark.parametrize("name", PRINTED)
def test_what_a_browser_prints_is_read_as_it_was_written(name, tmp_path):
    style, body, expected = PRINTED[name]
    page, pdf = tmp_path / "a.html", tmp_path / "a.pdf"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style><body>{body}", encoding="utf-8")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={pdf}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert "".join(document_from_bytes(pdf.read_bytes(), "a.pdf").text.split()) == "".join(expected)
