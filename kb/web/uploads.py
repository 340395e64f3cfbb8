"""Forms with files: `multipart/form-data`, which Datasette 0.65 does not read itself."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP

from kb.web.page import PageError


@dataclass(frozen=True)
class Part:
    """One field of a form; `filename` is None unless it is a file."""

    content: bytes
    filename: str | None = None

    @property
    def text(self) -> str:
        """The content as UTF-8; what is none shows as a replacement character."""
        return self.content.decode("utf-8", "replace")


def multipart_fields(content_type: str, body: bytes) -> dict[str, Part]:
    """Field name → part, the last one of a name. Raises PageError (400) when the body does not fit its type."""
    return dict(multipart_parts(content_type, body))


def multipart_parts(content_type: str, body: bytes) -> list[tuple[str, Part]]:
    """(field name, part) of every part in order. Raises PageError (400) when the body does not fit its type."""
    header = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(header + body)
    if not message.is_multipart():
        raise PageError(400, "送られた書式を読めません。", ["頁の書式からもう一度送ってください。"], [("類似事故へ", "/similar")])
    fields: list[tuple[str, Part]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if name:
            content = part.get_payload(decode=True)
            fields.append((str(name), Part(content if isinstance(content, bytes) else b"", part.get_filename())))
    return fields
