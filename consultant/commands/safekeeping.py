"""``backup`` and ``restore``: a whole copy while the service runs, and the way back on which nobody is answered twice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consultant import settings
from consultant.commands.options import Home
from consultant.errors import WorkError


def backup(target: Annotated[Path, typer.Argument(help="New file for the copy.")], home: Home = None) -> None:
    """Copy the database of this machine into a new file, while the service runs."""
    from consultant.store import backup as copies

    copies.copy_to(settings.load(home=home).database, target)
    print(f"copied to {target}; keep it with the secret key and the encryption keys, but not in one place with them")


def restore(
    source: Annotated[
        Path | None, typer.Argument(help="A copy that backup made; none after pg_restore.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Put a backup in the place of the database, prove its books, and hold the letters that were on their way."""
    from consultant.opening import home_of, now, open_database
    from consultant.store import backup as copies
    from consultant.store import reconcile
    from consultant.supervise import only_one

    given = settings.load(home=home)
    with only_one(home_of(given)):
        if source is not None:
            copies.put_back(given.database, source)
        with open_database(given) as database:
            with database.reading() as tx:
                balance = reconcile.count(tx)
            if not balance.holds:
                raise WorkError("the books of this backup do not balance: see consultant reconcile, and choose an older backup")
            with database.begin() as tx:
                held = copies.hold_outgoing(tx, at=now(), actor="ops")
    print(f"restored: {balance.received} mails; {held} letters that may have left meanwhile are held for a person")
