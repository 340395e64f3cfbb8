"""The JSON of a brief → a sheet of paper: one page of summary, eight sections, numbered sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kb.reports.papers import accident_sections, asking_sections, comparing_sections
from kb.reports.papers.blocks import Section, Sheet
from kb.reports.papers.citations import Citations
from kb.reports.papers.extent import fits
from kb.reports.papers.numbering import renumbered
from kb.reports.papers.summary import summary
from kb.reports.papers.wording import Wording

SECTIONS = (
    ("overview", accident_sections.overview), ("classification", accident_sections.classification), ("precedents", comparing_sections.precedents),
    ("missing", comparing_sections.missing), ("promises", comparing_sections.promises), ("exchanges", comparing_sections.exchanges),
    ("questions", asking_sections.questions), ("absent", asking_sections.absent),
)  # fmt: skip


SHORTEST = 3  # entries that a list may lose


def sheet(brief: Mapping[str, Any], lang: str = "ja", notices: Sequence[str] = ()) -> Sheet:
    """Set a brief (design §11) in "ja" or "en"; `notices` stand under the title. Lists are shortened until the sheet keeps to its pages."""
    for shorter in range(SHORTEST + 1):
        found = _set_out(brief, lang, notices, shorter)
        if fits(found):
            break
    return found


def _set_out(brief: Mapping[str, Any], lang: str, notices: Sequence[str], shorter: int) -> Sheet:
    say = Wording(lang, brief.get("labels" if lang == "ja" else "labels_en") or {}, shorter)
    cite = Citations(brief, say)
    first = Section(say("summary"), tuple(summary(brief, say, cite)))
    sections = tuple(Section(say(name), tuple(build(brief, say, cite)), number) for number, (name, build) in enumerate(SECTIONS, start=1))
    made = brief["made_from"]
    line = say("made", program=made["program"], database=made["database"], as_of=say.day(made.get("as_of")))
    title = brief["subject"]["title"] or say("draft")
    return renumbered(Sheet(say("title"), title, tuple(notices), first, sections, say("sources"), cite.sources(), line, lang))
