"""Council minutes (電気通信事故検証会議 議事要旨): the meeting, the accidents explained to it, and every exchange.

Quirks met (2016): a blank line after each line of text, words cut at line ends, full-width digits, spaces between
Japanese and Latin letters; questions and answers in one sentence; the closing remarks repeat the viewpoints of the
exchanges. Other years number differently, name speakers, hear several carriers, or withhold parts (非公開).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kb.formats.layout import Document
from kb.japanese.dates import fiscal_year_of, parse_fiscal_year
from kb.japanese.widths import narrow
from kb.model import Meeting, Report, Statement
from kb.sources.council_minutes.accident import Explanation, carriers_in, read_accident, topic_of
from kb.sources.council_minutes.blocks import TOP, Block, read_blocks
from kb.sources.council_minutes.exchanges import reports_speech
from kb.sources.council_minutes.head import COUNCIL, HEAD_LINES, MINUTES, Head, any_day
from kb.sources.council_minutes.talk import Talk
from kb.sources.coverage import CoverageLedger

KIND = "council-minutes"
LOOKED_FOR = "議事要旨 or 議事録 of a 会議, with 日時 and what was said of an accident"

_SPEAKING = re.compile(r"構成員|委員|質疑|意見交換|総括|座長|主査")
_ACCIDENT = re.compile(r"事故|障害")
_HEAD = ("", "date", "place")  # sections above the agenda
_ASIDE = ("attendees", "materials", "closing")  # sections that tell nothing of an accident
# Bullets among exchanges are talk whatever their words; a paragraph between them may speak of the meeting.
_TALK = {"exchanges": ("speech", "bullet"), "summary": ("speech", "bullet")}

_EXCHANGES = re.compile(r"質疑|意見交換|議論|討議|主な(?:意見|発言|やり取り)|質問及び回答")
_FOLLOWING = re.compile(r"(?:以下|次)の(?:とおり|通り|よう)|主な(?:内容|やり取り|やりとり|質疑)")
_TITLE_MARKS = "○●◎■◆□◇"
_LONGEST_BULLET_TITLE = 40
_SUMMARY = re.compile(r"総括|講評|まとめ|総評")
_SUMMED_UP = re.compile(r"(?:との|旨の?|という)(?:総括|講評|総評)")
_EXPLAINS = re.compile(
    r"(?:事故|障害)(?:について|の検証|.{0,200}?(?:説明|報告|発表|聴取|ヒアリング))|(?:説明|報告|聴取).{0,200}?(?:事故|障害)"
)
_NAMES_EXPLANATION = re.compile(r"(?:株式会社|会社|社)(?:から)?の(?:説明|報告|発表|事故)")
_VIEWPOINT = re.compile(r"\s*(?:等)?(?:の観点|という観点|に係る観点|に関する観点|について|に関して|に関する(?:質疑|意見|事項))$")
_REFERS = re.compile(r"議事\s*((?:(?:[、,・]|及び|と)?\s*\(\s*\d{1,2}\s*\)\s*)+)")  # 議事（2）及び（4）
_REFERRED = re.compile(r"\d{1,2}")


def recognises(document: Document) -> float:
    """0 to 1: how surely a document is minutes of the council."""
    head = "\n".join(line.text for line in document.lines[:HEAD_LINES])
    if not MINUTES.search(head):
        return 0.0
    others = (COUNCIL.search(head), _SPEAKING.search(document.text), _ACCIDENT.search(document.text))
    return 0.25 * (1 + sum(sign is not None for sign in others))


def reasons(document: Document) -> tuple[str, ...]:
    """What speaks for minutes of the council, in words."""
    head = "\n".join(line.text for line in document.lines[:HEAD_LINES])
    signs = (("the head calls it", MINUTES.search(head)), ("it is of a", COUNCIL.search(head)), ("somebody speaks:", _SPEAKING.search(document.text)), ("it is about an", _ACCIDENT.search(document.text)))
    return tuple(f"{words} {sign.group()}" for words, sign in signs if sign)


@dataclass
class _State:
    """What the parser knows while it walks down the blocks."""

    document: Document
    ledger: CoverageLedger
    section: str = ""
    mode: str = ""  # explanation, exchanges, summary or other
    topic: str = ""
    viewpoint: str | None = None
    incident: int | None = None
    head: Head = field(default_factory=Head)
    items: list[str] = field(default_factory=list)
    talk: Talk = field(init=False)
    notes: list[Statement] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)  # entries of the agenda
    about: dict[str, int | None] = field(default_factory=dict)  # number of an item → index of the explained accident

    def __post_init__(self) -> None:
        self.talk = Talk(self.document)

    def read(self, block: Block) -> None:
        self.ledger.mark(block.start, block.end)


def parse(document: Document) -> Report:
    """Read minutes. Raises DocumentError when no day of the meeting is to be found."""
    state = _State(document, CoverageLedger(document))
    for block in read_blocks(document):
        _take(block, state)
    head = state.head
    held_on = head.held_on or any_day(document)
    title = " ".join(head.title) or document.title
    incidents = tuple(read_accident(explanation, document) for explanation in state.explanations)
    meeting = Meeting(
        held_on=held_on,
        number=head.number,
        place=head.place,
        items=tuple(state.items),
        exchanges=tuple(state.talk.exchanges),
        hours=head.hours,
    )
    return Report(
        kind=KIND,
        title=title,
        fiscal_year=parse_fiscal_year(title or "") or fiscal_year_of(held_on),
        incidents=incidents,
        meeting=meeting,
        coverage=state.ledger.coverage(),
        notes=tuple(state.notes),
    )


def _take(block: Block, state: _State) -> None:
    if block.kind in ("item", "heading") and (state.section in _HEAD or block.mark == TOP):
        state.section = "proceedings"
    if block.kind == "section":
        _section(block, state)
    elif state.section in _HEAD:
        _head(block, state)
    elif state.section in _ASIDE:
        _note(block, state)
    elif block.kind == "item" or (block.kind == "text" and state.section == "proceedings" and not state.items):
        _item(block, state)
    elif block.kind == "heading":
        _heading(block, state)
    elif _is_title(block, state):
        _heading(replace(block, label=block.text), state)
    else:
        _content(block, state)


def _is_title(block: Block, state: _State) -> bool:
    """Whether a bullet (○ 質疑応答) names what stands below it, as a heading does."""
    if block.kind != "bullet" or block.mark not in _TITLE_MARKS or len(block.text) > _LONGEST_BULLET_TITLE or re.search("[。、?？]|か$", block.text):
        return False
    if state.mode in _TALK:
        return bool(_EXCHANGES.fullmatch(block.text) or _SUMMARY.fullmatch(block.text))
    return bool(_EXCHANGES.search(block.text) or _SUMMARY.search(block.text) or topic_of(block.text) or _NAMES_EXPLANATION.search(block.text))


def _note(block: Block, state: _State) -> None:
    state.read(block)
    state.notes.append(Statement("note", _shown(block), block.position))


def _section(block: Block, state: _State) -> None:
    state.section, state.mode, state.topic, state.viewpoint = block.label, "", "", None
    state.read(block)
    if not block.text:
        if block.label == "proceedings" and state.head.held_on is None:
            # 議事要旨 alone above the date is part of the title.
            state.head.title.append(state.document.text[block.start : block.end].strip())
    elif block.label in ("agenda", "proceedings"):
        state.items.append(block.text)
    elif not state.head.takes_value(block, state.section):
        _note(block, state)


def _head(block: Block, state: _State) -> None:
    """Above the agenda: title, date and place in any order; a stranger there stays unread."""
    if state.head.takes_value(block, state.section):
        state.read(block)
    elif state.section:
        _note(block, state)
    elif state.head.takes_title(block, state.document.text[block.start : block.end]):
        state.read(block)


def _item(block: Block, state: _State) -> None:
    """An item of the agenda or of what was done."""
    state.read(block)
    state.topic, state.viewpoint, state.mode = "", None, "other"
    if state.section != "agenda":
        # What was done repeats the agenda's entry as its title: one item.
        state.items = [item for item in state.items if item not in state.announced or not block.text.startswith(item)]
        state.items.append(block.text)
        state.incident = _meant(block, state)
        if _introduces(block, state):
            _keep_introduction(block, state)
        state.about[block.label] = state.incident
    else:
        state.items.append(block.text)
        state.announced.append(block.text)


def _may_introduce(block: Block, state: _State) -> bool:
    """Below a heading of an explanation only a paragraph that announces what follows it."""
    return bool(state.items) and (not state.topic or bool(_FOLLOWING.search(block.text) and _EXCHANGES.search(block.text)))


def _introduces(block: Block, state: _State) -> bool:
    """What follows is told by the words of its introduction: an explanation, exchanges, closing remarks."""
    explains = _EXPLAINS.search(block.text) and bool(carriers_in(block.text))
    if _SUMMARY.search(block.text) and not _SUMMED_UP.search(block.text):
        state.mode = "summary"
    elif _EXCHANGES.search(block.text):
        if explains and not _explained_already(block, state):
            _open_explanation(block, state)
        state.mode = "exchanges"
    elif explains:
        if not _explained_already(block, state):
            _open_explanation(block, state)
        state.mode = "explanation"
    else:
        return False
    return True


def _keep_introduction(block: Block, state: _State) -> None:
    """An introduction below the title of its item tells of the accident too."""
    if block.kind == "text" and state.explanations and state.explanations[-1].lead is not block and _EXPLAINS.search(block.text):
        state.explanations[-1].blocks.append(("overview", block))


def _open_explanation(block: Block, state: _State) -> None:
    state.incident = len(state.explanations)
    state.explanations.append(Explanation(block))


def _explained_already(block: Block, state: _State) -> bool:
    """Whether this very item has an explanation open already (its title named the accident, now comes the text)."""
    if block.kind == "item" or not state.explanations:
        return False
    return set(carriers_in(block.text)) <= set(carriers_in(state.explanations[-1].lead.text))


def _meant(block: Block, state: _State) -> int | None:
    """Which accident an item is about: by the items it refers to (議事（2）), by its carrier, else the one before it."""
    referred = {state.about.get(number) for number in _REFERRED.findall(" ".join(_REFERS.findall(narrow(block.text))))}
    if referred:
        return referred.pop() if len(referred) == 1 else None
    named = set(carriers_in(block.text))
    for index, explanation in enumerate(state.explanations):
        if named & set(carriers_in(explanation.lead.text)):
            return index
    return state.incident


def _heading(block: Block, state: _State) -> None:
    state.read(block)
    label = block.label
    topic = topic_of(label)
    if _SUMMARY.search(label):
        state.mode, state.viewpoint = "summary", None
    elif "観点" not in label and _EXCHANGES.search(label):
        state.mode, state.viewpoint = "exchanges", None
    elif "観点" in label or state.mode in ("exchanges", "summary"):
        state.mode = state.mode if state.mode in ("exchanges", "summary") else "exchanges"
        state.viewpoint = _VIEWPOINT.sub("", label)
    elif topic:
        _explained(block, state)
        state.topic = topic
    elif carriers_in(label) and (_ACCIDENT.search(label) or _NAMES_EXPLANATION.search(label)):
        _explained(block, state, new=True)
    else:
        state.viewpoint = label
        _note(block, state)


def _explained(block: Block, state: _State, new: bool = False) -> None:
    """Make sure an explanation is open: a heading such as 事故概要 opens one where no introduction did."""
    if new or not state.explanations or state.mode != "explanation":
        lead = replace(block, text=block.label if new else (state.items[-1] if state.items else block.label))
        state.incident = len(state.explanations)
        state.explanations.append(Explanation(lead))
    state.mode = "explanation"


def _content(block: Block, state: _State) -> None:
    state.read(block)
    if state.section == "agenda":
        state.items.append(_shown(block))
        state.announced.append(_shown(block))
    elif block.kind == "text" and _may_introduce(block, state) and _introduces(block, state):
        state.items[-1] = f"{state.items[-1]}\n{block.text}"
        _keep_introduction(block, state)
    elif state.mode == "explanation" and block.kind != "speech":
        state.explanations[-1].blocks.append((state.topic, block))
    elif block.kind in _TALK.get(state.mode, ("speech",)) or reports_speech(block.text, state.mode in _TALK):
        state.talk.record(block, state.mode == "summary", state.viewpoint, state.incident)
    elif state.items:
        state.items[-1] = f"{state.items[-1]}\n{_shown(block)}"
    else:
        _note(block, state)


def _shown(block: Block) -> str:
    """A block as one text, with the label that its mark carried."""
    return {"speech": f"{block.label}：{block.text}", "heading": block.label}.get(block.kind, block.text)
