"""`kb serve`: which database, which port, and what it says."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kb.catalogue.place import place_of_database
from kb.cli import serving


@pytest.fixture
def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(database: Path, port: int, *options: str):
    """The lines that a running `kb serve` printed until it named its address."""
    command = [sys.executable, "-m", "kb", "serve", "--db", str(database), "-p", str(port), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "http://" in line:
                break
        yield lines
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(20)
        process.stderr.close()


def ask(port: int, path: str) -> tuple[int, dict[str, str]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as response:
        return response.status, {name.casefold(): value for name, value in response.headers.items()}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_address_is_printed_when_it_can_be_asked(database: Path, free_port: int, workers: str) -> None:
    with served(database, free_port, "--workers", workers) as lines:
        status, headers = ask(free_port, "/search.json?q=route+leak")  # at once: the system holds connections while it starts
        assert status == 200 and headers["etag"].startswith('W/"')
        assert f"Serving {database} (named by --db)." in "".join(lines)


def test_a_busy_port_is_named_with_what_to_do(kb, database: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = kb("serve", "--db", database, "-p", port)
    assert result.exit_code == 1 and f"Port {port}" in result.stderr and "-p" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1 and "http://" not in result.stderr


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_refused(kb, database: Path, host: str) -> None:
    result = kb("serve", "--db", database, "--host", host, "-p", 8765)
    assert result.exit_code == 1 and host in result.stderr and "--host" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("localhost", False), ("::1", False), ("0.0.0.0", True), ("192.168.1.5", True), ("::", True)])
def test_listening_beyond_this_machine_is_warned_of(monkeypatch, capsys, database: Path, host: str, warned: bool) -> None:
    import uvicorn

    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets=None: None)
    monkeypatch.setenv(serving.SERVED, "")
    with closing(serving.bound("127.0.0.1", 0)) as listening:
        serving.serve(place_of_database(database), listening, host, 1)
    assert ("Warning" in capsys.readouterr().err) is warned


def test_a_database_that_cannot_be_served_is_named_before_an_address(kb, tmp_path: Path, free_port: int) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    result = kb("serve", "--db", path, "-p", free_port)
    assert result.exit_code == 1 and str(path) in result.stderr and "http://" not in result.stderr


def test_which_database_and_why(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("KB_DB", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.chdir(tmp_path)
    found = place_of_database()
    assert found.path.is_absolute() and found.path.name == "jiko.db" and tmp_path / "db" not in found.path.parents and "data folder" in found.reason
    assert place_of_database(building=True).path == tmp_path / "db" / "jiko.db"
    (tmp_path / "db" / "catalogue").mkdir(parents=True)
    assert place_of_database().path == tmp_path / "db" / "jiko.db" and "catalogue" in place_of_database().reason
    monkeypatch.setenv("KB_DB", "mine.db")
    assert place_of_database() == type(found)(tmp_path / "mine.db", "named by $KB_DB")
    assert place_of_database(Path("given.db")) == type(found)(tmp_path / "given.db", "named by --db")


def test_serving_in_another_folder_makes_no_second_base_there(kb, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("KB_DB", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    result = kb("search", "輻輳")
    assert result.exit_code == 1 and str(tmp_path / "share") in result.stderr
    assert not list((tmp_path / "work").iterdir())
