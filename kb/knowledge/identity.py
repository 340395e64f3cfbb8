"""Is an accident in a document one that we already hold?

The carrier and the start decide, the sizes bear it out. A start counts within the precision of each source: a minute
against the same minute is proof, a day against a minute of that day is good evidence, a month needs a size that agrees.
Merging two accidents is worse than holding one twice: whatever stays in doubt is "uncertain" and is never merged.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kb.japanese.text import nfkc
from kb.knowledge.agreement import Disagreement, compare_figures, nearly
from kb.model import Incident, Notice, Position
from kb.sources.moments import moment_span

VERDICTS = ("same", "uncertain", "new")
SOURCES_DISAGREE = "sources-disagree"
IDENTITY_UNCERTAIN = "identity-uncertain"

# Two sources that give minutes may differ by as much (発生 and 検知 of one accident) and still mean one start.
NEAR_MINUTES = 30
_DAY = datetime.timedelta(days=1)
_LEGAL_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)|\s")

# Formal names of a carrier: its present one first, then former ones and those of companies it absorbed; () = not known.
Resolve = Callable[[str], tuple[str, ...]]
# The group a carrier belongs to, None if it stands alone.
GroupOf = Callable[[str], str | None]


@dataclass(frozen=True)
class KnownIncident:
    """An incident that is held, with the name of the source its values come from; `incident.id` is set."""

    incident: Incident
    source: str


@dataclass(frozen=True)
class Conflict:
    """A field on which two sources cannot both be right."""

    field: str
    value: str
    other: str
    source: str
    other_source: str


@dataclass(frozen=True)
class Candidate:
    """A held incident that an accident may be, with what speaks for it and what the sources disagree on."""

    id: str
    verdict: str
    precision: str  # how finely the starts meet: minute, near, day, month, none
    reasons: tuple[str, ...]
    agreeing: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Match:
    """The answer: `id` is set only for "same"; `candidates` holds every incident in question for "uncertain"."""

    verdict: str
    id: str | None
    reasons: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def match(
    incident: Incident,
    known: Sequence[KnownIncident],
    resolve: Resolve,
    source: str = "document",
    group_of: GroupOf = lambda name: None,
) -> Match:
    """Find the held incident that `incident`, read from `source`, tells of. Raises KbError for a date that is none."""
    weighed = (_candidate(incident, one, resolve, group_of, source) for one in known)
    candidates = _by_id([candidate for candidate in weighed if candidate is not None])
    certain = _closest([candidate for candidate in candidates if candidate.verdict == "same"])
    if len(certain) == 1:
        chosen = certain[0]
        return Match("same", chosen.id, chosen.reasons, chosen.conflicts, (chosen,))
    open_ = tuple(certain) or tuple(candidates)
    if open_:
        several = len(open_) > 1
        reason = "several held incidents fit equally well" if several else "one held incident may be it, without proof"
        return Match("uncertain", None, (reason,), (), open_)
    return Match("new", None, ("no held incident of that carrier starts then",))


def _candidate(
    incident: Incident, known: KnownIncident, resolve: Resolve, group_of: GroupOf, source: str
) -> Candidate | None:
    """Weigh one held incident; None when it is another accident."""
    other = known.incident
    if other.id is None:
        raise ValueError(f"a known incident needs an id: {other.title}")
    if _numbered_apart(incident, other):
        return None
    carrier = _carrier_relation(incident, other, resolve, group_of)
    precision, start_conflict = _start_relation(incident, other)
    figures = compare_figures(incident, other)
    ended = _same_end(incident, other)
    # A later report corrects the figures of an earlier one; only those that lie far apart speak for two accidents.
    apart = [d for d in figures.disagreements if precision not in ("near", "day") or not nearly(incident, other, d.field)]
    verdict = _verdict(carrier, precision, len(figures.agreeing) + ended, len(apart))
    if verdict == "new":
        return None
    disagreements = [*start_conflict, *figures.disagreements, *_other_disagreements(incident, other)]
    conflicts = tuple(Conflict(d.field, d.value, d.other, source, known.source) for d in disagreements)
    reasons = [f"carrier: {carrier}", f"start meets by the {precision}" if precision != "none" else "start not stated"]
    reasons.extend(f"{field} agrees" for field in (*figures.agreeing, *(["ended_at"] if ended else [])))
    return Candidate(other.id, verdict, precision, tuple(reasons), figures.agreeing, conflicts)


def _verdict(carrier: str, precision: str, agreeing: int, disagreeing: int) -> str:
    if precision == "apart":
        return "new"
    if carrier == "same":
        if precision == "minute":
            return "same"
        if precision in ("near", "day"):
            return "same" if agreeing or not disagreeing else "uncertain"
        if precision == "month":
            if agreeing:
                return "uncertain" if disagreeing else "same"
            return "new" if disagreeing else "uncertain"
        # Minutes of one day that lie far apart, or no start at all: only sizes that agree in full raise a doubt.
        return "uncertain" if agreeing == 2 and not disagreeing else "new"
    if carrier == "group":
        if precision == "minute":
            return "uncertain"
        return "uncertain" if precision in ("near", "day") and agreeing and not disagreeing else "new"
    return "uncertain" if precision == "minute" and agreeing == 2 and not disagreeing else "new"


def _same_end(incident: Incident, other: Incident) -> bool:
    """Both end in the same minute: a later report corrects the figures of an earlier one, hardly ever when service was back."""
    ends = incident.ended_at, other.ended_at
    return ends[0] is not None and "T" in ends[0] and ends[0] == ends[1]


def _numbered_apart(incident: Incident, other: Incident) -> bool:
    """Two numbers of one year's list are two accidents."""
    return (
        incident.no is not None
        and other.no is not None
        and incident.fiscal_year == other.fiscal_year
        and incident.no != other.no
    )


def _carrier_relation(incident: Incident, other: Incident, resolve: Resolve, group_of: GroupOf) -> str:
    """same: they share a carrier, under any name it bore or took over; group: only relatives of one; else unrelated."""
    ours = [(name, resolve(name)) for name in incident.carriers]
    theirs = [(name, resolve(name)) for name in other.carriers]
    pairs = [(one, two) for one in ours for two in theirs]
    if any(_same_carrier(*one, *two) for one, two in pairs):
        return "same"
    if any(set(x) & set(y) or (group_of(a) and group_of(a) == group_of(b)) for (a, x), (b, y) in pairs):
        return "group"
    return "unrelated"


def _same_carrier(name: str, formal: tuple[str, ...], other: str, other_formal: tuple[str, ...]) -> bool:
    if _bare(name) == _bare(other) or (formal and formal == other_formal):
        return True
    # A group's name (NTT) resolves to all its members without being one of them: it names nobody in particular.
    names, others = list(map(_bare, formal)), list(map(_bare, other_formal))
    return (_bare(name) in names and _bare(other) in names) or (_bare(other) in others and _bare(name) in others)


def _bare(name: str) -> str:
    return _LEGAL_FORM.sub("", nfkc(name)).casefold()


def _starts(incident: Incident) -> list[str]:
    starts = [incident.started_at, *(impact.started_at for impact in incident.impacts)]
    return list(dict.fromkeys(start for start in starts if start))


def _start_relation(incident: Incident, other: Incident) -> tuple[str, list[Disagreement]]:
    """How finely the starts meet: minute, near (with the disagreement), day, month, none (not stated or far apart on
    one day) or apart.
    """
    ours, theirs = _starts(incident), _starts(other)
    if not ours or not theirs:
        return "none", []
    gaps = [(_gap(a, b), _coarser(a, b), a, b) for a in ours for b in theirs]
    gap, grain, a, b = min(gaps, key=lambda found: (found[0], ("minute", "day", "month", "year").index(found[1])))
    if grain == "minute":
        if gap <= datetime.timedelta(minutes=NEAR_MINUTES):
            return ("minute", []) if not gap else ("near", [Disagreement("started_at", a, b)])
        return ("none", []) if gap < _DAY and a[:10] == b[:10] else ("apart", [])
    if gap:
        return "apart", []
    return ("none" if grain == "year" else grain), []


def _gap(one: str, other: str) -> datetime.timedelta:
    (first, last), (other_first, other_last) = moment_span(one), moment_span(other)
    return max(other_first - last, first - other_last, datetime.timedelta(0))


def _coarser(one: str, other: str) -> str:
    return {4: "year", 7: "month", 10: "day"}.get(min(len(one), len(other)), "minute")


def _other_disagreements(incident: Incident, other: Incident) -> list[Disagreement]:
    found = []
    for field in ("statutory_class", "factor"):
        value, theirs = getattr(incident, field), getattr(other, field)
        # Our own classification of the factor is no source to hold against a printed one.
        inferred = field == "factor" and "inferred" in (incident.factor_basis, other.factor_basis)
        if value is not None and theirs is not None and value != theirs and not inferred:
            found.append(Disagreement(field, str(value), str(theirs)))
    return found


def _by_id(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate an id: several sources of one incident speak together, the closest one leads."""
    merged: dict[str, Candidate] = {}
    for candidate in candidates:
        held = merged.get(candidate.id)
        if held is None:
            merged[candidate.id] = candidate
            continue
        lead = min(held, candidate, key=_rank)
        conflicts = tuple(dict.fromkeys(held.conflicts + candidate.conflicts))
        agreeing = tuple(dict.fromkeys(held.agreeing + candidate.agreeing))
        merged[candidate.id] = Candidate(lead.id, lead.verdict, lead.precision, lead.reasons, agreeing, conflicts)
    return sorted(merged.values(), key=lambda candidate: (_rank(candidate), candidate.id))


def _rank(candidate: Candidate) -> tuple[int, int]:
    return VERDICTS.index(candidate.verdict), ("minute", "near", "day", "month", "none").index(candidate.precision)


def _closest(candidates: list[Candidate]) -> list[Candidate]:
    """Those whose start meets most finely and, among them, whose sizes agree best."""
    if not candidates:
        return []
    closest = [candidate for candidate in candidates if _rank(candidate) == _rank(candidates[0])]

    def fit(candidate: Candidate) -> tuple[int, int]:
        return len(candidate.agreeing), -len(candidate.conflicts)

    best = max(map(fit, closest))
    return [candidate for candidate in closest if fit(candidate) == best]


def notices(found: Match, position: Position | None = None) -> tuple[Notice, ...]:
    """What a reader must be told: every conflict of a merged incident, and an identity that stays open."""
    if found.verdict == "uncertain":
        ids = ", ".join(candidate.id for candidate in found.candidates)
        message = f"May be the same accident as {ids}, but {found.reasons[0]}: not merged. Decide by hand."
        return (Notice(IDENTITY_UNCERTAIN, message, position),)
    return tuple(
        Notice(SOURCES_DISAGREE, f"{c.field}: {c.value} in {c.source}, {c.other} in {c.other_source}.", position)
        for c in found.conflicts
    )


def match_json(found: Match) -> dict[str, Any]:
    """A match as plain data."""
    return {
        "verdict": found.verdict,
        "id": found.id,
        "reasons": list(found.reasons),
        "conflicts": [vars(conflict) for conflict in found.conflicts],
        "candidates": [
            {"id": c.id, "reasons": list(c.reasons), "conflicts": [vars(conflict) for conflict in c.conflicts]}
            for c in found.candidates
        ],
    }
