"""The JSON Schema of a record, for editors that complete and check while one types.

python -m kb.catalogue.schema > kb/catalogue/incident.schema.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kb.catalogue.record_keys import RECORD, Key

FILE = Path(__file__).with_name("incident.schema.json")

_MOMENT = r"^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?\+09:00)?)?)?$"
_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
_TAG = r"^(trigger|mechanism|prolonging|measure|equipment|service)/[a-z0-9]+(-[a-z0-9]+)*$"
_PATTERNS = {"id": _ID, "tag": _TAG}


def incident_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one file of `db/catalogue/`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jiko-kb: one incident",
        "description": "A telecom accident with its sources. What no source states is null.",
        **_object(RECORD),
    }


def _object(keys: tuple[Key, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key.name: {"description": key.says, **_value(key)} for key in keys},
        "required": [key.name for key in keys if key.required],
        "additionalProperties": False,
    }


def _value(key: Key) -> dict[str, Any]:
    text = {"type": "string", "pattern": _PATTERNS.get(key.name, r"\S")}
    if key.form == "text":
        # A cause may be null: no source states it.
        return text if key.required and key.name != "cause" else _or_null(text)
    if key.form == "whole":
        return _or_null({"type": "integer", "minimum": key.low, **({} if key.high is None else {"maximum": key.high})})
    if key.form == "flag":
        return {"type": ["boolean", "null"]}
    if key.form == "moment":
        return _or_null({"type": "string", "pattern": _MOMENT})
    if key.form == "address":
        return _or_null({"type": "string", "pattern": r"^https?://[^\s<>\"]+$"})
    if key.form == "choice":
        return {"enum": [*key.choices, None]}
    if key.form == "texts":
        items = {"enum": [k.name for k in RECORD if k.name not in ("id", "tags", "sources")]} if key.name == "supports" else {"type": "string", "pattern": r"\S"}
        listed: dict[str, Any] = {"type": "array", "items": items, "uniqueItems": True}
        return listed | {"minItems": 1} if key.required else _or_null(listed)
    if key.form == "records":
        return _or_null({"type": "array", "items": _object(key.keys)})
    if key.form == "pairs":
        return _or_null({"type": "object", "properties": {name: _or_null(text) for name in key.choices}, "additionalProperties": False})
    if key.form == "roles":
        return _or_null({"type": "object", "additionalProperties": {"enum": list(key.choices)}})
    raise ValueError(f"{key.name}: no form {key.form!r}")


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]} if "enum" not in schema else schema


def as_text() -> str:
    """The schema as its file holds it."""
    return json.dumps(incident_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(as_text(), end="")
