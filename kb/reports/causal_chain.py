"""The chain of an accident by its tags: trigger → mechanism → spread → what prolonged it, with the measures against each link."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.reports.accidents import SILENT, HeldMeasure, load_accidents
from kb.reports.papers.wording import Wording
from kb.reports.pertinence import pertinence_among
from kb.reports.promises import speaking

STAGES = {"trigger": "引き金", "mechanism": "障害の仕組み", "spread": "広がり", "prolonging": "長引いた理由"}
STAGES_EN = {"trigger": "Trigger", "mechanism": "Mechanism", "spread": "Spread", "prolonging": "What prolonged it"}
MOST_SPREAD = 3  # impacts, and consequences
SHOWN = 4  # measures against one link; the page lists them all


@dataclass(frozen=True)
class Link:
    """Tags of one stage that one sentence bears out, by id and label, and `measures` against them: (text, status).

    `evidence` is empty where an earlier link of the chain shows the same sentence.
    """

    stage: str
    labels: tuple[str, ...]
    evidence: str
    tags: tuple[str, ...] = ()
    measures: tuple[tuple[str, str | None], ...] = ()


Against = Mapping[str, Sequence[tuple[str, str | None]]]


def causal_chain(tags: Sequence[Mapping[str, Any]], spread: Sequence[tuple[str, str]] = (), against: Against | None = None, lang: str = "ja") -> tuple[Link, ...]:
    """Links in the order of STAGES. `tags` are those of an incident's record or of a brief's subject; `spread` holds (label, words).

    Tags that say that nothing is known are left out.
    """
    told: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for tag in tags:
        if tag["id"].split("/", 1)[0] in STAGES and tag["id"] not in SILENT:
            sentences = [tag["evidence"]] if isinstance(tag["evidence"], str) else [one["text"] for one in tag["evidence"]]
            told.setdefault(tag["id"], []).extend(sentences)
            names[tag["id"]] = (tag.get("label_en") if lang == "en" else None) or tag.get("label_ja") or tag.get("label") or tag["id"]
    shown: set[str] = set()
    links = []
    for stage in STAGES:
        groups: dict[str, list[str]] = {}
        for key, sentences in told.items():
            if key.startswith(f"{stage}/"):
                groups.setdefault(next((one for one in sentences if one in groups or one not in shown), sentences[0]), []).append(key)
        for sentence, keys in groups.items():
            measures = tuple(dict.fromkeys(one for key in keys for one in (against or {}).get(key, ())))[:SHOWN]
            links.append(Link(stage, tuple(names[key] for key in keys), "" if sentence in shown else sentence, tuple(keys), measures))
        shown |= groups.keys()
        if stage == "spread":
            links += [Link("spread", (label,), words) for label, words in spread]
    return tuple(links)


def spread_of(record: Mapping[str, Any], say: Wording) -> list[tuple[str, str]]:
    """How far it went, as (label, words): the services that most were touched in, and what followed elsewhere."""
    rows = sorted(record.get("impacts") or (), key=lambda row: -(row.get("users") or 0))
    found = [(row["service"], say.joined([one for one in (row.get("symptom"), say.users(row) if row.get("users") is not None else None) if one])) for row in rows[:MOST_SPREAD] if row.get("service")]
    told = [row if isinstance(row, str) else row["text"] for row in record.get("consequences") or ()]
    return found + [("波及した被害" if say.lang == "ja" else "Consequence", words) for words in told[:MOST_SPREAD]]


def measures_against(connection: sqlite3.Connection, incident_id: str, held: int) -> dict[str, list[tuple[str, str | None]]]:
    """Cause tag → the measures of the accident that speak most to it, the most pertinent first. `held` is the number of accidents in the database."""
    accidents = load_accidents(connection, [incident_id])
    if not accidents:
        return {}
    accident = accidents[0]
    causes = sorted(accident.tags_on("trigger", "mechanism", "prolonging") - SILENT)
    if not causes or not accident.measures:
        return {}
    pertinence = pertinence_among(connection, [accident], causes, held)
    best: dict[int, tuple[float, str, HeldMeasure]] = {}
    for cause in causes:
        for measure, score in speaking(pertinence, accident, accident.measures, [cause]):
            if measure.id not in best or score > best[measure.id][0]:
                best[measure.id] = (score, cause, measure)
    found: dict[str, list[tuple[str, str | None]]] = {}
    for _, cause, measure in sorted(best.values(), key=lambda one: (-one[0], one[2].id)):
        found.setdefault(cause, []).append((measure.text, measure.status))
    return found
