"""Drafts in many hands: what is read of them, and which precedents they find."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from kb.catalogue.place import data_directory
from kb.errors import KbError
from kb.search.drafts import draft, sections
from kb.search.evaluation import load_judgements
from kb.search.judged import ranker

DRAFTS = data_directory() / "judgements" / "drafts-dev.jsonl"
TEXTS = sorted((DRAFTS.parent / "drafts").glob("*.txt"))
# Of the best precedents judged for these drafts, how many are among the first five.
FLOORS = {"all": 1.0, "measure": 0.9, "mechanism": 0.82}


def test_best_precedents_are_among_the_first_five(connection, corpus):
    rank = ranker(connection, corpus)
    found, wanted = Counter(), Counter()
    for judgement in load_judgements(DRAFTS):
        wanted[judgement.axis] += len(judgement.relevant)
        found[judgement.axis] += len(judgement.relevant.keys() & set(rank(judgement)[:5]))
    assert {axis: found[axis] / wanted[axis] >= floor for axis, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True), (found, wanted)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_hand_tells_a_cause_and_measures(path):
    read = draft("", path.read_text(encoding="utf-8"))
    assert [s for s in read.statements if s.kind == "cause"] and [m for m in read.measures if m.kind != "recovery"]


def test_judged_drafts_are_those_that_are_there():
    records = [json.loads(line) for line in DRAFTS.read_text(encoding="utf-8").splitlines()]
    assert {DRAFTS.parent / record["draft"] for record in records} == set(TEXTS) and len(TEXTS) >= 8
    held = {path.stem for path in (data_directory() / "catalogue").rglob("*.yml")}
    assert all(record["relevant"].keys() <= held for record in records)


def test_a_draft_that_is_not_there_is_named(tmp_path):
    judgements = tmp_path / "judgements.jsonl"
    judgements.write_text('{"id": "d", "draft": "none.txt", "relevant": {"a": 3}}\n', encoding="utf-8")
    with pytest.raises(KbError, match="line 1: the draft .*none.txt cannot be read"):
        load_judgements(judgements)


def test_an_unknown_axis_of_a_judgement_is_named(tmp_path, connection, corpus):
    (tmp_path / "d.txt").write_text("装置が故障した。", encoding="utf-8")
    judgements = tmp_path / "judgements.jsonl"
    judgements.write_text('{"id": "d1", "draft": "d.txt", "axis": "colour", "relevant": {"a": 3}}\n', encoding="utf-8")
    with pytest.raises(KbError, match="d1: its axis is 'colour'"):
        ranker(connection, corpus)(load_judgements(judgements)[0])


BODY = {"cause": "交換機の部品が壊れ、信号の処理が止まって電話がつながらなくなりました。", "measure": "部品を新しい型に取り替えます。"}


@pytest.mark.parametrize(
    ("cause", "measure"),
    [
        ("7 事故の概要", "8 再発防止策"), ("事故概要", "再発を防ぐための取り組み"), ("【概要】", "【是正】"), ("■発生状況", "■恒久対策"), ("(2) 経緯", "(3) 今後の対応"),
        ("## Root cause", "## Action items"), ("◆何が起きたか", "◆これから"), ("２．原因", "３．対策"), ("＜原因＞", "＜対策＞"), ("第1章 事象の経過", "第2章 防止策"),
    ],
)  # fmt: skip
def test_headings_of_many_kinds_open_sections(cause, measure):
    told = dict(map(reversed, sections(f"{cause}\n{BODY['cause']}\n{measure}\n{BODY['measure']}")))
    assert told[BODY["cause"]] == "cause" and told[BODY["measure"]] == "measure" and told[cause] == "note"


@pytest.mark.parametrize("label", ["【原因】{}", "原因：{}", "発生原因\t{}", "・原因: {}"])
def test_a_label_stands_before_its_text(label):
    told = dict(map(reversed, sections(label.format(BODY["cause"]))))
    assert told[BODY["cause"]] == "cause"


def test_an_unknown_heading_closes_a_section():
    told = dict(map(reversed, sections(f"1 原因\n{BODY['cause']}\n2 再発防止策\n{BODY['measure']}\n3 社内の受け止め\n社長が訓示した。")))
    assert told["社長が訓示した。"] == "note"


def test_a_numbered_measure_is_no_heading():
    told = dict(map(reversed, sections(f"1 原因\n{BODY['cause']}\n2 再発防止策\n(1) 監視の強化\n(2) 手順書の見直し")))
    assert told["(1) 監視の強化"] == told["(2) 手順書の見直し"] == "measure"


def test_a_time_stamp_is_no_heading_and_its_line_no_measure():
    told = dict(map(reversed, sections(f"経過\n15:00 対策本部を設置\n15:40 復旧を確認\n原因\n{BODY['cause']}\n対策\n{BODY['measure']}")))
    assert told["15:00 対策本部を設置"] == told["15:40 復旧を確認"] == "note"


def test_prose_without_headings_gives_its_measures():
    told = dict(map(reversed, sections(f"{BODY['cause']}{BODY['measure']}同じことを起こさないため、監視も改めました。")))
    assert told[BODY["cause"]] == "cause" and told[BODY["measure"]] == told["同じことを起こさないため、監視も改めました。"] == "measure"


def test_what_ended_the_accident_is_a_recovery():
    read = draft("", f"原因\n{BODY['cause']}\n応急措置\n予備機に切り替えた。\n再発防止策\n{BODY['measure']}")
    assert [(m.text, m.kind) for m in read.measures] == [("予備機に切り替えた。", "recovery"), (BODY["measure"], None)]
