"""Detail sheets (別紙): one form per accident, in any layout that reads as label, value, label, value.

A tabbed table, an HTML table with rowspan, a ruled table of a PDF and flattened "label value" lines all come down to the
same sequence of units. Quirks met: a label cut over two cells or lines (情報｜周知), a page break within a cell, the text
of a screenshot after a notification, a row whose label was lost (No. 6 of FY2015), a label word within a screenshot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.formats.layout import Document
from kb.formats.repair import squeeze
from kb.japanese.dates import find_moments
from kb.japanese.widths import narrow
from kb.sources.annual_report.side_by_side import rest_of_two
from kb.sources.annual_report.vocabulary import LABELS, LINE_LABEL, channel_of, field_of
from kb.sources.coverage import CoverageLedger
from kb.sources.spans import Record, Span, trimmed

_NUMBER = re.compile(r"^\W{0,2}(?:No|NO|no|№|番号)\s*[.．]?\s*(\d{1,3})\W{0,2}$")
_FORM = r"(?:株式|有限|合同)会社|[(（](?:株|有|同)[)）]|㈱"
# (1) 架空通信株式会社, 【事例2】架空ケーブル(株)の電子メール障害, No.3 架空光: the company heads its form, no 事業者名.
_HEADED = re.compile(
    r"^\s*(?:[(（]\s*\d{1,2}\s*[)）]|[①-⑳]|\d{1,2}(?:[.．)）-]\d{0,2}[.．)）]?|\s)|(?P<label>【?\s*(?:事例|事故|No\.?|№|別紙|別添)\s*\d{1,2}\s*[】:：.]?)|[■●◆◇○□▼【＜])\s*"
    rf"(?P<name>(?:{_FORM})[^\s、。:：()（）の】＞]{{1,24}}|[^\s、。:：()（）の】＞]{{1,24}}?(?:{_FORM}))(?P<rest>(?:(?:の|における|に係る|で発生した)[^。]{{1,40}})?)\s*(?:[(（][^()（）]{{1,30}}[)）])?\s*[】＞]?$"
)
_FOOTNOTE = re.compile(r"^(?:\^\{)?\s*(?:[(（]?\s*[※注]\s*\d{1,2}(?!\d|\s*[時月日分年/:]\s*\d?)\s*[)）]?|注\s*[:：]|※\d{1,2}[:：])")
_SHEET_HEAD = re.compile(r"^[\s(（【]*(?:別紙|別添|参考資料)\s*[-\d０-９①-⑳]*[\s)）】]*$")
# Fields that may stand before 事業者名, and whose second cell begins another sheet.
_OPENING = ("started_at", "duration", "users")
_LONGEST_PART, _MOST_PARTS, _SHORTEST_LABEL = 8, 8, 4  # of a label that a narrow column cut: letters, pieces, letters of the whole
_LONGEST_NAMES = 150  # of all carriers of an accident; what is longer ran on into other columns
_EDGE = re.compile(r"[\n\t]")
_SECTION = re.compile(
    r"^[\s\d()（）.．#■◆【]*(?:事故全体の(?:状況|発生状況)|影響利用者数及び継続時間|サービス別の(?:内訳|状況)|発生要因別|(?:事故)?発生要因別|"
    r"故障設備別|連絡先|問合せ先|重大な事故の一覧|四半期ごとの報告)"
)
# Fields whose text may run on without a label of its own after a page break.
_BEFORE_NOTIFICATION = ("causes", "diagram", "measures")
# Lines of a screenshot may begin with a word of the form ("発生日時：…"); after a notification only these are believed.
_AFTER_NOTIFICATION = ("measures", "causes", "diagram", "notifications")
_POSTED = re.compile(r"掲載|公表|周知|配信|報道発表")
_DEFAULT_CHANNEL = "自社サイト"
_NAME_OF = {label: name for name, labels in LABELS.items() for label in labels}


@dataclass(frozen=True)
class _Unit:
    """A table cell, or a line (a tab-separated part of one) outside tables."""

    span: Span
    is_cell: bool


def read_sheets(document: Document, taken: list[tuple[int, int]], ledger: CoverageLedger) -> list[Record]:
    """The sheets of a document; `taken` are the spans of tables that were read otherwise, `ledger` knows page marks."""
    reader = _SheetReader()
    for unit in _whole_labels(list(_units(document, taken)), document):
        if not ledger.is_read(unit.span.start, unit.span.end):
            reader.read(unit)
    return [record for record in reader.records if "carriers" in record.fields and len(squeeze(record.text("carriers"))) <= _LONGEST_NAMES and _has_form(record)]


def _has_form(record: Record) -> bool:
    """A company's name in a heading makes a sheet only if labels of the form follow it."""
    return "label:heading" not in record.fields or len(set(record.fields) & {"started_at", "duration", "users", "causes", "measures", "symptom"}) >= 2


def _units(document: Document, taken: list[tuple[int, int]]) -> Iterator[_Unit]:
    starts = sorted(table.start for table in document.tables)
    leaves = {}
    for table in document.tables:
        for cell in table.cells:
            inner = any(cell.start <= start < cell.end for start in starts if start != table.start) if "\t" in cell.text else False
            if cell.text and not inner:
                leaves[cell.start] = cell.end
    spans = dict(taken)
    offset = 0
    text = document.text
    while offset < len(text):
        if offset in spans:
            offset = max(spans[offset], offset + 1)
            continue
        end = leaves.get(offset)
        is_cell = end is not None
        if end is None:
            edge = _EDGE.search(text, offset)
            end = edge.start() if edge else len(text)
        if end > offset:
            span = trimmed(document, offset, end)
            if span.text:
                yield _Unit(span, is_cell)
        offset = end + 1 if end == offset or text[end : end + 1] in ("\n", "\t") else end


def _whole_labels(units: list[_Unit], document: Document) -> Iterator[_Unit]:
    """Lines that only together make a label (影響利｜用者数) as one unit."""
    number = 0
    while number < len(units):
        unit, taken = units[number], 1
        if not unit.is_cell and len(unit.span.text) < _LONGEST_PART and field_of(unit.span.text) is None:
            for count in range(2, _MOST_PARTS + 1):
                parts = units[number : number + count]
                if len(parts) < count or parts[-1].is_cell or len(parts[-1].span.text) >= _LONGEST_PART:
                    break
                joined = Span(document.text[unit.span.start : parts[-1].span.end], unit.span.start)
                word = squeeze(joined.text)
                if _NAME_OF.get(word) and len(word) >= _SHORTEST_LABEL and word == "".join(squeeze(part.span.text) for part in parts):
                    unit, taken = _Unit(joined, False), count
                    break
        yield unit
        number += taken


class _SheetReader:
    """Holds which sheet and which of its fields the next unit belongs to."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._record: Record | None = None
        self._field: str | None = None
        self._channel = ""
        self._number: tuple[int, Span] | None = None
        self._awaits_number: Span | None = None
        self._side_by_side: list[str] = []  # fields that the last flattened line opened

    def read(self, unit: _Unit) -> None:
        span = unit.span
        if self._reads_number(span) or (not unit.is_cell and self._reads_heading(span)):
            return
        if not unit.is_cell and (_SECTION.match(span.text) or _SHEET_HEAD.match(span.text)):
            self._record, self._field = None, None
            return
        name = field_of(span.text)
        if name == "no":
            self._awaits_number = span
            return
        if name and self._accepts(name, unit):
            self._open(name, span)
        elif (channel := channel_of(span.text)) and self._record and (self._field == "notifications" or "causes" in self._record.fields):
            self._open_channel(channel, span)
        elif not self._read_line(unit) and not self._goes_on_beside(unit):
            self._value(span)

    def _reads_number(self, span: Span) -> bool:
        """"No." and its number, in one unit or two; they open the next sheet."""
        match = _NUMBER.match(narrow(span.text))
        if match is None and self._awaits_number and re.fullmatch(r"\d{1,3}", narrow(span.text)):
            self._number = (int(narrow(span.text)), Span(span.text, self._awaits_number.start))
            record = self._start(self._awaits_number)
            record.add("label:no", self._awaits_number)
            record.add("no", span)
        elif match:
            self._number = (int(match.group(1)), span)
            self._start(span).add("no", span)
        else:
            self._awaits_number = None
            return False
        self._awaits_number = None
        return True

    def _reads_heading(self, span: Span) -> bool:
        """A heading that names the company; whether labels follow it is seen when all is read."""
        match = _HEADED.match(narrow(span.text))
        if match is None:
            return False
        number = re.search(r"\d{1,2}", narrow(span.text[: match.start("name")]))
        self._number = (int(number.group()), span) if number else None
        record = self._start(span)
        record.add("label:heading", span)
        record.add("carriers", Span(span.text[match.start("name") : match.end("name")], span.start + match.start("name")))
        return True

    def _start(self, span: Span) -> Record:
        number = self._number[0] if self._number else None
        record = self._record = Record(span.start, span.end, number)
        self._number, self._field, self._channel = None, None, ""
        self.records.append(record)
        return record

    def _accepts(self, name: str, unit: _Unit) -> bool:
        if name == "carriers":
            return True
        if self._record is None:
            return name in _OPENING
        if self._field == "notifications" and not unit.is_cell and name not in _AFTER_NOTIFICATION:
            return False
        if self._field == "notifications" and name != "notifications" and name in self._record.fields:
            return False
        # A second 発生日時 within the same sheet is part of a text, unless the cell says that a field goes on.
        return name not in self._record.fields or unit.is_cell or name in ("notifications", "measures", "causes")

    def _open(self, name: str, label: Span) -> None:
        opens = name == "carriers" or name in _OPENING
        record = self._record
        if record is None or (opens and name in record.labels and "carriers" in record.fields):
            record = self._start(label)
        record.labels.setdefault(name, label)
        record.add(f"label:{name}", label)
        if not (name == "notifications" and self._field == "notifications"):
            self._channel = ""
        self._field = name

    def _open_channel(self, channel: str, label: Span) -> None:
        if self._record is not None:
            self._record.add("label:channel", label)
        self._field, self._channel = "notifications", channel

    def _read_line(self, unit: _Unit) -> bool:
        """Flattened "label value label value"; within a cell only "label：value"."""
        span = unit.span
        first = LINE_LABEL.match(span.text)
        if first is None or (unit.is_cell and not re.search("[:：]", first.group("gap"))):
            return False
        if not self._accepts_word(squeeze(first.group("label")), unit):
            return False
        matches = [first]
        opens = _NAME_OF.get(squeeze(first.group("label"))) == "carriers"
        for match in LINE_LABEL.finditer(span.text, first.end()):
            word = squeeze(match.group("label"))
            accepted = (opens and word in _NAME_OF) or self._accepts_word(word, unit)
            if not unit.is_cell and accepted and _NAME_OF.get(word) != "carriers":
                matches.append(match)
        ends = [match.start() for match in matches[1:]] + [len(span.text)]
        empty = sum(not span.text[m.end() : end].strip() for m, end in zip(matches, ends, strict=True))
        if len(matches) >= 3 and empty >= len(matches) - 1:
            # Labels without values are the head of a list that lost its cells: no sheet begins here.
            self._record, self._field = None, None
            return True
        self._side_by_side = []
        for match, end in zip(matches, ends, strict=True):
            self._open_word(squeeze(match.group("label")), Span(match.group().rstrip(), span.start + match.start()))
            value = span.text[match.end() : end].strip()
            if value:
                begin = span.start + match.end() + span.text[match.end() : end].index(value[0])
                self._value(Span(value, begin))
            if self._field and not unit.is_cell:
                self._side_by_side.append(self._field)
        return True

    def _goes_on_beside(self, unit: _Unit) -> bool:
        """A line below two labels with their values: the rest of both, told apart by the space between or by their shapes."""
        if unit.is_cell or self._record is None or len(self._side_by_side) != 2:
            return False
        texts = ["".join(span.text for span in self._record.fields.get(name, ())) for name in self._side_by_side]
        parts = rest_of_two(self._side_by_side, texts, unit.span)
        for name, span in zip(self._side_by_side, parts, strict=False):
            if span is not None:
                self._record.add(name, span)
                self._record.rests.add(span.start)
        return bool(parts)

    def _accepts_word(self, word: str, unit: _Unit) -> bool:
        if word in _NAME_OF:
            # A line may repeat a label's word by chance; only a field still missing is believed.
            name = _NAME_OF[word]
            missing = self._record is None or name not in self._record.fields
            return self._accepts(name, unit) and (missing or name in ("carriers", "notifications"))
        return self._record is not None and (self._field == "notifications" or "causes" in self._record.fields)

    def _open_word(self, word: str, label: Span) -> None:
        if word in _NAME_OF:
            self._open(_NAME_OF[word], label)
        else:
            self._open_channel(channel_of(word) or word, label)

    def _value(self, span: Span) -> None:
        if self._record is None or self._field is None:
            return
        if _FOOTNOTE.match(span.text) and self._field != "statutory_class":
            self._record.add("remarks", span)
            return
        if self._field in _BEFORE_NOTIFICATION and self._record.fields.get("causes") and self._is_posting(span.text):
            self._field, self._channel = "notifications", _DEFAULT_CHANNEL
        if self._field == "carriers" and self._names_nobody(span):
            self._field = None
            return
        self._record.add(self._field, span)
        if self._field == "notifications":
            self._record.channels.append((self._channel or _DEFAULT_CHANNEL, span))

    def _names_nobody(self, span: Span) -> bool:
        """A line after a whole company's name that names no other one."""
        named = squeeze("".join(known.text for known in (self._record.fields.get("carriers", ()) if self._record else ())))
        another = re.search(rf"{_FORM}|会社|^\s*(?:\[|[(（]|及び|※|・|、)", span.text) or len(span.text) <= 2
        return bool(re.search(rf"(?:{_FORM})$", named)) and not another

    @staticmethod
    def _is_posting(text: str) -> bool:
        """"[1] 平成27年…に掲載。": the first line of a notification whose label was lost."""
        head = re.sub(r"^(?:\[\d\]|[・\s-])+", "", text)
        moments = find_moments(head[:60])
        return bool(moments and moments[0].start <= 1 and len(moments[0].value) > 10 and _POSTED.search(head[moments[0].end :][:12]))
