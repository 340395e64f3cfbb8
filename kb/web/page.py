"""What a page is: a plain function from a request to an answer, without Datasette.

A page runs in one of Datasette's database threads and gets a read-only connection. It returns the JSON of its `.json`
twin; its template gets the same, together with whatever only the HTML needs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kb.search.corpus import Corpus


class PageError(Exception):
    """A page that cannot be shown as asked: HTTP status, what is wrong, and what to do, in Japanese."""

    def __init__(self, status: int, message: str, advice: Sequence[str] = (), links: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.advice = tuple(advice)
        self.links = tuple(links)  # (label, path)


EVERYWHERE = ("db", "lang")  # arguments that are read for every page


@dataclass(frozen=True)
class Ask:
    """A request for a page. `arguments` are those of the address, `path` those of the route."""

    connection: sqlite3.Connection
    corpus: Corpus
    database: str
    arguments: Mapping[str, Sequence[str]] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    root: str = ""  # before the path of every page, where the site does not lie at the top of its host
    used: set[str] = field(default_factory=set)  # names of arguments that the page has asked for

    def argument(self, name: str) -> str | None:
        """The last value given, without surrounding white space; None when absent or blank."""
        self.used.add(name)
        values = [value.strip() for value in self.arguments.get(name, ()) if value.strip()]
        return values[-1] if values else None

    def every(self, name: str) -> tuple[str, ...]:
        """All values given, without blanks and repeats."""
        self.used.add(name)
        return tuple(dict.fromkeys(value.strip() for value in self.arguments.get(name, ()) if value.strip()))


    @property
    def ignored(self) -> list[str]:
        """Names in the address that the page did not ask for: it says so, instead of answering another question unseen."""
        return [name for name, values in self.arguments.items() if name not in self.used and name not in EVERYWHERE and any(value.strip() for value in values)]


@dataclass(frozen=True)
class File:
    """Something to download, or, where `inline`, a page of its own that brings its style along."""

    content: bytes
    content_type: str
    name: str
    inline: bool = False


@dataclass(frozen=True)
class Answer:
    """`data` is the JSON; `extra` reaches the template only; `file` is sent instead of a page made from the template."""

    data: Mapping[str, object]
    extra: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    file: File | None = None


@dataclass(frozen=True)
class Page:
    """A route: `path` is a regular expression for the HTML page; its JSON twin is the same with `.json` appended.

    `files` are further suffixes, which reach the page as `path["format"]`.
    """

    path: str
    template: str
    answer: Callable[[Ask], Answer]
    name: str | None = None  # in the navigation; None for pages that are reached from others
    methods: tuple[str, ...] = ("GET", "HEAD")
    json_path: str | None = None
    files: tuple[str, ...] = ()
