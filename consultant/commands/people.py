"""``consultant user``: who may sign in at the desk."""

from __future__ import annotations

import getpass
import sys
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from consultant import settings
from consultant.commands.options import AsJson, Home, print_json
from consultant.errors import UsageError

Name = Annotated[str, typer.Argument(help="Sign-in name.")]


def create_app() -> typer.Typer:
    """The ``user`` group."""
    app = typer.Typer(help="Consultants and ops.", no_args_is_help=True)
    app.command(name="add")(add)
    app.command(name="list")(list_)
    app.command(name="disable")(disable)
    app.command(name="token")(token)
    return app


def add(
    name: Name,
    role: Annotated[str, typer.Option(help="consultant (reviews and signs) or ops (watches).")] = "consultant",
    home: Home = None,
) -> None:
    """Add a person; the password is read from a prompt, or from standard input when that is no terminal."""
    from consultant.desk.passwords import hash_password
    from consultant.opening import open_database
    from consultant.store import accounts

    if role not in set(accounts.Role):
        msg = f"--role: {role!r} is not one of {', '.join(accounts.Role)}"
        raise UsageError(msg)
    try:
        kept = hash_password(_read_password())
    except ValueError as error:
        raise UsageError(str(error)) from None
    with open_database(settings.load(home=home)) as database, database.begin() as tx:
        accounts.add_user(tx, name, accounts.Role(role), kept)
    print(f"Added {role} {name}.")


def list_(home: Home = None, as_json: AsJson = False) -> None:
    """List who may sign in."""
    from consultant.opening import open_database
    from consultant.store import accounts

    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        users = accounts.users(tx)
    if as_json:
        print_json([{"name": user.name, "role": user.role.value, "disabled": user.disabled} for user in users])
        return
    table = Table("name", "role", "")
    for user in users:
        table.add_row(user.name, user.role.value, "disabled" if user.disabled else "")
    Console().print(table)


def disable(name: Name, home: Home = None) -> None:
    """Close a person's access at once, open sessions included."""
    from consultant.opening import open_database
    from consultant.store import accounts

    with open_database(settings.load(home=home)) as database, database.begin() as tx:
        accounts.disable_user(tx, name)
    print(f"Disabled {name}.")


def token(
    name: Name,
    days: Annotated[int, typer.Option(min=1, max=1000, help="For how many days it is good.")] = 365,
    home: Home = None,
) -> None:
    """Print a token with which programs speak for this person: the JSON interface, or the figures for somebody of ops.

    A new password or a disabled account ends it.
    """
    from consultant.desk.passes import make_token
    from consultant.errors import NotFoundError
    from consultant.opening import key_of, now, open_database
    from consultant.store import accounts

    given = settings.load(home=home)
    with open_database(given) as database, database.reading() as tx:
        user = accounts.user(tx, name)
    if user is None or user.disabled:
        raise NotFoundError(f"there is no user {name} who may sign in: see `consultant user list`")
    print(make_token(key_of(given), user, now().date() + timedelta(days=days)))


def _read_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")
