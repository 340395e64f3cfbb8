"""A list row and a detail sheet → one incident. The sheet's values hold; where the list says otherwise both are kept.

A value of the list that differs stands in `Impact.printed` under the field's name + "_in_list", and in a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.japanese.dates import fiscal_year_of, find_moments, parse_moment
from kb.japanese.quantities import Count, Duration, parse_count, parse_duration, without_footnotes
from kb.model import Impact, Incident, Notice, Position, Statement
from kb.sources.coverage import CoverageLedger
from kb.sources.labelled import Labelled, circled, marks, split_labelled
from kb.sources.layout import Document
from kb.sources.repair import join_wrapped, squeeze
from kb.sources.sheet_texts import Item, items, measures, notifications
from kb.sources.sheet_values import carriers, factor, inquiries, service_and_symptom, statutory_class
from kb.sources.spans import Record, Span

_PHASED = ("started_at", "duration", "users", "symptom")
_MAX_TITLE = 70
_QUALIFYING = re.compile(r"^(?:最大|約|延べ|推計|およそ|少なくとも|で|は|:|：|\s)+$")


@dataclass(frozen=True)
class _Key:
    group: int | None
    phase: int | None


class _Values:
    """The labelled values of one record's field, looked up from the most to the least specific."""

    def __init__(self, record: Record | None, name: str, document: Document, ledger: CoverageLedger) -> None:
        spans = _joined(record.fields.get(name, []) if record else [], document)
        self.entries = [e for span in spans for e in split_labelled(span)]
        self._ledger = ledger
        for span in spans:
            for mark in marks(span):
                ledger.mark(mark.start, mark.end)
        self._prefix: Labelled | None = None
        marked = [e for e in self.entries if e.phases or e.group is not None]
        if marked and len(marked) < len(self.entries) and name != "symptom":
            head = self.entries[0]
            if not head.phases and head.group is None and _QUALIFYING.match(head.value.text):
                self._prefix = head
            self.entries = [e for e in self.entries if e in marked or (e is not self._prefix and re.search(r"\d", e.value.text))]

    def keys(self) -> list[_Key]:
        return [_Key(e.group, phase) for e in self.entries for phase in (e.phases or (None,))]

    def get(self, key: _Key) -> Span | None:
        """The value printed for `key`; what is looked up counts as read."""
        for group, phase in ((key.group, key.phase), (key.group, None), (None, key.phase), (None, None)):
            for entry in self.entries:
                if entry.group == group and (phase in entry.phases if phase is not None else not entry.phases):
                    return self._read(entry)
        return None

    def head(self) -> str:
        """Text before the first mark, which holds for every phase; "" without marks."""
        first = self.entries[0] if self.entries else None
        if first is None or first.mark or not any(entry.mark for entry in self.entries):
            return ""
        self._ledger.mark(first.value.start, first.value.end)
        return first.value.text

    def _read(self, entry: Labelled) -> Span:
        for span in (entry.mark, entry.value, self._prefix.value if self._prefix else None):
            if span:
                self._ledger.mark(span.start, span.end)
        if self._prefix and entry.mark:
            return Span(self._prefix.value.text + entry.value.text, entry.value.start)
        return entry.value


def build_incident(
    row: Record | None, sheet: Record | None, document: Document, fiscal_year: int | None, ledger: CoverageLedger
) -> tuple[Incident, list[Notice]]:
    """One incident of a list row, a detail sheet or both, with a warning for every value on which they disagree."""
    main = sheet or row
    if main is None:
        raise ValueError("neither a list row nor a detail sheet")
    position = document.position(main.start)
    notices: list[Notice] = []
    names = _carrier_names(row, sheet, document, notices, main.no, ledger)
    started = parse_moment(main.text("started_at")) or (parse_moment(row.text("started_at")) if row else None)
    impacts = _impacts(row, sheet, names, document, notices, ledger)
    incident = Incident(
        title=_title(list(names.values()), impacts),
        carriers=tuple(dict.fromkeys(names.values())),
        fiscal_year=fiscal_year_of(started) or fiscal_year,
        no=main.no if main.no is not None else (row.no if row else None),
        started_at=min((i.started_at for i in impacts if i.started_at), default=started),
        ended_at=_read_value(main, "ended_at", ledger, parse_moment),
        area=_read_value(sheet, "area", ledger, _area) or _read_value(row, "area", ledger, _area),
        official=True,
        statutory_class=_agreed("statutory_class", statutory_class, row, sheet, document, notices, ledger),
        factor=(found := _agreed("factor", factor, row, sheet, document, notices, ledger)),
        factor_basis="stated" if found else None,
        impacts=tuple(impacts),
        statements=tuple(_statements(row, sheet, document, ledger)),
        measures=tuple(_texts(main, "measures", ledger, lambda spans: measures(spans, document))),
        inquiries=tuple(i for span in main.fields.get("inquiries", ()) for i in _inquiries(span, names, started, ledger)),
        notifications=tuple(_texts(main, "notifications", ledger, lambda _: notifications(main.channels, document, started))),
        position=position,
    )
    for record in filter(None, (row, sheet)):
        for name, spans in record.fields.items():
            if name == "no" or name.startswith("label:"):
                for span in spans:
                    ledger.mark(span.start, span.end)
    return incident, notices


def _joined(spans: list[Span], document: Document) -> list[Span]:
    """Spans with nothing but white space between them (the lines of a wrapped value) as one."""
    found: list[Span] = []
    for span in spans:
        if found and not document.text[found[-1].end : span.start].strip():
            found[-1] = Span(document.text[found[-1].start : span.end], found[-1].start)
        else:
            found.append(span)
    return found


def _carrier_names(
    row: Record | None, sheet: Record | None, document: Document, notices: list[Notice], no: int | None, ledger: CoverageLedger
) -> dict[int | None, str]:
    named = []
    for record in (sheet, row):
        spans = record.fields.get("carriers", []) if record else []
        for span in spans:
            ledger.mark(span.start, span.end)
        if spans:
            whole = Span("\n".join(span.text for span in spans), spans[0].start)
            named.append((carriers(whole), spans[0]))
    if len(named) == 2 and set(named[0][0].values()) != set(named[1][0].values()):
        (ours, _), (others, span) = named
        notices.append(_disagreement(no, "carrier", "、".join(others.values()), "、".join(ours.values()), document.position(span.start)))
    return named[0][0] if named else {}


def _impacts(
    row: Record | None, sheet: Record | None, names: dict[int | None, str], document: Document, notices: list[Notice], ledger: CoverageLedger
) -> list[Impact]:
    in_sheet = {name: _Values(sheet, name, document, ledger) for name in _PHASED}
    in_list = {name: _Values(row, name, document, ledger) for name in _PHASED}
    units = (sheet or row).units if (sheet or row) else {}
    keys = _keys([values for source in (in_sheet, in_list) for values in source.values()])
    service_text = (sheet.text("service") if sheet else "") or (row.text("service") if row else "")
    for record in filter(None, (sheet, row)):
        for span in record.fields.get("service", ()):
            ledger.mark(span.start, span.end)
    impacts = []
    for key in keys:
        found = {name: (in_sheet[name].get(key), in_list[name].get(key)) for name in _PHASED}
        impacts.append(_impact(key, found, names, service_text, in_sheet["symptom"], units, row, document, notices))
    return impacts


def _keys(fields: list[_Values]) -> list[_Key]:
    """Every phase × carrier that any field distinguishes; the plain one if none does."""
    keys = [key for values in fields for key in values.keys()]
    full = [key for key in keys if key.group is not None and key.phase is not None]
    groups = sorted({key.group for key in keys if key.group is not None})
    loose = sorted({key.phase for key in keys if key.group is None and key.phase is not None})
    if full:
        # Phases printed without a carrier belong to every carrier unless that carrier lists its own.
        full += [_Key(g, p) for g in groups for p in loose if not any(k.group == g for k in full)]
        return sorted(set(full), key=lambda k: (k.group, k.phase))
    if groups:
        return [_Key(g, p) for g in groups for p in (loose or [None])]
    return [_Key(None, p) for p in loose] or [_Key(None, None)]


def _impact(
    key: _Key, found: dict[str, tuple[Span | None, Span | None]], names: dict[int | None, str], service_text: str,
    sheet_symptoms: _Values, units: dict[str, str], row: Record | None, document: Document, notices: list[Notice],
) -> Impact:  # fmt: skip
    label = (f"[{key.group}]" if key.group is not None else "") + (circled(key.phase) if key.phase is not None else "")
    printed: dict[str, str] = {}
    values: dict[str, object] = {}
    readers = {
        "started_at": parse_moment,
        "duration": parse_duration,
        "users": lambda text: parse_count(text, units.get("users", "")),
    }
    for name, reader in readers.items():
        sheet_span, list_span = found[name]
        span = sheet_span or list_span
        if span is None:
            continue
        printed[name] = join_wrapped(span.text)
        values[name] = reader(span.text)
        if sheet_span and list_span:
            other = parse_count(list_span.text, row.units.get("users", "")) if name == "users" and row else reader(list_span.text)
            if other is not None and values[name] is not None and not _agree(values[name], other):
                printed[f"{name}_in_list"] = join_wrapped(list_span.text)
                place = document.position(list_span.start)
                notices.append(_disagreement(row.no if row else None, f"{name} {label}".strip(), list_span.text, span.text, place))
            values[name] = values[name] if values[name] is not None else other
    service, symptom = _service(key, found["symptom"], service_text, sheet_symptoms)
    if found["symptom"][0]:
        printed["symptom"] = join_wrapped(sheet_symptoms.head() + found["symptom"][0].text)
    duration, users = values.get("duration"), values.get("users")
    exact_duration = duration.minutes if isinstance(duration, Duration) and duration.maximum is None else None
    anchor = next((span for pair in found.values() for span in pair if span), None)
    return Impact(
        service=service,
        label=label or None,
        carrier=names.get(key.group) if key.group is not None else None,
        symptom=symptom,
        started_at=values.get("started_at"),  # type: ignore[arg-type]
        duration_minutes=exact_duration,
        users=users.value if isinstance(users, Count) else None,
        users_max=users.maximum if isinstance(users, Count) else None,
        users_qualifier=users.qualifier if isinstance(users, Count) else None,
        unit=(users.unit if isinstance(users, Count) else None) or "users",
        printed=printed,
        position=document.position(anchor.start) if anchor else None,
    )


def _service(
    key: _Key, found: tuple[Span | None, Span | None], service_text: str, sheet_symptoms: _Values
) -> tuple[str, str | None]:
    """The list's short sentence is preferred; a sheet names the service once before its phases."""
    sheet_span, list_span = found
    if list_span is not None:
        service, symptom = service_and_symptom(list_span.text)
    elif sheet_span is not None:
        service, symptom = service_and_symptom(sheet_symptoms.head() + sheet_span.text)
    else:
        service, symptom = "", None
    if service_text:
        stated = {e.phases: e.value.text for e in split_labelled(Span(service_text, 0))}
        own = next((text for phases, text in stated.items() if key.phase in phases), stated.get((), service_text))
        whole = join_wrapped((sheet_span or list_span).text) if sheet_span or list_span else None
        return join_wrapped(own), symptom or whole
    return service or "記載なし", symptom


def _agree(ours: object, others: object) -> bool:
    """Whether two printings can be one value: a rounded one agrees with a precise one near it."""
    if isinstance(ours, Duration) and isinstance(others, Duration):
        slack = 30 if ours.approximate or others.approximate else 0
        return abs(ours.minutes - others.minutes) <= slack
    if isinstance(ours, Count) and isinstance(others, Count):
        rounded = "approx" in (ours.qualifier, others.qualifier) and ours.qualifier != others.qualifier
        return abs(ours.value - others.value) <= (0.05 * max(ours.value, others.value) if rounded else 0) and ours.maximum == others.maximum
    if isinstance(ours, str) and isinstance(others, str):
        return ours.startswith(others) or others.startswith(ours)
    return ours == others


def _agreed(name, reader, row, sheet, document, notices, ledger):  # type: ignore[no-untyped-def]
    """A value that list and sheet both may print; the sheet's holds."""
    ours, others = _read_value(sheet, name, ledger, reader), _read_value(row, name, ledger, reader)
    if ours is not None and others is not None and ours != others:
        notices.append(_disagreement(row.no, name, row.text(name), sheet.text(name), document.position(row.fields[name][0].start)))
    return ours if ours is not None else others


def _read_value(record, name, ledger, reader):  # type: ignore[no-untyped-def]
    """`reader` of a field's text; the text counts as read if it makes a value."""
    if record is None or name not in record.fields:
        return None
    value = reader(record.text(name))
    if value is not None:
        for span in record.fields[name]:
            ledger.mark(span.start, span.end)
    return value


def _area(text: str) -> str | None:
    """One line; a space between two prefectures parts them and stays."""
    joined = re.sub(r"(?<=[都道府県])[ \n]+(?=[一-鿿]+[都道府県])", "、", without_footnotes(text))
    return join_wrapped(joined) or None


def _texts(record, name, ledger, reader):  # type: ignore[no-untyped-def]
    spans = record.fields.get(name, [])
    for span in spans:
        ledger.mark(span.start, span.end)
    return reader(spans) if spans else []


def _inquiries(span, names, started, ledger):  # type: ignore[no-untyped-def]
    found = inquiries(span, names, started)
    if found:
        ledger.mark(span.start, span.end)
    return found


def _statements(row: Record | None, sheet: Record | None, document: Document, ledger: CoverageLedger) -> list[Statement]:
    """発生原因 as causes in order; what else the form says in running text as notes."""
    found: list[Statement] = []
    seen: set[str] = set()
    for record in filter(None, (sheet, row)):
        for name, kind in (("causes", "cause"), ("diagram", "note"), ("response", "note"), ("remarks", "note")):
            spans = record.fields.get(name, [])
            texts = items(spans, by_sentence=True) if kind == "cause" else [_whole(span) for span in spans]
            for item in texts:
                if squeeze(item.text) not in seen:
                    seen.add(squeeze(item.text))
                    found.append(Statement(kind, item.text, document.position(item.start)))
            for span in spans:
                ledger.mark(span.start, span.end)
    if sheet and (remark := re.search(r"※\s*(.+)$", sheet.text("statutory_class"), re.DOTALL)):
        span = sheet.fields["statutory_class"][0]
        found.append(Statement("note", join_wrapped(remark.group(1)), document.position(span.start)))
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


def _disagreement(no: int | None, what: str, in_list: str, in_sheet: str, position: Position) -> Notice:
    number = f"No. {no}: " if no is not None else ""
    message = f"{number}{what}: the list says {join_wrapped(in_list)!r}, the detail sheet {join_wrapped(in_sheet)!r}"
    return Notice("list-detail-disagree", message, position)


def pair_up(rows: list[Record], sheets: list[Record]) -> list[tuple[Record | None, Record | None]]:
    """Which row and which sheet are one accident: by number, else by carrier and start, else alone."""
    pairs: list[tuple[Record | None, Record | None]] = []
    left = list(sheets)
    for row in rows:
        sheet = next((s for s in left if s.no is not None and s.no == row.no), None)
        if sheet is None:
            sheet = next((s for s in left if (s.no is None or row.no is None) and _same(row, s)), None)
        if sheet is not None:
            left.remove(sheet)
        pairs.append((row, sheet))
    return pairs + [(None, sheet) for sheet in left]


def _same(row: Record, sheet: Record) -> bool:
    days = [{m.value[:10] for m in find_moments(r.text("started_at"))} for r in (row, sheet)]
    names = [
        set(carriers(Span(r.text("carriers"), r.start)).values()) for r in (row, sheet)
    ]
    return bool(days[0] & days[1]) and (bool(names[0] & names[1]) or not names[0] or not names[1])
