"""The commands of reports: JSON alone on stdout, text for people, exit status 2 for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kb.cli import reports as commands
from kb.cli.options import emit
from kb.cli.printing_reports import table


@pytest.fixture
def run(kb):
    """The commands as the group `kb` runs them, whether or not it lists them yet."""
    from kb.cli import main

    for command in (commands.recurrences, commands.stats, commands.ledger, commands.classify):
        main.add_command(command)
    return kb


def read(result: Result) -> dict:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_classify_as_the_ministry_did(run) -> None:
    answer = read(run("classify", "--service", 2, "--duration", "1h40m", "--users", "324000", "--date", "2016-03-11", "--json"))
    assert (answer["serious"], answer["rule_in_force"], answer["duration_minutes"]) == (True, "four-classes", 100)
    assert {verdict["rule"]: verdict["serious"] for verdict in answer["verdicts"]}["uniform"] is False


@pytest.mark.parametrize(("duration", "minutes"), [("1時間40分", 100), ("1:40", 100), ("100m", 100), ("２ｈ", 120), ("2時間半", 150), ("1d 2h", 1560)])
def test_durations_as_people_write_them(run, duration: str, minutes: int) -> None:
    assert read(run("classify", "--service", 1, "--duration", duration, "--users", "5万4000", "--json"))["duration_minutes"] == minutes


@pytest.mark.parametrize(("users", "number"), [("324000", 324_000), ("324,000", 324_000), ("32.4万", 324_000), ("5万4000人", 54_000), ("０", 0)])
def test_users_as_people_write_them(run, users: str, number: int) -> None:
    assert read(run("classify", "--service", 1, "--duration", "1h", "--users", users, "--json"))["users"] == number


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--service", "5", "not in the range"),
        ("--service", "voice", "not a valid"),
        ("--duration", "1h40", "write 1h40m"),
        ("--duration", "100", "write 1h40m"),
        ("--duration", "1h40mx", "write 1h40m"),
        ("--duration", "-1h", "write 1h40m"),
        ("--duration", "1:75", "write 1h40m"),
        ("--users", "many", "write 324000"),
        ("--users", "-5", "write 324000"),
        ("--users", "1.2.3万", "write 324000"),
        ("--date", "2016-13-01", "2016-03-11"),
        ("--date", "yesterday", "2016-03-11"),
    ],
)
def test_bad_values_are_usage_errors(run, option: str, value: str, said: str) -> None:
    values = {"--service": "1", "--duration": "1h", "--users": "1", option: value}
    result = run("classify", *[part for pair in values.items() for part in pair])
    assert result.exit_code == 2 and result.stdout == ""
    assert said in result.stderr and "Traceback" not in result.stderr


def test_missing_value_is_a_usage_error(run) -> None:
    assert run("classify", "--service", 1).exit_code == 2


def test_classify_for_people(run) -> None:
    result = run("classify", "--service", 2, "--duration", "1h40m", "--users", "324000", "--date", "2016-03-11")
    assert result.stdout.splitlines()[0] == "2016-03-11: 重大な事故に当たる"
    assert "不足 20分" in result.stdout


@pytest.mark.parametrize("arguments", [("recurrences",), ("recurrences", "--carrier", "KDDI"), ("stats",), ("stats", "--by", "measure"), ("ledger",)])
def test_json_and_text(run, database: Path, arguments: tuple[str, ...]) -> None:
    assert read(run(*arguments, "--db", database, "--json"))
    result = run(*arguments, "--db", database)
    assert result.exit_code == 0 and result.stdout.strip() and "{" not in result.stdout


def test_chains_of_a_company_are_printed(run, database: Path) -> None:
    printed = run("recurrences", "--carrier", "docomo", "--db", database).stdout
    chains = read(run("recurrences", "--carrier", "docomo", "--db", database, "--json"))["chains"]
    assert len(chains) > 2
    assert all(" → ".join(incident["id"] for incident in chain["incidents"]) in printed for chain in chains)
    assert "2011-08-16-docomo → 2011-12-20-docomo → 2021-10-14-docomo" in printed


def test_rule_changes_are_printed_between_the_years(run, database: Path) -> None:
    lines = run("stats", "--db", database).stdout.splitlines()
    years = [line.split()[0] for line in lines if line.startswith("  2") or line.startswith("  ---")]
    assert years.index("---") == years.index("2007年度") + 1


@pytest.mark.parametrize("command", ["recurrences", "stats", "ledger"])
def test_missing_database_is_one_line(run, tmp_path: Path, command: str) -> None:
    result = run(command, "--db", tmp_path / "none.db")
    assert result.exit_code == 1 and "kb build" in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_unknown_carrier_is_one_line(run, database: Path) -> None:
    result = run("recurrences", "--carrier", "幻電話", "--db", database)
    assert result.exit_code == 1 and "幻電話" in result.stderr


def test_table_counts_japanese_characters_as_two_places() -> None:
    @click.command()
    def show() -> None:
        table(["年度", "件"], [["二千年", 5], ["1", 10]])

    assert CliRunner().invoke(show).stdout == "  年度    件\n  二千年   5\n  1       10\n"


def test_emit_prints_japanese_as_it_is() -> None:
    @click.command()
    def show() -> None:
        emit({"語": "輻輳"})

    assert json.loads(CliRunner().invoke(show).stdout) == {"語": "輻輳"}
