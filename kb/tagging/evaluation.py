"""How well tags are proposed for incidents of a year that the tagger has not learnt from.

For every fiscal year the tagger learns from the curated tags of all other years and proposes tags for that one. The
rules are the same throughout; they were written with the catalogue at hand, all but the years that `db/tagging.yml`
names as unread, and only the figures of those years tell how the tagger fares on new text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.catalogue.incidents import CatalogueEntry
from kb.knowledge.taxonomy import AXES, Taxonomy
from kb.tagging.rules import load_rules
from kb.tagging.tagger import Tagger, TagProposal, propose
from kb.tagging.training import learn, read_training

_WORST = 8  # tags listed under each kind of mistake


@dataclass(frozen=True)
class _Judged:
    """An incident's curated tags and what was proposed for it; `taken` are the proposals that stand as tags."""

    id: str
    unread: bool
    curated: frozenset[str]
    taken: frozenset[str]
    proposals: tuple[TagProposal, ...]


def evaluate_tags(
    entries: Sequence[CatalogueEntry], taxonomy: Taxonomy, rules_path: str | Path, years: Collection[int] | None = None
) -> dict[str, Any]:
    """Leave each fiscal year out in turn (or only those of `years`) and compare with its curated tags.

    Returns plain values for JSON: for each axis the scores on all years tested, on those read and on those unread while
    the rules were written (precision, recall and micro F1 over all decisions, macro F1 as the mean over the tags), and
    the tags most often proposed wrongly or missed with their incidents; and how often proposals of each confidence held.
    """
    book = load_rules(rules_path, taxonomy)
    reading = read_training([entry.incident for entry in entries], taxonomy, book)
    of_year: dict[int | None, list[int]] = {}
    for number, incident in enumerate(reading.incidents):
        of_year.setdefault(incident.fiscal_year, []).append(number)
    tested = [year for year in of_year if year is not None and (years is None or year in years)]
    judged: list[_Judged] = []
    for year in sorted(tested):
        others = [number for number in range(len(reading.incidents)) if number not in set(of_year[year])]
        tagger = Tagger(taxonomy, book, learn(reading, others))
        for number in of_year[year]:
            incident = reading.incidents[number]
            proposals = propose(incident, tagger)
            taken = frozenset(p.tag for p in proposals if p.confidence >= tagger.threshold(p.tag.partition("/")[0]))
            judged.append(
                _Judged(str(incident.id), year in book.unread_years, reading.known[number], taken, proposals)
            )
    return {
        "method": "leave one fiscal year out",
        "years": sorted(tested),
        "unread_years": sorted(book.unread_years.intersection(tested)),
        "incidents": len(judged),
        "axes": {axis: _axis(judged, axis) for axis in AXES},
        "calibration": _calibration(judged),
    }


def _axis(judged: Sequence[_Judged], axis: str) -> dict[str, Any]:
    wrong: dict[str, list[str]] = {}
    missed: dict[str, list[str]] = {}
    for one in judged:
        for tag in _on(one.taken - one.curated, axis):
            wrong.setdefault(tag, []).append(one.id)
        for tag in _on(one.curated - one.taken, axis):
            missed.setdefault(tag, []).append(one.id)
    return {
        "all": _scores(judged, axis),
        "read": _scores([one for one in judged if not one.unread], axis),
        "unread": _scores([one for one in judged if one.unread], axis),
        "proposed_wrongly": _worst(wrong),
        "missed": _worst(missed),
    }


def _scores(judged: Sequence[_Judged], axis: str) -> dict[str, Any]:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one in judged:
        right.update(_on(one.curated & one.taken, axis))
        wrong.update(_on(one.taken - one.curated, axis))
        missed.update(_on(one.curated - one.taken, axis))
    tags = sorted({*right, *wrong, *missed})
    of_tags = [_f1(right[tag], wrong[tag], missed[tag]) for tag in tags]
    hits, taken, curated = right.total(), right.total() + wrong.total(), right.total() + missed.total()
    return {
        "precision": _share(hits, taken),
        "recall": _share(hits, curated),
        "micro_f1": round(_f1(hits, wrong.total(), missed.total()), 3) if tags else None,
        "macro_f1": round(sum(of_tags) / len(of_tags), 3) if tags else None,
        "curated": curated,
        "taken": taken,
    }


def _calibration(judged: Sequence[_Judged]) -> list[dict[str, Any]]:
    held: Counter[int] = Counter()
    made: Counter[int] = Counter()
    for one in judged:
        for proposal in one.proposals:
            step = min(9, int(proposal.confidence * 10))
            made[step] += 1
            held[step] += proposal.tag in one.curated
    return [
        {"from": step / 10, "to": (step + 1) / 10, "proposals": made[step], "held": _share(held[step], made[step])}
        for step in sorted(made)
    ]


def _worst(mistakes: dict[str, list[str]]) -> list[dict[str, Any]]:
    ordered = sorted(mistakes.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"tag": tag, "count": len(ids), "incidents": ids} for tag, ids in ordered[:_WORST]]


def _on(tags: Collection[str], axis: str) -> list[str]:
    return sorted(tag for tag in tags if tag.startswith(f"{axis}/"))


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
