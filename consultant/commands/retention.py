"""What is kept and how: ``purge`` removes the words of old cases, ``seal`` encrypts what is kept with the key in use."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer

from consultant import settings
from consultant.commands.options import Home
from consultant.errors import UsageError

_UNITS = {"": 1, "d": 1, "w": 7, "y": 365}
_AGE = re.compile(r"(\d{1,5}) ?(d|w|y)?(?:ays?|eeks?|ears?)?")


def purge(
    older_than: Annotated[
        str, typer.Option("--older-than", help="Age of the last change: 400d, 52w or 2y; a bare number is days.")
    ],
    actor: Annotated[str, typer.Option("--as", help="Who has it done; stands in the history.")] = "ops",
    home: Home = None,
) -> None:
    """Remove the words of sent and closed cases that have not changed for so long; that they were, and how they ended, stays."""
    from consultant.opening import now, open_database
    from consultant.store import retention

    at = now()
    before, purged = at - _age(older_than), 0
    with open_database(settings.load(home=home)) as database:
        while True:
            with database.begin() as tx:
                some = retention.purge(tx, before=before, at=at, actor=actor)
            if not some:
                break
            purged += len(some)
        database.forget_log()
    print(f"removed the words of {purged} cases that had not changed since {before:%Y-%m-%d}")


def seal(home: Home = None) -> None:
    """Encrypt what is kept with the first key of CONSULTANT_ENCRYPTION_KEY."""
    from consultant.opening import open_database
    from consultant.store import resealing

    changed = 0
    with open_database(settings.load(home=home)) as database:
        if not database.keyring.names:
            raise UsageError("set CONSULTANT_ENCRYPTION_KEY first: openssl rand -base64 32")
        digest, number = "", 0
        while True:
            with database.begin() as tx:
                some, digest = resealing.reseal(tx, after=digest)
            changed += some
            if not digest:
                break
        while True:
            with database.begin() as tx:
                some, number = resealing.reseal_words(tx, after=number)
            changed += some
            if not number:
                break
        database.forget_log()
    print(f"sealed {changed} values with the key in use")


def _age(text: str) -> timedelta:
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"--older-than: {text!r} is not an age; write 400d, 52w or 2y")
    return timedelta(days=int(found[1]) * _UNITS[found[2] or ""])
