"""The review desk: the table of its addresses. Server-rendered, works without JavaScript, loads nothing from elsewhere."""

from __future__ import annotations

from dataclasses import replace
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
from consultant.desk.views import case, queue, session

_STATIC = Path(__file__).parent / "static"


def create_app(services: Services, *, secure_cookies: bool, options: Options | None = None) -> Starlette:
    """The desk as an ASGI application. ``secure_cookies`` is off only where the desk is reached over plain HTTP on loopback."""
    given = replace(options or Options(), secure_cookies=secure_cookies)
    throttle = Throttle()
    return Starlette(
        routes=[
            *reference_routes(services, given),
            Route("/login", session.login(services, throttle, secure_cookies=secure_cookies), methods=["GET", "POST"]),
            Route("/logout", signed_in(services, session.logout), methods=["POST"]),
            Route("/", signed_in(services, queue.show)),
            Route("/cases/{case_id:int}", signed_in(services, case.show)),
            Route("/cases/{case_id:int}/open", signed_in(services, case.take, deciding=True), methods=["POST"]),
            Route("/cases/{case_id:int}/release", signed_in(services, case.give_back, deciding=True), methods=["POST"]),
            Route("/cases/{case_id:int}/approve", signed_in(services, case.approve, deciding=True), methods=["POST"]),
            Route("/cases/{case_id:int}/amend", signed_in(services, case.amend, deciding=True), methods=["POST"]),
            Route("/cases/{case_id:int}/ask", signed_in(services, case.ask, deciding=True), methods=["POST"]),
            Route("/cases/{case_id:int}/decline", signed_in(services, case.decline, deciding=True), methods=["POST"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )
