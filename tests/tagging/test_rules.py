"""Reading the tagging rules: every slip is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kb.catalogue.place import data_directory
from kb.errors import CatalogueError
from kb.knowledge.taxonomy import AXES, load_taxonomy
from kb.model import Incident, Statement
from kb.tagging.passages import passages
from kb.tagging.rule_matching import hits
from kb.tagging.rules import load_rules

TAXONOMY = load_taxonomy(data_directory() / "taxonomy.yml")
OWN = data_directory() / "tagging.yml"


def book(**changes: object) -> dict[str, object]:
    return {
        "unread_years": [2009],
        "fields": {axis: ["cause", "title"] for axis in AXES},
        "words": {"device": "装置|設備"},
        "scope": [{"name": "not", "side": "before", "reach": "clause", "axes": ["trigger"], "cue": "ではない"}],
        "rules": {"trigger/hardware-fault": [{"any": ["<device>が故障"], "confidence": 0.8}]},
    } | changes


def rule(**fields: object) -> dict[str, object]:
    return {"rules": {"trigger/hardware-fault": [{"any": ["故障"], "confidence": 0.8} | fields]}}


def written(folder: Path, content: object) -> Path:
    path = folder / "tagging.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def tags_of(path: Path, cause: str) -> set[str]:
    told = Incident("題", ("架空通信",), 2030, statements=(Statement("cause", cause),))
    return set(hits(passages(told), load_rules(path, TAXONOMY)))


def test_every_tag_has_a_rule_of_ours():
    assert {rule.tag for rule in load_rules(OWN, TAXONOMY).rules} == {tag.key for tag in TAXONOMY.tags}


def test_words_stand_for_their_alternatives(tmp_path):
    path = written(tmp_path, book())
    assert tags_of(path, "設備が故障した。") == {"trigger/hardware-fault"}
    assert tags_of(path, "箱が故障した。") == set()


def test_all_must_be_met_and_unless_must_not(tmp_path):
    path = written(tmp_path, book(**rule(all=["装置"], unless=["交換"])))
    assert tags_of(path, "装置が故障した。") == {"trigger/hardware-fault"}
    assert tags_of(path, "故障した。") == set()
    assert tags_of(path, "故障した装置を交換した。") == set()


def test_a_rule_yields_to_a_tag_that_says_it_better(tmp_path):
    rules = {
        "trigger/hardware-fault": [{"any": ["故障"], "yields_to": ["trigger/power-failure"], "confidence": 0.8}],
        "trigger/power-failure": [{"any": ["停電"], "confidence": 0.8}],
    }
    path = written(tmp_path, book(rules=rules))
    assert tags_of(path, "故障した。") == {"trigger/hardware-fault"}
    assert tags_of(path, "停電し、故障した。") == {"trigger/power-failure"}


def test_without_asks_for_a_part_to_be_lacking(tmp_path):
    path = written(tmp_path, book(**rule(any=["題"], without=["cause"])))
    assert tags_of(path, "何か。") == set()
    assert set(hits(passages(Incident("題", ("架空通信",), 2030)), load_rules(path, TAXONOMY))) == {"trigger/hardware-fault"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (book(more=1), "top level"),
        (book(unread_years=["2009"]), "fiscal year"),
        (book(fields={"trigger": ["cause"]}), "exactly the axes"),
        (book(words=["装置"]), "words: must be a mapping"),
        (book(words={"Device": "装置"}), "lower-case"),
        (book(rules=[]), "mapping from tags"),
        (book(rules={"trigger/nothing-like-it": []}), "No tag 'trigger/nothing-like-it'"),
        (book(rules={"trigger/expiry": {}}), r"trigger/expiry: must be a list"),
        (book(rules={"trigger/expiry": ["期限"]}), r"expiry\[1\]: must be a mapping"),
        (book(**rule(anny=["x"])), "unknown field 'anny'"),
        (book(**rule(any=[])), "at least one pattern"),
        (book(**rule(any=["("])), "not a regular expression"),
        (book(**rule(any=["a*"])), "matches the empty text"),
        (book(**rule(any=["<devise>"])), "<devise> is not listed"),
        (book(**rule(confidence=1.5)), "confidence: 1.5"),
        (book(**rule(confidence=True)), "confidence: True"),
        (book(**rule(fields=["causes"])), "'causes' must be one of"),
        (book(**rule(yields_to=["trigger/x-x"])), "yields_to: No tag"),
        (book(scope=[{"name": "n", "side": "left", "reach": "clause", "axes": [], "cue": "x"}]), "side: 'left'"),
        (book(scope=[{"name": "n", "side": "after", "reach": "page", "axes": [], "cue": "x"}]), "reach: 'page'"),
        (book(scope=[{"name": "n", "side": "after", "reach": "clause", "axes": ["x"], "cue": "x"}]), "'x' must be one of"),
    ],
)
def test_every_slip_is_named(tmp_path, content, message):
    path = written(tmp_path, content)
    with pytest.raises(CatalogueError, match=message) as caught:
        load_rules(path, TAXONOMY)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_not_yaml(tmp_path):
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_rules(tmp_path / "none.yml", TAXONOMY)
    broken = tmp_path / "tagging.yml"
    broken.write_text("rules: [", encoding="utf-8")
    with pytest.raises(CatalogueError, match="not valid YAML"):
        load_rules(broken, TAXONOMY)
