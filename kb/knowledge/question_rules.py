"""The rules by which questions are put to a company that reports an accident: `db/questions.yml`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.catalogue.fields import Record, shown, suggestion
from kb.catalogue.plain_yaml import read_yaml
from kb.errors import CatalogueError
from kb.knowledge.taxonomy import Taxonomy
from kb.model import MEASURE_STATUSES

VIEWPOINTS = (
    "事前防止", "設備", "作業手順", "冗長・切替", "輻輳・再接続", "監視・検知", "復旧", "利用者周知", "体制・委託", "再発防止策の実効性",
)  # fmt: skip
STATUSES = (*MEASURE_STATUSES, "open")
PROMISES = ("own", "group")
TIMINGS = ("completed-before", "completed-same-month", "completed-after", "planned", "ongoing", "not-stated")
PER = ("promise", "measure", "missing", "exchange")
NOT_STATED = (
    "started_at", "ended_at", "services", "users", "area", "emergency_calls", "cause", "prolonging", "measures", "completion", "first_notice", "inquiries",
)  # fmt: skip
ANY_MEASURE = "*"

# What a wording may hold, and what must be asked for so that there is something to put in.
SLOTS = {
    "tag": "promise", "minutes": "notice_over", "guideline": "notice_over", "duration": "minutes_over", "users": "users_over",
    "measure": "measure", "due": "measure", "missing": "missing", "taken": "missing", "taken_by": "missing", "taken_in": "missing", "against": "missing",
    "promise": "promise", "promised_in": "promise", "promise_state": "promise", "asked_in": "exchange", "asked": "exchange",
    "asked_about": "exchange",
}  # fmt: skip

_FIELDS = ("id", "viewpoint", "weight", "when", "per", "at_most", "text", "covers")
_WHEN = (
    "tags", "all_tags", "no_tags", "words", "no_words", "missing", "not_stated", "status", "no_measures", "promises", "timings", "exchange",
    "notice_over", "minutes_over", "users_over", "serious", "guideline",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class When:
    """Everything given must hold; an empty tuple or None is not asked for. Lists of tags mean any of them unless they are `all_tags`."""

    tags: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    no_measures: bool | None = None
    promises: str | None = None
    timings: tuple[str, ...] = ()
    exchange: bool | None = None
    notice_over: int | None = None
    minutes_over: int | None = None
    users_over: int | None = None
    serious: bool | None = None
    guideline: bool | None = None


@dataclass(frozen=True)
class QuestionRule:
    """One question: when it applies, its wording with slots, and the measures that it makes other questions about needless."""

    id: str
    viewpoint: str
    weight: int
    when: When
    text: str
    per: str | None = None
    at_most: int = 1
    covers: tuple[str, ...] = ()

    @property
    def slots(self) -> frozenset[str]:
        """Names of the gaps in the question's text."""
        return frozenset(_SLOT.findall(self.text))


def load_questions(path: Path, taxonomy: Taxonomy) -> tuple[QuestionRule, ...]:
    """Read `db/questions.yml`. Raises CatalogueError with every problem, each with its place and what is allowed."""
    problems: list[str] = []
    record = Record.of(read_yaml(path), "", ("questions",), problems)
    known = frozenset(tag.key for tag in taxonomy.tags)
    rules = [_rule(item, known) for item in record.records("questions", _FIELDS)]
    if not rules:
        record.note("questions", "missing; it needs a list of rules")
    problems += _twice(rule.id for rule in rules)
    if problems:
        raise CatalogueError(f"{path}: " + "\n  ".join(problems))
    return tuple(rules)


def _rule(record: Record, known: frozenset[str]) -> QuestionRule:
    id_ = record.text("id", required=True) or ""
    if id_ and not _ID.fullmatch(id_):
        record.note("id", f"{shown(id_)} is no id; use small letters, digits and hyphens")
    if record.values.get("viewpoint") is None:
        record.note("viewpoint", f"missing; use one of {', '.join(VIEWPOINTS)}")
    if record.values.get("weight") is None:
        record.note("weight", "missing; it needs a number from 1 to 100")
    covers = record.texts("covers")
    _check_tags(record, "covers", covers, known)
    rule = QuestionRule(
        id=id_,
        viewpoint=record.choice("viewpoint", VIEWPOINTS) or "",
        weight=record.whole("weight", 1, 100) or 0,
        when=_when(Record.of(record.values.get("when"), record.at("when"), _WHEN, record.problems), known),
        text=record.text("text", required=True) or "",
        per=record.choice("per", PER),
        at_most=record.whole("at_most", 1, 10) or 1,
        covers=covers,
    )
    for problem in _wording(rule):
        record.note("text", problem)
    return rule


def _when(record: Record, known: frozenset[str]) -> When:
    if not record.values:
        record.problems.append(f"{record.where}: names no condition; use {', '.join(_WHEN)}")
    for key in ("tags", "all_tags", "no_tags"):
        _check_tags(record, key, record.texts(key), known)
    _check_tags(record, "missing", [tag for tag in record.texts("missing") if tag != ANY_MEASURE], known)
    for key, allowed in (("not_stated", NOT_STATED), ("status", STATUSES), ("timings", TIMINGS)):
        for value in record.texts(key):
            if value not in allowed:
                record.note(key, f"{shown(value)} is not allowed; use {', '.join(allowed)}{suggestion(value, allowed)}")
    return When(
        tags=record.texts("tags"),
        all_tags=record.texts("all_tags"),
        no_tags=record.texts("no_tags"),
        words=record.texts("words"),
        no_words=record.texts("no_words"),
        missing=record.texts("missing"),
        not_stated=record.texts("not_stated"),
        status=record.texts("status"),
        timings=record.texts("timings"),
        no_measures=record.flag("no_measures"),
        exchange=record.flag("exchange"),
        serious=record.flag("serious"),
        guideline=record.flag("guideline"),
        notice_over=record.whole("notice_over"),
        minutes_over=record.whole("minutes_over"),
        users_over=record.whole("users_over"),
        promises=record.choice("promises", PROMISES),
    )


def _check_tags(record: Record, key: str, tags: Iterable[str], known: frozenset[str]) -> None:
    for tag in tags:
        if tag not in known:
            record.note(key, f"{shown(tag)} is no tag of db/taxonomy.yml{suggestion(tag, known)}")


def _wording(rule: QuestionRule) -> Iterator[str]:
    """Slots that do not exist, or for which the rule asks nothing."""
    when = rule.when
    given = {
        "promise": rule.per == "promise" and when.promises is not None, "notice_over": when.notice_over is not None,
        "minutes_over": when.minutes_over is not None, "users_over": when.users_over is not None,
        "measure": rule.per == "measure" and bool(when.status), "missing": bool(when.missing),
        "exchange": rule.per == "exchange" and bool(when.exchange),
    }  # fmt: skip
    for slot in sorted(rule.slots):
        if slot not in SLOTS:
            yield f"{{{slot}}} is no slot; use {', '.join(SLOTS)}{suggestion(slot, SLOTS)}"
        elif not given[SLOTS[slot]]:
            yield f"{{{slot}}} has nothing to hold; ask for {SLOTS[slot]} under when (and per)"


def _twice(ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            yield f"the id {id_} stands twice; give every rule its own"
        seen.add(id_)
