"""How a query is read: conditions first (time, size, company, class, what is left out), then the terms and concepts of the rest."""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from kb.japanese.numerals import arabic
from kb.japanese.terms import Term, terms
from kb.japanese.text import bigrams, folded, nfkc_with_offsets, without_long_marks
from kb.knowledge.lexicon import ConceptMatch, Lexicon
from kb.search.query.condition import Condition, Excluded
from kb.search.query.kana import Heard, Readings
from kb.search.query.magnitudes import magnitudes
from kb.search.query.names import carriers
from kb.search.query.negation import LeftOut, left_out
from kb.search.query.periods import periods
from kb.search.query.spelling import repaired

MAX_CHARACTERS = 10_000  # a longer query is cut; drafts of reports go to `kb similar`
MAX_TERMS = 60
MAX_CONDITIONS = 8
STATED = 400  # characters at the beginning in which conditions and sounds are looked for: who pastes more describes, and asks for no year

_CLASS = re.compile(r"(?:役務の?)?区分\s?([一二三四1-4])")
_CLASSES = {written: number for number, both in enumerate(("一1", "二2", "三3", "四4"), start=1) for written in both}
_OFFICIAL = re.compile(r"重大な?事故(?P<not>(?:に該当し|では?)ない|でない)?")
_EMERGENCY = re.compile(r"緊急通報|緊急呼|(?<!\d)(?:110|118|119)番?(?!\d)(?:番号)?")
WORDS = ("carrier", "area", "emergency")  # conditions whose words stay in the topic: OCN is a service too, ボーダフォン one of several names of a company
REGION = "region-"  # concepts that say where
_HIRAGANA = re.compile("[ぁ-ゖー]+")
_EMPTY = " \t\n　・、。,.の「」()（）"
_CAUSE_AXES = ("trigger/", "mechanism/", "prolonging/")


@dataclass(frozen=True)
class ReadQuery:
    """A query as understood: `text` as given, `topic` of the same length with what became a condition blanked out."""

    text: str
    topic: str = ""
    meant: str = ""  # the topic, with the words that runs of it sound like
    terms: tuple[Term, ...] = ()
    heard: tuple[Term, ...] = ()  # words of the base that kana or romaji of the query sound like
    runs_heard: tuple[tuple[int, int], ...] = ()  # (start, end) in `text` of the runs that sound like words of the base, whatever was made of them
    guesses: tuple[tuple[str, str], ...] = ()  # as written → the word that it is taken for a slip of
    bigrams: tuple[str, ...] = ()
    concepts: tuple[ConceptMatch, ...] = ()
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()  # matched words → other forms of the concept
    conditions: tuple[Condition, ...] = ()
    topical: bool = False  # whether it asks for anything besides its conditions

    @property
    def empty(self) -> bool:
        """Whether nothing that could be searched for was read."""
        return not (self.terms or self.concepts or self.conditions)


@dataclass(frozen=True)
class Knowledge:
    """What a query is read against, the same for all queries to one database."""

    lexicon: Lexicon
    carrier_names: Mapping[str, tuple[int, ...]]
    carriers: Mapping[int, str]  # id → today's name
    concept_tags: Mapping[str, str]
    readings: Readings
    last_day: str | None


def read_query(text: str, known: Knowledge, switched_off: frozenset[str] = frozenset()) -> ReadQuery:
    """Read a query; concepts by id and conditions by `Condition.key` that are in `switched_off` are not used."""
    text = _cut(repaired(text[:MAX_CHARACTERS])).strip()
    plain, offsets = _plain(text[:STATED])
    plain = plain[:STATED]
    conditions = [c for c in _conditions(plain, known) if c.key not in switched_off and f"{c.kind}:{text[offsets[c.start] : offsets[c.end]]}" not in switched_off]
    placed = tuple(replace(c, start=offsets[c.start], end=offsets[c.end], text=text[offsets[c.start] : offsets[c.end]]) for c in conditions)
    topic = _blanked(text, (c for c in placed if c.kind not in WORDS))
    concepts = tuple(m for m in known.lexicon.find(topic) if m.concept_id not in switched_off)
    expansions = tuple((m.surface, _other_forms(known.lexicon, m)) for m in concepts)
    first = terms(topic, query=True) if topic.strip() else []
    without_names = _blanked(topic[:STATED], (c for c in placed if c.kind == "carrier"))
    heard = tuple(known.readings.hear(without_names, [(match.start, match.end) for match in concepts], first))
    spelt, places, meant = _spelt(topic, heard)
    unique: dict[str, Term] = {}
    for term in terms(spelt, query=True) if spelt.strip() else []:
        unique.setdefault(term.text, replace(term, start=places[term.start][0], end=places[term.end - 1][1]))
    concepts += tuple(_meant_concepts(known.lexicon, heard, spelt, places, topic, {match.concept_id for match in concepts} | switched_off))
    return ReadQuery(
        text=text,
        topic=topic,
        terms=tuple(unique.values())[:MAX_TERMS],
        heard=tuple({h.word: Term(h.word, h.start, h.end) for h in heard if not h.form and h.word not in unique}.values())[:MAX_TERMS],
        runs_heard=tuple(dict.fromkeys((h.start, h.end) for h in heard)),
        meant=meant,
        guesses=tuple((topic[start:end], word) for (start, end), word in _runs_meant(topic, [h for h in heard if h.guessed])),
        bigrams=tuple(dict.fromkeys(bigrams(without_long_marks(meant))))[: MAX_TERMS * 4],
        concepts=tuple({m.concept_id: m for m in concepts}.values()),
        expansions=tuple({surface: (surface, forms) for surface, forms in expansions}.values()),
        conditions=placed,
        topical=bool(_blanked(topic, placed).strip(_EMPTY)),
    )


def _cut(text: str) -> str:
    """No longer than MAX_CHARACTERS once compatibility characters are written out (㌖ is six)."""
    plain, offsets = nfkc_with_offsets(text)
    return text[: offsets[MAX_CHARACTERS]] if len(plain) > MAX_CHARACTERS else text


def _plain(text: str) -> tuple[str, list[int]]:
    """Folded text with kanji numbers as digits, and where in `text` each of its characters (and its end) came from."""
    compatible, first = nfkc_with_offsets(text)
    lowered = "".join(c if len(c.casefold()) != 1 else c.casefold() for c in compatible)
    digits, second = arabic(lowered)
    return digits, [first[i] for i in second]


def _blanked(text: str, conditions: Iterable[Condition]) -> str:
    for condition in conditions:
        text = text[: condition.start] + " " * (condition.end - condition.start) + text[condition.end :]
    return text


def _conditions(plain: str, known: Knowledge) -> list[Condition]:
    """All conditions of folded text in order; what is left out is looked at first, so that nothing in it is asked for too."""
    found: list[Condition] = []
    rest = plain

    def take(conditions: Iterable[Condition]) -> None:
        nonlocal rest
        for condition in conditions:
            found.append(condition)
            rest = rest[: condition.start] + "\0" * (condition.end - condition.start) + rest[condition.end :]

    take(_excluded(plain, known))
    take(periods(rest, known.last_day))
    take(magnitudes(rest))
    take(_named(rest, known))
    take(_classes(rest))
    take(Condition("emergency", m.group(), "emergency-call", *m.span(), exact=False) for m in _EMERGENCY.finditer(rest))
    areas = [m for m in known.lexicon.find(rest) if m.concept_id.startswith(REGION)]
    take(Condition("area", m.surface, m.concept_id.removeprefix(REGION), m.start, m.end, (m.concept_id,), exact=False) for m in areas)
    return sorted(found, key=lambda condition: condition.start)[:MAX_CONDITIONS]


def _named(plain: str, known: Knowledge) -> Iterator[Condition]:
    for start, end, name, ids in carriers(plain, known.carrier_names):
        today = "、".join(dict.fromkeys(known.carriers.get(i, name) for i in ids))
        yield Condition("carrier", plain[start:end], today, start, end, ids)


def _classes(plain: str) -> Iterator[Condition]:
    for match in _CLASS.finditer(plain):
        number = _CLASSES[match[1]]
        yield Condition("class", match.group(), str(number), *match.span(), (number,))
    for match in _OFFICIAL.finditer(plain):
        if match["not"]:
            yield Condition("not", match.group(), "official", *match.span(), Excluded(official=True))
        else:
            yield Condition("official", match.group(), "official", *match.span())


def _excluded(plain: str, known: Knowledge) -> Iterator[Condition]:
    for one in left_out(plain):
        value = _meant(one, known)
        if value is not None:
            yield Condition("not", plain[one.start : one.end].rstrip(), "、".join(one.words), one.start, one.end, value, exact=not one.weak)


def _meant(one: LeftOut, known: Knowledge) -> Excluded | None:
    """What records that are left out have: a tag where the words name one, else a concept, a carrier or the words themselves."""
    tags: list[str] = []
    concepts: list[str] = []
    words: list[str] = []
    companies: list[int] = []
    for word in one.words:
        named = carriers(word, known.carrier_names)
        matches = known.lexicon.find(word)
        if named and not one.causes_only:
            companies += [i for _, _, _, ids in named for i in ids]
        elif matches:
            for match in matches:
                tag = known.concept_tags.get(match.concept_id, "")
                (tags if tag.startswith(_CAUSE_AXES) else concepts).append(tag if tag.startswith(_CAUSE_AXES) else match.concept_id)
        else:
            words.append(word)
    if one.causes_only:
        return Excluded(tags=tuple(tags)) if tags and not words and not concepts else None
    return Excluded(tuple(tags), tuple(concepts), tuple(words), tuple(companies)) if tags or concepts or words or companies else None


def _other_forms(lexicon: Lexicon, match: ConceptMatch) -> tuple[str, ...]:
    own = folded(match.surface)
    return tuple(dict.fromkeys(form.text for form in lexicon.expansions(match.concept_id) if folded(form.text) != own))


def _meant_concepts(
    lexicon: Lexicon, heard: Iterable[Heard], spelt: str, places: Sequence[tuple[int, int]], topic: str, known: Collection[str]
) -> Iterator[ConceptMatch]:
    """Concepts of what is meant and of the forms that were heard: にんしょうさーば is an authentication server."""
    spans = [(m.concept_id, places[m.start][0], places[m.end - 1][1]) for m in lexicon.find(spelt)]
    spans += [(m.concept_id, one.start, one.end) for one in heard if one.form for m in lexicon.find(one.word)]
    for concept_id, start, end in spans:
        if concept_id not in known:
            yield ConceptMatch(concept_id, start, end, topic[start:end])


def _runs_meant(topic: str, heard: Iterable[Heard]) -> list[tuple[tuple[int, int], str]]:
    """(start, end) of each run that was heard → the words it sounds like: of each piece the one that is spelt most like it."""
    runs: dict[tuple[int, int], dict[int, list[str]]] = {}
    for one in heard:
        runs.setdefault((one.start, one.end), {}).setdefault(one.piece, []).append(one.word)

    def alike(word: str, written: str) -> tuple[bool, float]:
        # What is written in kana alone is what was typed; of words that are read alike the more frequent stands first.
        return not _HIRAGANA.fullmatch(word), difflib.SequenceMatcher(None, written, word).ratio()

    found: list[tuple[tuple[int, int], str]] = []
    for run, pieces in sorted(runs.items()):
        written = topic[run[0] : run[1]]
        found.append((run, "".join(max(words, key=partial(alike, written=written)) for words in pieces.values())))
    return found


def _spelt(topic: str, heard: Sequence[Heard]) -> tuple[str, list[tuple[int, int]], str]:
    """(the topic with its runs as the words that they sound like, (start, end) in the topic of each of its characters, what a model is to read).

    A run that is heard in part stays as it is written; for a model what it sounds like follows.
    """
    whole = {(one.start, one.end) for one in heard if one.whole}
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    after: list[str] = []
    at = 0
    for (start, end), word in _runs_meant(topic, heard):
        if (start, end) not in whole:
            after.append(word)
            continue
        parts += [topic[at:start], word]
        places += [*((i, i + 1) for i in range(at, start)), *([(start, end)] * len(word))]
        at = end
    parts.append(topic[at:])
    places += [(i, i + 1) for i in range(at, len(topic))]
    return "".join(parts), places, " ".join(["".join(parts), *after])


def stored_lexicon(connection: sqlite3.Connection) -> Lexicon:
    """The lexicon as the database holds it."""
    return Lexicon.from_forms(connection.execute("SELECT concept_id, form, kind FROM concept_forms ORDER BY concept_id, form").fetchall())
