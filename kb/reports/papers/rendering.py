"""A brief in any format that we write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.reports.papers.drawings import drawings
from kb.reports.papers.html import html
from kb.reports.papers.markdown import markdown
from kb.reports.papers.questions_csv import questions_csv
from kb.reports.papers.sheet import sheet


@dataclass(frozen=True)
class Format:
    """`binary` formats are for files only."""

    content_type: str
    label_ja: str
    binary: bool = False


FORMATS: Mapping[str, Format] = {
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", binary=True),
    "md": Format("text/markdown; charset=utf-8", "Markdown"),
    "html": Format("text/html; charset=utf-8", "HTML"),
    "csv": Format("text/csv; charset=utf-8", "CSV(質問)"),
    "json": Format("application/json; charset=utf-8", "JSON"),
}


def rendered(brief: Mapping[str, Any], form: str, *, lang: str = "ja", notices: Sequence[str] = ()) -> bytes:
    """The brief as the bytes of a file; `form` is a key of FORMATS. `notices` do not go into CSV and JSON."""
    if form == "json":
        return (json.dumps(brief, ensure_ascii=False, indent=1) + "\n").encode()
    if form == "csv":
        return questions_csv(brief, lang).encode()
    set_out = sheet(brief, lang, notices)
    if form == "docx":
        from kb.reports.papers.word import word

        return word(set_out)
    return (html(set_out, drawings(brief, lang)) if form == "html" else markdown(set_out)).encode()
