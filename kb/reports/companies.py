"""Companies and their heirs: who answers today for a promise that a company made under another name."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

NAMES = "SELECT carrier_id, folded, kind FROM carrier_names"
CARRIERS = "SELECT id, name, short_name, group_name FROM carriers ORDER BY id"


@dataclass(frozen=True)
class Company:
    """A company with its former names. `heirs` are the ids of itself and of every company that took it over, in turn."""

    id: int
    name: str
    short_name: str
    group: str | None
    heirs: frozenset[int]


def load_companies(connection: sqlite3.Connection) -> dict[int, Company]:
    """All companies by their id in `carriers`."""
    rows = connection.execute(CARRIERS).fetchall()
    absorbed_by = _absorbed_by(connection)
    return {i: Company(i, name, short or name, group, frozenset(_heirs(i, absorbed_by))) for i, name, short, group in rows}


def _absorbed_by(connection: sqlite3.Connection) -> Mapping[int, set[int]]:
    """Which companies each company went into.

    An absorbed company is stored under every own name of its heir. A single shared name proves nothing: it may be a
    short form that two companies use; and a name that is a brand of the company is no heir's.
    """
    names: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for carrier, folded, kind in connection.execute(NAMES):
        names[kind][carrier].add(folded)
    heirs: dict[int, set[int]] = {}
    for child, inherited in names["absorbed"].items():
        strange = inherited - names["brand"][child]
        heirs[child] = {
            parent for parent, own in names["own"].items() if parent != child and own & strange and own <= strange | names["own"][child]
        }
    return heirs


def _heirs(company: int, absorbed_by: Mapping[int, set[int]]) -> set[int]:
    found, waiting = set(), [company]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += absorbed_by.get(one, ())
    return found
