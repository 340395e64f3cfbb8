"""What is read from a document that was pasted or uploaded, beside its text, with a record to copy; nothing is stored."""

from __future__ import annotations

from kb.building.documents import Context
from kb.building.drafting import drafts
from kb.building.proposals import warm_up
from kb.building.reading import parsed, read_bytes
from kb.errors import DocumentError
from kb.formats.document import Document
from kb.model import Report
from kb.sources.serialise import report_as_json
from kb.web.document_view import anchor, lines_of
from kb.web.forms import ADVICE, Given, given
from kb.web.page import Answer, Ask, File, PageError

BACK = ("文書を読むへ", "/read")
RECORD = "yml"


def answer(ask: Ask) -> Answer:
    """`/read`: the form, or POST with `text` or `file`; `/read.yml` sends the draft records as a file."""
    fields = given(ask, BACK)
    if fields.document is None:
        if ask.method == "POST" or ask.path.get("format"):
            raise PageError(400, "文書が空です。", ADVICE, [BACK])
        warm_up()
        return Answer({"report": None, "records": [], "notice": ADVICE[0]}, {"asked": False})
    context = Context.load()
    document, report = _read(fields, context)
    records = [{"id": incident_id, "yaml": text} for incident_id, text in drafts(document, report, context.carriers)] if report.incidents else []
    if ask.path.get("format") == RECORD:
        if not records:
            raise PageError(400, "この文書からは事故を読み取れませんでした。", ["読み取れた内容は「文書を読む」の頁で確かめられます。"], [BACK])
        name = f"{records[0]['id']}.{RECORD}" if len(records) == 1 else f"records.{RECORD}"
        return Answer({}, file=File("---\n".join(record["yaml"] for record in records).encode(), "application/yaml; charset=utf-8", name))
    data = {"name": document.name, "media": document.media, "sha256": document.sha256, "report": report_as_json(report), "records": records}
    extra = {"asked": True, "lines": lines_of(document), "anchor": anchor, "text": document.text, "content": fields.kept, "share": _share(report)}
    return Answer(data, extra)


def _read(fields: Given, context: Context) -> tuple[Document, Report]:
    """Raises PageError (400) for a document in which nothing can be read."""
    assert fields.document is not None
    kind = fields.one("kind") or "auto"
    try:
        if fields.content is not None:
            return read_bytes(fields.content, fields.document.name, kind, context.thresholds)
        return fields.document, parsed(fields.document, kind, context.thresholds)
    except (DocumentError, ValueError) as error:
        raise PageError(400, "送られた文書からは何も読み取れませんでした。", [str(error), *ADVICE], [BACK]) from error


def _share(report: Report) -> int | None:
    """Hundredths of the document's characters that ended in a field."""
    coverage = report.coverage
    return round(100 * coverage.read / coverage.characters) if coverage.characters else None
