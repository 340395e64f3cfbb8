"""Values as Japanese text."""

from __future__ import annotations

import pytest

from kb.web import formats


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-12-06T13:39+09:00", "2018年12月6日 13時39分"), ("2015-04-02", "2015年4月2日"), ("2015-04", "2015年4月"), ("2015", "2015年"),
        ("平成27年ごろ", "平成27年ごろ"),
    ],
)  # fmt: skip
def test_moments_stay_as_coarse_as_they_are(value: str, expected: str) -> None:
    assert formats.moment(value) == expected


@pytest.mark.parametrize(("minutes", "expected"), [(0, "0分"), (68, "1時間8分"), (120, "2時間"), (4_320, "72時間(約3日)"), (88_374, "1,472時間54分(約61日)")])
def test_durations(minutes: int, expected: str) -> None:
    assert formats.duration(minutes) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((30_600_000, "lines", "approx"), "約3,060万回線"), ((13_390, "users", "exact"), "13,390人"), ((50_000, "contracts", "max"), "最大5万契約"),
        ((500, "users", "at_least"), "500人以上"), ((1_000, "users", "range", 20_000), "1,000〜2万人"), ((0, "users"), "0人"),
    ],
)  # fmt: skip
def test_users(arguments: tuple, expected: str) -> None:
    assert formats.users(*arguments) == expected


@pytest.mark.parametrize(("year", "expected"), [(2018, "2018年度(平成30年度)"), (2019, "2019年度(令和元年度)"), (2025, "2025年度(令和7年度)"), (1980, "1980年度")])
def test_fiscal_years(year: int, expected: str) -> None:
    assert formats.fiscal_year(year) == expected


def test_what_is_not_stated() -> None:
    for shown in (formats.moment(None), formats.duration(None), formats.users(None), formats.fiscal_year(None), formats.stated(None), formats.stated("")):
        assert shown == formats.NOT_STATED
    assert formats.stated("全国") == "全国"


def test_marks_escape_all_around_them() -> None:
    assert formats.marked("<a>輻輳&", [[3, 5]]) == "&lt;a&gt;<mark>輻輳</mark>&amp;"
    assert formats.marked("輻輳", []) == "輻輳"
    assert formats.marked("ab", [(0, 1), (1, 2)]) == "<mark>a</mark><mark>b</mark>"


@pytest.mark.parametrize(("name", "expected"), [("株式会社NTTドコモ", "NTTドコモ"), ("KDDI株式会社", "KDDI"), ("株式会社", "株式会社"), ("Cloudflare, Inc.", "Cloudflare, Inc.")])
def test_companies_in_short(name: str, expected: str) -> None:
    assert formats.company(name) == expected
