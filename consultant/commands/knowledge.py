"""``consultant knowledge``: build the knowledge base, and say what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from consultant import settings
from consultant.commands.options import AsJson, print_json


def create_app() -> typer.Typer:
    """The ``knowledge`` group."""
    app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
    app.command(name="build")(build)
    app.command(name="status")(status)
    return app


def build() -> None:
    """Build the knowledge file anew from the family files and ICD-10-CM."""
    from consultant.knowledge import build as builder

    target = settings.load().knowledge_file
    with progress_bar() as progress:
        builder.build(target, progress=progress)
    print(f"Built {target}.")


def status(as_json: AsJson = False) -> None:
    """Say which editions are loaded, with rows and dates."""
    from consultant.commands.opened import the_knowledge

    knowledge = the_knowledge()
    row = {"file": str(settings.load().knowledge_file), "editions": knowledge.editions, "rows": knowledge.rows}
    if as_json:
        print_json(row)
        return
    table = Table("what", "edition", "rows", box=None, pad_edge=False)
    for name in sorted({*knowledge.editions, *knowledge.rows}):
        table.add_row(name, knowledge.editions.get(name, ""), f"{knowledge.rows[name]:,}" if name in knowledge.rows else "")
    Console(highlight=False).print(table)


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
