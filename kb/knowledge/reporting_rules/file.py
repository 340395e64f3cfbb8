"""Reads `db/thresholds.yml` strictly: an unknown key, a wrong type or two rules on one day is a CatalogueError."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kb.catalogue.plain_yaml import read_yaml
from kb.errors import CatalogueError, KbError
from kb.knowledge.reporting_rules.model import (
    CHANGE_STATUSES,
    RULE_STATUSES,
    Change,
    Clause,
    Guideline,
    Rule,
    ServiceClass,
    Thresholds,
    Validity,
)
from kb.model import Source
from kb.sources.moments import days_of

# Per record: key → (type, required).
_SERVICE = {"id": (int, True), "label_ja": (str, True), "definition": (str, True)}
_CLAUSE = {
    "id": (str, True),
    "service_class": (int, False),
    "minutes": (int, True),
    "users": (int, True),
    "condition": (str, False),
}
_RULE = {
    "id": (str, True),
    "label_ja": (str, True),
    "label_en": (str, True),
    "status": (str, True),
    "recommended_on": (str, False),
    "in_force_from": (str, False),
    "in_force_to": (str, False),
    "clauses": (list, True),
    "beyond_figures": (list, False),
    "note": (str, False),
    "sources": (list, True),
}
_CHANGE = {
    "fiscal_year": (int, False),
    "status": (str, True),
    "text_ja": (str, True),
    "text_en": (str, True),
    "note": (str, False),
    "sources": (list, True),
}
_GUIDELINE = {
    "id": (str, True),
    "label_ja": (str, True),
    "label_en": (str, True),
    "minutes": (int, True),
    "text_ja": (str, True),
    "in_force_from": (str, True),
    "sources": (list, True),
}
_SOURCE = {"publisher": (str, True), "title": (str, True), "url": (str, False), "original_url": (str, False)}
_FILE = {"service_classes": (list, True), "rules": (list, True), "changes": (list, True), "guidelines": (list, False)}


def read_thresholds(path: Path) -> Thresholds:
    """Read and check the file. Raises CatalogueError."""
    try:
        return _thresholds(read_yaml(path))
    except _Misfit as misfit:
        raise CatalogueError(f"{path}: {misfit}") from misfit


class _Misfit(Exception):
    """What does not fit and where inside the file."""


def _thresholds(raw: Any) -> Thresholds:
    top = _record(raw, _FILE, "the file")
    services = tuple(ServiceClass(**record) for record in _records(top["service_classes"], _SERVICE, "service_classes"))
    rules = tuple(_rule(record, f"rule {record['id']}") for record in _records(top["rules"], _RULE, "rules"))
    changes = tuple(_change(record) for record in _records(top["changes"], _CHANGE, "changes"))
    guidelines = tuple(_guideline(record) for record in _records(top["guidelines"] or [], _GUIDELINE, "guidelines"))
    _check(services, rules)
    return Thresholds(services, rules, changes, guidelines)


def _rule(record: Mapping[str, Any], where: str) -> Rule:
    _one_of(record["status"], RULE_STATUSES, where)
    for key in ("in_force_from", "in_force_to", "recommended_on"):
        _day(record[key], f"{where}, {key}")
    clauses = tuple(Clause(**clause) for clause in _records(record["clauses"], _CLAUSE, f"{where}, clauses"))
    for clause in clauses:
        if clause.minutes <= 0 or clause.users <= 0:
            raise _Misfit(f"{where}, clause {clause.id}: minutes and users must be above 0.")
    return Rule(
        id=record["id"],
        label_ja=record["label_ja"],
        label_en=record["label_en"],
        status=record["status"],
        validity=Validity(record["in_force_from"], record["in_force_to"]),
        clauses=clauses,
        sources=_sources(record["sources"], where),
        recommended_on=record["recommended_on"],
        beyond_figures=tuple(record["beyond_figures"] or ()),
        note=record["note"],
    )


def _change(record: Mapping[str, Any]) -> Change:
    where = f"change {record['fiscal_year']}"
    _one_of(record["status"], CHANGE_STATUSES, where)
    if (record["status"] == "enacted") != (record["fiscal_year"] is not None):
        raise _Misfit(f"{where}: an enacted change, and only that, has a fiscal year.")
    return Change(**{**record, "sources": _sources(record["sources"], where)})


def _guideline(record: Mapping[str, Any]) -> Guideline:
    where = f"guideline {record['id']}"
    _day(record["in_force_from"], f"{where}, in_force_from")
    if record["minutes"] <= 0:
        raise _Misfit(f"{where}: minutes must be above 0.")
    return Guideline(**{**record, "sources": _sources(record["sources"], where)})


def _check(services: Iterable[ServiceClass], rules: tuple[Rule, ...]) -> None:
    known = {service.id for service in services}
    ids = [rule.id for rule in rules] + [clause.id for rule in rules for clause in rule.clauses]
    if len(ids) != len(set(ids)):
        raise _Misfit("ids of rules and clauses must be unique.")
    for rule in rules:
        strange = {clause.service_class for clause in rule.clauses if clause.service_class is not None} - known
        if strange:
            raise _Misfit(f"rule {rule.id}: unknown class of service {sorted(strange)}.")
    enacted = [rule for rule in rules if rule.status == "enacted"]
    for older, newer in itertools.pairwise(enacted):
        if not (older.validity.last and newer.validity.first and older.validity.last < newer.validity.first):
            raise _Misfit(f"rules {older.id} and {newer.id}: enacted rules stand oldest first and do not overlap.")


def _sources(raw: Any, where: str) -> tuple[Source, ...]:
    sources = tuple(Source(**record) for record in _records(raw, _SOURCE, f"{where}, sources"))
    if not sources:
        raise _Misfit(f"{where}: name a source.")
    return sources


def _records(raw: Any, shape: Mapping[str, tuple[type, bool]], where: str) -> list[dict[str, Any]]:
    if not isinstance(raw, list):
        raise _Misfit(f"{where}: expected a list.")
    return [_record(item, shape, f"{where}[{index}]") for index, item in enumerate(raw)]


def _record(raw: Any, shape: Mapping[str, tuple[type, bool]], where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _Misfit(f"{where}: expected a mapping.")
    strange = set(raw) - set(shape)
    if strange:
        raise _Misfit(f"{where}: unknown key {', '.join(sorted(map(str, strange)))}; known: {', '.join(shape)}.")
    for key, (kind, required) in shape.items():
        value = raw.get(key)
        if value is None and required:
            raise _Misfit(f"{where}: {key} is missing.")
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise _Misfit(f"{where}: {key} should be {kind.__name__}, not {value!r}.")
    return {key: raw.get(key) for key in shape}


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> None:
    if value not in allowed:
        raise _Misfit(f"{where}: status {value!r} is none of {', '.join(allowed)}.")


def _day(value: str | None, where: str) -> None:
    if value is None:
        return
    try:
        first, last = days_of(value)
    except KbError as error:
        raise _Misfit(f"{where}: {error}") from error
    if first != last:
        raise _Misfit(f"{where}: {value!r} is not a day.")
