"""Commands that report on the whole: recurrences, counts, the ledger, and the reporting rules."""

from __future__ import annotations

import re
from pathlib import Path

import click

from kb.catalogue.place import data_directory, default_database
from kb.cli.options import database_option, emit, json_option

# What --duration and --users take: a whole value and nothing beside it, so that a slip is not read in part.
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_DURATION = re.compile(rf"\d+:[0-5]\d|(?:{_NUMBER}\s*(?:週間|日間?|時間半?|分間?|秒間?|hr|min|sec|[dhms])\s*)+", re.IGNORECASE)
_USERS = re.compile(rf"(?:{_NUMBER}[億万千百]*)(?:\d+)?(?:人|回線|契約)?")


@click.command()
@click.option("--carrier", metavar="NAME", help="Carrier or group, former names included [default: all].")
@database_option
@json_option
def recurrences(carrier: str | None, database: Path | None, as_json: bool) -> None:
    """Show measures with later accidents of the same carrier and cause, and what has held so far."""
    from kb.cli import printing_reports
    from kb.reports import recurrence
    from kb.store.reader import open_database

    answer = recurrence.recurrences(open_database(database or default_database()), carrier)
    emit(answer) if as_json else printing_reports.recurrences(answer)


@click.command()
@click.option("--by", type=click.Choice(["fy", "factor", "carrier", "cause", "measure", "meeting"]), default="fy", show_default=True)
@database_option
@json_option
def stats(by: str, database: Path | None, as_json: bool) -> None:
    """Count accidents beside the official figures; comparisons across a change of the reporting rule are annotated."""
    from kb.cli import printing_reports
    from kb.reports import statistics
    from kb.store.reader import open_database

    answer = statistics.counts(open_database(database or default_database()), by)
    emit(answer) if as_json else printing_reports.statistics(answer)


@click.command()
@database_option
@json_option
def ledger(database: Path | None, as_json: bool) -> None:
    """Show which documents were read, what in them was not understood, and which fiscal years lack accidents."""
    from kb.cli import printing_reports
    from kb.reports import ledger as report
    from kb.store.reader import open_database

    answer = report.ledger(open_database(database or default_database()))
    emit(answer) if as_json else printing_reports.ledger(answer)


def _minutes(context: click.Context, parameter: click.Parameter, value: str) -> int:
    from kb.japanese.quantities import parse_duration
    from kb.japanese.text import nfkc

    text = nfkc(value).strip()
    read = parse_duration(text) if _DURATION.fullmatch(text) else None
    if read is None:
        raise click.BadParameter(f"{value!r} is no duration: write 1h40m, 100m, 1:40 or 1時間40分.")
    return read.minutes


def _users(context: click.Context, parameter: click.Parameter, value: str) -> int:
    from kb.japanese.quantities import parse_count
    from kb.japanese.text import nfkc

    text = nfkc(value).strip()
    read = parse_count(text) if _USERS.fullmatch(text) else None
    if read is None:
        raise click.BadParameter(f"{value!r} is no number of users: write 324000 or 32.4万.")
    return read.value


def _date(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from kb.errors import KbError
    from kb.sources.moments import days_of

    if value is not None:
        try:
            days_of(value)
        except KbError as error:
            raise click.BadParameter(str(error)) from error
    return value


@click.command()
@click.option("--service", required=True, type=click.IntRange(1, 4), help="1 voice with emergency calls, 2 other voice, 3 free internet services, 4 others.")
@click.option("--duration", required=True, callback=_minutes, metavar="TIME", help="Such as 1h40m or 1時間40分.")
@click.option("--users", required=True, callback=_users, metavar="NUMBER", help="Such as 324000 or 32.4万.")
@click.option("--date", callback=_date, metavar="DATE", help="Day of the accident, such as 2016-03-11 [default: the newest rule].")
@json_option
def classify(service: int, duration: int, users: int, date: str | None, as_json: bool) -> None:
    """Is it a serious accident (重大な事故) under the rule in force that day, and under the others?"""
    from kb.cli import printing_reports
    from kb.knowledge.reporting_rules import judgement as thresholds

    rules = thresholds.load_thresholds(data_directory() / "thresholds.yml")
    answer = thresholds.classification_json(thresholds.classify(rules, service, duration, users, date))
    emit(answer) if as_json else printing_reports.classification(answer)
