"""The knowledge base, opened for one command; when it has to be built first, a person sees that it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from consultant import settings
from consultant.knowledge.lookup import Knowledge
from consultant.opening import open_knowledge


def the_knowledge() -> Knowledge:
    """The knowledge base of the settings, built now when it is missing or stale."""
    if not sys.stderr.isatty():
        return open_knowledge(settings.load())
    with progress_bar() as progress:
        return open_knowledge(settings.load(), progress=progress)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error; what is yielded takes (what is being done, how far, of how much)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield report
