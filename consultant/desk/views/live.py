"""News without reloading: a stream that says when anything happened, from one small query a second (Server-Sent Events, HTML §9.2).

It carries a number and nothing else; the page that hears it fetches what it shows. Each stream ends by itself after a while, and
the browser opens the next one, so that a forgotten page holds nothing for ever.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from consultant.consultation.services import Services
from consultant.desk.auth import COOKIE, who
from consultant.desk.guard import Endpoint
from consultant.errors import ConsultantError
from consultant.store import events

_EVERY_SECONDS = 1.0
_LIFE_SECONDS = 300.0
_HEARTBEAT_SECONDS = 15.0


class News:
    """The number of the newest event, asked of the database at most once a second for all pages together."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._newest, self._asked = 0, 0.0
        self._lock = asyncio.Lock()

    async def newest(self) -> int:
        """The number of the newest event; the last known one while the database is away."""
        async with self._lock:
            if time.monotonic() - self._asked >= _EVERY_SECONDS:
                self._newest = await run_in_threadpool(self._ask)
                self._asked = time.monotonic()
            return self._newest

    def _ask(self) -> int:
        try:
            with self._services.database.reading() as tx:
                return events.newest(tx)
        except ConsultantError:
            return self._newest


async def told(news: News, is_over: Callable[[], bool], *, life: float = _LIFE_SECONDS) -> AsyncIterator[str]:
    """One message whenever something happened, the first at once; ends when it is over, or its life is."""
    begun = quiet_since = time.monotonic()
    last = -1
    yield "retry: 2000\n\n"
    while not is_over() and time.monotonic() - begun < life:
        newest = await news.newest()
        if newest != last:
            last, quiet_since = newest, time.monotonic()
            yield f"data: {newest}\n\n"
        elif time.monotonic() - quiet_since > _HEARTBEAT_SECONDS:
            quiet_since = time.monotonic()
            yield ":\n\n"
        await asyncio.sleep(_EVERY_SECONDS / 2)


def live(services: Services) -> Endpoint:
    """The view that streams; only for people who are signed in."""
    news = News(services)

    async def endpoint(request: Request) -> Response:
        if await run_in_threadpool(who, services, request.cookies.get(COOKIE)) is None:
            return PlainTextResponse("sign in first\n", status_code=403)
        is_stopping: Callable[[], bool] = getattr(request.app.state, "is_stopping", lambda: False)
        return StreamingResponse(told(news, is_stopping), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return endpoint
