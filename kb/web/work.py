"""Where pages are made: in threads of our own, so many at a time and each for so long, never in those of Datasette.

Reading a pasted report takes seconds of processor time; such requests have a thread of their own, so that they hold up each other
and nobody else. Settings of the plugin `jiko-kb`: `threads`, `draft_threads`, `waiting` (requests), `time_limit_s`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from kb.web.page import PageError

PLUGIN = "jiko-kb"
DEFAULTS: dict[str, float] = {"threads": 2, "draft_threads": 1, "waiting": 100, "time_limit_s": 30}
STEPS = 20_000  # of SQLite's machine between two looks at the clock; about a millisecond

T = TypeVar("T")


class Stopped:
    """Set when nobody waits for an answer any more; its connections give up at their next step."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Stop what is watched."""
        self._event.set()

    def watch(self, connection: sqlite3.Connection) -> None:
        """Let the connection stop soon after `set`."""
        connection.set_progress_handler(self._event.is_set, STEPS)


class Pool:
    """Threads with a limit of requests that wait for them."""

    def __init__(self, name: str, threads: int, waiting: int, seconds: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._limit, self._seconds = threads + waiting, seconds
        self._taken = 0
        self._lock = threading.Lock()

    async def run(self, work: Callable[[Stopped], T]) -> T:
        """What `work` returns. Raises PageError (503) when too many wait already, or when it takes too long."""
        with self._lock:
            if self._taken >= self._limit:
                raise PageError(503, "いまは混み合っています。", ["しばらくしてから、もう一度開いてください。"])
            self._taken += 1
        stopped = Stopped()
        submitted = self._executor.submit(work, stopped)
        submitted.add_done_callback(self._free)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(submitted), self._seconds)
        except (asyncio.TimeoutError, asyncio.CancelledError) as error:
            stopped.set()
            if isinstance(error, asyncio.CancelledError):
                raise
            advice = ["条件を絞るか、短い本文で、もう一度お試しください。"]
            raise PageError(503, f"{self._seconds:g} 秒以内に答えられなかったため、やめました。", advice) from None

    def _free(self, _: Future[Any]) -> None:
        with self._lock:
            self._taken -= 1


_pools: WeakKeyDictionary[Any, tuple[Pool, Pool]] = WeakKeyDictionary()


def pool(datasette: Any, *, draft: bool) -> Pool:
    """The threads for pages, or those for requests that bring a document along."""
    if datasette not in _pools:
        given = {**DEFAULTS, **(datasette.plugin_config(PLUGIN) or {})}
        waiting, seconds = int(given["waiting"]), float(given["time_limit_s"])
        _pools[datasette] = Pool("kb-page", int(given["threads"]), waiting, seconds), Pool("kb-draft", int(given["draft_threads"]), waiting, seconds)
    return _pools[datasette][int(draft)]
