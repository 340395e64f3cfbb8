"""Proposing tags for an incident that nobody has tagged yet, each with a sentence of that incident and a reason.

Rules of `db/tagging.yml` and the likeness to the curated evidence of the catalogue are weighed together. Without
training incidents the rules stand alone with the confidence they state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.knowledge.taxonomy import AXES, Taxonomy
from kb.model import Incident, TagAssignment
from kb.tagging.rule_matching import Hit
from kb.tagging.rules import RuleBook, load_rules
from kb.tagging.signals import Record, heard, read_record, signals, tags_named
from kb.tagging.training import Learnt, learn, read_training

DEFAULT_THRESHOLD = 0.5
WORTH_SHOWING = 0.2  # proposals less likely than this are noise


@dataclass(frozen=True)
class TagProposal:
    """A tag that may hold. `evidence` is a sentence of the incident, `confidence` a probability between 0 and 1."""

    tag: str
    evidence: str
    method: str  # "rule" when a rule fired, "model" when only the likeness to curated evidence speaks for it
    confidence: float
    why: str


@dataclass(frozen=True)
class Tagger:
    """Rules and what was learnt; `learnt` is None without training incidents."""

    taxonomy: Taxonomy
    book: RuleBook
    learnt: Learnt | None

    def threshold(self, axis: str) -> float:
        """The confidence from which a proposal on `axis` is taken as a tag."""
        return DEFAULT_THRESHOLD if self.learnt is None else self.learnt.axes[axis].threshold


def load_tagger(rules_path: str | Path, taxonomy: Taxonomy, training: Sequence[Incident]) -> Tagger:
    """Read the rules (CatalogueError if they do not fit) and learn from the curated tags of `training`."""
    book = load_rules(rules_path, taxonomy)
    reading = read_training(training, taxonomy, book)
    return Tagger(taxonomy, book, learn(reading, range(len(reading.incidents))))


def propose(incident: Incident, tagger: Tagger) -> tuple[TagProposal, ...]:
    """Every tag worth showing, the axes in their order and the likeliest first within an axis."""
    record = read_record(incident, tagger.book)
    found: list[TagProposal] = []
    for axis in AXES:
        of_axis = _by_rules(record, axis) if tagger.learnt is None else _by_both(record, axis, tagger, tagger.learnt)
        found.extend(sorted(of_axis, key=lambda proposal: -proposal.confidence))
    return tuple(proposal for proposal in found if proposal.confidence >= WORTH_SHOWING)


def assign(incident: Incident, tagger: Tagger) -> tuple[TagAssignment, ...]:
    """The proposals that are likely enough to stand as tags."""
    return tuple(
        TagAssignment(proposal.tag, proposal.evidence, proposal.method, proposal.confidence)
        for proposal in propose(incident, tagger)
        if proposal.confidence >= tagger.threshold(proposal.tag.partition("/")[0])
    )


def _by_rules(record: Record, axis: str) -> list[TagProposal]:
    return [
        TagProposal(tag, found[0].passage.text, "rule", found[0].rule.confidence, _rule_reason(found[0]))
        for tag, found in record.hits.items()
        if tag.startswith(f"{axis}/")
    ]


def _by_both(record: Record, axis: str, tagger: Tagger, learnt: Learnt) -> list[TagProposal]:
    model = learnt.axes[axis]
    chosen, audible = heard(record, axis, tagger.book)
    # A record without a sentence on this axis is scored as one that says nothing.
    sentence_scores = model.sentences.scores(learnt.vectors.matrix(audible or [""]))
    record_scores = model.records.scores(learnt.vectors.matrix(["\n".join(audible)]))[0]
    named = tags_named(audible, model.names)
    pairs = signals(record, model.tags, learnt.trust, sentence_scores.max(axis=0), record_scores, named)
    chances = model.logistic.probabilities(pairs)
    proposals = []
    for column, tag in enumerate(model.tags):
        confidence = round(float(chances[column]), 3)
        found = record.hits.get(tag, ())
        if found:
            best = max(found, key=learnt.trust.precision)
            proposals.append(TagProposal(tag, best.passage.text, "rule", confidence, _rule_reason(best)))
        elif chosen:
            nearest = int(np.argmax(sentence_scores[:, column]))
            why = f"like the evidence of {tag} in the catalogue ({sentence_scores[nearest, column]:.2f})"
            proposals.append(TagProposal(tag, chosen[nearest].text, "model", confidence, why))
    return proposals


def _rule_reason(hit: Hit) -> str:
    return f"rule {hit.rule.tag}[{hit.rule.number}]: 「{hit.words}」"
