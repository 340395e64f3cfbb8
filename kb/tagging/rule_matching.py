"""Which rules of the book fire on an incident, and on which words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.tagging.passages import Passage
from kb.tagging.rules import Rule, RuleBook
from kb.tagging.scope import Silenced, silenced


@dataclass(frozen=True)
class Hit:
    """A rule and the sentence it fired on; `words` are the matched words in NFKC form."""

    rule: Rule
    passage: Passage
    words: str


def hits(record: Sequence[Passage], book: RuleBook, year: int | None = None) -> Mapping[str, tuple[Hit, ...]]:
    """The hits of every tag that has any, best first (by confidence, then in reading order); `year` is the incident's own."""
    present = {passage.field for passage in record}
    stretches: dict[tuple[str, str], tuple[Silenced, ...]] = {}
    found: dict[str, list[Hit]] = {}
    for rule in book.rules:
        if present.intersection(rule.without):
            continue
        axis = rule.tag.partition("/")[0]
        for passage in record:
            if passage.field not in rule.fields:
                continue
            key = (axis, passage.folded)
            if key not in stretches:
                stretches[key] = silenced(passage.folded, book.cues, axis, year)
            words = _fires(rule, passage.folded, stretches[key])
            if words is not None:
                found.setdefault(rule.tag, []).append(Hit(rule, passage, words))
    found = {tag: [hit for hit in of_tag if not found.keys() & set(hit.rule.yields_to)] for tag, of_tag in found.items()}
    return {tag: tuple(sorted(of_tag, key=lambda hit: -hit.rule.confidence)) for tag, of_tag in found.items() if of_tag}


def _fires(rule: Rule, sentence: str, stretches: Sequence[Silenced]) -> str | None:
    words = _first_spoken(rule.any, sentence, stretches)
    if words is None or any(pattern.search(sentence) for pattern in rule.unless):
        return None
    if any(_first_spoken((pattern,), sentence, stretches) is None for pattern in rule.all):
        return None
    return words


def _first_spoken(
    patterns: Sequence[re.Pattern[str]], sentence: str, stretches: Sequence[Silenced]
) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(sentence):
            if not any(stretch.covers(*match.span()) for stretch in stretches):
                return match.group()
    return None
