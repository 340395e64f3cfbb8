"""Pieces of the Markdown reports: tables, the machine's class, versions, and paired bootstrap intervals."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from importlib.metadata import distributions, version

from kb.search.significance import compare

PROGRAMS = ("sudachipy", "sudachidict-core", "tantivy", "bm25s", "lancedb", "numpy")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are aligned right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def circumstances(command: str) -> str:
    """When, with what and on what class of machine a report was made."""
    import sqlite3

    installed = {distribution.metadata["Name"] for distribution in distributions()}
    programs = ", ".join(f"{name} {version(name)}" for name in PROGRAMS if name in installed)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Command: `{command}`. Date: {datetime.date.today()}. Machine: {os.cpu_count()} cores of {platform.machine()}, {memory:.0f} GiB,"
        f" {platform.system()}, not otherwise idle. Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {programs}."
    )


def interval(one: Sequence[float], other: Sequence[float]) -> tuple[float, float, float]:
    """(mean difference one - other, 2.5 % and 97.5 % points) by a bootstrap over pairs; the seed is fixed."""
    found = compare(other, one)
    if found.low is None or found.high is None:
        raise ValueError("one pair of values has no interval")
    return found.difference, found.low, found.high


def signed(difference: tuple[float, float, float]) -> str:
    mean, low, high = difference
    return f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]"
