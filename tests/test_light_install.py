"""Without the extra `models` everything runs but `--model`, which says what to install."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What the extra brings. Their finder comes first, so that it is as if they were not installed.
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "transformers", "sentence_transformers", "huggingface_hub"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from kb.cli import main
main(sys.argv[1:], prog_name="kb")
"""


def light(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", WITHOUT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("light") / "jiko.db"
    done = light("build", "--db", path)
    assert done.returncode == 0 and "jiko-static" in done.stderr, done.stderr
    return path


def test_search_and_precedents_need_no_torch(built: Path) -> None:
    found = json.loads(light("search", "thundering herd", "--json", "--db", built).stdout)
    assert found["hits"] and any(why["by"] == "semantic" or why["text"] for hit in found["hits"] for why in hit["why"])
    assert json.loads(light("similar", "2018-12-06-softbank", "--json", "--db", built).stdout)["hits"]


def test_a_document_is_taken_in_without_torch(built: Path) -> None:
    sample = next(path for path in sorted((ROOT / "tests" / "samples").rglob("*.txt")))
    done = light("ingest", sample, "--db", built)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr


def test_a_model_of_another_kind_says_what_to_install(built: Path, tmp_path: Path) -> None:
    done = light("build", "--model", "someone/some-model", "--db", tmp_path / "other.db")
    assert done.returncode == 1 and "jiko-kb[models]" in done.stderr and len(done.stderr.strip().splitlines()[-1:]) == 1
    assert "Traceback" not in done.stderr and not (tmp_path / "other.db").exists()


def test_the_base_package_names_nothing_that_brings_torch() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    base = re.search(r"^dependencies = \[(.*?)^\]", text, re.M | re.S)[1]
    extra = re.search(r"^models = \[(.*?)^\]", text, re.M | re.S)[1]
    names = {re.match(r"[\w-]+", name)[0] for name in re.findall(r'"([^"]+)"', base)}
    assert names and not names & {"torch", "transformers", "sentence-transformers", "accelerate", "datasets"} and "sentence-transformers" in extra
