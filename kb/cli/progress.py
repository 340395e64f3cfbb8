"""Progress on stderr: a bar on a terminal, a line a step otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@contextmanager
def reporter() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function of (step, done, total) for `kb.building.build.build`."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    steps: dict[str, TaskID | None] = {}
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:

        def report(step: str, done: int, total: int) -> None:
            if not console.is_terminal:
                if step not in steps:
                    steps[step] = None
                    click.echo(f"{step} …", err=True)
                return
            task = steps.get(step)
            if task is None:
                task = steps[step] = bars.add_task(step, total=total)
            bars.update(task, completed=done, total=total)

        yield report
