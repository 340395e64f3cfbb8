"""The controlled tags of db/taxonomy.yml, and how they are read and found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kb.errors import CatalogueError, NotFoundError
from kb.knowledge.taxonomy import AXES, CAUSE_AXES, MEASURE_GROUPS, Tag, Taxonomy, load_taxonomy

DB = Path(__file__).parents[2] / "db"
TAXONOMY = DB / "taxonomy.yml"

REQUIRED = {
    "trigger": """maintenance-work configuration-change switch-back equipment-replacement software-update hardware-fault
        software-bug capacity-exceeded expiry cyber-attack natural-disaster power-failure third-party-cut operator-error
        upstream-provider unknown latent-design-error procedure-defect mass-data-push transmission-failure""",
    "mechanism": """failover-failure standby-firmware-bug both-systems-down route-leak routing-error network-loop
        thundering-herd signalling-congestion cascading-overload data-inconsistency data-loss resource-exhaustion
        cooling-loss power-loss link-cut misclassification authentication-failure name-resolution-failure silent-failure
        misdelivery reduced-redundancy configuration-lost shared-path dependency-cascade detour-without-capacity""",
    "prolonging": """silent-failure late-vendor-escalation rollback-failure backup-broken slow-fault-isolation
        retry-traffic no-procedure access-difficulty repeated-failure known-defect-not-shared restart-failed state-lost
        countermeasure-backfired monitoring-lost wrong-part-replaced premature-recovery-notice fuel-depletion""",
    "measure": """rate-limit jitter circuit-breaker blast-radius automatic-rollback firmware-management checklist
        rehearsal monitoring capacity-increase route-diversity vendor-contract user-notification""",
}
HARD_GROUPS = (
    ("mechanism/thundering-herd", "mechanism/signalling-congestion", "mechanism/cascading-overload"),
    ("mechanism/failover-failure", "mechanism/both-systems-down"),
    ("trigger/operator-error", "trigger/configuration-change", "trigger/maintenance-work"),
    ("trigger/power-failure", "mechanism/power-loss"),
    ("mechanism/route-leak", "mechanism/routing-error"),
)


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy(TAXONOMY)


@pytest.fixture(scope="module")
def catalogue() -> dict[str, str]:
    """Incident id → every text of its record, one a line. Read plainly, so that only the files are judged."""
    files = sorted((DB / "catalogue").glob("*/*.yml"))
    assert files, "db/catalogue holds no incident"
    return {path.stem: "\n".join(_texts(yaml.safe_load(path.read_text(encoding="utf-8")))) for path in files}


def _texts(value: Any) -> list[str]:
    """Every string under `value` but those of tags, which quote the record themselves."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, child in value.items() if name != "tags" for text in _texts(child)]
    if isinstance(value, list):
        return [text for child in value for text in _texts(child)]
    return []


@pytest.mark.parametrize("axis", REQUIRED)
def test_tags_that_queries_rely_on_exist(taxonomy: Taxonomy, axis: str) -> None:
    assert set(REQUIRED[axis].split()) <= {tag.id for tag in taxonomy.on_axis(axis)}


def test_every_axis_has_tags_and_keys_are_unique(taxonomy: Taxonomy) -> None:
    keys = [tag.key for tag in taxonomy.tags]
    assert len(set(keys)) == len(keys)
    assert all(len(taxonomy.on_axis(axis)) >= 15 for axis in AXES)


def test_every_group_has_measures(taxonomy: Taxonomy) -> None:
    assert {tag.group for tag in taxonomy.on_axis("measure")} == set(MEASURE_GROUPS)
    assert {tag.group for tag in taxonomy.tags if tag.axis != "measure"} == {None}


def test_definitions_are_sentences_and_synonyms_speak_both_languages(taxonomy: Taxonomy) -> None:
    for tag in taxonomy.tags:
        assert tag.definition.endswith("。") and len(tag.definition) >= 10, tag.key
        assert any(word.isascii() for word in tag.synonyms), tag.key
        assert any(not word.isascii() for word in tag.synonyms) or tag.label_ja.isascii(), tag.key
        assert 1 <= len(tag.positive) <= 4 and 1 <= len(tag.negative) <= 2, tag.key


@pytest.mark.parametrize("group", HARD_GROUPS, ids=" ".join)
def test_hard_neighbours_name_each_other(taxonomy: Taxonomy, group: tuple[str, ...]) -> None:
    for key in group:
        definition = taxonomy.get(key).definition
        for other in group:
            assert other == key or f"「{taxonomy.get(other).label_ja}」" in definition, (key, other)


def test_examples_stand_word_for_word_in_the_catalogue(taxonomy: Taxonomy, catalogue: dict[str, str]) -> None:
    missing = [
        (tag.key, example.incident, example.text)
        for tag in taxonomy.tags
        for example in tag.positive + tag.negative
        if example.text not in catalogue.get(example.incident, "")
    ]
    assert missing == []


def test_no_quote_both_earns_and_does_not_earn_a_tag(taxonomy: Taxonomy) -> None:
    for tag in taxonomy.tags:
        refused = {(example.incident, example.text) for example in tag.negative}
        assert not refused & {(example.incident, example.text) for example in tag.positive}, tag.key


@pytest.mark.parametrize(
    ("name", "axes", "keys"),
    [
        ("network-loop", CAUSE_AXES, ("mechanism/network-loop",)),
        ("mechanism/network-loop", CAUSE_AXES, ("mechanism/network-loop",)),
        ("silent-failure", CAUSE_AXES, ("mechanism/silent-failure", "prolonging/silent-failure")),
        ("両系停止", AXES, ("mechanism/both-systems-down",)),
        ("切り戻し", ("trigger",), ("trigger/switch-back",)),
        ("切り戻し", AXES, ("trigger/switch-back", "measure/rollback")),
        ("Route leak", AXES, ("mechanism/route-leak",)),
        ("ＣＤＮ", ("equipment",), ("equipment/cdn",)),
    ],
)
def test_a_name_finds_its_tags(taxonomy: Taxonomy, name: str, axes: tuple[str, ...], keys: tuple[str, ...]) -> None:
    assert taxonomy.resolve(name, axes=axes) == keys


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("netwrok-loop", "mechanism/network-loop"),
        ("broadcast storm", "mechanism/network-loop"),
        ("証明書期限切れ", "trigger/expiry"),
        ("mechanism/route-leek", "mechanism/route-leak"),
    ],
)
def test_an_unknown_name_is_refused_with_near_tags(taxonomy: Taxonomy, name: str, suggestion: str) -> None:
    with pytest.raises(NotFoundError, match=suggestion):
        taxonomy.resolve(name, axes=CAUSE_AXES)


def test_a_name_without_likeness_says_where_the_tags_are(taxonomy: Taxonomy) -> None:
    with pytest.raises(NotFoundError, match="db/taxonomy.yml"):
        taxonomy.resolve("qqqqqqqq")
    with pytest.raises(NotFoundError):
        taxonomy.resolve("")


def test_only_the_asked_axes_are_searched(taxonomy: Taxonomy) -> None:
    with pytest.raises(NotFoundError):
        taxonomy.resolve("measure/jitter", axes=CAUSE_AXES)
    with pytest.raises(ValueError, match="colour"):
        taxonomy.resolve("jitter", axes=("colour",))
    with pytest.raises(NotFoundError, match="measure/jitter"):
        taxonomy.get("measure/jiter")


def _entry(tag_id: str, **fields: Any) -> dict[str, Any]:
    entry = {
        "id": tag_id,
        "label_ja": f"標識{tag_id}",
        "label_en": f"Label {tag_id}",
        "group": None,
        "definition": "試験のための標識。",
        "synonyms": ["言い換え", "wording"],
        "positive": [{"incident": "2001-01-01-kakuu", "text": "架空の装置が止まった"}],
        "negative": [{"incident": "2001-01-01-kakuu", "text": "架空の装置は動いていた", "instead": None}],
    }
    return entry | fields


def _write(folder: Path, **tags: list[Any]) -> Path:
    path = folder / "taxonomy.yml"
    path.write_text(yaml.safe_dump({axis: [] for axis in AXES} | tags, allow_unicode=True), encoding="utf-8")
    return path


def test_a_written_tag_is_read_back_whole(tmp_path: Path) -> None:
    path = _write(tmp_path, measure=[_entry("jitter", group="containment")])
    (tag,) = load_taxonomy(path).tags
    assert isinstance(tag, Tag) and tag.key == "measure/jitter" and tag.group == "containment"
    assert tag.synonyms == ("言い換え", "wording") and tag.positive[0].incident == "2001-01-01-kakuu"
    assert tag.negative[0].instead is None


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ({"trigger": [_entry("expiry", definition=" ")]}, ("trigger/expiry", "definition")),
        ({"trigger": [_entry("expiry", label_ja=None)]}, ("trigger/expiry", "label_ja")),
        ({"trigger": [_entry("Ex_piry")]}, ("trigger/Ex_piry", "id")),
        ({"trigger": [_entry("expiry", group="prevention")]}, ("trigger/expiry", "group")),
        ({"measure": [_entry("jitter")]}, ("measure/jitter", "group")),
        ({"trigger": [_entry("expiry", synonyms=[])]}, ("trigger/expiry", "synonyms")),
        ({"trigger": [_entry("expiry", synonyms=["失効", "失効"])]}, ("trigger/expiry", "synonyms")),
        ({"trigger": [_entry("expiry", colour="red")]}, ("trigger/expiry", "colour")),
        ({"trigger": [_entry("expiry", positive=[])]}, ("trigger/expiry", "positive")),
        ({"trigger": [_entry("expiry", positive=[{"incident": "a", "text": ""}])]}, ("trigger/expiry", "text")),
        ({"trigger": [_entry("expiry", positive=[{"incident": "a"}])]}, ("trigger/expiry", "positive[1]")),
        (
            {"trigger": [_entry("expiry", negative=[{"incident": "a", "text": "b", "instead": "trigger/none"}])]},
            ("trigger/expiry", "instead"),
        ),
        (
            {"trigger": [_entry("expiry", negative=[{"incident": "a", "text": "b", "instead": "trigger/expiry"}])]},
            ("trigger/expiry", "itself"),
        ),
        ({"trigger": [_entry("expiry"), _entry("expiry")]}, ("trigger/expiry", "already")),
        ({"trigger": [_entry("expiry"), _entry("lapse", label_ja="標識expiry")]}, ("trigger/lapse", "trigger/expiry")),
        ({"trigger": ["expiry"]}, ("trigger", "entry 1")),
        ({"trigger": {"expiry": 1}}, ("trigger", "list")),
        ({"colour": []}, ("axes",)),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, tags: dict[str, Any], named: tuple[str, ...]) -> None:
    path = _write(tmp_path, **tags)
    with pytest.raises(CatalogueError) as raised:
        load_taxonomy(path)
    assert all(part in str(raised.value) for part in (str(path), *named)), str(raised.value)


@pytest.mark.parametrize("content", [b"trigger: [", b"\xff\xfe", b"", b"- 1"])
def test_a_file_that_is_no_taxonomy_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "taxonomy.yml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match="taxonomy.yml"):
        load_taxonomy(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="nowhere.yml"):
        load_taxonomy(tmp_path / "nowhere.yml")
