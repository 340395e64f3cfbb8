"""Documents at and beyond the limits: each gives an answer or a refusal; prints seconds and the peak of memory of each.

    python -m bench.large_documents

A 100-page PDF wants Chromium to print it. Every document is read in a process of its own, so that the peaks are its own.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

SENTENCE = "架空通信株式会社は、経路制御装置の設定を誤り通信が停止した原因を調べ、手順書を見直すこととした。"
READ = """
import resource, sys, time
from pathlib import Path
from kb.errors import KbError
from kb.formats.document import read_document
started = time.perf_counter()
try:
    document = read_document(Path(sys.argv[1]))
    answer = f"read: {len(document.text):,} characters, {len(document.tables)} tables"
except KbError as error:
    answer = f"refused: {error}"
print(f"{time.perf_counter() - started:6.1f} s {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:6.0f} MB  {answer[:150]}")
"""


def word_with_pictures(path: Path) -> None:
    """50 MB, nearly all of it pictures."""
    import docx

    document = docx.Document()
    for number in range(2000):
        document.add_paragraph(f"{number} {SENTENCE}")
    document.save(path)
    with zipfile.ZipFile(path, "a") as package:
        for number in range(10):
            package.writestr(f"word/media/image{number}.bin", random.Random(number).randbytes(5_000_000))


def word_of_text(path: Path) -> None:
    """As much text as one part may hold."""
    import docx

    document = docx.Document()
    document.save(path)
    paragraph = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>"
    xml = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraph * 120_000}</w:body></w:document>'
    old = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            package.writestr(name, xml if name == "word/document.xml" else source.read(name))


def excel(rows: int, columns: int, filled: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in range(rows):
            sheet.append([row if filled or column == 0 else None for column in range(columns)])
        book.save(path)

    return make


def pdf(path: Path) -> None:
    row = "".join(f"<tr><td>{n}<td>架空{n}株式会社<td>令和6年{n}月<td>設備の故障により通信が停止" for n in range(1, 11))
    page = "<div style='page-break-after:always'>" + f"<p>{SENTENCE}{SENTENCE}</p>" * 8 + f"<table>{row}</table></div>"
    source = path.with_suffix(".html")
    source.write_text(f"<!doctype html><meta charset=utf-8><style>td{{border:1px solid}}</style>{page * 100}", encoding="utf-8")
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("the 100-page PDF wants Chromium")
    subprocess.run([browser, "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={path}", source.as_uri()], check=True, capture_output=True)


MAKERS: dict[str, Callable[[Path], None]] = {
    "100-pages.pdf": pdf,
    "50-MB-of-pictures.docx": word_with_pictures,
    "17-MB-of-text.docx": word_of_text,
    "1-million-cells.xlsx": excel(10_000, 100, True),
    "4,900-rows.xlsx": excel(4_900, 20, True),
    "1-million-empty-cells.xlsx": excel(5_000, 190, False),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, make in MAKERS.items():
            path = Path(folder) / name
            make(path)
            done = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True, text=True)
            print(f"{name:<28} {path.stat().st_size / 1e6:6.1f} MB {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main()
