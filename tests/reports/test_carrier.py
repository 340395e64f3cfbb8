"""A company's promises by cause: a small made-up catalogue, then what the real one must show."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.building.build import build
from kb.errors import KbError, NotFoundError
from kb.reports.carrier import STATES, carrier
from kb.store.reader import open_database
from tests.conftest import write_incident

FAILOVER = "予備系への切替えに失敗し、音声通話が止まった。"
UPSTREAM = "接続先の事業者が経路を誤って配り、通信が遅くなった。"


def tagged(evidence: str, *tags: str) -> str:
    return "[" + ", ".join(f'{{tag: {tag}, evidence: "{evidence}"}}' for tag in tags) + "]"


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory):
    """NTT Docomo's failover fails twice, the second time with what was promised the first time; a joint accident struck it from outside."""
    folder = tmp_path_factory.mktemp("carrier")
    catalogue = folder / "catalogue"
    promise = "予備系への切替え試験を毎月行う"
    measures = [
        f'{{text: "{promise}", completed_on: "2001-06", status: planned}}',
        '{text: "止まった装置を再起動して復旧した", completed_on: "2001-02", status: done}',
        '{text: "対策の結果を総務省へ報告する", completed_on: null, status: planned}',
        '{text: "総務省が切替えの基準を示す", completed_on: null, status: planned}',
    ]
    docomo = "[株式会社NTTドコモ]"
    write_incident(
        catalogue, "2001-02-03-a", FAILOVER, carriers=docomo, started_at='"2001-02-03"', fiscal_year="2000",
        tags=tagged(FAILOVER, "mechanism/failover-failure"), measures=f"[{', '.join(measures)}]",
    )  # fmt: skip
    write_incident(
        catalogue, "2003-02-03-a", FAILOVER, carriers=docomo, started_at='"2003-02-03"', fiscal_year="2002",
        tags=tagged(FAILOVER, "mechanism/failover-failure"),
        measures=f'[{{text: "{promise}。", completed_on: "2003-06", status: done}}, {{text: "切替えの判定を直す", completed_on: "2009-06", status: planned}}]',
    )  # fmt: skip
    write_incident(
        catalogue, "2004-02-03-a", FAILOVER, carriers=docomo, started_at='"2004-02-03"', fiscal_year="2003", tags=tagged(FAILOVER, "mechanism/failover-failure"),
    )  # fmt: skip
    write_incident(
        catalogue, "2005-02-03-b", UPSTREAM, carriers="[株式会社NTTドコモ, KDDI株式会社]", started_at='"2005-02-03"', fiscal_year="2004",
        tags=tagged(UPSTREAM, "trigger/upstream-provider", "mechanism/route-leak"),
        measures='[{text: "KDDI: 経路の数に上限を設ける", completed_on: "2005-03", status: done}]',
    )  # fmt: skip
    build(folder / "jiko.db", catalogue=catalogue)
    opened = open_database(folder / "jiko.db")
    yield opened
    opened.close()


def test_promises_are_told_once_with_their_state_and_what_came_back(invented) -> None:
    answer = carrier(invented, "docomo")
    (cause,) = answer["causes"]
    assert cause["tag"] == "mechanism/failover-failure" and len(cause["accidents"]) == 3
    promises = {promise["text"].rstrip("。"): promise for promise in cause["promises"]}
    assert promises.keys() == {"予備系への切替え試験を毎月行う", "切替えの判定を直す"}
    test = promises["予備系への切替え試験を毎月行う"]
    assert test["told_in"] == ["2001-02-03-a", "2003-02-03-a"] and test["state"] == "unknown"
    assert [one["id"] for one in test["repeated_since"]] == ["2004-02-03-a"]
    assert promises["切替えの判定を直す"]["state"] == "due"  # beyond the last accident held
    assert answer["counts"]["promises"] == 2 and answer["counts"]["repeated"] == 2


def test_a_company_that_was_struck_lists_the_accident_and_promises_nothing(invented) -> None:
    answer = carrier(invented, "kddi")
    assert [accident["role"] for accident in answer["accidents"]] == ["affected"]
    assert answer["counts"]["answering"] == 0 and answer["causes"] == []


def test_dates_bound_accidents_and_promises(invented) -> None:
    answer = carrier(invented, "docomo", date_from="2003", date_to="2003-12")
    assert [accident["id"] for accident in answer["accidents"]] == ["2003-02-03-a"]
    assert [one["id"] for one in answer["causes"][0]["promises"][0]["repeated_since"]] == ["2004-02-03-a"]
    with pytest.raises(KbError, match="is empty"):
        carrier(invented, "docomo", date_from="2004", date_to="2003")


def test_unknown_slug_is_an_error(invented) -> None:
    with pytest.raises(NotFoundError, match="did you mean docomo"):
        carrier(invented, "docmo")


def test_every_company_of_the_record_has_a_page(connection) -> None:
    slugs = [row[0] for row in connection.execute("SELECT DISTINCT c.slug FROM carriers c JOIN incident_carriers i ON i.carrier_id = c.id WHERE c.slug IS NOT NULL")]
    known = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    for slug in slugs or ["kddi"]:
        answer = carrier(connection, slug)
        for cause in answer["causes"]:
            for promise in cause["promises"]:
                assert promise["state"] in STATES and set(promise["told_in"]) <= known


def test_ministry_and_others_promise_nothing_for_a_company(connection) -> None:
    texts = {p["text"] for cause in carrier(connection, "kddi")["causes"] for p in cause["promises"]}
    owned = {row[0] for row in connection.execute("SELECT text FROM measures WHERE owner IS NOT NULL")}
    assert texts and not texts & owned
    assert not any("ICT-ISAC" in text for text in texts)


def test_docomo_did_it_hold(connection, database: Path) -> None:
    answer = carrier(connection, "docomo", date_from="2011")
    herd = next(cause for cause in answer["causes"] if cause["tag"] == "mechanism/thundering-herd")
    assert any("2021-10-14-docomo" in [one["id"] for one in promise["repeated_since"]] for promise in herd["promises"])
