"""What the rules of questions are held against: a subject with the other parts of its brief, and which rules apply to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.knowledge.measure_kinds import measure_kind
from kb.knowledge.question_rules import ANY_MEASURE, QuestionRule, When
from kb.model import Measure

Item = Mapping[str, Any]
LEAST_MISSED = 0.2  # weight from which a missing measure is worth one
LEAST_ASKED = 0.2  # pertinence from which a promise is worth a question of its own


@dataclass(frozen=True)
class Case:
    """`tags` maps a tag to its evidence, `chances` to how likely it is (0..1); lists are parts of the brief as JSON."""

    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)
    text: str = ""
    measures: Sequence[Measure] = ()
    not_stated: Sequence[str] = ()
    missing: Sequence[Item] = ()
    promises: Sequence[Item] = ()
    exchanges: Sequence[Item] = ()
    notice_minutes: int | None = None
    guideline_minutes: int = 30
    guideline_in_force: bool | None = None
    minutes: int | None = None
    users: int | None = None
    serious: bool | None = None


@dataclass(frozen=True)
class Match:
    """A rule that applies: the tags and words that it applies through, and the promise, measure or other thing that it asks about."""

    rule: QuestionRule
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    promise: Item | None = None
    measure: Measure | None = None
    missing: Item | None = None
    exchange: Item | None = None


def matches(rule: QuestionRule, case: Case) -> list[Match]:
    """Every way in which the rule applies: one for each promise, measure, missing measure or exchange; at most one for other rules."""
    when = rule.when
    tags = tuple(tag for tag in (*when.tags, *when.all_tags) if tag in case.tags)
    words = tuple(word for word in when.words if word in case.text)
    if not _holds(when, case, tags, words):
        return []
    found = [
        Match(rule, tags, words, promise, measure, missing, exchange)
        for promise in _promises(when, case)
        for measure in _measures(when, case)
        for missing in _missing(when, case)
        for exchange in _exchanges(when, case)
    ]
    return found if rule.per else found[:1]


def _holds(when: When, case: Case, tags: Sequence[str], words: Sequence[str]) -> bool:
    """The conditions that need nothing to be picked out of a list."""
    return (
        (not when.tags or any(tag in tags for tag in when.tags))
        and all(tag in case.tags for tag in when.all_tags)
        and not any(tag in case.tags for tag in when.no_tags)
        and (not when.words or bool(words))
        and not any(word in case.text for word in when.no_words)
        and (not when.not_stated or any(name in case.not_stated for name in when.not_stated))
        and (when.no_measures is None or when.no_measures is not _prevents(case.measures))
        and _above(when.notice_over, case.notice_minutes)
        and _above(when.minutes_over, case.minutes)
        and _above(when.users_over, case.users)
        and (when.guideline is None or when.guideline is case.guideline_in_force)
        and (when.serious is None or when.serious is case.serious)
    )


def _above(limit: int | None, value: int | None) -> bool:
    return limit is None or (value is not None and value > limit)


def _prevents(measures: Sequence[Measure]) -> bool:
    return any((measure.kind or measure_kind(measure.text) or "prevention") == "prevention" for measure in measures)


def _promises(when: When, case: Case) -> Iterator[Item | None]:
    if when.promises is None:
        yield None
        return
    for promise in case.promises:
        if promise["pertinence"] >= LEAST_ASKED and promise["relation"] == when.promises and (not when.timings or promise["timing"] in when.timings):
            yield promise


def _measures(when: When, case: Case) -> Iterator[Measure | None]:
    if not when.status:
        yield None
        return
    for measure in case.measures:
        if (measure.status or "open") in when.status:
            yield measure


def _missing(when: When, case: Case) -> Iterator[Item | None]:
    if not when.missing:
        yield None
        return
    for item in case.missing:
        if item["weight"] >= LEAST_MISSED and (ANY_MEASURE in when.missing or item["tag"] in when.missing):
            yield item


def _exchanges(when: When, case: Case) -> Iterator[Item | None]:
    if not when.exchange:
        yield None
        return
    yield from case.exchanges
