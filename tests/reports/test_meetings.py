"""Meetings in a built database: told once, found by what was said, and counted."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kb.building.ingest import ingest
from kb.reports.meetings import find, meetings
from kb.reports.statistics import counts

MINUTES = """\
電気通信事故検証会議(第１回)
議事要旨
１ 日 時：平成 28年 5月 13日（金）13:00～15:00
２ 場 所：架空会館
３ 議事模様
（１）架空通信株式会社から、2月の事故の説明があった。
（２）議事（１）について、主に「監視」の観点について質疑応答が行われた。主な内容は以下の通り。
＜監視の観点＞
・監視の網はどこまで及んでいたのかとの質問があり、予備の系は見ていなかった旨の回答があった。
"""


def test_turns_of_2016_are_held_and_lead_to_their_accident(built_folder: Path):
    connection = sqlite3.connect(built_folder / "jiko.db")
    told = next(m for m in meetings(connection) if m["held_on"] == "2016-05-13")
    assert [h["id"] for h in told["heard"]] == ["2016-03-11-line"]
    assert sum(1 + len(turn["answers"]) for turn in told["exchanges"]) == 16
    assert {turn["kind"] for turn in told["exchanges"]} == {"question", "remark", "summary"}


def test_a_meeting_is_found_by_what_was_said_and_by_nothing_else(built_folder: Path):
    connection = sqlite3.connect(built_folder / "jiko.db")
    assert find(connection, "偽の情報がSNSで広まった")[0]["held_on"] == "2016-05-13"
    assert find(connection, "海底ケーブルの修理船") == []
    assert find(connection, "") == []


def test_accidents_are_counted_by_meeting(built_folder: Path):
    answer = counts(sqlite3.connect(built_folder / "jiko.db"), "meeting")
    rows = {row["held_on"]: row for row in answer["rows"]}
    assert rows["2016-05-13"]["held"] == 1 and rows["2016-05-13"]["questions"] == 5
    assert rows["2013-04"]["held"] == 0


def test_official_minutes_take_the_place_of_our_own_telling(own_database: Path, tmp_path: Path):
    connection = sqlite3.connect(own_database)
    before = connection.execute("SELECT count(*) FROM meetings").fetchone()[0]
    file = tmp_path / "minutes.txt"
    file.write_text(MINUTES, encoding="utf-8")
    ingest(own_database, [file], "council-minutes")
    told = [m for m in meetings(connection) if m["held_on"] == "2016-05-13"]
    assert connection.execute("SELECT count(*) FROM meetings").fetchone()[0] == before
    assert [m["told_by"] for m in told] == ["council-minutes"]
    assert told[0]["label"] == "電気通信事故検証会議 平成28年度 第1回" and "2016-03-11-line" in [h["id"] for h in told[0]["heard"]]
    assert all("偽の情報" not in turn["text"] for turn in told[0]["exchanges"])
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
