"""Progress on stderr: a bar on a terminal, a line a step otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def reporter() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function of (step, done, total) for `kb.building.build.build`."""
    stream = sys.stderr
    on_terminal = stream.isatty()
    width = 30
    current = ""

    def report(step: str, done: int, total: int) -> None:
        nonlocal current
        if on_terminal:
            if current and step != current:
                stream.write("\n")
            filled = width * done // max(total, 1)
            stream.write(f"\r{step:<12}[{'#' * filled}{'-' * (width - filled)}] {done}/{total}")
            stream.flush()
        elif step != current:
            click.echo(f"{step} …", err=True)
        current = step

    yield report
    if on_terminal and current:
        stream.write("\n")
