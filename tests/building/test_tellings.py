"""Two documents on one accident: one row a measure and an impact, every telling kept, editions compared."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb.building.build import build
from kb.building.ingest import ingest
from kb.building.tellings import add_details, write_changes
from kb.knowledge.carriers import fold_name
from kb.model import Impact, Incident, Measure, Statement
from kb.store.tellings import as_told, tell_facts
from kb.store.writer import Writer
from tests.conftest import write_incident

MINUTES = """電気通信事故検証会議(第3回)議事要旨
1 日時 平成28年9月9日(金)10:00～12:00
3 議事模様
(1)架空通信株式会社から、平成28年8月1日に発生した重大な事故について説明が行われた。主な内容は以下のとおり。
＜発生原因＞
・認証サーバの設定を誤り、通信が停止した。
＜再発防止策＞
・認証サーバの設定手順書を見直した。
・予備系の監視に警報を追加。
・新しく教育を実施。
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "catalogue"
    write_incident(
        folder, "2016-08-01-kakuu", "認証サーバの設定を誤ったため通信が停止した。", carriers="[架空通信株式会社]", started_at='"2016-08-01T10:00+09:00"',
        measures='[{text: "認証サーバの設定の手順書を見直す。", completed_on: "2016-08", status: done}, {text: "監視で予備系に警報を加える。"}]',
    )  # fmt: skip
    for number in range(2):
        write_incident(folder, f"2001-02-0{number + 1}-a", "証明書が期限切れとなった。", started_at=f'"2001-02-0{number + 1}"')
    build(tmp_path / "jiko.db", catalogue=folder)
    return tmp_path / "jiko.db"


def test_minutes_of_a_held_accident_double_nothing(own, tmp_path):
    file = tmp_path / "minutes.txt"
    file.write_text(MINUTES, encoding="utf-8")
    done = ingest(own, [file])[0]
    assert done.incidents == (("2016-08-01-kakuu", "same"),)
    connection = sqlite3.connect(own)
    texts = [row[0] for row in connection.execute("SELECT text FROM measures WHERE incident_id = '2016-08-01-kakuu' ORDER BY id")]
    assert texts == ["認証サーバの設定の手順書を見直す。", "監視で予備系に警報を加える。", "新しく教育を実施。"]
    tellings = connection.execute("SELECT m.text, s.text, s.line FROM measure_sources s JOIN measures m ON m.id = s.measure_id WHERE s.document_id = ?", [done.document_id])
    assert [row[1:] for row in tellings] == [("認証サーバの設定手順書を見直した。", 8), ("予備系の監視に警報を追加。", 9), ("新しく教育を実施。", 10)]
    held = connection.execute("SELECT text FROM passages WHERE incident_id = '2016-08-01-kakuu' AND field = 'measure'").fetchall()
    assert len(held) == 3
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    build(own, catalogue=tmp_path / "catalogue")
    again = sqlite3.connect(own)
    assert again.execute("SELECT count(*) FROM measures WHERE incident_id = '2016-08-01-kakuu'").fetchone()[0] == 3


FIRST = Incident(
    "", ("架空通信株式会社",), 2016, started_at="2016-08-01T10:00+09:00",
    impacts=(Impact("光電話", users=12_400, users_qualifier="approx", unit="lines", duration_minutes=145, printed={"users": "約1万2,400回線"}),),
    statements=(Statement("cause", "金具の腐食でケーブルが垂れ、車両に切断された。"),), measures=(Measure("同種の金具を全数点検する", "2016-09", "planned"),),
)  # fmt: skip
FINAL = replace(
    FIRST,
    impacts=(replace(FIRST.impacts[0], users=12_900, printed={"users": "約1万2,900回線"}),),
    statements=(*FIRST.statements, Statement("cause", "海上の橋でも点検の周期が陸上と同じであった。")),
    measures=(Measure("同種の金具の全数点検", "2016-08-27", "done"),),
)


@pytest.mark.parametrize("order", ["as written", "last one first"])
def test_editions_are_compared_by_their_dates(own, order):
    db = Database(own)
    writer = Writer(db, fold_name)
    writer.incident(replace(FIRST, id="2016-08-01-edition", title="切断"))
    given = [(FIRST, "2016-08-03"), (FINAL, "2016-08-30")]
    documents = {}
    for incident, date in given if order == "as written" else reversed(given):
        document = writer.document(kind="company-report", publisher="架空通信株式会社", published_on=date, sha256=date)
        add_details(writer, "2016-08-01-edition", incident, document)
        writer.cite("2016-08-01-edition", document, ["impacts"])
        tell_facts(db, "2016-08-01-edition", document, incident)
        write_changes(writer, "2016-08-01-edition")
        documents[date] = document
    found = db.execute("SELECT earlier_id, later_id, field, before, after FROM document_changes ORDER BY id").fetchall()
    assert {row[:2] for row in found} == {(documents["2016-08-03"], documents["2016-08-30"])}
    assert [row[2:] for row in found] == [
        ("users", "約1万2,400回線", "約1万2,900回線"), ("cause", None, "海上の橋でも点検の周期が陸上と同じであった。"),
        ("measure_status", "同種の金具を全数点検する [planned 2016-09]", "同種の金具の全数点検 [done 2016-08-27]"),
    ]  # fmt: skip
    assert db.execute("SELECT users FROM impacts WHERE incident_id = '2016-08-01-edition'").fetchall() == [(12_900,)]
    assert db.execute("SELECT status, completed_on FROM measures WHERE incident_id = '2016-08-01-edition'").fetchall() == [("done", "2016-08-27")]
    assert as_told(db.conn, "2016-08-01-edition", documents["2016-08-03"]).impacts[0].users == 12_400

ANNOUNCED = """架空みさき通信株式会社
2022年6月10日

インターネット接続がご利用いただけなかった件について

2022年6月8日(水)14時20分頃から同日17時45分まで、岬町の約3,200回線においてインターネット接続がご利用いただけない状態となりました。
本件は、収容局の電源装置が故障し、予備の電源に切り替わらなかったことが原因です。
今後の対応として、電源装置の部品を交換しました(6月中に完了)。また、切替えの試験を毎年行います(2022年12月予定)。
"""
FINALLY = """架空みさき通信株式会社
2022年7月29日

2022年6月8日に発生した通信障害について(最終報)

1. 発生日時 2022年6月8日 14時17分
2. 復旧日時 2022年6月8日 17時45分
3. 影響 インターネット接続 約3,450回線
4. 原因
 (1)収容局の電源装置の整流器が故障し、予備の電源に切り替わらなかった。
 (2)切替えの試験を5年行っていなかった。
5. 再発防止策
 (1)電源装置の部品の交換(6月20日完了)
 (2)切替え試験の毎年の実施(2022年12月予定)
 (3)電源の警報を監視センターへ転送(7月15日実施)
"""
ASKED = """令和4年8月5日
架空総合通信局

電気通信事故の再発防止に関する要請

架空総合通信局は、本日、架空みさき通信株式会社に対し、令和4年6月8日に発生した電気通信事故について、下記のとおり取り組むよう文書で要請しました。

記
1 電源の切替えの試験を定期に行うこと。
2 警報の監視の体制を見直すこと。
上記の実施状況を令和4年9月30日までに報告すること。
"""


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_first_and_final_report_and_request_are_one_incident(own, tmp_path, order):
    files = []
    for number in order:
        files.append(tmp_path / f"{number}.txt")
        files[-1].write_text((ANNOUNCED, FINALLY, ASKED)[number], encoding="utf-8")
    done = ingest(own, files)
    (incident_id,) = {i for one in done for i, _ in one.incidents}
    connection = sqlite3.connect(own)
    kinds = connection.execute("SELECT d.kind FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE s.incident_id = ? ORDER BY 1", [incident_id])
    assert [row[0] for row in kinds] == ["company-report", "company-report", "guidance"]
    row = connection.execute("SELECT started_at, users, (SELECT count(*) FROM measures WHERE incident_id = i.id), (SELECT count(*) FROM impacts WHERE incident_id = i.id) FROM incidents i WHERE id = ?", [incident_id]).fetchone()
    assert row == ("2022-06-08T14:17+09:00", 3450, 3, 1)
    changed = dict(connection.execute("SELECT field, before || ' → ' || after FROM document_changes WHERE field IN ('started_at', 'users')"))
    assert changed == {"started_at": "2022-06-08T14:20+09:00 → 2022-06-08T14:17+09:00", "users": "約3,200回線 → 約3,450回線"}
    added = [text for (text,) in connection.execute("SELECT after FROM document_changes WHERE before IS NULL AND field IN ('cause', 'measure')")]
    assert any("5年" in text for text in added) and any("警報" in text for text in added)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_report_is_set_against_what_is_held(own, tmp_path, kb):
    for name, text in (("a.txt", ANNOUNCED), ("b.txt", FINALLY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    incident_id = ingest(own, [tmp_path / "a.txt"])[0].incidents[0][0]
    before = own.read_bytes()
    answer = json.loads(kb("parse", tmp_path / "b.txt", "--against", incident_id, "--db", own, "--json").stdout)["against"]
    assert answer["identity"] == "same" and {"field": "users", "before": "約3,200回線", "after": "約3,450回線"} in answer["changes"]
    assert own.read_bytes() == before
    shown = kb("parse", tmp_path / "b.txt", "--against", incident_id, "--db", own)
    assert "users: 約3,200回線 -> 約3,450回線" in shown.stdout
    other = kb("parse", tmp_path / "b.txt", "--against", "2016-08-01-kakuu", "--db", own)
    assert other.exit_code == 0 and "is not surely" in other.stderr
    assert kb("parse", tmp_path / "b.txt", "--against", "no-such", "--db", own).exit_code == 1
