"""Sections that set other accidents beside this one: precedents, measures it lacks, earlier promises, earlier questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.reports.papers.accident_sections import left_out
from kb.reports.papers.blocks import Block, Items, Line, Paragraph, Table
from kb.reports.papers.citations import Citations
from kb.reports.papers.labels import AXES, LANGUAGES
from kb.reports.papers.wording import Wording

SHARED = 3  # labels of shared tags named
AGAINST = 3
TAKERS = 2
TAKEN = 60  # characters of a measure of others
QUOTE = 76  # characters of what is alike
MISSING = 5
ACCIDENTS = 3
PROMISES = 3  # of one accident
EXCHANGES = 4
NEXT = 3  # later accidents named
CAUSES = ("trigger", "mechanism", "prolonging", "equipment")
UNSHARED = "—"


def accident(entry: Mapping[str, Any], say: Wording, cite: Citations) -> tuple[Line, ...]:
    """An accident in a cell: title with its number, then who and when."""
    companies = entry.get("carriers") or entry.get("companies") or ()
    who = say.joined([*companies, say.day(entry.get("started_at"))])
    return Line(entry.get("title") or entry["id"], cite.incident(entry["id"])), Line(who, note=True)


def causes_first(tags: Any) -> list[str]:
    """Shared tags that say why, in the order of the axes; what service it struck says little."""
    return [tag for axis in CAUSES for tag in tags if tag.startswith(f"{axis}/")]


def precedents(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """3: the nearest accidents, those near on one axis only, and those of one episode."""
    nearest = brief["precedents"]
    if not nearest:
        yield Paragraph(Line(say("none")))
        return
    rows = []
    for entry in nearest:
        told = next((why["text"] for why in entry["why"] if why["field"] != "title"), next((why["text"] for why in entry["why"]), ""))
        shared = say.labelled(causes_first(entry["shared_tags"]), SHARED) or UNSHARED
        rows.append((accident(entry, say, cite), (Line(shared),), (Line(say.quoted(told, QUOTE)) if told else Line(UNSHARED),)))
    yield Table((say("accident"), say("shared"), say("told")), tuple(rows), (0.38, 0.22, 0.40), say("precedents"))
    listed = {entry["id"] for entry in nearest}
    others = {axis: next((entry for entry in entries if entry["id"] not in listed), None) for axis, entries in (brief.get("precedents_by_axis") or {}).items()}
    near = {axis: entry for axis, entry in others.items() if entry is not None}
    if near:
        named = [f"{AXES[axis][LANGUAGES.index(say.lang)]} — {entry['title']}({say.day(entry['started_at'])})" for axis, entry in near.items()]
        yield Paragraph(Line(say.joined(named), tuple(number for entry in near.values() for number in cite.incident(entry["id"])), True, say("by_axis")))
    episode = brief.get("same_episode") or ()
    if episode:
        refs = tuple(number for entry in episode for number in cite.incident(entry["id"]))
        yield Paragraph(Line(say.joined([f"{entry['title']}({say.day(entry['started_at'])})" for entry in episode]), refs, True, say("same_episode")))



def missing(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """4: measures of others against the causes shared."""
    found = brief["missing_measures"]
    if not found:
        yield Paragraph(Line(say("none")))
        return
    rows = []
    for entry in found[: say.most(MISSING)]:
        taken = tuple(
            Line(f"{say.joined(one.get('carriers') or [])}: {say.cut(one['text'], TAKEN)} — {say.status(one)}".removeprefix(": "), cite.incident(one["id"]))
            for one in entry["taken_by"][:TAKERS]
        )
        label = entry["label"] if say.lang == "ja" else say.tag(entry["tag"])
        rows.append(((Line(label),), (Line(say.labelled(entry["against"], AGAINST)),), taken))
    yield Table((say("measure"), say("against"), say("taken_by")), tuple(rows), (0.17, 0.25, 0.58), say("missing"))
    yield from left_out(found, say.most(MISSING), say)


def promises(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """5: what the company promised before against the causes shared, and what happened since."""
    found = brief["earlier_promises"]
    if not found:
        yield Paragraph(Line(say("none")))
        return
    by_accident: dict[str, list[Mapping[str, Any]]] = {}
    for entry in found:
        by_accident.setdefault(entry["id"], []).append(entry)
    shown = list(by_accident.values())[: say.most(ACCIDENTS)]
    rows = [(accident(entries[0], say, cite), tuple(_promised(entries[:PROMISES], say, cite)), tuple(_since(entries, say, cite))) for entries in shown]
    yield Table((say("promised"), say("promise"), say("since")), tuple(rows), (0.28, 0.44, 0.28), say("promises"))
    hidden = len(found) - sum(len(entries[:PROMISES]) for entries in shown)
    if hidden:
        yield Paragraph(Line(say("left_out", count=hidden), note=True))


def _promised(entries: Sequence[Mapping[str, Any]], say: Wording, cite: Citations) -> Iterator[Line]:
    for entry in entries:
        again = tuple(number for one in entry.get("also_told_in") or () for number in cite.incident(one))
        yield Line(f"{entry['measure']['text'].rstrip('。')} — {say.status(entry['measure'])}")
        if again:
            yield Line(say("also_told"), again, True)


def _since(entries: Sequence[Mapping[str, Any]], say: Wording, cite: Citations) -> Iterator[Line]:
    """The causes shared, and later accidents by one of them."""
    first = entries[0]
    yield Line(say.labelled(causes_first(first["shared_tags"]), AGAINST), label=say("against"))
    if first.get("relation") == "group":
        yield Line(say("group"), note=True)
    later = first.get("since") or []
    if not later:
        yield Line(say("since_none"), note=True)
        return
    refs = tuple(number for one in later[:NEXT] for number in cite.incident(one["id"]))
    yield Line(say("since_some", count=len(later), which=say.joined([say.day(one["started_at"]) for one in later[:NEXT]])), refs, True)


def exchanges(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """6: what was asked at earlier meetings, and the answers."""
    found = brief["earlier_questions"]
    if not found:
        yield Paragraph(Line(say("none")))
        return
    items = []
    for entry in found[: say.most(EXCHANGES)]:
        refs = cite.exchange(entry.get("exchange", entry["meeting"]))
        item = [Line(entry["question"], refs, label=say("question"))]
        if entry.get("answer"):
            item.append(Line(entry["answer"].replace("\n", " "), label=say("answer")))
        told = [part for part in (entry["meeting"], say.day(entry["held_on"]), entry.get("viewpoint")) if part]
        about = cite.incident(entry["about"]) if entry.get("about") else ()
        items.append((*item, Line(say.joined(told), about, True)))
    yield Items(tuple(items))
    yield from left_out(found, say.most(EXCHANGES), say)
