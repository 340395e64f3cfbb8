"""Commands that read documents, and those that write and check records of the catalogue."""

from __future__ import annotations

from pathlib import Path

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option, emit, json_option
from kb.sources import KINDS

kind_option = click.option("--kind", type=click.Choice(KINDS), default="auto", show_default=True, help="What kind of document it is.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@kind_option
@click.option("--as-catalogue", is_flag=True, help="Print draft records in the catalogue's format, each value with its place in the document.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the draft: a file, or a folder for <id>.yml.")
@click.option("--against", metavar="ID", help="Compare with a held incident: what the document says otherwise, and what it adds.")
@database_option
@json_option
def parse(file: Path, kind: str, as_catalogue: bool, output: Path | None, against: str | None, database: Path | None, as_json: bool) -> None:
    """Show what would be read from a document, and what would not; changes nothing."""
    from kb.building.documents import Context
    from kb.building.reading import read_file
    from kb.cli import printing
    from kb.sources.serialise import report_as_json

    if as_catalogue and (as_json or against):
        raise click.UsageError("--as-catalogue prints YAML: leave out --json and --against.")
    if output and not as_catalogue:
        raise click.UsageError("-o is for --as-catalogue: what is read goes to stdout.")
    context = Context.load()
    document, report = read_file(file, kind, context.thresholds)
    if as_catalogue:
        from kb.building.drafting import drafts, place_record

        found = drafts(document, report, context.carriers)
        if output is None:
            return click.echo("---\n".join(text for _, text in found), nl=False)
        for incident_id, text in found:
            click.echo(f"Wrote {place_record(text, incident_id, output)}", err=True)
        return None
    answer = report_as_json(report)
    if against:
        from kb.building.comparing import compared
        from kb.store.reader import open_database

        answer["against"] = compared(open_database(database or default_database()), report, against, context)
    if as_json:
        return emit(answer)
    printing.report(answer)
    if against:
        printing.comparison(answer["against"])


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@kind_option
@database_option
@json_option
def ingest(files: tuple[Path, ...], kind: str, database: Path | None, as_json: bool) -> None:
    """Read documents into the database, all or nothing a file; the originals are kept in it."""
    from kb.building.ingest import ingest as read_in
    from kb.cli import printing

    answer = [done.as_json() for done in read_in(database or default_database(), files, kind, lambda line: click.echo(line, err=True))]
    emit({"files": answer}) if as_json else printing.ingested(answer)


@click.command()
@click.option("--carrier", metavar="NAME", help="Who had the accident, as it calls itself.")
@click.option("--date", metavar="DATE", help="When it began: 2024-05-01, or 2024-05-01T10:30+09:00.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file, or a folder for <id>.yml [default: stdout].")
def new(carrier: str | None, date: str | None, output: Path | None) -> None:
    """Write an empty record of the catalogue with every key explained."""
    from kb.building.drafting import empty_record, place_record

    incident_id, text = empty_record(carrier, date)
    if output is None:
        return click.echo(text, nl=False)
    click.echo(f"Wrote {place_record(text, incident_id, output)}", err=True)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@json_option
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check records of the catalogue (our own when no FILE or folder is given): file, line, field, value, and what is allowed."""
    from kb.building.checking import check_records

    checked, problems = check_records(files)
    if as_json:
        emit({"records": checked, "problems": [problem.as_json() for problem in problems]})
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{checked} records, {len(problems)} problems", err=True)
    if problems:
        context.exit(1)
