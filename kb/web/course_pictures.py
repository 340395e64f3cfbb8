"""The pictures of one accident for its page: time line and causal chain, each for a desk and for a phone, with the same in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from kb.reports.brief.first_notice import first_notice
from kb.reports.causal_chain import STAGES, causal_chain, measures_against, spread_of
from kb.reports.course import KINDS, Course, course
from kb.reports.drawing.chain import chain
from kb.reports.drawing.svg import Picture, both
from kb.reports.drawing.timeline import described, timeline, when
from kb.reports.papers.wording import Wording
from kb.store import records

BASES = {"stated": "記載のとおり", "read": "文から読み取り", "assumed": "開始は事故の発生と同じとみなした", "planned": "予定"}
FILES = ("course", "chain")


def pictures(connection: sqlite3.Connection, record: Mapping[str, Any], held: int, root: str = "") -> dict[str, Any]:
    """`timeline` and `chain` as markup (empty where there is nothing to draw), `events` and `stages` as rows of their tables."""
    say = Wording()
    told = _course(connection, record)
    links = causal_chain(record["tags"], spread_of(record, say), measures_against(connection, record["id"], held))
    title = record["title"]
    shown: dict[str, Any] = {"timeline": "", "chain": "", "events": [], "stages": []}
    if told is not None:
        shown["timeline"] = both(timeline(told, title), timeline(told, title, wide=False))
        shown["events"] = [
            {"when": when(event, say), "kind": KINDS[event.kind], "what": described(event, say), "basis": BASES[event.basis], "told": event.told}
            for event in (*told.events, *told.later)
        ]  # fmt: skip
    if links:
        address = root + "/tags/{}"
        shown["chain"] = both(chain(links, title, address=address), chain(links, title, wide=False, address=address))
        shown["stages"] = [{"stage": STAGES[link.stage], "labels": link.labels, "told": link.evidence, "measures": [words for words, _ in link.measures]} for link in links]
    return shown


def picture(connection: sqlite3.Connection, record: Mapping[str, Any], held: int, name: str) -> Picture | None:
    """One of FILES to download; None where there is nothing to draw."""
    if name == "course":
        told = _course(connection, record)
        return timeline(told, record["title"]) if told else None
    links = causal_chain(record["tags"], spread_of(record, Wording()), measures_against(connection, record["id"], held))
    return chain(links, record["title"]) if links else None


def _course(connection: sqlite3.Connection, record: Mapping[str, Any]) -> Course | None:
    found = first_notice(records.incident(connection, record["id"]))
    return course(record, (found.minutes, found.quote) if found else None)
