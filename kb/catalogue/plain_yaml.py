"""YAML as plain data: mappings, lists, text, numbers, true/false, null, and nothing that can surprise.

Dates stay text, because "2024-04" and "2024-04-01" are different statements. Anchors and aliases, repeated keys, deep
nesting and files above `MAX_BYTES` are refused: a small file must not unfold into gigabytes or lose a value silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kb.errors import CatalogueError

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
SUFFIXES = (".yml", ".yaml")

_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Base):  # type: ignore[misc, valid-type]
    """The safe loader without the timestamp type and with a complaint about repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key.value!r} stands twice; keep one of them", key.start_mark
                    )
                seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


def read_bytes(path: Path) -> bytes:
    """The bytes of a data file. Raises CatalogueError when it cannot be read or exceeds `MAX_BYTES`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CatalogueError(f"{path} cannot be read ({reason}); check the path and its permissions") from error
    if len(content) > MAX_BYTES:
        raise CatalogueError(f"{path} is larger than {MAX_BYTES:,} bytes; split it into smaller files")
    return content


def parse_yaml(content: bytes, path: Path) -> Any:
    """The one document in `content` as plain data; `path` serves messages only. Raises CatalogueError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from error
    try:
        _refuse_tricks(text, path)
        return yaml.load(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}{_place(error)}: not valid YAML: {_reason(error)}") from error
    except ValueError as error:  # a number that looks like one and is none, such as 0x or 1:99:99 in YAML 1.1
        raise CatalogueError(f"{path}: holds a value that YAML cannot read ({error}); put it in quotes") from error


def read_yaml(path: Path) -> Any:
    """`parse_yaml` of the file at `path`."""
    return parse_yaml(read_bytes(path), path)


def data_files(directory: Path) -> Iterator[Path]:
    """Every *.yml and *.yaml file below `directory`, sorted, hidden ones apart; CatalogueError if there is none."""
    if not directory.is_dir():
        raise CatalogueError(f"{directory} is not a folder; name a folder that holds YAML files")
    found = sorted(
        path
        for path in directory.rglob("*")
        if path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
    if not found:
        raise CatalogueError(f"{directory} holds no *.yml file; name the folder that holds the data files")
    return iter(found)


def _refuse_tricks(text: str, path: Path) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise CatalogueError(
                f"{path}, line {line}: anchors (&) and aliases (*) are not allowed; write the value out, "
                "or put text that begins with & or * in quotes"
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise CatalogueError(f"{path}, line {line}: nested deeper than {MAX_DEPTH} levels; flatten it")


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _reason(error: yaml.YAMLError) -> str:
    parts = [getattr(error, "context", None), getattr(error, "problem", None)]
    return ", ".join(part for part in parts if part) or str(error).splitlines()[0]
