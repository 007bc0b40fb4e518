"""Whether the process lives (``/healthz``) and whether it can work (``/readyz``, 503 with the reason)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consultant.consultation.services import Services
from consultant.desk.guard import Endpoint
from consultant.errors import ConsultantError


async def alive(_request: Request) -> Response:
    """Say that the process answers; nothing else is looked at."""
    return PlainTextResponse("alive\n")


def ready(services: Services) -> Endpoint:
    """The view that says whether database and knowledge can be used."""

    def look() -> Response:
        try:
            services.database.check()
            _ = services.knowledge.editions
        except ConsultantError as error:
            return PlainTextResponse(f"not ready: {error}\n", status_code=503)
        return PlainTextResponse("ready\n")

    async def endpoint(_request: Request) -> Response:
        return await run_in_threadpool(look)

    return endpoint
