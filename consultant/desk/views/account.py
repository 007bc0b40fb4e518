"""A person's own account at the desk: the second factor, set up and taken away by the person alone."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from consultant.desk import second_factor
from consultant.desk.guard import Visit
from consultant.desk.pages import page
from consultant.errors import WorkError
from consultant.store import accounts


def show(visit: Visit) -> Response:
    """Whether there is a second factor, and a fresh secret to set one up."""
    with visit.services.database.reading() as tx:
        user = accounts.user(tx, visit.person.name)
    secret = second_factor.new_secret()
    return page(
        "account.html",
        person=visit.person,
        has_one=bool(user and user.second_factor),
        secret=secret,
        sealed=second_factor.seal(visit.services.key, secret),
        address=second_factor.address(secret, visit.person.name),
    )


def set_up(visit: Visit) -> Response:
    """Keep the secret once a code shows that the app has it."""
    sealed = visit.field("sealed")
    secret = second_factor.unseal(visit.services.key, sealed)
    step = second_factor.step_of(secret, visit.field("code"), visit.services.now()) if secret else None
    if step is None:
        msg = "that code is not of this secret: go back, and type the one that the app shows now"
        raise WorkError(msg)
    with visit.services.database.begin() as tx:
        accounts.set_second_factor(tx, visit.person.name, sealed)
        accounts.use_step(tx, visit.person.name, step)
    return RedirectResponse("/account", status_code=303)


def take_away(visit: Visit) -> Response:
    """Forget the secret, for whoever still has it."""
    with visit.services.database.begin() as tx:
        user = accounts.user(tx, visit.person.name)
        secret = second_factor.unseal(visit.services.key, user.second_factor) if user else None
        step = second_factor.step_of(secret, visit.field("code"), visit.services.now()) if secret else None
        if step is None or not accounts.use_step(tx, visit.person.name, step):
            msg = "that code is not good, or was used before: type the one that the app shows now"
            raise WorkError(msg)
        accounts.set_second_factor(tx, visit.person.name, "")
    return RedirectResponse("/account", status_code=303)
