"""Records of the reporting rules (`db/thresholds.yml`): classes of service, rules with their clauses, and changes."""

from __future__ import annotations

from dataclasses import dataclass

from kb.model import Source

RULE_STATUSES = ("enacted", "recommended")
CHANGE_STATUSES = ("enacted", "proposed", "recommended")


@dataclass(frozen=True)
class ServiceClass:
    """A class of service (区分) and what it covers."""

    id: int
    label_ja: str
    definition: str


@dataclass(frozen=True)
class Clause:
    """At least `minutes` long and at least `users` touched; `service_class` None = every service."""

    id: str
    minutes: int
    users: int
    service_class: int | None = None
    condition: str | None = None


@dataclass(frozen=True)
class Validity:
    """First and last day (ISO) on which a rule held; None = not established (first) or still open (last)."""

    first: str | None = None
    last: str | None = None

    def covers(self, first: str, last: str) -> bool:
        """Did the rule hold from day `first` to day `last`?"""
        return (self.first is None or self.first <= first) and (self.last is None or last <= self.last)


@dataclass(frozen=True)
class Rule:
    """A set of clauses that held, or was recommended, together."""

    id: str
    label_ja: str
    label_en: str
    status: str
    validity: Validity
    clauses: tuple[Clause, ...]
    sources: tuple[Source, ...]
    recommended_on: str | None = None
    beyond_figures: tuple[str, ...] = ()
    note: str | None = None

    def clauses_for(self, service_class: int) -> tuple[Clause, ...]:
        """The clauses that apply to a class of service."""
        return tuple(clause for clause in self.clauses if clause.service_class in (None, service_class))


@dataclass(frozen=True)
class Change:
    """A break in the rules; `fiscal_year` is the first year counted the new way (None = not established)."""

    fiscal_year: int | None
    status: str
    text_ja: str
    text_en: str
    sources: tuple[Source, ...]
    note: str | None = None


@dataclass(frozen=True)
class Guideline:
    """What the ministry asks of companies beside the rules: something to be done within `minutes`, from a day on."""

    id: str
    label_ja: str
    label_en: str
    minutes: int
    text_ja: str
    in_force_from: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Thresholds:
    """All rules, oldest first, with the classes of service, the changes that they brought, and guidelines."""

    service_classes: tuple[ServiceClass, ...]
    rules: tuple[Rule, ...]
    changes: tuple[Change, ...]
    guidelines: tuple[Guideline, ...] = ()
