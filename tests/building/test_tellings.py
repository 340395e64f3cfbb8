"""Two documents on one accident: one row a measure and an impact, every telling kept, editions compared."""

from __future__ import annotations

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
    assert db.execute("SELECT users FROM impacts WHERE incident_id = '2016-08-01-edition'").fetchall() == [(12_900 if order == "as written" else 12_900,)]
    assert db.execute("SELECT status, completed_on FROM measures WHERE incident_id = '2016-08-01-edition'").fetchall() == [("done", "2016-08-27")]
    assert as_told(db.conn, "2016-08-01-edition", documents["2016-08-03"]).impacts[0].users == 12_400
