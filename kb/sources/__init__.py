"""Official documents → `Report`: one package for each kind of document, each with `KIND`, `recognises` and `parse`.

`recognises(document)` tells from 0 to 1 how surely a document is of that kind; `LOOKED_FOR` says in words what it looks
for. A parser drops nothing: what it did not understand is in `Report.coverage.unread`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from kb.errors import DocumentError
from kb.formats.layout import Document
from kb.model import Report

PARSERS = {
    "annual-report": "kb.sources.annual_report",
    "council-minutes": "kb.sources.council_minutes",
}
_NAMES = {"annual-report": "an annual report", "council-minutes": "council minutes"}
_SURE = 0.5


def parse_file(path: Path, kind: str = "auto") -> Report:
    """Read a file; `kind` is "auto" or a key of `PARSERS`. DocumentError if it cannot be read or is of another genre."""
    from kb.formats.document import read_document

    return parse_document(read_document(Path(path)), kind)


def parse_document(document: Document, kind: str = "auto") -> Report:
    """Like `parse_file`, for a document that is read already."""
    if kind == "auto":
        return _recognised(document).parse(document)
    if kind not in PARSERS:
        raise ValueError(f"unknown kind {kind!r}; one of auto, {', '.join(PARSERS)}")
    return parser(kind).parse(document)


def parser(kind: str) -> ModuleType:
    """The module that reads documents of `kind`."""
    return import_module(PARSERS[kind])


def _recognised(document: Document) -> ModuleType:
    modules = [parser(kind) for kind in PARSERS]
    best = max(modules, key=lambda module: float(module.recognises(document)))
    if float(best.recognises(document)) < _SURE:
        names = " nor ".join(_NAMES[module.KIND] for module in modules)
        looked = "; ".join(f"{module.KIND}: {module.LOOKED_FOR}" for module in modules)
        raise DocumentError(
            f"{document.name}: neither {names} (looked for {looked}); if it is one of them, name it with --kind"
        )
    return best
