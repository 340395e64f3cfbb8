"""The catalogue: one incident a YAML file, checked against kb.model.

The format is that of `db/catalogue/`: the keys of `FIELDS`, in Japanese prose where it is prose. Only id, title,
carriers and cause are required (cause may be null where no source states it), so that a colleague's folder can be built
after an hour of typing. An absent field is null: "not stated". Folders may be nested or flat; the file name is the id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kb.catalogue.fields import Record, shown
from kb.catalogue.plain_yaml import data_files, parse_yaml, read_bytes
from kb.catalogue.prose import read_statements, read_tags
from kb.catalogue.record_keys import DEMAND, IMPACT, MEASURE, PRINTED, RECORD, SOURCE, names
from kb.errors import CatalogueError
from kb.model import (
    CARRIER_ROLES,
    FACTOR_BASES,
    FACTORS,
    MEASURE_KINDS,
    MEASURE_STATUSES,
    NOTHING,
    OFFICIAL_BASES,
    SOURCE_KINDS,
    USERS_QUALIFIERS,
    USERS_UNITS,
    Demand,
    Impact,
    Incident,
    Measure,
    Source,
)
from kb.sources.moments import as_datetime, fiscal_years, is_time

FIELDS, IMPACT_FIELDS, MEASURE_FIELDS, GUIDANCE_FIELDS, SOURCE_FIELDS = map(names, (RECORD, IMPACT, MEASURE, DEMAND, SOURCE))
PRINTED_FIELDS = PRINTED
SUPPORTABLE = tuple(name for name in FIELDS if name not in ("id", "tags", "sources"))

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_URL = re.compile(r"https?://[^\s<>\"]+")
_YEARS = (1900, 2200)


@dataclass(frozen=True)
class CatalogueEntry:
    """An incident and the file it came from; `path` is relative to the catalogue's folder, with slashes."""

    path: str
    sha256: str
    incident: Incident

    @property
    def id(self) -> str:
        """The record's id, which every record of the catalogue has."""
        if self.incident.id is None:
            raise CatalogueError(f"{self.path}: the record has no id: name one, such as 2018-12-06-softbank.")
        return self.incident.id


def load_catalogue(directory: Path) -> list[CatalogueEntry]:
    """Every incident below `directory`, sorted by id.

    Raises CatalogueError with all problems of all files, each with file, field, value and what is allowed.
    """
    entries: list[CatalogueEntry] = []
    complaints: list[str] = []
    first: dict[str, str] = {}
    for path in data_files(directory):
        try:
            entry = _read_entry(path, directory)
        except CatalogueError as error:
            complaints.append(str(error))
            continue
        id_ = entry.incident.id or ""
        if id_ in first:
            complaints.append(f"{path}: the id {id_} stands in {directory / first[id_]} too; rename or merge one")
        first.setdefault(id_, entry.path)
        entries.append(entry)
    if complaints:
        raise CatalogueError("\n".join(complaints))
    return sorted(entries, key=lambda entry: entry.incident.id or "")


def read_incident(values: Any, stem: str | None = None) -> tuple[Incident | None, list[str]]:
    """The incident in the plain data of one file, and its problems; with problems there is no incident.

    `stem` is the file name without its suffix, which the id must equal.
    """
    problems: list[str] = []
    record = Record.of(values, "", FIELDS, problems)
    incident = _incident(record, stem)
    return (None if problems else incident), problems


def _read_entry(path: Path, directory: Path) -> CatalogueEntry:
    content = read_bytes(path)
    incident, problems = read_incident(parse_yaml(content, path), path.stem)
    if incident is None:
        if len(problems) == 1:
            raise CatalogueError(f"{path}: {problems[0]}")
        raise CatalogueError(f"{path}: {len(problems)} problems to correct:\n  " + "\n  ".join(problems))
    return CatalogueEntry(path.relative_to(directory).as_posix(), hashlib.sha256(content).hexdigest(), incident)


def _incident(record: Record, stem: str | None) -> Incident:
    id_ = _id(record, stem)
    title = record.text("title", required=True)
    carriers = record.texts("carriers", required=True)
    started_at, ended_at = _period(record)
    factor, basis = _factor(record)
    impacts = tuple(_impact(item, carriers) for item in record.records("impacts", IMPACT_FIELDS))
    statements = tuple(read_statements(record))
    measures = tuple(_measure(item, carriers) for item in record.records("measures", MEASURE_FIELDS))
    return Incident(
        title=title or "",
        carriers=carriers,
        fiscal_year=_fiscal_year(record, started_at),
        id=id_,
        started_at=started_at,
        ended_at=ended_at,
        area=record.text("area"),
        official=record.flag("official"),
        statutory_class=record.whole("statutory_class", 1, 4),
        factor=factor,
        factor_basis=basis,
        impacts=impacts,
        statements=statements,
        keywords=record.texts("keywords"),
        measures=measures,
        tags=tuple(read_tags(record, impacts, measures)),
        sources=tuple(source(item) for item in record.records("sources", SOURCE_FIELDS)),
        guidance=tuple(_demand(item) for item in record.records("guidance", GUIDANCE_FIELDS)),
        roles=_roles(record, carriers),
        official_basis=record.choice("official_basis", OFFICIAL_BASES),
        near_miss=record.flag("near_miss") or False,
        title_en=record.text("title_en"),
        summary_ja=record.text("summary_ja"),
        summary_en=record.text("summary_en"),
    )


def _roles(record: Record, carriers: tuple[str, ...]) -> Mapping[str, str]:
    roles = record.pairs("roles", carriers)
    for carrier, role in roles.items():
        if role not in CARRIER_ROLES:
            record.note("roles", f"{shown(role)} is no role of {carrier}; use {', '.join(CARRIER_ROLES)}")
    return MappingProxyType(roles)


def _id(record: Record, stem: str | None) -> str | None:
    id_ = record.text("id", required=True)
    if id_ is None:
        return None
    if not _ID.fullmatch(id_):
        record.note("id", f"{shown(id_)} is no id; use at most 100 letters, digits and -._ such as 2015-04-02-line")
    elif stem is not None and id_ != stem:
        record.note("id", f"{shown(id_)} differs from the file's name {shown(stem)}; rename the file or correct the id")
    return id_


def _period(record: Record) -> tuple[str | None, str | None]:
    started_at, ended_at = record.moment("started_at"), record.moment("ended_at")
    if started_at and ended_at and is_time(started_at) and is_time(ended_at):
        if as_datetime(ended_at) < as_datetime(started_at):
            record.note("ended_at", f"{ended_at} is before started_at {started_at}; correct one of them")
    return started_at, ended_at


def _fiscal_year(record: Record, started_at: str | None) -> int | None:
    year = record.whole("fiscal_year", *_YEARS)
    possible = fiscal_years(started_at) if started_at else ()
    if year is None:
        return possible[0] if len(possible) == 1 else None
    if possible and year not in possible:
        allowed = " or ".join(map(str, possible))
        record.note("fiscal_year", f"{year} does not fit started_at {started_at} (April to March); use {allowed}")
    return year


def _factor(record: Record) -> tuple[str | None, str | None]:
    factor, basis = record.choice("factor", FACTORS), record.choice("factor_basis", FACTOR_BASES)
    if basis and record.values.get("factor") is None:
        record.note("factor_basis", f"{basis} stands without a factor; give the factor or write null")
    # Only a source can make it stated; what says nothing is taken as somebody's inference.
    return factor, (basis or "inferred") if factor else None


def _impact(record: Record, carriers: tuple[str, ...]) -> Impact:
    carrier = _one_of(record, carriers)
    users, users_max = record.whole("users"), record.whole("users_max")
    qualifier = record.choice("users_qualifier", USERS_QUALIFIERS)
    if qualifier == "range":
        if users is None or users_max is None or users_max < users:
            record.note("users_qualifier", "range needs users and a users_max that is not smaller; give both")
    elif users_max is not None:
        record.note("users_max", f"{users_max} stands without users_qualifier range; write range or delete it")
    if qualifier is not None and users is None and users_max is None:
        record.note("users_qualifier", f"{qualifier} stands without users; give the number or write null")
    return Impact(
        service=record.text("service", required=True) or "",
        label=record.text("label"),
        carrier=carrier,
        symptom=record.text("symptom"),
        started_at=record.moment("started_at"),
        duration_minutes=record.whole("duration_minutes"),
        users=users,
        users_max=users_max,
        users_qualifier=qualifier,
        unit=record.choice("unit", USERS_UNITS) or "users",
        printed=MappingProxyType(record.pairs("printed", PRINTED_FIELDS)) or NOTHING,
    )


def _measure(record: Record, carriers: tuple[str, ...]) -> Measure:
    return Measure(
        text=record.text("text", required=True) or "",
        completed_on=record.moment("completed_on"),
        status=record.choice("status", MEASURE_STATUSES),
        printed=record.text("printed"),
        carrier=_one_of(record, carriers),
        owner=record.text("owner"),
        kind=record.choice("kind", MEASURE_KINDS),
        followed_up=record.moment("followed_up"),
    )


def _one_of(record: Record, carriers: tuple[str, ...]) -> str | None:
    """The item's carrier, which must be one of the incident's."""
    carrier = record.text("carrier")
    if carrier is not None and carriers and carrier not in carriers:
        record.note("carrier", f"{shown(carrier)} is none of the incident's carriers; use {', '.join(carriers)}")
    return carrier


def _demand(record: Record) -> Demand:
    return Demand(
        text=record.text("text", required=True) or "",
        due_on=record.moment("due_on"),
        authority=record.text("authority"),
        issued_on=record.moment("issued_on"),
    )


def source(record: Record) -> Source:
    """A document that is cited, with the keys of SOURCE_FIELDS."""
    supports = record.texts("supports")
    for name in supports:
        if name not in SUPPORTABLE:
            record.note("supports", f"{shown(name)} is no field; use {', '.join(SUPPORTABLE)}")
    return Source(
        publisher=record.text("publisher", required=True) or "",
        title=record.text("title"),
        url=_address(record, "url"),
        supports=supports,
        original_url=_address(record, "original_url"),
        kind=record.choice("kind", SOURCE_KINDS),
        accessed_on=record.moment("accessed_on"),
        archived_url=_address(record, "archived_url"),
    )


def _address(record: Record, key: str) -> str | None:
    address = record.text(key)
    if address and not _URL.fullmatch(address):
        record.note(key, f"{shown(address)} is no web address; begin it with http:// or https://, or write null")
    return address
