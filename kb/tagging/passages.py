"""The sentences of an incident's record, each with the part of the record it stands in.

Tags are proposed from these sentences and borne out by them, so they are kept word for word. A heading is no sentence: what it
names (返金について, 設備の増強) is told below it or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.japanese.text import chunks, nfkc, sentences
from kb.model import Incident

FIELDS = (
    "title", "cause", "prolonging", "lesson", "notification", "note", "measure", "service", "symptom",
)  # fmt: skip

_MARK = r"(?:第?\d+(?:[-.]\d+)*[章節項]?[.)．、]?(?!\d)|[(（]\d+[)）]|[①-⑳]|[■□●○◆◇▼▽▶★☆※・#＃*-]+)"
# A line that only says what the lines below it are about.
_ABOUT = r"(?:について|に関して|に関する(?:ご報告|お知らせ|件)|の?(?:概要|状況|経緯|経過|内容|詳細|有無|一覧|方針|考え方|位置付け|結果|件)|とは|:)"
_HEADING = re.compile(rf"\s*(?:{_MARK}\s*)?[^。、]{{1,40}}{_ABOUT}\s*|\s*(?:{_MARK}\s*)?[【〔［\[<〈《][^】〕］\]>〉》。]{{1,40}}[】〕］\]>〉》]:?\s*|[■□◆◇▼▽▶#]+\s*[^。、:]{{1,30}}")

# Text without full stops, as of tables, is cut like this: no evidence is longer, and rules stay fast on any text.
_LONGEST = 1500  # bytes, about 500 characters


@dataclass(frozen=True)
class Passage:
    """One sentence: `field` is one of FIELDS, `text` is as printed, `folded` is its NFKC form for matching."""

    field: str
    text: str
    folded: str


def passages(incident: Incident) -> tuple[Passage, ...]:
    """Every sentence of the record in reading order, without repeats."""
    seen: dict[tuple[str, str], Passage] = {}
    for field, text in _texts(incident):
        for _, sentence in sentences(text):
            if field != "title" and is_heading(sentence):
                continue
            for _, piece in chunks(sentence, _LONGEST):
                seen.setdefault((field, piece), Passage(field, piece, nfkc(piece)))
    return tuple(seen.values())


def is_heading(line: str) -> bool:
    """Whether a line only announces what follows: 【返金】, ■ 設備の増強, 4.2 返金について."""
    return _HEADING.fullmatch(nfkc(line)) is not None


def _texts(incident: Incident) -> Iterator[tuple[str, str]]:
    yield "title", incident.title
    for statement in incident.statements:
        yield statement.kind, statement.text
    for measure in incident.measures:
        yield "measure", measure.text
    for impact in incident.impacts:
        yield "service", impact.service
        if impact.symptom is not None:
            yield "symptom", impact.symptom
    for notification in incident.notifications:
        yield "notification", notification.text
