"""What a question stands on: passages of the report, of precedents, promises, measures and meetings, and the rules themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kb.japanese.text import sentences
from kb.knowledge.reporting_rules.judgement import guideline
from kb.knowledge.reporting_rules.model import Thresholds
from kb.reports.brief.case import Case, Match
from kb.reports.brief.subject import Subject

EACH = 2  # quotes of one kind under one question

EVIDENCE = """
    SELECT t.incident_id, t.tag_id, t.evidence, p.text FROM incident_tags t LEFT JOIN passages p ON p.id = t.passage_id
    WHERE t.incident_id IN ({incidents}) AND t.tag_id IN ({tags}) ORDER BY t.incident_id, t.tag_id, t.passage_id"""
TOLD = "SELECT incident_id, field, text FROM passages WHERE incident_id IN ({incidents}) AND field IN ({fields}) ORDER BY id"

# In which passages of a precedent stands what the subject does not state.
STATED_IN: Mapping[str, tuple[str, ...]] = {
    "started_at": ("cause",), "ended_at": ("prolonging", "impact"), "services": ("impact",), "users": ("impact",), "area": ("area",),
    "emergency_calls": ("impact", "notification"), "cause": ("cause",), "prolonging": ("prolonging",), "measures": ("measure",),
    "completion": ("measure",), "first_notice": ("notification",), "inquiries": ("notification",),
}  # fmt: skip
SPEAKS_OF = {
    "ended_at": ("復旧", "回復", "収束", "時間"), "started_at": ("時", "分"),
    "emergency_calls": ("緊急通報", "110", "119"), "inquiries": ("問い合わせ", "問合せ", "申告"),
    "first_notice": ("公表", "掲載", "告知", "周知", "第一報"),
}  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """Where quotes come from; `shown` are the precedents of the brief, the nearest first."""

    connection: sqlite3.Connection
    subject: Subject
    thresholds: Thresholds
    shown: Sequence[str]
    classification: Mapping[str, Any] = field(default_factory=dict)
    notification: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def evidence(self) -> dict[str, list[tuple[str, str]]]:
        """Tag → (precedent, quote) in the order of the precedents."""
        tags = sorted(self.subject.tags)
        found: dict[str, dict[str, str]] = {}
        if self.shown and tags:
            sql = EVIDENCE.format(incidents=_marks(self.shown), tags=_marks(tags))
            for incident_id, tag, evidence, passage in self.connection.execute(sql, [*self.shown, *tags]):
                found.setdefault(tag, {}).setdefault(incident_id, passage_quote(evidence, passage))
        return {tag: [(i, quotes[i]) for i in self.shown if i in quotes] for tag, quotes in found.items()}

    @cached_property
    def passages(self) -> list[tuple[str, str, str]]:
        """(precedent, field, text) of what precedents tell in the fields of STATED_IN."""
        fields = sorted({name for names in STATED_IN.values() for name in names})
        if not self.shown:
            return []
        sql = TOLD.format(incidents=_marks(self.shown), fields=_marks(fields))
        rows = self.connection.execute(sql, [*self.shown, *fields]).fetchall()
        place = {incident_id: number for number, incident_id in enumerate(self.shown)}
        return sorted(rows, key=lambda row: place[row[0]])

    @cached_property
    def figures(self) -> str | None:
        """The passage of the subject that tells its extent."""
        if self.subject.incident.id is not None:
            sql = """
                SELECT p.text FROM passages p JOIN impacts i ON i.id = p.impact_id WHERE p.incident_id = ?
                ORDER BY coalesce(i.users, 0) * coalesce(i.duration_minutes, 1) DESC, p.id LIMIT 1"""
            row = self.connection.execute(sql, [self.subject.incident.id]).fetchone()
            return row[0] if row else None
        printed = [value for impact in self.subject.incident.impacts for value in impact.printed.values()]
        return next((line.strip() for line in (self.subject.source or "").splitlines() if any(value in line for value in printed)), None)


def passage_quote(evidence: str, passage: str | None) -> str:
    """Evidence that runs over several sentences is told by the passage that it was tied to."""
    return evidence if passage is None or evidence in passage else passage


def basis(match: Match, case: Case, sources: Sources) -> list[dict[str, Any]]:
    """[{"kind", "id", "quote"}], without repeats; the id of a draft is null."""
    found: dict[tuple[str, Any, str], dict[str, Any]] = {}
    for kind, identifier, quote in _cited(match, case, sources):
        found.setdefault((kind, identifier, quote), {"kind": kind, "id": identifier, "quote": quote})
    return list(found.values())


def _cited(match: Match, case: Case, sources: Sources) -> Iterator[tuple[str, Any, str]]:
    own = sources.subject.incident.id
    when = match.rule.when
    if match.promise is not None:
        yield "promise", match.promise["id"], match.promise["measure"]["text"]
        for tag in match.promise["shared_tags"][:EACH]:
            yield from (("report", own, quote) for quote in case.tags[tag][:1])
    if match.measure is not None:
        yield "report", own, match.measure.text
    if match.missing is not None:
        yield from (("measure", taken["id"], taken["text"]) for taken in match.missing["taken_by"][:EACH])
        for tag in match.missing["against"][:1]:
            yield from (("report", own, quote) for quote in case.tags.get(tag, ())[:1])
    if match.exchange is not None:
        yield "exchange", match.exchange["exchange"], match.exchange["question"]
    if when.notice_over is not None:
        rule = guideline(sources.thresholds, "first-notice")
        yield "rule", rule.id, rule.text_ja
        if sources.notification.get("quote"):
            yield "report", own, sources.notification["quote"]
        yield from (("precedent", one["id"], one["quote"]) for one in sources.notification.get("precedents", ())[:EACH])
    for name in when.not_stated:
        if name in case.not_stated:
            yield from _stated_elsewhere(name, sources)
    yield from _of_tags(match.tags, case, sources, own)
    yield from (("report", own, sentence) for word in match.words for sentence in _sentences_with(word, case)[:1])
    if when.serious is not None or when.minutes_over is not None or when.users_over is not None or when.no_measures:
        yield from _figures(sources, own)


def _of_tags(tags: Sequence[str], case: Case, sources: Sources, own: str | None) -> Iterator[tuple[str, Any, str]]:
    yield from (("report", own, quote) for tag in tags[:EACH] for quote in case.tags[tag][:1])
    told: list[str] = []
    for tag in tags:
        for incident_id, quote in sources.evidence.get(tag, ()):
            if len(told) < EACH and incident_id not in told:
                told.append(incident_id)
                yield "precedent", incident_id, quote


def _stated_elsewhere(name: str, sources: Sources) -> Iterator[tuple[str, Any, str]]:
    """How precedents tell what is not stated here; the rule that asks for a report, where none does."""
    words = SPEAKS_OF.get(name, ())
    told: list[str] = []
    for incident_id, field_name, text in sources.passages:
        if field_name in STATED_IN[name] and incident_id not in told and len(told) < EACH and (not words or any(word in text for word in words)):
            told.append(incident_id)
            yield "precedent", incident_id, text
    if not told:
        yield from _rule(sources)


def _figures(sources: Sources, own: str | None) -> Iterator[tuple[str, Any, str]]:
    if sources.figures:
        yield "report", own, sources.figures
    yield from _rule(sources)


def _rule(sources: Sources) -> Iterator[tuple[str, Any, str]]:
    """The reporting rule in force on the day, or the newest."""
    enacted = [rule for rule in sources.thresholds.rules if rule.status == "enacted"]
    rule = next((rule for rule in enacted if rule.id == sources.classification.get("rule_in_force")), enacted[-1])
    yield "rule", rule.id, rule.label_ja


def _sentences_with(word: str, case: Case) -> list[str]:
    return [sentence for _, sentence in sentences(case.text) if word in sentence]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
