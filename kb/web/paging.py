"""Long lists in pages: which rows, and the addresses of the pages beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from kb.web.page import Ask, PageError

Row = TypeVar("Row")


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """`rows` of page `page` of `last`, and how many there are in all."""

    rows: Sequence[Row]
    page: int
    last: int
    total: int


def paged(ask: Ask, rows: Sequence[Row], size: int) -> Paged[Row]:
    """The page that the address asks for (`page=`, from 1). Raises PageError (400) for one that there is not."""
    last = max((len(rows) + size - 1) // size, 1)
    asked = ask.argument("page") or "1"
    if not (asked.isdecimal() and len(asked) < 7 and 1 <= int(asked) <= last):
        raise PageError(400, f"頁(page)「{asked[:40]}」はありません。", [f"1 から {last} までの整数を入れてください。"])
    page = int(asked)
    return Paged(rows[(page - 1) * size : page * size], page, last, len(rows))


def address(ask: Ask, changes: Mapping[str, object]) -> str:
    """The address of this page with some parameters changed; None takes one away. A list starts again from its first page."""
    kept = {name: values[-1] for name, values in ask.arguments.items() if name != "page" and values[-1].strip()}
    return "?" + urlencode({name: str(value) for name, value in {**kept, **changes}.items() if value is not None})
