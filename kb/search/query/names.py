"""Whom: the carriers that a query names, by any name that they go or went by, and where that name stands."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from kb.japanese.text import folded

# Names that mean something else in a query more often than the carrier; the filter --carrier takes them all the same.
AMBIGUOUS_NAMES = frozenset(("東京都", "ライン", "さくら", "ケーブルテレビ", "meta", "group", "ly"))

_COMPANY_FORM = re.compile(r"株式会社|有限会社|合同会社|,? Inc\.?$|,? Corporation$")
_MARK = r"-\u2010\u2011\u2013\u2212・"
_INNER_MARK = re.compile(rf"(?<=\w)[{_MARK}](?=\w)")


def carriers(text: str, names: Mapping[str, tuple[int, ...]]) -> list[tuple[int, int, str, tuple[int, ...]]]:
    """(start, end, folded name, carrier ids) in folded `text`, the longest names first served; a Latin name must stand alone ("au" is not in "author")."""
    plain = _INNER_MARK.sub("", text)
    rest = text
    found: list[tuple[int, int, str, tuple[int, ...]]] = []
    for name in sorted(names, key=len, reverse=True):
        if len(name) < 2 or name in AMBIGUOUS_NAMES or name not in plain:
            continue
        pattern = f"[{_MARK}]?".join(map(re.escape, name))
        if name[0].isascii() and name[0].isalnum():
            pattern = r"(?<![a-z0-9])" + pattern
        if name[-1].isascii() and name[-1].isalnum():
            pattern += r"(?![a-z0-9])"
        for match in re.finditer(pattern, rest):
            found.append((*match.span(), name, names[name]))
        rest = re.sub(pattern, lambda match: "\0" * len(match.group()), rest)
    return sorted(found)


def stored_carrier_names(connection: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    """Folded name → ids, for all names that carriers go or went by."""
    names: dict[str, tuple[int, ...]] = {}
    for name, identifier in connection.execute("SELECT DISTINCT name, carrier_id FROM carrier_names ORDER BY name, carrier_id"):
        spellings = {_unmarked(name), _unmarked(_COMPANY_FORM.sub("", name))}
        for spelling in sorted(spellings | {spelling.replace(" ", "") for spelling in spellings}):
            names[spelling] = tuple(dict.fromkeys((*names.get(spelling, ()), identifier)))
    return names


def _unmarked(name: str) -> str:
    """Folded, and without marks inside a word: e-mobile is EMOBILE, ケイ・オプティコム is ケイオプティコム."""
    return _INNER_MARK.sub("", folded(name))
