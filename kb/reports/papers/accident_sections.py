"""Sections on the accident itself: what is told of it, and how it stands under the reporting rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kb.reports.papers.blocks import Block, Heading, Items, Line, Paragraph, Table
from kb.reports.papers.citations import Citations
from kb.reports.papers.labels import AXES, LANGUAGES, SERVICE_CLASSES
from kb.reports.papers.wording import Wording

IMPACTS = 5  # rows shown; large accidents have one a service and an area
STATEMENTS = 7
MEASURES = 8
NOTICES = 3
UNKNOWN_SERVICE = "—"


def facts(brief: Mapping[str, Any], say: Wording, cite: Citations) -> list[tuple[str, Line]]:
    """(name, value) of what a reader asks first."""
    subject = brief["subject"]
    own = cite.incident(subject.get("id"))
    names = [
        ("company", say.joined(subject["carriers"]) or say("not_stated")), ("started_at", say.moment(subject.get("started_at"))),
        ("ended_at", say.moment(subject.get("ended_at"))), ("area", subject.get("area") or say("not_stated")),
    ]  # fmt: skip
    return [(say(name), Line(value, own if not place else ())) for place, (name, value) in enumerate(names)]


def overview(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """1: impacts, causes, what prolonged it, measures."""
    subject = brief["subject"]
    own = cite.incident(subject.get("id"))
    if subject["impacts"]:
        rows = [
            ((Line(i.get("service") or UNKNOWN_SERVICE),), (Line(i.get("symptom") or say("not_stated")),), (Line(say.duration(i.get("duration_minutes"))),), (Line(say.users(i)),))
            for i in subject["impacts"]
        ]  # fmt: skip
        yield Table((say("service"), say("symptom"), say("duration"), say("users")), tuple(rows[:IMPACTS]), (0.3, 0.32, 0.19, 0.19), say("impact"))
        yield from left_out(rows, IMPACTS, say)
    for name, texts in (("cause", subject["causes"]), ("prolonging", subject["prolonging"])):
        yield Heading(say(name))
        if texts:
            yield Items(tuple((Line(text, own),) for text in texts[:STATEMENTS]), 1 if len(texts) > 1 else None)
            yield from left_out(texts, STATEMENTS, say)
        else:
            yield Paragraph(Line(say("not_stated")))
    yield Heading(say("stated_measures"))
    measures = subject["measures"]
    if measures:
        yield Items(tuple((Line(f"{m['text'].rstrip('。')} — {say.status(m)}", own),) for m in measures[: say.most(MEASURES)]))
        yield from left_out(measures, say.most(MEASURES), say)
    else:
        yield Paragraph(Line(say("not_stated")))
    by_axis = {axis: list(dict.fromkeys(tag["id"] for tag in subject.get("tags", ()) if tag["id"].startswith(f"{axis}/"))) for axis in AXES}
    told = [f"{AXES[axis][LANGUAGES.index(say.lang)]}: {say.labelled(tags)}" for axis, tags in by_axis.items() if tags and axis != "measure"]
    if told:
        yield Paragraph(Line(("。" if say.lang == "ja" else ". ").join(told), note=True, label=say("read_tags")))


def judgement(brief: Mapping[str, Any], say: Wording, cite: Citations) -> list[Line]:
    """Whether it is a serious accident under the rule in force that day."""
    found = brief["classification"]
    lines = []
    if found.get("serious") is None or not found.get("verdicts"):
        missing = [say.field(name) for name in found.get("missing", ())] or [say("duration"), say("users")]
        lines.append(Line(say("unjudged", missing=say.joined(missing))))
    else:
        rule = next((v for v in found["verdicts"] if v["rule"] == found["rule_in_force"]), found["verdicts"][0])
        number = found["service_class"]
        text = say(
            "judged", rule=rule["label_ja" if say.lang == "ja" else "label_en"], number=number, service=SERVICE_CLASSES[number][LANGUAGES.index(say.lang)],
            duration=say.duration(found["duration_minutes"]), users=say.number(found["users"]), verdict=say("serious_yes" if found["serious"] else "serious_no"),
        )  # fmt: skip
        if found.get("inferred"):
            text += f"({say('class_inferred')})" if say.lang == "ja" else f" ({say('class_inferred')}.)"
        lines.append(Line(text, cite.rule(rule["rule"])))
    if brief["subject"].get("official"):
        lines.append(Line(say("official"), cite.incident(brief["subject"].get("id"))))
    return lines


def first_notice(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Line:
    """Minutes to the first notice beside the guideline."""
    told = brief["notification"]
    minutes, rule = told.get("first_notice_minutes"), told.get("guideline") or {}
    text = say("notice_unknown") if minutes is None else say("notice", minutes=say.duration(minutes))
    refs: tuple[int, ...] = () if minutes is None else cite.incident(brief["subject"].get("id"))
    space = "" if say.lang == "ja" else " "
    text += space + say("guideline", minutes=say.duration(told["guideline_minutes"]), since=say.day(rule.get("in_force_from")))
    if rule.get("in_force") is False:
        text += space + say("guideline_before")
    return Line(text, refs + (cite.rule(rule["id"]) if rule else ()))


def classification(brief: Mapping[str, Any], say: Wording, cite: Citations) -> Iterator[Block]:
    """2: the rule in force and the others; the first notice beside the guideline and precedents."""
    for line in judgement(brief, say, cite):
        yield Paragraph(line)
    verdicts = brief["classification"].get("verdicts", ())
    if verdicts:
        rows = [((Line(v["label_ja" if say.lang == "ja" else "label_en"], cite.rule(v["rule"])),), (Line(_period(v, say)),), (Line(_verdict(v, say)),)) for v in verdicts]
        yield Table((say("rule"), say("period"), say("verdict")), tuple(rows), (0.4, 0.4, 0.2), say("classification"))
    yield Paragraph(first_notice(brief, say, cite))
    notices = brief["notification"].get("precedents", ())
    if notices:
        yield Heading(say("notices"))
        yield Items(tuple((Line(f"{say.duration(n['minutes'])}: {say.quoted(n['quote'])}", cite.incident(n["id"])),) for n in notices[:NOTICES]))


def _period(verdict: Mapping[str, Any], say: Wording) -> str:
    first, last = verdict.get("in_force_from"), verdict.get("in_force_to")
    if verdict["status"] != "enacted":
        return say("recommended")
    if first and last:
        text = say("from_to", first=say.day(first), last=say.day(last))
    else:
        text = say("from_on", first=say.day(first)) if first else say("until", last=say.day(last)) if last else say("unknown_period")
    if not verdict["in_force"]:
        return text
    return text + (f"({say('in_force')})" if say.lang == "ja" else f" ({say('in_force')})")


def _verdict(verdict: Mapping[str, Any], say: Wording) -> str:
    return say({True: "serious_yes", False: "serious_no", None: "serious_unknown"}[verdict["serious"]])


def left_out(whole: Any, most: int, say: Wording) -> Iterator[Block]:
    """A line that says how many are not shown."""
    if len(whole) > most:
        yield Paragraph(Line(say("left_out", count=len(whole) - most), note=True))
