"""The telecom lexicon: concepts met in a text, in Japanese or English, whichever of their names is used.

A form belongs to one concept only, and the longest form wins, so that 位置登録サーバ is the server and not the
registration. The names come from `db/lexicon.yml` (`load_lexicon`) or from rows of a database (`Lexicon.from_forms`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from kb.errors import CatalogueError, NotFoundError
from kb.japanese.folding import FoldedText, fold, fold_form
from kb.japanese.inflection import inflections
from kb.knowledge.concept import Concept, Form, read_concepts

__all__ = ["Concept", "ConceptMatch", "Form", "Lexicon", "load_lexicon"]

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_KATAKANA_AT_START = re.compile(r"[ァ-ヺー]*")
_KATAKANA_AT_END = re.compile(r"[ァ-ヺー]*$")
# A short katakana word inside a longer one is another word: ログ in カタログ, ループ in グループ.
_SHORT_KATAKANA = 4
# The letters of a short abbreviation stand together: "up s" is no UPS.
_SHORT_LATIN = 4
_PLURALS = ("s", "es")


@dataclass(frozen=True)
class ConceptMatch:
    """A concept met in a text: `surface == text[start:end]`."""

    concept_id: str
    start: int
    end: int
    surface: str


class Lexicon:
    """Concepts and the table that finds them. Immutable and safe to share between threads."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        """Compile. CatalogueError if two concepts share an id or a form."""
        self.concepts = tuple(concepts)
        by_id: dict[str, Concept] = {}
        for concept in self.concepts:
            if concept.id in by_id:
                raise CatalogueError(f"concept {concept.id}: field id: is used twice; rename one of them")
            by_id[concept.id] = concept
        self.by_id: Mapping[str, Concept] = MappingProxyType(by_id)
        self._owners = _owners(self.concepts)
        self._solid = _solid(self.concepts)
        lengths: dict[str, set[int]] = defaultdict(set)
        for folded in self._owners:
            lengths[folded[:2]].add(len(folded))
        self._lengths = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in lengths.items()}

    @classmethod
    def from_forms(cls, rows: Iterable[tuple[str, str, str]]) -> Lexicon:
        """A lexicon from (concept id, form, kind) rows, as a database keeps them. Forms are spellings, not patterns."""
        grouped: dict[str, dict[str, Form]] = defaultdict(dict)
        for concept_id, text, kind in rows:
            folded = fold_form(text)
            forms = grouped[concept_id]
            if folded not in forms:
                forms[folded] = Form(text, kind, folded)
        return cls(Concept(key, "", "", tuple(forms.values())) for key, forms in grouped.items())

    def find(self, text: str) -> tuple[ConceptMatch, ...]:
        """Concepts in order of appearance, leftmost and longest first, without overlaps; offsets point into `text`."""
        folded = fold(text)
        string, owners, lengths = folded.text, self._owners, self._lengths
        found: list[ConceptMatch] = []
        position = 0
        length = len(string)
        while position < length - 1:
            for size in lengths.get(string[position : position + 2], ()):
                end = position + size
                owner = owners.get(string[position:end]) if end <= length else None
                if owner is not None and (end := self._accepted_end(folded, position, end)):
                    start, stop = folded.starts[position], folded.ends[end - 1]
                    found.append(ConceptMatch(owner, start, stop, text[start:stop]))
                    position = end
                    break
            else:
                position += 1
        return tuple(found)

    def expansions(self, concept_id: str) -> tuple[Form, ...]:
        """Every spelling of a concept, the usual one first. NotFoundError if there is no such concept."""
        concept = self.by_id.get(concept_id)
        if concept is None:
            raise NotFoundError(f"no concept {concept_id!r} in the lexicon; db/lexicon.yml lists them")
        return concept.forms

    def _accepted_end(self, folded: FoldedText, start: int, end: int) -> int:
        """Where the match ends, an English plural included; 0 if an edge stands inside a longer word."""
        string, gaps = folded.text, folded.gaps
        form = string[start:end]
        if form in self._solid and any(gaps[start + 1 : end]):
            return 0
        if start and not gaps[start] and _same_word(form, string[start - 1], _KATAKANA_AT_START, form[0]):
            return 0
        if end == len(string) or gaps[end]:
            return end
        if form[-1] in _LATIN and string[end] in _LATIN:
            return _plural_end(folded, end)
        return 0 if _same_word(form, string[end], _KATAKANA_AT_END, form[-1]) else end


def load_lexicon(path: Path | str) -> Lexicon:
    """Read, check and compile `lexicon.yml`. CatalogueError names file, concept and field of whatever does not fit."""
    concepts = read_concepts(Path(path))
    try:
        return Lexicon(concepts)
    except CatalogueError as error:
        raise CatalogueError(f"{path}: {error}") from None


def _owners(concepts: tuple[Concept, ...]) -> dict[str, str]:
    """Folded form → concept id. What is listed wins over what is derived from another form by its ending."""
    owners: dict[str, str] = {}
    for concept in concepts:
        for form in concept.forms:
            other = owners.setdefault(form.folded, concept.id)
            if other != concept.id:
                raise CatalogueError(
                    f"concept {concept.id}: field forms: {form.text!r} also belongs to {other}; keep it in one"
                )
    for concept in concepts:
        for form in concept.forms:
            for ending in inflections(form.text):
                owners.setdefault(ending if form.text == form.folded else fold_form(ending), concept.id)
    return owners


def _solid(concepts: tuple[Concept, ...]) -> frozenset[str]:
    """Short Latin forms that are written in one piece."""
    forms = (form for concept in concepts for form in concept.forms if len(form.folded) <= _SHORT_LATIN)
    return frozenset(form.folded for form in forms if form.folded.isascii() and form.text.isalnum())


def _same_word(form: str, neighbour: str, katakana: re.Pattern[str], edge: str) -> bool:
    """Whether the character beside a form belongs to the word at that edge of the form."""
    if edge in _LATIN:
        return neighbour in _LATIN
    if not ("ァ" <= neighbour <= "ヺ" or neighbour == "ー"):
        return False
    run = katakana.search(form)
    return run is not None and 0 < len(run.group()) <= _SHORT_KATAKANA


def _plural_end(folded: FoldedText, end: int) -> int:
    string, gaps = folded.text, folded.gaps
    for ending in _PLURALS:
        stop = end + len(ending)
        if string.startswith(ending, end) and not any(gaps[end + 1 : stop]):
            if stop == len(string) or gaps[stop] or string[stop] not in _LATIN:
                return stop
    return 0
