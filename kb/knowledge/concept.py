"""Reading `db/lexicon.yml`: what a concept is, and the checks of every field.

A form in the file may be a pattern: `(x)` is optional, `<a|b>` is one of several: 切(り)替(え), フェ<ー|イ>ルオーバ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from kb.errors import CatalogueError
from kb.japanese.folding import fold_form

FORM_KINDS = ("ja", "kana", "en", "abbr", "everyday")
MAX_SPELLINGS = 64  # of one pattern

_FIELDS = {"id", "label_ja", "label_en", "forms", "tag", "broader", "note"}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG = re.compile(r"[a-z]+/[a-z0-9]+(?:-[a-z0-9]+)*")
_PATTERN_PIECE = re.compile(r"\(([^()<>|]+)\)|<([^()<>]*\|[^()<>]*)>|([^()<>|]+)")


@dataclass(frozen=True)
class Form:
    """One spelling of a concept. `folded` is what is compared: see kb.japanese.folding."""

    text: str
    kind: str
    folded: str


@dataclass(frozen=True)
class Concept:
    """One thing of the field. `tag` is `axis/id` of the taxonomy if it names a tag, `broader` another concept's id.

    Labels are empty in a lexicon made from forms alone.
    """

    id: str
    label_ja: str
    label_en: str
    forms: tuple[Form, ...]
    tag: str | None = None
    broader: str | None = None
    note: str | None = None


def read_concepts(path: Path) -> tuple[Concept, ...]:
    """Concepts of a lexicon file in its order. CatalogueError names file, concept and field of what does not fit."""
    import yaml

    try:
        with path.open(encoding="utf-8") as stream:
            raw = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read ({error.strerror}); restore the file or name another") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: is no readable YAML: {error}") from error
    if not isinstance(raw, list) or not raw:
        raise CatalogueError(f"{path}: must be a list of concepts")
    try:
        concepts = tuple(_concept(item, f"concept number {number}") for number, item in enumerate(raw, 1))
        _check_broader(concepts)
    except CatalogueError as error:
        raise CatalogueError(f"{path}: {error}") from None
    return concepts


def _concept(raw: object, where: str) -> Concept:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{where}: must be a mapping with id, label_ja, label_en and forms")
    identifier = raw.get("id")
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        raise CatalogueError(f"{where}: field id: {identifier!r} is not kebab-case")
    where = f"concept {identifier}"
    if unknown := sorted(map(str, set(raw) - _FIELDS)):
        raise CatalogueError(f"{where}: field {unknown[0]}: is not known; use {', '.join(sorted(_FIELDS))}")
    for field in ("label_ja", "label_en"):
        if not isinstance(raw.get(field), str) or not raw[field].strip():
            raise CatalogueError(f"{where}: field {field}: must be a text")
    for field in ("tag", "broader", "note"):
        if raw.get(field) is not None and not isinstance(raw[field], str):
            raise CatalogueError(f"{where}: field {field}: must be a text or null")
    if raw.get("tag") and not _TAG.fullmatch(raw["tag"]):
        raise CatalogueError(f"{where}: field tag: {raw['tag']!r} is not axis/id")
    concept = Concept(identifier, raw["label_ja"], raw["label_en"], ())
    forms = _forms(raw.get("forms"), where)
    return replace(concept, forms=forms, tag=raw.get("tag"), broader=raw.get("broader"), note=raw.get("note"))


def _forms(raw: object, where: str) -> tuple[Form, ...]:
    if not isinstance(raw, dict) or not raw:
        raise CatalogueError(f"{where}: field forms: must be lists by kind: {', '.join(FORM_KINDS)}")
    forms: dict[str, Form] = {}
    for kind, patterns in raw.items():
        if kind not in FORM_KINDS:
            raise CatalogueError(f"{where}: field forms.{kind}: is no kind; use {', '.join(FORM_KINDS)}")
        if not isinstance(patterns, list):
            raise CatalogueError(f"{where}: field forms.{kind}: must be a list")
        for pattern in patterns:
            if not isinstance(pattern, str):
                raise CatalogueError(f"{where}: field forms.{kind}: {pattern!r} is not a text; quote it")
            for text in _spellings(pattern, f"{where}: field forms.{kind}"):
                folded = fold_form(text)
                if len(folded) < 2:
                    raise CatalogueError(f"{where}: field forms.{kind}: {text!r} is too short to be found safely")
                if folded in forms and patterns.count(pattern) > 1:
                    raise CatalogueError(f"{where}: field forms.{kind}: {pattern!r} stands there twice")
                forms.setdefault(folded, Form(text, kind, folded))
    return tuple(forms.values())


def _spellings(pattern: str, where: str) -> list[str]:
    """All spellings of a pattern, the fullest first."""
    choices: list[tuple[str, ...]] = []
    position = 0
    for match in _PATTERN_PIECE.finditer(pattern):
        if match.start() != position:
            break
        optional, alternatives, plain = match.groups()
        choices.append((optional, "") if optional else tuple(alternatives.split("|")) if alternatives else (plain,))
        position = match.end()
    if position != len(pattern) or not pattern.strip():
        raise CatalogueError(f"{where}: {pattern!r} has an unbalanced or empty bracket; use (x) and <a|b>")
    spellings = ["".join(parts) for parts in product(*choices)]
    if len(spellings) > MAX_SPELLINGS:
        raise CatalogueError(f"{where}: {pattern!r} has {len(spellings)} spellings; split it ({MAX_SPELLINGS} at most)")
    return spellings


def _check_broader(concepts: tuple[Concept, ...]) -> None:
    parents = {concept.id: concept.broader for concept in concepts}
    for concept in concepts:
        if concept.broader and concept.broader not in parents:
            raise CatalogueError(f"concept {concept.id}: field broader: there is no concept {concept.broader!r}")
        seen = {concept.id}
        parent = concept.broader
        while parent:
            if parent in seen:
                raise CatalogueError(f"concept {concept.id}: field broader: goes round in a circle through {parent!r}")
            seen.add(parent)
            parent = parents[parent]
