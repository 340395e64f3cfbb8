"""One company: its accidents, what it promised against which causes, and whether the same came back since."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.errors import KbError, NotFoundError
from kb.reports.accidents import GENERIC, Accident, HeldMeasure, labels, load_accidents, precedes, specific
from kb.reports.companies import Company, load_companies
from kb.reports.pertinence import Pertinence, pertinence_among
from kb.reports.promises import LEAST_PERTINENCE, MOST_OF, makers, may_speak, prevents, same_promise
from kb.sources.moments import days_of

AXES = ("trigger", "mechanism", "prolonging")
STATES = {
    "done": "実施済み", "due": "期限はこれから", "unknown": "期限を過ぎて続報なし", "ongoing": "継続中", "not-stated": "実施時期の記載なし",
}  # fmt: skip
NOTE = (
    "この会社(旧社名・合併前の会社を含む)の事故と、その後に約束した再発防止策を原因ごとに並べ、同じ原因のタグを持つ後の事故を添える。"
    "復旧・返金・報告と、官庁や他社の対策は約束に数えない。同じ約束が幾つもの事故で述べられるときは一つに数える。対策の効果や責任を判定するものではない。"
)

CARRIER = "SELECT id, slug, name, short_name, name_en, group_name FROM carriers WHERE slug = ?"
NAMES = "SELECT DISTINCT name FROM carrier_names WHERE carrier_id = ? AND kind = 'own' AND name <> ? ORDER BY name"
HELD = "SELECT count(*), max(started_at) FROM incidents WHERE near_miss = 0"
OF_COMPANIES = "SELECT DISTINCT incident_id FROM incident_carriers WHERE carrier_id IN ({marks})"
FACTS = """
    SELECT i.id, i.fiscal_year, i.official, i.duration_minutes, i.users, i.users_unit, i.area FROM incidents i WHERE i.id IN ({marks})"""
FOLLOWED = "SELECT id, followed_up FROM measures WHERE incident_id IN ({marks}) AND followed_up IS NOT NULL"


@dataclass
class Promise:
    """A promise and the accidents that tell it, the first one first."""

    measure: HeldMeasure
    told_in: list[Accident]
    causes: set[str] = field(default_factory=set)
    pertinence: float = 0.0


def carrier(connection: sqlite3.Connection, slug: str, *, date_from: str | None = None, date_to: str | None = None) -> dict[str, Any]:
    """A company by its slug; `date_from` and `date_to` (a year, month or day, both included) bound the accidents and their promises.

    What came back is looked for in all later accidents. Raises NotFoundError for an unknown slug, KbError for a date that is none.
    """
    row = connection.execute(CARRIER, [slug]).fetchone()
    if row is None:
        raise NotFoundError(f"There is no carrier {slug!r}{_nearest(connection, slug)}")
    identifier, _, name, short_name, name_en, group = row
    first, last = _bounds(date_from, date_to)
    companies = load_companies(connection)
    own = {i for i, company in companies.items() if identifier in company.heirs}
    every = load_accidents(connection, _column(connection, OF_COMPANIES, sorted(own)))
    within = [a for a in every if _inside(a, first, last)]
    held, newest = connection.execute(HELD).fetchone()
    as_of = days_of(newest)[1] if newest else None
    names = labels(connection)
    promises = _promises(connection, within, own, companies, held)
    followed = _followed(connection, within)
    answered = [(a, _causes(a)) for a in every if own & set(a.answering)]
    entries = {id(p): _promise_json(p, answered, as_of, followed) for p in promises}
    return {
        "carrier": {
            "slug": slug, "name": name, "short_name": short_name, "name_en": name_en, "group": group,
            "other_names": _column(connection, NAMES, [identifier, name], marks=False),
            "absorbed": [companies[i].name for i in sorted(own - {identifier})],
        },
        "as_of": as_of, "from": date_from, "to": date_to, "note": NOTE,
        "counts": {
            "accidents": len(within), "answering": sum(bool(own & set(a.answering)) for a in within), "promises": len(promises),
            **{state: sum(entry["state"] == state for entry in entries.values()) for state in STATES},
            "repeated": sum(bool(entry["repeated_since"]) for entry in entries.values()),
        },
        "accidents": _accidents_json(connection, within, own, names),
        "causes": _by_cause(within, own, promises, entries, names),
        "states": STATES,
    }  # fmt: skip


def _bounds(date_from: str | None, date_to: str | None) -> tuple[str | None, str | None]:
    first, last = days_of(date_from)[0] if date_from else None, days_of(date_to)[1] if date_to else None
    if first and last and first > last:
        raise KbError(f"The period from {date_from} to {date_to} is empty: give the earlier date first.")
    return first, last


def _inside(accident: Accident, first: str | None, last: str | None) -> bool:
    if first is None and last is None:
        return True
    return accident.span is not None and (first is None or accident.span[1] >= first) and (last is None or accident.span[0] <= last)


def _promises(
    connection: sqlite3.Connection, accidents: Sequence[Accident], own: set[int], companies: Mapping[int, Company], held: int
) -> list[Promise]:
    """Every promise of these companies once, with the causes that it speaks to."""
    causes = {tag for accident in accidents for tag in _causes(accident)}
    pertinence = pertinence_among(connection, accidents, causes, held) if accidents else None
    found: dict[str, Promise] = {}
    for accident in accidents:
        for measure in accident.measures:
            if pertinence is None or not makers(accident, measure, companies) & own or not prevents(measure, _causes(accident)):
                continue
            promise = found.setdefault(same_promise(measure.text), Promise(measure, []))
            promise.told_in.append(accident)
            for cause, score in _spoken_to(pertinence, accident, measure):
                promise.causes.add(cause)
                promise.pertinence = max(promise.pertinence, score)
    return list(found.values())


def _causes(accident: Accident) -> frozenset[str]:
    return accident.all_causes


def _spoken_to(pertinence: Pertinence, accident: Accident, measure: HeldMeasure) -> list[tuple[str, float]]:
    """The causes of its accident that a measure speaks to most."""
    causes = [cause for cause in sorted(_causes(accident)) if may_speak(measure, cause) and prevents(measure, [cause])]
    scores = {cause: pertinence.score(accident, measure, [cause]) for cause in causes}
    least = max(LEAST_PERTINENCE, MOST_OF * max(scores.values(), default=0.0))
    return [(cause, score) for cause, score in scores.items() if score >= least]


def _promise_json(
    promise: Promise, answered: Sequence[tuple[Accident, frozenset[str]]], as_of: str | None, followed: Mapping[int, str]
) -> dict[str, Any]:
    measure, made = promise.measure, promise.told_in[0]
    state = _state(measure, as_of, followed)
    told, last = {a.id for a in promise.told_in}, promise.told_in[-1]
    again = [(a, promise.causes & causes) for a, causes in answered if promise.causes & causes and a.id not in told and precedes(last, a)]
    # A vague cause that came back (a broken part) does not say that the promise failed.
    since = [(a, telling) for a, shared in again if (telling := specific(made, a, sorted(shared)))]
    return {
        "text": measure.text, "status": measure.status, "completed_on": measure.completed_on, "followed_up": followed.get(measure.id),
        "state": state, "state_ja": STATES[state], "tags": sorted(measure.tags), "causes": sorted(promise.causes), "pertinence": promise.pertinence,
        "incident": made.id, "title": made.title, "made_after": made.started_at, "told_in": [a.id for a in promise.told_in],
        "repeated_since": [
            {**a.brief, "shared_tags": telling} for a, telling in since
        ],
    }  # fmt: skip


def _state(measure: HeldMeasure, as_of: str | None, followed: Mapping[int, str]) -> str:
    """A key of STATES: a plan whose month is past and of which nothing was heard is unknown."""
    if measure.status in ("done", "ongoing"):
        return measure.status
    if measure.status is None and measure.completed_on is None:
        return "not-stated"
    if measure.completed_on is None:
        return "unknown"
    last = days_of(measure.completed_on)[1]
    return "due" if as_of is not None and last > as_of else "unknown"


def _followed(connection: sqlite3.Connection, accidents: Sequence[Accident]) -> dict[int, str]:
    ids = [a.id for a in accidents]
    return dict(connection.execute(FOLLOWED.format(marks=", ".join("?" * len(ids))), ids).fetchall())


def _by_cause(
    accidents: Sequence[Accident], own: set[int], promises: Iterable[Promise], entries: Mapping[int, dict[str, Any]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Causes with their accidents and promises, those with the most that came back first; promises that speak to none stand last."""
    promises = list(promises)
    causes = sorted({tag for a in accidents if own & set(a.answering) for tag in _causes(a)})
    found: list[dict[str, Any]] = [
        {
            "tag": cause, "label": names.get(cause, cause), "generic": cause in GENERIC,
            "accidents": [a.id for a in accidents if cause in _causes(a) and own & set(a.answering)],
            "promises": [
                {**entries[id(p)], "repeated_since": [a for a in entries[id(p)]["repeated_since"] if cause in a["shared_tags"]]}
                for p in sorted(promises, key=lambda p: -p.pertinence)
                if cause in p.causes
            ],
        }
        for cause in causes
    ]  # fmt: skip
    found = [entry for entry in found if entry["promises"]]
    found.sort(key=lambda entry: (entry["generic"], -sum(bool(p["repeated_since"]) for p in entry["promises"]), -len(entry["accidents"]), entry["tag"]))
    rest = [entries[id(p)] for p in promises if not p.causes]
    if rest:
        found.append({"tag": None, "label": "特定の原因に結び付かないもの", "generic": True, "accidents": [], "promises": rest})
    return found


def _accidents_json(connection: sqlite3.Connection, accidents: Sequence[Accident], own: set[int], names: Mapping[str, str]) -> list[dict[str, Any]]:
    ids = [a.id for a in accidents]
    facts = {row[0]: row[1:] for row in connection.execute(FACTS.format(marks=", ".join("?" * len(ids))), ids)}
    listed = []
    for accident in reversed(accidents):
        fiscal_year, official, minutes, users, unit, area = facts[accident.id]
        roles = sorted({role for i in own if (role := accident.roles.get(i))})
        listed.append(
            {
                **accident.brief, "fiscal_year": fiscal_year, "official": None if official is None else bool(official), "duration_minutes": minutes,
                "users": users, "users_unit": unit, "area": area, "role": roles[0] if len(roles) == 1 else None,
                "causes": [{"id": tag, "label": names.get(tag, tag)} for tag in sorted(_causes(accident))], "measures": len(accident.measures),
            }
        )  # fmt: skip
    return listed


def _column(connection: sqlite3.Connection, sql: str, values: Sequence[object], marks: bool = True) -> list[Any]:
    return [row[0] for row in connection.execute(sql.format(marks=", ".join("?" * len(values))) if marks else sql, values)]


def _nearest(connection: sqlite3.Connection, slug: str) -> str:
    known = [row[0] for row in connection.execute("SELECT slug FROM carriers WHERE slug IS NOT NULL")]
    close = difflib.get_close_matches(slug, known, n=3, cutoff=0.4)
    return f": did you mean {', '.join(close)}?" if close else "; its slug stands in db/carriers.yml."
