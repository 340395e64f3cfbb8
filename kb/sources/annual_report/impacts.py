"""Impacts of one accident: each phase × carrier with its start, duration, users, service and symptom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kb.formats.layout import Document
from kb.formats.repair import join_wrapped
from kb.japanese.dates import parse_moment
from kb.japanese.quantities import Count, Duration, parse_count, parse_duration
from kb.model import Impact
from kb.sources.annual_report.labelled import split_labelled
from kb.sources.annual_report.phase_values import PhaseKey, PhaseValues, phase_keys
from kb.sources.annual_report.sheet_values import service_and_symptom
from kb.sources.annual_report.wrapped import whole_moment, whole_number
from kb.sources.coverage import CoverageLedger
from kb.sources.spans import Record, Span

_PHASED = ("started_at", "duration", "users", "symptom")
_NO_SERVICE = "記載なし"
# A duration printed as 約1.5時間 is rounded to half an hour, a number with 約 to two digits.
_ROUNDED_MINUTES = 30
_ROUNDED_SHARE = 0.05

Disagree = Callable[[str, str, str, int], None]  # what, in the list, in the sheet, offset


def read_impacts(
    row: Record | None, sheet: Record | None, names: dict[int | None, str], names_in_list: dict[int | None, str],
    document: Document, ledger: CoverageLedger, disagree: Disagree,
) -> list[Impact]:  # fmt: skip
    """One impact for every phase × carrier that list or sheet tells apart; both printings where they differ."""
    in_sheet = {name: PhaseValues(sheet, name, document, ledger) for name in _PHASED}
    in_list = {name: PhaseValues(row, name, document, ledger) for name in _PHASED}
    services = [span for record in (sheet, row) if record for span in record.fields.get("service", [])]
    for span in services:
        ledger.mark(span.start, span.end)
    impacts = []
    for key in phase_keys([values for source in (in_sheet, in_list) for values in source.values()]):
        found = {name: (in_sheet[name].get(key), in_list[name].get(key)) for name in _PHASED}
        printed: dict[str, str] = {}
        values = {name: _value(name, key, found[name], sheet, row, printed, disagree) for name in _PHASED[:3]}
        own, other = found["symptom"]
        service, symptom = _service(own, other, in_sheet["symptom"].head())
        if own:
            printed["symptom"] = join_wrapped(in_sheet["symptom"].head() + own.text)
        if services:
            printed_symptom = own or other
            service, symptom = _of_column(services[0].text, key), symptom or (join_wrapped(printed_symptom.text) if printed_symptom else None)
        if names_in_list.get(key.group, names.get(key.group)) != names.get(key.group):
            printed["carrier_in_list"] = names_in_list[key.group]
        anchor = next((span for pair in found.values() for span in pair if span), None)
        impacts.append(_impact(key, service, symptom, values, names, printed, document, anchor))
    return impacts


def _impact(
    key: PhaseKey, service: str, symptom: str | None, values: dict[str, Any], names: dict[int | None, str],
    printed: dict[str, str], document: Document, anchor: Span | None,
) -> Impact:  # fmt: skip
    duration, users = values["duration"], values["users"]
    return Impact(
        service=service or _NO_SERVICE,
        label=key.label or None,
        carrier=names.get(key.group) if key.group is not None else None,
        symptom=symptom,
        started_at=values["started_at"],
        duration_minutes=duration.minutes if duration is not None and duration.maximum is None else None,
        users=users.value if users is not None else None,
        users_max=users.maximum if users is not None else None,
        users_qualifier=users.qualifier if users is not None else None,
        unit=(users.unit if users is not None else None) or "users",
        printed=printed,
        position=document.position(anchor.start) if anchor else None,
    )


def _value(
    name: str, key: PhaseKey, found: tuple[Span | None, Span | None], sheet: Record | None, row: Record | None,
    printed: dict[str, str], disagree: Disagree,
) -> Any:  # fmt: skip
    """The sheet's value, else the list's; if they differ the list's printing is kept and told."""
    own, other = (_read(name, span, record) if span else None for span, record in zip(found, (sheet, row), strict=True))
    sheet_span, list_span = found
    shown = sheet_span or list_span
    if shown:
        printed[name] = join_wrapped(_whole(name, shown.text))
    if sheet_span and list_span and own is not None and other is not None and not agree(own, other):
        printed[f"{name}_in_list"] = join_wrapped(_whole(name, list_span.text))
        disagree(f"{name} {key.label}".strip(), list_span.text, sheet_span.text, list_span.start)
    return own if own is not None else other


def _whole(name: str, text: str) -> str:
    return {"started_at": whole_moment, "users": whole_number}.get(name, str)(text)


def _read(name: str, span: Span, record: Record | None) -> str | Duration | Count | None:
    if name == "started_at":
        return parse_moment(whole_moment(span.text))
    if name == "duration":
        return parse_duration(span.text)
    return parse_count(whole_number(span.text), record.units.get("users", "") if record else "")


def agree(ours: object, others: object) -> bool:
    """Whether two printings can be one value: a rounded one agrees with a precise one near it."""
    if isinstance(ours, Duration) and isinstance(others, Duration):
        slack = _ROUNDED_MINUTES if ours.approximate or others.approximate else 0
        return abs(ours.minutes - others.minutes) <= slack
    if isinstance(ours, Count) and isinstance(others, Count):
        rounded = "approx" in (ours.qualifier, others.qualifier) and ours.qualifier != others.qualifier
        share = _ROUNDED_SHARE * max(ours.value, others.value) if rounded else 0.0
        return abs(ours.value - others.value) <= share and ours.maximum == others.maximum
    if isinstance(ours, str) and isinstance(others, str):
        return ours.startswith(others) or others.startswith(ours)
    return ours == others


def _service(own: Span | None, other: Span | None, head: str) -> tuple[str, str | None]:
    """The list's short sentence is preferred; a sheet names the service once (`head`) before its phases."""
    if other is not None:
        return service_and_symptom(other.text)
    return service_and_symptom(head + own.text) if own is not None else ("", None)


def _of_column(text: str, key: PhaseKey) -> str:
    """The service of a phase where list or sheet has a place of its own for it."""
    stated = {entry.phases: entry.value.text for entry in split_labelled(Span(text, 0))}
    own = next((value for phases, value in stated.items() if key.phase in phases), None)
    return join_wrapped(own or stated.get((), text))
