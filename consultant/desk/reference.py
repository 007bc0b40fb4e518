"""The addresses of code pages, ask box, JSON interface and ops, for the table of addresses of the desk."""

from __future__ import annotations

from starlette.routing import Route

from consultant.consultation.services import Services
from consultant.desk.analyst import Analyst
from consultant.desk.guard import signed_in
from consultant.desk.options import Options
from consultant.desk.rate import Rate
from consultant.desk.views import api, ask, codes, health, openapi, ops, people
from consultant.desk.visitors import View, open_to_visitors

_PAGES_A_MINUTE, _OFFERS_A_MINUTE, _QUESTIONS_A_MINUTE, _CALLS_A_MINUTE = 120, 600, 20, 240


def routes(services: Services, options: Options) -> list[Route]:
    """All of them, with the guard that each needs."""
    analyst = Analyst()
    return [*_of_visitors(services, options, analyst), *_of_programs(services, analyst), *_of_ops(services, options)]


def _of_visitors(services: Services, options: Options, analyst: Analyst) -> list[Route]:
    pages, offers = Rate(allowed=_PAGES_A_MINUTE), Rate(allowed=_OFFERS_A_MINUTE)
    questions = Rate(allowed=_QUESTIONS_A_MINUTE)

    def door(address: str, view: View, rate: Rate, *methods: str) -> Route:
        return Route(address, open_to_visitors(services, options, view, rate=rate), methods=[*methods] or ["GET"])

    return [
        door("/codes", codes.find, pages),
        door("/codes/offer", codes.offer, offers),
        door("/codes/pair", codes.pair, pages),
        door("/codes/pass", codes.take_pass, pages),
        door("/codes/{system}/{code}", codes.show, pages),
        door("/ask", ask.form(analyst), pages),
        door("/ask", ask.answer(analyst), questions, "POST"),
        door("/api/v1", openapi.show, pages),
    ]


def _of_programs(services: Services, analyst: Analyst) -> list[Route]:
    rate = Rate(allowed=_CALLS_A_MINUTE)
    return [
        Route("/api/v1/openapi.json", openapi.serve),
        Route("/api/v1/analyze", api.json_door(services, api.analyze(analyst), rate), methods=["POST"]),
        Route("/api/v1/codes/{code}", api.json_door(services, api.code, rate)),
        Route("/api/v1/search", api.json_door(services, api.search, rate)),
        Route("/api/v1/pairs", api.json_door(services, api.pair, rate)),
    ]


def _of_ops(services: Services, options: Options) -> list[Route]:
    return [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready(services, options)),
        Route("/metrics", health.metrics(services, options)),
        Route("/ops", signed_in(services, ops.show(options))),
        Route("/ops/{case_id:int}/again", signed_in(services, ops.again), methods=["POST"]),
        Route("/people", signed_in(services, people.show)),
        Route("/people/change", signed_in(services, people.change), methods=["POST"]),
        Route("/people/pass", signed_in(services, people.issue_pass), methods=["POST"]),
    ]
