"""`metadata.yml` for whichever name our database is attached under, with or without Datasette's own `-m`."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from kb.catalogue.place import metadata_file
from kb.web.corpora import USUAL_NAME

if TYPE_CHECKING:
    from datasette.app import Datasette

INSTANCE_KEYS = ("title", "description", "description_html", "license", "license_url", "source", "source_url", "about", "about_url")


@lru_cache(maxsize=1)
def content() -> dict[str, Any]:
    """The file as a dictionary. Callers copy what they hand out: Datasette writes into what it gets."""
    read: dict[str, Any] = yaml.safe_load(metadata_file().read_text(encoding="utf-8"))
    return read


def instance() -> dict[str, Any]:
    """What the file says of the whole site."""
    return {key: value for key, value in content().items() if key != "databases"}


def database() -> dict[str, Any]:
    """What the file says of our database."""
    block: dict[str, Any] = content()["databases"][USUAL_NAME]
    return block


def for_datasette(names: Sequence[str], key: str | None, wanted: str | None, table: str | None) -> dict[str, Any]:
    """The answer to the `get_metadata` hook (Datasette 0.65), which is asked dozens of times a page: only what is wanted.

    Datasette writes into what it gets, so that every answer is a copy.
    """
    if not names or (key is not None and key not in _keys()):
        return {}
    block: dict[str, Any] = pickle.loads(_pickled(tuple(names), key, wanted, table))
    return block


@lru_cache(maxsize=1)
def _keys() -> frozenset[str]:
    """Everything that the file can be asked for by name."""
    tables = database().get("tables", {}).values()
    return frozenset({"databases", *instance(), *database(), *(key for table in tables for key in table)})


@lru_cache(maxsize=512)
def _pickled(names: tuple[str, ...], key: str | None, wanted: str | None, table: str | None) -> bytes:
    whole = key in (None, "databases")
    # Descriptions of columns and queries are the bulk of the file, and facets and permissions are asked for without them.
    left_out = {name for name in ("columns", "queries") if not whole and name != key}
    tables = {
        name: {k: v for k, v in described.items() if k not in left_out}
        for name, described in database().get("tables", {}).items() if table in (None, name)
    }  # fmt: skip
    block = {**{k: v for k, v in database().items() if k not in left_out}, "tables": tables}
    return pickle.dumps({**instance(), "databases": {name: copy.deepcopy(block) for name in names if wanted in (None, name)}})


async def store(datasette: Datasette, names: Sequence[str]) -> None:
    """Datasette 1.0: write titles, descriptions and queries where it keeps them; facets and sorting need `-m` or `-c`."""
    if not names:
        return
    for key, value in instance().items():
        if key in INSTANCE_KEYS:
            await datasette.set_instance_metadata(key, value)
    for name in names:
        for key, value in database().items():
            if isinstance(value, str):
                await datasette.set_database_metadata(name, key, value)
        for table, described in database().get("tables", {}).items():
            await _store_table(datasette, name, table, described)
        if hasattr(datasette, "add_query"):
            for query, described in database().get("queries", {}).items():
                known = {key: described[key] for key in ("title", "description") if key in described}
                await datasette.add_query(name, query, described["sql"], **known)


async def _store_table(datasette: Datasette, name: str, table: str, described: dict[str, Any]) -> None:
    for key, value in described.items():
        if isinstance(value, str):
            await datasette.set_resource_metadata(name, table, key, value)
    for column, text in described.get("columns", {}).items():
        await datasette.set_column_metadata(name, table, column, "description", text)
