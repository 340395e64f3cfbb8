"""A list of accidents whose table lost its cells: a head of labels on one or a few lines, then rows told apart by spaces.

Where a cell wrapped, a row goes on over several lines and its columns are interleaved. So a value is known by its shape
(a date, a length of time, a number of users, a factor), and only words are given to a column by their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.formats.layout import Document, Line
from kb.formats.repair import squeeze
from kb.japanese.widths import narrow
from kb.sources.annual_report.vocabulary import LABELS
from kb.sources.spans import Record, Span

_ESSENTIAL = {"carriers", "started_at", "duration", "users", "symptom"}
_HEAD_LINES = 3
_NAMES = {label: name for name, labels in LABELS.items() for label in labels if len(label) > 2 or label in ("No", "No.", "番号", "項番", "区分", "要因")}
_HEAD_LABEL = re.compile("|".join(r"\s*".join(map(re.escape, label)) for label in sorted(_NAMES, key=len, reverse=True)))
_COMPANY = r"(?:(?:株式|有限|合同)会社\S+|\S*?(?:株式会社|有限会社|合同会社|[(（](?:株|有|同)[)）]|㈱|協同組合|公社|事業団))"
_ROW = re.compile(rf"^\s*(?:(?:No\.?|№)?\s*(?P<no>\d{{1,2}})[.．)）]?\s+)?(?=(?:\[\d\]\s*)?{_COMPANY})", re.IGNORECASE)
_NO_ROW = re.compile(r"^\s*(?:[・●■◆※]|注\s*\d|[-–]\s|[(（]\d{1,2}[)）]\s*\S|\d{1,2}[.．]\s*\D)")
_MARKS = r"(?:(?:\[\d\]\s*)?(?:[①-⑳]\s*)*)"
_TIME = r"(?:(?:午前|午後)\s*)?\d{1,2}\s*(?:[:：]\s*\d{2}|時(?!間)\s*(?:\d{1,2}\s*分(?!間))?)\s*(?:頃|ごろ)?"
_DATE = (
    r"(?:(?:平成|令和|昭和|[HRS])\s*(?:\d{1,2}|元)\s*(?:年|[./])\s*\d{1,2}\s*(?:月|[./])\s*\d{1,2}\s*日?|(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?|\d{1,2}\s*月\s*\d{1,2}\s*日)"
    r"\s*(?:[(（][月火水木金土日][^()（）]{0,3}[)）])?"
)
_LENGTH = r"(?:約\s*)?(?:\d[\d,.]*\s*(?:日間?|時間|分間?|秒|[dhms](?![a-z]))\s*半?\s*)+"
_NUMBER = r"(?:(?:最大|延べ|のべ|約|少なくとも)\s*)*\d[\d,.]*\s*(?:[億万千]\s*\d*\s*)*(?:人|名|回線|契約|世帯|加入|件)?\s*(?:以上|程度|未満)?"
_RANGE = rf"{_NUMBER}(?:\s*[~～-]\s*{_NUMBER})?"
_FACTOR = r"(?:設備|人為|外的|外部)(?:的)?要因|その他"
_CLASS = r"[一二三四五]\s*[:：]\s*\S+"
_VALUE = re.compile(
    rf"(?<!\S){_MARKS}(?:(?P<started_at>{_DATE}\s*(?:{_TIME})?|{_TIME})|(?P<duration>{_LENGTH})|(?P<statutory_class>{_CLASS})|(?P<factor>{_FACTOR})|(?P<users>{_RANGE}))(?=\s|$|[①-⑳])"
)


@dataclass
class _Row:
    """The lines of one accident."""

    lines: list[Line]
    no: int | None
    body: int


def read_line_lists(document: Document) -> tuple[list[Record], list[tuple[int, int]]]:
    """The rows of lists without cells, and the spans they stand in."""
    records: list[Record] = []
    spans: list[tuple[int, int]] = []
    lines = [line for line in document.lines if line.text.strip()]
    number = 0
    while number < len(lines):
        head = _head(lines[number : number + _HEAD_LINES])
        if head is None:
            number += 1
            continue
        taken, columns = head
        rows, following = _rows(lines, number + taken)
        read = [_record(row, columns) for row in rows]
        if read and all("started_at" in record.fields for record in read):
            for line in lines[number : number + taken]:
                read[0].add("label:list", Span(line.text.strip(), line.start + line.text.index(line.text.strip()[0])))
            records += read
            spans.append((lines[number].start, lines[following - 1].end))
            number = following
        else:
            number += taken
    return records, spans


def _head(lines: list[Line]) -> tuple[int, list[str]] | None:
    """How many lines make a head of at least three columns, and their fields in order."""
    for count in range(1, len(lines) + 1):
        if any("\t" in line.text or re.search(r"\d{2}|。", line.text) for line in lines[:count]):
            return None
        text = "\n".join(line.text for line in lines[:count])
        found = [_NAMES[squeeze(match.group())] for match in _HEAD_LABEL.finditer(text)]
        left = squeeze(_HEAD_LABEL.sub("", text))
        if len(set(found) & _ESSENTIAL) >= 4 and len(left) <= 12:
            return count, found
    return None


def _rows(lines: list[Line], first: int) -> tuple[list[_Row], int]:
    """The rows below a head, and the number of the first line that belongs to none."""
    rows: list[_Row] = []
    number = first
    while number < len(lines):
        line = lines[number]
        match = _ROW.match(narrow(line.text))
        if "\t" in line.text or (_NO_ROW.match(line.text) and match is None):
            break
        if rows and line.start - rows[-1].lines[-1].end > 2 and match is None:
            break
        if match:
            no = match.group("no")
            rows.append(_Row([line], int(no) if no else None, line.start + match.end()))
        elif not rows or _HEAD_LABEL.match(line.text.strip()):
            break
        else:
            rows[-1].lines.append(line)
        number += 1
    return rows, number


def _record(row: _Row, columns: list[str]) -> Record:
    record = Record(row.lines[0].start, row.lines[-1].end, row.no)
    if row.no is not None:
        bare = row.lines[0].text.lstrip()
        record.add("no", Span(bare[: len(str(row.no))], row.lines[0].start + len(row.lines[0].text) - len(bare)))
    words = [name for name in columns if name in ("carriers", "area", "service", "symptom")]
    for line in row.lines:
        start = max(row.body, line.start) - line.start
        for match in _VALUE.finditer(narrow(line.text), start):
            _words(record, line, start, match.start(), words)
            name = str(match.lastgroup)
            begin = match.start() + len(match.group()) - len(match.group().lstrip())
            record.add(name, Span(line.text[begin : match.end()].rstrip(), line.start + begin))
            start = match.end()
        _words(record, line, start, len(line.text), words)
    return record


def _words(record: Record, line: Line, start: int, end: int, columns: list[str]) -> None:
    """Words before the date are the carrier's name, those after it of the other columns in their order."""
    text = line.text[start:end]
    bare = text.strip()
    if not bare:
        return
    span = Span(bare, line.start + start + len(text) - len(text.lstrip()))
    others = [name for name in columns if name != "carriers"]
    if "started_at" not in record.fields:
        name = "carriers"
    elif "area" in others and "symptom" in others and "symptom" not in record.fields and re.match(r"[一-鿿]{1,6}(?:[都道府県]|地方)|全国", bare):
        name = "area"
    else:
        name = "symptom" if "symptom" in others or not others else others[-1]
    record.add(name, span)
