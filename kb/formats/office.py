"""A ZIP or OLE container → which Office document it is, or one clear line that says why it is not read and what to do.

Sizes are looked up in the archive's directory before anything is inflated; what inflates beyond them, `zipfile` cuts.
"""

from __future__ import annotations

import io
import zipfile

from kb.errors import DocumentError
from kb.formats.limits import MAX_PACKAGE_BYTES, MAX_PARTS, MAX_XML_BYTES, too_large

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_KINDS = {"word/document.xml": "word", "xl/workbook.xml": "excel"}
_OTHERS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb); save it as .xlsx and try again"),
    ("ppt/presentation.xml", "a PowerPoint presentation; save it as PDF and try again"),
    ("content.xml", "an OpenDocument file; save it as .docx, .xlsx or PDF and try again"),
)
_MACROS = ("vbaProject.bin", "vbaData.xml")
# The names of an OLE file's streams stand in its directory in UTF-16.
_STREAMS = (
    ("EncryptedPackage", "the Office file is encrypted; open it with its password, save it without one and try again"),
    ("WordDocument", "an old Word file (.doc); save it as .docx or PDF and try again"),
    ("Workbook", "an old Excel file (.xls); save it as .xlsx and try again"),
    ("Book", "an old Excel file (.xls); save it as .xlsx and try again"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt); save it as PDF and try again"),
    ("__properties_version1.0", "an Outlook message (.msg); save it as .eml, or save its attachment, and try again"),
)


def office_kind(data: bytes, name: str) -> str:
    """ "word" or "excel" for a package that may be read; DocumentError, with what to do, for every other container."""
    if data.startswith(OLE_MAGIC):
        for stream, advice in _STREAMS:
            if stream.encode("utf-16-le") in data:
                raise DocumentError(f"{name}: {advice}")
        raise DocumentError(f"{name}: an old Office file of unknown kind; save it as .docx, .xlsx or PDF and try again")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise DocumentError(f"{name}: a damaged ZIP or Office file ({error}); download it again, or save it anew") from error
    names = {entry.filename for entry in entries}
    kind = next((kind for part, kind in _KINDS.items() if part in names), None)
    if kind is None:
        other = next((advice for part, advice in _OTHERS if part in names), "a ZIP archive; unpack it and give the document inside")
        raise DocumentError(f"{name}: this is {other}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError(f"{name}: the Office file is encrypted; open it with its password, save it without one and try again")
    if any(part.rsplit("/", 1)[-1] in _MACROS for part in names):
        suffix = ".docx" if kind == "word" else ".xlsx"
        raise DocumentError(f"{name}: the file holds macros (.docm, .xlsm), which are not opened; save it as {suffix} without macros and try again")
    _check_sizes(entries, name)
    return kind


def _check_sizes(entries: list[zipfile.ZipInfo], name: str) -> None:
    if len(entries) > MAX_PARTS:
        raise too_large(name, f"{len(entries):,} parts", f"{MAX_PARTS:,} parts")
    whole = sum(entry.file_size for entry in entries)
    if whole > MAX_PACKAGE_BYTES:
        raise too_large(name, f"{whole:,} bytes when unpacked", f"{MAX_PACKAGE_BYTES:,} bytes")
    for entry in entries:
        if entry.file_size > MAX_XML_BYTES and entry.filename.lower().endswith((".xml", ".rels")):
            raise too_large(name, f"a part of {entry.file_size:,} bytes ({entry.filename})", f"{MAX_XML_BYTES:,} bytes a part")
