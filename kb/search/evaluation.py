"""How well search answers judged queries: nDCG@10, Recall@5, MRR@10 and success@1, per kind and overall.

A judgement is one JSON object a line: {"id", "kind", "query", "relevant": {incident id: grade 1-3}}. Gain is the grade
(linear), the discount log2(rank + 1), the ideal order is that of the grades.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KbError

MEASURES = ("ndcg@10", "recall@5", "mrr@10", "success@1")
RELEVANT = 2  # grades from here on count as found for recall, reciprocal rank and success


@dataclass(frozen=True)
class Judgement:
    """A query (or, for similarity, an anchor incident) with graded incidents."""

    id: str
    kind: str
    query: str
    relevant: Mapping[str, int]
    anchor: bool = False  # the query is an incident's id, whose precedents are judged


def load_judgements(path: Path) -> list[Judgement]:
    """Read a JSONL file; raises KbError naming the line and what is wrong with it."""
    if not path.is_file():
        raise KbError(f"There is no file {path}: name a JSONL file of judged queries.")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        if line.strip():
            found.append(_judgement(line, f"{path}, line {number}"))
    if not found:
        raise KbError(f"{path} holds no judgement: write one JSON object a line, with id, kind, query and relevant.")
    return found


def _judgement(line: str, where: str) -> Judgement:
    try:
        record = json.loads(line)
        relevant = {str(key): int(grade) for key, grade in record["relevant"].items()}
        if any(grade < 0 for grade in relevant.values()):
            raise ValueError("a grade is negative")
        return Judgement(str(record["id"]), str(record.get("kind") or ("precedent" if "anchor" in record else "query")), str(record.get("query") or record["anchor"]), relevant, "anchor" in record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KbError(f"{where}: not a judgement ({error}): it needs id, query and relevant as {{incident id: grade}}.") from error


def measures(ranked: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float]:
    """The four measures of one ranking of incident ids, best first."""
    gain = sum(relevant.get(i, 0) / math.log2(rank + 1) for rank, i in enumerate(ranked[:10], start=1))
    ideal = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(sorted(relevant.values(), reverse=True)[:10], start=1))
    threshold = min(RELEVANT, max(relevant.values(), default=RELEVANT))
    wanted = {i for i, grade in relevant.items() if grade >= threshold > 0}
    first = next((rank for rank, i in enumerate(ranked[:10], start=1) if i in wanted), None)
    return {
        "ndcg@10": gain / ideal if ideal else 0.0,
        "recall@5": len(wanted & set(ranked[:5])) / min(len(wanted), 5) if wanted else 0.0,
        "mrr@10": 1 / first if first else 0.0,
        "success@1": 1.0 if first == 1 else 0.0,
    }


def evaluate(judgements: Sequence[Judgement], rank: Callable[[Judgement], Sequence[str]]) -> dict[str, dict[str, float]]:
    """{"all" or kind: {"queries": n, measure: mean}}; `rank` gives incident ids, best first."""
    by_kind: dict[str, list[dict[str, float]]] = defaultdict(list)
    for judgement in judgements:
        values = measures(rank(judgement), judgement.relevant)
        by_kind[judgement.kind].append(values)
        by_kind["all"].append(values)
    return {
        kind: {"queries": len(rows), **{m: sum(row[m] for row in rows) / len(rows) for m in MEASURES}}
        for kind, rows in sorted(by_kind.items(), key=lambda item: (item[0] == "all", item[0]))
    }
