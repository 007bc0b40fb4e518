"""The review desk: the table of its addresses. Server-rendered, works without JavaScript, loads nothing from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from consultant.consultation.services import Services
from consultant.desk.guard import SecurityHeaders, signed_in
from consultant.desk.options import Options
from consultant.desk.passwords import Throttle
from consultant.desk.reference import routes as reference_routes
from consultant.desk.views import account, case, decide, find, history, learning, live, queue, session

_STATIC = Path(__file__).parent / "static"


def create_app(
    services: Services,
    *,
    secure_cookies: bool,
    options: Options | None = None,
    answer_within: timedelta = timedelta(hours=4),
) -> Starlette:
    """The desk as an ASGI application.

    ``secure_cookies`` is off only where the desk is reached over plain HTTP on loopback; the queue shows what has waited nearly as
    long as ``answer_within``, and what has waited longer.
    """
    given = replace(options or Options(), secure_cookies=secure_cookies)
    throttle = Throttle()
    return Starlette(
        routes=[
            *reference_routes(services, given),
            Route("/login", session.login(services, throttle, secure_cookies=secure_cookies), methods=["GET", "POST"]),
            Route("/logout", signed_in(services, session.logout), methods=["POST"]),
            Route("/", signed_in(services, queue.queue(answer_within))),
            Route("/live", live.live(services)),
            Route("/find", signed_in(services, find.find(services.knowledge))),
            Route("/account", signed_in(services, account.show)),
            Route("/account/second-factor", signed_in(services, account.set_up), methods=["POST"]),
            Route("/account/second-factor/off", signed_in(services, account.take_away), methods=["POST"]),
            Route("/learning", signed_in(services, learning.show)),
            Route("/learning/cases.jsonl", signed_in(services, learning.as_cases, deciding=True)),
            *_case_routes(services),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )


def _case_routes(services: Services) -> list[Route]:
    looking = {
        "": case.show,
        "/letter": case.letter,
        "/status": case.status,
        "/history": history.show,
        "/export.json": history.as_json,
        "/export.pdf": history.as_pdf,
        "/mails/{message_id:int}": history.mail,
    }
    deciding = {
        "/draft": case.edit,
        "/letter-of-claim": case.letter,
        "/open": decide.take,
        "/release": decide.give_back,
        "/approve": decide.approve,
        "/undo": decide.undo,
        "/revise": decide.revise,
        "/amend": decide.amend,
        "/ask": decide.ask,
        "/decline": decide.decline,
        "/priority": decide.prioritise,
        "/let-through": decide.let_through,
        "/send-again": decide.send_again,
        "/dismiss": decide.dismiss,
    }
    at = "/cases/{case_id:int}"
    return [Route(at + path, signed_in(services, view)) for path, view in looking.items()] + [
        Route(at + path, signed_in(services, view, deciding=True), methods=["POST"]) for path, view in deciding.items()
    ]
