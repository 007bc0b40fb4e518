"""What stands between a request and a view: the session, the CSRF token, the role; and what every response carries.

The content security policy lets nothing load but our own style sheet and script, so that hostile mail stays inert even if
escaping failed somewhere. Views are plain synchronous functions of a ``Visit``; they run in Starlette's thread pool.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from consultant.consultation.services import Services
from consultant.desk.auth import COOKIE, SignedIn, csrf_fits, who
from consultant.desk.pages import page
from consultant.errors import ConflictError, NotFoundError, TemporaryError, WorkError

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
MAX_FORM_BYTES = 512 * 1024
_MOST_FIELDS = 400


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a signed-in person, with everything that a view may use."""

    services: Services
    person: SignedIn
    request: Request
    form: FormData

    @property
    def case_id(self) -> int:
        """The case that the address names."""
        return int(self.request.path_params["case_id"])

    def field(self, name: str) -> str:
        """A field of the form as text; empty when it is missing."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""


View = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(services: Services, view: View, *, deciding: bool = False) -> Endpoint:
    """Put the guard before a view. ``deciding`` views need a consultant, not ops."""

    async def endpoint(request: Request) -> Response:
        person = await run_in_threadpool(who, services, request.cookies.get(COOKIE))
        if person is None:
            return RedirectResponse("/login", status_code=303)
        form = FormData()
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=MAX_FORM_BYTES) as form:
                if not csrf_fits(person, form.get("csrf")):
                    return _refusal(person, 403, "This form was not ours, or it is too old. Go back, reload the page, try again.")
        if deciding and not person.may_decide:
            return _refusal(person, 403, "Only consultants decide on cases.")
        return await run_in_threadpool(_answered, view, Visit(services, person, request, form))

    return endpoint


def _answered(view: View, visit: Visit) -> Response:
    try:
        return view(visit)
    except NotFoundError as error:
        return _refusal(visit.person, 404, str(error))
    except ConflictError as error:
        return _refusal(visit.person, 409, str(error))
    except TemporaryError as error:
        return _refusal(visit.person, 503, str(error))
    except WorkError as error:
        return _refusal(visit.person, 422, str(error))


def _refusal(person: SignedIn | None, status: int, text: str) -> Response:
    return page("refusal.html", person=person, status=status, code=status, text=text)


class SecurityHeaders:
    """Adds the security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and put the headers on what comes back."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/"):
                    # Ours, and the same for everybody: kept by the browser, and asked for again only when it changed.
                    headers.setdefault("Cache-Control", "no-cache")
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
