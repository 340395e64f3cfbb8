"""Options and output that several commands share."""

from __future__ import annotations

import json
from pathlib import Path

import click


def _absolute(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    """Messages name whole paths, so that they can be read in another folder."""
    return None if value is None else value.absolute()


database_option = click.option(
    "--db", "database", type=click.Path(path_type=Path), default=None, callback=_absolute,
    help="The database [default: $KB_DB, db/jiko.db below the current folder, or jiko.db in your data folder].",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")


def emit(value: object) -> None:
    """Print one JSON document to stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
