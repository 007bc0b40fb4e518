"""How each mailbox stands that mail is fetched from, for ``consultant poll --show``."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from consultant.commands.options import print_json
from consultant.opening import now, open_database
from consultant.settings import Settings
from consultant.store import mailboxes
from consultant.store.mailboxes import Standing


def show_mailboxes(settings: Settings, *, as_json: bool) -> None:
    """Print a line for each mailbox: when all of it was last looked at, what still lies there, what is wrong."""
    with open_database(settings) as database, database.reading() as tx:
        found = mailboxes.standing(tx)
    if as_json:
        print_json([_row(one) for one in found])
        return
    table = Table("mailbox", "looked at", "waiting", "trouble")
    for one in found:
        looked = "never" if one.looked is None else f"{(now() - one.looked).total_seconds():.0f} s ago"
        table.add_row(one.name, looked, str(one.waiting), one.trouble)
    Console().print(table)


def _row(one: Standing) -> dict[str, object]:
    return {
        "mailbox": one.name,
        "looked": one.looked.isoformat() if one.looked else None,
        "waiting": one.waiting,
        "last_uid": one.last_uid,
        "uid_validity": one.uid_validity,
        "trouble": one.trouble,
    }
