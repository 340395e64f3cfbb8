from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.dates import find_moments, fiscal_year_of, parse_fiscal_year, parse_moment


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("H27.4.2 5:30", "2015-04-02T05:30+09:00"),
        ("平成 27 年 4 月 2 日 5 時 30 分", "2015-04-02T05:30+09:00"),
        ("平成31年4月30日午後11時5分", "2019-04-30T23:05+09:00"),
        ("令和元年5月1日 0時", "2019-05-01T00:00+09:00"),
        ("R1.5.1 12:00", "2019-05-01T12:00+09:00"),
        ("平成31年9月", "2019-09"),
        ("令和元年9月", "2019-09"),
        ("平成31年（令和元年）5月1日 10時", "2019-05-01T10:00+09:00"),
        ("平成31・令和元年5月", "2019-05"),
        ("昭和63年12月31日", "1988-12-31"),
        ("平成元年1月8日", "1989-01-08"),
        ("2016年3月11日(金) 17:45", "2016-03-11T17:45+09:00"),
        ("２０２４年１月１日（月・祝）午前４時", "2024-01-01T04:00+09:00"),
        ("2015/07/03 8:39:42", "2015-07-03T08:39+09:00"),
        ("2015-04-02T05:30+09:00", "2015-04-02T05:30+09:00"),
        ("令和6年1月1日正午", "2024-01-01T12:00+09:00"),
        ("午前12時は0時: 2020年1月1日午前12時30分", "2020-01-01T00:30+09:00"),
        ("平成27年7月3日24時00分", "2015-07-04T00:00+09:00"),
        ("平成27年4月2日午前5時半", "2015-04-02T05:30+09:00"),
        ("H27. 5 実施完了", "2015-05"),
        ("H27.1 実施完了", "2015-01"),
        ("2018年", "2018"),
    ],
)
def test_moments(printed, value):
    assert parse_moment(printed) == value


@pytest.mark.parametrize("printed", ["", "3月11日", "平成30年13月2日", "平成30年2月30日", "平成27年度", "5,200万", "HSS 27.4", "第27回"])
def test_no_moment(printed):
    assert parse_moment(printed) is None


def test_what_a_date_leaves_out_comes_from_the_accident():
    found = find_moments("7月3日 8:39に掲載、同日15:00に更新、翌日9時に発表", "2015-07-03T06:34+09:00")
    assert [m.value for m in found] == ["2015-07-03T08:39+09:00", "2015-07-03T15:00+09:00", "2015-07-04T09:00+09:00"]
    assert parse_moment("1月5日", "2015-12-30") == "2016-01-05"
    assert parse_moment("12月30日", "2016-01-05") == "2015-12-30"


def test_several_moments_keep_their_places():
    text = "①② H27.7.12 18:26 ③ H27.7.12 18:58"
    assert [text[m.start : m.end] for m in find_moments(text)] == ["H27.7.12 18:26", "H27.7.12 18:58"]


def test_fiscal_years():
    assert parse_fiscal_year("事故発生状況（平成 27 年度）") == 2015
    assert parse_fiscal_year("令和元年度") == parse_fiscal_year("平成31年度") == parse_fiscal_year("2019年度") == 2019
    assert parse_fiscal_year("2019年") is None
    assert fiscal_year_of("2016-03-11T17:45+09:00") == 2015
    assert fiscal_year_of("2016-04") == 2016
    assert fiscal_year_of("2016") is None


@given(st.dates(date(1989, 1, 8), date(2087, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_every_minute_since_heisei_reads_back(day, hour, minute):
    expected = f"{day.isoformat()}T{hour:02d}:{minute:02d}+09:00"
    assert parse_moment(f"平成{day.year - 1988}年{day.month}月{day.day}日 {hour}時{minute}分") == expected
    assert parse_moment(f"{day.year}年 {day.month} 月 {day.day} 日 {hour}:{minute:02d}") == expected
