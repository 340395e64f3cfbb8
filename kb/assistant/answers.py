"""The answers of the tools as pydantic models, from which the protocol's schemas are made. What a model does not name is left out of an answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

LONGEST = 600  # characters of one text in an answer


def _shortened(value: Any) -> Any:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value


Quote = Annotated[str, BeforeValidator(_shortened), Field(description=f"As stored; longer than {LONGEST} characters it ends in …")]
IncidentId = Annotated[str, Field(description="The incident's id; its page on a site of jiko-kb is /incidents/<id>")]
Moment = Annotated[str | None, Field(description="ISO 8601 in Japanese time, as coarse as the source (2018, 2018-12, 2018-12-06, 2018-12-06T13:39+09:00); null = not stated")]
DocumentId = Annotated[int, Field(description="The id of an entry of `sources`")]


class Source(BaseModel):
    """A document that an answer stands on."""

    id: int
    kind: Annotated[str, Field(description="'web' or a kind of document that was read; 'catalogue' is this base's own summary of the incident's other sources")]
    source_kind: Annotated[str | None, Field(description="ministry, company, press, copy (of another page) or blog; null = not told")]
    publisher: str | None
    title: str | None
    url: str | None
    published_on: Moment


class Reason(BaseModel):
    """A sentence that made the incident a hit."""

    field: str
    text: Quote
    by: Annotated[str, Field(description="keyword, semantic or tag")]
    source: DocumentId


class Hit(BaseModel):
    """An incident found."""

    id: IncidentId
    title: str
    carriers: list[str]
    fiscal_year: int | None
    started_at: Moment
    score: float
    tags: Annotated[list[str], Field(description="axis/id")]
    why: list[Reason]
    sources: Annotated[list[DocumentId], Field(description="The best of the documents that tell of the incident")]


class Condition(BaseModel):
    """A condition that was read in the query."""

    kind: str
    text: str
    read: str
    strict: Annotated[bool, Field(description="Whether incidents that do not meet it are left out")]
    left_out: int


class SearchAnswer(BaseModel):
    """Incidents for a question, best first."""

    query: str
    total: Annotated[int, Field(description="How many incidents match; `hits` are the first of them")]
    hits: list[Hit]
    conditions: list[Condition]
    absent: Annotated[list[str], Field(description="Words of the query that nothing held has")]
    weak_from: Annotated[int | None, Field(description="From this hit on (0 = first) the relation to the query is weak; null = none is")]
    notice: str | None = None
    sources: list[Source]


class ReadDraft(BaseModel):
    """What was understood of a text given."""

    title: str
    carriers: list[str]
    started_at: Moment
    tags: Annotated[list[str], Field(description="Proposed by rules, axis/id")]


class PrecedentsAnswer(BaseModel):
    """Incidents like the one asked about, best first."""

    query: Annotated[str | None, Field(description="The incident compared; null for a text")]
    draft: ReadDraft | None = None
    axis: str
    total: int
    hits: list[Hit]
    same_episode: Annotated[list[Hit], Field(description="Incidents of the same series, days apart: no precedents")]
    notice: str | None = None
    sources: list[Source]


class Statement(BaseModel):
    """A sentence about an incident."""

    text: Quote
    source: DocumentId


class Notice(Statement):
    """How users were told."""

    channel: str | None
    at: Moment


class Company(BaseModel):
    """Whose accident it was."""

    name: Annotated[str, Field(description="As it was called then")]
    today: str
    role: Annotated[str | None, Field(description="responsible, affected or reseller; null = not told apart")]


class ImpactOn(BaseModel):
    """What one service suffered."""

    service: str
    symptom: str | None
    carrier: str | None
    started_at: Moment
    duration_minutes: int | None
    users: int | None
    users_max: int | None
    users_qualifier: Annotated[str | None, Field(description="exact, approx, max, at_least or range (users to users_max)")]
    unit: str
    source: DocumentId


class MeasureTaken(BaseModel):
    """A measure as it was announced."""

    text: Quote
    status: Annotated[str | None, Field(description="done, planned or ongoing; null = not stated")]
    completed_on: Moment
    kind: Annotated[str | None, Field(description="prevention, recovery, compensation or report")]
    owner: str | None
    source: DocumentId


class Evidence(BaseModel):
    """A sentence that bears out a tag."""

    text: Quote
    method: Annotated[str, Field(description="curated by people, or proposed by rule or model")]
    confidence: float


class Tag(BaseModel):
    """A tag of an incident."""

    id: str
    label_ja: str
    label_en: str
    evidence: list[Evidence]


class Exchange(BaseModel):
    """What a council asked or said."""

    kind: str
    viewpoint: str | None
    text: Quote
    held_on: Moment
    source: DocumentId
    answers: list[Statement]


class IncidentAnswer(BaseModel):
    """All that is held about one incident; null and empty lists mean that no source states it."""

    id: IncidentId
    title: str
    title_en: str | None
    carriers: list[Company]
    fiscal_year: int | None
    started_at: Moment
    ended_at: Moment
    duration_minutes: int | None
    users: int | None
    users_unit: str | None
    area: str | None
    official: Annotated[bool | None, Field(description="Whether it is a 重大な事故 reported to the ministry; null = not established")]
    official_basis: Annotated[str | None, Field(description="stated by a source, or figures that reach the rule in force")]
    near_miss: bool
    impacts: list[ImpactOn]
    causes: list[Statement]
    prolonging: list[Statement]
    measures: list[MeasureTaken]
    lessons: list[Statement]
    notifications: list[Notice]
    exchanges: list[Exchange]
    tags: list[Tag]
    left_off: Annotated[dict[str, int], Field(description="List → how many of its entries are not in this answer")]
    sources: list[Source]
