"""Which language a request asks for: Japanese unless the address or the browser prefers English."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

_RANGE = re.compile(r"\s*([A-Za-z*]+)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*([0-9.]+))?\s*")


def wants_english(query: str, accept_language: str) -> bool:
    """`lang=` in the address decides; else English is wanted where Accept-Language weighs it above Japanese."""
    asked = parse_qs(query).get("lang")
    if asked:
        return asked[-1].casefold().startswith("en")
    weights: dict[str, float] = {}
    for part in accept_language.split(","):
        found = _RANGE.fullmatch(part)
        if found:
            name, weight = found[1].casefold(), _weight(found[2])
            weights[name] = max(weight, weights.get(name, 0.0))
    return weights.get("en", 0.0) > weights.get("ja", 0.0)


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
