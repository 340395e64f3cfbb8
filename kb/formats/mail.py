"""An e-mail (.eml) → its parts: the body as text or HTML, each attachment under its own name, messages within it opened too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from kb.errors import DocumentError
from kb.formats.encoding import decode, decode_iso2022

# A message begins with header fields; two of these among them tell it from a text with "label: value" lines.
_FIELDS = re.compile(rb"^(?:received|from|to|cc|subject|date|message-id|mime-version|content-type|return-path|delivered-to|x-[\w-]+)\s*:", re.I | re.M)
_SURE = re.compile(rb"^(?:mime-version|message-id|received|return-path|content-type)\s*:", re.I | re.M)
_HEADER = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}\r?\n")
_MAX_PARTS = 200
_MAX_DEPTH = 5


def is_mail(data: bytes) -> bool:
    """Whether the bytes are an e-mail as RFC 5322 has it, by its header."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf\r\n").replace(b"\r\n", b"\n")
    if head.startswith(b"From ") and b"\n" in head:
        head = head.split(b"\n", 1)[1]
    found = _HEADER.match(head)
    return bool(found and len(_FIELDS.findall(found.group())) >= 3 and _SURE.search(found.group()))


def parts_of(data: bytes, name: str, depth: int = 0) -> Iterator[tuple[str, str | bytes]]:
    """(name, content) of the body and of each attachment; HTML bodies as text of a page, attachments as bytes.

    Of a body given twice (text and HTML) the text is taken, the HTML where there is no text.
    """
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise DocumentError(f"{name}: a damaged e-mail; save it anew")
    found = message.get_body(preferencelist=("plain", "html"))
    body = found if isinstance(found, EmailMessage) else None
    if body is not None and (text := _text(body, name)).strip():
        yield f"{name} (body)", _as_page(text) if body.get_content_subtype() == "html" else text
    for number, part in enumerate(_attachments(message, body), start=1):
        if number > _MAX_PARTS:
            raise DocumentError(f"{name}: an e-mail of more than {_MAX_PARTS} parts; save the attachment that matters and give that")
        label = part.get_filename() or f"{name} (part {number})"
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            forwarded = inner[0] if isinstance(inner, list) and inner else None
            if isinstance(forwarded, EmailMessage) and depth < _MAX_DEPTH:
                yield from parts_of(forwarded.as_bytes(), part.get_filename() or f"{name} (message {number})", depth + 1)
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload and part.get_content_maintype() not in ("image", "audio", "video"):
            yield label, payload


def _attachments(message: EmailMessage, body: EmailMessage | None) -> Iterator[EmailMessage]:
    """Leaves of the message, in order, that are neither the body nor its other shape."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        if message is not body:
            yield message
        return
    if message.get_content_type() == "multipart/alternative":
        # Shapes of one text: where one of them is the body, the others say the same.
        if body is not None and any(part is body for part in message.walk()):
            return
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield from _attachments(part, body)


def _text(body: EmailMessage, name: str) -> str:
    payload = body.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset()
    if charset:
        try:
            return decode_iso2022(data) if charset.lower() == "iso-2022-jp" else data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass  # the header is wrong about its letters: they are looked at instead
    return decode(data, name)


def _as_page(text: str) -> str:
    return text if re.match(r"\s*<(?:!doctype|html)", text, re.I) else f"<html><body>{text}</body></html>"
