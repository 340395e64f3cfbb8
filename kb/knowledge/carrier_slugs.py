"""The name of a carrier within an incident's id: "softbank", or of one that we do not know its name in Latin letters."""

from __future__ import annotations

import hashlib
import re

from kb.japanese.romaji import romaji_of
from kb.japanese.terms import reading
from kb.japanese.text import nfkc
from kb.knowledge.carriers import Carriers

_LEGAL_FORM = re.compile(r"株式会社|有限会社|合同会社|一般社団法人|一般財団法人|\(株\)|\(有\)|co\.?,?\s*ltd\.?|inc\.?|corporation", re.IGNORECASE)
_LONGEST = 40


def carrier_slug(name: str, carriers: Carriers) -> str:
    """A slug of small letters, digits and hyphens; the same name always gives the same."""
    known = carriers.carrier_of(name)
    if known is not None and known.slug:
        return known.slug
    bare = _LEGAL_FORM.sub(" ", nfkc(name)).strip()
    spoken = "".join(piece if piece.isascii() else romaji_of(reading(piece)) for piece in re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", bare)).casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", spoken).strip("-")[:_LONGEST].strip("-")
    return slug or "x" + hashlib.sha256(name.encode()).hexdigest()[:6]


def incident_stem(started_at: str | None, fiscal_year: int | None, names: tuple[str, ...], carriers: Carriers) -> str:
    """Start date + slug of the first carrier: the id of an incident unless it is taken."""
    when = started_at[:10] if started_at else f"fy{fiscal_year}" if fiscal_year else "undated"
    return f"{when}-{carrier_slug(names[0], carriers) if names else 'unknown'}"
