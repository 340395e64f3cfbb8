"""Drafts of invented companies (mobile core, planned router work, re-registration storm) and what must come of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import NotFoundError
from kb.reports.brief import of_text

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "brief"
STORMS = {
    "core-router": ("架空みなと通信株式会社", "2025-11-05T02:10+09:00", 1355, 3_100_000, "planned"),
    "edge-migration": ("架空北東モバイル株式会社", "2025-10-12T03:20+09:00", 1065, 860_000, "planned"),
    "night-work": ("株式会社架空テレコム西", "2025-09-18T01:30+09:00", 970, 2_050_000, "planned"),
}


@pytest.fixture(params=STORMS)
def storm(request, connection, corpus):
    text = (SAMPLES / f"{request.param}.txt").read_text(encoding="utf-8")
    return request.param, text, of_text(connection, corpus, text)


def test_fields_of_a_draft_are_read(storm) -> None:
    name, _, answer = storm
    company, started_at, minutes, users, status = STORMS[name]
    subject = answer["subject"]
    assert subject["carriers"] == [company] and subject["started_at"] == started_at and subject["id"] is None
    assert max(i["duration_minutes"] for i in subject["impacts"]) == minutes
    assert max(i["users"] for i in subject["impacts"]) == users
    assert status in [measure["status"] for measure in subject["measures"]]


def test_the_great_storms_lead_the_precedents(storm) -> None:
    assert {p["id"] for p in storm[2]["precedents"][:2]} == {"2022-07-02-kddi", "2021-10-14-docomo"}
    assert "mechanism/thundering-herd" in storm[2]["precedents"][0]["shared_tags"]


def test_first_notice_stands_beside_the_guideline(storm) -> None:
    told = storm[2]["notification"]
    assert (told["first_notice_minutes"], told["guideline_minutes"], told["guideline"]["in_force"]) == (110, 30, True)
    assert {"2022-07-02-kddi"} <= {p["id"] for p in told["precedents"]}
    assert any("110分" in question["text"] and "30分" in question["text"] for question in storm[2]["questions"])


def test_it_is_classified_by_the_rule_in_force(storm) -> None:
    classified = storm[2]["classification"]
    assert classified["rule_in_force"] == "four-classes" and classified["serious"] is True and classified["service_class"] == 1


def test_true_measures_are_missing_and_stated_ones_are_not(storm) -> None:
    name, _, answer = storm
    missing = {entry["tag"] for entry in answer["missing_measures"]}
    assert len(missing & {"measure/congestion-control", "measure/recovery-procedure", "measure/rehearsal", "measure/blast-radius", "measure/fault-detection"}) >= 3
    stated = {tag["id"] for tag in answer["subject"]["tags"]}
    assert not missing & stated, name
    for entry in answer["missing_measures"]:
        assert entry["against"] and set(entry["against"]) <= stated
        assert [one["id"] for one in entry["taken_by"]]


def test_every_question_cites_the_draft_or_the_record(storm, connection) -> None:
    _, text, answer = storm
    passages: dict[str, list[str]] = {}
    for incident_id, told in connection.execute("SELECT incident_id, text FROM passages WHERE incident_id IS NOT NULL"):
        passages.setdefault(incident_id, []).append(told)
    assert len(answer["questions"]) >= 8
    for question in answer["questions"]:
        assert question["basis"], question
        for one in question["basis"]:
            if one["kind"] == "report":
                assert one["id"] is None and one["quote"] in text, one
            elif one["kind"] in ("precedent", "measure", "promise"):
                assert any(one["quote"] in told for told in passages[one["id"]]), one
    assert {"輻輳・再接続", "作業手順", "利用者周知"} <= {question["viewpoint"] for question in answer["questions"]}


def test_named_companys_history_is_held_against_a_draft(connection, corpus) -> None:
    text = (SAMPLES / "core-router.txt").read_text(encoding="utf-8").replace("架空みなと通信株式会社", "KDDI株式会社")
    answer = of_text(connection, corpus, text)
    assert {promise["id"] for promise in answer["earlier_promises"]} >= {"2022-07-02-kddi"}
    assert any(question["rule"].startswith("promise-") for question in answer["questions"])
    bare = text.replace("KDDI株式会社", "")
    assert of_text(connection, corpus, bare)["earlier_promises"] == []
    assert of_text(connection, corpus, bare, carrier="au")["earlier_promises"] == answer["earlier_promises"]
    with pytest.raises(NotFoundError):
        of_text(connection, corpus, bare, carrier="幻電話")
    first = of_text(connection, corpus, text, other_carriers=True)["precedents"][0]
    assert first["id"] == "2021-10-14-docomo" and not first["same_carrier"]
