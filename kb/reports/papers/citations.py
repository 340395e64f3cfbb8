"""Numbers for sources, in the order in which a paper cites them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.reports.papers.blocks import Source
from kb.reports.papers.wording import Wording

SHOWN = 1  # documents named of one accident; its page has all
OWN_KINDS = ("report",)


class Citations:
    """Hands out numbers; the same source keeps its number."""

    def __init__(self, brief: Mapping[str, Any], say: Wording) -> None:
        self._brief, self._say = brief, say
        self._numbers: dict[tuple[str, str], int] = {}
        self._known: Mapping[str, Any] = brief.get("sources") or {}

    def incident(self, incident_id: str | None) -> tuple[int, ...]:
        """An accident of the record; None is the report in hand."""
        return self._number("incident", incident_id or "")

    def exchange(self, exchange: object) -> tuple[int, ...]:
        """The meeting in which something was said."""
        told = self._known.get("exchanges", {}).get(str(exchange))
        return self._number("meeting", str(told["meeting"] if told else exchange))

    def rule(self, rule_id: str) -> tuple[int, ...]:
        """The number of a reporting rule in the list of what is cited."""
        return self._number("rule", rule_id)

    def basis(self, one: Mapping[str, Any]) -> tuple[int, ...]:
        """What one element of a question's basis stands on."""
        if one["kind"] == "rule":
            return self.rule(str(one["id"]))
        return self.exchange(one["id"]) if one["kind"] == "exchange" else self.incident(one["id"])

    def _number(self, kind: str, identifier: str) -> tuple[int, ...]:
        return (self._numbers.setdefault((kind, identifier), len(self._numbers) + 1),)

    def sources(self) -> tuple[Source, ...]:
        """All that were cited, by number."""
        told = {"incident": self._incident, "meeting": self._meeting, "rule": self._rule}
        return tuple(Source(number, *told[kind](identifier)) for (kind, identifier), number in self._numbers.items())

    def _incident(self, identifier: str) -> tuple[str, tuple[tuple[str, str | None], ...]]:
        if not identifier:
            given = (self._brief.get("given") or {}).get("name")
            return self._say("draft") + (f": {given}" if given else ""), ()
        told = self._known.get("incidents", {}).get(identifier) or self._told(identifier)
        if told is None:
            return identifier, ()
        text = self._say(
            "source_incident", title=told["title"], companies=self._say.joined(told.get("carriers") or [self._say("not_stated")]),
            day=self._say.day(told.get("started_at")), id=identifier,
        )  # fmt: skip
        return text, self._documents(told.get("documents", ()))

    def _told(self, identifier: str) -> Mapping[str, Any] | None:
        """What the brief itself says of an accident, for a brief without sources of its own."""
        entries = [*self._brief.get("precedents", ()), *self._brief.get("same_episode", ()), *self._brief["earlier_promises"], self._brief["subject"]]
        return next((entry for entry in entries if entry.get("id") == identifier and entry.get("title")), None)

    def _meeting(self, identifier: str) -> tuple[str, tuple[tuple[str, str | None], ...]]:
        known = [told for told in self._known.get("exchanges", {}).values() if str(told["meeting"]) == identifier]
        known += [{"label": entry["meeting"], "held_on": entry["held_on"]} for entry in self._brief["earlier_questions"] if not known]
        if not known:
            return self._say("meeting"), ()
        told = known[0]
        day = self._say.day(told["held_on"])
        return f"{told['label']}({day})" if self._say.lang == "ja" else f"{told['label']} ({day})", self._documents(told.get("documents", ()))

    def _rule(self, identifier: str) -> tuple[str, tuple[tuple[str, str | None], ...]]:
        guideline = self._brief["notification"].get("guideline") or {}
        if guideline.get("id") == identifier:
            return guideline["label"], self._documents(guideline.get("sources", ()))
        for verdict in self._brief["classification"].get("verdicts", ()):
            if verdict["rule"] == identifier:
                return verdict["label_ja" if self._say.lang == "ja" else "label_en"], self._documents(verdict.get("sources", ()))
        return identifier, ()

    def _documents(self, documents: Any) -> tuple[tuple[str, str | None], ...]:
        named: dict[tuple[str, str | None], None] = {}
        for one in documents:
            title = one.get("title") or one.get("url")
            publisher = one.get("publisher") or ""
            if title or publisher:
                url = one.get("url")
                web = url if isinstance(url, str) and url.startswith(("http://", "https://")) else None
                named.setdefault((f"{publisher}「{title}」" if title else publisher, web))
        shown = list(named)[:SHOWN]
        if len(named) > SHOWN:
            name, url = shown[-1]
            rest = len(named) - SHOWN
            shown[-1] = (name + (f" ほか{rest}点" if self._say.lang == "ja" else f" and {rest} more"), url)
        return tuple(shown)
