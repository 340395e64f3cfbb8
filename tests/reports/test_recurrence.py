"""Measures and later accidents of the same cause: small made-up catalogues, then what the real one must show."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kb.building.build import build
from kb.errors import NotFoundError
from kb.reports.accidents import Accident, HeldMeasure, precedes
from kb.reports.companies import load_companies
from kb.reports.links import load_knowledge
from kb.reports.pertinence import usual_pairs
from kb.reports.promises import speaking
from kb.reports.recurrence import known_elsewhere, recurrences, timing
from kb.store.reader import open_database
from tests.conftest import write_incident

LOOP = "監視網の接続を誤り、ブロードキャストが回り続けて電話が止まった。"
LEAP = "閏秒の挿入で時計が狂い、認証サーバが利用者を拒んだ。"
PARTS = "電源装置の部品が壊れ、電話が止まった。"


def tagged(evidence: str, *tags: str) -> str:
    return "[" + ", ".join(f'{{tag: {tag}, evidence: "{evidence}"}}' for tag in tags) + "]"


def measure(text: str, completed_on: str | None = None, status: str | None = "done") -> str:
    month = f'"{completed_on}"' if completed_on else "null"
    return f'{{text: "{text}", completed_on: {month}, status: {status or "null"}, printed: null}}'


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory):
    """Five accidents: a loop three times (twice one company), a leap second once, a broken part twice."""
    folder = tmp_path_factory.mktemp("invented")
    catalogue = folder / "catalogue"
    network = "equipment/switch"
    write_incident(
        catalogue, "2001-02-03-a", LOOP, started_at='"2001-02-03T10:00+09:00"', fiscal_year="2000",
        tags=tagged(LOOP, "mechanism/network-loop", "trigger/operator-error", network),
        measures=f"[{measure('利用者へお詫びの文書を送る', '2001-04')}, {measure('監視網の接続を二人で確かめ、ブロードキャストを抑える設定を入れる', '2001-03')}]",
    )  # fmt: skip
    write_incident(
        catalogue, "2003-02-03-a", LOOP, started_at='"2003-02-03T10:00+09:00"', fiscal_year="2002",
        tags=tagged(LOOP, "mechanism/network-loop", "trigger/operator-error", network), measures=f"[{measure('手順書を改める', '2003-05', 'planned')}]",
    )  # fmt: skip
    write_incident(
        catalogue, "2003-02-09-a", LOOP, started_at='"2003-02-09"', fiscal_year="2002", tags=tagged(LOOP, "mechanism/network-loop", network),
    )  # fmt: skip
    write_incident(
        catalogue, "2002-06-01-b", LOOP, started_at='"2002-06-01"', fiscal_year="2002", carriers="[仮想電話株式会社]",
        tags=tagged(LOOP, "mechanism/network-loop"),
    )  # fmt: skip
    write_incident(
        catalogue, "2001-07-01-a", LEAP, started_at='"2001-07-01"', fiscal_year="2001",
        tags=tagged(LEAP, "mechanism/authentication-failure"), measures=f"[{measure('時計を段階的に合わせる')}]",
    )  # fmt: skip
    for identifier in ("2001-08-01-a", "2004-08-01-a"):
        write_incident(
            catalogue, identifier, PARTS, started_at=f'"{identifier[:10]}"', fiscal_year=identifier[:4],
            tags=tagged(PARTS, "trigger/hardware-fault", "mechanism/equipment-outage"), measures=f"[{measure('部品を交換する', '2001-09')}]",
        )  # fmt: skip
    build(folder / "jiko.db", catalogue=catalogue)
    opened = open_database(folder / "jiko.db")
    yield opened
    opened.close()


def pair(answer: dict, earlier: str, later: str) -> dict:
    return next(p for p in answer["recurrences"] if (p["earlier"]["id"], p["later"]["id"]) == (earlier, later))


def test_pair_carries_both_quotes_the_days_and_the_pertinent_measure_first(invented) -> None:
    found = pair(recurrences(invented), "2001-02-03-a", "2003-02-03-a")
    assert found["days_between"] == 730
    assert found["strength"] == "strong"
    assert next(tag["id"] for tag in found["tags"]) in ("mechanism/network-loop", "trigger/operator-error")
    assert all(tag["earlier_evidence"] == [LOOP] and tag["later_evidence"] == [LOOP] for tag in found["tags"])
    assert "ブロードキャスト" in found["measures"][0]["text"]
    assert found["timing"] == "completed-before" and found["completed_before"]
    assert found["equipment"]["matches"] is True
    assert found["service"]["matches"] is None


def test_nearest_earlier_accident_is_taken_and_planned_is_not_done(invented) -> None:
    answer = recurrences(invented)
    later = [p for p in answer["recurrences"] if p["later"]["id"] == "2003-02-09-a"]
    assert [p["earlier"]["id"] for p in later] == ["2003-02-03-a"]
    assert later[0]["timing"] == "planned" and not later[0]["completed_before"]


def test_chain_joins_pairs(invented) -> None:
    chains = [[incident["id"] for incident in chain["incidents"]] for chain in recurrences(invented)["chains"]]
    assert chains == [["2001-02-03-a", "2003-02-03-a", "2003-02-09-a"]]


def test_vague_tags_alone_are_weak(invented) -> None:
    assert pair(recurrences(invented), "2001-08-01-a", "2004-08-01-a")["strength"] == "weak"


def test_a_vague_tag_counts_a_quarter_of_a_telling_one(invented) -> None:
    rarity, found = load_knowledge(invented).rarity, recurrences(invented)
    vague, telling = pair(found, "2001-08-01-a", "2004-08-01-a"), pair(found, "2001-02-03-a", "2003-02-03-a")
    assert vague["score"] == pytest.approx(sum(rarity[tag["id"]] for tag in vague["tags"]) / 4, abs=1e-3)
    assert telling["score"] == pytest.approx(sum(rarity[tag["id"]] for tag in telling["tags"]) + rarity["equipment/switch"], abs=1e-3)


def test_promise_without_later_accident_is_holding(invented) -> None:
    held = {entry["incident"]["id"]: entry for entry in recurrences(invented)["holding"]}
    assert [tag["id"] for tag in held["2001-07-01-a"]["tags"]] == ["mechanism/authentication-failure"]
    assert held["2001-07-01-a"]["years_since"] == pytest.approx(3.1)
    assert "2001-02-03-a" not in held


def test_other_companies_accident_is_no_recurrence_but_known_elsewhere(invented) -> None:
    assert all(p["later"]["id"] != "2002-06-01-b" for p in recurrences(invented)["recurrences"])
    entry = known_elsewhere(invented, "2002-06-01-b")["incidents"][0]
    assert [p["id"] for p in entry["precedents"]] == ["2001-02-03-a"]
    assert entry["precedents"][0]["years_earlier"] == pytest.approx(1.3)


def test_unknown_carrier_is_an_error(invented) -> None:
    with pytest.raises(NotFoundError, match="幻電話"):
        recurrences(invented, "幻電話")


def test_unknown_incident_is_an_error(invented) -> None:
    with pytest.raises(NotFoundError, match="no incident 'x'"):
        known_elsewhere(invented, "x")


@pytest.mark.parametrize(
    ("status", "completed_on", "expected"),
    [
        ("done", "2010-03", "completed-before"),
        ("done", "2010-04", "completed-same-month"),
        ("done", "2010-05", "completed-after"),
        ("done", None, "not-stated"),
        (None, None, "not-stated"),
        ("planned", "2010-03", "planned"),
        ("ongoing", None, "ongoing"),
    ],
)
def test_timing_says_no_more_than_the_month(status: str | None, completed_on: str | None, expected: str) -> None:
    later = Accident("x", "題", "2010-04-10", ("2010-04-10", "2010-04-10"), {}, {}, ())
    assert timing(HeldMeasure(1, "策", status, completed_on, None), later) == expected


def test_order_is_unknown_where_dates_are_coarse() -> None:
    month = Accident("a", "題", "2010-04", ("2010-04-01", "2010-04-30"), {}, {}, ())
    day = Accident("b", "題", "2010-04-10", ("2010-04-10", "2010-04-10"), {}, {}, ())
    undated = Accident("c", "題", None, None, {}, {}, ())
    assert not precedes(month, day) and not precedes(day, month) and not precedes(undated, day)


def test_usual_pairs_need_more_than_one_accident() -> None:
    def accident(number: int, *tags: str) -> Accident:
        return Accident(str(number), "題", None, None, {}, dict.fromkeys(tags, ("文",)), ())

    once = [accident(1, "measure/jitter", "mechanism/thundering-herd"), accident(2, "measure/redundancy", "mechanism/link-cut")]
    assert usual_pairs(once) == {}
    assert ("measure/jitter", "mechanism/thundering-herd") in usual_pairs([*once, accident(3, "measure/jitter", "mechanism/thundering-herd")])


# The real catalogue ----------------------------------------------------------------------------------------------------


def test_kddi_2013_follows_on_itself_by_two_causes_and_is_no_chain(connection) -> None:
    answer = recurrences(connection, "KDDI")
    ids = ["2013-04-27-kddi", "2013-05-29-kddi", "2013-05-30-kddi"]
    first, second = pair(answer, *ids[:2]), pair(answer, *ids[1:])
    assert (first["days_between"], second["days_between"]) == (32, 1)
    assert "バグ" in first["measures"][0]["text"]
    assert first["timing"] == "completed-after"  # 2013-08, by what the sources say
    assert all([incident["id"] for incident in chain["incidents"]][-3:] != ids for chain in answer["chains"])


def test_steps_of_a_chain_share_a_cause(connection) -> None:
    answer = recurrences(connection)
    assert answer["chains"]
    for chain in answer["chains"]:
        shared = set.intersection(*({tag["id"] for tag in step["tags"]} for step in chain["steps"]))
        assert shared, [incident["id"] for incident in chain["incidents"]]


def test_what_prevents_nothing_ties_no_accidents(connection) -> None:
    """Public phones of 2007 say nothing about an arson of 2022; nor do repairs, refunds, reports and inquiries into the cause."""
    answer = recurrences(connection)
    kinds = {(incident, text): kind for incident, text, kind in connection.execute("SELECT incident_id, text, kind FROM measures")}
    pairs = answer["recurrences"] + answer["group_recurrences"]
    assert ("2007-01-18-ntt-east-tsuchiura", "2022-11-20-ntt-east-manhole") not in {(p["earlier"]["id"], p["later"]["id"]) for p in pairs}
    shown = [(p["earlier"]["id"], m["text"]) for p in pairs for m in p["measures"]]
    assert shown and all(kinds[one] in ("prevention", None) for one in shown)


def test_only_those_who_answer_for_an_accident_promise_and_repeat(connection) -> None:
    answer = recurrences(connection)
    struck = "2017-08-25-google-route-leak"
    assert all(struck not in (p["earlier"]["id"], p["later"]["id"]) for p in answer["recurrences"])
    owners = {text for (text,) in connection.execute("SELECT text FROM measures WHERE owner IS NOT NULL")}
    assert owners and not owners & {m["text"] for p in answer["recurrences"] for m in p["measures"]}


def test_carrier_or_group_is_asked_for_by_any_name(connection) -> None:
    everything = recurrences(connection)["recurrences"]
    assert recurrences(connection, "au")["recurrences"] == recurrences(connection, "KDDI株式会社")["recurrences"]
    for name, company in (("LINE", "LINE株式会社"), ("NTT", "NTT西日本株式会社")):
        found = recurrences(connection, name)["recurrences"]
        assert 0 < len(found) < len(everything)
        assert company in {one for pair in found for one in pair["companies"]}


def test_every_quote_stands_in_its_accident(connection) -> None:
    answer = recurrences(connection)
    evidence = {(incident, text) for incident, text in connection.execute("SELECT incident_id, evidence FROM incident_tags")}
    measures = {(incident, text) for incident, text in connection.execute("SELECT incident_id, text FROM measures")}
    assert len(answer["recurrences"]) > 40
    for found in answer["recurrences"] + answer["group_recurrences"]:
        for tag in found["tags"]:
            assert all((found["earlier"]["id"], text) in evidence for text in tag["earlier_evidence"])
            assert all((found["later"]["id"], text) in evidence for text in tag["later_evidence"])
        assert found["measures"]
        assert all((found["earlier"]["id"], one["text"]) in measures for one in found["measures"])


def test_companies_answer_for_those_they_absorbed(connection) -> None:
    companies = {company.name: company for company in load_companies(connection).values()}
    heirs = {name: {c.name for c in companies.values() if c.id in company.heirs} for name, company in companies.items()}
    assert heirs["LINE株式会社"] == {"LINE株式会社", "LINEヤフー株式会社"}
    assert heirs["LINEヤフー株式会社"] == {"LINEヤフー株式会社"}
    assert heirs["ソフトバンク株式会社"] == {"ソフトバンク株式会社"}  # ワイモバイル is its brand today, not its heir
    assert heirs["JSAT株式会社"] == {"JSAT株式会社", "スカパーJSAT株式会社"}


def test_group_pairs_are_of_different_companies(connection) -> None:
    answer = recurrences(connection)
    assert answer["group_recurrences"]
    for found in answer["group_recurrences"]:
        # In an accident of two companies it is the other one that promised.
        assert set(found["earlier"]["carriers"]) - set(found["companies"])


def test_broadcast_storm_was_known_elsewhere(connection) -> None:
    entry = known_elsewhere(connection, "2025-09-16-ntt-west")["incidents"][0]
    first = entry["precedents"][0]
    assert first["id"] == "2015-07-15-ctc" and first["years_earlier"] == pytest.approx(10.2)
    assert "mechanism/network-loop" in {tag["id"] for tag in first["tags"]}


def test_every_promise_recurs_or_holds(connection) -> None:
    """No promise is lost: each accident with a promise against one of its causes is the earlier one of a pair, or holding."""
    answer, known = recurrences(connection), load_knowledge(connection)
    seen = {p["earlier"]["id"] for p in answer["recurrences"]} | {entry["incident"]["id"] for entry in answer["holding"]}
    promised = {
        a.id
        for a in known.accidents
        if a.causes and a.span and a.span[0] == a.span[1]
        and all(speaking(known.pertinence, a, [m for m in a.measures if known.makers[m.id]], [tag]) for tag in a.causes)
    }  # fmt: skip
    assert len(promised) > 30 and promised <= seen


def test_fast_enough(connection) -> None:
    start = time.perf_counter()
    recurrences(connection)
    assert time.perf_counter() - start < 1


def test_same_answer_twice(database: Path) -> None:
    with open_database(database) as one, open_database(database) as other:
        assert recurrences(one) == recurrences(other)
