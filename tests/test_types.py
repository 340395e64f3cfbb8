"""The package is fully typed, and written to the style that pyproject.toml names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXTRA = "it is in the extra: pip install -c constraints.txt -e '.[test]'"


def said(*arguments: str) -> tuple[int, str]:
    """(exit status, output) of a module of this Python, run in the checkout with its settings."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_types_hold() -> None:
    """Slow only on the first run: what has not changed is kept in .mypy_cache."""
    pytest.importorskip("mypy", reason=EXTRA)
    status, output = said("mypy", "kb")
    assert status == 0, output


def test_style_holds() -> None:
    pytest.importorskip("ruff", reason=EXTRA)
    status, output = said("ruff", "check", "kb", "tests", "bench", "docs")
    assert status == 0, output
