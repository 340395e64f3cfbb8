"""What a query states besides its topic: a time, a size, a company, a class of accident, or something that is to be left out."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("date", "duration", "users", "carrier", "area", "class", "official", "emergency", "not")
# Two conditions of one kind widen each other (2012年 2013年: either); of different kinds both have to hold.


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last` (ISO, both included; None = open), or every year's `months` when these are given."""

    first: str | None = None
    last: str | None = None
    months: tuple[int, ...] = ()
    fiscal_year: int | None = None  # the period is that fiscal year: records without a date may have it


@dataclass(frozen=True)
class Bounds:
    """A number from `least` to `most`, both included; None = open. Durations are in minutes."""

    least: int | None = None
    most: int | None = None
    unit: str | None = None  # of model.USERS_UNITS where the query names one that must not be mixed with people


@dataclass(frozen=True)
class Excluded:
    """What a query leaves out: tags, concepts, words, carriers; a record that has one of them is left out."""

    tags: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    carriers: tuple[int, ...] = ()
    official: bool = False


@dataclass(frozen=True)
class Condition:
    """A condition as written (`text` == query[start:end]) and as read; `exact` ones may bind, others only raise what fits.

    `value` by kind: date → Period; duration, users → Bounds; carrier → ids; class → numbers; area → concept ids; not → Excluded.
    """

    kind: str
    text: str
    read: str
    start: int
    end: int
    value: Period | Bounds | Excluded | tuple[int, ...] | tuple[str, ...] | None = None
    exact: bool = True

    @property
    def key(self) -> str:
        """What names the condition in an address or an option: kind and wording."""
        return f"{self.kind}:{self.text}"
