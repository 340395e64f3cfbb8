"""`kb tag`: which tags the tagger proposes, and why."""

from __future__ import annotations

from pathlib import Path

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option, emit, json_option


@click.command()
@click.argument("source", metavar="ID_OR_FILE")
@database_option
@json_option
def tag(source: str, database: Path | None, as_json: bool) -> None:
    """Propose tags for an incident or a document, each with its evidence, method, confidence and reason."""
    from kb.building.proposals import proposals
    from kb.cli import printing
    from kb.store.reader import open_database

    path = database or default_database()
    needed = not Path(source).is_file()
    found = proposals(open_database(path) if needed else None, source)
    emit({"incidents": found}) if as_json else printing.proposals(found)
