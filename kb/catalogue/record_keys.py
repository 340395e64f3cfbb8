"""Every key of a record of the catalogue, in order, with what it holds: the one place from which its reader, its JSON Schema and `kb new` are made."""

from __future__ import annotations

from dataclasses import dataclass

from kb.model import (
    CARRIER_ROLES,
    FACTOR_BASES,
    FACTORS,
    MEASURE_KINDS,
    MEASURE_STATUSES,
    OFFICIAL_BASES,
    SOURCE_KINDS,
    USERS_QUALIFIERS,
    USERS_UNITS,
)


@dataclass(frozen=True)
class Key:
    """A key: `form` is text, whole, flag, moment, address, choice, texts, records, pairs or roles.

    `choices` are the allowed words of a choice, the allowed keys of pairs, the allowed values of roles; `keys` those of each of the records.
    """

    name: str
    form: str
    says: str
    choices: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    required: bool = False
    low: int = 0
    high: int | None = None


# As a source shows a value; `_other` holds what another source says, with that source in brackets.
PRINTED = ("duration", "users", "started_at", "ended_at", "duration_other", "users_other", "started_at_other", "ended_at_other")

IMPACT = (
    Key("label", "text", "the printed mark of the phase or service, such as ① or [1]②"),
    Key("carrier", "text", "whose service it is, where the incident has several carriers"),
    Key("service", "text", "the service that was affected", required=True),
    Key("symptom", "text", "what users could not do"),
    Key("started_at", "moment", "when it began, if another moment than the incident's"),
    Key("duration_minutes", "whole", "how long, in minutes"),
    Key("users", "whole", "how many, as digits"),
    Key("users_max", "whole", "the upper end of a range"),
    Key("users_qualifier", "choice", "how exact the number is", USERS_QUALIFIERS),
    Key("unit", "choice", "what was counted; users when absent", USERS_UNITS),
    Key("printed", "pairs", "values as the source prints them, and as another source does (_other)", PRINTED),
)
MEASURE = (
    Key("text", "text", "what is done against a recurrence", required=True),
    Key("completed_on", "moment", "when it was, or is to be, completed"),
    Key("status", "choice", "how it stands", MEASURE_STATUSES),
    Key("printed", "text", "date and state as the source prints them"),
    Key("carrier", "text", "who promised it, where the incident has several carriers"),
    Key("owner", "text", "the authority that did, where it is no carrier"),
    Key("kind", "choice", "what it is for", MEASURE_KINDS),
    Key("followed_up", "moment", "when a source last told what became of it"),
)
DEMAND = (
    Key("text", "text", "what is asked", required=True),
    Key("due_on", "moment", "until when"),
    Key("authority", "text", "who asks"),
    Key("issued_on", "moment", "when it was asked"),
)
TAG = (
    Key("tag", "text", "axis/id, as in db/taxonomy.yml", required=True),
    Key("evidence", "text", "a sentence or words of this record, word for word", required=True),
)
SOURCE = (
    Key("publisher", "text", "who published it", required=True),
    Key("title", "text", "its title"),
    Key("url", "address", "where it was read"),
    Key("original_url", "address", "the publisher's own address, where url is a copy"),
    Key("supports", "texts", "keys of this record that it bears out"),
    Key("kind", "choice", "what kind of publisher", SOURCE_KINDS),
    Key("accessed_on", "moment", "when it was read"),
    Key("archived_url", "address", "an archived copy"),
)
RECORD = (
    Key("id", "text", "start date and carrier, as the file is named: 2018-12-06-softbank", required=True),
    Key("title", "text", "what happened, in one line", required=True),
    Key("title_en", "text", "the same in English"),
    Key("carriers", "texts", "formal names of all carriers, the one responsible first", required=True),
    Key("roles", "roles", "carrier: its role, where a source tells them apart", CARRIER_ROLES),
    Key("fiscal_year", "whole", "the year that begins in April; follows from started_at", low=1900, high=2200),
    Key("started_at", "moment", "when it began, as precise as the source"),
    Key("ended_at", "moment", "when service was back"),
    Key("area", "text", "where"),
    Key("official", "flag", "whether it was reported to the ministry as serious (重大な事故)"),
    Key("official_basis", "choice", "how that is known", OFFICIAL_BASES),
    Key("near_miss", "flag", "true for what nearly became an accident"),
    Key("statutory_class", "whole", "the printed class of service, 1 to 4", low=1, high=4),
    Key("factor", "choice", "the ministry's factor", FACTORS),
    Key("factor_basis", "choice", "printed by the ministry, or inferred by us", FACTOR_BASES),
    Key("impacts", "records", "one for each service, phase and carrier", keys=IMPACT),
    Key("cause", "text", "the chain of causes, a sentence a step; null where no source states it", required=True),
    Key("keywords", "texts", "words by which one would look for it"),
    Key("prolonging", "text", "what made it last or spread"),
    Key("consequences", "texts", "what followed from it"),
    Key("measures", "records", "what was promised or done", keys=MEASURE),
    Key("guidance", "records", "what the ministry asked for", keys=DEMAND),
    Key("notification", "text", "how and when users were told, and how many asked"),
    Key("lessons", "texts", "what the ministry or its council concluded"),
    Key("tags", "records", "curated tags", keys=TAG),
    Key("sources", "records", "where all this is from", keys=SOURCE),
    Key("disagreements", "texts", "values on which sources differ, in words"),
    Key("notes", "text", "anything else worth knowing"),
    Key("summary_ja", "text", "two sentences in Japanese"),
    Key("summary_en", "text", "two sentences in English"),
)


def names(keys: tuple[Key, ...]) -> tuple[str, ...]:
    """Names of keys in their order."""
    return tuple(key.name for key in keys)
