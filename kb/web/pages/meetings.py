"""Meetings of the council: agenda, accidents heard, and what was asked and answered."""

from __future__ import annotations

from kb.reports.meetings import meetings
from kb.web.page import Answer, Ask


def answer(ask: Ask) -> Answer:
    """`/meetings`."""
    return Answer({"meetings": meetings(ask.connection)})
