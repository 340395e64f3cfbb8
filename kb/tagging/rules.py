"""Rules that propose tags, read from `db/tagging.yml` and checked against the taxonomy.

The file's own header says what each key means. Patterns are regular expressions over NFKC text in which <name> stands
for the alternatives listed under `words`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kb.errors import CatalogueError, NotFoundError
from kb.knowledge.taxonomy import AXES, Taxonomy
from kb.tagging.passages import FIELDS

SIDES = ("before", "after", "itself")
REACHES = ("clause", "topic", "contrast", "sentence")
_SECTIONS = ("unread_years", "fields", "words", "scope", "rules")
_RULE_FIELDS = ("any", "all", "unless", "fields", "without", "yields_to", "confidence")
_CUE_FIELDS = ("name", "side", "reach", "axes", "cue")
_WORD = re.compile(r"(?<!\?P)<([a-z_]+)>")  # not the name of a group


@dataclass(frozen=True)
class Cue:
    """Words that silence what stands on one `side` of them ("itself": they too), as far as `reach`, on some axes.

    A pattern's group "year" names the year of another accident: where it is the incident's own, the cue says nothing.
    """

    name: str
    side: str
    reach: str
    axes: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Rule:
    """One way to earn `tag`; `number` counts the tag's rules from 1, `confidence` is a precision between 0 and 1."""

    tag: str
    number: int
    any: tuple[re.Pattern[str], ...]
    all: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    fields: tuple[str, ...]
    without: tuple[str, ...]
    yields_to: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class RuleBook:
    """All rules and cues, which parts of a record each axis reads, and the fiscal years no rule was written from."""

    fields: Mapping[str, tuple[str, ...]]
    cues: tuple[Cue, ...]
    rules: tuple[Rule, ...]
    unread_years: frozenset[int]


def load_rules(path: str | Path, taxonomy: Taxonomy) -> RuleBook:
    """Read `db/tagging.yml`; CatalogueError names the file, the rule and the field that does not fit."""
    import yaml

    path = Path(path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError(f"{path}: the tagging rules cannot be read ({error.strerror}); give their path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise CatalogueError(f"{path}: the tagging rules are not valid YAML ({reason}); correct the file.") from error
    if not isinstance(content, dict) or set(content) != set(_SECTIONS):
        raise CatalogueError(f"{path}: the top level must be {', '.join(_SECTIONS)}.")
    words = _words(content["words"], f"{path}: words")
    fields = _fields_of_axes(content["fields"], f"{path}: fields")
    cues = tuple(
        _cue(_mapping(raw, _CUE_FIELDS, f"{path}: scope[{n}]"), words, f"{path}: scope[{n}]")
        for n, raw in enumerate(_list(content["scope"], f"{path}: scope"), start=1)
    )
    rules: list[Rule] = []
    if not isinstance(content["rules"], dict):
        raise CatalogueError(f"{path}: rules: must be a mapping from tags to lists of rules.")
    for tag, raws in content["rules"].items():
        where = f"{path}: rules, {tag}"
        try:
            axis = taxonomy.get(str(tag)).axis
        except NotFoundError as error:
            raise CatalogueError(f"{where}: {error}") from error
        for number, raw in enumerate(_list(raws, where), start=1):
            place = f"{where}[{number}]"
            rules.append(_rule(tag, number, _mapping(raw, _RULE_FIELDS, place), words, fields[axis], taxonomy, place))
    return RuleBook(fields, cues, tuple(rules), _years(content["unread_years"], f"{path}: unread_years"))


def _rule(
    tag: str, number: int, raw: Mapping[str, Any], words: Mapping[str, str], fields: tuple[str, ...],
    taxonomy: Taxonomy, where: str,
) -> Rule:  # fmt: skip
    confidence = raw.get("confidence")
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)) or not 0 < confidence < 1:
        raise CatalogueError(f"{where}, field confidence: {confidence!r} must be a number between 0 and 1.")
    if not raw.get("any"):
        raise CatalogueError(f"{where}, field any: must hold at least one pattern.")
    return Rule(
        tag=tag,
        number=number,
        any=_patterns(raw["any"], words, f"{where}, field any"),
        all=_patterns(raw.get("all", []), words, f"{where}, field all"),
        unless=_patterns(raw.get("unless", []), words, f"{where}, field unless"),
        fields=_names(raw.get("fields", list(fields)), FIELDS, f"{where}, field fields"),
        without=_names(raw.get("without", []), FIELDS, f"{where}, field without"),
        yields_to=_tags(raw.get("yields_to", []), taxonomy, f"{where}, field yields_to"),
        confidence=float(confidence),
    )


def _cue(raw: Mapping[str, Any], words: Mapping[str, str], where: str) -> Cue:
    side, reach = raw.get("side"), raw.get("reach")
    if side not in SIDES:
        raise CatalogueError(f"{where}, field side: {side!r} must be one of {', '.join(SIDES)}.")
    if reach not in REACHES:
        raise CatalogueError(f"{where}, field reach: {reach!r} must be one of {', '.join(REACHES)}.")
    (pattern,) = _patterns([raw.get("cue")], words, f"{where}, field cue")
    return Cue(str(raw.get("name")), side, reach, _names(raw.get("axes"), AXES, f"{where}, field axes"), pattern)


def _years(raw: Any, where: str) -> frozenset[int]:
    for year in _list(raw, where):
        if isinstance(year, bool) or not isinstance(year, int):
            raise CatalogueError(f"{where}: {year!r} must be a fiscal year.")
    return frozenset(raw)


def _words(raw: Any, where: str) -> Mapping[str, str]:
    if not isinstance(raw, dict) or not all(isinstance(value, str) for value in raw.values()):
        raise CatalogueError(f"{where}: must be a mapping from names to alternatives.")
    for name in raw:
        if not _WORD.fullmatch(f"<{name}>"):
            raise CatalogueError(f"{where}: {name!r} must be lower-case letters and underscores.")
    return raw


def _fields_of_axes(raw: Any, where: str) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(raw, dict) or set(raw) != set(AXES):
        raise CatalogueError(f"{where}: must hold exactly the axes {', '.join(AXES)}.")
    return MappingProxyType({axis: _names(raw[axis], FIELDS, f"{where}, {axis}") for axis in AXES})


def _patterns(raw: Any, words: Mapping[str, str], where: str) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for number, source in enumerate(_list(raw, where), start=1):
        if not isinstance(source, str) or not source:
            raise CatalogueError(f"{where}[{number}]: must be a pattern, not {source!r}.")
        for name in _WORD.findall(source):
            if name not in words:
                raise CatalogueError(f"{where}[{number}]: <{name}> is not listed under words; add it or correct it.")
        try:
            pattern = re.compile(_WORD.sub(lambda match: f"(?:{words[match[1]]})", source))
        except re.error as error:
            raise CatalogueError(f"{where}[{number}]: not a regular expression ({error}): {source!r}.") from error
        if pattern.search("") is not None:
            raise CatalogueError(f"{where}[{number}]: matches the empty text; make it match words: {source!r}.")
        compiled.append(pattern)
    return tuple(compiled)


def _names(raw: Any, allowed: tuple[str, ...], where: str) -> tuple[str, ...]:
    for name in _list(raw, where):
        if name not in allowed:
            raise CatalogueError(f"{where}: {name!r} must be one of {', '.join(allowed)}.")
    return tuple(raw)


def _tags(raw: Any, taxonomy: Taxonomy, where: str) -> tuple[str, ...]:
    try:
        return tuple(taxonomy.get(str(key)).key for key in _list(raw, where))
    except NotFoundError as error:
        raise CatalogueError(f"{where}: {error}") from error


def _list(raw: Any, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise CatalogueError(f"{where}: must be a list.")
    return raw


def _mapping(raw: Any, allowed: tuple[str, ...], where: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise CatalogueError(f"{where}: must be a mapping with the fields {', '.join(allowed)}.")
    unknown = sorted(set(map(str, raw)) - set(allowed))
    if unknown:
        raise CatalogueError(f"{where}: unknown field {unknown[0]!r}; known: {', '.join(allowed)}.")
    return raw
