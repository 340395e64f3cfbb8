"""Every rule of questions fires when all it asks for is there, and is silent when any one thing of it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kb.knowledge.question_rules import ANY_MEASURE, QuestionRule, When
from kb.model import Measure
from kb.reports.brief import of_incident
from kb.reports.brief.case import Case, matches
from kb.reports.brief.questions import PER_VIEWPOINT, rules
from kb.reports.brief.wording import count, date, duration, quoted, slots

PREVENTS = Measure("手順書を見直す", "2024-03", "planned")
REPAIRS = Measure("装置を再起動して復旧した", "2023-05", "done", kind="recovery")


def promise(relation: str = "own", timing: str = "planned") -> dict[str, Any]:
    return {
        "id": "2001-02-03-a", "title": "切替えに失敗した事故", "started_at": "2001-02-03", "relation": relation, "pertinence": 0.5, "timing": timing,
        "measure": {"text": "切替え試験を毎年行う。", "status": "planned", "completed_on": "2001-08"}, "shared_tags": ["mechanism/failover-failure"],
    }  # fmt: skip


def missing(tag: str) -> dict[str, Any]:
    taken = {"id": "2002-03-04-b", "carriers": ["架空電話株式会社"], "started_at": "2002-03-04", "text": "訓練を毎月行う", "status": None, "completed_on": None}
    return {"tag": tag, "label": "訓練", "weight": 0.5, "against": ["mechanism/failover-failure"], "taken_by": [taken]}


def exchange() -> dict[str, Any]:
    return {
        "exchange": 1, "meeting": "第1回会合", "held_on": "2016-05-13", "question": "訓練はしていたのか。", "about": "2001-02-03-a",
        "about_title": "切替えに失敗した事故",
    }  # fmt: skip


def fitting(when: When) -> Case:
    """The least that the conditions ask for."""
    tag = when.missing[0] if when.missing and when.missing[0] != ANY_MEASURE else "measure/rehearsal"
    status = when.status[0] if when.status else "planned"
    return Case(
        tags=dict.fromkeys((*when.tags[:1], *when.all_tags), ("文。",)),
        text="".join(when.words[:1]),
        measures=[REPAIRS] if when.no_measures else [replace(PREVENTS, status=None if status == "open" else status)],
        not_stated=list(when.not_stated[:1]),
        missing=[missing(tag)] if when.missing else [],
        promises=[promise(when.promises, when.timings[0] if when.timings else "planned")] if when.promises else [],
        exchanges=[exchange()] if when.exchange else [],
        notice_minutes=None if when.notice_over is None else when.notice_over + 1,
        minutes=None if when.minutes_over is None else when.minutes_over + 1,
        users=None if when.users_over is None else when.users_over + 1,
        serious=when.serious,
        guideline_in_force=when.guideline,
    )


def lacking(when: When) -> Iterator[tuple[str, Case]]:
    """The fitting case with one thing taken away or put in the way, for each condition."""
    case = fitting(when)
    if when.tags:
        yield "tags", replace(case, tags={tag: case.tags[tag] for tag in when.all_tags})
    for tag in when.all_tags:
        yield "all_tags", replace(case, tags={other: told for other, told in case.tags.items() if other != tag})
    for tag in when.no_tags:
        yield "no_tags", replace(case, tags={**case.tags, tag: ("文。",)})
    if when.words:
        yield "words", replace(case, text="")
    for word in when.no_words:
        yield "no_words", replace(case, text=case.text + word)
    if when.not_stated:
        yield "not_stated", replace(case, not_stated=[])
    if when.missing:
        yield "missing", replace(case, missing=[])
        yield "weight", replace(case, missing=[{**case.missing[0], "weight": 0.1}])
    if when.status:
        yield "status", replace(case, measures=[])
    if when.no_measures:
        yield "no_measures", replace(case, measures=[PREVENTS])
    if when.promises:
        yield "promises", replace(case, promises=[])
        yield "relation", replace(case, promises=[{**case.promises[0], "relation": "group" if when.promises == "own" else "own"}])
        yield "pertinence", replace(case, promises=[{**case.promises[0], "pertinence": 0.1}])
    if when.timings:
        yield "timings", replace(case, promises=[{**case.promises[0], "timing": "another"}])
    if when.exchange:
        yield "exchange", replace(case, exchanges=[])
    for name, limit in (("notice_minutes", when.notice_over), ("minutes", when.minutes_over), ("users", when.users_over)):
        if limit is not None:
            yield name, replace(case, **{name: limit})
            yield f"{name} unknown", replace(case, **{name: None})
    if when.guideline is not None:
        yield "guideline", replace(case, guideline_in_force=not when.guideline)
        yield "guideline unknown", replace(case, guideline_in_force=None)
    if when.serious is not None:
        yield "serious", replace(case, serious=None)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_rule_fires_when_it_should_and_its_wording_is_filled(rule: QuestionRule) -> None:
    case = fitting(rule.when)
    found = matches(rule, case)
    assert found
    text = rule.text.format_map(slots(found[0], case, {"mechanism/failover-failure": "切替え不成立"}))
    assert "{" not in text and "None" not in text and "。。" not in text


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_rule_is_silent_when_one_thing_is_not_there(rule: QuestionRule) -> None:
    tried = list(lacking(rule.when))
    assert tried
    for name, case in tried:
        assert not matches(rule, case), name


def test_rules_tell_the_held_accidents_apart(connection, corpus) -> None:
    """Whatever is asked of a held accident is asked because of what its record says, and its quotes stand there."""
    passages: dict[str | None, list[str]] = {}
    for incident_id, text in connection.execute("SELECT incident_id, text FROM passages"):
        passages.setdefault(incident_id, []).append(text)
    exchanges = dict(connection.execute("SELECT id, text FROM exchanges").fetchall())
    ids = [row[0] for row in connection.execute("SELECT id FROM incidents ORDER BY id").fetchall()[::11]]
    asked: dict[str, set[str]] = {}
    for incident_id in ids:
        answer = of_incident(connection, corpus, incident_id)
        viewpoints = [question["viewpoint"] for question in answer["questions"]]
        assert max((viewpoints.count(one) for one in viewpoints), default=0) <= PER_VIEWPOINT
        assert len({question["text"] for question in answer["questions"]}) == len(viewpoints)
        for question in answer["questions"]:
            asked.setdefault(question["rule"], set()).add(incident_id)
            assert question["basis"], question
            for one in question["basis"]:
                if one["kind"] in ("report", "precedent", "measure", "promise"):
                    assert any(one["quote"] in text for text in passages[one["id"]]), one
                elif one["kind"] == "exchange":
                    assert exchanges[one["id"]] == one["quote"]
                else:
                    assert one["kind"] == "rule" and one["id"] in ("first-notice", "four-classes", "uniform")
    assert len(asked) > 40
    by_tags = {rule.id for rule in rules() if rule.when.tags}
    assert all(len(asked[rule]) < len(ids) / 2 for rule in by_tags & asked.keys())


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2022-07-02T01:35+09:00", "令和4年(2022年)7月2日"), ("2019-05", "令和元年(2019年)5月"), ("2019-04-30", "平成31年(2019年)4月30日"),
        ("1989-02-01", "平成元年(1989年)2月1日"), ("1985", "昭和60年(1985年)"), (None, "時期不明"),
    ],
)  # fmt: skip
def test_dates_stand_in_both_reckonings(moment: str | None, shown: str) -> None:
    assert date(moment) == shown


def test_figures_are_written_as_papers_write_them() -> None:
    assert [duration(3685), duration(120), duration(45)] == ["61時間25分", "2時間", "45分"]
    assert [count(23_160_000), count(9_999)] == ["約2,316万人", "9,999人"]
    assert quoted("「回復」と公表した。") == "『回復』と公表した"
    assert quoted("あ" * 60 + "、" + "い" * 60) == "あ" * 60 + "…"
