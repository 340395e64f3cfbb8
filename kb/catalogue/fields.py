"""Reading untrusted mappings field by field: every value is checked, every slip is noted with what is allowed.

Checked by hand, not by pydantic or msgspec: our messages say what to write instead, which those would have to be told rule by rule: the line of a
field, Japanese time, days that are in the calendar. The JSON Schema for editors comes from `kb.catalogue.record_keys` all the same.

A `Record` never raises for bad content. It notes the problem in the list it shares with the records below and above it
and returns None (or nothing) for the field, so that one pass over a file finds everything there is to correct.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.sources.moments import EXAMPLES, moment_problem

MAX_WHOLE = 10**12  # far above any count of users or minutes, far below SQLite's integers

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SHOWN = 60  # characters of a bad value in a message


def shown(value: Any) -> str:
    """A value as a message shows it: short, in one line."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"'{text}'".replace("\n", " ") if isinstance(value, str) else text


def suggestion(value: Any, allowed: Iterable[str]) -> str:
    """'; did you mean X?' or nothing."""
    close = difflib.get_close_matches(str(value), list(allowed), n=1)
    return f"; did you mean {close[0]}?" if close else ""


@dataclass(frozen=True)
class Record:
    """A mapping of a data file; `where` is its place in the file ("impacts[2]", "" for the whole file)."""

    values: Mapping[str, Any]
    where: str
    problems: list[str]

    @classmethod
    def of(cls, value: Any, where: str, allowed: Iterable[str], problems: list[str]) -> Record:
        """Wrap `value`, noting keys that are not allowed; a value that is no mapping becomes an empty record."""
        allowed = tuple(allowed)
        if not isinstance(value, Mapping):
            place = where or "the file"
            problems.append(f"{place}: {shown(value)} is no mapping; it needs the keys {', '.join(allowed)}")
            return cls({}, where, problems)
        record = cls(value, where, problems)
        for key in value:
            if key not in allowed:
                hint = suggestion(key, allowed) or f"; allowed are {', '.join(allowed)}"
                record.note(str(key), f"unknown key{hint}")
        return record

    def at(self, key: str) -> str:
        """The place of a field, as messages name it."""
        return f"{self.where}.{key}" if self.where else key

    def note(self, key: str, problem: str) -> None:
        """Note a problem of the field `key`."""
        self.problems.append(f"{self.at(key)}: {problem}")

    def text(self, key: str, required: bool = False) -> str | None:
        """Text that is not blank, without the white space around it; None if absent."""
        value = self.values.get(key)
        if value is None:
            if required:
                self.note(key, "missing; it needs text")
            return None
        return self._clean(key, value)

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts without repetitions."""
        found = []
        for index, value in enumerate(self._list(key)):
            text = self._clean(f"{key}[{index}]", value)
            if text in found:
                self.note(f"{key}[{index}]", f"{shown(text)} stands twice; keep one")
            elif text:
                found.append(text)
        if required and not self.values.get(key):
            self.note(key, "missing; it needs a list of at least one text")
        return tuple(found)

    def whole(self, key: str, low: int = 0, high: int = MAX_WHOLE) -> int | None:
        """A whole number from `low` to `high`."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(key, f"{shown(value)} is no whole number; write digits only, without quotes, commas or units")
            return None
        if not low <= value <= high:
            self.note(key, f"{value} is out of range; allowed are {low} to {high}")
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """true, false or null."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            self.note(key, f"{shown(value)} is neither true nor false; write true, false or null (not established)")
            return None
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str | None:
        """One of the `allowed` words."""
        value = self.values.get(key)
        if value is None or value in allowed:
            return value
        hint = suggestion(value, allowed)
        self.note(key, f"{shown(value)} is not allowed; use one of {', '.join(allowed)} or null{hint}")
        return None

    def moment(self, key: str) -> str | None:
        """A moment of any precision; see kb.sources.moments."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.note(key, f"{shown(value)} is no date as text; write it in quotes: {EXAMPLES}")
            return None
        problem = moment_problem(value)
        if problem:
            self.note(key, f"{shown(value)} {problem}")
            return None
        return value

    def pairs(self, key: str, allowed: tuple[str, ...]) -> dict[str, str]:
        """A mapping of allowed keys to text; nulls are left out."""
        if self.values.get(key) is None:
            return {}
        inner = Record.of(self.values[key], self.at(key), allowed, self.problems)
        found = {name: inner.text(name) for name in inner.values if name in allowed}
        return {name: text for name, text in found.items() if text is not None}

    def records(self, key: str, allowed: Iterable[str]) -> list[Record]:
        """A list of mappings with the `allowed` keys."""
        allowed = tuple(allowed)
        values = enumerate(self._list(key))
        return [Record.of(value, self.at(f"{key}[{index}]"), allowed, self.problems) for index, value in values]

    def _list(self, key: str) -> list[Any]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(key, f"{shown(value)} is no list; begin every item with '- ', or write []")
            return []
        return value

    def _clean(self, key: str, value: Any) -> str | None:
        if not isinstance(value, str):
            self.note(key, f"{shown(value)} is no text; put it in quotes")
            return None
        if _CONTROL.search(value):
            self.note(key, f"{shown(_CONTROL.sub('�', value))} holds a control character; delete it")
            return None
        if not value.strip():
            self.note(key, "is blank; write text or null")
            return None
        return value.strip()
