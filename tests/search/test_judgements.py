"""The relevance judgements under db/judgements agree with the catalogue and keep training apart from testing."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JUDGEMENTS = ROOT / "db" / "judgements"
CATALOGUE = ROOT / "db" / "catalogue"

KINDS = {"keyword", "natural", "paraphrase", "english", "variant", "symptom", "measure", "conditional"}
GRADES = {1, 2, 3}
QUERY_FILES = [path for path in (JUDGEMENTS / "train.jsonl", JUDGEMENTS / "test.jsonl") if path.exists()]
SECOND_TEST = JUDGEMENTS / "second-test.jsonl"
SIMILAR_FILES = sorted(JUDGEMENTS.glob("similar*.jsonl"))


def read_lines(path: Path) -> list[dict]:
    """The objects of a JSON Lines file; a key written twice in one object is an error, not a silent overwrite."""

    def unique_keys(pairs: list[tuple[str, object]]) -> dict:
        counts = Counter(key for key, _ in pairs)
        twice = [key for key, count in counts.items() if count > 1]
        assert not twice, f"{path.name}: written twice in one object: {twice}"
        return dict(pairs)

    return [
        json.loads(line, object_pairs_hook=unique_keys)
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def normalized(query: str) -> str:
    """A query without differences of width, case and spacing, so that near copies count as the same query."""
    return "".join(unicodedata.normalize("NFKC", query).casefold().split())


@pytest.fixture(scope="module")
def incident_ids() -> set[str]:
    ids = {path.stem for path in CATALOGUE.rglob("*.yml")}
    assert ids, "the catalogue is empty"
    return ids


def check_grades(record: dict, incident_ids: set[str]) -> None:
    relevant = record["relevant"]
    unknown = sorted(set(relevant) - incident_ids)
    assert not unknown, f"{record['id']}: not in the catalogue: {unknown}"
    assert set(relevant.values()) <= GRADES, f"{record['id']}: grades outside 1-3"
    assert max(relevant.values(), default=0) >= 2, f"{record['id']}: nothing is graded 2 or 3"


def test_there_are_training_judgements() -> None:
    names = {path.name for path in [*QUERY_FILES, *SIMILAR_FILES]}
    assert {"train.jsonl", "similar-train.jsonl"} <= names


@pytest.mark.parametrize("path", [*QUERY_FILES, SECOND_TEST], ids=lambda path: path.name)
def test_queries_are_well_formed(path: Path, incident_ids: set[str]) -> None:
    records = read_lines(path)
    for record in records:
        assert set(record) == {"id", "kind", "query", "relevant"}, record["id"]
        assert record["kind"] in KINDS, record["id"]
        assert record["query"].strip() == record["query"] != "", record["id"]
        check_grades(record, incident_ids)
    assert len({record["id"] for record in records}) == len(records), "an id occurs twice"
    repeated = [query for query, n in Counter(normalized(r["query"]) for r in records).items() if n > 1]
    assert not repeated, f"queries asked twice: {repeated}"


@pytest.mark.parametrize("path", QUERY_FILES, ids=lambda path: path.name)
def test_every_kind_has_enough_queries_for_its_own_row(path: Path) -> None:
    counts = Counter(record["kind"] for record in read_lines(path))
    assert set(counts) == KINDS
    assert min(counts.values()) >= 20, counts


@pytest.mark.parametrize("path", SIMILAR_FILES, ids=lambda path: path.name)
def test_similar_anchors_are_well_formed(path: Path, incident_ids: set[str]) -> None:
    records = read_lines(path)
    for record in records:
        assert set(record) == {"id", "anchor", "relevant", "same_episode"}, record["id"]
        assert record["anchor"] in incident_ids, record["id"]
        assert set(record["same_episode"]) <= incident_ids, record["id"]
        check_grades(record, incident_ids)
        aside = {record["anchor"], *record["same_episode"]}
        assert len(aside) == 1 + len(record["same_episode"]), f"{record['id']}: same_episode repeats an id"
        assert not aside & set(record["relevant"]), f"{record['id']}: the anchor or its episode is graded"
    assert len({record["id"] for record in records}) == len(records), "an id occurs twice"
    assert len({record["anchor"] for record in records}) == len(records), "an anchor occurs twice"


@pytest.mark.skipif(len(QUERY_FILES) < 2, reason="only one of train.jsonl and test.jsonl is present")
def test_training_and_test_share_no_query() -> None:
    train, test = ({normalized(record["query"]) for record in read_lines(path)} for path in QUERY_FILES)
    shared = sorted(train & test)
    assert not shared, shared


@pytest.mark.skipif(len(SIMILAR_FILES) < 2, reason="only one file of similar anchors is present")
def test_training_and_test_share_no_anchor() -> None:
    counts = Counter(record["anchor"] for path in SIMILAR_FILES for record in read_lines(path))
    shared = [anchor for anchor, n in counts.items() if n > 1]
    assert not shared, shared


def test_situations_are_well_formed(incident_ids: set[str]) -> None:
    """Kinds of failure, symptom or response in many words, for training: no wording serves two of them."""
    records = read_lines(JUDGEMENTS / "situations.jsonl")
    for record in records:
        assert set(record) == {"id", "relevant", "wordings"}, record["id"]
        assert set(record["wordings"]) <= KINDS - {"conditional"} and all(record["wordings"].values()), record["id"]
        check_grades(record, incident_ids)
    assert len({record["id"] for record in records}) == len(records), "an id occurs twice"
    counts = Counter(normalized(text) for record in records for texts in record["wordings"].values() for text in texts)
    assert not [text for text, n in counts.items() if n > 1]
