"""The exchanges of a meeting in order, each answer tied to its question across paragraphs."""

from __future__ import annotations

from dataclasses import replace

from kb.formats.layout import Document
from kb.model import Exchange
from kb.sources.council_minutes.blocks import Block
from kb.sources.council_minutes.exchanges import EARLIER, Turn, answers, spoken, turns

_ARROWS = ("→", "⇒", "➢", "►")


class Talk:
    """Collects `exchanges`; an answer points to its question by the index in that list."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.exchanges: list[Exchange] = []

    def record(self, block: Block, closing: bool, viewpoint: str | None, incident: int | None) -> None:
        """Split a paragraph or speech into turns and keep them; `closing` = concluding remarks (総括)."""
        question = self._open_question(viewpoint, incident)
        if question is None and not closing:
            question = self._question_made_by(block, viewpoint, incident)
        first = len(self.exchanges)
        found = _turns(block, closing, question is not None)
        places = block.offsets(self._document, [turn.start for turn in found])
        for turn, place in zip(found, places, strict=True):
            answers = question if turn.replies_to == EARLIER else turn.replies_to
            if turn.replies_to not in (None, EARLIER):
                answers = first + turn.replies_to
            position = self._document.position(place)
            self.exchanges.append(Exchange(turn.kind, turn.text, viewpoint, answers, position, incident))

    def _open_question(self, viewpoint: str | None, incident: int | None) -> int | None:
        """The last question of this viewpoint, if nothing but answers followed it."""
        for index in range(len(self.exchanges) - 1, -1, -1):
            exchange = self.exchanges[index]
            if (exchange.viewpoint, exchange.incident) != (viewpoint, incident):
                return None
            if exchange.kind in ("remark", "summary"):
                return None
            if exchange.kind == "question":
                return index
        return None

    def _question_made_by(self, block: Block, viewpoint: str | None, incident: int | None) -> int | None:
        """The remark before `block` becomes a question where the block says that it answers it."""
        last = self.exchanges[-1] if self.exchanges else None
        if last is None or last.kind != "remark" or (last.viewpoint, last.incident) != (viewpoint, incident):
            return None
        if block.mark not in _ARROWS and (block.kind == "speech" or not answers(block.text, last.text)):
            return None
        self.exchanges[-1] = replace(last, kind="question")
        return len(self.exchanges) - 1


def _turns(block: Block, closing: bool, waiting: bool) -> list[Turn]:
    if block.kind == "speech":
        turn = spoken(block.text, block.label, waiting)
        return [replace(turn, kind="summary", replies_to=None) if closing else turn]
    if block.mark in _ARROWS and waiting and not closing:
        # An arrow marks the reply to the paragraph above.
        return [Turn("answer", turn.text, turn.start, EARLIER) for turn in turns(block.text)]
    return turns(block.text, closing, waiting)
