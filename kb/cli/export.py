"""The command `kb export`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["csv", "json", "parquet"]), default="csv", show_default=True, help="json writes JSON lines and their JSON Schemas; parquet wants the extra \"parquet\".")
@database_option
def export(folder: Path, form: str, database: Path | None) -> None:
    """Write every table to a folder, with a datapackage.json (Frictionless) that names types, units, keys and licence."""
    from kb.reports.export.writing import export as write
    from kb.store.reader import open_database

    with closing(open_database(database or default_database())) as connection:
        done = write(connection, folder, form)
    click.echo(f"Wrote {done.tables} tables with {done.rows:,} rows to {done.folder}.", err=True)
