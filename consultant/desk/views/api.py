"""The JSON interface: analyses, code pages, search and pair checks for programs, by session or by bearer token.

Errors are one line, ``{"error": …}``, and a status that says what to do: 400 mend the request, 401 sign in, 404 not known, 413 send
less, 415 send JSON, 429 and 503 come back later (``Retry-After``). Nothing of a text is kept or logged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from consultant.consultation.analysis import analyse, analyse_fields
from consultant.consultation.services import Services
from consultant.desk.addresses import SYSTEMS
from consultant.desk.analyst import Analyst
from consultant.desk.auth import COOKIE, SignedIn, who
from consultant.desk.guard import Endpoint
from consultant.desk.pairing import check
from consultant.desk.passes import person_of_token
from consultant.desk.rate import Rate
from consultant.errors import ConsultantError, NotFoundError, TemporaryError
from consultant.knowledge.code_page.row import hint, row_of
from consultant.knowledge.known import Book
from consultant.model.wire import to_json

MOST_BYTES = 256 * 1024
MOST_HITS = 200
_USUAL_HITS = 20
_MOST_QUERY = 200
_FIELDS = ("subject", "body", "from", "text")
_BEARER = "bearer "
_WAIT_SECONDS = "60"
_NOBODY = 401


class RefusedError(Exception):
    """A request that is answered with an error: the status and one line."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a person or of their program; ``body`` is empty for a GET."""

    services: Services
    person: SignedIn
    request: Request
    body: bytes

    def asked(self, name: str) -> str:
        """A field of the address as text; empty when it is missing."""
        return self.request.query_params.get(name, "").strip()

    def day(self, name: str = "date") -> date:
        """The date of service asked for; today when none is."""
        return _date(self.asked(name), self.services.now().date(), name)


Answer = Callable[[Call], object]


def json_door(services: Services, answer: Answer, rate: Rate) -> Endpoint:
    """Put before an answer: who asks, how often, how much; everything that goes wrong becomes one line of JSON."""

    async def endpoint(request: Request) -> Response:
        try:
            person = await run_in_threadpool(_admitted, services, request, rate)
            body = await _body(request) if request.method == "POST" else b""
            return JSONResponse(await run_in_threadpool(_answered, answer, Call(services, person, request, body)))
        except RefusedError as error:
            return _refusal(error.status, str(error))

    return endpoint


def _admitted(services: Services, request: Request, rate: Rate) -> SignedIn:
    person = person_behind(services, request)
    if person is None:
        raise RefusedError(_NOBODY, "sign in, or send a token: Authorization: Bearer TOKEN (consultant user token NAME makes one)")
    if not rate.take(person.name, services.now()):
        raise RefusedError(429, "too many requests within a minute: wait, then go on")
    return person


def person_behind(services: Services, request: Request) -> SignedIn | None:
    """Who sends a request: by bearer token, or by the session of a browser."""
    header = request.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() == _BEARER:
        return person_of_token(services, header[len(_BEARER) :].strip())
    return who(services, request.cookies.get(COOKIE))


def analyze(analyst: Analyst) -> Answer:
    """``POST /api/v1/analyze``: a text, or the fields of a mail, to the analysis."""

    def answer(call: Call) -> object:
        given = _object(call.body)
        texts = {name: _text(given, name) for name in _FIELDS}
        received = _date(_text(given, "received")[:10], call.services.now().date(), "received")
        if not (texts["text"] or texts["body"] or texts["subject"]).strip():
            raise RefusedError(400, "there is nothing to read: send text, or subject and body")
        knowledge = call.services.knowledge
        whole = "".join(texts.values())

        def work() -> dict[str, Any]:
            if texts["text"]:
                return to_json(analyse(texts["text"], received, knowledge))
            return to_json(analyse_fields(texts["subject"], texts["body"], texts["from"], received, knowledge))

        return {"id": _name(given)} | analyst.run(whole, work)

    return answer


def code(call: Call) -> object:
    """``GET /api/v1/codes/{code}``: everything known of a code, as ``consultant lookup --json`` gives it."""
    wanted = str(call.request.path_params["code"]).upper()
    row = row_of(call.services.knowledge, wanted, call.day())
    if row is None:
        raise RefusedError(404, f"{wanted} is not known here: {hint(wanted)}")
    return row


def search(call: Call) -> object:
    """``GET /api/v1/search``: codes by words or by the beginning of a code."""
    words, system = call.asked("q"), call.asked("system")
    if not words or len(words) > _MOST_QUERY:
        raise RefusedError(400, f"q: write some words, or the beginning of a code, at most {_MOST_QUERY} characters")
    if system and system not in SYSTEMS:
        raise RefusedError(400, f"system: {system!r} is not one of {', '.join(SYSTEMS)}")
    hits = call.services.knowledge.search(words, system=SYSTEMS.get(system), limit=_limit(call.asked("limit")))
    return [
        {"code": h.code, "system": h.system.value, "title": h.title, "score": round(h.score, 4), "billable": h.billable}
        for h in hits
    ]


def pair(call: Call) -> object:
    """``GET /api/v1/pairs``: what is known of two codes on one claim."""
    found = check(Book(call.services.knowledge, call.day()), call.asked("one"), call.asked("other"))
    modifiers = [{"modifier": one.code, "title": one.title} for one in found.bypassing]
    return asdict(found) | {"standing": found.standing.value, "sources": list(found.sources), "bypassing": modifiers}


def _answered(answer: Answer, call: Call) -> object:
    try:
        return answer(call)
    except NotFoundError as error:
        raise RefusedError(404, str(error)) from None
    except TemporaryError as error:
        raise RefusedError(503, str(error)) from None
    except ConsultantError as error:
        raise RefusedError(413 if "characters" in str(error) else 422, str(error)) from None


def _refusal(status: int, words: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == _NOBODY else {}
    if status in {429, 503}:
        headers["Retry-After"] = _WAIT_SECONDS
    return JSONResponse({"error": words}, status_code=status, headers=headers)


async def _body(request: Request) -> bytes:
    """The body, never more of it than is allowed; only JSON is taken, which no form of a foreign page can send."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RefusedError(415, "send JSON, with Content-Type: application/json")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise RefusedError(413, f"the request is larger than {MOST_BYTES // 1024} KiB: send the part that is to be coded")
        parts.append(part)
    return b"".join(parts)


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "this is not JSON in UTF-8") from None
    if not isinstance(given, dict):
        raise RefusedError(400, 'send an object: {"text": "…"}')
    return given


def _text(given: dict[str, Any], key: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedError(400, f"{key}: this is not text")
    return value


def _name(given: dict[str, Any]) -> str | int | None:
    name = given.get("id")
    if name is not None and not isinstance(name, str | int):
        raise RefusedError(400, "id: write text or a number")
    return name


def _date(given: str, otherwise: date, name: str) -> date:
    try:
        return date.fromisoformat(given) if given else otherwise
    except ValueError:
        raise RefusedError(400, f"{name}: write a date as 2026-10-01") from None


def _limit(given: str) -> int:
    if not given:
        return _USUAL_HITS
    if not given.isdecimal() or not 0 < int(given) <= MOST_HITS:
        raise RefusedError(400, f"limit: write a number from 1 to {MOST_HITS}")
    return int(given)
