"""A file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from kb.errors import OutputError


def save(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step. Raises OutputError: what could not be written and what to do."""
    try:
        target = path.resolve()
        if target.is_dir():
            raise OutputError(f"{path} is a folder: name a file in it, such as {path / 'brief.docx'}.")
        if target.exists() and not target.is_file():  # a device or a pipe: nothing to replace there
            _straight(target, content)
            return
        if not target.parent.is_dir():
            raise OutputError(f"There is no folder {path.parent}: make it, or name another place with -o.")
        _in_one_step(target, content)
    except OSError as error:
        raise OutputError(_advice(error, path)) from error


def _straight(target: Path, content: bytes) -> None:
    with target.open("wb", buffering=0) as stream:
        stream.write(content)


def _in_one_step(target: Path, content: bytes) -> None:
    scratch = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with scratch.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            if not os.access(target, os.W_OK):  # replacing it would get round its owner's wish
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            scratch.chmod(target.stat().st_mode & 0o777)
        os.replace(scratch, target)
    finally:
        scratch.unlink(missing_ok=True)


def _advice(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {path} was not written. Free some space, or name another place with -o."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path} cannot be written (no permission): allow writing there, or name another place with -o."
    return f"{path} cannot be written ({error.strerror or error}): name another place with -o."
