"""Where a field stands in a YAML file, so that a complaint can name the line."""

from __future__ import annotations

import re

import yaml

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def field_lines(content: bytes) -> dict[str, int]:
    """Place ("impacts[2].users") → line, from 1, of a file that is valid YAML; {} otherwise."""
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError):
        return {}
    found: dict[str, int] = {}
    if root is not None:
        _walk(root, "", found)
    return found


def _walk(node: yaml.Node, place: str, found: dict[str, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{place}.{key.value}" if place else str(key.value)
            found.setdefault(inner, key.start_mark.line + 1)
            _walk(value, inner, found)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            inner = f"{place}[{number}]"
            found.setdefault(inner, value.start_mark.line + 1)
            _walk(value, inner, found)


def line_of(place: str, lines: dict[str, int]) -> int:
    """The line of a field, or of what holds it where the field itself is missing; 1 where nothing of it is there."""
    steps = [match.group() for match in _STEP.finditer(place)]
    while steps:
        joined = "".join(step if step.startswith("[") or not number else f".{step}" for number, step in enumerate(steps))
        if joined in lines:
            return lines[joined]
        steps.pop()
    return 1
