"""Choosing from a brief, keeping it, opening it again, and writing it whole or not at all."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest

from kb.errors import DocumentError, OutputError
from kb.formats.document import document_from_text
from kb.reports.brief import of_incident
from kb.reports.papers import cases
from kb.reports.papers.completion import completed
from kb.reports.papers.drafts import Corrections, incident_of, of_document
from kb.reports.papers.rendering import rendered
from kb.reports.papers.saving import save
from kb.reports.papers.selection import chosen, question_key

DRAFT = """架空通信株式会社 事故報告
1 発生原因
コアルータの交換作業で経路設定を誤り、携帯電話の音声通話が10分間途絶えた。切り戻した直後に端末の位置登録が一斉に集中し、加入者データベースが輻輳した。
2 再発防止策
手順書を見直す。
"""


def test_a_precedent_taken_out_is_cited_nowhere(brief) -> None:
    keys = [question_key(question) for question in brief["questions"]]
    left = chosen(brief, keys, ["2028-03-04-kakuu-b"])
    assert [p["id"] for p in left["precedents"]] == ["2028-03-04-kakuu-b"]
    assert left["missing_measures"] == [] and left["notification"]["precedents"] == []
    assert [q["text"] for q in left["questions"]] == [brief["questions"][0]["text"], brief["questions"][2]["text"]]
    assert [one["kind"] for one in left["questions"][0]["basis"]] == ["report"]


def test_questions_are_chosen_by_their_words(brief) -> None:
    kept = brief["questions"][2]
    assert chosen(brief, [question_key(kept)], [p["id"] for p in brief["precedents"]])["questions"] == [kept]


def test_a_case_opened_again_says_what_was_added(connection, corpus) -> None:
    case = completed(connection, of_incident(connection, corpus, "2022-07-02-kddi"))
    kept = cases.opened(rendered(case, "json"), "case.json")
    assert cases.since(connection, corpus, kept)["same_database"]
    older = copy.deepcopy(kept)
    older["made_from"]["database"] = "another"
    gone = older["precedents"].pop(0)
    del older["sources"]["incidents"][gone["id"]]
    document = older["sources"]["incidents"]["2022-07-02-kddi"]["documents"].pop()
    told = cases.since(connection, corpus, older)
    assert not told["same_database"] and told["documents"] == [document]
    # One place fewer is compared than before, so that the accident must lead to be seen.
    assert [one["id"] for one in told["precedents"]] == [gone["id"]]
    assert any(gone["id"] in notice for notice in cases.notices(told, older)) and any(gone["id"] in notice for notice in cases.notices(told, older, "en"))


def test_a_draft_kept_is_compared_again(connection, corpus) -> None:
    case = completed(connection, of_document(connection, corpus, document_from_text(DRAFT, "draft.txt")))
    case["made_from"] = {**case["made_from"], "database": "another"}
    told = cases.since(connection, corpus, json.loads(rendered(case, "json")))
    assert told["precedents"] == [] and told["now_held"] == []
    case["subject"] |= {"carriers": ["KDDI株式会社"], "started_at": "2022-07-02"}
    assert [one["id"] for one in cases.since(connection, corpus, case)["now_held"]] == ["2022-07-02-kddi"]


def test_the_subject_of_a_case_is_read_back(connection, corpus) -> None:
    subject = of_incident(connection, corpus, "2018-12-06-softbank")["subject"]
    read = incident_of(subject)
    assert read.title == subject["title"] and len(read.impacts) == len(subject["impacts"]) and read.impacts[0].users == subject["impacts"][0]["users"]
    assert {tag.tag for tag in read.tags} == {tag["id"] for tag in subject["tags"]}


def test_lines_that_name_a_section_are_no_cause(connection, corpus) -> None:
    causes = of_document(connection, corpus, document_from_text(DRAFT, "draft.txt"))["subject"]["causes"]
    assert causes and all(cause.endswith("。") for cause in causes)


@pytest.mark.parametrize("content", [b"{", b"[]", b"3", b'{"subject": {}}', b"\xff\xfe"])
def test_what_is_no_case_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match=r"no saved case.*kb brief"):
        cases.opened(content, "x.json")


def test_corrections_reach_the_rules(connection, corpus) -> None:
    document = document_from_text(DRAFT, "draft.txt")
    corrections = Corrections("KDDI", "2030-06-01T02:00+09:00", 400, 1_000_000)
    found = of_document(connection, corpus, document, corrections=corrections)
    subject = found["subject"]
    assert subject["carriers"] == ["KDDI株式会社"] and subject["started_at"] == "2030-06-01T02:00+09:00" and subject["fiscal_year"] == 2030
    assert (subject["impacts"][0]["duration_minutes"], subject["impacts"][0]["users"]) == (400, 1_000_000)
    assert found["classification"]["serious"] is True and found["earlier_promises"]
    assert found["given"]["corrected"] == ["carrier", "duration_minutes", "started_at", "users"]


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "a.md"
    save(target, b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="disk is full.*Free some space"):
        save(target, b"two")
    assert target.read_bytes() == b"one" and [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"):
        save(tmp_path, b"")
    with pytest.raises(OutputError, match="There is no folder"):
        save(tmp_path / "none" / "a.md", b"")
    with pytest.raises(OutputError, match="cannot be written"):
        save(tmp_path / ("x" * 300), b"")
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "real.md")
    save(link, b"through")
    assert link.is_symlink() and (tmp_path / "real.md").read_bytes() == b"through"
