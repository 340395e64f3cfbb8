"""The reporting rules: when an accident is a 重大な事故, on which day, and by how much it misses.

The rules are data (`db/thresholds.yml`). A clause is reached when the accident lasts at least its minutes and touches
at least its users; an accident is serious under a rule when it reaches one clause of its class of service. A clause
with a `condition` (a fact that figures cannot show, such as the number of monthly users) never decides alone: where
only such a clause is reached the answer is None, "depends".
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import KbError, NotFoundError
from kb.knowledge.reporting_rules.file import read_thresholds
from kb.knowledge.reporting_rules.model import Clause, Guideline, Rule, Thresholds
from kb.model import Impact, Incident, Notice
from kb.sources.moments import days_of

CLASS_NOT_REACHED = "class-not-reached"


@dataclass(frozen=True)
class ClauseVerdict:
    """One clause held against the figures; `missing_*` are None when the clause is reached on that side."""

    clause: Clause
    reached: bool
    missing_minutes: int | None
    missing_users: int | None


@dataclass(frozen=True)
class RuleVerdict:
    """Is the accident serious under `rule`? None = only a conditional clause is reached."""

    rule: Rule
    in_force: bool
    serious: bool | None
    clause: Clause | None  # the clause that decides: the first one reached, else the one missed by least
    clauses: tuple[ClauseVerdict, ...]


@dataclass(frozen=True)
class Classification:
    """An accident under the rule in force on its day (`serious`) and under every other rule (`verdicts`).

    `serious` is None when no single rule was in force over the whole of `on`, or when the verdict hangs on a condition.
    """

    service_class: int
    duration_minutes: int
    users: int
    on: str | None
    rule_in_force: Rule | None
    serious: bool | None
    verdicts: tuple[RuleVerdict, ...]


def load_thresholds(path: Path) -> Thresholds:
    """Read `db/thresholds.yml`. Raises CatalogueError naming the file, the place and what was expected."""
    return read_thresholds(path)


def rule_in_force(thresholds: Thresholds, on: str | None) -> Rule | None:
    """The enacted rule that held over the whole of `on` (a day, month or year); without `on`, the newest one."""
    enacted = [rule for rule in thresholds.rules if rule.status == "enacted"]
    if on is None:
        return enacted[-1] if enacted else None
    first, last = days_of(on)
    return next((rule for rule in enacted if rule.validity.covers(first, last)), None)


def guideline(thresholds: Thresholds, guideline_id: str) -> Guideline:
    """The guideline of this id. Raises NotFoundError."""
    found = next((one for one in thresholds.guidelines if one.id == guideline_id), None)
    if found is None:
        raise NotFoundError(f"There is no guideline {guideline_id!r} in db/thresholds.yml: add it there.")
    return found


def classify(
    thresholds: Thresholds, service_class: int, duration_minutes: int, users: int, on: str | None = None
) -> Classification:
    """Hold one service's figures against every rule. `on` is an ISO day, month, year or moment.

    Raises NotFoundError for a class that no rule knows, KbError for figures or a date that cannot be.
    """
    known = [service.id for service in thresholds.service_classes]
    if service_class not in known:
        raise NotFoundError(f"No class of service {service_class}: give one of {', '.join(map(str, known))}.")
    if duration_minutes < 0 or users < 0:
        raise KbError(f"A duration of {duration_minutes} min and {users} users cannot be: give figures of 0 or more.")
    current = rule_in_force(thresholds, on)
    verdicts = tuple(
        _verdict(rule, rule is current, service_class, duration_minutes, users) for rule in thresholds.rules
    )
    serious = next((verdict.serious for verdict in verdicts if verdict.in_force), None)
    return Classification(service_class, duration_minutes, users, on, current, serious, verdicts)


def _verdict(rule: Rule, in_force: bool, service_class: int, minutes: int, users: int) -> RuleVerdict:
    held = tuple(_held_against(clause, minutes, users) for clause in rule.clauses_for(service_class))
    firm = [verdict for verdict in held if verdict.reached and verdict.clause.condition is None]
    conditional = [verdict for verdict in held if verdict.reached and verdict.clause.condition is not None]
    serious: bool | None = True if firm else None if conditional else False
    deciding = next(iter(firm or conditional or sorted(held, key=_shortfall)), None)
    return RuleVerdict(rule, in_force, serious, deciding.clause if deciding else None, held)


def _held_against(clause: Clause, minutes: int, users: int) -> ClauseVerdict:
    missing_minutes = clause.minutes - minutes if minutes < clause.minutes else None
    missing_users = clause.users - users if users < clause.users else None
    return ClauseVerdict(clause, missing_minutes is None and missing_users is None, missing_minutes, missing_users)


def _shortfall(verdict: ClauseVerdict) -> float:
    """How far off a clause is, as a share of what it asks, so that minutes and users can be compared."""
    return (verdict.missing_minutes or 0) / verdict.clause.minutes + (verdict.missing_users or 0) / verdict.clause.users


def classification_json(classification: Classification) -> dict[str, Any]:
    """The JSON of `kb classify`."""
    current = classification.rule_in_force
    return {
        "service_class": classification.service_class,
        "duration_minutes": classification.duration_minutes,
        "users": classification.users,
        "date": classification.on,
        "rule_in_force": current.id if current else None,
        "serious": classification.serious,
        "verdicts": [_verdict_json(verdict) for verdict in classification.verdicts],
    }


def _verdict_json(verdict: RuleVerdict) -> dict[str, Any]:
    rule = verdict.rule
    return {
        "rule": rule.id,
        "label_ja": rule.label_ja,
        "label_en": rule.label_en,
        "status": rule.status,
        "in_force_from": rule.validity.first,
        "in_force_to": rule.validity.last,
        "in_force": verdict.in_force,
        "serious": verdict.serious,
        "clause": verdict.clause.id if verdict.clause else None,
        "clauses": [
            {
                **dataclasses.asdict(held.clause),
                "reached": held.reached,
                "missing_minutes": held.missing_minutes,
                "missing_users": held.missing_users,
            }
            for held in verdict.clauses
        ],
        "not_judged": list(rule.beyond_figures),
        "note": rule.note,
        "sources": [{"publisher": s.publisher, "title": s.title, "url": s.url} for s in rule.sources],
    }


def check_incident(thresholds: Thresholds, incident: Incident) -> Notice | None:
    """A notice when the printed class of service is reached by none of the printed figures.

    Figures that are missing, or printed as a lower bound, may hide a larger accident: then there is nothing to query.
    """
    service_class = incident.statutory_class
    if service_class is None or not incident.impacts:
        return None
    rule = _rule_for(thresholds, incident)
    clauses = rule.clauses_for(service_class) if rule else ()
    if rule is None or not clauses or any(_may_reach(impact, clause) for impact in incident.impacts for clause in clauses):
        return None
    figures = ", ".join(_printed_figures(impact) for impact in incident.impacts)
    message = f"No printed figure reaches class {service_class} of the rule {rule.id}: {figures}. Check both."
    return Notice(CLASS_NOT_REACHED, message, incident.position)


def _rule_for(thresholds: Thresholds, incident: Incident) -> Rule | None:
    """The rule of the incident's day; an undated incident goes by its fiscal year, whose first day is 1 April."""
    if incident.started_at:
        return rule_in_force(thresholds, incident.started_at)
    if incident.fiscal_year:
        return rule_in_force(thresholds, f"{incident.fiscal_year}-04-01")
    return None


def _may_reach(impact: Impact, clause: Clause) -> bool:
    minutes = math.inf if impact.duration_minutes is None else impact.duration_minutes
    users = math.inf if impact.users is None or impact.users_qualifier == "at_least" else impact.users
    return minutes >= clause.minutes and max(users, impact.users_max or 0) >= clause.users


def _printed_figures(impact: Impact) -> str:
    duration = impact.printed.get("duration") or (
        "?" if impact.duration_minutes is None else f"{impact.duration_minutes} min"
    )
    users = impact.printed.get("users") or ("?" if impact.users is None else f"{impact.users} {impact.unit}")
    return f"{impact.label or ''}{duration} × {users}"


def changes_between(thresholds: Thresholds, first: int, last: int) -> tuple[Mapping[str, Any], ...]:
    """The enacted breaks that make fiscal years `first` to `last` incomparable: fiscal_year, text_ja, text_en."""
    return tuple(
        {"fiscal_year": change.fiscal_year, "text_ja": change.text_ja, "text_en": change.text_en}
        for change in thresholds.changes
        if change.fiscal_year is not None and first < change.fiscal_year <= last
    )
