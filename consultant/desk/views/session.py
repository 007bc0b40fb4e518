"""Signing in and out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consultant.consultation.services import Services
from consultant.desk.auth import COOKIE, LIFETIME, sign_in, sign_out
from consultant.desk.guard import Endpoint, Visit
from consultant.desk.pages import page
from consultant.desk.passwords import Throttle


def login(services: Services, throttle: Throttle, *, secure_cookies: bool) -> Endpoint:
    """The view with the form for name and password."""

    async def endpoint(request: Request) -> Response:
        if request.method == "GET":
            return page("login.html", person=None, failed=False)
        async with request.form(max_files=0, max_fields=5) as form:
            name, password, code = (str(form.get(field, "")) for field in ("name", "password", "code"))
        peer = request.client.host if request.client else ""
        cookie = await run_in_threadpool(sign_in, services, throttle, name=name.strip(), password=password, peer=peer, code=code)
        if cookie is None:
            return page("login.html", person=None, status=403, failed=True)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(
            COOKIE, cookie, max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="strict", secure=secure_cookies
        )
        return answer

    return endpoint


def logout(visit: Visit) -> Response:
    """Close the session and go back to the form."""
    sign_out(visit.services, visit.request.cookies[COOKIE])
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer
