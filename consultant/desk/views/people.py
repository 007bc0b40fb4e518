"""Accounts: who may sign in, as what, and since when no more; and the askers who are registered, with passes for code pages.

Everybody at the desk may look; only ops change an account, never their own, and every change is an event of the history.
"""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import RedirectResponse, Response

from consultant.desk.guard import Visit
from consultant.desk.pages import page
from consultant.desk.passes import make_pass
from consultant.errors import NotFoundError, WorkError
from consultant.store import accounts, events

PASS_DAYS = 365


def show(visit: Visit) -> Response:
    """The page of accounts."""
    return _page(visit)


def change(visit: Visit) -> Response:
    """Give a user another role, or disable them."""
    name, what = visit.field("name").strip().lower(), visit.field("what")
    if visit.person.role is not accounts.Role.OPS:
        return _no(visit, "Only ops change accounts.")
    if name == visit.person.name:
        return _no(visit, "Nobody changes their own account: ask another of ops.")
    with visit.services.database.begin() as tx:
        if what == "disable":
            accounts.disable_user(tx, name)
        elif what in set(accounts.Role):
            accounts.set_role(tx, name, accounts.Role(what))
        else:
            msg = "say what to do: disable, or one of the roles"
            raise WorkError(msg)
        detail = {"name": name, "what": what}
        events.append(tx, case_id=None, at=visit.services.now(), actor=visit.person.name, kind="account-changed", detail=detail)
    return RedirectResponse("/people", status_code=303)


def issue_pass(visit: Visit) -> Response:
    """Show the link with which a registered asker reads more code pages, for a consultant to send."""
    address = visit.field("address").strip().lower()
    with visit.services.database.reading() as tx:
        asker = accounts.asker(tx, address)
    if asker is None or asker.disabled:
        msg = f"{address or 'an empty address'} is not registered: register the asker first"
        raise NotFoundError(msg)
    ends = visit.services.now().date() + timedelta(days=PASS_DAYS)
    base = f"{visit.request.url.scheme}://{visit.request.url.netloc}"
    link = f"{base}/codes/pass?pass={make_pass(visit.services.key, asker.address, ends)}"
    return _page(visit, issued=(asker.address, link, ends))


def _page(visit: Visit, *, issued: tuple[str, str, date] | None = None) -> Response:
    with visit.services.database.reading() as tx:
        users, askers = accounts.users(tx), accounts.askers(tx)
    may_change = visit.person.role is accounts.Role.OPS
    roles = tuple(accounts.Role)
    return page("people.html", person=visit.person, users=users, askers=askers, issued=issued, may_change=may_change, roles=roles)


def _no(visit: Visit, text: str) -> Response:
    return page("refusal.html", person=visit.person, status=403, code=403, text=text)
