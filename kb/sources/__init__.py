"""Documents → `Report`: one package for each kind of document, each with `KIND`, `recognises`, `reasons` and `parse`.

`recognises(document)` tells from 0 to 1 how surely a document is of that kind, `reasons(document)` why; `LOOKED_FOR` says in words what it
looks for. A parser drops nothing: what it did not understand is in `Report.coverage.unread`. A document of no known kind is read like a
company's report, as far as that goes, and has no kind: a half-read report in hand beats a refusal.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

from kb.errors import DocumentError
from kb.formats.layout import Document
from kb.model import Report

PARSERS = {
    "annual-report": "kb.sources.annual_report",
    "council-minutes": "kb.sources.council_minutes",
    "company-report": "kb.sources.company_report",
    "guidance": "kb.sources.guidance",
}
KINDS = ("auto", *PARSERS)
_SURE = 0.5
_READ_ANYWAY = "company-report"


def parse_file(path: Path, kind: str = "auto") -> Report:
    """Read a file; `kind` is one of `KINDS`. DocumentError if it cannot be read or nothing of an accident is found in it."""
    from kb.formats.document import read_document

    return parse_document(read_document(Path(path)), kind)


def parse_text(text: str, name: str = "text", kind: str = "auto") -> Report:
    """Like `parse_file`, for text that was pasted or piped in."""
    from kb.formats.document import document_from_text

    return parse_document(document_from_text(text, name), kind)


def parse_document(document: Document, kind: str = "auto") -> Report:
    """Like `parse_file`, for a document that is read already."""
    if kind == "auto":
        return _recognised(document)
    if kind not in PARSERS:
        raise ValueError(f"unknown kind {kind!r}; one of {', '.join(KINDS)}")
    report: Report = parser(kind).parse(document)
    return replace(report, reasons=("named by the user",))


def parser(kind: str) -> ModuleType:
    """The package that reads documents of `kind`."""
    return import_module(PARSERS[kind])


def recognition(document: Document) -> dict[str, float]:
    """Kind → how surely the document is of it."""
    return {kind: float(parser(kind).recognises(document)) for kind in PARSERS}


def _recognised(document: Document) -> Report:
    sure = recognition(document)
    # The ministry's own papers are told by their form; a company's report may be anything else.
    best = max(("annual-report", "council-minutes", "guidance"), key=lambda kind: sure[kind])
    kind = best if sure[best] >= _SURE else "company-report"
    module = parser(kind)
    report: Report = module.parse(document)
    why = tuple(module.reasons(document)) if hasattr(module, "reasons") else (module.LOOKED_FOR,)
    if sure[kind] >= _SURE:
        return replace(report, reasons=why)
    if not (report.incidents or report.statistics or report.meeting):
        looked = "; ".join(f"{name}: {parser(name).LOOKED_FOR}" for name in PARSERS)
        raise DocumentError(f"{document.name}: nothing of an accident was found in it (looked for {looked}); if it is one of these, name it with --kind")
    return replace(report, kind=None, reasons=(*why, "too little to say what kind of document it is: read as far as it goes"))
