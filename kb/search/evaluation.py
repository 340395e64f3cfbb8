"""How well search answers judged queries: nDCG@10, Recall@5, MRR@10 and success@1, per kind and overall.

A judgement is one JSON object a line: {"id", "kind", "query", "relevant": {incident id: grade 1-3}}, with "anchor" (an incident) or
"draft" (a text file beside the judgements) and perhaps "axis" in place of "query" where precedents are judged. Gain is the grade
(linear), the discount log2(rank + 1), the ideal order is that of the grades. Means come with bootstrap intervals, and two
rankings of the same queries can be compared.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.errors import KbError
from kb.search.significance import Comparison, bootstrap_interval, compare

MEASURES = ("ndcg@10", "recall@5", "mrr@10", "success@1")
MAIN = "ndcg@10"  # the measure that gets an interval and is compared
RELEVANT = 2  # grades from here on count as found for recall, reciprocal rank and success
MAX_GRADE = 100
ALL = "all"  # in place of a kind: every query

Scores = list[dict[str, float]]  # the measures of each query, in the order of the judgements


@dataclass(frozen=True)
class Judgement:
    """A query (or, for similarity, an anchor incident or a draft's text) with graded incidents."""

    id: str
    kind: str
    query: str
    relevant: Mapping[str, int]
    anchor: bool = False  # the query is an incident's id, whose precedents are judged
    draft: bool = False  # the query is a draft report, whose precedents are judged
    axis: str = "all"  # of the precedents


def load_judgements(path: Path) -> list[Judgement]:
    """Read a JSONL file; raises KbError naming the line and what is wrong with it."""
    if not path.is_file():
        raise KbError(f"There is no file {path}: name a JSONL file of judged queries.")
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise KbError(f"{path} cannot be read ({error.strerror}).") from error
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            found.append(_judgement(line, f"{path}, line {number}", path.parent))
    if not found:
        raise KbError(f"{path} holds no judgement: write one JSON object a line, with id, kind, query and relevant.")
    return found


def _judgement(line: str, where: str, folder: Path) -> Judgement:
    try:
        record = json.loads(line)
        anchor, draft = "anchor" in record, "draft" in record
        query = _draft(folder / str(record["draft"]), where) if draft else record.get("query") or record["anchor" if anchor else "query"]
        if not isinstance(query, str) or not query.strip():
            raise ValueError("the query is no text")
        kind = record.get("kind") or ("precedent" if anchor or draft else "query")
        relevant = {str(i): _grade(i, value) for i, value in record["relevant"].items()}
        return Judgement(str(record["id"]), str(kind), query, relevant, anchor, draft, str(record.get("axis", "all")))
    except KeyError as error:
        problem = f"{error.args[0]} is missing"
    except (TypeError, AttributeError):
        problem = "it is not an object whose relevant is an object"
    except (ValueError, OverflowError, RecursionError) as error:
        problem = str(error)
    raise KbError(f"{where}: not a judgement ({problem}): it needs id, query and relevant as {{incident id: grade}}.")


def _draft(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KbError(f"{where}: the draft {path} cannot be read ({error}).") from error


def _grade(incident: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or float(value) not in range(MAX_GRADE + 1):
        raise ValueError(f"the grade of {incident} is {str(value)[:20]!r}, not a whole number from 0 to {MAX_GRADE}")
    return int(float(value))


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


def score(judgements: Sequence[Judgement], rank: Callable[[Judgement], Sequence[str]]) -> Scores:
    """The measures of each judgement; `rank` gives incident ids, best first."""
    return [measures(rank(judgement), judgement.relevant) for judgement in judgements]


def summary(judgements: Sequence[Judgement], scores: Scores) -> dict[str, dict[str, float | int | None]]:
    """{kind or "all": {"queries": n, measure: mean, "ndcg@10_low", "ndcg@10_high"}}, "all" last.

    The bounds are those of a 95 % bootstrap interval of the mean, None for a kind with one query.
    """
    table: dict[str, dict[str, float | int | None]] = {}
    for kind, rows in _kinds(judgements, scores).items():
        low, high = bootstrap_interval([row[MAIN] for row in rows])
        table[kind] = {"queries": len(rows), **{m: sum(row[m] for row in rows) / len(rows) for m in MEASURES}, f"{MAIN}_low": low, f"{MAIN}_high": high}
    return table


def comparison(judgements: Sequence[Judgement], one: Scores, other: Scores) -> dict[str, Comparison]:
    """{kind or "all": how much better `other` is than `one` in nDCG@10}, paired by query."""
    ones, others = _kinds(judgements, one), _kinds(judgements, other)
    return {kind: compare([row[MAIN] for row in rows], [row[MAIN] for row in others[kind]]) for kind, rows in ones.items()}


def _kinds(judgements: Sequence[Judgement], scores: Scores) -> dict[str, Scores]:
    by_kind: dict[str, Scores] = defaultdict(list)
    for judgement, row in zip(judgements, scores, strict=True):
        by_kind[judgement.kind].append(row)
    return {kind: by_kind[kind] for kind in sorted(by_kind) if kind != ALL} | {ALL: list(scores)}
