"""``consultant account``: who may ask, how much, who is kept out, and whose held mail goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from consultant import settings
from consultant.commands.options import AsJson, Home, print_json
from consultant.errors import UsageError

if TYPE_CHECKING:
    from consultant.consultation.plans import Plans
    from consultant.store.accounts import Asker, Standing

Account = Annotated[str, typer.Argument(help="An address, or @DOMAIN for everybody of a practice.")]
_ACCOUNT = re.compile(r"[^\s@<>,;]*@[^\s@<>,;.]+(?:\.[^\s@<>,;.]+)*")


def create_app() -> typer.Typer:
    """The ``account`` group."""
    app = typer.Typer(help="Askers and practices, their plans and quotas.", no_args_is_help=True)
    for name, command in (
        ("add", add),
        ("list", list_),
        ("plan", plan),
        ("allow", allow),
        ("block", block),
        ("count", count),
        ("remove", remove),
        ("release", release),
    ):
        app.command(name=name)(command)
    return app


def add(
    account: Account,
    plan: Annotated[str, typer.Option(help="A plan of CONSULTANT_PLANS, a number a month, or unlimited.")] = "",
    home: Home = None,
) -> None:
    """Register an asker or a practice."""
    from consultant.opening import open_database, plans_of
    from consultant.store import accounts

    read = settings.load(home=home)
    key = _known(account)
    _check_plan(plan, plans_of(read))
    with open_database(read) as database, database.begin() as tx:
        accounts.add_asker(tx, key, plan=plan)
    print(f"Registered {key}.")


def list_(home: Home = None, as_json: AsJson = False) -> None:
    """List all accounts, with what each has used this month and what waits for its quota."""
    from consultant.consultation.quotas import OVER
    from consultant.opening import now, open_database, plans_of
    from consultant.store import accounts, cases, charges

    read = settings.load(home=home)
    plans, moment = plans_of(read), now()
    rows = []
    with open_database(read) as database, database.reading() as tx:
        held = [case.sender.lower() for case in cases.held_back(tx, OVER)]
        for one in accounts.askers(tx):
            given = plans.of_account(_plan_name(one))
            used = charges.used(tx, one.address, given.name, given.since(moment))
            rows.append((one, given, used, sum(_is_of(sender, one.address) for sender in held)))
    if as_json:
        print_json(
            [
                {
                    "account": one.address,
                    "plan": given.name,
                    "limit": given.consultations,
                    "used": used,
                    "held": waiting,
                    "standing": _standing(one),
                }
                for one, given, used, waiting in rows
            ]
        )
        return
    table = Table("account", "plan", "used", "a month", "held", "")
    for one, given, used, waiting in rows:
        limit = "no limit" if given.consultations is None else str(given.consultations)
        table.add_row(one.address, given.name, str(used), limit, str(waiting), _standing(one))
    Console().print(table)


def plan(account: Account, plan: Annotated[str, typer.Argument(help="The new plan.")], home: Home = None) -> None:
    """Give an account another plan; what it used under another one this month is not counted again."""
    from consultant.opening import open_database, plans_of
    from consultant.store import accounts

    read = settings.load(home=home)
    key = _known(account)
    _check_plan(plan, plans_of(read))
    with open_database(read) as database, database.begin() as tx:
        accounts.set_plan(tx, key, plan)
    print(f"{key} has plan {plan}.")


def allow(account: Account, home: Home = None) -> None:
    """Take everything from this account, without limit."""
    from consultant.store.accounts import Standing

    print(f"Allowed {_stand(account, Standing.ALLOWED, home)}.")


def block(account: Account, home: Home = None) -> None:
    """Take nothing from this account, and say nothing; its mail is kept in quarantine."""
    from consultant.store.accounts import Standing

    print(f"Blocked {_stand(account, Standing.BLOCKED, home)}.")


def count(account: Account, home: Home = None) -> None:
    """Count this account by its plan again, neither allowed nor blocked."""
    from consultant.store.accounts import Standing

    print(f"Counting {_stand(account, Standing.COUNTED, home)}.")


def remove(account: Account, home: Home = None) -> None:
    """Forget an account; its sender is a guest again."""
    from consultant.opening import open_database
    from consultant.store import accounts

    key = _known(account)
    with open_database(settings.load(home=home)) as database, database.begin() as tx:
        accounts.remove_asker(tx, key)
    print(f"Removed {key}.")


def release(
    account: Account,
    by: Annotated[str, typer.Option("--as", help="Who lets it go on, for the history.")] = "ops",
    home: Home = None,
) -> None:
    """Let everything that waits for this account's quota go on now, without counting it."""
    from consultant.consultation import rescue
    from consultant.consultation.quotas import OVER
    from consultant.opening import open_services
    from consultant.store import cases

    key = _known(account)
    with open_services(settings.load(home=home)) as services:
        with services.database.reading() as tx:
            held = [case.id for case in cases.held_back(tx, OVER) if _is_of(case.sender.lower(), key)]
        for case_id in held:
            rescue.let_through(services, case_id, by)
    print(f"Released {len(held)} case{'' if len(held) == 1 else 's'} of {key}.")


def _stand(account: str, standing: Standing, home: Home) -> str:
    from consultant.opening import open_database
    from consultant.store import accounts

    key = _known(account)
    with open_database(settings.load(home=home)) as database, database.begin() as tx:
        accounts.set_standing(tx, key, standing)
    return key


def _known(account: str) -> str:
    """The account as it is kept. Raises UsageError when it is neither an address nor a domain with its @."""
    key = account.strip().lower()
    if not _ACCOUNT.fullmatch(key):
        msg = f"{account!r} is neither an address nor @DOMAIN"
        raise UsageError(msg)
    return key


def _check_plan(plan: str, plans: Plans) -> None:
    if not plans.knows(plan):
        named = ", ".join(["registered", *sorted(plans.named), "unlimited"])
        msg = f"there is no plan {plan!r}: give one of {named}, or a number a month"
        raise UsageError(msg)


def _plan_name(one: Asker) -> str:
    from consultant.consultation.plans import UNLIMITED
    from consultant.store.accounts import Standing

    return UNLIMITED if one.standing is Standing.ALLOWED else one.plan


def _standing(one: Asker) -> str:
    return "disabled" if one.disabled else one.standing.value


def _is_of(sender: str, account: str) -> bool:
    return sender == account or f"@{sender.rpartition('@')[2]}" == account
