"""Did the measure hold? An accident with its measures, and a later one of the same company by the same cause.

A pair says no more than dates and quotes: that a later accident carries the same tag proves neither that the measure
failed nor that it was late. Each accident is tied to the nearest earlier one that states measures, tag by tag.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.knowledge.moments import days_of
from kb.reports.accidents import GENERIC, Accident, HeldMeasure, days_between, labels, load_accidents, precedes, rarity, specific
from kb.reports.companies import Company, load_companies
from kb.reports.elsewhere import known_elsewhere
from kb.reports.pertinence import Pertinence, load_pertinence
from kb.search.filters import carrier_ids

__all__ = ["known_elsewhere", "recurrences"]

STRENGTHS = {"strong": "強い", "medium": "中程度", "weak": "弱い"}
TIMINGS = {
    "completed-before": "後の事故より前に完了",
    "completed-same-month": "後の事故と同じ月に完了(前後は不明)",
    "completed-after": "完了は後の事故より後",
    "planned": "実施予定",
    "ongoing": "継続中",
    "not-stated": "実施時期の記載なし",
}
NOTE = (
    "同じ会社(旧社名・合併前の会社を含む)で、対策を記した事故より後に、同じ引き金または仕組みのタグを持つ事故が起きた組を、日付と引用で示す。"
    "対策の効果や責任を判定するものではない。"
)
VAGUE_WEIGHT = 0.25  # of the rarity of a shared tag that ties nothing by itself


@dataclass(frozen=True)
class Link:
    """`earlier` states measures; `later` shares causes with it. `companies` are those that had the later accident.

    Strong: two telling causes, or one and the same kind of equipment; medium: one; weak: only tags that say little.
    """

    companies: tuple[Company, ...]
    earlier: Accident
    later: Accident
    tags: tuple[str, ...]  # shared causes, the rarest first
    telling: frozenset[str]
    score: float
    strength: str


Related = Callable[[Company, Company], bool]  # of the company that had the earlier and the one that had the later accident


@dataclass(frozen=True)
class _Knowledge:
    accidents: Sequence[Accident]
    companies: Mapping[int, Company]
    labels: Mapping[str, str]
    rarity: Mapping[str, float]
    pertinence: Pertinence
    last_day: str | None


def recurrences(connection: sqlite3.Connection, carrier: str | None = None) -> dict[str, Any]:
    """Measures with the later accidents of the same company and cause, strongest first; chains; and what has held so far.

    `carrier` is a name as people use it; a group's name brings all its members. Raises NotFoundError for an unknown one.
    """
    known = _load(connection)
    wanted = None if carrier is None else frozenset(carrier_ids(connection, carrier))
    heirs = None if wanted is None else frozenset(heir for i in wanted for heir in known.companies[i].heirs)
    links, group_links = _links(known, _same_company), _links(known, _same_group)
    return {
        "carrier": carrier,
        "as_of": known.last_day,
        "note": NOTE,
        "recurrences": [_link_json(known, link) for link in links if _concerns(link, heirs)],
        "chains": [_chain_json(known, chain) for chain in chains(links) if _concerns(chain[0], heirs)],
        "group_recurrences": [_link_json(known, link) for link in group_links if _concerns(link, heirs)],
        "holding": list(_holding(known, wanted)),
    }


def _load(connection: sqlite3.Connection) -> _Knowledge:
    accidents = load_accidents(connection)
    days = [day for (day,) in connection.execute("SELECT max(started_at) FROM incidents") if day]
    return _Knowledge(
        accidents, load_companies(connection), labels(connection), rarity(accidents), load_pertinence(connection, accidents),
        days_of(days[0])[1] if days else None,
    )  # fmt: skip


def _same_company(earlier: Company, later: Company) -> bool:
    return later.id in earlier.heirs


def _same_group(earlier: Company, later: Company) -> bool:
    return earlier.group is not None and earlier.group == later.group and later.id not in earlier.heirs


def _concerns(link: Link, heirs: frozenset[int] | None) -> bool:
    return heirs is None or any(company.heirs & heirs for company in link.companies) or bool(heirs & link.earlier.carriers.keys())


def _links(known: _Knowledge, related: Related) -> list[Link]:
    """Every later accident with, for each of its causes, the nearest earlier accident of a related company with measures."""
    pairs: dict[tuple[str, str], Link] = {}
    for company in known.companies.values():
        before = [a for a in known.accidents if a.measures and any(related(known.companies[i], company) for i in a.carriers)]
        if related is _same_group:  # an accident that also struck the company itself is its own history
            before = [a for a in before if not any(_same_company(known.companies[i], company) for i in a.carriers)]
        for later in (a for a in known.accidents if company.id in a.carriers):
            earlier = [a for a in before if precedes(a, later)]
            nearest = [next((a for a in reversed(earlier) if tag in a.causes), None) for tag in sorted(later.causes)]
            for one in filter(None, nearest):
                link = _link(known, company, one, later)
                same = pairs.get((one.id, later.id))
                known_companies = same.companies if same else ()
                if company not in known_companies:
                    pairs[one.id, later.id] = replace(link, companies=(*known_companies, company))
    return sorted(pairs.values(), key=lambda x: (list(STRENGTHS).index(x.strength), -x.score, x.later.id, x.earlier.id))


def _link(known: _Knowledge, company: Company, earlier: Accident, later: Accident) -> Link:
    tags = sorted(earlier.causes & later.causes, key=lambda tag: (-known.rarity[tag], tag))
    telling = frozenset(specific(earlier, later, tags))
    equipment = earlier.tags_on("equipment") & later.tags_on("equipment")
    score = sum(known.rarity[tag] * (1.0 if tag in telling else VAGUE_WEIGHT) for tag in tags)
    score += max((known.rarity[tag] for tag in equipment), default=0.0)
    strength = "weak" if not telling else "strong" if len(telling) > 1 or equipment else "medium"
    return Link((company,), earlier, later, tuple(tags), telling, round(score, 3), strength)


def chains(links: Sequence[Link]) -> list[tuple[Link, ...]]:
    """Links of one company that follow on one another, A → B → C; every accident is joined to its best earlier one."""
    best: dict[tuple[int, str], Link] = {}
    for link in links:
        for company in link.companies:
            key = (company.id, link.later.id)
            if link.strength != "weak" and (key not in best or link.score > best[key].score):
                best[key] = link
    inner = {(company, link.earlier.id) for (company, _), link in best.items()}
    paths: dict[tuple[str, ...], tuple[Link, ...]] = {}
    for key in best.keys() - inner:
        path = [best[key]]
        while (following := best.get((key[0], path[0].earlier.id))) is not None:
            path.insert(0, following)
        if len(path) > 1:
            paths[(path[0].earlier.id, *(link.later.id for link in path))] = tuple(path)
    return sorted(paths.values(), key=lambda path: (-sum(link.score for link in path) / len(path), path[-1].later.id))


def _chain_json(known: _Knowledge, chain: tuple[Link, ...]) -> dict[str, Any]:
    steps = [{"days_between": days_between(x.earlier, x.later), "tags": [_tag(known, t) for t in x.tags]} for x in chain]
    return {
        "companies": [company.name for company in chain[-1].companies if all(company in link.companies for link in chain)],
        "incidents": [chain[0].earlier.brief, *(link.later.brief for link in chain)],
        "steps": steps,
    }


def _tag(known: _Knowledge, tag: str) -> dict[str, Any]:
    return {"id": tag, "label_ja": known.labels.get(tag, tag)}


def _link_json(known: _Knowledge, link: Link) -> dict[str, Any]:
    earlier, later = link.earlier, link.later
    measures = [_measure_json(m, later, score) for m, score in known.pertinence.ranked(earlier, link.tags)]
    return {
        "companies": [company.name for company in link.companies],
        "groups": sorted({company.group for company in link.companies if company.group}),
        "strength": link.strength,
        "strength_ja": STRENGTHS[link.strength],
        "score": link.score,
        "earlier": earlier.brief,
        "later": later.brief,
        "days_between": days_between(earlier, later),
        "tags": [
            {
                **_tag(known, tag), "rarity": round(known.rarity[tag], 3), "generic": tag not in link.telling,
                "earlier_evidence": list(earlier.tags[tag]), "later_evidence": list(later.tags[tag]),
            }
            for tag in link.tags
        ],
        "equipment": _shared(known, earlier, later, "equipment"),
        "service": _shared(known, earlier, later, "service"),
        "measures": measures,
        "timing": measures[0]["timing"],
        "timing_ja": measures[0]["timing_ja"],
        "completed_before": any(m["timing"] == "completed-before" for m in measures),
    }  # fmt: skip


def _shared(known: _Knowledge, earlier: Accident, later: Accident, axis: str) -> dict[str, Any]:
    """Do both share a tag of the axis? `matches` is None where one of them has no tag of it."""
    both = (earlier.tags_on(axis), later.tags_on(axis))
    shared = sorted(both[0] & both[1])
    return {"matches": bool(shared) if all(both) else None, "shared": [_tag(known, tag) for tag in shared]}


def _measure_json(measure: HeldMeasure, later: Accident | None, score: float) -> dict[str, Any]:
    shown = {"text": measure.text, "status": measure.status, "completed_on": measure.completed_on, "printed": measure.printed, "pertinence": score}
    if later is not None:
        code = timing(measure, later)
        shown |= {"timing": code, "timing_ja": TIMINGS[code]}
    return shown


def timing(measure: HeldMeasure, later: Accident) -> str:
    """Where the measure stood when the later accident began, as far as the printed month tells: a key of TIMINGS."""
    if measure.status in ("planned", "ongoing"):
        return measure.status
    if measure.completed_on is None or later.span is None:
        return "not-stated"
    first, last = days_of(measure.completed_on)
    if last < later.span[0]:
        return "completed-before"
    return "completed-after" if first > later.span[1] else "completed-same-month"


def _holding(known: _Knowledge, wanted: frozenset[int] | None) -> Iterator[dict[str, Any]]:
    """Accidents with measures, and those of their causes that no later accident of the company or its heirs shares."""
    for accident in known.accidents:
        if not accident.measures or not accident.causes or (wanted is not None and not wanted & accident.carriers.keys()):
            continue
        heirs = frozenset(heir for i in accident.carriers for heir in known.companies[i].heirs)
        later = [a for a in known.accidents if heirs & a.carriers.keys() and not precedes(a, accident) and a.id != accident.id]
        held = sorted(accident.causes - frozenset().union(*(a.causes for a in later)), key=lambda tag: (-known.rarity[tag], tag))
        if held:
            ranked = known.pertinence.ranked(accident, held)
            yield {
                "incident": accident.brief,
                "years_since": _years(accident, known.last_day),
                "tags": [{**_tag(known, tag), "generic": tag in GENERIC, "evidence": list(accident.tags[tag])} for tag in held],
                "measures": [_measure_json(measure, None, score) for measure, score in ranked],
            }


def _years(accident: Accident, last_day: str | None) -> float | None:
    """Years from the accident to the last accident held: later ones cannot be known from this database."""
    if accident.span is None or last_day is None:
        return None
    years, months = (int(last_day[:4]) - int(accident.span[0][:4]), int(last_day[5:7]) - int(accident.span[0][5:7]))
    return round(years + months / 12, 1)
