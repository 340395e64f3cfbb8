"""`kb build`: whole or nothing, the same content twice, and clear words when it cannot be done."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kb.building import build as pipeline
from kb.building.population import passage_of
from kb.cli.progress import reporter
from kb.errors import CatalogueError, DatabaseError
from kb.store.reader import open_database
from kb.store.schema import NUMBER
from tests.conftest import write_incident


def content(path: Path) -> dict[str, list[tuple]]:
    """Every row of every table, in the order of the table's key."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def test_the_database_is_sound(connection):
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM incidents").fetchone()[0] >= 243


def test_every_table_of_the_contract_exists(connection):
    wanted = (
        "documents incidents carriers incident_carriers impacts statements measures meetings exchanges tags incident_tags statistics passages"
        " passages_fts embeddings builds"
    ).split()
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert set(wanted) <= names


def test_builds_records_what_the_content_depends_on(connection):
    facts = dict(connection.execute("SELECT key, value FROM builds"))
    assert "sudachipy 0.7.0" in facts["tokenizer"]
    assert {"schema", "embedding_name", "sha256_catalogue", "sha256_lexicon", "sha256_taxonomy"} <= facts.keys()


def test_two_builds_hold_the_same(small_catalogue, tmp_path):
    for name in ("one", "two"):
        pipeline.build(tmp_path / name / "jiko.db", catalogue=small_catalogue)
    assert content(tmp_path / "one" / "jiko.db") == content(tmp_path / "two" / "jiko.db")


def test_a_foreign_catalogue_builds_and_is_found(small_catalogue, tmp_path, kb):
    database = tmp_path / "db" / "jiko.db"
    assert kb("build", "--db", database, "--catalogue", small_catalogue).exit_code == 0
    result = kb("search", "海底ケーブル", "--db", database)
    assert "2003-04-05-c" in result.stdout.splitlines()[0]


def test_constraints_are_enforced(own_database):
    connection = sqlite3.connect(own_database)
    connection.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE incidents SET factor = 'weather'")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO measures (incident_id, document_id, position, text) VALUES ('nothing', 1, 1, 'x')")


def test_a_faulty_catalogue_leaves_the_old_database(own_database, tmp_path):
    before = own_database.read_bytes()
    write_incident(tmp_path / "faulty", "2001-01-01-x", "原因", factor="weather")
    with pytest.raises(CatalogueError, match="factor.*weather.*equipment"):
        pipeline.build(own_database, catalogue=tmp_path / "faulty")
    assert own_database.read_bytes() == before


def test_corrupt_yaml_names_file_and_line(own_database, tmp_path, kb):
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty" / "x.yml").write_text("id: [\n")
    before = own_database.read_bytes()
    result = kb("build", "--db", own_database, "--catalogue", tmp_path / "faulty")
    assert result.exit_code == 1
    assert "x.yml" in result.stderr and "line" in result.stderr and "Traceback" not in result.stderr
    assert own_database.read_bytes() == before


@pytest.mark.parametrize("moment", ["write_entry", "write_index", "default_embedding", "write_vectors", "versions"])
def test_an_interruption_leaves_the_old_database(moment, own_database, small_catalogue, monkeypatch):
    before = own_database.read_bytes()

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, moment, interrupt)
    with pytest.raises(KeyboardInterrupt):
        pipeline.build(own_database, catalogue=small_catalogue)
    assert own_database.read_bytes() == before
    assert not list(own_database.parent.glob(".*building*"))


def test_a_killed_build_leaves_the_old_database_and_the_next_one_sweeps(own_database, tmp_path):
    before = own_database.read_bytes()
    code = f"from pathlib import Path; from kb.building.build import build; build(Path({str(own_database)!r}))"
    for delay in (0.5, 1.0, 1.6, 2.2):
        process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        open_database(own_database).close()
    if own_database.read_bytes() != before:
        pytest.skip("this machine finished a build before the kill")
    write_incident(tmp_path / "tiny", "2001-01-01-x", "原因は不明である。")
    pipeline.build(own_database, catalogue=tmp_path / "tiny")
    assert not list(own_database.parent.glob(".*building*"))


def test_a_full_disk_says_so_and_leaves_the_old_database(own_database):
    """A limit on the size of files stands in for the end of the disk."""
    before = own_database.read_bytes()
    code = f"import sys; from kb.cli import main; sys.argv = ['kb', 'build', '--db', {str(own_database)!r}]; main()"

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    done = subprocess.run([sys.executable, "-c", code], preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1
    assert "unchanged" in done.stderr and "Traceback" not in done.stderr
    assert own_database.read_bytes() == before


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path, kb):
    (tmp_path / "file").write_text("in the way")
    result = kb("build", "--db", tmp_path / "file" / "jiko.db")
    assert result.exit_code == 1
    assert "--db" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_says_what_to_do(own_database, kb):
    own_database.parent.chmod(0o500)
    result = kb("build", "--db", own_database)
    own_database.parent.chmod(0o700)
    assert result.exit_code == 1 and "cannot be written" in result.stderr


def test_verification_refuses_an_incident_without_a_source(own_database):
    from kb.store.replacement import verify

    connection = sqlite3.connect(own_database)
    connection.execute("DELETE FROM incident_sources WHERE incident_id = '2018-12-06-softbank'")
    with pytest.raises(DatabaseError, match="without a source"):
        verify(connection, own_database)


def test_progress_is_lines_when_stderr_is_no_terminal(small_catalogue, tmp_path, kb):
    result = kb("build", "--db", tmp_path / "db" / "jiko.db", "--catalogue", small_catalogue)
    assert result.stdout == ""
    assert [line for line in result.stderr.splitlines() if line.endswith("…")] == ["catalogue …", "passages …", "vectors …", "precedents …"]


def test_progress_is_a_bar_a_step_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with reporter() as progress:
        progress("vectors", 0, 12)
        progress("vectors", 12, 12)
    shown = capsys.readouterr()
    assert "vectors" in shown.err and "12/12" in shown.err and shown.out == ""


@pytest.mark.parametrize(
    ("evidence", "passage"), [("二つ目", 2), ("全国で電話が止まった。二つ目の長い文", 2), ("全国で", 1), ("どこにもない", None)]
)
def test_evidence_is_tied_to_the_passage_that_holds_it_or_to_the_longest_of_those_it_holds(evidence, passage):
    assert passage_of(evidence, [(1, "全国で"), (2, "二つ目の長い文"), (3, "二つ目の長い文と、もう一つ")]) == passage


def test_nothing_lies_beside_the_database(small_catalogue, tmp_path):
    database = tmp_path / "db" / "jiko.db"
    pipeline.build(database, catalogue=small_catalogue)
    pipeline.build(database, catalogue=small_catalogue)
    assert list(database.parent.iterdir()) == [database]


@pytest.mark.parametrize("content", [b"just text, and more than a page of it\n" * 300, b"SQLite format 3\0" + b"\x01" * 5000])
def test_what_is_no_database_is_neither_searched_nor_overwritten(tmp_path, kb, content):
    path = tmp_path / "jiko.db"
    path.write_bytes(content)
    for arguments in (("build",), ("search", "輻輳"), ("ingest", path)):
        result = kb(*arguments, "--db", path)
        assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1 and str(path) in result.stderr and "move it away" in result.stderr
        assert path.read_bytes() == content


def test_a_database_of_another_program_is_not_overwritten(tmp_path, kb):
    path = tmp_path / "places.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE places (name TEXT)")
    before = path.read_bytes()
    for arguments in (("build",), ("search", "輻輳"), ("stats",), ("ingest", path)):
        result = kb(*arguments, "--db", path)
        assert result.exit_code == 1 and "not a database of jiko-kb" in result.stderr and len(result.stderr.splitlines()) == 1
    assert path.read_bytes() == before


def test_a_truncated_database_loses_nothing_more(own_database, kb):
    whole = own_database.read_bytes()
    own_database.write_bytes(whole[: len(whole) // 3])
    before = own_database.read_bytes()
    for arguments in (("search", "輻輳"), ("similar", "2018-12-06-softbank"), ("build",), ("ledger",)):
        result = kb(*arguments, "--db", own_database)
        assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1 and "Traceback" not in result.stderr
    assert own_database.read_bytes() == before


def test_a_newer_schema_is_refused_everywhere(own_database, kb):
    with sqlite3.connect(own_database) as connection:
        connection.execute("UPDATE builds SET value = ? WHERE key = 'schema'", [f"{NUMBER + 1}-00000000"])
    before = own_database.read_bytes()
    for arguments in (("build",), ("search", "輻輳"), ("stats",), ("ingest", own_database)):
        result = kb(*arguments, "--db", own_database)
        assert result.exit_code == 1 and "newer jiko-kb" in result.stderr and len(result.stderr.splitlines()) == 1
    assert own_database.read_bytes() == before


def test_an_empty_file_is_no_database_yet(small_catalogue, tmp_path, kb):
    path = tmp_path / "jiko.db"
    path.touch()
    assert "There is no database" in kb("search", "輻輳", "--db", path).stderr
    assert kb("build", "--db", path, "--catalogue", small_catalogue).exit_code == 0


def test_no_one_writes_while_a_build_replaces_the_file(own_database, small_catalogue, monkeypatch):
    def intrude(*args, **kwargs):
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite3.connect(own_database, timeout=0).execute("DELETE FROM incidents")
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "write_vectors", intrude)
    with pytest.raises(KeyboardInterrupt):
        pipeline.build(own_database, catalogue=small_catalogue)
    sqlite3.connect(own_database, timeout=0).execute("DELETE FROM incidents")


def test_a_copy_alone_in_a_folder_that_nobody_may_write_to_searches(own_database, kb):
    own_database.chmod(0o400)
    own_database.parent.chmod(0o500)
    try:
        moved = ("--db", own_database, "--json")
        assert "2018-12-06-softbank" in kb("search", "証明書の期限切れ", *moved).stdout
        assert kb("similar", "2018-12-06-softbank", *moved).exit_code == 0
    finally:
        own_database.parent.chmod(0o700)
    assert list(own_database.parent.iterdir()) == [own_database]
