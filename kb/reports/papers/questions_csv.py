"""The questions as CSV, one row each: UTF-8 with a byte order mark, so that Excel opens it as it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from kb.reports.papers.citations import Citations
from kb.reports.papers.labels import BASIS_KINDS, LANGUAGES
from kb.reports.papers.wording import Wording

# A cell that begins like this is a formula to a spreadsheet; what came from a document must not become one.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def questions_csv(brief: Mapping[str, Any], lang: str = "ja") -> str:
    """number, viewpoint, question, and for each question the kinds, ids, quotes and sources of its basis, one a line inside the cell."""
    say = Wording(lang, brief.get("labels" if lang == "ja" else "labels_en") or {})
    cite = Citations(brief, say)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([say(name) for name in ("number", "viewpoint", "ask", "basis_kind", "basis_id", "basis_quote", "basis_source")])
    for number, question in enumerate(brief["questions"], start=1):
        basis = question["basis"]
        refs = [cite.basis(one)[0] for one in basis]
        named = {source.number: source.text for source in cite.sources()}
        cells = (
            [BASIS_KINDS.get(one["kind"], (one["kind"],) * 2)[LANGUAGES.index(lang)] for one in basis],
            [str(one["id"]) if one["id"] is not None else say("own") for one in basis],
            [(one["quote"] or "").replace("\n", " ") for one in basis],
            [named[ref] for ref in refs],
        )
        writer.writerow([number, harmless(question["viewpoint"] or ""), harmless(question["text"]), *(harmless("\n".join(lines)) for lines in cells)])
    return "\ufeff" + text.getvalue()


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it, and never as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
