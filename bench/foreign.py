"""A corpus that has nothing to do with us, as a catalogue, with known-item questions.

The text is a folder of HTML pages in Japanese, for instance Debian's `debian-reference-ja` (GPL-2+), of which nothing is kept in
the project. Each paragraph becomes an incident with the section's heading as title. A question is either a clause of the
paragraph or three of its rarer words; the paragraph it was taken from is the one right answer.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kb.japanese.terms import terms
from kb.search.evaluation import Judgement

PARAGRAPHS = 1000
QUESTIONS = 300  # of each kind
MIN_CHARACTERS = 40
CLAUSE = (10, 40)  # characters
RARE_IN = 40  # a word of a question stands in at most so many paragraphs
SEED = 0

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with the heading it stands under."""

    id: str
    heading: str
    text: str


def paragraphs(folder: Path) -> list[Paragraph]:
    """Up to PARAGRAPHS paragraphs in Japanese, in order of file and place."""
    from bs4 import BeautifulSoup

    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.html")):
        heading = path.stem
        for element in BeautifulSoup(path.read_bytes(), "html.parser").find_all(["h1", "h2", "h3", "h4", "p", "li"]):
            text = " ".join(element.get_text(" ").split())
            if element.name.startswith("h"):
                heading = text
            elif len(text) >= MIN_CHARACTERS and len(_JAPANESE.findall(text)) > len(text) / 2 and not element.find(["p", "li"]):
                found.setdefault(text, heading)
    chosen = list(found.items())
    if len(chosen) > PARAGRAPHS:
        keep = sorted(random.Random(SEED).sample(range(len(chosen)), PARAGRAPHS))
        chosen = [chosen[n] for n in keep]
    return [Paragraph(f"p{n:05d}", heading, text) for n, (text, heading) in enumerate(chosen)]


def write_catalogue(found: list[Paragraph], folder: Path) -> Path:
    """One file a paragraph in the catalogue's format (JSON is YAML); returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for paragraph in found:
        entry = {"id": paragraph.id, "title": paragraph.heading, "carriers": ["架空通信株式会社"], "cause": paragraph.text}
        (folder / f"{paragraph.id}.yml").write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
    return folder


def questions(found: list[Paragraph]) -> list[Judgement]:
    """Known-item questions of the kinds "clause" and "words"."""
    chance = random.Random(SEED)
    cut = {p.id: list(dict.fromkeys(term.text for term in terms(p.text, query=True))) for p in found}
    spread = Counter(word for words in cut.values() for word in words)
    judged: list[Judgement] = []
    for number, paragraph in enumerate(chance.sample(found, min(QUESTIONS, len(found)))):
        clauses = [c for c in re.split(r"[、。,.()()「」]", paragraph.text) if CLAUSE[0] <= len(c) <= CLAUSE[1]]
        if clauses:
            judged.append(Judgement(f"c{number:03d}", "clause", chance.choice(clauses), {paragraph.id: 3}))
    for number, paragraph in enumerate(chance.sample(found, min(QUESTIONS, len(found)))):
        words = [word for word in cut[paragraph.id] if 2 <= spread[word] <= RARE_IN and len(word) > 1]
        if len(words) >= 3:
            judged.append(Judgement(f"w{number:03d}", "words", " ".join(chance.sample(words, 3)), {paragraph.id: 3}))
    return judged
