"""Who is meant by a carrier's name: renamed, merged, shortened, in English, in full width.

`db/carriers.yml` holds the carriers. An incident keeps the formal name of its day; `Carriers.resolve` turns whatever a
user types into every formal name under which that carrier's incidents can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.catalogue.fields import Record, suggestion
from kb.catalogue.plain_yaml import read_yaml
from kb.errors import CatalogueError
from kb.japanese.text import nfkc

_FIELDS = (
    "slug", "name", "since", "until", "english", "spellings", "short_names", "everyday_names", "former_names",
    "successor", "group",
)  # fmt: skip
_GROUP_FIELDS = ("slug", "name", "names")
_FORMER_FIELDS = ("name", "since", "until")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COMPANY_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|\(有\)")
_PUNCTUATION = re.compile(r"[\s・,.\-‐-―'’!]+")


@dataclass(frozen=True)
class FormerName:
    """An earlier formal name of the same company; `until` is the day the next one was taken."""

    name: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Carrier:
    """A company. `successor` is the slug of the company that absorbed it on `until`."""

    slug: str
    name: str
    since: str | None = None
    until: str | None = None
    english: str | None = None
    spellings: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    everyday_names: tuple[str, ...] = ()
    former_names: tuple[FormerName, ...] = ()
    successor: str | None = None
    group: str | None = None

    @property
    def formal_names(self) -> tuple[str, ...]:
        """Every name that can stand in an incident: today's first, then former ones, then other spellings."""
        return (self.name, *(former.name for former in self.former_names), *self.spellings)

    @property
    def own_names(self) -> tuple[str, ...]:
        """Formal names, the English one and short forms: all that mean the company and not one of its brands."""
        english = (self.english,) if self.english else ()
        return (*self.formal_names, *english, *self.short_names)


@dataclass(frozen=True)
class Group:
    """Companies that belong together; `names` are those that mean the whole group."""

    slug: str
    name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Carriers:
    """All carriers, in the file's order."""

    carriers: tuple[Carrier, ...]
    groups: tuple[Group, ...] = ()

    def resolve(self, name: str) -> tuple[str, ...]:
        """The formal names meant by `name`: nothing if nobody is known by it.

        Case, width, spaces, punctuation and 株式会社 do not matter. A carrier's own name brings its former names and the
        companies it absorbed, a brand only the carriers that use it, a group's name all members.
        """
        wanted = fold_name(name)
        found: list[Carrier] = []
        for carrier in self.carriers:
            if wanted and wanted in map(fold_name, carrier.own_names):
                found += [carrier, *self._absorbed(carrier)]
            elif wanted and wanted in map(fold_name, carrier.everyday_names):
                found.append(carrier)
        for group in self.groups:
            if wanted and wanted in map(fold_name, (group.name, *group.names)):
                found += [carrier for carrier in self.carriers if carrier.group == group.slug]
        return tuple(dict.fromkeys(formal for carrier in found for formal in carrier.formal_names))

    def carrier_of(self, formal: str) -> Carrier | None:
        """The carrier that bears or bore this formal name."""
        wanted = fold_name(formal)
        return next((c for c in self.carriers if wanted in map(fold_name, c.formal_names)), None)

    def group_of(self, formal: str) -> str | None:
        """The name of the group to which the carrier of this formal name belongs; None if it stands alone."""
        carrier = self.carrier_of(formal)
        if carrier is None or carrier.group is None:
            return None
        return next(group.name for group in self.groups if group.slug == carrier.group)

    def _absorbed(self, carrier: Carrier) -> Iterator[Carrier]:
        for other in self.carriers:
            if other.successor == carrier.slug:
                yield other
                yield from self._absorbed(other)


def load_carriers(path: Path) -> Carriers:
    """Read `carriers.yml`. Raises CatalogueError with every problem, each with its place and what is allowed."""
    problems: list[str] = []
    record = Record.of(read_yaml(path), "", ("groups", "carriers"), problems)
    groups = tuple(_group(item) for item in record.records("groups", _GROUP_FIELDS))
    carriers = tuple(_carrier(item) for item in record.records("carriers", _FIELDS))
    if not carriers:
        record.note("carriers", "missing; it needs a list of carriers")
    problems += _contradictions(carriers, groups)
    if problems:
        raise CatalogueError(f"{path}: " + "\n  ".join(problems))
    return Carriers(carriers, groups)


def _carrier(record: Record) -> Carrier:
    former = (
        FormerName(item.text("name", required=True) or "", item.moment("since"), item.moment("until"))
        for item in record.records("former_names", _FORMER_FIELDS)
    )
    return Carrier(
        slug=_slug(record),
        name=record.text("name", required=True) or "",
        since=record.moment("since"),
        until=record.moment("until"),
        english=record.text("english"),
        spellings=record.texts("spellings"),
        short_names=record.texts("short_names"),
        everyday_names=record.texts("everyday_names"),
        former_names=tuple(former),
        successor=record.text("successor"),
        group=record.text("group"),
    )


def _group(record: Record) -> Group:
    return Group(_slug(record), record.text("name", required=True) or "", record.texts("names"))


def _slug(record: Record) -> str:
    slug = record.text("slug", required=True) or ""
    if slug and not _SLUG.fullmatch(slug):
        record.note("slug", f"'{slug}' is no slug; use small letters, digits and hyphens")
    return slug


def _contradictions(carriers: tuple[Carrier, ...], groups: tuple[Group, ...]) -> Iterator[str]:
    slugs = [carrier.slug for carrier in carriers]
    group_slugs = [group.slug for group in groups]
    for known in (slugs, group_slugs):
        for slug in sorted({slug for slug in known if known.count(slug) > 1}):
            yield f"the slug {slug} stands {known.count(slug)} times; give every one its own"
    owner: dict[str, str] = {}
    for carrier in carriers:
        for kind, named, known in (("successor", carrier.successor, slugs), ("group", carrier.group, group_slugs)):
            if named is not None and named not in known:
                yield f"{carrier.slug}: the {kind} {named} is not in the file{suggestion(named, known)}"
        for name in carrier.formal_names:
            other = owner.setdefault(fold_name(name), carrier.slug)
            if other != carrier.slug:
                yield f"{carrier.slug}: the formal name {name} belongs to {other} too; keep it in one place"
    yield from _circles({carrier.slug: carrier.successor for carrier in carriers})


def _circles(successors: dict[str, str | None]) -> Iterator[str]:
    for start in successors:
        passed = [start]
        while (following := successors.get(passed[-1])) and following not in passed:
            passed.append(following)
        if following == start:
            yield f"{start}: its successors lead back to it; correct one of {', '.join(passed)}"


def fold_name(name: str) -> str:
    """What is compared: without width, case, spaces, punctuation and the kind of company."""
    plain = nfkc(name).casefold()
    return _PUNCTUATION.sub("", _COMPANY_FORM.sub("", plain)) or _PUNCTUATION.sub("", plain)
