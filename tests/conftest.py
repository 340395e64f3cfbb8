"""Shared fixtures: one build of the whole catalogue a session, and a small foreign catalogue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from kb.building.build import build
from kb.search.corpus import Corpus
from kb.store.reader import open_database

# The gate answers the same for the same code; `pytest --hypothesis-profile=search` looks for new counterexamples.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile("gate")

SMALL = {
    "2001-02-03-a": "認証サーバの証明書が期限切れとなり、全国で接続できなくなった。",
    "2002-03-04-b": "予備系への切替えに失敗し、音声通話が停止した。",
    "2003-04-05-c": "地震により海底ケーブルが切断された。",
}


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `jiko.db`, built from our own catalogue. Only to be read."""
    folder = tmp_path_factory.mktemp("built")
    build(folder / "jiko.db")
    return folder


@pytest.fixture
def database(built_folder: Path) -> Path:
    """The shared database: read it only."""
    return built_folder / "jiko.db"


@pytest.fixture
def own_database(built_folder: Path, tmp_path: Path) -> Path:
    """A copy of the database, alone in a folder, that a test may change."""
    (tmp_path / "own").mkdir()
    shutil.copy(built_folder / "jiko.db", tmp_path / "own")
    return tmp_path / "own" / "jiko.db"


@pytest.fixture
def connection(database: Path):
    opened = open_database(database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus(built_folder: Path) -> Corpus:
    opened = open_database(built_folder / "jiko.db")
    yield Corpus(opened)
    opened.close()


def write_incident(folder: Path, identifier: str, cause: str, **fields: str) -> Path:
    """Write a catalogue file with the required fields; `fields` are added as they stand in YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {"id": f'"{identifier}"', "title": f"事故 {identifier}", "carriers": "[架空通信株式会社]", "cause": f'"{cause}"', **fields}
    path = folder / f"{identifier}.yml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), encoding="utf-8")
    return path


@pytest.fixture
def small_catalogue(tmp_path: Path) -> Path:
    """Three made-up incidents, for tests that build."""
    folder = tmp_path / "catalogue"
    for identifier, cause in SMALL.items():
        write_incident(folder, identifier, cause)
    return folder


@pytest.fixture
def kb():
    """Run the command line: `kb("search", "輻輳")` → click's result, stdout and stderr apart."""
    from kb.cli import main

    def run(*arguments: object, **options: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)

    return run
