"""The address of a style sheet, which changes with its content so that browsers may keep it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@cache
def stylesheet(name: str = "kb.css") -> str:
    """Datasette serves `static/` of a plugin under the name of its distribution."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/-/static-plugins/jiko-kb/{name}?v={digest}"
