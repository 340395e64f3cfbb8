"""Options and output that several commands share."""

from __future__ import annotations

import json
from pathlib import Path

import click

database_option = click.option(
    "--db", "database", type=click.Path(path_type=Path), default=None, help="The database [default: $KB_DB or db/jiko.db]."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")


def emit(value: object) -> None:
    """Print one JSON document to stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
