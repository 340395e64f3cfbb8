"""The tagger's score: the arithmetic on a made-up case, and floors on the years that its rules' writer had not read."""

from __future__ import annotations

import pytest

from kb.data import data_directory
from kb.knowledge.tag_evaluation import UNSEEN_YEARS, Outcome, evaluate_tags, outcomes, scores
from kb.knowledge.taxonomy import load_taxonomy
from kb.model import Incident
from kb.sources.catalogue import load_catalogue

# A little below what was measured with `kb evaluate --tags`.
FLOORS = {"trigger": 0.62, "mechanism": 0.64, "prolonging": 0.42, "measure": 0.68, "equipment": 0.68, "service": 0.80}


def outcome(curated: str, proposed: str) -> Outcome:
    return Outcome(Incident("x", (), 2012), frozenset(curated.split()), frozenset(proposed.split()))


def test_scores_count_by_hand():
    found = [outcome("trigger/a trigger/b", "trigger/a trigger/c"), outcome("trigger/a", "trigger/a mechanism/z")]
    measured = scores(found, "trigger")
    assert measured["precision"] == measured["recall"] == pytest.approx(2 / 3)
    assert measured["micro_f1"] == pytest.approx(2 / 3)
    assert measured["macro_f1"] == pytest.approx((1 + 0 + 0) / 3)
    assert scores(found, "mechanism")["recall"] == 0.0


def test_confusions_name_the_incidents():
    report = evaluate_tags([outcome("trigger/a", "trigger/b")])
    assert {c["tag"] for c in report["confusions"]} == {"trigger/a", "trigger/b"}


@pytest.fixture(scope="module")
def unseen() -> list[Outcome]:
    directory = data_directory()
    incidents = [entry.incident for entry in load_catalogue(directory / "catalogue")]
    return outcomes(incidents, load_taxonomy(directory / "taxonomy.yml"), directory / "tagging.yml", UNSEEN_YEARS)


@pytest.mark.parametrize("axis", FLOORS)
def test_unseen_years_stay_above_the_floor(unseen, axis):
    assert len(unseen) > 30
    assert scores(unseen, axis)["micro_f1"] >= FLOORS[axis]
