"""The search form: what an address asks for, and addresses that ask for a little more or less."""

from __future__ import annotations

import difflib
import sqlite3
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from kb.errors import NotFoundError
from kb.japanese.text import folded
from kb.knowledge.carriers import fold_name
from kb.search.filters import CAUSE_AXES, MEASURE_AXES, OTHER_AXES, Filters, carrier_ids, tag_keys
from kb.search.ranking import MODES
from kb.web.labels import FACTORS
from kb.web.labels import MODES as MODE_NAMES
from kb.web.page import Ask, PageError

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
SUGGESTIONS = 5
ALL_AXES = CAUSE_AXES + MEASURE_AXES + OTHER_AXES


@dataclass(frozen=True)
class Form:
    """A search as asked for. `off` holds concepts (ids) and conditions (keys) that are not to be used, `soft` conditions that are not to leave anything out."""

    q: str = ""
    carrier: tuple[str, ...] = ()
    fy_from: int | None = None
    fy_to: int | None = None
    cause: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    factor: str | None = None
    official: bool = False
    mode: str = "hybrid"
    off: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE_SIZE

    @property
    def filters(self) -> Filters:
        """The filters as search takes them."""
        return Filters(self.carrier, (self.fy_from, self.fy_to), self.cause, self.measure, self.tag, self.factor, self.official)

    @property
    def offset(self) -> int:
        """How many hits stand before this page."""
        return (self.page - 1) * self.size

    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) of everything that differs from an empty form."""
        found: list[tuple[str, str]] = []
        for name in ("q", "carrier", "fy_from", "fy_to", "cause", "measure", "tag", "factor", "official", "mode", "off", "soft", "page", "size"):
            value = getattr(self, name)
            if value == getattr(EMPTY, name):
                continue
            values = value if isinstance(value, tuple) else (1 if value is True else value,)
            found += [(name, str(v)) for v in values]
        return found

    def url(self, **changes: Any) -> str:
        """The address below the root of the form with some fields changed; the page starts again from 1."""
        pairs = replace(self, **{"page": 1, **changes}).pairs()
        return "/search" + ("?" + urlencode(pairs) if pairs else "")

    def with_value(self, name: str, value: str) -> str:
        """The address with one more value of a field that takes several."""
        return self.url(**{name: tuple(dict.fromkeys((*getattr(self, name), value)))})

    def without(self, name: str, value: str) -> str:
        """The address without one value of a field that takes several."""
        return self.url(**{name: tuple(v for v in getattr(self, name) if v != value)})

    @property
    def unfiltered(self) -> Form:
        """The same query without its filters."""
        return Form(q=self.q, mode=self.mode, off=self.off, soft=self.soft, size=self.size)


EMPTY = Form()


def read_form(ask: Ask) -> Form:
    """The form of a request. Raises PageError (400) for values that do not exist, with the nearest that do."""
    form = Form(
        q=(ask.argument("q") or "").replace("\0", " "),
        carrier=ask.every("carrier"),
        fy_from=_whole(ask, "fy_from", "開始年度", 1900, 2200),
        fy_to=_whole(ask, "fy_to", "終了年度", 1900, 2200),
        cause=ask.every("cause"),
        measure=ask.every("measure"),
        tag=ask.every("tag"),
        factor=_one_of(ask, "factor", FACTORS, None),
        official=(ask.argument("official") or "0").casefold() in ("1", "on", "true", "yes"),
        mode=_one_of(ask, "mode", MODE_NAMES, MODES[0]) or MODES[0],
        off=ask.every("off"),
        soft=ask.every("soft"),
        page=_whole(ask, "page", "頁", 1, 100_000) or 1,
        size=_whole(ask, "size", "1頁の件数", 1, MAX_PAGE_SIZE) or PAGE_SIZE,
    )
    if form.fy_from is not None and form.fy_to is not None and form.fy_from > form.fy_to:
        raise PageError(400, f"年度の範囲が逆です: {form.fy_from} は {form.fy_to} より後です。", links=[("年度を入れ替える", form.url(fy_from=form.fy_to, fy_to=form.fy_from))])
    for name in form.carrier:
        _known_carrier(ask.connection, form, name)
    for parameter, axes in (("cause", CAUSE_AXES), ("measure", MEASURE_AXES), ("tag", ALL_AXES)):
        for name in getattr(form, parameter):
            _known_tag(ask.connection, form, parameter, name, axes)
    return form


def _whole(ask: Ask, name: str, label: str, least: int, most: int) -> int | None:
    value = ask.argument(name)
    if value is None:
        return None
    try:
        number = int(value)
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise PageError(400, f"{label}({name})「{value[:40]}」は使えません。", [f"{least} から {most} までの整数を入れてください。"], [("検索へ", "/search")])
    return number


def _one_of(ask: Ask, name: str, allowed: dict[str, str], default: str | None) -> str | None:
    value = ask.argument(name)
    if value is None:
        return default
    if value not in allowed:
        choices = "、".join(f"{code}({label})" for code, label in allowed.items())
        raise PageError(400, f"{name} の値「{value[:40]}」はありません。", [f"使える値: {choices}"], [("検索へ", "/search")])
    return value


def _known_carrier(connection: sqlite3.Connection, form: Form, name: str) -> None:
    try:
        carrier_ids(connection, name)
    except NotFoundError:
        known = dict(connection.execute("SELECT folded, name FROM carrier_names ORDER BY folded, kind DESC"))
        raise _unknown(form, "carrier", name, "事業者", _nearest(fold_name(name), known)) from None


def _known_tag(connection: sqlite3.Connection, form: Form, parameter: str, name: str, axes: tuple[str, ...]) -> None:
    try:
        tag_keys(connection, name, axes)
    except NotFoundError:
        marks = ", ".join("?" * len(axes))
        rows = connection.execute(f"SELECT id, label_ja FROM tags WHERE axis IN ({marks}) ORDER BY id", axes).fetchall()
        known = {row[0].split("/", 1)[1]: row[1] for row in rows} | {folded(row[1]): row[1] for row in rows}
        raise _unknown(form, parameter, name, "タグ", _nearest(folded(name), known)) from None


def _nearest(wanted: str, known: dict[str, str]) -> list[str]:
    close = difflib.get_close_matches(wanted, list(known), n=SUGGESTIONS, cutoff=0.4)
    return list(dict.fromkeys(known[name] for name in close))


def _unknown(form: Form, parameter: str, name: str, kind: str, near: list[str]) -> PageError:
    rest = tuple(value for value in getattr(form, parameter) if value != name)
    links = [(f"「{value}」で絞り込む", form.url(**{parameter: (*rest, value)})) for value in near]
    links.append(("この条件を外して検索する", form.url(**{parameter: rest})))
    return PageError(400, f"{kind}「{name[:60]}」はこのデータベースにありません。", ["綴りを確かめるか、次から選んでください。"], links)
