"""What stands above the agenda of minutes: the title with its number, the day and hours of the meeting, the place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kb.errors import DocumentError
from kb.formats.layout import Document
from kb.japanese.dates import parse_moment
from kb.japanese.widths import narrow
from kb.sources.council_minutes.blocks import Block, number_of

MINUTES = re.compile(r"議\s*事\s*(?:要\s*旨|概\s*要|録|模\s*様|次第|の概要|内容)")
COUNCIL = re.compile(r"会\s*議|委員会|部会|作業班|検討会|ワーキング")
HEAD_LINES = 40

_LONGEST_TITLE = 80
_DAY = len("2016-05-13")
_NUMBER = re.compile(r"第\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})\s*回")
_CLOCK = r"(?:午前|午後)?\s*\d{1,2}\s*(?:[:：]\s*\d{2}|時(?:\s*\d{1,2}\s*分|半)?)"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:[~～〜ー\-－―]|から)\s*{_CLOCK}(?:まで)?")


@dataclass
class Head:
    """`held_on` is a day; `hours` is as printed."""

    title: list[str] = field(default_factory=list)
    held_on: str | None = None
    hours: str | None = None
    number: int | None = None
    place: str | None = None

    def takes_value(self, block: Block, section: str) -> bool:
        """Take the value of 日時 or 場所; False when the block holds none."""
        if section == "place" and self.place is None:
            self.place = block.text
            return True
        moment = parse_moment(block.text) if section == "date" and self.held_on is None else None
        if moment is None or len(moment) < _DAY:
            return False
        self.held_on = moment[:_DAY]
        hours = _HOURS.search(block.text)
        self.hours = hours.group().strip() if hours else None
        return True

    def takes_title(self, block: Block, printed: str) -> bool:
        """Take a line that names the meeting or its minutes, with its spaces as `printed`; letters set apart are joined."""
        if len(block.text) > _LONGEST_TITLE or not (MINUTES.search(block.text) or COUNCIL.search(block.text)):
            return False
        self.title.append(re.sub(r"(?<=\S) (?=\S(?: |$))", "", re.sub(r"\s+", " ", printed.strip())))
        number = _NUMBER.search(narrow(block.text))
        if number and self.number is None:
            self.number = number_of(number.group("number"))
        return True


def any_day(document: Document) -> str:
    """The first full date near the beginning; DocumentError if there is none."""
    for line in document.lines[:HEAD_LINES]:
        moment = parse_moment(line.text)
        if moment and len(moment) >= _DAY:
            return moment[:_DAY]
    raise DocumentError(
        f"{document.name}: no day of the meeting in the first {HEAD_LINES} lines (looked for 日時 and a full date); "
        "add the line with the date and read it again"
    )
