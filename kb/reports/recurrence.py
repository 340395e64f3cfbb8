"""Did the measure hold? An accident with its measures, and a later one of the same company by the same cause.

A pair says no more than dates and quotes: that a later accident carries the same tag proves neither that the measure
failed nor that it was late. Each accident is tied to the nearest earlier one that states measures, tag by tag.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from kb.reports.accidents import GENERIC, Accident, HeldMeasure, days_between, precedes
from kb.reports.elsewhere import known_elsewhere
from kb.reports.links import STRENGTHS, Knowledge, Link, answered_by, chains, links, load_knowledge, same_company, same_group
from kb.reports.promises import speaking
from kb.search.filters import carrier_ids
from kb.sources.moments import days_of

__all__ = ["known_elsewhere", "recurrences"]

TIMINGS = {
    "completed-before": "後の事故より前に完了",
    "completed-same-month": "後の事故と同じ月に完了(前後は不明)",
    "completed-after": "完了は後の事故より後",
    "planned": "実施予定",
    "ongoing": "継続中",
    "not-stated": "実施時期の記載なし",
}
NOTE = (
    "同じ会社(旧社名・合併前の会社を含む)で、再発防止策を記した事故より後に、同じ引き金または仕組みのタグを持つ事故が起きた組を、日付と引用で示す。"
    "その会社が約束し、共通の原因に関わる対策だけを挙げる(復旧・周知・返金・報告は除く)。"
    "対策の効果や責任を判定するものではない。"
)


def recurrences(connection: sqlite3.Connection, carrier: str | None = None) -> dict[str, Any]:
    """Measures with the later accidents of the same company and cause, strongest first; chains; and what has held so far.

    `carrier` is a name as people use it; a group's name brings all its members. Raises NotFoundError for an unknown one.
    """
    known = load_knowledge(connection)
    wanted = None if carrier is None else frozenset(carrier_ids(connection, carrier))
    heirs = None if wanted is None else frozenset(heir for i in wanted for heir in known.companies[i].heirs)
    own, of_groups = links(known, same_company), links(known, same_group)
    return {
        "carrier": carrier,
        "as_of": known.last_day,
        "note": NOTE,
        "recurrences": [_link_json(known, link) for link in own if _concerns(link, heirs)],
        "chains": [_chain_json(known, chain) for chain in chains(own) if _concerns(chain[0], heirs)],
        "group_recurrences": [_link_json(known, link) for link in of_groups if _concerns(link, heirs)],
        "holding": list(_holding(known, wanted)),
    }


def _concerns(link: Link, heirs: frozenset[int] | None) -> bool:
    return heirs is None or any(company.heirs & heirs for company in link.companies) or not heirs.isdisjoint(link.earlier.answering)


def _chain_json(known: Knowledge, chain: tuple[Link, ...]) -> dict[str, Any]:
    steps = [{"days_between": days_between(x.earlier, x.later), "tags": [_tag(known, t) for t in x.tags]} for x in chain]
    return {
        "companies": [company.name for company in chain[-1].companies if all(company in link.companies for link in chain)],
        "incidents": [chain[0].earlier.brief, *(link.later.brief for link in chain)],
        "steps": steps,
    }


def _tag(known: Knowledge, tag: str) -> dict[str, Any]:
    return {"id": tag, "label_ja": known.labels.get(tag, tag)}


def _link_json(known: Knowledge, link: Link) -> dict[str, Any]:
    earlier, later = link.earlier, link.later
    measures = [_measure_json(m, later, score) for m, score in link.measures]
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


def _shared(known: Knowledge, earlier: Accident, later: Accident, axis: str) -> dict[str, Any]:
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


def _holding(known: Knowledge, wanted: frozenset[int] | None) -> Iterator[dict[str, Any]]:
    """Accidents with promises, and those of their causes that no later accident of the company or its heirs shares."""
    struck = answered_by(known.accidents)
    for accident in known.accidents:
        promises = [m for m in accident.measures if known.makers[m.id] and (wanted is None or known.makers[m.id] & wanted)]
        if not promises or not accident.causes:
            continue
        heirs = frozenset(heir for m in promises for i in known.makers[m.id] for heir in known.companies[i].heirs)
        later = [a for i in heirs for a in struck.get(i, ()) if not precedes(a, accident) and a.id != accident.id]
        held = sorted(accident.causes - frozenset().union(*(a.causes for a in later)), key=lambda tag: (-known.rarity[tag], tag))
        speaks = speaking(known.pertinence, accident, promises, held) if held else []
        if speaks:
            yield {
                "incident": accident.brief,
                "years_since": _years(accident, known.last_day),
                "tags": [{**_tag(known, tag), "generic": tag in GENERIC, "evidence": list(accident.tags[tag])} for tag in held],
                "measures": [_measure_json(measure, None, score) for measure, score in speaks],
            }


def _years(accident: Accident, last_day: str | None) -> float | None:
    """Years from the accident to the last accident held: later ones cannot be known from this database."""
    if accident.span is None or last_day is None:
        return None
    years, months = (int(last_day[:4]) - int(accident.span[0][:4]), int(last_day[5:7]) - int(accident.span[0][5:7]))
    return round(years + months / 12, 1)
