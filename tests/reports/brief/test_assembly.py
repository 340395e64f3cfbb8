"""The brief of held incidents: its keys, and that everything it quotes stands in the record."""

from __future__ import annotations

import json

import pytest

from kb.errors import DocumentError, NotFoundError
from kb.reports.brief import brief, of_incident, of_text

KEYS = {
    "subject", "classification", "not_stated", "precedents", "missing_measures", "earlier_promises", "earlier_questions", "notification",
    "questions", "made_from",
}  # fmt: skip


@pytest.mark.parametrize("incident_id", ["2022-12-20-docomo", "2018-12-06-softbank", "2017-08-25-google-route-leak", "fy2019-ntt-east-izu-2"])
def test_brief_of_a_held_incident_quotes_the_record(connection, corpus, incident_id: str) -> None:
    answer = brief(connection, corpus, incident_id)
    assert KEYS <= answer.keys()
    json.dumps(answer)
    known = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    measures = set(connection.execute("SELECT incident_id, text FROM measures").fetchall())
    assert answer["subject"]["id"] == incident_id and incident_id not in {p["id"] for p in answer["precedents"]}
    assert {p["id"] for p in answer["precedents"]} <= known
    assert all((taken["id"], taken["text"]) in measures for missing in answer["missing_measures"] for taken in missing["taken_by"])
    assert all((promise["id"], promise["measure"]["text"]) in measures for promise in answer["earlier_promises"])


def test_repair_refund_and_reporting_are_never_missing(connection, corpus) -> None:
    kinds = {(i, text): kind for i, text, kind in connection.execute("SELECT incident_id, text, kind FROM measures")}
    for (incident_id,) in connection.execute("SELECT id FROM incidents ORDER BY id").fetchall()[::9]:
        for missing in of_incident(connection, corpus, incident_id)["missing_measures"]:
            against_notices = any(tag.startswith("prolonging/") for tag in missing["against"])
            assert all(kinds[one["id"], one["text"]] in ("prevention", None) or against_notices for one in missing["taken_by"]), incident_id


def test_a_company_that_was_only_struck_promised_nothing(connection, corpus) -> None:
    assert of_incident(connection, corpus, "2017-08-25-google-route-leak")["earlier_promises"] == []


def test_other_carriers_come_first_when_asked_for(connection, corpus) -> None:
    plain = of_incident(connection, corpus, "2013-05-29-kddi")["precedents"]
    asked = of_incident(connection, corpus, "2013-05-29-kddi", other_carriers=True)["precedents"]
    assert plain[0]["same_carrier"]
    assert not asked[0]["same_carrier"]


def test_bad_subjects_are_refused_with_what_to_do(connection, corpus) -> None:
    with pytest.raises(NotFoundError, match="no incident 'x'"):
        brief(connection, corpus, "x")
    with pytest.raises(DocumentError, match="empty"):
        of_text(connection, corpus, " \n ")
    with pytest.raises(DocumentError, match="Nothing in the text"):
        of_text(connection, corpus, "玉ねぎを炒め、トマトと豆を加えて弱火で煮込みます。塩で味を調えてください。")
