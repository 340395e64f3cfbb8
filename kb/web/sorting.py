"""Tables sorted by links in their heads: `?sort=name` upwards, `?sort=-name` downwards; what is not stated comes last either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from kb.web.page import Ask, PageError

Key = Callable[[Any], Any]


@dataclass(frozen=True)
class Order:
    """How the rows of a page's table are asked for. `by` is None where they stand as they come."""

    keys: Mapping[str, Key]
    by: str | None
    down: bool
    others: Sequence[tuple[str, str]]  # the rest of the address
    parameter: str = "sort"

    def sorted(self, rows: Iterable[Any]) -> list[Any]:
        """Rows in this order; as they come where none is asked for."""
        rows = list(rows)
        if self.by is None:
            return rows
        key = self.keys[self.by]
        known = [row for row in rows if key(row) is not None]
        return sorted(known, key=key, reverse=self.down) + [row for row in rows if key(row) is None]

    def head(self, name: str, label: str, kind: str = "") -> Markup:
        """The head of a column, with a link that sorts by it, or that turns it round."""
        mine = name == self.by
        turned = name if mine and self.down else f"-{name}"
        state = Markup(' aria-sort="{}"').format("descending" if self.down else "ascending") if mine else Markup("")
        mark = Markup('<span aria-hidden="true"> {}</span>').format("▼" if self.down else "▲") if mine else Markup("")
        classes = Markup(' class="{}"').format(kind) if kind else Markup("")
        address = "?" + urlencode([*self.others, (self.parameter, turned)])
        return Markup('<th scope="col"{}{}><a href="{}">{}</a>{}</th>').format(classes, state, address, label, mark)


def order(ask: Ask, keys: Mapping[str, Key], parameter: str = "sort") -> Order:
    """The order that the address asks for. Raises PageError (400) for a name that no column has."""
    asked = ask.argument(parameter)
    name = None if asked is None else asked.removeprefix("-")
    if name is not None and name not in keys:
        raise PageError(400, f"並べ替え({parameter})の値「{name[:40]}」はありません。", [f"使える値: {'、'.join(keys)}(逆順は - を前に付ける)"])
    others = [(one, value) for one, values in ask.arguments.items() if one not in (parameter, "page") for value in values if value.strip()]
    return Order(keys, name, asked is not None and asked.startswith("-"), others, parameter)
