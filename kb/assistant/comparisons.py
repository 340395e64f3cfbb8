"""The answers of the tools that compare: hearing pack, recurrences, and the reporting rules."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from kb.assistant.answers import DocumentId, Hit, IncidentId, Moment, Quote, Reason, Source, Statement


class Basis(BaseModel):
    """What a question stands on."""

    kind: Annotated[str, Field(description="precedent, measure, promise, exchange, rule or report (the accident in hand)")]
    id: Annotated[str | int | None, Field(description="An incident's id, an exchange's or a rule's; null for a text in hand")]
    quote: Quote


class Question(BaseModel):
    """A question that the council may put, in Japanese."""

    viewpoint: str
    text: str
    basis: list[Basis]


class Precedent(BaseModel):
    """A similar accident with what was done after it."""

    id: IncidentId
    title: str
    carriers: list[str]
    started_at: Moment
    score: float
    shared_tags: list[str]
    why: list[Reason]
    measures: list[PrecedentMeasure]


class PrecedentMeasure(BaseModel):
    """A measure of a precedent."""

    text: Quote
    status: str | None
    completed_on: Moment


class Taken(BaseModel):
    """Who took a measure."""

    id: IncidentId
    text: Quote
    status: str | None


class MissingMeasure(BaseModel):
    """A kind of measure that others took against the same causes and this report lacks."""

    tag: str
    label: str
    against: list[str]
    taken_by: list[Taken]


class Promise(BaseModel):
    """A measure that the same company announced earlier."""

    id: IncidentId
    title: str
    started_at: Moment
    measure: PrecedentMeasure
    shared_tags: list[str]
    timing: str


class EarlierQuestion(BaseModel):
    """What the council asked after a similar accident."""

    meeting: str
    held_on: Moment
    viewpoint: str | None
    question: Quote
    answer: Quote | None
    about: IncidentId


class Subject(BaseModel):
    """The accident in hand."""

    id: Annotated[str | None, Field(description="null for a text in hand")]
    title: str
    carriers: list[str]
    started_at: Moment
    area: str | None


class Verdict(BaseModel):
    """Whether the accident is a 重大な事故 under one rule."""

    rule: str
    label_ja: str
    label_en: str
    status: str
    in_force: Annotated[bool, Field(description="Whether the rule held on the day asked about")]
    in_force_from: str | None
    in_force_to: str | None
    serious: Annotated[bool | None, Field(description="null = it hangs on a condition that figures cannot show")]


class RuleSource(BaseModel):
    """Where a rule is published."""

    publisher: str | None
    title: str | None
    url: str | None


class RuleVerdict(Verdict):
    """A verdict with the rule's sources."""

    sources: list[RuleSource]


class FiguresVerdict(BaseModel):
    """The accident held against the reporting rules; null where figures are missing."""

    serious: bool | None
    rule_in_force: str | None
    verdicts: list[Verdict]


class FirstNotice(BaseModel):
    """How long the first notice to users took, beside the guideline."""

    first_notice_minutes: float | None
    guideline_minutes: float | None


class BriefAnswer(BaseModel):
    """The hearing pack of an accident, shortened; `kb brief` writes it whole."""

    subject: Subject
    classification: FiguresVerdict | None
    not_stated: Annotated[list[str], Field(description="What the report should state and does not")]
    precedents: list[Precedent]
    missing_measures: list[MissingMeasure]
    earlier_promises: list[Promise]
    earlier_questions: list[EarlierQuestion]
    notification: FirstNotice
    questions: list[Question]
    left_off: dict[str, int]
    sources_of: Annotated[dict[str, list[DocumentId]], Field(description="Incident named above → documents that tell of it")]
    sources: list[Source]


class Accident(BaseModel):
    """One of a pair."""

    id: IncidentId
    title: str
    carriers: list[str]
    started_at: Moment
    sources: list[DocumentId]


class SharedTag(BaseModel):
    """A cause that both accidents have, with a sentence of each."""

    id: str
    label_ja: str
    earlier_evidence: list[Quote]
    later_evidence: list[Quote]


class PromisedMeasure(BaseModel):
    """A measure of the earlier accident."""

    text: Quote
    status: str | None
    completed_on: Moment
    timing: Annotated[str, Field(description="Where it stood when the later accident began")]


class Recurrence(BaseModel):
    """A promised measure, and a later accident of the same company with the same cause: dates and quotes, no verdict on the measure."""

    companies: list[str]
    strength: str
    days_between: int | None
    earlier: Accident
    later: Accident
    tags: list[SharedTag]
    measures: list[PromisedMeasure]


class RecurrencesAnswer(BaseModel):
    """Recurrences, the strongest first."""

    carrier: str | None
    as_of: Moment
    note: str
    total: int
    recurrences: list[Recurrence]
    sources: list[Source]


class ClassifyAnswer(BaseModel):
    """Is it a 重大な事故 under the rule in force that day, and under the others?"""

    service_class: int
    duration_minutes: int
    users: int
    date: str | None
    rule_in_force: str | None
    serious: Annotated[bool | None, Field(description="null = no single rule was in force, or it hangs on a condition")]
    verdicts: list[RuleVerdict]


__all__ = ["BriefAnswer", "ClassifyAnswer", "Hit", "RecurrencesAnswer", "Statement"]

Precedent.model_rebuild()
