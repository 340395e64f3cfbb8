"""Where the project's own data lies: `db/` in a checkout, `kb/_db/` in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent  # kb/


def data_directory() -> Path:
    """The folder with `catalogue/`, `statistics/` and the YAML files of knowledge."""
    packaged = _PACKAGE / "_db"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "db"


def metadata_file() -> Path:
    """Datasette's metadata.yml, which the plugin and `kb serve` share."""
    packaged = _PACKAGE / "_db" / "metadata.yml"
    return packaged if packaged.is_file() else _PACKAGE.parent / "metadata.yml"


def default_database() -> Path:
    """`$KB_DB`, else `db/jiko.db` below the current folder."""
    return Path(os.environ.get("KB_DB") or Path("db") / "jiko.db")
