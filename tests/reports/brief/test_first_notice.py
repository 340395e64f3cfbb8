"""Minutes to the first notice, as texts state or give them; invented sentences."""

from __future__ import annotations

import pytest

from kb.model import Incident, Notification, Statement
from kb.reports.brief.first_notice import first_notice


def accident(text: str, started_at: str | None = "2024-05-06T10:00+09:00", *notifications: Notification) -> Incident:
    return Incident("題", ("架空電話株式会社",), 2024, started_at=started_at, statements=(Statement("notification", text),), notifications=notifications)


@pytest.mark.parametrize(
    ("text", "minutes", "basis"),
    [
        ("発生から約77分後に自社サイトへ掲載した。", 77, "stated"),
        ("発生から1時間50分後に公式サイトで初報を掲載し、以後2時間ごとに更新した。", 110, "stated"),
        ("障害発生の約2時間半後に利用者へ公表した。", 150, "stated"),
        ("最初のお知らせを掲載したのは発生から110分後の4時00分であった。", 110, "stated"),
        ("利用者への最初の周知まで1時間半以上を要した。", 90, "stated"),
        ("初報まで45分かかった。", 45, "stated"),
        ("公式ＳＮＳの第一報は10時４０分だった。", 40, "computed"),
        ("第一報は翌7日の9時であった。", 1380, "computed"),
        ("初報を11:05に掲載した。", 65, "computed"),
        ("障害の発生後1時間50分でホームページに公表した。", 110, "stated"),
        ("初報の掲載(事故発生から35分)", 35, "stated"),
        ("10時18分に監視で検知し、10時28分に状況を自社サイトへ掲載した。", 28, "computed"),
        ("10時頃の発生を公式サイトで公表した。", None, None),
        ("13時30分の時点の状況を公表した。", None, None),
        ("復旧を15時に公表した。", None, None),
        ("6月7日の再停止は、19時54分に顧客へメールで知らせた。", None, None),
        ("発生から20分後に原因を特定し、復旧した。", None, None),
        ("発生から約23分後に上位事業者から連絡を受けた。", None, None),
        ("総務省への第一報は11時30分である。", None, None),
        ("当日に公表した。", None, None),
        ("社長が13時に会見した。", None, None),
        ("問合せは109件であった。", None, None),
    ],
)
def test_first_notice_of_a_text(text: str, minutes: int | None, basis: str | None) -> None:
    found = first_notice(accident(text))
    assert (found.minutes if found else None) == minutes
    assert (found.basis if found else None) == basis
    assert found is None or found.quote == text


def test_times_of_notifications_are_reckoned_from_the_start() -> None:
    at = [Notification("自社サイト", "掲載した", "2024-05-06T11:10+09:00"), Notification("報道発表", "発表した", "2024-05-06T10:50+09:00")]
    found = first_notice(accident("利用者に知らせた。", "2024-05-06T10:00+09:00", *at))
    assert found is not None and (found.minutes, found.quote) == (50, "発表した")


def test_without_a_time_of_day_nothing_is_reckoned() -> None:
    assert first_notice(accident("第一報は10時40分だった。", "2024-05-06")) is None


def test_what_is_stated_wins_over_what_is_reckoned() -> None:
    found = first_notice(accident("発生から30分後に公表した。第一報は10時05分だった。"))
    assert found is not None and (found.minutes, found.basis) == (30, "stated")
