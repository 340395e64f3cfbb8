"""The command `kb brief`: from an incident, a document or a saved case to a paper."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.catalogue.place import default_database
from kb.cli.options import database_option, json_option

if TYPE_CHECKING:
    from kb.search.corpus import Corpus

FORMATS = ("md", "html", "docx", "csv", "json")
SUFFIXES = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".docx": "docx", ".csv": "csv", ".json": "json"}


def _format(form: str | None, output: Path | None, as_json: bool) -> str:
    """The format asked for by --format, --json or the suffix of -o; Markdown otherwise."""
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json and --format {form} contradict each other: give one of them.")
    implied = SUFFIXES.get(output.suffix.casefold()) if output is not None else None
    if output is not None and implied is None and form is None and not as_json:
        raise click.UsageError(f"The name {output.name} does not tell the format: end it in .docx, .html, .md, .csv or .json, or give --format.")
    found = "json" if as_json else form or implied or "md"
    if found == "docx" and output is None:
        raise click.UsageError("A Word document is a file: say where it goes, such as -o brief.docx.")
    return found


@click.command()
@click.argument("source", metavar="ID_OR_FILE_OR_-")
@click.option("--format", "form", type=click.Choice(FORMATS), help="What to write [default: as the name after -o ends, else md].")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; text goes to stdout without it.")
@click.option("--carrier", metavar="NAME", help="The company of a draft that names none, or another one than was read.")
@click.option("--other-carriers", is_flag=True, help="Precedents of other companies first.")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1, 100), help="How many precedents, and at most of anything else.")
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", show_default=True, help="Language of headings and labels.")
@database_option
@json_option
def brief(
    source: str, form: str | None, output: Path | None, carrier: str | None, other_carriers: bool, limit: int, lang: str, database: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write the hearing pack of an incident (its id), a report (a file), text on stdin (-) or a saved case (case.json)."""
    from kb.reports.papers.rendering import rendered
    from kb.reports.papers.saving import save
    from kb.search.corpus import Corpus
    from kb.store.reader import open_database

    chosen = _format(form, output, as_json)
    path = database or default_database()
    connection = open_database(path)
    corpus = Corpus(connection)
    found, notices = _answered(connection, corpus, source, carrier, other_carriers, limit, lang)
    for notice in notices:
        click.echo(notice, err=True)
    content = rendered(found, chosen, lang=lang, notices=notices)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        save(output, content)
        click.echo(f"Wrote {output}: {len(found['precedents'])} precedents, {len(found['questions'])} questions.", err=True)


def _answered(
    connection: sqlite3.Connection, corpus: Corpus, source: str, carrier: str | None, other_carriers: bool, limit: int, lang: str
) -> tuple[dict[str, Any], list[str]]:
    """(the brief, what the reader should know of how it came about). Raises KbError."""
    from kb.errors import NotFoundError
    from kb.formats.document import document_from_bytes, read_document
    from kb.reports.brief import of_incident
    from kb.reports.papers import cases
    from kb.reports.papers.completion import completed
    from kb.reports.papers.drafts import Corrections, of_document

    if source == "-":
        document = document_from_bytes(sys.stdin.buffer.read(), "stdin")
    elif connection.execute("SELECT 1 FROM incidents WHERE id = ?", [source]).fetchone():
        if carrier is not None:
            raise click.UsageError(f"--carrier is for drafts: {source} is held with its companies.")
        return completed(connection, of_incident(connection, corpus, source, other_carriers=other_carriers, limit=limit)), []
    elif not Path(source).is_file():
        raise NotFoundError(
            f"There is neither an incident nor a file {source!r}: give an id as `kb search` shows it, a report's file, a saved case, or - for stdin."
        )
    elif Path(source).suffix.casefold() == ".json":
        case = cases.opened(_bytes(Path(source)), Path(source).name)
        told = cases.since(connection, corpus, case)
        return {**case, "since": told}, cases.notices(told, case, lang)
    else:
        document = read_document(Path(source))
    found = of_document(connection, corpus, document, corrections=Corrections(carrier=carrier), other_carriers=other_carriers, limit=limit)
    accidents = found["given"]["accidents"]
    notices = [f"{document.name} tells of {accidents} accidents: this is the first, {found['subject']['title']}."] if accidents > 1 else []
    return completed(connection, found), notices


def _bytes(path: Path) -> bytes:
    from kb.errors import DocumentError

    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path.name}: cannot be read ({error.strerror}); check the path") from error
