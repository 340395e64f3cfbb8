"""A record as YAML, key by key in the catalogue's order, with a comment where one is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kb.catalogue.record_keys import RECORD, Key

SCHEMA_LINE = "# yaml-language-server: $schema={}"
# From db/catalogue/<fiscal year>/, where records live.
SCHEMA_PLACE = "../../../kb/catalogue/incident.schema.json"
_WIDTH = 100


def as_yaml(values: Mapping[str, Any], comments: Mapping[str, str] | None = None, *, explained: bool = False, schema: str = SCHEMA_PLACE, head: Sequence[str] = ()) -> str:
    """YAML of `values`; `comments` go by place ("impacts[0].users") behind their value, `head` above the record.

    With `explained`, every key is preceded by what it holds and what is allowed, the keys of lists too.
    """
    lines = [SCHEMA_LINE.format(schema), *(f"# {line}" for line in head)]
    for key in RECORD:
        lines += _lines(key, values.get(key.name), key.name, "", comments or {}, explained)
    return "\n".join(lines) + "\n"


def _lines(key: Key, value: Any, place: str, indent: str, comments: Mapping[str, str], explained: bool) -> Iterator[str]:
    if explained:
        yield from (f"{indent}# {line}" for line in _explained(key))
    note = f"  # {comments[place]}" if place in comments else ""
    if key.form == "records" and value:
        yield f"{indent}{key.name}:{note}"
        for number, item in enumerate(value):
            first = True
            for inner in key.keys:
                for line in _lines(inner, item.get(inner.name), f"{place}[{number}].{inner.name}", "", comments, False):
                    yield f"{indent}  {'- ' if first else '  '}{line}"
                    first = False
    elif key.form in ("pairs", "roles") and value:
        yield f"{indent}{key.name}:{note}"
        yield from (f"{indent}  {name if key.form == 'pairs' else _scalar(name)}: {_scalar(text)}" for name, text in value.items())
    elif key.form == "texts" and value and key.name not in ("supports", "keywords"):
        yield f"{indent}{key.name}:{note}"
        for number, text in enumerate(value):
            own = comments.get(f"{place}[{number}]")
            yield f"{indent}  - {_scalar(text)}" + (f"  # {own}" if own else "")
    elif key.form == "texts" and value:
        yield f"{indent}{key.name}: [{', '.join(map(_scalar, value))}]{note}"
    else:
        empty = {"records": "[]", "texts": "[]", "pairs": "{}", "roles": "{}"}.get(key.form, "null")
        yield f"{indent}{key.name}: {empty if value is None or value in ([], {}, ()) else _scalar(value)}{note}"


def _scalar(value: Any) -> str:
    """Text in double quotes, which hold every sign; numbers, true and false as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)


def _explained(key: Key) -> Iterator[str]:
    allowed = {
        "moment": 'text such as "2024-05-01T10:30+09:00", "2024-05-01", "2024-05" or "2024"', "flag": "true, false or null (not established)",
        "whole": f"a whole number{f' from {key.low} to {key.high}' if key.high is not None else ''}", "choice": f"one of {', '.join(key.choices)}",
        "texts": "a list", "roles": f"a mapping; {', '.join(key.choices)}", "records": "a list of",
    }.get(key.form)  # fmt: skip
    yield f"{key.says}" + (f": {allowed}" if allowed else "") + (" (required)" if key.required else "")
    for inner in key.keys:
        choices = f": {', '.join(inner.choices)}" if inner.choices else ""
        yield f"    {inner.name}: {inner.says}{choices}{' (required)' if inner.required else ''}"
