"""The command line: parse arguments, call one function, print. Japanese questions in, English messages around them."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kb import __version__
from kb.catalogue.place import default_database, place_of_database
from kb.cli.assistants import mcp
from kb.cli.brief import brief
from kb.cli.documents import check, ingest, new, parse
from kb.cli.export import export
from kb.cli.options import database_option, emit, json_option
from kb.cli.reports import classify, ledger, recurrences, stats
from kb.cli.tags import tag
from kb.errors import KbError

ORDER = ("build", "serve", "search", "similar", "brief", "recurrences", "stats", "parse", "ingest", "new", "check", "ledger", "classify", "tag", "evaluate", "train", "export", "mcp")


class Group(click.Group):
    """Lists commands in the order in which one meets them, and turns a KbError into one line and exit status 1."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands' names in the order of ORDER."""
        return [name for name in ORDER if name in self.commands]

    def invoke(self, context: click.Context) -> Any:
        """Run the command. Raises ClickException for what the user can put right."""
        try:
            return super().invoke(context)
        except KbError as error:
            raise click.ClickException(str(error)) from error
        except sqlite3.DatabaseError as error:  # found in the middle of an answer
            raise click.ClickException(f"The database cannot be read any further ({error}): it is damaged or in use; run `kb build`, or name another one with --db.") from error


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kb")
def main() -> None:
    """Telecom accidents of Japan: search them, find precedents, and read official reports into the knowledge base."""


@main.command()
@database_option
@click.option("--catalogue", type=click.Path(path_type=Path), help="A folder of incidents in the catalogue's format [default: our own].")
@click.option("--model", metavar="NAME_OR_DIR", help="A sentence-transformers model for the vectors [default: fitted to the texts].")
def build(database: Path | None, catalogue: Path | None, model: str | None) -> None:
    """Build the database; the old one is replaced only by a whole new one."""
    from kb.building import build as pipeline
    from kb.cli.progress import reporter

    with reporter() as progress:
        built = pipeline.build(place_of_database(database, building=True).path, catalogue=catalogue, model=model, progress=progress)
    click.echo(f"Built {built.path}: {built.incidents} incidents, {built.passages} passages, {built.documents} documents, vectors by {built.embedding}.", err=True)
    if built.note:
        click.echo(built.note, err=True)


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """The filters that `kb search` shares with the search page."""
    for option in (
        click.option("--official", is_flag=True, help="Only accidents reported to the ministry as serious (重大な事故)."),
        click.option("--factor", type=click.Choice(["equipment", "human", "external", "other"]), help="The ministry's factor."),
        click.option("--measure", "measures", multiple=True, metavar="TAG", help="Only with this measure; may be repeated."),
        click.option("--cause", "causes", multiple=True, metavar="TAG", help="Only with this trigger, mechanism or prolonging tag; may be repeated."),
        click.option("--fy", metavar="FROM-TO", help="Fiscal years, such as 2015, 2015-2019, 2015- or -2019."),
        click.option("--carrier", "carriers", multiple=True, metavar="NAME", help="Carrier or group, former names included; may be repeated."),
    ):
        command = option(command)
    return command


def fiscal_years(value: str | None) -> tuple[int | None, int | None]:
    """ "2015-2019", "2015-", "-2019" or "2015" → (from, to)."""
    if not value:
        return None, None
    first, dash, last = value.partition("-")
    try:
        start = int(first) if first else None
        end = (int(last) if last else None) if dash else start
    except ValueError:
        raise click.BadParameter(f"{value!r} is no range of fiscal years: write 2015, 2015-2019, 2015- or -2019.", param_hint="--fy") from None
    if start is not None and end is not None and start > end:
        raise click.BadParameter(f"{value!r} ends before it begins: write {end}-{start}.", param_hint="--fy")
    return start, end


@main.command()
@click.argument("query", default="")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many incidents.")
@click.option("--mode", type=click.Choice(["hybrid", "keyword", "semantic"]), default="hybrid", show_default=True)
@filter_options
@click.option("--off", multiple=True, metavar="KIND:WORDS", help="A condition read in the query that is none, such as date:2015; may be repeated.")
@click.option("--soft", multiple=True, metavar="KIND:WORDS", help="A condition that must leave nothing out; may be repeated.")
@click.option("--explain", is_flag=True, help="Show how each score came about.")
@database_option
@json_option
def search(
    query: str, limit: int, mode: str, carriers: tuple[str, ...], fy: str | None, causes: tuple[str, ...], measures: tuple[str, ...], factor: str | None,
    official: bool, off: tuple[str, ...], soft: tuple[str, ...], explain: bool, database: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Find incidents by symptom, planned work, cause or measure, in Japanese or English."""
    from kb.cli import printing
    from kb.reports import meetings
    from kb.search.as_json import result_json
    from kb.search.corpus import Corpus
    from kb.search.filters import Filters
    from kb.search.ranking import search as find
    from kb.store.reader import open_database

    path = database or default_database()
    filters = Filters(carriers, fiscal_years(fy), causes, measures, (), factor, official)
    connection = open_database(path)
    result = find(connection, Corpus(connection), query, filters=filters, mode=mode, limit=limit, switched_off=frozenset(off), soft=frozenset(soft))
    answer = result_json(connection, result, explain=explain) | {"meetings": meetings.find(connection, query)}
    emit(answer) if as_json else printing.hits(answer)


@main.command()
@click.argument("source", metavar="ID_OR_FILE_OR_-")
@click.option("-n", "--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many incidents.")
@click.option("--axis", type=click.Choice(["all", "trigger", "mechanism", "equipment", "measure"]), default="all", show_default=True)
@click.option("--other-carriers", is_flag=True, help="Only accidents of other carriers.")
@click.option("--explain", is_flag=True, help="Show how each score came about.")
@database_option
@json_option
def similar(source: str, limit: int, axis: str, other_carriers: bool, explain: bool, database: Path | None, as_json: bool) -> None:
    """Find precedents of an incident (its id), of a draft report (a file), or of text on stdin (-)."""
    from kb.cli import printing
    from kb.search import similar as precedents
    from kb.search.corpus import Corpus
    from kb.store.reader import open_database

    path = database or default_database()
    connection = open_database(path)
    corpus = Corpus(connection)
    text = sys.stdin.buffer.read() if source == "-" else None
    result = precedents.of(connection, corpus, source, stdin=text, axis=axis, other_carriers=other_carriers, limit=limit, explain=explain)
    answer = precedents.result_json(connection, result, explain=explain)
    emit(answer) if as_json else printing.hits(answer)


@main.command()
@click.argument("judgements", required=False, type=click.Path(path_type=Path))
@click.option("--tags", is_flag=True, help="Measure the tagger; takes a minute.")
@click.option("--mode", type=click.Choice(["hybrid", "keyword", "semantic"]), default="hybrid", show_default=True)
@click.option("--compare", type=click.Choice(["hybrid", "keyword", "semantic"]), help="Another mode, tested against --mode query by query.")
@click.option("--everything", is_flag=True, help="Count incidents that came after the judgements, which nobody judged, as not relevant.")
@database_option
@json_option
def evaluate(judgements: Path | None, tags: bool, mode: str, compare: str | None, everything: bool, database: Path | None, as_json: bool) -> None:
    """Measure search on judged queries (or precedents of judged anchors): nDCG@10, Recall@5, MRR@10, success@1.

    With --tags, measure the tagger instead: F1 per axis against the curated tags, one fiscal year left out at a time.
    """
    from kb.building.proposals import evaluated_tags
    from kb.cli import printing
    from kb.search import evaluation, judged
    from kb.search.corpus import Corpus
    from kb.store.reader import open_database

    if tags:
        found = evaluated_tags()
        return emit(found) if as_json else printing.tag_scores(found)
    if judgements is None:
        raise click.UsageError("Name a JSONL file of judged queries, such as db/judgements/test.jsonl, or give --tags.")
    path = database or default_database()
    given = evaluation.load_judgements(judgements)
    if compare and any(judgement.anchor for judgement in given):
        raise click.UsageError(f"--compare is for queries: {judgements.name} holds anchors, and precedents have no modes.")
    connection = open_database(path)
    printing.unknown_incidents(judged.unknown_incidents(connection, given))
    corpus = Corpus(connection)
    scores = evaluation.score(given, judged.ranker(connection, corpus, mode, everything=everything))
    answer: dict[str, Any] = {"judgements": judgements.name, "mode": mode, "kinds": evaluation.summary(given, scores), "comparison": None}
    if compare:
        other = evaluation.score(given, judged.ranker(connection, corpus, compare, everything=everything))
        kinds = {kind: found.as_json() for kind, found in evaluation.comparison(given, scores, other).items()}
        answer["comparison"] = {"mode": compare, "kinds": kinds}
    emit(answer) if as_json else printing.evaluation(answer)


@main.command()
@click.option("-p", "--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; others than your machine's own let other people in.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes answer; no more than cores.")
@database_option
@click.pass_context
def serve(context: click.Context, port: int, host: str, workers: int, database: Path | None) -> None:
    """Serve the knowledge base in the browser; builds the database first if it is missing."""
    from kb.cli import serving

    place = place_of_database(database)
    with serving.bound(host, port) as listening:
        if not place.path.is_file():
            click.echo(f"There is no database yet at {place.path} ({place.reason}): building it.", err=True)
            context.invoke(build, database=place.path, catalogue=None, model=None)
        serving.serve(place, listening, host, workers)


@main.command()
@click.option("--output", type=click.Path(path_type=Path), help="Where to write the model's folder [default: into the package].")
def train(output: Path | None) -> None:
    """Train the embedding that ships with the package anew; wants the extra "train" and about a minute."""
    from kb.building import training

    click.echo(f"Trained {training.replace_model(output)}", err=True)


for command in (brief, recurrences, stats, ledger, classify, tag, parse, ingest, new, check, export, mcp):
    main.add_command(command)
