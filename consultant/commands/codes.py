"""``consultant lookup`` and ``consultant search``: code pages and code search in a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from consultant.commands.options import AsJson, OnDate, as_date, print_json
from consultant.errors import NotFoundError, UsageError
from consultant.model.coding import System


def lookup(
    code: Annotated[str, typer.Argument(help="A CPT, HCPCS Level II or ICD-10-CM code.")],
    on: OnDate = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that is known of one code."""
    from consultant.commands import code_page_text
    from consultant.commands.opened import the_knowledge
    from consultant.knowledge.code_page.row import hint, row_of

    wanted = code.strip().upper()
    page = row_of(the_knowledge(), wanted, as_date(on) or datetime.now(UTC).date())
    if page is None:
        raise NotFoundError(f"{wanted} is not known here: {hint(wanted)}")
    if as_json:
        print_json(page)
    else:
        code_page_text.show(page, Console(highlight=False))


def search(
    words: Annotated[list[str], typer.Argument(help="Words, or the beginning of a code.")],
    system: Annotated[str | None, typer.Option(help="cpt, hcpcs or icd10cm.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Search codes by words."""
    from consultant.commands.opened import the_knowledge

    knowledge = the_knowledge()
    hits = knowledge.search(" ".join(words), system=_system(system), limit=limit)
    if as_json:
        print_json(
            [
                {"code": h.code, "system": h.system.value, "title": h.title, "score": round(h.score, 4), "billable": h.billable}
                for h in hits
            ]
        )
        return
    if not hits:
        print("Nothing matches. Try fewer or other words.")
        return
    table = Table("code", "system", "title", box=None, pad_edge=False)
    for hit in hits:
        table.add_row(hit.code, hit.system.value, hit.title if hit.billable else f"{hit.title} (not billable)")
    Console(highlight=False).print(table)


def _system(given: str | None) -> System | None:
    if given is None:
        return None
    names = {"cpt": System.CPT, "hcpcs": System.HCPCS, "icd10cm": System.ICD10CM, "icd-10-cm": System.ICD10CM}
    try:
        return names[given.lower()]
    except KeyError:
        raise UsageError(f"--system: {given!r} is not cpt, hcpcs or icd10cm") from None
