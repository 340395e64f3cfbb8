import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import KbError
from kb.knowledge.agreement import compare_figures, duration_span, users_span
from kb.knowledge.identity import KnownIncident, match, match_json, notices
from kb.model import Impact, Incident, Position

CARRIERS = {
    "架空モバイル株式会社": ("架空モバイル株式会社", "旧架空セルラー株式会社", "吸収済通信株式会社"),
    "旧架空セルラー株式会社": ("架空モバイル株式会社", "旧架空セルラー株式会社", "吸収済通信株式会社"),
    "吸収済通信株式会社": ("吸収済通信株式会社",),
    "架空テレコム株式会社": ("架空テレコム株式会社",),
    "架空": ("架空モバイル株式会社", "架空テレコム株式会社"),
    "無関係通信株式会社": ("無関係通信株式会社",),
}


def resolve(name):
    return CARRIERS.get(name, ())


def group_of(name):
    return "架空グループ" if name in ("架空モバイル株式会社", "架空テレコム株式会社") else None


def impact(minutes=None, users=None, qualifier=None, duration=None, **more):
    printed = {"duration": duration} if duration else {}
    return Impact("電話", duration_minutes=minutes, users=users, users_qualifier=qualifier, printed=printed, **more)


def counted(users, printed):
    return Impact("電話", users=users, users_qualifier="approx", printed={"users": printed})


def incident(started_at, *impacts, carriers=("架空モバイル株式会社",), id=None, **more):
    return Incident("題", carriers, 2019, id=id, started_at=started_at, impacts=impacts, **more)


def known(*incidents, source="カタログ"):
    return [KnownIncident(one, source) for one in incidents]


def held(id, started_at, *impacts, **more):
    return incident(started_at, *impacts, id=id, **more)


def test_the_same_minute_of_the_same_carrier_is_the_same_accident():
    one = held("a", "2019-07-04T10:12+09:00")
    found = match(incident("2019-07-04T10:12+09:00"), known(one), resolve)
    assert (found.verdict, found.id, found.conflicts) == ("same", "a", ())


def test_a_former_name_and_a_legal_form_are_the_same_carrier():
    one = held("a", "2019-07-04", carriers=("旧架空セルラー株式会社",))
    assert match(incident("2019-07-04T10:12+09:00"), known(one), resolve).id == "a"
    unlisted = held("b", "2019-07-04T10:12+09:00", carriers=("ナゾ通信(株)",))
    assert match(incident("2019-07-04T10:12+09:00", carriers=("ナゾ通信 株式会社",)), known(unlisted), resolve).id == "b"


def test_a_company_that_was_absorbed_is_the_same_carrier():
    one = held("a", "2019-07-04T10:12+09:00", carriers=("吸収済通信株式会社",))
    assert match(incident("2019-07-04T10:12+09:00"), known(one), resolve).id == "a"


def test_minutes_that_give_a_day_and_rounded_sizes_meet_a_report_without_conflict():
    report = held(
        "a",
        "2019-07-04T17:45+09:00",
        impact(100, 324_000, "approx", "1h40m"),
        impact(100, 324_000, "approx", "1h40m"),
    )
    minutes = incident("2019-07-04", impact(90, 324_000, "approx", "約 1.5 時間"))
    found = match(minutes, known(report), resolve, "議事要旨")
    assert found.verdict == "same" and found.id == "a" and found.conflicts == ()
    assert notices(found) == ()


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (impact(90, duration="約1.5時間"), impact(100, duration="1h40m"), True),
        (impact(90, duration="約1.5時間"), impact(110, duration="1時間50分"), False),
        (impact(90, duration="1時間30分"), impact(100, duration="1時間40分"), False),
        (impact(120, duration="約2時間"), impact(137, duration="2h17m"), True),
        (impact(120, duration="約2時間"), impact(160), False),
        (impact(90, duration="約90分"), impact(94), True),
        (impact(90, duration="約90分"), impact(101), False),
        (impact(31534, duration="21d21h34m"), impact(31680, duration="約22日"), True),
    ],
)
def test_durations_agree_within_their_rounding(one, other, agree):
    figures = compare_figures(incident(None, one), incident(None, other))
    assert bool(figures.agreeing) is agree and bool(figures.disagreements) is not agree


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (impact(users=324_000, qualifier="approx"), impact(users=324_431), True),
        (impact(users=324_000, qualifier="approx"), impact(users=320_000, qualifier="approx"), True),
        (impact(users=324_000, qualifier="approx"), impact(users=330_000, qualifier="exact"), False),
        (impact(users=343), impact(users=344), False),
        (impact(users=100_000, qualifier="approx"), impact(users=108_000), True),
        (impact(users=100_000, qualifier="approx"), impact(users=140_000), False),
        (counted(100_000, "約10万"), impact(users=104_000), True),
        (counted(100_000, "約10万"), impact(users=108_000), False),
        (counted(30_000, "①最大約3万"), impact(users=34_900), True),
        (impact(users=3_091, qualifier="at_least"), impact(users=5_000), True),
        (impact(users=3_091, qualifier="at_least"), impact(users=2_000), False),
        (impact(users=60_000, users_max=80_000, qualifier="range"), impact(users=71_234), True),
        (impact(users=60_000, users_max=80_000, qualifier="range"), impact(users=91_234), False),
        (impact(users=52_000_000, qualifier="max"), impact(users=52_300_000, qualifier="max"), True),
    ],
)
def test_counts_agree_within_their_rounding(one, other, agree):
    figures = compare_figures(incident(None, one), incident(None, other))
    assert bool(figures.agreeing) is agree and bool(figures.disagreements) is not agree


def test_lines_are_not_held_against_users():
    figures = compare_figures(incident(None, impact(users=5)), incident(None, impact(users=9, unit="lines")))
    assert figures.agreeing == () and figures.disagreements == ()


def test_a_total_agrees_with_the_sum_of_the_phases_and_a_phase_with_its_own_label():
    phases = (impact(users=42_000, qualifier="approx", label="①"), impact(users=60_000, qualifier="approx", label="②"))
    total = impact(users=102_000, qualifier="approx")
    assert compare_figures(incident(None, total), incident(None, *phases)).agreeing == ("users",)
    swapped = (impact(users=60_000, label="①"), impact(users=42_000, label="②"))
    assert len(compare_figures(incident(None, *swapped), incident(None, *phases)).disagreements) == 2


def test_a_real_conflict_is_kept_and_told_with_both_sources():
    one = held("a", "2019-07-04T10:12+09:00", impact(137, 135_000, "approx"), statutory_class=1)
    other = incident("2019-07-04T10:25+09:00", impact(137, 60_000, "exact"), statutory_class=2)
    found = match(other, known(one), resolve, "年次報告")
    assert found.verdict == "same"
    assert {conflict.field for conflict in found.conflicts} == {"started_at", "users", "statutory_class"}
    told = notices(found, Position(None, 3))
    assert {notice.code for notice in told} == {"sources-disagree"} and len(told) == 3
    assert all("年次報告" in n.message and "カタログ" in n.message and n.position.line == 3 for n in told)


def test_an_inferred_factor_is_not_held_against_a_printed_one():
    one = held("a", "2019-07-04T10:12+09:00", factor="equipment", factor_basis="inferred")
    printed = incident("2019-07-04T10:12+09:00", factor="human", factor_basis="stated")
    assert match(printed, known(one), resolve).conflicts == ()
    both = held("a", "2019-07-04T10:12+09:00", factor="equipment", factor_basis="stated")
    assert [c.field for c in match(printed, known(both), resolve).conflicts] == ["factor"]


def test_two_accidents_of_one_carrier_on_one_day_stay_apart():
    morning = held("morning", "2019-07-04T05:30+09:00", impact(68, 5_000))
    evening = held("evening", "2019-07-04T17:45+09:00", impact(100, 324_000))
    assert match(incident("2019-07-04T17:45+09:00"), known(morning, evening), resolve).id == "evening"
    assert match(incident("2019-07-04T12:00+09:00", impact(20, 900)), known(morning, evening), resolve).verdict == "new"
    by_size = match(incident("2019-07-04", impact(100, 324_000, "approx")), known(morning, evening), resolve)
    assert (by_size.verdict, by_size.id) == ("same", "evening")
    open_ = match(incident("2019-07-04"), known(morning, evening), resolve)
    assert open_.verdict == "uncertain" and open_.id is None
    assert {candidate.id for candidate in open_.candidates} == {"morning", "evening"}
    assert [notice.code for notice in notices(open_)] == ["identity-uncertain"]


def test_two_numbers_of_one_list_are_two_accidents():
    one = held("a", "2019-07-04T10:12+09:00", no=3)
    assert match(incident("2019-07-04T10:12+09:00", no=4), known(one), resolve).verdict == "new"
    assert match(incident("2019-07-04T10:12+09:00", no=3), known(one), resolve).id == "a"


def test_two_carriers_that_report_one_accident_each_meet_it():
    pair = ("架空モバイル株式会社", "無関係通信株式会社")
    one = held("pair", "2019-09-11T10:26+09:00", impact(152, 42_000, "approx"), carriers=pair)
    for name in pair:
        assert match(incident("2019-09-11T10:26+09:00", carriers=(name,)), known(one), resolve).id == "pair"
    assert match(incident("2019-09-11T10:26+09:00", carriers=pair), known(one), resolve).id == "pair"


def test_a_relative_or_stranger_at_the_same_minute_is_never_merged():
    one = held("a", "2019-07-04T10:12+09:00", impact(100, 324_000))
    relative = incident("2019-07-04T10:12+09:00", carriers=("架空テレコム株式会社",))
    assert match(relative, known(one), resolve, group_of=group_of).verdict == "uncertain"
    assert match(relative, known(one), resolve).verdict == "new"
    whole_group = incident("2019-07-04T10:12+09:00", carriers=("架空",))
    assert match(whole_group, known(one), resolve).verdict == "uncertain"
    stranger = incident("2019-07-04T10:12+09:00", impact(100, 324_000), carriers=("無関係通信株式会社",))
    assert match(stranger, known(one), resolve).verdict == "uncertain"
    other = incident("2019-07-04T10:12+09:00", impact(5, 10), carriers=("無関係通信株式会社",))
    assert match(other, known(one), resolve).verdict == "new"


def test_an_accident_that_only_has_a_month_needs_a_size_that_agrees():
    one = held("a", "2019-07-04T10:12+09:00", impact(100, 324_000, "approx", "1h40m"))
    agreeing = incident("2019-07", impact(None, 324_000, "approx"))
    assert match(agreeing, known(one), resolve).id == "a"
    assert match(incident("2019-07"), known(one), resolve).verdict == "uncertain"
    assert match(incident("2019-07", impact(20, 900)), known(one), resolve).verdict == "new"
    assert match(incident("2019-08", impact(100, 324_000)), known(one), resolve).verdict == "new"
    twin = held("b", "2019-07-20", impact(100, 324_000, "approx", "1h40m"))
    assert match(agreeing, known(one, twin), resolve).verdict == "uncertain"


def test_a_day_with_sizes_that_all_conflict_is_open():
    one = held("a", "2019-07-04T10:12+09:00", impact(100, 324_000))
    found = match(incident("2019-07-04", impact(20, 900)), known(one), resolve)
    assert found.verdict == "uncertain" and {c.field for c in found.candidates[0].conflicts} == {"duration", "users"}


def test_a_corrected_report_is_of_the_same_accident():
    one = held("a", "2019-07-04T21:40+09:00", impact(145, 12_400), ended_at="2019-07-05T00:05+09:00")
    assert match(incident("2019-07-04T21:38+09:00", impact(147, 12_900)), known(one), resolve).verdict == "same"
    assert match(incident("2019-07-04T21:30+09:00", impact(20, 90_000)), known(one), resolve).verdict == "uncertain"
    recounted = incident("2019-07-04T21:30+09:00", impact(20, 90_000), ended_at="2019-07-05T00:05+09:00")
    found = match(recounted, known(one), resolve)
    assert found.verdict == "same" and {c.field for c in found.conflicts} == {"started_at", "duration", "users"}
    assert match(incident("2019-07-04", impact(150, 12_900)), known(one), resolve).verdict == "same"


def test_without_a_start_only_sizes_that_agree_in_full_raise_a_doubt():
    one = held("a", "2019-07-04T10:12+09:00", impact(100, 324_000))
    assert match(incident(None, impact(100, 324_000)), known(one), resolve).verdict == "uncertain"
    assert match(incident(None), known(one), resolve).verdict == "new"


def test_a_later_phase_may_give_the_start():
    one = held("a", "2019-07-12T18:26+09:00", impact(108, 5, started_at="2019-07-12T18:58+09:00"))
    assert match(incident("2019-07-12T18:58+09:00"), known(one), resolve).id == "a"


def test_several_sources_of_one_incident_count_once():
    catalogue = KnownIncident(held("a", "2019-07-04T10:12+09:00", impact(100, 324_000)), "カタログ")
    report = KnownIncident(held("a", "2019-07-04", impact(100, 500)), "報道")
    found = match(incident("2019-07-04T10:12+09:00", impact(100, 324_000)), [catalogue, report], resolve, "年報")
    assert found.id == "a"
    assert [(c.field, c.other_source) for c in found.conflicts] == [("users", "報道")]


def test_a_match_is_plain_data():
    one = held("a", "2019-07-04T10:12+09:00", impact(100, 324_000))
    found = match(incident("2019-07-04T10:20+09:00", impact(100, 324_000)), known(one), resolve)
    plain = json.loads(json.dumps(match_json(found)))
    assert plain["id"] == "a" and plain["conflicts"][0]["field"] == "started_at"


def test_bad_input_is_refused():
    with pytest.raises(KbError):
        match(incident("7月4日"), known(held("a", "2019-07-04")), resolve)
    with pytest.raises(ValueError, match="needs an id"):
        match(incident("2019-07-04"), known(incident("2019-07-04")), resolve)


@given(minutes=st.integers(1, 10**5), users=st.integers(1, 10**8))
def test_a_value_agrees_with_itself_however_it_is_rounded(minutes, users):
    exact = impact(minutes, users)
    hours = impact(round(minutes / 60) * 60, users, duration=f"約{round(minutes / 60)}時間")
    low, high = duration_span(hours)
    assert low <= minutes <= high
    for digits in range(2, 5):
        step = 10 ** max(len(str(users)) - digits, 0)
        rounded = impact(users=round(users / step) * step, qualifier="approx")
        low, high = users_span(rounded)
        assert low <= users <= high
    assert compare_figures(incident(None, exact), incident(None, exact)).disagreements == ()
