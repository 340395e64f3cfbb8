"""Links between accidents of one company: what was promised after the earlier one against causes that the later one shares; and their chains."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.reports.accidents import Accident, HeldMeasure, labels, load_accidents, precedes, rarity, specific
from kb.reports.companies import Company, load_companies
from kb.reports.pertinence import Pertinence, load_pertinence
from kb.reports.promises import makers, same_promise, speaking
from kb.sources.moments import days_of

STRENGTHS = {"strong": "強い", "medium": "中程度", "weak": "弱い"}
VAGUE_WEIGHT = 0.25  # of the rarity of a shared tag that ties nothing by itself


@dataclass(frozen=True)
class Link:
    """`earlier` states `measures` against causes that `later` shares. `companies` are those that had the later accident.

    Strong: two telling causes, or one and the same kind of equipment; medium: one; weak: only tags that say little.
    """

    companies: tuple[Company, ...]
    earlier: Accident
    later: Accident
    measures: tuple[tuple[HeldMeasure, float], ...]  # with their pertinence, the most pertinent first
    tags: tuple[str, ...]  # shared causes, the rarest first
    telling: frozenset[str]
    score: float
    strength: str


Related = Callable[[Company, Company], bool]  # of the company that had the earlier and the one that had the later accident


@dataclass(frozen=True)
class Knowledge:
    """What links between accidents are told from; companies by row, the rest by tag or measure."""

    accidents: Sequence[Accident]
    companies: Mapping[int, Company]
    labels: Mapping[str, str]
    rarity: Mapping[str, float]
    pertinence: Pertinence
    last_day: str | None
    makers: Mapping[int, frozenset[int]]  # measure → the companies that promised it


def load_knowledge(connection: sqlite3.Connection) -> Knowledge:
    """Read it all from the database."""
    accidents, companies = load_accidents(connection), load_companies(connection)
    days = [day for (day,) in connection.execute("SELECT max(started_at) FROM incidents") if day]
    return Knowledge(
        accidents, companies, labels(connection), rarity(accidents), load_pertinence(connection, accidents),
        days_of(days[0])[1] if days else None, {m.id: makers(a, m, companies) for a in accidents for m in a.measures},
    )  # fmt: skip


def same_company(earlier: Company, later: Company) -> bool:
    """Whether the later company is the earlier one or took it over."""
    return later.id in earlier.heirs


def same_group(earlier: Company, later: Company) -> bool:
    """Whether both belong to one group and neither took the other over."""
    return earlier.group is not None and earlier.group == later.group and later.id not in earlier.heirs


def answered_by(accidents: Sequence[Accident]) -> dict[int, list[Accident]]:
    """Company → the accidents that it answers for, in the order given."""
    found: dict[int, list[Accident]] = defaultdict(list)
    for accident in accidents:
        for company_id in accident.answering:
            found[company_id].append(accident)
    return dict(found)


def links(known: Knowledge, related: Related) -> list[Link]:
    """Every later accident with, for each of its causes, the nearest earlier accident after which a related company promised against it."""
    struck = answered_by(known.accidents)
    pairs: dict[tuple[str, str], Link] = {}
    for company in known.companies.values():
        if company.id not in struck:
            continue
        promising = _promising(known, company, related, struck)
        for later in struck[company.id]:
            for link in _links_to(known, company, later, promising):
                same = pairs.get((link.earlier.id, later.id))
                companies = same.companies if same else ()
                if company not in companies:
                    pairs[link.earlier.id, later.id] = replace(link, companies=(*companies, company))
    return sorted(pairs.values(), key=lambda x: (list(STRENGTHS).index(x.strength), -x.score, x.later.id, x.earlier.id))


Promising = Mapping[str, Sequence[tuple[Accident, Sequence[HeldMeasure]]]]


def _promising(known: Knowledge, company: Company, related: Related, struck: Mapping[int, Sequence[Accident]]) -> Promising:
    """Cause → the accidents that have it, oldest first, with what companies related to `company` promised after each."""
    theirs = frozenset(i for i, other in known.companies.items() if related(other, company))
    accidents = {a.id: a for i in theirs for a in struck.get(i, ())}
    if related is same_group:  # an accident that also struck the company itself is its own history
        accidents = {i: a for i, a in accidents.items() if not any(same_company(known.companies[c], company) for c in a.answering)}
    found: dict[str, list[tuple[Accident, Sequence[HeldMeasure]]]] = defaultdict(list)
    for accident in sorted(accidents.values(), key=lambda a: (a.span or ("9999", "9999"), a.started_at or "", a.id)):
        promises = [m for m in accident.measures if known.makers[m.id] & theirs]
        for tag in accident.causes if promises else ():
            found[tag].append((accident, promises))
    return found


def _links_to(known: Knowledge, company: Company, later: Accident, promising: Promising) -> Iterator[Link]:
    nearest: dict[str, tuple[Accident, Sequence[HeldMeasure]]] = {}
    for tag in sorted(later.causes):
        for accident, promises in reversed(promising.get(tag, ())):
            if precedes(accident, later) and speaking(known.pertinence, accident, promises, [tag]):
                nearest[accident.id] = (accident, promises)
                break
    told: set[str] = set()  # a promise that two accidents tell counts once, with the nearer one
    for accident, promises in sorted(nearest.values(), key=lambda pair: (pair[0].span, pair[0].id), reverse=True):
        new = [measure for measure in promises if same_promise(measure.text) not in told]
        link = _link(known, company, accident, later, new)
        if link.measures:
            told |= {same_promise(measure.text) for measure, _ in link.measures}
            yield link


def _link(known: Knowledge, company: Company, earlier: Accident, later: Accident, promises: Sequence[HeldMeasure]) -> Link:
    tags = sorted(earlier.causes & later.causes, key=lambda tag: (-known.rarity[tag], tag))
    telling = frozenset(specific(earlier, later, tags))
    equipment = earlier.tags_on("equipment") & later.tags_on("equipment")
    score = sum(known.rarity[tag] * (1.0 if tag in telling else VAGUE_WEIGHT) for tag in tags)
    score += max((known.rarity[tag] for tag in equipment), default=0.0)
    strength = "weak" if not telling else "strong" if len(telling) > 1 or equipment else "medium"
    measures = tuple(speaking(known.pertinence, earlier, promises, tags))
    return Link((company,), earlier, later, measures, tuple(tags), telling, round(score, 3), strength)


def chains(links: Sequence[Link]) -> list[tuple[Link, ...]]:
    """Links of one company that follow on one another, A → B → C, by a telling cause that all steps share; the longest of each end."""
    into: dict[tuple[int, str], list[Link]] = defaultdict(list)
    for link in links:
        for company in link.companies:
            if link.strength != "weak":
                into[company.id, link.later.id].append(link)
    paths: dict[tuple[str, ...], tuple[Link, ...]] = {}
    for company_id, later_id in into:
        for path in _paths(into, company_id, later_id):
            ids = (path[0].earlier.id, *(link.later.id for link in path))
            paths[ids] = path
    kept = [path for ids, path in paths.items() if not any(ids != other and _within(ids, other) for other in paths)]
    return sorted(kept, key=lambda path: (-sum(link.score for link in path) / len(path), path[-1].later.id))


def _paths(into: Mapping[tuple[int, str], Sequence[Link]], company_id: int, later_id: str) -> Iterator[tuple[Link, ...]]:
    """For each telling cause of the best link into an accident: back along the best links that carry it, if there are two or more."""
    for cause in sorted({tag for link in into[company_id, later_id] for tag in link.telling}):
        path: list[Link] = []
        at = later_id
        while carrying := [link for link in into.get((company_id, at), ()) if cause in link.telling]:
            path.insert(0, max(carrying, key=lambda link: (link.score, link.earlier.id)))
            at = path[0].earlier.id
        if len(path) > 1:
            yield tuple(path)


def _within(ids: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return any(other[start : start + len(ids)] == ids for start in range(len(other) - len(ids) + 1))
