import pytest

from kb.japanese.quantities import Count, Duration, parse_count, parse_duration


@pytest.mark.parametrize(
    ("printed", "minutes"),
    [
        ("7h", 420), ("8h21m", 501), ("21d21h34m", 31534), ("12m", 12), ("1d2h", 1560), ("3時間08分", 188), ("61時間25分", 3685),
        ("1 時間 8 分", 68), ("２時間５分", 125), ("19日17時間21分", 28401), ("2時間半", 150), ("3日と5時間", 4620), ("1:40", 100),
        ("20日11時間17分 ^{※3}", 29477), ("90秒", 2), ("①2h", 120),
    ],
)  # fmt: skip
def test_durations(printed, minutes):
    assert parse_duration(printed) == Duration(minutes)


def test_rounded_durations_and_ranges():
    assert parse_duration("約22時間") == Duration(1320, approximate=True)
    assert parse_duration("約1.5時間") == Duration(90, approximate=True)
    assert parse_duration("約2～3時間") == Duration(120, 180, approximate=True)
    assert parse_duration("1時間30分～2時間") == Duration(90, 120)


@pytest.mark.parametrize("printed", ["数時間", "不明", "－", "", "H27.7.12日 18時26分", "平成27年7月12日18時26分"])
def test_no_duration(printed):
    assert parse_duration(printed) is None


@pytest.mark.parametrize(
    ("printed", "count"),
    [
        ("約4.4万", Count(44_000, qualifier="approx")),
        ("約4万4000", Count(44_000, qualifier="approx")),
        ("約6～8万", Count(60_000, 80_000, "range")),
        ("約6万～約8万人", Count(60_000, 80_000, "range", "users")),
        ("最大約5,200万", Count(52_000_000, qualifier="max")),
        ("最大約 5, 200 万", Count(52_000_000, qualifier="max")),
        ("3,091万以上", Count(30_910_000, qualifier="at_least")),
        ("6万人超", Count(60_000, qualifier="at_least", unit="users")),
        ("343", Count(343)),
        ("約46万（推計）", Count(460_000, qualifier="approx")),
        ("延べ278万人", Count(2_780_000, unit="users")),
        ("約1億2,000万", Count(120_000_000, qualifier="approx")),
        ("3万6千回線", Count(36_000, unit="lines")),
        ("3.5万契約", Count(35_000, unit="contracts")),
        ("約１２．３万人", Count(123_000, qualifier="approx", unit="users")),
    ],
)
def test_counts(printed, count):
    assert parse_count(printed) == count


@pytest.mark.parametrize("mark", ["^{※4}", "^{注1}", "²", "※4", " ※ 4"])
def test_a_footnote_mark_is_no_digit(mark):
    assert parse_count(f"約5.7万{mark}") == Count(57_000, qualifier="approx")


@pytest.mark.parametrize("printed", ["不明", "－", "数万", "10数万", "", "調査中"])
def test_no_count(printed):
    assert parse_count(printed) is None


def test_the_unit_of_a_column_scales_bare_numbers_only():
    assert parse_count("12.3", "万人") == Count(123_000, unit="users")
    assert parse_count("1.2万", "万人") == Count(12_000, unit="users")
    assert parse_count("1,200", "人") == Count(1_200, unit="users")
