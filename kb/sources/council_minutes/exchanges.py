"""What was said at a meeting → turns: question, answer, remark, summary.

Minutes report speech in clauses, and one sentence often holds two turns: 「…かとの指摘があり、…旨の回答があった。」 The
reporting clause (link + noun + verb) ends a turn and tells its kind; it is not part of the turn's text. Verbatim
minutes name the speaker instead. What no clause reports belongs to the turn after it in the same paragraph, or is a
remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.japanese.text import sentences

# Nouns by what they report. 指摘 and 確認 ask when they end in か or are answered, else they remark.
ASKING = ("質問", "問い", "照会", "質疑")
POINTING = ("指摘", "確認", "意見", "コメント", "要望", "提案", "助言", "提言", "発言", "感想", "見解", "問題提起", "要請")
CLOSING = ("総括", "講評", "総評")
ANSWERING = ("回答", "返答", "答弁", "応答", "説明", "補足", "報告", "釈明")

_NOUN = "|".join(sorted(ASKING + POINTING + CLOSING + ANSWERING, key=len, reverse=True))
_ASKED = "|".join((*ASKING, "指摘", "意見", "コメント", "要望", "助言", "提言"))
# と alone must follow a predicate (…であると説明し), not a name (ベンダーと確認し).
_LINK = r"(?:との|といった旨の?|という旨の?|といった|という|旨の|旨[がを]?、?|かと|か、?|(?<=[ぁ-ん」])と、?)"
_ABOUT = r"(?:について(?:の|、)?|に関する|に対する|などの|等の)"
_HAPPENED = (
    r"が(?:あり(?:ました)?|あった|なされ|され|出され|出て|示され|寄せられ|行われ|述べられ|上がり|挙がり|挙げられ)"
    r"(?:た|ました)?(?:が|ため|ところ|のに対し(?:て)?|ことに対し(?:て)?|ことを受け(?:て)?)?"
)
_DONE = (
    r"に(?:対し(?:て)?は?|ついては?|応え(?:て)?)|を(?:受け(?:て)?|踏まえ(?:て)?|行い|行った(?:ところ)?|述べ(?:た)?)"
    r"|を?した(?:ところ|のに対し(?:て)?)?|を?し|を?され(?:た(?:ところ)?)?|であ(?:り|った)|です|でした"
)
_STOP = r"(?P<stop>[、，]|[。．]?$)"
_PATTERNS = (
    re.compile(rf"(?P<link>{_LINK})\s*(?P<noun>{_NOUN})(?:{_HAPPENED}|{_DONE})?{_STOP}"),
    re.compile(rf"(?P<link>{_ABOUT})\s*(?P<noun>{_ASKED})(?:{_HAPPENED}|{_DONE})?{_STOP}"),
    re.compile(rf"(?P<link>を)(?P<noun>{'|'.join(ASKING)}|確認)した(?:ところ|のに対し(?:て)?){_STOP}"),
    re.compile(rf"(?P<link>{_ABOUT})\s*(?P<noun>確認){_HAPPENED}{_STOP}"),
    re.compile(rf"(?P<link>を)(?P<noun>尋ね)(?:た(?:ところ|のに対し(?:て)?)?)?{_STOP}"),
    re.compile(rf"(?P<link>)(?P<noun>{_ASKED}){_HAPPENED}{_STOP}"),
    re.compile(rf"(?P<link>)(?P<noun>{'|'.join(ANSWERING)}){_HAPPENED}[。．]?$"),
    re.compile(r"(?P<link>との?)(?P<noun>こと)(?:で(?:あっ|し|ございまし)た|である|です)?[。．]?$"),
    re.compile(rf"(?P<link>旨を?|(?<=[ぁ-ん」])と)(?P<noun>尋ね|述べ|答え|応じ)(?:た|られた|られ|て)?{_STOP}"),
)
_VERBS = {"尋ね": "質問", "述べ": "発言", "答え": "回答", "応じ": "回答", "こと": "回答"}
_OPENERS, _CLOSERS = "「『（(【", "」』）)】"

_QUESTION = re.compile(r"か[。．?？」]*$|か[。．?？]|[?？]")

# …ではないか, …してはどうか: in the form of a question, yet advice unless somebody answers it.
_ADVICE = re.compile(r"(?:では|じゃ)ないか[。．?？」]*$|(?:ては|では)(?:どう|いかが)か[。．?？」]*$|べきではないか[。．?？」]*$")

MEMBERS = re.compile(r"構成員|委員|座長|主査|オブザーバ")

# Who spoke, where the kind of the turn says it as well: 構成員から、 of a question, これに対し、架空通信株式会社から、 of an answer.
_TO_THIS = r"(?:(?:これ|それ|(?:この|その|当該|上記の?)(?:質問|指摘|意見)?)(?:に対(?:し(?:て)?|する回答として)|を受け(?:て)?)(?:は)?[、，]?\s*)"
_ASKER = re.compile(r"^(?:構成員|委員)(?:より|から)は?[、，]\s*")
_ANSWERER = re.compile(
    rf"^{_TO_THIS}?(?:(?:同社|両社|各社|事業者(?:側)?|当該事業者|[^、。「」]{{1,30}}?(?:株式会社|会社|社)|(?:株式|合同|有限)会社[^、。「」]{{1,30}}?)(?:より|から)は?[、，]\s*)?"
)


EARLIER = -1  # `Turn.replies_to`: the question that waited when the paragraph began


@dataclass(frozen=True)
class Turn:
    """One turn: `start` is its offset in the paragraph's text, `replies_to` the index of its question there."""

    kind: str
    text: str
    start: int
    replies_to: int | None = None


@dataclass(frozen=True)
class _Clause:
    """A piece of a paragraph with the noun that reports it; "" = reported by none."""

    text: str
    start: int
    noun: str


def reports_speech(text: str, among_exchanges: bool = False) -> bool:
    """Whether a paragraph reports what somebody said; `among_exchanges` an answer is enough."""
    nouns = ASKING + POINTING + CLOSING + (ANSWERING if among_exchanges else ())
    return any(clause.noun in nouns for clause in _clauses(text))


def answers(text: str, before: str) -> bool:
    """Whether a paragraph reports an answer to the one `before` it: 「これに対し、…との回答があった。」, 「架空社から、…との説明があった。」."""
    first = next(_clauses(text), None)
    if first is None:
        return False
    explained = first.noun in ANSWERING and bool(_speaker_length(first.text, "answer")) and bool(_QUESTION.search(before))
    return first.noun == "回答" or explained or bool(re.match(_TO_THIS, first.text))


def turns(text: str, closing: bool = False, waiting: bool = False) -> list[Turn]:
    """Split a paragraph of reported speech.

    `closing`: concluding remarks (総括), where every turn is a summary. `waiting`: the paragraph before ended with
    a question, so that an answer here may be meant for it.
    """
    clauses = _joined(list(_clauses(text)))
    if closing:
        return [Turn("summary", clause.text, clause.start) for clause in clauses]
    found: list[Turn] = []
    question = EARLIER if waiting else None
    for index, clause in enumerate(clauses):
        answered = index + 1 < len(clauses) and clauses[index + 1].noun in ANSWERING
        kind = _kind(clause, answered, question)
        if kind == "question":
            question = len(found)
        start = clause.start + _speaker_length(clause.text, kind)
        found.append(Turn(kind, clause.text[start - clause.start :], start, question if kind == "answer" else None))
    return found


def _speaker_length(text: str, kind: str) -> int:
    """How many letters at the beginning only name who asked or answered."""
    pattern = {"answer": _ANSWERER, "question": _ASKER, "remark": _ASKER}.get(kind)
    named = pattern.match(text) if pattern else None
    return named.end() if named and named.end() < len(text) else 0


def spoken(text: str, speaker: str, waiting: bool) -> Turn:
    """A speech of verbatim minutes; `waiting` = a question is open, and somebody who is no member may answer it.

    A label may name the turn instead of the speaker (質問：, 回答：, Q：, A：).
    """
    if re.match(r"質問|質疑|問|Q", speaker):
        return Turn("question", text, 0)
    if re.search(r"意見|コメント", speaker):
        return Turn("question" if _QUESTION.search(text) else "remark", text, 0)
    if MEMBERS.search(speaker):
        return Turn("question" if _QUESTION.search(text) else "remark", text, 0)
    return Turn("answer", text, 0, EARLIER) if waiting else Turn("remark", text, 0)


def _kind(clause: _Clause, answered: bool, question: int | None) -> str:
    if clause.noun in ASKING:
        return "question"
    if clause.noun in CLOSING:
        return "summary"
    if clause.noun in POINTING:
        # What is said and then answered was a question, whatever it is called.
        asks = _QUESTION.search(clause.text) and not _ADVICE.search(clause.text)
        return "question" if answered or asks else "remark"
    if clause.noun in ANSWERING:
        return "remark" if question is None else "answer"
    if _QUESTION.search(clause.text):
        return "question"
    # Reported by no clause: inside a paragraph it goes on answering, after another one it may be anything.
    return "remark" if question in (None, EARLIER) else "answer"


def _clauses(text: str) -> Iterator[_Clause]:
    for offset, sentence in sentences(text):
        done = 0
        for match in _reporting(sentence):
            piece = sentence[done : match.start()]
            if piece.strip(" 、，"):
                yield _clause(piece, offset + done, match)
            done = match.end()
        rest = sentence[done:]
        if rest.strip(" 、，。．"):
            yield _Clause(rest.strip(), offset + done + len(rest) - len(rest.lstrip()), "")


def _clause(piece: str, start: int, match: re.Match[str]) -> _Clause:
    # The か of 「…のか、質問があり」 and the object of 「…について質問」 are part of what was asked.
    link = match.group("link")
    kept = piece + ("か" if link.startswith("か") else "について" if link.startswith("について") else "")
    bare = kept.strip(" 、，")
    noun = match.group("noun")
    return _Clause(bare, start + kept.index(bare), _VERBS.get(noun, noun))


def _reporting(sentence: str) -> Iterator[re.Match[str]]:
    """Reporting clauses outside brackets, in order."""
    offset = counted = depth = 0
    # Each pattern's next match is kept until it is passed, so that a long sentence is read once.
    ahead = [pattern.search(sentence) for pattern in _PATTERNS]
    while True:
        for index, pattern in enumerate(_PATTERNS):
            found = ahead[index]
            if found is not None and found.start() < offset:
                ahead[index] = pattern.search(sentence, offset)
        matches = [found for found in ahead if found is not None]
        if not matches:
            return
        match = min(matches, key=lambda found: (found.start("noun"), found.start()))
        between = sentence[counted : match.start()]
        depth += sum(map(between.count, _OPENERS)) - sum(map(between.count, _CLOSERS))
        counted = max(match.start(), counted)
        if depth == 0:
            yield match
        offset = match.end()


def _joined(clauses: list[_Clause]) -> list[_Clause]:
    """Unreported sentences before a reported one belong to it: 「…である。…ではないかとの指摘があった。」."""
    joined: list[_Clause] = []
    waiting: list[_Clause] = []
    for clause in clauses:
        if clause.noun:
            parts = [*waiting, clause]
            joined.append(_Clause("".join(part.text for part in parts), parts[0].start, clause.noun))
            waiting = []
        else:
            waiting.append(clause)
    if waiting:
        joined.append(_Clause("".join(part.text for part in waiting), waiting[0].start, ""))
    return joined
