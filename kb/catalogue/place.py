"""Where the project's own data lies: `db/` in a checkout, `kb/_db/` in an installed wheel."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent  # kb/


def data_directory() -> Path:
    """The folder with `catalogue/`, `statistics/` and the YAML files of knowledge."""
    packaged = _PACKAGE / "_db"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "db"


def metadata_file() -> Path:
    """Datasette's metadata.yml, which the plugin and `kb serve` share."""
    packaged = _PACKAGE / "_db" / "metadata.yml"
    return packaged if packaged.is_file() else _PACKAGE.parent / "metadata.yml"


@dataclass(frozen=True)
class Place:
    """The database that a command uses: its absolute path, and in English why it is this one."""

    path: Path
    reason: str


def place_of_database(named: Path | None = None, *, building: bool = False) -> Place:
    """What `--db` names; else `$KB_DB`; else `db/jiko.db` below the current folder, where it stands or belongs; else in the user's data folder.

    It belongs below a folder with a catalogue, and wherever `kb build` is called. No other command makes a second base by the way: whoever
    has none below the current folder uses the one in the data folder.
    """
    if named is not None:
        return Place(named.absolute(), "named by --db")
    if variable := os.environ.get("KB_DB"):
        return Place(Path(variable).absolute(), "named by $KB_DB")
    here = Path("db") / "jiko.db"
    if here.exists() or building:
        return Place(here.absolute(), "db/jiko.db below the current folder")
    if (here.parent / "catalogue").is_dir():
        return Place(here.absolute(), "db/jiko.db below the current folder, which has a catalogue")
    return Place(Path(platformdirs.user_data_dir("jiko-kb")) / "jiko.db", "in your data folder, since there is no db/jiko.db below the current folder")


def default_database() -> Path:
    """The database that a command reads when none is named."""
    return place_of_database().path
