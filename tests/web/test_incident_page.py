"""The page of one incident: what its sources say, what they do not say, and where that stands."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from kb.reports.incident_record import disagreements, impossible, incident_record, paired, tagged

ID = "2018-12-06-softbank"


def facts(page) -> dict[str, str]:
    return {row.dt.text.split()[0]: " ".join(row.dd.text.split()) for row in page.select("dl.facts > div")}


def test_facts_with_what_is_inferred_and_what_disagrees(site) -> None:
    page = site.soup(f"/incidents/{ID}")
    assert page.html["lang"] == "ja" and page.h1.text == "交換機の証明書期限切れで4G全国停止"
    shown = facts(page)
    assert shown["発生"].startswith("2018年12月6日 13時39分") and "別の出典: 発生 13時19分(ブログ)" in shown["発生"]
    assert shown["要因"] == "設備要因 当方の分類"
    assert shown["最も大きい影響数"] == "3,060万回線" and shown["最も長い影響"] == "4時間25分"
    assert shown["年度"] == "2018年度(平成30年度)"


def test_what_is_not_stated_is_visible(site) -> None:
    page = site.soup("/incidents/2020-03-26-rakuten-mobile")
    shown = facts(page)
    assert shown["復旧"] == shown["重大な事故"] == shown["要因"] == shown["最も大きい影響数"] == "記載なし"
    for heading in ("prolonging", "measures", "lessons"):
        assert "記載なし" in page.find(id=heading).find_parent("section").text
    assert shown["発生"] == "2020年3月26日", "no more precise than its source"


def test_carriers_go_by_the_name_of_the_day_with_todays(site) -> None:
    shown = facts(site.soup("/incidents/2009-04-19-softbank-mobile"))
    assert shown["事業者"] == "ソフトバンクモバイル株式会社 (現在または最後の名称: ソフトバンク株式会社)"


def test_sources_link_to_the_original_and_say_what_they_bear_out(site) -> None:
    page = site.soup(f"/incidents/{ID}")
    mirrored = next(li for li in page.select(".sources li") if "ソフトバンク上場会見" in li.text)
    addresses = [a["href"] for a in mirrored.select("a")]
    assert addresses[0] == "https://news.mynavi.jp/article/20181220-softbank" and addresses[1].startswith("https://prod-news.")
    assert "裏づける項目: 原因" in mirrored.text
    causes = page.find(id="causes").parent
    number = page.select(".sources li").index(mirrored) + 1
    assert f"#source-{number}" in [a["href"] for a in causes.select("a")]


def test_tags_show_their_evidence_and_lead_to_the_search(site) -> None:
    page = site.soup(f"/incidents/{ID}")
    tag = next(d for d in page.select("details.tag") if d.summary.text.strip() == "期限切れ")
    assert "「" in tag.p.text and len(tag.p.text) > 10
    found = site.soup(tag.select("a")[-1]["href"])
    assert ID in found.select_one(".results").decode()


def test_similar_incidents_come_with_a_reason(site) -> None:
    page = site.soup("/incidents/2015-07-15-ctc")
    hits = page.find(id="similar").parent.select("article.hit")
    assert len(hits) == 5 and all(hit.select("p.why") and hit.select("details.reason") for hit in hits)
    assert "/incidents/2025-09-16-ntt-west" in [hit.h3.a["href"] for hit in hits[:3]]


def test_json_holds_nulls_for_what_is_not_stated(site) -> None:
    record = site.json("/incidents/2020-03-26-rakuten-mobile.json")
    assert record["ended_at"] is None and record["official"] is None and record["measures"] == [] and record["users"] is None
    assert record["sources"][0]["kind"] == "catalogue" and record["similar"]


def test_an_unknown_id_is_a_friendly_404(site) -> None:
    page = site.soup("/incidents/2018-12-06-softbnak", status=404)
    assert page.select_one(f'main a[href="/incidents/{ID}"]')
    assert site.json("/incidents/none.json", status=404)["ok"] is False
    assert "<b>" not in site.get("/incidents/<b>x").text


def test_every_incident_has_a_record_and_every_tag_evidence(connection) -> None:
    ids = [row[0] for row in connection.execute("SELECT id FROM incidents")]
    assert len(ids) >= 184
    for incident_id in ids:
        record = incident_record(connection, incident_id)
        assert record["carriers"] and record["sources"]
        assert all(evidence["text"] for tag in record["tags"] for evidence in tag["evidence"])
        json.dumps(record)


@pytest.mark.parametrize("number", range(0, 184, 23))
def test_pages_of_all_kinds_of_incidents_render(site, connection, number: int) -> None:
    incident_id = connection.execute("SELECT id FROM incidents ORDER BY id LIMIT 1 OFFSET ?", [number]).fetchone()[0]
    assert site.soup(f"/incidents/{incident_id}").h1.text


@pytest.mark.parametrize(
    ("started_at", "completed_on", "status", "expected"),
    [
        ("2015-04-02T05:30+09:00", "2015-03", "done", True),
        ("2015-04-02T05:30+09:00", "2015-04", "done", False),
        ("2015-04-02T05:30+09:00", "2015-04-01", None, True),
        ("2015-04", "2015-04-01", "done", False),
        ("2015-04-02", "2014", "ongoing", True),
        ("2015-04-02", "2015-03", "planned", False),
        (None, "2015-03", "done", False),
    ],
)
def test_a_completion_before_the_accident_is_impossible(started_at, completed_on, status, expected) -> None:
    assert impossible(started_at, completed_on, status) is expected


def test_answers_stand_inside_their_question() -> None:
    rows = [{"id": 1, "answers_id": None}, {"id": 2, "answers_id": 1}, {"id": 3, "answers_id": 99}, {"id": 4, "answers_id": 1}]
    top = paired(rows)
    assert [e["id"] for e in top] == [1, 3] and [a["id"] for a in top[0]["answers"]] == [2, 4]


def test_a_tag_with_two_sentences_is_one_tag() -> None:
    row = {"id": "trigger/x", "axis": "trigger", "label_ja": "x", "label_en": "x", "definition": "d", "method": "rule", "confidence": 0.8, "passage_id": 1}
    merged = tagged([row | {"evidence": "一"}, row | {"evidence": "二"}])
    assert len(merged) == 1 and [e["text"] for e in merged[0]["evidence"]] == ["一", "二"]


def test_disagreeing_values_name_the_field_and_the_shown_value() -> None:
    impact = {"printed": {"users": "約5万", "users_other": "約6万(速報)"}, "users": 50_000, "duration_minutes": None, "service": "電話", "source": 1}
    assert disagreements({}, [impact]) == [{"field": "users", "service": "電話", "value": 50_000, "other": "約6万(速報)", "source": 1}]


@pytest.fixture
def documented(own_database: Path) -> Path:
    """The incident with a measure finished too early, minutes, inquiries, a warning and hostile text."""
    with sqlite3.connect(own_database) as connection:
        number = connection.execute("INSERT INTO documents (kind, title) VALUES ('council-minutes', '議事概要 <b>第9回</b>')").lastrowid
        connection.execute("INSERT INTO incident_sources (incident_id, document_id) VALUES (?, ?)", [ID, number])
        connection.execute(
            "INSERT INTO measures (incident_id, document_id, position, text, completed_on, status, printed)"
            " VALUES (?, ?, 1, '<script>対策</script>', '2017-01', 'done', 'H29.1 完了')",
            [ID, number],
        )
        connection.execute("INSERT INTO inquiries (incident_id, document_id, count, as_of) VALUES (?, ?, 1234, '2018-12-07')", [ID, number])
        connection.execute("INSERT INTO warnings (incident_id, document_id, code, message) VALUES (?, ?, 'x', '値が食い違います')", [ID, number])
        meeting = connection.execute("INSERT INTO meetings (document_id, held_on, number) VALUES (?, '2019-01-17', 9)", [number]).lastrowid
        add = "INSERT INTO exchanges (meeting_id, incident_id, position, viewpoint, kind, text, answers_id) VALUES (?, ?, ?, '監視', ?, ?, ?)"
        question = connection.execute(add, [meeting, ID, 1, "question", "なぜ一斉に止まったのか", None]).lastrowid
        connection.execute(add, [meeting, ID, 2, "answer", "同じ証明書だったため", question])
    connection.close()
    return own_database


def test_documents_add_minutes_warnings_and_flags(documented: Path, serve) -> None:
    site = serve([documented])
    response = site.get(f"/incidents/{ID}")
    assert "<script" not in response.text and "<b>第9回" not in response.text
    page = site.soup(f"/incidents/{ID}")
    flagged = next(li for li in page.select(".measures li") if "対策" in li.text and "H29.1" in li.text)
    assert "完了が事故より前" in flagged.text and "原文表記「H29.1 完了」" in flagged.text
    exchange = page.select_one(".exchange")
    assert "質問" in exchange.p.find_next("p").text and exchange.select_one(".answer").text.split()[0] == "回答"
    assert "1,234件(2018年12月7日まで)" in page.text and "値が食い違います" in page.select_one(".warning").text


def test_course_and_chain_are_drawn_for_a_desk_and_for_a_phone(site) -> None:
    page = site.soup(f"/incidents/{ID}")
    for heading in ("course", "chain"):
        section = page.find(id=heading).find_parent("section")
        assert [svg["class"] for svg in section.select("svg")] == [["picture", "wide"], ["picture", "narrow"]]
        assert section.select("table tbody tr"), "the same in words"
        address = section.select_one("figcaption a")["href"]
        saved = site.get(address)
        assert saved.status_code == 200 and saved.headers["content-type"].startswith("image/svg+xml") and saved.text.startswith("<svg xmlns=")
    assert not page.find("script") and not page.find(style=True)


def test_an_accident_of_unknown_start_has_no_time_line(site) -> None:
    (row,) = site.sql("SELECT id FROM incidents WHERE started_at IS NULL LIMIT 1")
    assert site.soup(f"/incidents/{row['id']}").find(id="course") is None
    assert site.get(f"/incidents/{row['id']}.course.svg").status_code == 404


def test_pages_of_incidents_stay_light(site) -> None:
    """The one with the most text is read over a phone too."""
    (row,) = site.sql("SELECT incident_id AS id FROM passages GROUP BY incident_id ORDER BY sum(length(text)) DESC LIMIT 1")
    assert len(site.get(f"/incidents/{row['id']}").content) <= 120 * 1024
