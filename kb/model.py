"""What an incident is: frozen records with no behaviour beyond reading themselves.

Units and conventions hold everywhere:
- a moment is an ISO 8601 string as precise as its source: "2015-04-02T05:30+09:00", "2015-04-02", "2015-04", "2015" or None (not stated);
- durations are whole minutes, users are whole numbers in `unit`;
- None means "not stated in any source", never "none" or zero;
- printed values stand beside normalised ones in `printed`, as the source shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

FACTORS = ("equipment", "human", "external", "other")  # 設備要因, 人為要因, 外的要因, その他 (the ministry's four)
FACTOR_BASES = ("stated", "inferred")  # printed by the ministry, or classified by us after its definition
USERS_QUALIFIERS = ("exact", "approx", "max", "at_least", "range")
USERS_UNITS = ("users", "lines", "contracts", "households", "base_stations", "cases")
MEASURE_STATUSES = ("done", "planned", "ongoing")
MEASURE_KINDS = ("prevention", "recovery", "compensation", "report")  # only prevention keeps an accident from coming back
STATEMENT_KINDS = ("cause", "prolonging", "lesson", "notification", "consequence", "disagreement", "note")
CARRIER_ROLES = ("responsible", "affected", "reseller")
OFFICIAL_BASES = ("stated", "figures")  # a source says so, or the figures reach the rule in force
REPORT_STAGES = ("first", "interim", "final")
EXCHANGE_KINDS = ("question", "answer", "remark", "summary")
DOCUMENT_KINDS = ("catalogue", "meeting", "annual-report", "council-minutes", "company-report", "guidance", "web")
SOURCE_KINDS = ("ministry", "company", "press", "copy", "blog")
TAG_METHODS = ("curated", "rule", "model")

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Position:
    """Where something stands in a document; both count from 1. Text files have lines only."""

    page: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Source:
    """A document that supports fields of an incident. `supports` holds field names of `Incident`."""

    publisher: str
    title: str | None = None
    url: str | None = None
    supports: tuple[str, ...] = ()
    original_url: str | None = None  # the publisher's own address when `url` is a mirror and the original is certain
    kind: str | None = None  # one of SOURCE_KINDS
    accessed_on: str | None = None
    archived_url: str | None = None


@dataclass(frozen=True)
class Impact:
    """One service × phase × carrier of an incident; `label` is the printed mark ("①", "[1]②")."""

    service: str
    label: str | None = None
    carrier: str | None = None
    symptom: str | None = None
    started_at: str | None = None
    duration_minutes: int | None = None
    users: int | None = None
    users_max: int | None = None  # upper end when users_qualifier is "range"
    users_qualifier: str | None = None
    unit: str = "users"
    printed: Mapping[str, str] = field(default_factory=lambda: NOTHING)  # "duration", "users", "started_at" as printed
    position: Position | None = None


@dataclass(frozen=True)
class Statement:
    """One thing said of an incident; the causal chain is its statements of kind "cause" in order."""

    kind: str
    text: str
    position: Position | None = None


@dataclass(frozen=True)
class Measure:
    """A recurrence-prevention measure (再発防止策). `completed_on` is a month or day, possibly a planned one.

    `carrier` is who promised it, None = not told apart; `owner` is a ministry or another authority that did.
    """

    text: str
    completed_on: str | None = None
    status: str | None = None
    printed: str | None = None
    position: Position | None = None
    carrier: str | None = None
    owner: str | None = None
    kind: str | None = None  # one of MEASURE_KINDS
    followed_up: str | None = None  # when a source last told what became of it; None = no news since it was promised


@dataclass(frozen=True)
class Demand:
    """Something that an authority asks of a company after an accident (行政指導, 要請), and until when."""

    text: str
    due_on: str | None = None
    authority: str | None = None
    issued_on: str | None = None
    position: Position | None = None


@dataclass(frozen=True)
class Inquiry:
    """How many inquiries from users a carrier counted, and until when."""

    count: int
    carrier: str | None = None
    as_of: str | None = None
    printed: str | None = None


@dataclass(frozen=True)
class Notification:
    """How users were told: channel as printed (自社サイト, 報道発表 …)."""

    channel: str
    text: str
    at: str | None = None
    position: Position | None = None


@dataclass(frozen=True)
class TagAssignment:
    """A tag of an incident with the sentence that bears it out. `tag` is "axis/id"."""

    tag: str
    evidence: str
    method: str = "curated"
    confidence: float = 1.0


@dataclass(frozen=True)
class Incident:
    """One accident of one or several carriers, whatever number of documents tell of it.

    `id` is start date + carrier slug and never changes; an incident fresh from a document has None until it is identified.
    """

    title: str
    carriers: tuple[str, ...]
    fiscal_year: int | None
    id: str | None = None
    no: int | None = None  # the number in an annual report's list
    started_at: str | None = None
    ended_at: str | None = None
    area: str | None = None
    official: bool | None = None  # reported as 重大な事故; None = not established
    statutory_class: int | None = None  # 1-4, as printed
    factor: str | None = None
    factor_basis: str | None = None
    impacts: tuple[Impact, ...] = ()
    statements: tuple[Statement, ...] = ()
    keywords: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    notifications: tuple[Notification, ...] = ()
    tags: tuple[TagAssignment, ...] = ()
    sources: tuple[Source, ...] = ()
    position: Position | None = None
    guidance: tuple[Demand, ...] = ()
    roles: Mapping[str, str] = field(default_factory=lambda: NOTHING)  # carrier → one of CARRIER_ROLES; absent = not told apart
    official_basis: str | None = None  # one of OFFICIAL_BASES
    near_miss: bool = False  # no accident, but nearly one: shown, never counted
    title_en: str | None = None
    summary_ja: str | None = None
    summary_en: str | None = None


@dataclass(frozen=True)
class Exchange:
    """One turn of a council meeting; `answers` is the index (from 0) of the question in the meeting's list.

    `incident` is the index (from 0) of the accident it is about in the report's incidents; None = of none in particular.
    """

    kind: str
    text: str
    viewpoint: str | None = None
    answers: int | None = None
    position: Position | None = None
    incident: int | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting of the council (電気通信事故検証会議): agenda items and what was said.

    `held_on` is as precise as its source; a body that met over months has `ended_on`. `heard` are ids of incidents.
    """

    held_on: str
    number: int | None = None
    place: str | None = None
    items: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    hours: str | None = None  # as printed: "16:00～18:05"
    label: str | None = None  # as printed, with its year: "令和6年度 第4回"
    ended_on: str | None = None
    heard: tuple[str, ...] = ()
    note: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Statistic:
    """One cell of an annual table. `value` is in `unit` ("件", "社", "%", "ポイント")."""

    table: str
    row: str
    column: str
    value: float
    unit: str
    fiscal_year: int | None = None
    position: Position | None = None
    note: str | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Notice:
    """Something in a document that a careful reader would query; `code` is stable, `message` names printed text."""

    code: str
    message: str
    position: Position | None = None


@dataclass(frozen=True)
class Unread:
    """Text of a document that ended in no field."""

    text: str
    position: Position | None = None


@dataclass(frozen=True)
class Coverage:
    """Characters of a document (white space apart), those read into a field, and every run that was not."""

    characters: int
    read: int
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Report:
    """All that was read from one document. `kind` is None when it is of no known kind: what could be read is there all the same."""

    kind: str | None
    title: str | None = None
    published_on: str | None = None
    fiscal_year: int | None = None
    incidents: tuple[Incident, ...] = ()
    statistics: tuple[Statistic, ...] = ()
    meeting: Meeting | None = None
    warnings: tuple[Notice, ...] = ()
    coverage: Coverage = field(default_factory=lambda: Coverage(0, 0))
    notes: tuple[Statement, ...] = ()  # what the document says of itself: criteria, definitions, footnotes, contact
    reasons: tuple[str, ...] = ()  # why it was taken for its kind
    stage: str | None = None  # one of REPORT_STAGES
    secondary: bool = False  # an article about a company's accident, not the company's own word
