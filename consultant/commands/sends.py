"""``consultant sends``: what went out, to whom, how it stands, and what came back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from consultant import settings
from consultant.commands.options import AsJson, Home, print_json


def sends(
    to: Annotated[str, typer.Option(help="Only letters to this address, with what came back.")] = "",
    limit: Annotated[int, typer.Option(help="Most letters shown.")] = 50,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List our letters, newest first."""
    from consultant.opening import open_database
    from consultant.store import sendlog

    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        found = sendlog.sendings(tx, recipient=to, limit=limit)
        returned = sendlog.returns(tx, to) if to else None
    if as_json:
        rows = [
            asdict(one) | {"queued": one.queued.isoformat(), "sent": one.sent.isoformat() if one.sent else None} for one in found
        ]
        print_json({"letters": rows, "returned": asdict(returned) if returned else None})
        return
    table = Table("case", "letter", "to", "state", "tries", "queued", "")
    for one in found:
        queued = one.queued.strftime("%Y-%m-%d %H:%M")
        table.add_row(str(one.case_id), one.letter_name, one.recipient, one.state.value, str(one.attempts), queued, one.reason)
    Console().print(table)
    if returned:
        print(f"Came back: {returned.hard} hard, {returned.soft} soft; called spam: {returned.complaints}.")
