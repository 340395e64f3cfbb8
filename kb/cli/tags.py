"""`kb tag`: which tags the tagger proposes, and why."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option, emit, json_option


@click.command()
@click.argument("source", metavar="ID_OR_FILE_OR_-")
@database_option
@json_option
def tag(source: str, database: Path | None, as_json: bool) -> None:
    """Propose tags for an incident (its id), a document (a file) or text on stdin (-), each with its evidence, method, confidence and reason."""
    from kb.building.proposals import proposals
    from kb.cli import printing
    from kb.store.reader import open_database

    path = database or default_database()
    stdin = sys.stdin.buffer.read() if source == "-" else None
    needed = stdin is None and not Path(source).is_file()
    found = proposals(open_database(path) if needed else None, source, stdin)
    emit({"incidents": found}) if as_json else printing.proposals(found)
