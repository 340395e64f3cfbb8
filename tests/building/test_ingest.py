"""`kb ingest`: joined to what is held, all or nothing, twice the same, kept for the next build."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kb.building import ingest as ingesting
from kb.building.build import build
from kb.building.ingest import ingest
from kb.errors import DatabaseError, DocumentError
from kb.store.originals import unpacked

REPORT = """\
平成28年7月29日
電気通信サービスの事故発生状況(平成27年度)

重大な事故の一覧
No\t事業者名\t発生日時\t継続時間\t影響利用者数\t主な障害内容\t重大な事故に該当する電気通信役務の区分\t発生要因
1\tLINE(株)\tH28.3.11 17:45\t1h40m\t約32.4万\t無料音声通話の発着信不可\t二：緊急通報を取り扱わない音声伝送役務\t人為要因
2\t架空通信(株)\tH27.9.1 10:00\t3h\t約5万\tインターネット接続の利用不可\t四：その他の役務\t設備要因

No.\t2
事業者名\t架空通信株式会社\t発生日時\t平成27年9月1日10時00分
継続時間\t3時間\t影響利用者数\t約5万
影響地域\t関東\t事業者への問合せ件数\t12件(平成27年9月2日現在)
障害内容\tインターネット接続が利用不可
重大な事故に該当する電気通信役務の区分\t四：その他の役務
発生原因\t・認証サーバのファームウェアに不具合があり、予備系へ切り替わらなかった。
再発防止策\t・ファームウェアを修正版に更新した。【H27.10 実施完了】
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def rows(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def test_a_known_accident_is_joined_and_a_new_one_is_added(own_database, report):
    done = ingest(own_database, [report])[0]
    assert dict(done.incidents)["2016-03-11-line"] == "same"
    new = next(i for i, verdict in done.incidents if verdict == "new")
    assert new.startswith("2015-09-01-")
    connection = sqlite3.connect(own_database)
    kinds = "SELECT d.kind FROM incident_sources s JOIN documents d ON d.id = s.document_id WHERE incident_id = ?"
    assert {"catalogue", "annual-report"} <= {row[0] for row in connection.execute(kinds, ["2016-03-11-line"])}
    official, factor, basis = connection.execute("SELECT official, factor, factor_basis FROM incidents WHERE id = ?", [new]).fetchone()
    assert (official, factor, basis) == (1, "equipment", "stated")


def test_an_annual_report_makes_a_held_accident_official(own_database, report):
    with sqlite3.connect(own_database) as connection:
        connection.execute("UPDATE incidents SET official = NULL WHERE id = '2016-03-11-line'")
    ingest(own_database, [report])
    assert sqlite3.connect(own_database).execute("SELECT official FROM incidents WHERE id = '2016-03-11-line'").fetchone() == (1,)


def test_a_new_accident_is_searched_tagged_and_whole(own_database, report, kb):
    new = next(i for i, verdict in ingest(own_database, [report])[0].incidents if verdict == "new")
    connection = sqlite3.connect(own_database)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    tags = connection.execute("SELECT tag_id, method, evidence, passage_id FROM incident_tags WHERE incident_id = ?", [new]).fetchall()
    assert "mechanism/failover-failure" in {row[0] for row in tags}
    assert all(method in ("rule", "model") and passage for _, method, _, passage in tags)
    answer = json.loads(kb("search", "認証サーバ ファームウェア 予備系", "--json", "--db", own_database).stdout)
    assert new in [hit["id"] for hit in answer["hits"][:5]]


def test_the_same_file_twice_changes_nothing(own_database, report):
    ingest(own_database, [report])
    before = rows(own_database)
    assert ingest(own_database, [report])[0].unchanged
    assert rows(own_database) == before


def test_a_later_build_holds_the_document(own_database, report):
    first = ingest(own_database, [report])[0]
    build(own_database)
    connection = sqlite3.connect(own_database)
    held = {row[0] for row in connection.execute("SELECT id FROM incidents")}
    assert {i for i, _ in first.incidents} <= held
    assert connection.execute("SELECT path FROM documents WHERE kind = 'annual-report'").fetchall() == [("report.txt",)]
    assert ingest(own_database, [report])[0].unchanged


def test_an_error_halfway_leaves_nothing(own_database, report, monkeypatch):
    before = rows(own_database)

    def fail(*args):
        raise DocumentError("no")

    monkeypatch.setattr(ingesting, "reindex", fail)
    with pytest.raises(DocumentError):
        ingest(own_database, [report])
    assert rows(own_database) == before
    assert list(own_database.parent.iterdir()) == [own_database]


def test_a_killed_run_leaves_no_half_document(own_database, report):
    code = f"from pathlib import Path; from kb.building.ingest import ingest; ingest(Path({str(own_database)!r}), [Path({str(report)!r})])"
    before = rows(own_database)
    for delay in (0.4, 0.8, 1.2, 1.6):
        process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        connection = sqlite3.connect(own_database)
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        documents = connection.execute("SELECT count(*) FROM documents WHERE kind = 'annual-report'").fetchone()[0]
        connection.close()
        if documents:
            assert rows(own_database)["passages"] > before["passages"]
        else:
            assert rows(own_database) == before


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 300, "これは別の種類の文書です。".encode() * 30])
def test_bad_files_give_one_line_and_leave_the_database(own_database, tmp_path, kb, content):
    before = rows(own_database)
    (tmp_path / "bad.txt").write_bytes(content)
    result = kb("ingest", tmp_path / "bad.txt", "--db", own_database)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1 and "bad.txt" in result.stderr
    assert rows(own_database) == before


def test_a_missing_file_and_a_missing_database_are_named(own_database, tmp_path, report, kb):
    assert "nothing.pdf" in kb("ingest", tmp_path / "nothing.pdf", "--db", own_database).stderr
    assert "kb build" in kb("ingest", report, "--db", tmp_path / "none.db").stderr


def test_proposals_on_the_command_line(database, tmp_path, kb):
    draft = tmp_path / "draft.txt"
    draft.write_text("発生原因\n予備系への切替えは正常に行われたが、端末が一斉に再接続し加入者データベースが輻輳した。サイバー攻撃ではない。\n", encoding="utf-8")
    found = json.loads(kb("tag", draft, "--json").stdout)["incidents"][0]["proposals"]
    taken = {p["tag"] for p in found if p["taken"]}
    assert "mechanism/thundering-herd" in taken
    assert not {"mechanism/failover-failure", "trigger/cyber-attack"} & {p["tag"] for p in found}
    by_id = json.loads(kb("tag", "2015-07-15-ctc", "--json", "--db", database).stdout)["incidents"][0]
    assert "mechanism/network-loop" in {p["tag"] for p in by_id["proposals"]}
    assert kb("tag", "nobody", "--db", database).exit_code == 1


def test_a_model_is_needed(own_database, report, kb):
    with sqlite3.connect(own_database) as connection:
        connection.execute("DELETE FROM models")
    before = rows(own_database)
    result = kb("ingest", report, "--db", own_database)
    assert result.exit_code == 1 and "kb build" in result.stderr
    assert rows(own_database) == before


def test_the_original_lies_in_the_one_file_and_moves_with_it(own_database, report, tmp_path, kb):
    ingest(own_database, [report])
    elsewhere = tmp_path / "elsewhere" / "x.db"
    elsewhere.parent.mkdir()
    shutil.copy(own_database, elsewhere)
    shutil.rmtree(own_database.parent)
    with closing(sqlite3.connect(elsewhere)) as connection:
        content = connection.execute("SELECT content FROM documents WHERE path = 'report.txt'").fetchone()[0]
    assert unpacked(content) == report.read_bytes() and len(content) < len(report.read_bytes())
    assert kb("build", "--db", elsewhere).exit_code == 0
    assert ingest(elsewhere, [report])[0].unchanged
    assert "2015-09-01" in kb("search", "認証サーバ ファームウェア 予備系", "--db", elsewhere).stdout
    assert list(elsewhere.parent.iterdir()) == [elsewhere]


def older(database: Path, report: Path, folder: bool = True) -> None:
    """Make of a database one of the schema before, whose original and model lay in folders beside it."""
    data = report.read_bytes()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript("""
            ALTER TABLE documents DROP COLUMN content;
            DROP TABLE models;
            UPDATE builds SET value = 'm004_incident_search' WHERE key = 'schema';
            UPDATE builds SET value = 'model/jiko-static-0123456789ab' WHERE key = 'embedding_location';
        """)
    (database.parent / "model" / "jiko-static-0123456789ab").mkdir(parents=True)
    if folder:
        (database.parent / "documents").mkdir()
        (database.parent / "documents" / f"{hashlib.sha256(data).hexdigest()[:12]}-{report.name}").write_bytes(data)
        (database.parent / "documents" / "somebody-else.txt").write_text("none of ours")


@pytest.mark.parametrize("command", ["build", "ingest"])
def test_a_database_of_the_older_layout_is_brought_over_and_says_so_in_one_line(own_database, report, tmp_path, kb, command):
    ingest(own_database, [report])
    older(own_database, report)
    refused = kb("search", "輻輳", "--db", own_database)
    assert refused.exit_code == 1 and "m004_incident_search" in refused.stderr and "kb build" in refused.stderr
    second = tmp_path / "second.txt"
    second.write_text(REPORT.replace("架空通信", "仮想回線"), encoding="utf-8")
    done = kb(*(("ingest", second) if command == "ingest" else ("build",)), "--db", own_database)
    assert done.exit_code == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "older schema" in line and "1 documents were taken over" in line and "documents beside it can go" in line]
    with closing(sqlite3.connect(own_database)) as connection:
        held = dict(connection.execute("SELECT path, content IS NOT NULL FROM documents WHERE kind = 'annual-report'"))
    assert held == {"report.txt": 1} | ({"second.txt": 1} if command == "ingest" else {})
    shutil.rmtree(own_database.parent / "documents")
    if command == "build":
        again = kb("build", "--db", own_database)
        assert again.exit_code == 0 and "older schema" not in again.stderr
    assert ingest(own_database, [report])[0].unchanged


def test_an_original_that_is_gone_stops_the_build_and_is_named(own_database, report, kb):
    ingest(own_database, [report])
    older(own_database, report, folder=False)
    before = own_database.read_bytes()
    result = kb("build", "--db", own_database)
    assert result.exit_code == 1 and "report.txt" in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert own_database.read_bytes() == before


def test_an_older_database_of_a_strange_catalogue_is_not_built_from_ours(small_catalogue, tmp_path, report, kb):
    database = tmp_path / "db" / "jiko.db"
    build(database, catalogue=small_catalogue)
    older(database, report)
    before = database.read_bytes()
    result = kb("ingest", report, "--db", database)
    assert result.exit_code == 1 and "--catalogue" in result.stderr and database.read_bytes() == before


def test_a_database_that_was_replaced_meanwhile_is_not_written_to(own_database, report, monkeypatch):
    """What waits for a build must not go into the file that the build replaced."""
    real = ingesting.Database

    def late(connection):
        shutil.copy(own_database, own_database.with_name("new.db"))
        own_database.with_name("new.db").replace(own_database)
        return real(connection)

    monkeypatch.setattr(ingesting, "Database", late)
    with pytest.raises(DatabaseError, match="built anew meanwhile"):
        ingest(own_database, [report])


def test_a_full_disk_while_reading_in_says_so_and_leaves_the_database(own_database, report):
    """A limit on the size of files stands in for the end of the disk."""
    code = f"import sys; from kb.cli import main; sys.argv = ['kb', 'ingest', {str(report)!r}, '--db', {str(own_database)!r}]; main()"
    before = own_database.read_bytes()

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run([sys.executable, "-c", code], preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1 and len(done.stderr.strip().splitlines()) == 1 and "unchanged" in done.stderr
    with closing(sqlite3.connect(own_database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert own_database.read_bytes() == before
