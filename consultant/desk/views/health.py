"""Whether the process lives (``/healthz``), whether it can work (``/readyz``, 503 with the reason), its figures (``/metrics``)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consultant.consultation.services import Services
from consultant.desk.guard import Endpoint
from consultant.desk.metrics import collect, text_of
from consultant.desk.options import Options
from consultant.desk.views.api import person_behind
from consultant.errors import ConsultantError
from consultant.store import accounts

_EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
_EXISTS_IN_EVERY_RELEASE = "A41.9"


async def alive(_request: Request) -> Response:
    """Say that the process answers; nothing else is looked at."""
    return PlainTextResponse("alive\n")


def ready(services: Services, options: Options) -> Endpoint:
    """The view that says whether database, knowledge and broker can be used, one line for each that cannot."""

    def look() -> Response:
        checks = (
            ("database", services.database.check),
            ("knowledge", lambda: services.knowledge.diagnosis(_EXISTS_IN_EVERY_RELEASE)),
            ("official tables", services.knowledge.official.editions),
            ("broker", options.bells),
        )
        troubles = []
        for what, check in checks:
            try:
                check()
            except ConsultantError as error:
                troubles.append(f"not ready: {what}: {error}\n")
        return PlainTextResponse("".join(troubles) or "ready\n", status_code=503 if troubles else 200)

    async def endpoint(_request: Request) -> Response:
        return await run_in_threadpool(look)

    return endpoint


def metrics(services: Services, options: Options) -> Endpoint:
    """The figures for Prometheus, for ops only: by session, or by the bearer token of somebody of ops."""

    def answer(request: Request) -> Response:
        try:
            person = person_behind(services, request)
            if person is None:
                words = "send the token of somebody of ops: consultant user token NAME makes one\n"
                return PlainTextResponse(words, status_code=401, headers={"WWW-Authenticate": "Bearer"})
            if person.role is not accounts.Role.OPS:
                return PlainTextResponse("only ops read the figures\n", status_code=403)
            return Response(text_of(collect(services, options)), media_type=_EXPOSITION)
        except ConsultantError as error:
            return PlainTextResponse(f"{error}\n", status_code=503)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint
