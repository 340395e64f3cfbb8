import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import CatalogueError, KbError, NotFoundError
from kb.knowledge.reporting_rules.judgement import (
    changes_between,
    check_incident,
    classification_json,
    classify,
    load_thresholds,
    rule_in_force,
)
from kb.model import Impact, Incident, Position

RULES = Path(__file__).parents[2] / "db" / "thresholds.yml"

# The serious accidents of fiscal year 2015 by number: class, and (minutes, users) of every phase.
FY2015 = {
    1: (2, [(68, 52_000_000)]),
    2: (4, [(503, 36_000), (503, 343), (503, 28)]),
    3: (4, [(1289, 7_960_000), (31534, 7_960_000), (108, 2_630_000)]),
    4: (1, [(12, 135_000), (137, 135_000)]),
    5: (4, [(403, 61_000)]),
    6: (4, [(152, 42_000), (28401, 1_000), (88374, 41_000), (152, 60_000), (29477, 3_000), (88374, 57_000)]),
    7: (4, [(182, 460_000)]),
    8: (2, [(100, 324_000)]),
}


@pytest.fixture(scope="module")
def rules():
    return load_thresholds(RULES)


def verdict(classification, rule):
    return next(verdict for verdict in classification.verdicts if verdict.rule.id == rule)


def incident(service_class, figures, started_at="2015-07-12", fiscal_year=2015, **impact):
    impacts = tuple(Impact("電話", duration_minutes=m, users=u, **impact) for m, u in figures)
    return Incident(
        "題",
        ("架空通信株式会社",),
        fiscal_year,
        started_at=started_at,
        statutory_class=service_class,
        impacts=impacts,
        position=Position(None, 7),
    )


def test_only_numbers_1_and_8_of_2015_escape_the_older_rule(rules):
    escaped = []
    for number, (service_class, phases) in FY2015.items():
        held = [classify(rules, service_class, *phase, on="2015-08-01") for phase in phases]
        assert any(phase.serious for phase in held), number
        if not any(verdict(phase, "uniform").serious for phase in held):
            escaped.append(number)
    assert escaped == [1, 8]


def test_how_far_the_older_rule_is_missed(rules):
    older = verdict(classify(rules, 2, 100, 324_000, "2016-03-11"), "uniform")
    assert older.serious is False and not older.in_force
    assert older.clauses[0].missing_minutes == 20 and older.clauses[0].missing_users is None


@pytest.mark.parametrize(
    ("service_class", "minutes", "users", "serious"),
    [
        (1, 60, 30_000, True),
        (1, 59, 5_000_000, False),
        (1, 600, 29_999, False),
        (2, 60, 100_000, True),
        (2, 119, 99_999, False),
        (3, 1440, 100_000, True),
        (3, 1439, 999_999, False),
        (3, 720, 1_000_000, True),
        (4, 60, 1_000_000, True),
        (4, 119, 999_999, False),
        (4, 120, 30_000, True),
    ],
)
def test_the_four_classes_at_their_edges(rules, service_class, minutes, users, serious):
    assert classify(rules, service_class, minutes, users, "2020-01-01").serious is serious


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        ("2015-03-31", "uniform"),
        ("2015-04-01T00:00+09:00", "four-classes"),
        ("2006", "uniform"),
        ("2015-03", "uniform"),
        ("2015", None),  # the rule changed within that year
        (None, "four-classes"),
    ],
)
def test_the_rule_of_the_day(rules, on, rule):
    current = rule_in_force(rules, on)
    assert (current.id if current else None) == rule


def test_a_year_that_saw_two_rules_has_no_verdict(rules):
    assert classify(rules, 2, 100, 324_000, "2015").serious is None


def test_the_recommendation_is_never_in_force_and_hangs_on_its_condition(rules):
    free_mail = verdict(classify(rules, 3, 150, 2_000_000, "2026-05-01"), "recommended-2025")
    assert free_mail.serious is None and not free_mail.in_force
    assert "1000万" in free_mail.clause.condition
    assert verdict(classify(rules, 4, 90, 200_000), "recommended-2025").serious is None
    assert verdict(classify(rules, 4, 30, 200_000), "recommended-2025").serious is False


def test_json_is_plain_and_names_the_rule(rules):
    plain = json.loads(json.dumps(classification_json(classify(rules, 2, 100, 324_000, "2016-03-11"))))
    assert plain["serious"] is True and plain["rule_in_force"] == "four-classes"
    older = next(v for v in plain["verdicts"] if v["rule"] == "uniform")
    assert older["clauses"][0]["missing_minutes"] == 20
    current = next(v for v in plain["verdicts"] if v["in_force"])
    assert current["clause"] == "class-2-1h-100k" and current["not_judged"]


@pytest.mark.parametrize("arguments", [(9, 60, 1), (1, -1, 1), (1, 1, -1), (1, 1, 1, "2016-02-31"), (1, 1, 1, "昨日")])
def test_impossible_questions_are_refused(rules, arguments):
    with pytest.raises(NotFoundError if arguments[0] == 9 else KbError):
        classify(rules, *arguments)


@given(service_class=st.integers(1, 4), minutes=st.integers(0, 10**6), users=st.integers(0, 10**8))
def test_a_larger_accident_is_never_less_serious(rules, service_class, minutes, users):
    def seriousness(*figures):
        return [{False: 0, None: 1, True: 2}[v.serious] for v in classify(rules, service_class, *figures).verdicts]

    larger = seriousness(minutes + 30, users * 2)
    assert all(before <= after for before, after in zip(seriousness(minutes, users), larger, strict=True))


def test_a_class_that_the_figures_reach_raises_no_notice(rules):
    for service_class, phases in FY2015.values():
        assert check_incident(rules, incident(service_class, phases)) is None


@pytest.mark.parametrize(("minutes", "users"), [(120, 30_000), (60, 100_000)])
def test_a_figure_that_just_reaches_a_class_is_enough_and_one_less_is_not(rules, minutes, users):
    assert check_incident(rules, incident(2, [(minutes, users)])) is None
    assert check_incident(rules, incident(2, [(minutes - 1, users)])) is not None
    assert check_incident(rules, incident(2, [(minutes, users - 1)])) is not None


def test_a_class_that_no_figure_reaches_is_noticed_where_it_stands(rules):
    notice = check_incident(rules, incident(2, [(68, 52_000), (20, 900_000)], printed={"duration": "1時間8分"}))
    assert notice.code == "class-not-reached"
    assert "1時間8分" in notice.message and notice.position.line == 7
    assert check_incident(rules, incident(2, [(68, 52_000)], started_at=None)).code == "class-not-reached"


@pytest.mark.parametrize(
    "unclear",
    [
        incident(2, [(68, None)]),
        incident(2, [(None, 52_000_000)]),
        incident(2, [(68, 52_000)], users_qualifier="at_least"),
        incident(2, [(68, 52_000)], users_qualifier="range", users_max=120_000),
        incident(None, [(1, 1)]),
        incident(2, []),
        incident(2, [(68, 52_000)], started_at=None, fiscal_year=None),
    ],
)
def test_what_the_figures_leave_open_raises_no_notice(rules, unclear):
    assert check_incident(rules, unclear) is None


def test_a_short_duration_is_noticed_even_where_users_are_unknown(rules):
    assert check_incident(rules, incident(1, [(12, None)])).code == "class-not-reached"


def test_breaks_between_years(rules):
    assert [c["fiscal_year"] for c in changes_between(rules, 2007, 2016)] == [2008, 2015]
    assert changes_between(rules, 2015, 2022) == ()
    assert all(change["text_ja"] for change in changes_between(rules, 2000, 2030))


def test_every_rule_and_change_names_its_source(rules):
    for dated in (*rules.rules, *rules.changes):
        assert all(source.publisher and (source.url or source.original_url) for source in dated.sources)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("minutes: 120, users: 30000", "minutes: 0, users: 30000", "above 0"),
        ("status: enacted", "status: abolished", "abolished"),
        ("in_force_to: \"2015-03-31\"", "in_force_to: \"2015-04-02\"", "overlap"),
        ("in_force_to: \"2015-03-31\"", "in_force_to: \"2015-02-30\"", "2015-02-30"),
        ("    label_ja: \"一律の基準\"", "    label: \"一律の基準\"", "unknown key"),
        ("service_class: 3, minutes: 1440", "service_class: 7, minutes: 1440", "unknown class"),
        ("id: class-2-2h-30k", "id: class-4-2h-30k", "unique"),
        ("service_classes:", "service_classes: {", "YAML"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, old, new, told):
    text = RULES.read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "thresholds.yml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=told) as caught:
        load_thresholds(broken)
    assert "thresholds.yml" in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CatalogueError):
        load_thresholds(tmp_path / "none.yml")
