"""A list row and a detail sheet → one incident. The sheet's values hold; where the list says otherwise both are kept.

A value of the list that differs stands in `Impact.printed` under the field's name + "_in_list", and in a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kb.formats.layout import Document
from kb.formats.repair import join_wrapped, squeeze
from kb.japanese.dates import fiscal_year_of, parse_moment
from kb.japanese.quantities import without_footnotes
from kb.model import Impact, Incident, Inquiry, Notice, Statement
from kb.sources.annual_report.impacts import read_impacts
from kb.sources.annual_report.sheet_texts import Item, items, measures, notifications
from kb.sources.annual_report.sheet_values import carriers, factor, inquiries, statutory_class
from kb.sources.annual_report.wrapped import whole_moment
from kb.sources.coverage import CoverageLedger
from kb.sources.spans import Record, Span

_MAX_TITLE = 70
_Value = TypeVar("_Value")


@dataclass
class _Reading:
    """The row and sheet of one accident, with what is gathered while they are read."""

    row: Record | None
    sheet: Record | None
    document: Document
    ledger: CoverageLedger
    notices: list[Notice] = field(default_factory=list)

    @property
    def main(self) -> Record:
        record = self.sheet or self.row
        if record is None:
            raise ValueError("neither a list row nor a detail sheet")
        return record

    @property
    def records(self) -> list[Record]:
        """Sheet before row, as far as there are any."""
        return [record for record in (self.sheet, self.row) if record is not None]

    @property
    def no(self) -> int | None:
        return next((record.no for record in self.records if record.no is not None), None)

    def mark(self, spans: list[Span]) -> None:
        for span in spans:
            self.ledger.mark(span.start, span.end)

    def disagree(self, what: str, in_list: str, in_sheet: str, start: int) -> None:
        """Warn that the list says one thing and the sheet another."""
        number = f"No. {self.no}: " if self.no is not None else ""
        message = f"{number}{what}: the list says {join_wrapped(in_list)!r}, the detail sheet {join_wrapped(in_sheet)!r}"
        self.notices.append(Notice("list-detail-disagree", message, self.document.position(start)))

    def value(self, record: Record | None, name: str, reader: Callable[[str], _Value | None]) -> _Value | None:
        """`reader` of a field's text; the text counts as read if it makes a value."""
        if record is None or name not in record.fields:
            return None
        value = reader(record.text(name))
        if value is not None:
            self.mark(record.fields[name])
        return value

    def agreed(self, name: str, reader: Callable[[str], _Value | None]) -> _Value | None:
        """A value that list and sheet both may print; the sheet's holds."""
        ours, others = self.value(self.sheet, name, reader), self.value(self.row, name, reader)
        if ours is not None and others is not None and ours != others and self.row and self.sheet:
            self.disagree(name, self.row.text(name), self.sheet.text(name), self.row.fields[name][0].start)
        return ours if ours is not None else others


def build_incident(
    row: Record | None, sheet: Record | None, document: Document, fiscal_year: int | None, ledger: CoverageLedger
) -> tuple[Incident, list[Notice]]:
    """One incident of a list row, a detail sheet or both, with a warning for every value on which they disagree."""
    reading = _Reading(row, sheet, document, ledger)
    main = reading.main
    names, names_in_list = _carrier_names(reading)
    impacts = read_impacts(row, sheet, names, names_in_list, document, ledger, reading.disagree)
    started = next((m for record in reading.records if (m := parse_moment(whole_moment(record.text("started_at"))))), None)
    stated = reading.agreed("factor", factor)
    for record in reading.records:
        for name, spans in record.fields.items():
            if name == "no" or name.startswith("label:"):
                reading.mark(spans)
    reading.mark(main.fields.get("measures", []) + main.fields.get("notifications", []))
    incident = Incident(
        title=_title(list(names.values()), impacts),
        carriers=tuple(dict.fromkeys(names.values())),
        fiscal_year=fiscal_year_of(started) or fiscal_year,
        no=reading.no,
        started_at=min((impact.started_at for impact in impacts if impact.started_at), default=started),
        ended_at=reading.value(main, "ended_at", parse_moment),
        area=reading.value(sheet, "area", _area) or reading.value(row, "area", _area),
        official=True,  # the annual report lists nothing but serious accidents
        statutory_class=reading.agreed("statutory_class", statutory_class),
        factor=stated,
        factor_basis="stated" if stated else None,
        impacts=tuple(impacts),
        statements=tuple(_statements(reading)),
        measures=tuple(measures(main.fields.get("measures", []), document, started)),
        inquiries=tuple(_inquiries(reading, names, started)),
        notifications=tuple(notifications(main.channels, document, started)),
        position=document.position(main.start),
    )
    return incident, reading.notices


def _carrier_names(reading: _Reading) -> tuple[dict[int | None, str], dict[int | None, str]]:
    """Carriers by number as the sheet names them, and as the list does where it names others."""
    named: list[dict[int | None, str]] = []
    for record in reading.records:
        spans = record.fields.get("carriers", [])
        reading.mark(spans)
        if spans:
            named.append(carriers(Span("\n".join(span.text for span in spans), spans[0].start)))
    if len(named) == 2 and set(named[0].values()) != set(named[1].values()) and reading.row:
        ours, others = named
        start = reading.row.fields["carriers"][0].start
        reading.disagree("carrier", "、".join(others.values()), "、".join(ours.values()), start)
        return ours, others
    return (named[0] if named else {}), {}


def _inquiries(reading: _Reading, names: dict[int | None, str], started: str | None) -> list[Inquiry]:
    found: list[Inquiry] = []
    for spans in _with_rests(reading.main, "inquiries"):
        read = inquiries(Span("\n".join(span.text for span in spans), spans[0].start), names, started)
        if read:
            reading.mark(spans)
        found += read
    return found


def _with_rests(record: Record, name: str) -> list[list[Span]]:
    """The spans of a field, each with those that go on with it."""
    found: list[list[Span]] = []
    for span in record.fields.get(name, []):
        if found and span.start in record.rests:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def _area(text: str) -> str | None:
    """One line; a space between two prefectures parts them and stays."""
    joined = re.sub(r"(?<=[都道府県])[ \n]+(?=[一-鿿]+[都道府県])", "、", without_footnotes(text))
    return join_wrapped(joined) or None


def _statements(reading: _Reading) -> list[Statement]:
    """発生原因 as causes in order; what else the form says in running text as notes."""
    found: list[Statement] = []
    seen: set[str] = set()
    for record in reading.records:
        for name, kind in (("causes", "cause"), ("diagram", "note"), ("response", "note"), ("remarks", "note")):
            spans = record.fields.get(name, [])
            reading.mark(spans)
            for item in items(spans, by_sentence=True) if kind == "cause" else map(_whole, spans):
                if squeeze(item.text) not in seen:
                    seen.add(squeeze(item.text))
                    found.append(Statement(kind, item.text, reading.document.position(item.start)))
    sheet = reading.sheet
    remark = re.search(r"※\s*(.+)$", sheet.text("statutory_class"), re.DOTALL) if sheet else None
    if sheet and remark:
        start = sheet.fields["statutory_class"][0].start
        found.append(Statement("note", join_wrapped(remark.group(1)), reading.document.position(start)))
    return found


def _whole(span: Span) -> Item:
    """A drawing's or remark's text as one item, line by line."""
    return Item("\n".join(filter(None, map(join_wrapped, span.text.split("\n")))), span.start, span.text)


def _title(names: list[str], impacts: list[Impact]) -> str:
    first = impacts[0] if impacts else None
    what = "" if first is None else f"{first.service} {first.symptom or ''}".strip()
    if first and first.symptom and first.service.split("及び")[0] in first.symptom:
        what = first.symptom
    title = "・".join(dict.fromkeys(names)) + " " + what
    return title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1] + "…"
