"""`db/meetings/`: what the council met for, one meeting a file, told in our own words.

A file is named after the day (or month) on which the meeting was held. `heard` names the incidents of the catalogue that it
heard of; `exchanges` are its turns, each answer with the index (from 0) of its question. A meeting whose minutes are read in
as an official document gives way to it (see kb.building.meetings).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.catalogue.fields import Record, shown
from kb.catalogue.incidents import SOURCE_FIELDS, source
from kb.catalogue.plain_yaml import data_files, parse_yaml, read_bytes
from kb.errors import CatalogueError
from kb.model import EXCHANGE_KINDS, Exchange, Meeting

FIELDS = ("label", "number", "held_on", "ended_on", "place", "hours", "items", "heard", "exchanges", "sources", "note")
EXCHANGE_FIELDS = ("kind", "viewpoint", "text", "answers", "incident")


@dataclass(frozen=True)
class MeetingEntry:
    """A meeting and the file it came from; `abouts` holds the incident of each exchange, in order."""

    path: str
    sha256: str
    meeting: Meeting
    abouts: tuple[str | None, ...]


def load_meetings(directory: Path) -> list[MeetingEntry]:
    """Every meeting below `directory`, by day; none when there is no such folder.

    Raises CatalogueError with all problems of all files, each with file, field, value and what is allowed.
    """
    entries: list[MeetingEntry] = []
    complaints: list[str] = []
    for path in data_files(directory) if directory.is_dir() else ():
        try:
            content = read_bytes(path)
            meeting, abouts, problems = read_meeting(parse_yaml(content, path), path.stem)
        except CatalogueError as error:
            complaints.append(str(error))
            continue
        if problems:
            complaints.append(f"{path}: " + "\n  ".join(problems))
        entries.append(MeetingEntry(path.relative_to(directory).as_posix(), hashlib.sha256(content).hexdigest(), meeting, abouts))
    if complaints:
        raise CatalogueError("\n".join(complaints))
    return sorted(entries, key=lambda entry: (entry.meeting.held_on, entry.path))


def read_meeting(values: Any, stem: str | None = None) -> tuple[Meeting, tuple[str | None, ...], list[str]]:
    """The meeting in the plain data of one file, the incident of each exchange, and its problems.

    `stem` is the file name without its suffix, which must begin with `held_on`.
    """
    problems: list[str] = []
    record = Record.of(values, "", FIELDS, problems)
    held_on, ended_on = record.moment("held_on"), record.moment("ended_on")
    if held_on is None and not any(problem.startswith("held_on") for problem in problems):
        record.note("held_on", "missing; it needs the day or month, in quotes")
    elif held_on and stem is not None and not stem.startswith(held_on):
        record.note("held_on", f"{held_on} differs from the file's name {shown(stem)}; rename the file or correct the day")
    if held_on and ended_on and ended_on < held_on[: len(ended_on)]:
        record.note("ended_on", f"{ended_on} is before held_on {held_on}; correct one of them")
    exchanges = list(_exchanges(record))
    meeting = Meeting(
        held_on=held_on or "",
        number=record.whole("number", 1, 1000),
        place=record.text("place"),
        items=record.texts("items"),
        exchanges=tuple(exchange for exchange, _ in exchanges),
        hours=record.text("hours"),
        label=record.text("label", required=True),
        ended_on=ended_on,
        heard=record.texts("heard"),
        note=record.text("note"),
        sources=tuple(source(item) for item in record.records("sources", SOURCE_FIELDS)),
    )
    return meeting, tuple(about for _, about in exchanges), problems


def unknown_incidents(entries: Iterable[MeetingEntry], held: frozenset[str]) -> list[str]:
    """Complaints about meetings that name incidents which are not held."""
    named = ((entry, name) for entry in entries for name in dict.fromkeys((*entry.meeting.heard, *filter(None, entry.abouts))))
    return [f"db/meetings/{entry.path}: heard names {shown(name)}, which is no incident of the catalogue" for entry, name in named if name not in held]


def _exchanges(record: Record) -> Iterator[tuple[Exchange, str | None]]:
    kinds: list[str | None] = []
    for item in record.records("exchanges", EXCHANGE_FIELDS):
        kind, text = item.choice("kind", EXCHANGE_KINDS), item.text("text", required=True)
        answers = item.whole("answers", 0, 10_000)
        if kind is None:
            item.note("kind", f"missing; use one of {', '.join(EXCHANGE_KINDS)}")
        if answers is not None and (answers >= len(kinds) or kinds[answers] != "question"):
            item.note("answers", f"{answers} is no earlier question of this list; count its turns from 0")
        kinds.append(kind)
        yield Exchange(kind or "remark", text or "", item.text("viewpoint"), answers), item.text("incident")
