"""The wheel carries the data and works outside the checkout: build, search, pages, without the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kb import __version__

pytest.importorskip("hatchling", reason="the wheel's backend is in the extra: pip install -c constraints.txt -e '.[test]'")
pytest.importorskip("build", reason="the wheel's builder is in the extra: pip install -c constraints.txt -e '.[test]'")

ROOT = Path(__file__).resolve().parent.parent
CARRIED = (
    "kb/_db/taxonomy.yml", "kb/_db/lexicon.yml", "kb/_db/carriers.yml", "kb/_db/thresholds.yml", "kb/_db/questions.yml", "kb/_db/tagging.yml", "kb/_db/metadata.yml",
    "kb/web/scores.json", "kb/__main__.py",
)  # fmt: skip
# Folders of the repository, file by file, and where they stand in the wheel.
FOLDERS = {
    "db/catalogue": "kb/_db/catalogue", "db/statistics": "kb/_db/statistics", "db/judgements": "kb/_db/judgements", "db/meetings": "kb/_db/meetings",
    "db/wordings": "kb/_db/wordings",
    "kb/search/weights": "kb/search/weights", "kb/web/templates": "kb/web/templates", "kb/web/static": "kb/web/static",
}  # fmt: skip
MAX_BYTES = 12 * 2**20


def run(*arguments: object, **options) -> str:
    """Run this Python with arguments; the output, or a failure that shows what was said."""
    done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which `kb` is the wheel's, unpacked by pip into a folder of its own."""
    target = tmp_path_factory.mktemp("installed")
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--target", target, wheel)
    environment = {key: value for key, value in os.environ.items() if key not in ("KB_DB", "PYTHONPATH")}
    return {**environment, "PYTHONPATH": str(target)}


@pytest.fixture(scope="module")
def elsewhere(installed: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder in which the wheel's `kb build` has run."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run("-m", "kb", "build", cwd=folder, env=installed)
    return folder


def test_the_wheel_carries_all_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert set(CARRIED) <= names, set(CARRIED) - names
    for source, place in FOLDERS.items():
        files = {f"{place}/{path.relative_to(ROOT / source).as_posix()}" for path in (ROOT / source).rglob("*") if path.is_file()}
        assert files and files <= names, (source, sorted(files - names)[:5])


def test_the_wheel_is_small_and_carries_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert wheel.stat().st_size <= MAX_BYTES
    assert {name.split("/")[0] for name in names} == {"kb", f"jiko_kb-{__version__}.dist-info"}
    assert not [name for name in names if name.endswith((".pyc", ".db")) or "/documents/" in name]


def test_it_runs_from_the_wheel_and_not_from_the_checkout(installed: dict[str, str], tmp_path: Path) -> None:
    place = run("-c", "import kb; print(kb.__file__)", cwd=tmp_path, env=installed).strip()
    assert Path(place).is_relative_to(installed["PYTHONPATH"])
    data = run("-c", "from kb.catalogue.place import *; print(data_directory()); print(metadata_file())", cwd=tmp_path, env=installed).split()
    assert all(Path(path).is_relative_to(installed["PYTHONPATH"]) and Path(path).exists() for path in data)


def test_build_and_search_outside_the_checkout(elsewhere: Path, installed: dict[str, str], database: Path) -> None:
    assert (elsewhere / "db" / "jiko.db").is_file()
    answer = json.loads(run("-m", "kb", "search", "証明書 期限切れ", "--json", cwd=elsewhere, env=installed))
    assert answer["hits"][0]["id"] == "2018-12-06-softbank"
    here = json.loads(run("-m", "kb", "search", "証明書 期限切れ", "--json", "--db", database, cwd=ROOT))
    assert [hit["id"] for hit in answer["hits"]] == [hit["id"] for hit in here["hits"]]


def test_the_console_script_is_the_same_program(elsewhere: Path, installed: dict[str, str]) -> None:
    script = Path(installed["PYTHONPATH"]) / "bin" / "kb"
    assert run(script, "--version", cwd=elsewhere, env=installed).strip() == f"kb, version {__version__}"


def test_datasette_serves_the_pages_outside_the_checkout(elsewhere: Path, installed: dict[str, str]) -> None:
    search = json.loads(run("-m", "datasette", "db/jiko.db", "--get", "/search.json?q=route+leak", cwd=elsewhere, env=installed))
    assert search["hits"][0]["id"] == "2017-08-25-google-route-leak"
    page = run("-m", "datasette", "db/jiko.db", "--get", "/about", cwd=elsewhere, env=installed)
    assert '<html lang="ja">' in page and "検索の精度" in page
    sheet = run("-m", "datasette", "db/jiko.db", "--get", "/-/static-plugins/jiko-kb/kb.css", cwd=elsewhere, env=installed)
    assert "prefers-color-scheme" in sheet
