"""Answers as text for a terminal. Takes the same dictionaries that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


def hits(answer: Mapping[str, Any]) -> None:
    """Ranked incidents with the sentences that matched; marked parts in bold on a terminal."""
    if answer.get("notice"):
        click.echo(answer["notice"])
    for rank, hit in enumerate(answer["hits"], start=1):
        when = (hit["started_at"] or "時期不明").replace("T", " ").removesuffix("+09:00")
        click.echo(f"{rank:>3}. {click.style(hit['title'], bold=True)}  [{hit['id']}]")
        click.echo(f"     {'、'.join(hit['carriers'])}  {when}  score {hit['score']:.3f}")
        for why in hit["why"]:
            click.echo(f"     {why['field']}: {_marked(why['text'], why['marks'])}")
        if "signals" in hit:
            parts = ", ".join(f"{name} {value:.2f}" for name, value in hit["signals"].items() if value)
            click.echo(f"     = {parts}")
    if answer["hits"] and "total" in answer:
        click.echo(f"{len(answer['hits'])} of {answer['total']} matching incidents", err=True)


def _marked(text: str, marks: list[list[int]]) -> str:
    pieces, end = [], 0
    for start, stop in marks:
        pieces += [text[end:start], click.style(text[start:stop], fg="yellow", bold=True)]
        end = stop
    return "".join(pieces) + text[end:]


def evaluation(answer: Mapping[str, Mapping[str, float]]) -> None:
    """A table: one line a kind of query."""
    measures = [name for name in next(iter(answer.values())) if name != "queries"]
    click.echo(f"{'kind':<12}{'queries':>8}" + "".join(f"{name:>12}" for name in measures))
    for kind, values in answer.items():
        click.echo(f"{kind:<12}{values['queries']:>8}" + "".join(f"{values[name]:>12.3f}" for name in measures))
