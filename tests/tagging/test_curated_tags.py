"""The curated tags of the catalogue: complete, borne out word for word, and found by the filters that name them."""

from __future__ import annotations

import json

import pytest

from kb.catalogue.incidents import load_catalogue
from kb.catalogue.place import data_directory
from kb.knowledge.taxonomy import load_taxonomy

ENTRIES = load_catalogue(data_directory() / "catalogue")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.incident.id)
def test_a_stated_cause_has_a_trigger_and_a_mechanism(entry):
    axes = {assignment.tag.split("/")[0] for assignment in entry.incident.tags}
    if any(statement.kind == "cause" for statement in entry.incident.statements):
        assert {"trigger", "mechanism"} <= axes


def test_every_tag_is_in_the_taxonomy():
    known = {tag.key for tag in load_taxonomy(data_directory() / "taxonomy.yml").tags}
    assert {assignment.tag for entry in ENTRIES for assignment in entry.incident.tags} <= known


def test_every_evidence_is_tied_to_its_passage(connection):
    rows = connection.execute("SELECT t.evidence, p.text FROM incident_tags t LEFT JOIN passages p ON p.id = t.passage_id").fetchall()
    assert len(rows) > 1500
    assert all(text is not None and (evidence in text or text in evidence) for evidence, text in rows)


def test_the_cause_filter_lists_what_carries_the_tag(kb, database):
    answer = json.loads(kb("search", "--cause", "network-loop", "--json", "--db", database).stdout)
    assert {"2015-07-15-ctc", "2025-09-16-ntt-west"} <= {hit["id"] for hit in answer["hits"]}
    assert answer["total"] == len(answer["hits"])


def test_measures_filter_too(kb, database):
    answer = json.loads(kb("search", "--measure", "jitter", "--json", "--db", database).stdout)
    assert "2016-03-11-line" in {hit["id"] for hit in answer["hits"]}
