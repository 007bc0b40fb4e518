"""``consultant knowledge check`` and ``consultant knowledge page``: written knowledge and published pages against official tables.

Both print a line for each contradiction with both sides and their sources, and exit with 1 when there is one.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from consultant import settings
from consultant.commands.options import AsJson, OnDate, as_date, print_json
from consultant.knowledge.verdict import Outcome, Verdict, as_row, counted, only

if TYPE_CHECKING:
    from consultant.knowledge.lookup import Knowledge
    from consultant.knowledge.pages_read.compare import Comparison

_AGAINST = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of official files to check against, instead of the tables imported.", show_default=False
    ),
]
_EVERYTHING = Annotated[bool, typer.Option("--all", help="Also list what is confirmed, not written or not checked.")]
_PAGES = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Published code pages, saved as text.")]
_CONTRADICTED = 1
_COLOURS = {
    Outcome.CONTRADICTION: "bold red",
    Outcome.FILLER: "yellow",
    Outcome.UNSAID: "yellow",
    Outcome.DISPUTED: "magenta",
    Outcome.UNCHECKED: "dim",
    Outcome.CONFIRMED: "green",
}
_HEADINGS = {
    Outcome.CONTRADICTION: "Contradictions",
    Outcome.FILLER: "Filler instead of data",
    Outcome.UNSAID: "Left out",
    Outcome.DISPUTED: "Disputed, as its writer says",
    Outcome.UNCHECKED: "Could not be checked",
    Outcome.CONFIRMED: "Confirmed",
}
_ALWAYS_SHOWN = (Outcome.CONTRADICTION, Outcome.DISPUTED)
_SHOWN_OF_PAGES = (Outcome.CONTRADICTION, Outcome.FILLER, Outcome.UNSAID, Outcome.UNCHECKED)


def check(against: _AGAINST = None, on: OnDate = None, everything: _EVERYTHING = False, as_json: AsJson = False) -> None:
    """Check every authored fact against official tables. Exits with 1 when one contradicts."""
    from consultant.knowledge import sources
    from consultant.knowledge.check.authored import Authored
    from consultant.knowledge.check.check import check as check_all
    from consultant.knowledge.known import Book

    with _knowledge(against) as (knowledge, left_out):
        verdicts = check_all(Authored(sources.read(), Book(knowledge, _day(on))))
        editions = [str(edition) for edition in knowledge.official.editions()]
    found = bool(only(verdicts, Outcome.CONTRADICTION))
    if as_json:
        shown = verdicts if everything else only(verdicts, *(one for one in Outcome if one is not Outcome.CONFIRMED))
        counts = {name: {outcome.value: count for outcome, count in each.items()} for name, each in counted(verdicts).items()}
        rows = [as_row(verdict) for verdict in shown]
        print_json({"contradictions": found, "counts": counts, "verdicts": rows, "editions": editions, "left_out": left_out})
    else:
        _print_check(verdicts, editions, left_out, everything=everything)
    if found:
        raise typer.Exit(_CONTRADICTED)


def page(
    files: _PAGES, against: _AGAINST = None, on: OnDate = None, everything: _EVERYTHING = False, as_json: AsJson = False
) -> None:
    """Read published code pages as data and report what they get wrong. Exits with 1 when something is contradicted."""
    from consultant.knowledge.known import Book
    from consultant.knowledge.pages_read.compare import compare
    from consultant.knowledge.pages_read.read import read_file

    pages = [read_file(path) for path in files]
    with _knowledge(against) as (knowledge, _):
        comparisons = [compare(page, Book(knowledge, _day(on))) for page in pages]
    if as_json:
        print_json([_page_row(one) for one in comparisons])
    else:
        console = Console(highlight=False)
        for one in comparisons:
            _print_page(console, one, everything=everything)
    if any(one.contradictions for one in comparisons):
        raise typer.Exit(_CONTRADICTED)


@contextmanager
def _knowledge(against: Path | None) -> Iterator[tuple[Knowledge, list[dict[str, str]]]]:
    """The knowledge base with its official tables, or with those of a folder; and the files there that were not read."""
    from consultant.commands.opened import the_knowledge
    from consultant.commands.progress import progress_bar
    from consultant.knowledge.check.folder import load
    from consultant.opening import open_knowledge

    if against is None:
        knowledge = the_knowledge()
        yield knowledge, []
        knowledge.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "official.sqlite")
        with progress_bar() as progress:
            loaded = load(against, target, now=datetime.now(UTC), progress=progress)
        knowledge = open_knowledge(settings.load(official=target))
        yield knowledge, [{"file": name, "why": why} for name, why in loaded.left_out]
        knowledge.close()


def _day(on: str | None) -> date:
    return as_date(on) or datetime.now(UTC).date()


def _print_check(verdicts: tuple[Verdict, ...], editions: list[str], left_out: list[dict[str, str]], *, everything: bool) -> None:
    console = Console(highlight=False)
    for outcome in Outcome if everything else _ALWAYS_SHOWN:
        _print_group(console, outcome, only(verdicts, outcome))
    table = Table("check", box=None, pad_edge=False)
    for heading in ("confirmed", "contradicted", "disputed", "not written", "not checked"):
        table.add_column(heading, justify="right")
    order = (Outcome.CONFIRMED, Outcome.CONTRADICTION, Outcome.DISPUTED, Outcome.UNSAID, Outcome.UNCHECKED)
    for name, counts in counted(verdicts).items():
        table.add_row(name, *(str(counts[outcome]) if counts[outcome] else "" for outcome in order))
    console.print(table)
    for why, count in Counter(verdict.known.text for verdict in only(verdicts, Outcome.UNCHECKED)).most_common():
        console.print(f"{count} not checked: {why}", style="dim", markup=False)
    console.print(f"Checked against {', '.join(editions) or 'no official table: none is loaded'}.", markup=False)
    for one in left_out:
        console.print(f"Left out {one['file']}: {one['why']}", style="dim", markup=False)


def _print_group(console: Console, outcome: Outcome, verdicts: tuple[Verdict, ...]) -> None:
    if not verdicts:
        return
    console.print(Text(f"{_HEADINGS[outcome]} ({len(verdicts)})", style=_COLOURS[outcome]))
    for verdict in verdicts:
        console.print(Padding(_line(verdict), (0, 0, 0, 2)))
    console.print()


def _line(verdict: Verdict) -> Group:
    """Both sides, each with its source."""
    about = "" if verdict.said.text.startswith(verdict.about) else f"{verdict.about}: "
    said = Text.assemble((about, "bold"), verdict.said.text, (f"  [{verdict.said.source}]", "dim"))
    if not verdict.known.text:
        return Group(said)
    turn = "but " if verdict.outcome is Outcome.CONTRADICTION else ""
    source = f"  [{verdict.known.source}]" if verdict.known.source else ""
    return Group(said, Padding(Text.assemble(turn, verdict.known.text, (source, "dim")), (0, 0, 0, 4)))


def _page_row(comparison: Comparison) -> dict[str, Any]:
    from consultant.knowledge.pages_read.facts import facts_of

    return facts_of(comparison.page) | {
        "contradictions": bool(comparison.contradictions),
        "verdicts": [as_row(verdict) for verdict in comparison.verdicts],
    }


def _print_page(console: Console, comparison: Comparison, *, everything: bool) -> None:
    found = comparison.page
    year = f", copyright {found.year}" if found.year else ""
    console.print(Text.assemble((found.code, "bold"), f"  {found.name}  ", (f"{found.kind.value} page{year}", "dim")))
    for name, text in (("service type", found.service_type), ("sites", found.sites)):
        if text:
            console.print(Padding(Text.assemble((f"{name}: ", "dim"), text), (0, 0, 0, 2)))
    for name in ("modifiers", "taxonomies", "diagnoses", "procedures"):
        if codes := [row.code for row in getattr(found, name)]:
            console.print(Padding(Text.assemble((f"{name}: ", "dim"), ", ".join(codes)), (0, 0, 0, 2)))
    console.print()
    for outcome in (*_SHOWN_OF_PAGES, *((Outcome.CONFIRMED,) if everything else ())):
        _print_group(console, outcome, only(comparison.verdicts, outcome))
    if not comparison.contradictions:
        console.print(Text("Nothing on it is contradicted by what is known here.\n", style="green"))
