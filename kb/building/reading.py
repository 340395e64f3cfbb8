"""A file → the document in it and what it reports: of an e-mail the part that is recognised best, the others named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kb.errors import DocumentError
from kb.formats.document import Document, documents_from_bytes, file_bytes
from kb.knowledge.reporting_rules.judgement import check_incident
from kb.knowledge.reporting_rules.model import Thresholds
from kb.model import Notice, Report
from kb.sources import parse_document


def parsed(document: Document, kind: str, thresholds: Thresholds) -> Report:
    """Parse a document; what of the file was left out, and accidents whose printed figures do not reach their printed class, are among its warnings."""
    report = parse_document(document, kind)
    doubts = filter(None, (check_incident(thresholds, incident) for incident in report.incidents))
    return replace(report, warnings=(*document.notices, *report.warnings, *doubts))


def read_file(path: Path, kind: str, thresholds: Thresholds) -> tuple[Document, Report]:
    """Read and parse the file at `path`; raises DocumentError."""
    return read_bytes(file_bytes(path), Path(path).name, kind, thresholds)


def read_bytes(data: bytes, name: str, kind: str, thresholds: Thresholds) -> tuple[Document, Report]:
    """Like `read_file`, from the bytes of a file. Of several parts the one with most accidents is taken, then the one of which most is read."""
    documents = documents_from_bytes(data, name)
    if len(documents) == 1:
        return documents[0], parsed(documents[0], kind, thresholds)
    read: list[tuple[Document, Report]] = []
    refused: list[str] = []
    for document in documents:
        try:
            read.append((document, parsed(document, kind, thresholds)))
        except DocumentError as error:
            refused.append(str(error))
    if not read:
        raise DocumentError(f"{name}: no part of this e-mail is a report ({'; '.join(refused)})")
    best = max(read, key=lambda pair: (pair[1].kind is not None, bool(pair[1].incidents), pair[1].coverage.read))
    others = [Notice("other-part", f"the e-mail also holds {d.name} ({r.kind or 'no known kind'}); give that file alone to read it") for d, r in read if d is not best[0]]
    others += [Notice("other-part", f"not read: {reason}") for reason in refused]
    return best[0], replace(best[1], warnings=(*best[1].warnings, *others))
