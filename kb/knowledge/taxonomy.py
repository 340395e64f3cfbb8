"""The controlled tags: what the words for causes, measures, equipment and services mean.

`db/taxonomy.yml` is the source; this module reads it into frozen records, refuses what does not fit, and finds tags
by the names that people use. A tag's key is "axis/id"; an id is unique within its axis only, so that a bare id may
name several tags ("silent-failure" is a mechanism and a reason why an accident lasted).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kb.errors import CatalogueError, NotFoundError
from kb.japanese.text import nfkc

AXIS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "trigger": "発端",
        "mechanism": "機構",
        "prolonging": "長期化・拡大の要因",
        "measure": "対策",
        "equipment": "設備",
        "service": "サービス",
    }
)
AXES = tuple(AXIS_LABELS)
CAUSE_AXES = ("trigger", "mechanism", "prolonging")  # what `--cause TAG` looks through

GROUP_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "prevention": "予防",
        "containment": "封じ込め",
        "detection": "検知",
        "recovery": "復旧",
        "organisation": "体制",
        "user-notification": "利用者周知",
    }
)
MEASURE_GROUPS = tuple(GROUP_LABELS)

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG_FIELDS = ("id", "label_ja", "label_en", "group", "definition", "synonyms", "positive", "negative")
_SUGGESTIONS = 3


@dataclass(frozen=True)
class Example:
    """A quote of an incident's record. In a negative example `instead` is the key of the tag it calls for, or None."""

    incident: str
    text: str
    instead: str | None = None


@dataclass(frozen=True)
class Tag:
    """One controlled term. `group` is one of MEASURE_GROUPS for measures and None on every other axis."""

    id: str
    axis: str
    label_ja: str
    label_en: str
    definition: str
    group: str | None = None
    synonyms: tuple[str, ...] = ()
    positive: tuple[Example, ...] = ()
    negative: tuple[Example, ...] = ()

    @property
    def key(self) -> str:
        """The tag's name in the database and in links: "axis/id"."""
        return f"{self.axis}/{self.id}"


@dataclass(frozen=True)
class Taxonomy:
    """All tags in the order of the file."""

    tags: tuple[Tag, ...]
    _by_key: Mapping[str, Tag] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_key", MappingProxyType({tag.key: tag for tag in self.tags}))

    def get(self, key: str) -> Tag:
        """The tag with this key ("mechanism/network-loop"); NotFoundError with the nearest keys otherwise."""
        try:
            return self._by_key[key]
        except KeyError:
            raise NotFoundError(_no_such_tag(key, self.tags)) from None

    def on_axis(self, axis: str) -> tuple[Tag, ...]:
        """The tags of one axis; an axis that does not exist is a ValueError."""
        _check_axes((axis,))
        return tuple(tag for tag in self.tags if tag.axis == axis)

    def resolve(self, name: str, axes: Sequence[str] = AXES) -> tuple[str, ...]:
        """Keys of the tags on `axes` that `name` names: a bare id, "axis/id", or a Japanese or English label.

        Width, case and spaces for hyphens make no difference ("Route leak" is route-leak). Synonyms name no tag; they
        lead to the suggestions of the NotFoundError that an unknown name raises.
        """
        _check_axes(axes)
        wanted = _folded(name)
        candidates = [tag for tag in self.tags if tag.axis in axes]
        found = tuple(tag.key for tag in candidates if wanted in _names(tag))
        if not found:
            raise NotFoundError(_no_such_tag(name, candidates))
        return found


def load_taxonomy(path: str | Path) -> Taxonomy:
    """Read `db/taxonomy.yml`; CatalogueError names the file, the tag and the field that does not fit."""
    import yaml

    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # ten times faster in C
    except OSError as error:
        raise CatalogueError(f"{path}: the taxonomy cannot be read ({error.strerror}); give its path.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise CatalogueError(f"{path}: the taxonomy is not valid YAML ({reason}); correct the file.") from error
    if not isinstance(content, dict) or set(content) != set(AXES):
        raise CatalogueError(f"{path}: the top level must be the axes {', '.join(AXES)}, each with a list of tags.")
    taxonomy = Taxonomy(tuple(tag for axis in AXES for tag in _tags(content[axis], axis, f"{path}: {axis}")))
    _check_unique(taxonomy.tags, path)
    _check_instead(taxonomy, path)
    return taxonomy


def _tags(raw: Any, axis: str, where: str) -> Iterator[Tag]:
    if not isinstance(raw, list):
        raise CatalogueError(f"{where}: must be a list of tags.")
    for number, entry in enumerate(raw, start=1):
        if not isinstance(entry, dict):
            raise CatalogueError(f"{where}, entry {number}: must be a mapping with the fields {', '.join(_TAG_FIELDS)}.")
        yield _tag(entry, axis, f"{where}/{entry.get('id', f'(entry {number})')}")


def _tag(entry: dict[str, Any], axis: str, where: str) -> Tag:
    unknown = set(entry) - set(_TAG_FIELDS)
    if unknown:
        raise CatalogueError(f"{where}: unknown field {sorted(map(str, unknown))[0]!r}; known: {', '.join(_TAG_FIELDS)}.")
    tag_id = _text(entry, "id", where)
    if not _ID.fullmatch(tag_id):
        raise CatalogueError(f"{where}, field id: {tag_id!r} must be lower-case words joined by hyphens.")
    return Tag(
        id=tag_id,
        axis=axis,
        label_ja=_text(entry, "label_ja", where),
        label_en=_text(entry, "label_en", where),
        definition=_text(entry, "definition", where),
        group=_group(entry.get("group"), axis, where),
        synonyms=_synonyms(entry.get("synonyms"), where),
        positive=_examples(entry.get("positive"), "positive", where),
        negative=_examples(entry.get("negative"), "negative", where),
    )


def _text(entry: Mapping[str, Any], name: str, where: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise CatalogueError(f"{where}, field {name}: must be one line of text, not {value!r}.")
    return value


def _group(value: Any, axis: str, where: str) -> str | None:
    if axis != "measure" and value is not None:
        raise CatalogueError(f"{where}, field group: only measures are grouped; write null, not {value!r}.")
    if axis == "measure" and value not in MEASURE_GROUPS:
        raise CatalogueError(f"{where}, field group: {value!r} must be one of {', '.join(MEASURE_GROUPS)}.")
    return None if value is None else str(value)


def _synonyms(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) and word.strip() for word in value):
        raise CatalogueError(f"{where}, field synonyms: must be a list of at least one wording, all of them text.")
    if len(set(value)) != len(value):
        twice = next(word for word in value if value.count(word) > 1)
        raise CatalogueError(f"{where}, field synonyms: {twice!r} stands twice; delete one.")
    return tuple(value)


def _examples(value: Any, name: str, where: str) -> tuple[Example, ...]:
    if not isinstance(value, list) or not value:
        raise CatalogueError(f"{where}, field {name}: must be a list of at least one example.")
    allowed = {"incident", "text"} | ({"instead"} if name == "negative" else set())
    examples = []
    for number, raw in enumerate(value, start=1):
        place = f"{where}, field {name}[{number}]"
        if not isinstance(raw, dict) or set(raw) != allowed:
            raise CatalogueError(f"{place}: must hold exactly {', '.join(sorted(allowed))}.")
        instead = raw.get("instead")
        if instead is not None and not isinstance(instead, str):
            raise CatalogueError(f"{place}, field instead: must be a tag's key or null, not {instead!r}.")
        examples.append(Example(_text(raw, "incident", place), _text(raw, "text", place), instead))
    return tuple(examples)


def _check_unique(tags: Sequence[Tag], path: Path) -> None:
    """Within an axis an id or a label names one tag, or `resolve` would answer with two."""
    taken: dict[tuple[str, str], Tag] = {}
    for tag in tags:
        for name in sorted(_names(tag)):
            other = taken.setdefault((tag.axis, name), tag)
            if other is not tag:
                raise CatalogueError(f"{path}: {tag.key}: {name!r} already names {other.key}; rename one of them.")


def _check_instead(taxonomy: Taxonomy, path: Path) -> None:
    for tag in taxonomy.tags:
        for number, example in enumerate(tag.negative, start=1):
            if example.instead is None:
                continue
            place = f"{path}: {tag.key}, field negative[{number}].instead"
            if example.instead == tag.key:
                raise CatalogueError(f"{place}: names the tag itself; name another tag or write null.")
            try:
                taxonomy.get(example.instead)
            except NotFoundError as error:
                raise CatalogueError(f"{place}: {error}") from error


def _check_axes(axes: Sequence[str]) -> None:
    for axis in axes:
        if axis not in AXES:
            raise ValueError(f"no axis {axis!r}; the axes are {', '.join(AXES)}")


def _folded(name: str) -> str:
    return re.sub(r"[\s_]+", "-", nfkc(name).strip().casefold())


def _names(tag: Tag) -> frozenset[str]:
    return frozenset(_folded(name) for name in (tag.id, tag.key, tag.label_ja, tag.label_en))


def _no_such_tag(name: str, tags: Sequence[Tag]) -> str:
    """The message for an unknown name, with the keys whose names, labels or synonyms come nearest."""
    wanted = _folded(name)
    closeness: dict[str, float] = {}
    for tag in tags:
        wordings = _names(tag) | {_folded(word) for word in tag.synonyms}
        closeness[tag.key] = max(_likeness(wanted, wording) for wording in wordings)
    nearest = sorted((key for key in closeness if closeness[key] >= 0.6), key=lambda key: -closeness[key])
    if nearest:
        return f"No tag {name!r}. Did you mean {', '.join(nearest[:_SUGGESTIONS])}?"
    return f"No tag {name!r}, nor one like it; the tags are listed in db/taxonomy.yml."


def _likeness(wanted: str, wording: str) -> float:
    if len(wanted) > 1 and (wanted in wording or wording in wanted):
        # A part of a name is a likely meaning of it, the likelier the more of the name it covers.
        return 0.6 + 0.4 * min(len(wanted), len(wording)) / max(len(wanted), len(wording))
    return difflib.SequenceMatcher(None, wanted, wording).ratio()
