"""Which accidents carry which tag, as bit sets: how often tags meet is then counted without reading a single text.

A base of ten thousand accidents has a hundred thousand taggings, and a matrix of measures and causes has three thousand cells.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from kb.reports.accidents import CAUSES, SILENT
from kb.reports.pertinence import more_than_chance

TAGGINGS = "SELECT tag_id, number FROM incident_tags JOIN incidents ON incidents.id = incident_id WHERE near_miss = 0"


@dataclass(frozen=True)
class Holders:
    """Tag → the accidents (not near misses) that carry it, one bit each, at the place of the accident's number."""

    masks: Mapping[str, int]

    def count(self, *tags: str) -> int:
        """How many accidents carry all of these."""
        found = -1
        for tag in tags:
            found &= self.masks.get(tag, 0)
        return found.bit_count()

    def any_of(self, tags: Iterable[str]) -> int:
        """The accidents that carry one of these at least."""
        found = 0
        for tag in tags:
            found |= self.masks.get(tag, 0)
        return found

    def on(self, *axes: str) -> list[str]:
        """Tags in use on these axes, in no order that means anything."""
        return [tag for tag in self.masks if tag.split("/", 1)[0] in axes]

    @cached_property
    def _told(self) -> int:
        """Accidents with a measure and a cause that says something."""
        return self.any_of(self.on("measure")) & self.any_of(tag for tag in self.on(*CAUSES) if tag not in SILENT)

    def usual(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """Of (measure, cause) pairs, how much more often than by chance they meet, as `pertinence.usual_pairs` has it."""
        wanted = [(measure, cause) for measure, cause in pairs if cause.split("/", 1)[0] in CAUSES and cause not in SILENT]
        alone = {tag: (self.masks.get(tag, 0) & self._told).bit_count() for pair in wanted for tag in pair}
        together = {pair: count for pair in wanted if (count := self.count(*pair))}
        return more_than_chance(together, alone, self._told.bit_count())


def load_holders(connection: sqlite3.Connection) -> Holders:
    """All taggings of a database."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for tag, number in connection.execute(TAGGINGS):
        numbers[tag].append(number)
    return Holders({tag: _mask(held) for tag, held in numbers.items()})


def _mask(numbers: list[int]) -> int:
    bits = bytearray(max(numbers) // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
