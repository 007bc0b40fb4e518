"""The queue from a terminal: list and show cases, decide on them, and prove that nothing was lost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from consultant import settings
from consultant.commands.options import AsJson, Home, print_json
from consultant.errors import NotFoundError, UsageError, WorkError
from consultant.model.case import CaseState
from consultant.model.draft import Action

_RESCUES = ("let-through", "resend", "dismiss")
Number = Annotated[int, typer.Argument(help="Case number.")]


def cases(
    state: Annotated[str | None, typer.Option(help="Only this state.", show_default=False)] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List what is in the queue, newest first."""
    from consultant.consultation.export import summary
    from consultant.opening import open_database
    from consultant.store import cases as stored

    if state is not None and state not in set(CaseState):
        raise UsageError(f"--state: {state!r} is not one of {', '.join(CaseState)}")
    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        found = stored.listing(tx, state=CaseState(state) if state else None)
    if as_json:
        print_json([summary(each) for each in found])
        return
    table = Table("case", "state", "from", "subject", "received")
    for each in found:
        table.add_row(str(each.id), each.state.value, each.sender, each.subject, _minute(each.received))
    Console().print(table)


def case(number: Number, home: Home = None, as_json: AsJson = False) -> None:
    """Show one case: its mail, what was made of it, its drafts, letters and history."""
    from consultant.consultation.export import whole_case
    from consultant.opening import open_database

    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        row = whole_case(tx, number)
    if as_json:
        print_json(row)
        return
    console = Console(highlight=False)
    console.print(f"[b]case {number}[/b]  {row['state']}  {row['sender']}  {row['subject']!r}", markup=True)
    for draft in row["drafts"][-1:]:
        console.rule(f"draft {draft['version']}, {draft['kind']}")
        console.print(draft["text"], markup=False)
    console.rule("history")
    for event in row["events"]:
        console.print(f"{event['at'][:19]}  {event['kind']:12}  {event['actor']}", markup=False)


def review(
    number: Number,
    action: Annotated[
        str, typer.Argument(help="approve, amend, ask, decline; for a case that fell out: let-through, resend, dismiss.")
    ],
    consultant: Annotated[str, typer.Option("--as", help="The consultant who decides.")],
    text: Annotated[Path | None, typer.Option(help="File with the letter, for amend and ask.", show_default=False)] = None,
    reason: Annotated[str, typer.Option(help="Why, for decline.")] = "",
    home: Home = None,
) -> None:
    """Decide on a case, as the desk does."""
    from consultant.opening import open_services

    if action not in {*Action, *_RESCUES}:
        raise UsageError(f"{action!r} is not one of {', '.join((*Action, *_RESCUES))}")
    letter = _letter(text)
    if action == Action.AMEND and not letter:
        raise UsageError("amend needs the letter: --text FILE")
    if action in {Action.DECLINE, "dismiss"} and not reason:
        raise UsageError(f"{action} needs a reason: --reason WHY")
    with open_services(settings.load(home=home)) as services:
        _must_be_consultant(services, consultant)
        if action in _RESCUES:
            _rescue(services, number, action, consultant, reason)
        else:
            _decide(services, number, Action(action), consultant, letter, reason)
    print(f"case {number}: {action}")


def export(number: Number, home: Home = None) -> None:
    """Write one case with everything that is kept of it, as JSON."""
    from consultant.consultation.export import whole_case
    from consultant.opening import open_database

    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        print_json(whole_case(tx, number))


def reconcile(home: Home = None, as_json: AsJson = False) -> None:
    """Prove that every mail received has its end, and that the history is unbroken."""
    from consultant.opening import open_database
    from consultant.store import reconcile as books

    with open_database(settings.load(home=home)) as database, database.reading() as tx:
        balance = books.count(tx)
    row = asdict(balance)
    if as_json:
        print_json(row)
    else:
        Console(highlight=False).print("\n".join(f"{name:16} {value}" for name, value in row.items()), markup=False)
    if not balance.holds:
        raise WorkError("the books do not balance: look at the lines above, then at docs/OPERATIONS.md")


def _decide(services: Any, number: int, action: Action, consultant: str, letter: str, reason: str) -> None:  # noqa: ANN401  (the services)
    from consultant.consultation import review as decisions
    from consultant.store import drafts

    with services.database.reading() as tx:
        draft = drafts.latest(tx, number)
    match action:
        case Action.APPROVE:
            decisions.approve(services, number, consultant, draft.hash if draft else "")
        case Action.AMEND:
            decisions.amend(services, number, consultant, letter)
        case Action.ASK:
            decisions.ask(services, number, consultant, letter)
        case Action.DECLINE:
            decisions.decline(services, number, consultant, reason)


def _rescue(services: Any, number: int, action: str, consultant: str, reason: str) -> None:  # noqa: ANN401  (the services)
    from consultant.consultation import rescue

    if action == "let-through":
        rescue.let_through(services, number, consultant)
    elif action == "resend":
        rescue.send_again(services, number, consultant)
    else:
        rescue.dismiss(services, number, consultant, reason)


def _must_be_consultant(services: Any, name: str) -> None:  # noqa: ANN401  (the services)
    from consultant.store import accounts

    with services.database.reading() as tx:
        user = accounts.user(tx, name)
    if user is None or user.disabled or user.role is not accounts.Role.CONSULTANT:
        raise NotFoundError(f"no consultant {name!r}: add one with consultant user add")


def _letter(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--text: cannot read {path}: {error}") from None


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
