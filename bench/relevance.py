"""Relevance of jiko-kb and its peers on the same documents and judged queries; writes bench/relevance.md.

    python -m bench.relevance --foreign FOLDER_OF_JAPANESE_HTML
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import foreign, jiko, peers
from bench.peers import REFERENCE, Rank
from bench.report import circumstances, interval, signed, table
from kb.building.build import TRAINED_WEIGHT
from kb.catalogue.place import data_directory
from kb.search.evaluation import Judgement, load_judgements, measures

HERE = Path(__file__).parent
SHOWN = ("ndcg@10", "recall@5", "mrr@10")
HYBRID = "jiko-kb hybrid"
WEIGHTS_HEADING = "## The weight of the trained embedding"
OURS = "jiko-kb"

Scores = dict[str, list[dict[str, float]]]  # program → measures of each query, in the order of the queries


def scored(programs: Mapping[str, Rank], judged: Sequence[Judgement]) -> Scores:
    return {name: [measures(rank(j.query, 10), j.relevant) for j in judged] for name, rank in programs.items()}


def mean(rows: Sequence[Mapping[str, float]], measure: str) -> float:
    return sum(row[measure] for row in rows) / len(rows)


def values(rows: Sequence[Mapping[str, float]], measure: str = "ndcg@10") -> list[float]:
    return [row[measure] for row in rows]


def best_peer(scores: Scores) -> str:
    return max((name for name in scores if not name.startswith(OURS)), key=lambda name: mean(scores[name], "ndcg@10"))


def overall(scores: Scores, reference: str) -> str:
    """All measures, as ratios to the reference, and the difference of nDCG@10 to the best peer with its interval."""
    best = best_peer(scores)
    rows = []
    for name, found in scores.items():
        ratio = mean(found, "ndcg@10") / mean(scores[reference], "ndcg@10")
        difference = signed(interval(values(found), values(scores[best]))) if name != best else "best peer"
        rows.append([name, *(f"{mean(found, m):.3f}" for m in SHOWN), f"{ratio:.2f}", difference])
    return table(["program", *SHOWN, "nDCG ratio", "nDCG difference to the best peer, 95 %"], rows)


def by_kind(scores: Scores, judged: Sequence[Judgement], reference: str, *, ratios: bool) -> str:
    kinds = sorted({j.kind for j in judged})
    rows = []
    for name, found in scores.items():
        cells = []
        for kind in kinds:
            own = [row for row, j in zip(found, judged) if j.kind == kind]
            base = [row for row, j in zip(scores[reference], judged) if j.kind == kind]
            value = mean(own, "ndcg@10") / (mean(base, "ndcg@10") if ratios else 1.0)
            cells.append(f"{value:.2f}" if ratios else f"{value:.3f}")
        rows.append([name, *cells])
    counts = [f"{kind} ({sum(j.kind == kind for j in judged)})" for kind in kinds]
    return table(["program", *counts], rows)


def ablation(scores: Scores, judged: Sequence[Judgement]) -> str:
    """Hybrid with the trained embedding against without, per kind, with intervals."""
    without = f"{OURS} keyword (no embedding)"
    kinds = [*sorted({j.kind for j in judged}), "all"]
    rows = []
    for kind in kinds:
        chosen = [n for n, j in enumerate(judged) if kind in (j.kind, "all")]
        one, other = ([scores[name][n]["ndcg@10"] for n in chosen] for name in (HYBRID, without))
        rows.append([f"{kind} ({len(chosen)})", f"{sum(other) / len(other):.3f}", f"{sum(one) / len(one):.3f}", signed(interval(one, other))])
    return table(["kind", "without", "with", "difference, 95 %"], rows)


def queries_section(folder: Path) -> tuple[str, jiko.Built]:
    ours = jiko.built(folder / "ours")
    untrained = jiko.built(folder / "untrained", trained=False)
    documents = peers.texts_of_incidents(ours.connection)
    judged = load_judgements(data_directory() / "judgements" / "test.jsonl")
    programs = {name: build(documents) for name, build in peers.lexical_peers(folder / "lance").items()}
    programs |= {
        f"{OURS} keyword (no embedding)": jiko.searching(ours, "keyword"),
        f"{OURS} semantic (trained embedding alone)": jiko.searching(ours, "semantic"),
        f"{OURS} hybrid, embedding fitted at build": jiko.searching(untrained),
        HYBRID: jiko.searching(ours),
    }
    scores = scored(programs, judged)
    parts = [
        "## Judged queries",
        f"{len(documents)} incidents, each one document (whole text, carriers, year) for all programs; {len(judged)} judged queries of"
        f" `db/judgements/test.jsonl`, which training never reads. Ratios are to {REFERENCE}.",
        overall(scores, REFERENCE),
        "nDCG@10 by kind (number of queries):",
        by_kind(scores, judged, REFERENCE, ratios=False),
        "The same as ratios:",
        by_kind(scores, judged, REFERENCE, ratios=True),
        "What the trained embedding adds (nDCG@10; the hybrid mode without it is the keyword mode):",
        ablation(scores, judged),
        second_section(programs),
    ]
    return "\n\n".join(parts), ours


def second_section(programs: Mapping[str, peers.Rank]) -> str:
    """The same programs on queries that were written and graded apart from all other judgements, after everything was fitted."""
    judged = load_judgements(data_directory() / "judgements" / "second-test.jsonl")
    scores = scored(programs, judged)
    return "\n\n".join([
        "### A second test set",
        f"{len(judged)} queries of `db/judgements/second-test.jsonl`, written and graded from the records alone, without a look at the program or the"
        " other judgements, when the training texts were done; those close to a training text were taken out. Nothing was"
        " fitted to them; the weight of areas was chosen with their figures in sight.",
        overall(scores, REFERENCE),
        by_kind(scores, judged, REFERENCE, ratios=False),
    ])  # fmt: skip


def similar_section(ours: jiko.Built) -> str:
    path = data_directory() / "judgements" / "similar-test.jsonl"
    judged = load_judgements(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    same = {line["anchor"]: set(line.get("same_episode", ())) for line in lines}
    whole = peers.texts_of_incidents(ours.connection)
    chain = peers.texts_of_incidents(ours.connection, ("title", "cause", "prolonging"))
    lists = {"tf-idf over the whole record": (peers.tfidf(whole), whole), "tf-idf over title and causal chain": (peers.tfidf(chain), chain)}
    scores: dict[str, list[dict[str, float]]] = {}
    for name in (*lists, f"{OURS} similar"):
        rows = []
        for judgement in judged:
            anchor = judgement.query
            found = lists[name][0](lists[name][1][anchor], 30) if name in lists else jiko.precedents(ours)(anchor, 30)
            ranked = [i for i in found if i != anchor and i not in same[anchor]][:10]
            top = max(judgement.relevant.values())
            best = {i for i, grade in judgement.relevant.items() if grade == top}
            rows.append(measures(ranked, judgement.relevant) | {"best@5": len(best & set(ranked[:5])) / min(len(best), 5)})
        scores[name] = rows
    best = best_peer(scores)
    rows = [
        [name, *(f"{mean(found, m):.3f}" for m in ("best@5", *SHOWN)), signed(interval(values(found), values(scores[best]))) if name != best else "best peer"]
        for name, found in scores.items()
    ]
    return "\n\n".join([
        "## Precedents of an incident",
        f"{len(judged)} anchors of `db/judgements/similar-test.jsonl`; accidents of the same episode are left out of every list. best@5: share of"
        " an anchor's highest-graded precedents among the first five.",
        table(["program", "best@5", *SHOWN, "nDCG difference to the best peer, 95 %"], rows),
    ])  # fmt: skip


def foreign_section(source: Path | None, folder: Path) -> str:
    if source is None:
        return "## A foreign corpus\n\nNot measured in this run: name a folder of Japanese HTML pages with `--foreign`."
    found = foreign.paragraphs(source)
    ours = jiko.built(folder / "foreign", foreign.write_catalogue(found, folder / "foreign-catalogue"))
    documents = {p.id: f"{p.heading}\n{p.text}" for p in found}
    judged = foreign.questions(found)
    programs = {
        name: build(documents) for name, build in peers.lexical_peers(folder / "lance-foreign").items() if "as typed" not in name and "default" not in name
    }
    programs |= {f"{OURS} keyword (no embedding)": jiko.searching(ours, "keyword"), HYBRID: jiko.searching(ours)}
    scores = scored(programs, judged)
    return "\n\n".join([
        "## A foreign corpus",
        f"{len(found)} Japanese paragraphs that have nothing to do with telecom accidents (here: Debian's `debian-reference-ja`, unpacked), built with"
        f" `kb build --catalogue`; {len(judged)} known-item questions, each a clause of a paragraph or three of its rarer words. The embedding is the"
        " one fitted at build time.",
        overall(scores, REFERENCE),
        by_kind(scores, judged, REFERENCE, ratios=False),
    ])  # fmt: skip


def weights_section() -> str:
    """What bench/fit_weights.py measured last."""
    path = HERE / "weights.json"
    if not path.is_file():
        return f"{WEIGHTS_HEADING}\n\nNot measured yet: run `python -m bench.fit_weights`."
    found = json.loads(path.read_text(encoding="utf-8"))
    weights = sorted(found["overall"], key=float)
    rows = [[kind, *(f"{found['kinds'][kind][w]:.3f}" for w in weights)] for kind in sorted(found["kinds"])]
    rows.append(["all", *(f"{found['overall'][w]:.3f}" for w in weights)])
    return "\n\n".join([
        WEIGHTS_HEADING,
        f"{found['folds']}-fold cross-validation on `db/judgements/train.jsonl` ({found['queries']} queries, `python -m bench.fit_weights`,"
        f" {found['date']}): for each fold an embedding was trained without the fold's queries. nDCG@10 of the queries left out, by weight:",
        table(["kind", *weights], rows),
        f"Best weight: {found['best']}. Search uses {TRAINED_WEIGHT:g}. Wordings and queries have authors of the same kind, which flatters heavy weights.",
    ])  # fmt: skip


LIMITS = """What the numbers do not say: queries and grades come from the authors of the project, who know its wording, and most queries have few
graded incidents; the embedding was trained on other queries by the same authors and on the very incidents that are searched, so it will help less for
incidents added later. Peers got the whole text as one field, without synonyms, tags or tuned parameters, and a configuration made for this corpus might
lift them. For natural, measure, symptom and paraphrase queries the first results of our three modes and of bm25s were graded too, in random order
and without the program's name; for the other kinds, a good answer that nobody listed still counts as wrong. Known-item questions share their
words with the answer, which flatters every lexical program alike. 184 incidents are few: differences within the intervals mean nothing."""


def renew_weights() -> None:
    """Put the weights measured last into the report that stands, without measuring the rest again."""
    path = HERE / "relevance.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(WEIGHTS_HEADING)
    _, start, limits = rest.partition(LIMITS[:20])
    path.write_text(f"{before}{weights_section()}\n\n{start}{limits}", encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--foreign", type=Path, help="folder of Japanese HTML pages for the foreign corpus")
    given = arguments.parse_args()
    with peers.temporary_folder() as scratch:
        folder = Path(scratch)
        judged, ours = queries_section(folder)
        parts = [judged, similar_section(ours), foreign_section(given.foreign, folder), weights_section()]
    command = "python -m bench.relevance" + (" --foreign FOLDER" if given.foreign else "")
    report = "\n\n".join(["# Relevance", circumstances(command), *parts, LIMITS]) + "\n"
    (HERE / "relevance.md").write_text(report, encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
