"""Answers that were sent before, for as long as the database stays the same, up to so many bytes.

A database changes only by becoming another edition (`kb build`, `kb ingest`), which every key names, so that nothing needs to be
taken out by hand: the answers of an older edition are the first that fall out.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 32_000_000
LARGEST = 2_000_000  # bytes of one answer


@dataclass(frozen=True)
class Rendered:
    """An answer as it is sent, and the tables that it was made from."""

    body: bytes
    status: int
    headers: Mapping[str, str]
    content_type: str
    tables: frozenset[str]


class Cache:
    """The answers used last; safe to share between threads."""

    def __init__(self, most: int = MOST_BYTES, largest: int = LARGEST) -> None:
        self._kept: OrderedDict[str, Rendered] = OrderedDict()
        self._most, self._largest = most, largest
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, tag: str) -> Rendered | None:
        """What was kept under a tag, which is then the newest."""
        with self._lock:
            found = self._kept.get(tag)
            if found is not None:
                self._kept.move_to_end(tag)
            return found

    def put(self, tag: str, answer: Rendered) -> None:
        """Keep an answer, unless it is too large, and let the oldest go where room is short."""
        if len(answer.body) > self._largest:
            return
        with self._lock:
            if tag not in self._kept:
                self._kept[tag] = answer
                self._bytes += len(answer.body)
            while self._bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.body)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How much is kept."""
        return self._bytes


def entity_tag(*parts: object) -> str:
    """A weak tag that is the same for the same parts: weak because a proxy may compress the answer."""
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def already_held(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names the tag; a strong and a weak one are the same here."""
    if not header:
        return False
    held = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in held or tag.removeprefix("W/") in held
