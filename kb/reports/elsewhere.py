"""Known elsewhere before: had the same mechanism struck another company earlier, and when?"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from kb.errors import NotFoundError
from kb.reports.accidents import SILENT, Accident, labels, load_accidents, precedes, rarity, specific
from kb.reports.companies import Company, load_companies

PRECEDENTS = 5  # earlier accidents shown for one accident
NOTE = "同じ仕組みのタグを持つ事故が、それより前に別の会社で起きていた組を、日付と引用で示す。知り得たかどうかを判定するものではない。"


def known_elsewhere(connection: sqlite3.Connection, incident_id: str | None = None) -> dict[str, Any]:
    """For one accident, or for all: earlier accidents of other companies with the same mechanism, rarest shared first.

    Raises NotFoundError for an unknown incident.
    """
    accidents, companies = load_accidents(connection), load_companies(connection)
    idf, names = rarity(accidents), labels(connection)
    chosen = [a for a in accidents if incident_id in (None, a.id)]
    if incident_id is not None and not chosen:
        raise NotFoundError(f"There is no incident {incident_id!r}: give an id as `kb search` shows it.")
    found = [_entry(accident, accidents, companies, idf, names) for accident in chosen]
    return {"incident": incident_id, "note": NOTE, "incidents": [entry for entry in found if entry["precedents"] or incident_id]}


def _entry(
    accident: Accident, accidents: Sequence[Accident], companies: Mapping[int, Company], idf: Mapping[str, float], names: Mapping[str, str]
) -> dict[str, Any]:
    ranked = []
    for earlier in accidents:
        tags = sorted(_mechanisms(accident) & _mechanisms(earlier), key=lambda tag: (-idf[tag], tag))
        if tags and precedes(earlier, accident) and not _related(earlier, accident, companies):
            ranked.append((sum(idf[tag] for tag in tags), earlier, tags))
    ranked.sort(key=lambda item: -item[0])
    return {
        **accident.brief,
        "total": len(ranked),
        "precedents": [
            {
                **earlier.brief,
                "years_earlier": _years_earlier(earlier, accident),
                "same_group": bool(_groups(earlier, companies) & _groups(accident, companies)),
                "weak": not specific(earlier, accident, tags),
                "tags": [
                    {
                        "id": tag, "label_ja": names.get(tag, tag), "evidence": list(accident.tags[tag]),
                        "earlier_evidence": list(earlier.tags[tag]),
                    }
                    for tag in tags
                ],
            }
            for _, earlier, tags in ranked[:PRECEDENTS]
        ],
    }


def _mechanisms(accident: Accident) -> frozenset[str]:
    return accident.tags_on("mechanism") - SILENT


def _related(earlier: Accident, later: Accident, companies: Mapping[int, Company]) -> bool:
    heirs = {heir for i in earlier.carriers for heir in companies[i].heirs}
    return any(heirs & companies[i].heirs for i in later.carriers)


def _groups(accident: Accident, companies: Mapping[int, Company]) -> set[str]:
    return {group for i in accident.carriers if (group := companies[i].group)}


def _years_earlier(earlier: Accident, later: Accident) -> float | None:
    if earlier.span is None or later.span is None:
        return None
    months = [int(span[0][:4]) * 12 + int(span[0][5:7]) for span in (earlier.span, later.span)]
    return round((months[1] - months[0]) / 12, 1)
