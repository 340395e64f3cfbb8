"""The values of one field by phase and carrier, and which phases and carriers an accident has."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kb.formats.layout import Document
from kb.sources.annual_report.labelled import Labelled, circled, marks, split_labelled, unmarked_phase
from kb.sources.coverage import CoverageLedger
from kb.sources.spans import Record, Span

_QUALIFYING = re.compile(r"^(?:最大|約|延べ|推計|およそ|少なくとも|で|は|:|：|\s)+$")


@dataclass(frozen=True)
class PhaseKey:
    """A carrier's number [1] and a phase's ①; None where the accident is not told apart by it."""

    group: int | None
    phase: int | None

    @property
    def label(self) -> str:
        """The mark as printed: "①", "[1]②", or "" for an accident of one phase and carrier."""
        group = f"[{self.group}]" if self.group is not None else ""
        return group + (circled(self.phase) if self.phase is not None else "")


class PhaseValues:
    """The labelled values of one record's field, looked up from the most to the least specific."""

    def __init__(self, record: Record | None, name: str, document: Document, ledger: CoverageLedger) -> None:
        spans = _joined(record.fields.get(name, []) if record else [], document)
        rows = record.phases if record else {}
        self.entries: list[Labelled] = []
        self._rests: dict[int, list[Span]] = {}  # by the start of the value they go on with
        for span in spans:
            found = [_in_row(e, rows.get(span.start, 0)) for e in split_labelled(span)]
            if record and span.start in record.rests and self.entries and found and not found[0].mark:
                self._rests.setdefault(self.entries[-1].value.start, []).append(found.pop(0).value)
            self.entries += found
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

    def keys(self) -> list[PhaseKey]:
        """Groups and phases for which something is printed."""
        return [PhaseKey(e.group, phase) for e in self.entries for phase in (e.phases or (None,))]

    def get(self, key: PhaseKey) -> Span | None:
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
        rests = self._rests.get(entry.value.start, [])
        for span in (entry.mark, entry.value, self._prefix.value if self._prefix else None, *rests):
            if span:
                self._ledger.mark(span.start, span.end)
        prefix = self._prefix.value.text if self._prefix and entry.mark else ""
        return Span(prefix + "\n".join([entry.value.text, *(rest.text for rest in rests)]), entry.value.start)


def phase_keys(fields: list[PhaseValues]) -> list[PhaseKey]:
    """Every phase × carrier that any field distinguishes; the plain one if none does."""
    keys = [key for values in fields for key in values.keys()]
    full = [key for key in keys if key.group is not None and key.phase is not None]
    groups = sorted({key.group for key in keys if key.group is not None})
    loose = sorted({key.phase for key in keys if key.group is None and key.phase is not None})
    if full:
        # Phases printed without a carrier belong to every carrier unless that carrier lists its own.
        full += [PhaseKey(g, p) for g in groups for p in loose if not any(k.group == g for k in full)]
        return sorted(set(full), key=lambda k: (k.group, k.phase))
    if groups:
        return [PhaseKey(g, p) for g in groups for p in (loose or (None,))]
    return [PhaseKey(None, p) for p in loose] or [PhaseKey(None, None)]


def _in_row(entry: Labelled, row: int) -> Labelled:
    """A value without a mark in one of several rows of an accident is that row's."""
    if not row or entry.phases or entry.group is not None:
        return entry
    return replace(entry, phases=(unmarked_phase(row),))


def _joined(spans: list[Span], document: Document) -> list[Span]:
    """Spans with nothing but white space between them (the lines of a wrapped value) as one."""
    found: list[Span] = []
    for span in spans:
        if found and not document.text[found[-1].end : span.start].strip():
            found[-1] = Span(document.text[found[-1].start : span.end], found[-1].start)
        else:
            found.append(span)
    return found
