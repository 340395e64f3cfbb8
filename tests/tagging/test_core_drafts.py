"""Planned work on a mobile core, switched back, and a storm of registrations: three reports in three hands earn the tags of what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.profile import draft, proposed_tags

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "drafts"
HAPPENED = {"trigger/maintenance-work", "trigger/switch-back", "mechanism/signalling-congestion", "equipment/subscriber-database"}
DID_NOT = {"trigger/hardware-fault", "trigger/cyber-attack", "measure/refund", "measure/failover-improvement", "measure/capacity-increase"}


def tags(text: str) -> set[str]:
    return {tag.tag for tag in proposed_tags(draft("", text))}


@pytest.mark.parametrize("name", ["core-work-numbered", "core-work-letter", "core-work-memo"])
def test_what_happened_is_tagged_and_what_did_not_is_not(name):
    found = tags((SAMPLES / f"{name}.txt").read_text(encoding="utf-8"))
    assert found >= HAPPENED and not found & DID_NOT


@pytest.mark.parametrize(("one", "other"), [("7 事故の概要", "7 事故概要"), ("7 事故の概要", "７．発生状況"), ("11 再発防止策", "11 再発を防ぐための取組"), ("10 過去の事故との関係", "10 その他")])
def test_the_wording_of_a_heading_changes_nothing(one, other):
    text = (SAMPLES / "core-work-numbered.txt").read_text(encoding="utf-8")
    assert one in text and tags(text.replace(one, other)) == tags(text)
