"""A PDF of Japanese text and ruled tables, made from nothing: enough to test the reading of PDFs, without a dependency.

Text uses a CID font that is not embedded (UniJIS-UTF16-H), whose letters every reader maps back to Unicode.
"""

from __future__ import annotations

LINE_HEIGHT = 14
SIZE = 9
LEFT, TOP = 40, 800


class PdfWriter:
    """Collects pages of lines and tables; `bytes()` is the file. Widths are in points, each full-width letter SIZE wide."""

    def __init__(self) -> None:
        self._pages: list[list[str]] = [[]]
        self._y = TOP

    def line(self, text: str, x: float = LEFT) -> None:
        self._text(text, x, self._y)
        self._y -= LINE_HEIGHT

    def page(self) -> None:
        self._pages.append([])
        self._y = TOP

    def table(self, rows: list[list[str]], widths: list[float]) -> None:
        """Rows of cells, a line break wrapping within a cell; every cell is ruled."""
        for row in rows:
            height = max(cell.count("\n") + 1 for cell in row) * LINE_HEIGHT + 4
            x = float(LEFT)
            for cell, width in zip(row, widths, strict=True):
                self._pages[-1].append(f"{x} {self._y - height + 10} {width} {height} re S")
                for number, text in enumerate(cell.split("\n")):
                    self._text(text, x + 3, self._y - number * LINE_HEIGHT)
                x += width
            self._y -= height
        self._y -= LINE_HEIGHT

    def bytes(self, encrypted: bool = False) -> bytes:
        objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
        objects.append(
            b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H /DescendantFonts [4 0 R] >>"
        )
        objects.append(
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 /W [1 [500] 2 94 500] /FontDescriptor 5 0 R"
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 4 >> >>"
        )
        objects.append(
            b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0"
            b" /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
        )
        pages = []
        for content in self._pages:
            stream = "\n".join(content).encode("ascii")
            objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
            objects.append(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F 3 0 R >> >> >>"
                % len(objects)
            )
            pages.append(len(objects))
        objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), b" ".join(b"%d 0 R" % n for n in pages))
        trailer = b"/Root 1 0 R"
        if encrypted:
            key = b"<" + b"5a" * 32 + b">"
            objects.append(b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O %s /U %s >>" % (key, key))
            trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
        return _assemble(objects, trailer)

    def _text(self, text: str, x: float, y: float) -> None:
        if text:
            encoded = text.encode("utf-16-be").hex()
            self._pages[-1].append(f"BT /F {SIZE} Tf {x} {y} Td <{encoded}> Tj ET")


def _assemble(objects: list[bytes], trailer: bytes) -> bytes:
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)
