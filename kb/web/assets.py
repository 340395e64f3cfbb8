"""The address of the style sheet, which changes with its content so that browsers may keep it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Datasette serves `static/` of a plugin under the name of its distribution."""
    digest = hashlib.sha256((STATIC / "kb.css").read_bytes()).hexdigest()[:12]
    return f"/-/static-plugins/jiko-kb/kb.css?v={digest}"
