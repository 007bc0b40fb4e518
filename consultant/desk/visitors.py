"""Who looks at a code page or asks: somebody who is signed in, a registered asker with a pass, or a guest with an allowance.

A guest is known by a signed cookie and, since cookies can be thrown away, by the network as well; both are kept as hashes only. A
guest reads one code page a month; a registered asker reads five more. What was read once costs nothing again in that month.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consultant.consultation.services import Services
from consultant.desk import passes
from consultant.desk.auth import COOKIE, SignedIn, csrf_fits, who
from consultant.desk.guard import MAX_FORM_BYTES, Endpoint
from consultant.desk.options import Options
from consultant.desk.pages import page
from consultant.desk.rate import Rate
from consultant.errors import NotFoundError, TemporaryError, WorkError
from consultant.store import readings

GUEST_COOKIE, PASS_COOKIE = "consultant_guest", "consultant_pass"
FOR_GUESTS, FOR_REGISTERED, FOR_A_NETWORK = 1, 6, 12
"""Pages a month: of a guest, of a registered asker, and of all guests of one network together."""
_COOKIE_SECONDS = 400 * 24 * 3600
_GUEST_BYTES = 16
_NETWORK_BITS = MappingProxyType({4: 24, 6: 48})
_NO_ALLOWANCE = readings.Allowance(granted=False, left=0)


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is not signed in; ``address`` is empty without a pass."""

    cookie: str
    network: str
    address: str

    def readers(self, key: bytes) -> Mapping[str, int]:
        """The names under which this guest's pages are counted, with the limit of each."""
        if self.address:
            return {f"asker:{passes.sign(key, 'reader', self.address)}": FOR_REGISTERED}
        guest, network = (passes.sign(key, "reader", words) for words in (self.cookie, self.network))
        return {f"guest:{guest}": FOR_GUESTS, f"net:{network}": FOR_A_NETWORK}


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request, with everything that a page open to guests may use. Exactly one of ``person`` and ``guest`` is there."""

    services: Services
    options: Options
    person: SignedIn | None
    guest: Guest | None
    request: Request
    form: FormData

    @property
    def csrf(self) -> str:
        """The token that this visitor's forms carry."""
        if self.person is not None:
            return self.person.csrf
        return passes.sign(self.services.key, "guest-form", self.guest.cookie) if self.guest else ""

    @property
    def today(self) -> date:
        """The day in UTC."""
        return self.services.now().date()

    def asked(self, name: str) -> str:
        """A field of the address as text; empty when it is missing."""
        return self.request.query_params.get(name, "").strip()

    def field(self, name: str) -> str:
        """A field of the form as text; empty when it is missing."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def left(self) -> int | None:
        """How many pages are left this month; None when they are not counted."""
        if self.guest is None:
            return None
        with self.services.database.reading() as tx:
            return readings.allowance(tx, self.guest.readers(self.services.key), self.services.now()).left

    def read(self, name: str) -> readings.Allowance | None:
        """Count a page; None when this visitor's pages are not counted."""
        if self.guest is None:
            return None
        if self.guest.network == "" and not self.guest.address:
            return _NO_ALLOWANCE
        with self.services.database.begin() as tx:
            return readings.read(tx, self.guest.readers(self.services.key), name, self.services.now())

    def page(self, name: str, *, status: int = 200, **values: object) -> Response:
        """A page with what every page for visitors needs."""
        common = {"csrf": self.csrf, "guest": self.guest, "mailbox": self.services.mailbox}
        return page(name, person=self.person, status=status, **common, **values)


View = Callable[[Visitor], Response]


def open_to_visitors(services: Services, options: Options, view: View, *, rate: Rate | None = None) -> Endpoint:
    """Put before a view: consultants pass, guests pass where code pages are public, forms must be ours."""

    async def endpoint(request: Request) -> Response:
        person = await run_in_threadpool(who, services, request.cookies.get(COOKIE))
        if person is None and not options.public_codes:
            return RedirectResponse("/login", status_code=303)
        guest = None if person else await run_in_threadpool(_guest, services, request)
        form = FormData()
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=20, max_part_size=MAX_FORM_BYTES) as form:
                pass
        visitor = Visitor(services, options, person, guest, request, form)
        answer = await run_in_threadpool(_answered, view, visitor, rate)
        if guest is not None:
            _set(answer, GUEST_COOKIE, _cookie_of(services.key, guest.cookie), options)
        return answer

    return endpoint


def name_of(visitor: Visitor) -> str:
    """Under which name the requests of a visitor are counted."""
    if visitor.person is not None:
        return f"person:{visitor.person.name}"
    return f"net:{visitor.guest.network}" if visitor.guest else ""


def give_pass(answer: Response, given: str, options: Options) -> None:
    """Let the browser keep a pass."""
    _set(answer, PASS_COOKIE, given, options)


def _answered(view: View, visitor: Visitor, rate: Rate | None) -> Response:
    if rate is not None and not rate.take(name_of(visitor), visitor.services.now()):
        return _refusal(visitor, 429, "Too many requests within a minute. Wait a little, then go on.")
    if visitor.request.method == "POST" and not _is_ours(visitor):
        return _refusal(visitor, 403, "This form was not ours, or it is too old. Go back, reload the page, try again.")
    try:
        return view(visitor)
    except NotFoundError as error:
        return _refusal(visitor, 404, str(error))
    except TemporaryError as error:
        return _refusal(visitor, 503, str(error))
    except WorkError as error:
        return _refusal(visitor, 422, str(error))


def _is_ours(visitor: Visitor) -> bool:
    given = visitor.form.get("csrf")
    if visitor.person is not None:
        return csrf_fits(visitor.person, given)
    # A guest's first request brings no cookie back, so a form that comes without one is not from our page.
    has_cookie = GUEST_COOKIE in visitor.request.cookies
    return has_cookie and isinstance(given, str) and hmac.compare_digest(visitor.csrf.encode(), given.encode())


def _refusal(visitor: Visitor, status: int, text: str) -> Response:
    return visitor.page("no-page.html", status=status, code=status, text=text)


def _guest(services: Services, request: Request) -> Guest:
    given, _, signature = request.cookies.get(GUEST_COOKIE, "").partition(".")
    is_ours = bool(given) and hmac.compare_digest(signature.encode(), passes.sign(services.key, "guest", given).encode())
    cookie = given if is_ours else secrets.token_urlsafe(_GUEST_BYTES)
    address = passes.address_of_pass(services, request.cookies.get(PASS_COOKIE, ""))
    return Guest(cookie, network_of(request.client.host if request.client else ""), address)


def network_of(host: str) -> str:
    """The network of an address, as large as one household or office has; the host itself when it is no address."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, _NETWORK_BITS[address.version]), strict=False))


def _cookie_of(key: bytes, guest: str) -> str:
    return f"{guest}.{passes.sign(key, 'guest', guest)}"


def _set(answer: Response, name: str, value: str, options: Options) -> None:
    answer.set_cookie(name, value, max_age=_COOKIE_SECONDS, httponly=True, samesite="lax", secure=options.secure_cookies)
