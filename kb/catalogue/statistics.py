"""`db/statistics/`: the annual figures of telecom accidents, one fiscal year a file.

A figure is a cell: table, row, column, value, unit, and the numbers of the sources it was seen in. `value: null` says
that nobody has seen the figure; it stays in the file for the next reader and becomes no `Statistic`. Sources that
disagree make two figures of the same cell. `serious_accidents` / 総数 / 件数 is the official count of 重大な事故.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

from kb.catalogue.fields import Record, shown
from kb.catalogue.plain_yaml import data_files, read_yaml
from kb.errors import CatalogueError
from kb.model import Source, Statistic

UNITS = ("件", "社", "%", "ポイント")

_FIELDS = ("fiscal_year", "figures", "sources", "notes")
_FIGURE_FIELDS = ("table", "row", "column", "value", "unit", "sources", "note")
_SOURCE_FIELDS = ("id", "publisher", "title", "url", "original_url")
_TABLE = re.compile(r"[a-z]+(?:_[a-z]+)*")
_URL = re.compile(r"https?://[^\s<>\"]+")
_YEARS = (1985, 2200)


def load_statistics(directory: Path) -> list[Statistic]:
    """Every figure with a value, by fiscal year and in the files' order.

    Raises CatalogueError with all problems of all files, each with file, field, value and what is allowed.
    """
    statistics: list[Statistic] = []
    complaints: list[str] = []
    for path in data_files(directory):
        problems: list[str] = []
        try:
            record = Record.of(read_yaml(path), "", _FIELDS, problems)
        except CatalogueError as error:
            complaints.append(str(error))
            continue
        statistics += _figures(record, path.stem)
        if problems:
            complaints.append(f"{path}: " + "\n  ".join(problems))
    if complaints:
        raise CatalogueError("\n".join(complaints))
    return sorted(statistics, key=lambda statistic: statistic.fiscal_year or 0)


def _figures(record: Record, stem: str) -> list[Statistic]:
    year = record.whole("fiscal_year", *_YEARS)
    if year is None and "fiscal_year" not in record.values:
        record.note("fiscal_year", "missing; it needs the year")
    elif year is not None and str(year) != stem:
        record.note("fiscal_year", f"{year} differs from the file's name {shown(stem)}; correct one of them")
    record.texts("notes")
    sources = _sources(record)
    figures = [_figure(item, year, sources) for item in record.records("figures", _FIGURE_FIELDS)]
    found: list[Statistic] = []
    seen: set[tuple[str, str, str, float]] = set()
    for index, figure in enumerate(figures):
        if figure is None:
            continue
        cell = (figure.table, figure.row, figure.column, figure.value)
        if cell in seen:
            record.note(f"figures[{index}]", f"{figure.table}, {figure.row}, {figure.column} stands twice; keep one")
        seen.add(cell)
        found.append(figure)
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _sources(record: Record) -> Mapping[int, Source]:
    sources: dict[int, Source] = {}
    for item in record.records("sources", _SOURCE_FIELDS):
        number = item.whole("id", 1)
        for key in ("url", "original_url"):
            address = item.values.get(key)
            if isinstance(address, str) and not _URL.fullmatch(address):
                item.note(key, f"{shown(address)} is no web address; begin it with http:// or https://, or write null")
        source = Source(
            publisher=item.text("publisher", required=True) or "",
            title=item.text("title"),
            url=item.text("url"),
            supports=("statistics",),
            original_url=item.text("original_url"),
        )
        if number is None or number in sources:
            item.note("id", "every source needs a number of its own; count them from 1")
        else:
            sources[number] = source
    return sources


def _figure(record: Record, year: int | None, sources: Mapping[int, Source]) -> Statistic | None:
    table = record.text("table", required=True)
    if table and not _TABLE.fullmatch(table):
        record.note("table", f"{shown(table)} is no table name; use small letters and underscores")
    row, column = record.text("row", required=True), record.text("column", required=True)
    unit, note = record.choice("unit", UNITS), record.text("note")
    value, cited = record.values.get("value"), record.values.get("sources") or []
    if value is not None and unit is None and record.values.get("unit") is None:
        record.note("unit", f"missing; use one of {', '.join(UNITS)}")
    if value is not None and not _is_number(value):
        record.note("value", f"{shown(value)} is no number; write digits without quotes, commas or units, or null")
        return None
    if not isinstance(cited, list) or any(not isinstance(n, int) or n not in sources for n in cited):
        known = ", ".join(map(str, sources)) or "(none)"
        record.note("sources", f"{shown(cited)} does not fit; use a list of the sources' numbers: {known}")
        return None
    if value is not None and not cited:
        record.note("sources", "missing; a value needs the number of at least one source")
    if value is None or not (table and row and column and unit):
        return None
    return Statistic(table, row, column, value, unit, year, note=note, sources=tuple(sources[n] for n in cited))
