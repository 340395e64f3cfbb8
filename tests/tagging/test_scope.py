"""Which stretch of a sentence a cue silences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.tagging.rules import Cue
from kb.tagging.scope import silenced, spoken

NOT = Cue("not", "before", "clause", ("trigger",), re.compile("ではない"))
NEITHER = Cue("neither", "before", "sentence", ("trigger",), re.compile("いずれでもない"))
PLAN = Cue("plan", "after", "sentence", ("trigger",), re.compile("今後は"))
ONCE = Cue("once", "after", "clause", ("trigger",), re.compile("昨年の事故では"))


@pytest.mark.parametrize(
    ("cue", "sentence", "left"),
    [
        (NOT, "停電が起きたが、攻撃ではない。", "停電が起きたが、。"),
        (NOT, "装置(攻撃ではない)が止まった。", "装置()が止まった。"),
        (NOT, "サイバー攻撃、誤操作ではない。", "。"),
        (NEITHER, "停電でも、攻撃が続いても、いずれでもない。", "。"),
        (PLAN, "故障した、今後は点検し、交換する。", "故障した、"),
        (ONCE, "昨年の事故では停電し、今年は故障した。", "、今年は故障した。"),
    ],
)
def test_reach_and_side(cue, sentence, left):
    assert spoken(sentence, silenced(sentence, (cue,), "trigger")) == left


def test_a_cue_holds_on_its_own_axes_only():
    assert silenced("攻撃ではない", (NOT,), "measure") == ()


def test_a_match_that_takes_in_the_cue_stands():
    (stretch,) = silenced("攻撃ではない", (NOT,), "trigger")
    assert stretch.covers(0, 2) and not stretch.covers(0, 6)


def test_a_stretch_covers_what_begins_and_ends_with_it():
    sentence = "昨年の事故では停電し、今年は故障した。"
    (after,) = silenced(sentence, [ONCE], "trigger")
    assert after.covers(after.start, after.start + 2) and sentence[after.start : after.start + 2] == "停電"
    assert after.covers(after.end - 1, after.end + 1) and not after.covers(after.end, after.end + 2)
    (before,) = silenced("停電が起きたが、攻撃ではない。", [NOT], "trigger")
    assert before.covers(before.cue_start - 2, before.cue_start) and not before.covers(before.cue_start - 2, before.cue_start + 1)
    assert not before.covers(before.start - 2, before.start)


def test_a_match_in_another_clause_stands():
    (stretch,) = silenced("故障したが、攻撃ではない", (NOT,), "trigger")
    assert not stretch.covers(0, 2)


@given(st.text(alphabet="攻撃ではない、。停電今後は()昨年の事故", max_size=60))
def test_what_is_left_is_part_of_the_sentence_in_order(sentence):
    left = iter(sentence)
    kept = spoken(sentence, silenced(sentence, (NOT, NEITHER, PLAN, ONCE), "trigger"))
    assert all(character in left for character in kept)
