"""How well the tagger finds the curated tags of incidents that it did not learn from: leave one fiscal year out.

The weights are learnt anew for every year. The rules of `db/tagging.yml` are fixed; whoever wrote them did not read the
incidents of UNSEEN_YEARS for it, so that the figures of those years are the more honest ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kb.knowledge.tag_rules import load_rules
from kb.knowledge.tag_training import learn, read_training
from kb.knowledge.tagging import Tagger, assign
from kb.knowledge.taxonomy import AXES, Taxonomy
from kb.model import Incident

UNSEEN_YEARS = (2009, 2012, 2016, 2019, 2023)
WORST = 8  # tags shown in the list of confusions


@dataclass(frozen=True)
class Outcome:
    """Curated and proposed tags of one incident."""

    incident: Incident
    curated: frozenset[str]
    proposed: frozenset[str]


def outcomes(incidents: Sequence[Incident], taxonomy: Taxonomy, rules: Path, years: Iterable[int] | None = None) -> list[Outcome]:
    """Tag the incidents of each fiscal year (of `years`, all when None) with what the other years teach."""
    book = load_rules(rules, taxonomy)
    reading = read_training(incidents, taxonomy, book)
    wanted = None if years is None else set(years)
    by_year: dict[int | None, list[int]] = defaultdict(list)
    for number, incident in enumerate(reading.incidents):
        by_year[incident.fiscal_year].append(number)
    found = []
    for year, left_out in sorted(by_year.items(), key=lambda item: item[0] or 0):
        if wanted is None or year in wanted:
            members = [number for number in range(len(reading.incidents)) if number not in set(left_out)]
            tagger = Tagger(taxonomy, book, learn(reading, members))
            found += [_outcome(reading.incidents[number], tagger) for number in left_out]
    return found


def _outcome(incident: Incident, tagger: Tagger) -> Outcome:
    proposed = assign(replace(incident, tags=()), tagger)
    return Outcome(incident, frozenset(tag.tag for tag in incident.tags), frozenset(tag.tag for tag in proposed))


def scores(found: Sequence[Outcome], axis: str) -> dict[str, float]:
    """Micro precision, recall and F1, and macro F1 (mean over the axis's tags that are curated or proposed at all)."""
    hits, wrong, missed = _counts(found, axis)
    precision = _ratio(sum(hits.values()), sum(hits.values()) + sum(wrong.values()))
    recall = _ratio(sum(hits.values()), sum(hits.values()) + sum(missed.values()))
    each = [_f1(hits[tag], wrong[tag], missed[tag]) for tag in {*hits, *wrong, *missed}]
    return {
        "tags": sum(hits.values()) + sum(missed.values()), "precision": precision, "recall": recall,
        "micro_f1": _f1(sum(hits.values()), sum(wrong.values()), sum(missed.values())), "macro_f1": _ratio(sum(each), len(each)),
    }  # fmt: skip


def evaluate_tags(found: Sequence[Outcome]) -> dict[str, object]:
    """{"axes": scores, "unseen": scores of UNSEEN_YEARS alone, "confusions": the tags most often wrong or missed}."""
    unseen = [outcome for outcome in found if outcome.incident.fiscal_year in UNSEEN_YEARS]
    return {
        "incidents": len(found),
        "axes": {axis: scores(found, axis) for axis in AXES},
        "unseen_years": list(UNSEEN_YEARS),
        "unseen": {axis: scores(unseen, axis) for axis in AXES},
        "confusions": [confusion for axis in AXES for confusion in _confusions(found, axis)],
    }


def _counts(found: Sequence[Outcome], axis: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    hits: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for outcome in found:
        hits.update(_on(axis, outcome.curated & outcome.proposed))
        wrong.update(_on(axis, outcome.proposed - outcome.curated))
        missed.update(_on(axis, outcome.curated - outcome.proposed))
    return hits, wrong, missed


def _on(axis: str, tags: Iterable[str]) -> list[str]:
    return [tag for tag in tags if tag.startswith(f"{axis}/")]


def _confusions(found: Sequence[Outcome], axis: str) -> list[Mapping[str, object]]:
    _, wrong, missed = _counts(found, axis)
    worst = sorted({*wrong, *missed}, key=lambda tag: (-(wrong[tag] + missed[tag]), tag))[:WORST]
    return [
        {
            "tag": tag,
            "wrong": [o.incident.id for o in found if tag in o.proposed - o.curated],
            "missed": [o.incident.id for o in found if tag in o.curated - o.proposed],
        }
        for tag in worst
    ]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _f1(hits: int, wrong: int, missed: int) -> float:
    return _ratio(2 * hits, 2 * hits + wrong + missed)
