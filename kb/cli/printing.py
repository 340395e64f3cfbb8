"""Answers as text for a terminal. Takes the same dictionaries that `--json` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

SCORES = (("precision", 11), ("recall", 9), ("micro_f1", 10), ("macro_f1", 10))  # and the width of their columns


def hits(answer: Mapping[str, Any]) -> None:
    """Ranked incidents with the sentences that matched; marked parts in bold on a terminal."""
    if answer.get("notice"):
        click.echo(answer["notice"])
    for one in answer.get("conditions", ()):
        effect = f"leaves out {one['left_out']}" if one["strict"] else "raises what fits"
        click.echo(f"condition {one['kind']}: {one['text']} = {one['read']} ({effect})", err=True)
    _ranked(answer["hits"], answer.get("weak_from"))
    if answer.get("nearest"):
        click.echo("近い事故:")
        _ranked(answer["nearest"])
    for meeting in answer.get("meetings", ()):
        click.echo(f"会議: {meeting['label'] or meeting['title']} ({meeting['held_on']})")
    if answer["hits"] and "total" in answer:
        click.echo(f"{len(answer['hits'])} of {answer['total']} matching incidents", err=True)


def _ranked(hits: Sequence[Mapping[str, Any]], weak_from: int | None = None) -> None:
    for rank, hit in enumerate(hits, start=1):
        if weak_from == rank - 1:
            click.echo("遠いもの:")
        when = (hit["started_at"] or "時期不明").replace("T", " ").removesuffix("+09:00")
        click.echo(f"{rank:>3}. {click.style(hit['title'], bold=True)}  [{hit['id']}]")
        click.echo(f"     {'、'.join(hit['carriers'])}  {when}  score {hit['score']:.3f}")
        for why in hit["why"]:
            click.echo(f"     {why['field']}: {_marked(why['text'], why['marks'])}")
            if why.get("tags"):
                shared = "・".join(tag["label"] for tag in why["tags"])
                click.echo(f"       both {shared}" + (f": 「{why['own']}」" if why["own"] else ""))
        if "signals" in hit:
            parts = ", ".join(f"{name} {value:.2f}" for name, value in hit["signals"].items() if value)
            click.echo(f"     = {parts}")


def _marked(text: str, marks: list[list[int]]) -> str:
    pieces, end = [], 0
    for start, stop in marks:
        pieces += [text[end:start], click.style(text[start:stop], fg="yellow", bold=True)]
        end = stop
    return "".join(pieces) + text[end:]


def evaluation(answer: Mapping[str, Any]) -> None:
    """A table: one line a kind of query, with the 95 % interval of nDCG@10; then the comparison, if one was asked for."""
    kinds = answer["kinds"]
    measures = [name for name in next(iter(kinds.values())) if name != "queries" and not name.endswith(("_low", "_high"))]
    click.echo(f"{'kind':<12}{'queries':>8}" + "".join(f"{name:>12}" for name in measures) + "  95 % of ndcg@10")
    for kind, values in kinds.items():
        interval = _interval(values["ndcg@10_low"], values["ndcg@10_high"], "")
        click.echo(f"{kind:<12}{values['queries']:>8}" + "".join(f"{values[name]:>12.3f}" for name in measures) + f"  {interval}")
    if answer["comparison"]:
        click.echo(f"\nndcg@10 of {answer['comparison']['mode']} minus {answer['mode']}, paired by query")
        click.echo(f"{'kind':<12}{'queries':>8}{'difference':>12}{'p':>12}  95 %")
        for kind, found in answer["comparison"]["kinds"].items():
            interval = _interval(found["low"], found["high"], "+")
            click.echo(f"{kind:<12}{found['queries']:>8}{found['difference']:>+12.3f}{found['p']:>12.4f}  {interval}")


def _interval(low: float | None, high: float | None, sign: str) -> str:
    return "one query: no interval" if low is None or high is None else f"[{low:{sign}.3f}, {high:{sign}.3f}]"


def unknown_incidents(found: Sequence[str], shown: int = 5) -> None:
    """Warn on stderr of judged incidents that the database lacks; silent when there are none."""
    if found:
        names = ", ".join(found[:shown]) + (", ..." if len(found) > shown else "")
        click.echo(f"warning: {len(found)} judged incidents are not in the database and count as not found: {names}", err=True)


def report(answer: Mapping[str, Any]) -> None:
    """A parsed document: its accidents, its meeting, its warnings, and what was not read."""
    click.echo(click.style(answer.get("title") or "(no title)", bold=True) + f"  [{answer['kind']}]")
    for incident in answer["incidents"]:
        number = f"No. {incident['no']} " if incident.get("no") else ""
        click.echo(f"{number}{'、'.join(incident['carriers'])}  {incident['started_at']}")
        for impact in incident["impacts"]:
            figures = f"{impact['duration_minutes']} min, {impact['users']} {impact['users_qualifier'] or ''}"
            click.echo(f"    {impact['label'] or ''} {impact['service']}: {figures}")
        for cause in incident["causes"]:
            click.echo(f"    cause: {cause}")
        for measure in incident["measures"]:
            click.echo(f"    measure: {measure['text']} [{measure['status'] or 'not stated'} {measure['completed_on'] or ''}]")
    meeting = answer.get("meeting") or {}
    for exchange in meeting.get("exchanges", ()):
        click.echo(f"{exchange['kind']}: {exchange['text']}")
    click.echo(f"{len(answer.get('statistics') or ())} statistical values")
    warnings(answer["warnings"])
    coverage = answer["coverage"]
    click.echo(f"{coverage['read']} of {coverage['characters']} characters read")
    for unread in coverage["unread"]:
        click.echo(f"    unread, {_place(unread['position'])}: {unread['text']}")


def comparison(answer: Mapping[str, Any]) -> None:
    """What a document says otherwise than the incident that is held."""
    if answer["identity"] != "same":
        click.echo(f"warning {answer['identity']}: the document's accident is not surely {answer['id']} ({'; '.join(answer['reasons'])})", err=True)
    click.echo(click.style(f"Against {answer['id']}", bold=True) + f": {len(answer['changes'])} differences")
    for change in answer["changes"]:
        click.echo(f"    {change['field']}: {change['before'] or '(not stated)'} -> {change['after'] or '(not stated)'}")


def ingested(files: Sequence[Mapping[str, Any]]) -> None:
    """What became of each file."""
    for done in files:
        state = "unchanged, read in before" if done["unchanged"] else f"{len(done['incidents'])} accidents"
        click.echo(f"{done['file']} [{done['kind']}]: {state}")
        for incident in done["incidents"]:
            click.echo(f"    {incident['id']}  {incident['identity']}")
        warnings(done["warnings"])


def proposals(found: Sequence[Mapping[str, Any]]) -> None:
    """Proposed tags: those taken first marked with *, with evidence and reason."""
    for incident in found:
        click.echo(click.style(incident["title"], bold=True) + (f"  [{incident['incident']}]" if incident["incident"] else ""))
        for p in incident["proposals"]:
            click.echo(f"  {'*' if p['taken'] else ' '} {p['tag']:<38}{p['confidence']:.2f} {p['method']:<6}{p['evidence']}")
            click.echo(f"      {p['why']}")


def warnings(found: list[Mapping[str, Any]]) -> None:
    """Warnings of a document on stderr, each with its place."""
    for warning in found:
        click.echo(f"warning {warning['code']} ({_place(warning['position'])}): {warning['message']}", err=True)


def _place(position: Mapping[str, Any] | None) -> str:
    parts = [f"{name} {position[name]}" for name in ("page", "line") if position and position.get(name)]
    return ", ".join(parts) or "no position"


def tag_scores(answer: Mapping[str, Any]) -> None:
    """F1 per axis over all years and over those that the rules' writer had not read, and the tags most often confused."""
    unread = ", ".join(map(str, answer["unread_years"]))
    for title, key in ((f"{answer['incidents']} incidents, {answer['method']}", "all"), (f"of these, the years {unread}", "unread")):
        click.echo(title)
        click.echo(f"  {'axis':<12}{'tags':>6}{'precision':>11}{'recall':>9}{'micro F1':>10}{'macro F1':>10}")
        for axis, found in answer["axes"].items():
            figures = "".join(f"{'-' if found[key][m] is None else format(found[key][m], '.3f'):>{w}}" for m, w in SCORES)
            click.echo(f"  {axis:<12}{found[key]['curated']:>6}{figures}")
    for title, key in (("most often proposed wrongly", "proposed_wrongly"), ("most often missed", "missed")):
        click.echo(title)
        for found in answer["axes"].values():
            for mistake in found[key][:3]:
                click.echo(f"  {mistake['tag']:<40}{len(mistake['incidents']):>3}")
