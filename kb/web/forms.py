"""What a request brings along, whichever way it is sent: an address, a form, a form with a file, JSON or plain text."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from kb.errors import DocumentError
from kb.formats.document import Document, document_from_bytes, document_from_text
from kb.web.page import Ask, PageError
from kb.web.uploads import multipart_parts

ADVICE = ("報告書の本文を貼り付けるか、PDF・Word・HTML・テキストのファイルを選んでください。",)
KEPT_BYTES = 5_000_000  # of an uploaded file, which a form carries on until the paper is made
MAX_FIELDS = 500


@dataclass(frozen=True)
class Given:
    """Fields with all their values, and the document that came with them, if any: `content` are its bytes where it was a file."""

    values: Mapping[str, Sequence[str]]
    document: Document | None = None
    content: bytes | None = None

    def one(self, name: str) -> str | None:
        """The last value that is not blank."""
        values = [value.strip() for value in self.values.get(name, ()) if value.strip()]
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return (self.one(name) or "0").casefold() in ("1", "on", "true", "yes")

    @property
    def kept(self) -> str | None:
        """The uploaded file for a hidden field; None where there is none or it is too large for that."""
        return base64.b64encode(self.content).decode() if self.content is not None and len(self.content) <= KEPT_BYTES else None


def given(ask: Ask, back: tuple[str, str]) -> Given:
    """Read a request. Raises PageError (400) for what cannot be read; `back` is the (label, path) of the form."""
    values: dict[str, list[str]] = {name: list(found) for name, found in ask.arguments.items()}
    ask.used.update(values)
    if ask.method != "POST":
        return Given(values)
    kind = ask.content_type.split(";")[0].strip().casefold()
    upload: tuple[bytes, str] | None = None
    if kind == "multipart/form-data":
        for name, part in multipart_parts(ask.content_type, ask.body):
            if name == "file":
                upload = (part.content, part.filename or "file") if part.content else upload
            else:
                values.setdefault(name, []).append(part.text)
    elif kind == "application/json":
        values |= _from_json(ask.body)
    elif kind == "application/x-www-form-urlencoded":
        posted = parse_qs(ask.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        values |= posted
    else:
        upload = (ask.body, "body")
    fields = Given(values)
    kept = fields.one("content")
    if upload is None and kept is not None:
        upload = _kept(kept, back), fields.one("name") or "file"
    return _with_document(fields, upload, back)


def _with_document(fields: Given, upload: tuple[bytes, str] | None, back: tuple[str, str]) -> Given:
    text = "\n".join(fields.values.get("text", ())[-1:])
    try:
        if upload is not None:
            return Given(fields.values, document_from_bytes(*upload), upload[0])
        if text.strip():
            # A browser sends line ends as CR LF, and a text is the same however it came.
            return Given(fields.values, document_from_text(text.replace("\r\n", "\n"), fields.one("name") or "貼り付けた本文"))
    except DocumentError as error:
        raise PageError(400, "送られた文書を読めません。", [str(error), *ADVICE], [back]) from error
    return fields


def _kept(value: str, back: tuple[str, str]) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PageError(400, "送られた文書を読めません。", ["ファイルをもう一度選んでください。"], [back]) from error


def _from_json(body: bytes) -> dict[str, list[str]]:
    try:
        record = json.loads(body)
    except ValueError as error:
        raise PageError(400, "JSON として読めません。", [f'例: {{"text": "報告書の本文"}} ({error})']) from error
    if not isinstance(record, dict):
        raise PageError(400, "JSON のオブジェクトではありません。", ['例: {"text": "報告書の本文"}'])
    found: dict[str, list[str]] = {}
    for name, value in record.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        found[name] = [one if isinstance(one, str) else str(one) for one in values]
    return found
