"""The rules of questions: the file fits, covers what it must, and a slip in it is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.catalogue.place import data_directory
from kb.errors import CatalogueError
from kb.knowledge.question_rules import NOT_STATED, TIMINGS, VIEWPOINTS, load_questions
from kb.knowledge.taxonomy import load_taxonomy
from kb.reports.brief.not_stated import LABELS
from kb.reports.recurrence import TIMINGS as KNOWN_TIMINGS

TAXONOMY = load_taxonomy(data_directory() / "taxonomy.yml")
RULES = load_questions(data_directory() / "questions.yml", TAXONOMY)

GOOD = """
questions:
  - {id: one, viewpoint: 設備, weight: 50, when: {tags: [mechanism/link-cut]}, text: 予備はあったか。}
"""


@pytest.mark.parametrize("axis", ["trigger", "mechanism", "prolonging"])
def test_every_cause_has_a_question_of_its_own(axis: str) -> None:
    asked = {tag for rule in RULES for tag in (*rule.when.tags, *rule.when.all_tags)}
    assert {tag.key for tag in TAXONOMY.on_axis(axis)} <= asked


def test_there_are_enough_rules_from_every_viewpoint() -> None:
    assert len(RULES) >= 60
    assert {rule.viewpoint for rule in RULES} == set(VIEWPOINTS)


def test_every_field_that_can_be_missing_can_be_asked_for() -> None:
    assert set(NOT_STATED) == set(LABELS) and set(TIMINGS) == set(KNOWN_TIMINGS)
    asked = {name for rule in RULES for name in rule.when.not_stated}
    assert asked >= set(NOT_STATED) - {"services", "measures"}  # what measures there are is asked by no_measures


def test_questions_are_asked_as_a_council_writes_them() -> None:
    for rule in RULES:
        assert rule.text.rstrip().endswith("。"), rule.id
        assert "ください" not in rule.text and "ます" not in rule.text and "です" not in rule.text, rule.id
        assert any(word in rule.text for word in ("か。", "のか", "示せるか")), rule.id


def read(folder: Path, text: str) -> None:
    path = folder / "questions.yml"
    path.write_text(text, encoding="utf-8")
    load_questions(path, TAXONOMY)


def test_a_file_that_fits_is_read(tmp_path: Path) -> None:
    read(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("mechanism/link-cut", "mechanism/link-cat", "'mechanism/link-cat' is no tag of db/taxonomy.yml; did you mean mechanism/link-cut?"),
        ("viewpoint: 設備", "viewpoint: 設営", "questions[0].viewpoint: '設営' is not allowed"),
        ("weight: 50", "weight: 500", "questions[0].weight: 500 is out of range"),
        ("weight: 50, ", "", "questions[0].weight: missing"),
        ("予備はあったか。", "{minuts}分か。", "{minuts} is no slot"),
        ("予備はあったか。", "{minutes}分か。", "{minutes} has nothing to hold"),
        ("予備はあったか。", "{promise}はどうなったか。", "{promise} has nothing to hold"),
        ("tags: [mechanism/link-cut]", "not_stated: [user]", "'user' is not allowed"),
        ("tags: [mechanism/link-cut]", "promises: mine", "'mine' is not allowed"),
        ("when: {tags: [mechanism/link-cut]}", "when: {}", "questions[0].when: names no condition"),
        ("text: 予備はあったか。", "text: null", "questions[0].text: missing"),
        ("id: one", "id: One!", "is no id"),
        ("id: one,", "id: one, colour: red,", "unknown key"),
        ("questions:", "question:", "unknown key"),
    ],
)
def test_a_slip_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError) as error:
        read(tmp_path, GOOD.replace(old, f'"{new}"' if new.startswith("{") else new))
    assert told in str(error.value) and "questions.yml" in str(error.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="the id one stands twice"):
        read(tmp_path, GOOD + GOOD.split("questions:\n")[1])
