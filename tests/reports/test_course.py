"""The course of an accident: clock times in sentences, spans of what is known to a day, measures afterwards. Invented accidents."""

from __future__ import annotations

import datetime

import pytest

from kb.reports.clock_times import clock_times
from kb.reports.course import Course, course

ZONE = datetime.timezone(datetime.timedelta(hours=9))
START = datetime.datetime(2031, 6, 30, 22, 10, tzinfo=ZONE)
END = datetime.datetime(2031, 7, 1, 3, 40, tzinfo=ZONE)


def read(sentence: str, start: datetime.datetime = START, end: datetime.datetime = END, precise: bool = True) -> list[tuple[str, str]]:
    return [(time.kind, time.at.strftime("%m-%d %H:%M")) for time in clock_times(sentence, start, precise, end)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("22時18分に監視装置が警報を出した。", [("sign", "06-30 22:18")]),
        ("翌1時5分に予備系へ切り替えた。", [("work", "07-01 01:05")]),
        ("1時5分に予備系へ切り替えた。", [("work", "07-01 01:05")]),  # after midnight, still within the accident
        ("午後11時半に第一報を自社サイトへ掲載した。", [("notice", "06-30 23:30")]),
        ("7月1日4時20分に総務省へ報告した。", [("report", "07-01 04:20")]),
        ("21:55から設定変更の作業を始め、22:30に切り戻した。", [("work", "06-30 21:55"), ("work", "06-30 22:30")]),
        ("②23時15分、関東で通話が回復。", [("restored", "06-30 23:15")]),
        ("復旧まで5時間30分を要した。", []),  # a length, not a time
        ("23時時点の問い合わせは80件。", []),
        ("問い合わせは23時までに80件。", []),
        ("発生を21時40分とする記事もある。", []),
        ("復旧の見込みは2時とした。", []),
        ("13月45日99時に切り替えた。", []),
    ],
)
def test_clock_times_of_a_sentence(sentence: str, found: list[tuple[str, str]]) -> None:
    assert read(sentence) == found


def test_a_time_that_two_days_could_have_is_left_out() -> None:
    long = END + datetime.timedelta(days=2)
    assert read("23時15分に切り戻した。", end=long) == []
    assert read("1日23時15分に切り戻した。", end=long) == [("work", "07-01 23:15")]


def record(**more: object) -> dict:
    return {"started_at": "2031-06-30T22:10+09:00", "ended_at": "2031-07-01T03:40+09:00", "impacts": [], "measures": [], **more}


def told(found: Course | None) -> list[tuple[str, str]]:
    assert found is not None
    return [(event.kind, event.basis) for event in found.events]


def test_an_impact_without_a_start_is_taken_to_begin_with_the_accident() -> None:
    rows = [{"service": "音声", "duration_minutes": 60, "users": 500}, {"service": "データ", "started_at": "2031-06-30T23:00+09:00", "duration_minutes": 30}]
    found = course(record(impacts=rows))
    assert told(found) == [("start", "stated"), ("impact", "assumed"), ("impact", "stated"), ("restored", "stated")]
    assert found is not None and found.events[1].last - found.events[1].first == datetime.timedelta(hours=1)


def test_one_impact_lasts_as_long_as_the_accident() -> None:
    found = course(record(impacts=[{"service": "音声", "duration_minutes": None}]))
    assert found is not None and found.events[1].minutes == 330 and found.events[1].basis == "stated"


def test_a_day_is_a_span_and_no_moment() -> None:
    found = course({"started_at": "2031-06-30", "impacts": [{"service": "音声", "duration_minutes": 90}], "measures": []})
    assert found is not None
    assert [event.precise for event in found.events] == [False, False]
    assert found.events[0].last - found.events[0].first == datetime.timedelta(hours=23, minutes=59)


def test_no_start_no_course() -> None:
    assert course({"started_at": None, "ended_at": "2031-07-01"}) is None


def test_measures_follow_and_those_of_before_do_not() -> None:
    rows = [
        {"text": "手順を改めた。", "completed_on": "2031-09", "status": "done"}, {"text": "設備を分けた。", "completed_on": "2030-01", "status": "done"},
        {"text": "訓練する。", "completed_on": "2031-08-05", "status": "planned"}, {"text": "増設する。", "completed_on": None, "status": "planned"},
    ]  # fmt: skip
    found = course(record(measures=rows))
    assert found is not None and [(event.label, event.basis) for event in found.later] == [("訓練する。", "planned"), ("手順を改めた。", "stated")]


def test_the_first_notice_stands_once_with_its_sentence() -> None:
    sentence = "発生から50分後の23時0分に公表した。"
    found = course(record(notifications=[{"text": sentence}]), (50, sentence))
    assert found is not None
    notices = [event for event in found.events if event.kind == "notice"]
    assert len(notices) == 1 and notices[0].told == sentence and notices[0].first.hour == 23
