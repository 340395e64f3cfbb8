"""What speaks for each tag of an incident, as numbers: rules that fire, and likeness to curated evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.japanese.folding import fold_form
from kb.knowledge.taxonomy import Tag
from kb.model import Incident
from kb.tagging.combination import Array
from kb.tagging.passages import Passage, passages
from kb.tagging.rule_matching import Hit, hits
from kb.tagging.rules import RuleBook
from kb.tagging.scope import silenced, spoken

_TRUST = 4.0  # how many training incidents a rule's stated confidence is worth
_SELDOM = 0.02  # how often a tag holds that no rule speaks for, before the catalogue has been asked


@dataclass(frozen=True)
class Record:
    """An incident as the tagger reads it: its sentences and the rules that fire on them."""

    passages: tuple[Passage, ...]
    hits: Mapping[str, tuple[Hit, ...]]
    year: int | None = None  # in which it began


@dataclass(frozen=True)
class RuleTrust:
    """Right and all firings of each (tag, rule number), and of silence for each tag, among training incidents."""

    right: Mapping[tuple[str, int], float]
    fired: Mapping[tuple[str, int], float]
    missed: Mapping[str, float]
    silent: Mapping[str, float]

    def precision(self, hit: Hit) -> float:
        """The rule's share of right firings, drawn towards its stated confidence."""
        key = (hit.rule.tag, hit.rule.number)
        return (self.right.get(key, 0) + _TRUST * hit.rule.confidence) / (self.fired.get(key, 0) + _TRUST)

    def miss_rate(self, tag: str) -> float:
        """How often the tag holds although none of its rules fires."""
        return (self.missed.get(tag, 0) + _TRUST * _SELDOM) / (self.silent.get(tag, 0) + _TRUST)


def read_record(incident: Incident, book: RuleBook) -> Record:
    """Cut the incident into sentences and fire the rules on them."""
    sentences = passages(incident)
    year = int(incident.started_at[:4]) if incident.started_at else None
    return Record(sentences, hits(sentences, book, year), year)


def heard(record: Record, axis: str, book: RuleBook) -> tuple[list[Passage], list[str]]:
    """The sentences that `axis` reads, and the same without what they say did not happen."""
    chosen = [passage for passage in record.passages if passage.field in book.fields[axis]]
    return chosen, [spoken(passage.folded, silenced(passage.folded, book.cues, axis, record.year)) for passage in chosen]


def tags_named(texts: Sequence[str], names: Sequence[Sequence[str]]) -> Array:
    """(tags,) of 1 where one of the tag's `names` (folded) stands in one of the texts, else 0."""
    whole = "\n".join(fold_form(text) for text in texts)
    return np.array([float(any(name in whole for name in of_tag)) for of_tag in names])


def names_of(tag: Tag) -> tuple[str, ...]:
    """A tag's Japanese label and synonyms as they are looked for in texts."""
    folded = (fold_form(name) for name in (tag.label_ja, *tag.synonyms))
    return tuple(name for name in folded if len(name) > 1)


def count_trust(
    records: Sequence[Record], known: Sequence[frozenset[str]], weights: Sequence[float], tags: Sequence[str]
) -> RuleTrust:
    """Compare the rules with the `known` tags of each record, which counts by its weight."""
    right: dict[tuple[str, int], float] = {}
    fired: dict[tuple[str, int], float] = {}
    missed: dict[str, float] = {}
    silent: dict[str, float] = {}
    for record, truth, weight in zip(records, known, weights):
        for tag in tags:
            numbers = {hit.rule.number for hit in record.hits.get(tag, ())}
            for number in numbers:
                fired[tag, number] = fired.get((tag, number), 0) + weight
                right[tag, number] = right.get((tag, number), 0) + weight * (tag in truth)
            if not numbers:
                silent[tag] = silent.get(tag, 0) + weight
                missed[tag] = missed.get(tag, 0) + weight * (tag in truth)
    return RuleTrust(right, fired, missed, silent)


def signals(
    record: Record, tags: Sequence[str], trust: RuleTrust, by_sentence: Array, by_record: Array, named: Array
) -> Array:
    """(tags, signals) of one incident from its best sentence scores, its record scores and the tags it names.

    These three are (tags,). The first signal is the log odds that the rules alone would give. `trust` must not have been counted on the incident itself.
    """
    rows = []
    for column, tag in enumerate(tags):
        found = record.hits.get(tag, ())
        if found:
            precision = max(trust.precision(hit) for hit in found)
            breadth = float(np.log1p(len({hit.passage.text for hit in found})))
        else:
            precision, breadth = trust.miss_rate(tag), 0.0
        fires, likeness = float(bool(found)), by_sentence[column]
        odds = np.log(precision / (1 - precision))
        rows.append([odds, fires, breadth, likeness, by_record[column], likeness * fires, named[column]])
    return np.array(rows, dtype=np.float64)
