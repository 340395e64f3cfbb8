"""How a query is read: terms, lexicon concepts, and carriers, years and the ministry's classes as soft conditions."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from kb.japanese.terms import Term, terms
from kb.japanese.text import bigrams, folded, nfkc
from kb.knowledge.lexicon import ConceptMatch, Lexicon

MAX_CHARACTERS = 10_000  # a longer query is cut; drafts of reports go to `kb similar`
MAX_TERMS = 60

# Names that mean something else in a query more often than the carrier; the filter --carrier takes them all the same.
AMBIGUOUS_NAMES = frozenset(("東京都", "ライン", "さくら", "ケーブルテレビ", "meta", "group", "ly"))

_COMPANY_FORM = re.compile(r"株式会社|有限会社|合同会社|,? Inc\.?$|,? Corporation$")
_INNER_MARK = re.compile(r"(?<=\w)[-\u2010\u2011\u2013\u2212・](?=\w)")
_CLASS = re.compile(r"区分\s?([一二三四1-4])")
_CLASSES = {written: number for number, both in enumerate(("一1", "二2", "三3", "四4"), start=1) for written in both}
_ERAS = {"昭和": 1925, "平成": 1988, "令和": 2018, "s": 1925, "h": 1988, "r": 2018}
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)\s*(年度?)?|(昭和|平成|令和|[SHR])\s*(\d{1,2}|元)\s*(年度?|(?=\D|$))", re.IGNORECASE)


@dataclass(frozen=True)
class ReadQuery:
    """A query as understood. Carriers, years, `official` and `classes` raise incidents that fit; they exclude none."""

    text: str
    terms: tuple[Term, ...] = ()
    bigrams: tuple[str, ...] = ()
    concepts: tuple[ConceptMatch, ...] = ()
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # matched words → other forms of the concept
    carriers: tuple[tuple[str, tuple[int, ...]], ...] = ()  # as written → carrier ids
    fiscal_years: tuple[int, ...] = ()
    calendar_years: tuple[int, ...] = ()
    official: bool = False  # it speaks of 重大な事故 (serious accidents)
    classes: tuple[int, ...] = ()  # of service, as the reporting rules number them: 区分四 is 4

    @property
    def empty(self) -> bool:
        return not (self.terms or self.concepts or self.carriers or self.fiscal_years or self.calendar_years)


def read_query(text: str, lexicon: Lexicon, carrier_names: dict[str, tuple[int, ...]], switched_off: frozenset[str] = frozenset()) -> ReadQuery:
    """Read a query. `carrier_names` maps folded names to carrier ids; concepts in `switched_off` are not used."""
    text = text.replace("\0", " ")[:MAX_CHARACTERS].strip()
    concepts = tuple(m for m in lexicon.find(text) if m.concept_id not in switched_off)
    fiscal, calendar = _years(text)
    expansions = tuple((m.surface, _other_forms(lexicon, m)) for m in concepts)
    unique: dict[str, Term] = {}
    for term in terms(text, query=True):
        unique.setdefault(term.text, term)
    return ReadQuery(
        text=text,
        terms=tuple(unique.values())[:MAX_TERMS],
        bigrams=tuple(dict.fromkeys(bigrams(text)))[: MAX_TERMS * 4],
        concepts=tuple({m.concept_id: m for m in concepts}.values()),
        expansions=tuple({surface: (surface, forms) for surface, forms in expansions}.values()),
        carriers=_carriers(text, carrier_names),
        fiscal_years=fiscal,
        calendar_years=calendar,
        official="重大な事故" in nfkc(text) or "重大事故" in nfkc(text),
        classes=tuple(dict.fromkeys(_CLASSES[number] for number in _CLASS.findall(nfkc(text)))),
    )


def _other_forms(lexicon: Lexicon, match: ConceptMatch) -> tuple[str, ...]:
    own = folded(match.surface)
    return tuple(dict.fromkeys(form.text for form in lexicon.expansions(match.concept_id) if folded(form.text) != own))


def _carriers(text: str, names: dict[str, tuple[int, ...]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Names of carriers in the query, longest first; a Latin name must stand alone ("au" is not in "author")."""
    found: dict[str, tuple[int, ...]] = {}
    rest = _unhyphened(text)
    for name in sorted(names, key=len, reverse=True):
        if len(name) < 2 or name in AMBIGUOUS_NAMES or name not in rest:
            continue
        pattern = re.escape(name)
        if name[0].isascii() and name[0].isalnum():
            pattern = r"(?<![a-z0-9])" + pattern
        if name[-1].isascii() and name[-1].isalnum():
            pattern += r"(?![a-z0-9])"
        rest, count = re.subn(pattern, "\0", rest)
        if count:
            found[name] = names[name]
    return tuple(found.items())


def _unhyphened(name: str) -> str:
    """Folded, and without marks inside a word: e-mobile is EMOBILE, ケイ・オプティコム is ケイオプティコム."""
    return _INNER_MARK.sub("", folded(name))


def _years(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(fiscal years, calendar years) named in the query: 令和4年度 is fiscal 2022, 2013年 is the calendar year 2013."""
    fiscal, calendar = [], []
    for match in _YEAR.finditer(nfkc(text)):
        western, western_unit, era, number, era_unit = match.groups()
        if western:
            year, unit = int(western), western_unit
        else:
            year, unit = _ERAS[era.casefold()] + (1 if number == "元" else int(number)), era_unit
        (fiscal if unit == "年度" else calendar).append(year)
    return tuple(dict.fromkeys(fiscal)), tuple(dict.fromkeys(calendar))


def stored_carrier_names(connection: sqlite3.Connection) -> dict[str, tuple[int, ...]]:
    """Folded name → ids, for all names that carriers go or went by."""
    names: dict[str, tuple[int, ...]] = {}
    for name, identifier in connection.execute("SELECT DISTINCT name, carrier_id FROM carrier_names ORDER BY name, carrier_id"):
        spellings = {_unhyphened(name), _unhyphened(_COMPANY_FORM.sub("", name))}
        for spelling in sorted(spellings | {spelling.replace(" ", "") for spelling in spellings}):
            names[spelling] = tuple(dict.fromkeys((*names.get(spelling, ()), identifier)))
    return names


def stored_lexicon(connection: sqlite3.Connection) -> Lexicon:
    return Lexicon.from_forms(connection.execute("SELECT concept_id, form, kind FROM concept_forms ORDER BY concept_id, form").fetchall())
