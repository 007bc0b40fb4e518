"""Code pages: search over all systems, the page of a code, modifier or place of service, and the pair checker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from consultant.desk.addresses import MODIFIER, PLACE, SYSTEMS, code_url, modifier_url, place_url, slug_of
from consultant.desk.family_table import family_table
from consultant.desk.pairing import PairCheck, check
from consultant.desk.passes import address_of_pass
from consultant.desk.visitors import FOR_GUESTS, FOR_REGISTERED, Visitor, give_pass
from consultant.errors import NotFoundError, WorkError
from consultant.knowledge.code_page.row import hint, row_of
from consultant.knowledge.family import Family
from consultant.knowledge.icd10cm import Level
from consultant.knowledge.known import Book
from consultant.knowledge.lookup import Knowledge
from consultant.knowledge.places import PlaceOfService
from consultant.model.coding import System

_ON_A_PAGE = 50
_OFFERED = 10
_SHARE_OF_BEST = 0.55
_LONGEST_QUERY = 200
_CHAPTERS = 22
_SECTIONS = MappingProxyType(
    {
        "category-iii": "Category III",
        "evaluation-management": "Evaluation and management",
        "obgyn": "Obstetrics and gynecology",
    }
)
_NAMED = re.compile(r"[0-9A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a list of codes."""

    code: str
    kind: str
    """Name of the code set, ``modifier`` or ``place of service``."""
    title: str
    url: str
    billable: bool = True


def find(visitor: Visitor) -> Response:
    """The search page; words that are exactly one code lead to its page."""
    words, system = visitor.asked("q")[:_LONGEST_QUERY], SYSTEMS.get(visitor.asked("system"))
    knowledge = visitor.services.knowledge
    exact = _exact(knowledge, words)
    if exact and not visitor.asked("system"):
        return RedirectResponse(exact + _suffix(visitor), status_code=303)
    hits = knowledge.search(words, system=system, limit=_ON_A_PAGE) if words else ()
    # What has but one of several words, or says it by the way, is noise under what says it all.
    good = [one for one in hits if one.score >= _SHARE_OF_BEST * hits[0].score]
    found = [Found(one.code, one.system.value, one.title, code_url(one.code), one.billable) for one in good]
    if words and system is None:
        found = [*_named(knowledge, words), *found]
    return visitor.page(
        "codes.html",
        words=words,
        slug=visitor.asked("system") if system else "",
        systems=tuple(SYSTEMS.items()),
        found=found,
        sections=() if words else _sections(knowledge),
        chapters=() if words else _chapters(knowledge),
        modifiers=tuple(knowledge.modifiers.values()),
        places=tuple(knowledge.places.values()),
        rows=knowledge.rows,
        first_code=_first_code,
        left=visitor.left(),
    )


def offer(visitor: Visitor) -> Response:
    """What to offer while somebody is typing, as JSON."""
    words, knowledge = visitor.asked("q")[:_LONGEST_QUERY], visitor.services.knowledge
    hits = knowledge.suggest(words, limit=_OFFERED) if words else ()
    found = [
        *_named(knowledge, words),
        *(Found(hit.code, hit.system.value, hit.title, code_url(hit.code), hit.billable) for hit in hits),
    ]
    return JSONResponse(
        [{"code": o.code, "kind": o.kind, "title": o.title, "url": o.url, "billable": o.billable} for o in found[:_OFFERED]]
    )


def show(visitor: Visitor) -> Response:
    """The page of a code, a modifier or a place of service."""
    kind, code = str(visitor.request.path_params["system"]), str(visitor.request.path_params["code"])
    day = _day(visitor)
    knowledge = visitor.services.knowledge
    if kind == MODIFIER:
        return _modifier(visitor, code.upper())
    if kind == PLACE:
        return _place(visitor, code)
    row = row_of(knowledge, code.upper(), day) if kind in SYSTEMS else None
    if row is None:
        msg = f"{code.upper()} is not known here: {hint(code.upper())}"
        raise NotFoundError(msg)
    address = f"/codes/{slug_of(System(row['system']))}/{row['code']}"
    if visitor.request.url.path != address:
        return RedirectResponse(address + _suffix(visitor), status_code=303)
    if (refused := _counted(visitor, address)) is not None:
        return refused
    return visitor.page("code.html", row=row, left=visitor.left(), **_extras(visitor, row, day))


def pair(visitor: Visitor) -> Response:
    """The pair checker; without two codes it is only its form."""
    one, other, day = visitor.asked("one"), visitor.asked("other"), _day(visitor)
    book = Book(visitor.services.knowledge, day)
    checked: PairCheck | None = None
    trouble = ""
    if one and other:
        try:
            checked = check(book, one, other)
        except NotFoundError as error:
            trouble = str(error)
        if checked is not None and (refused := _counted(visitor, f"pair {checked.one} {checked.other}")) is not None:
            return refused
    return visitor.page(
        "pair.html",
        one=one,
        other=other,
        checked=checked,
        trouble=trouble,
        plain=book.knowledge.plain,
        on=day,
        today=visitor.today,
        suffix=_suffix(visitor),
        left=visitor.left(),
    )


def take_pass(visitor: Visitor) -> Response:
    """Keep the pass that a registered asker was sent."""
    given = visitor.asked("pass")
    if not address_of_pass(visitor.services, given):
        msg = "this pass is not ours, or it is over: write to us for a new one"
        raise WorkError(msg)
    answer = RedirectResponse("/codes", status_code=303)
    give_pass(answer, given, visitor.options)
    return answer


def _counted(visitor: Visitor, name: str) -> Response | None:
    """Count a page; the page that says so when no more may be read, else None."""
    granted = visitor.read(name)
    if granted is None or granted.granted:
        return None
    return visitor.page("no-more.html", status=403, for_guests=FOR_GUESTS, more=FOR_REGISTERED - FOR_GUESTS, left=0)


def _extras(visitor: Visitor, row: dict[str, Any], day: date) -> dict[str, Any]:
    knowledge = visitor.services.knowledge
    families = [knowledge.family(row["family"])] if row["family"] else []
    return {
        "on": day,
        "today": visitor.today,
        "suffix": _suffix(visitor),
        "table": family_table(families[0], day) if families else None,
        "others": [one for one in knowledge.families_of_code(row["code"]) if one not in families],
        **_around(knowledge, row["icd10cm"], row["code"]),
        "family": knowledge.family,
        "first_code": _first_code,
    }


def _around(knowledge: Knowledge, icd: dict[str, Any] | None, code: str) -> dict[str, Any]:
    """Of a diagnosis: the complete code behind each 7th character, and what stands beside a code that has nothing below it."""
    if icd is None:
        return {"seventh": {}, "neighbours": ()}
    is_extended = icd["level"] == Level.EXTENDED.value
    children = knowledge.children(icd["parent"] if is_extended else code)
    seventh = {one.code[-1]: one.code for one in children if one.level is Level.EXTENDED}
    beside = () if icd["below"] or is_extended or not icd["parent"] else knowledge.children(icd["parent"])
    neighbours = tuple(one for one in beside if one.level is not Level.EXTENDED)
    return {"seventh": seventh, "neighbours": neighbours if len(neighbours) > 1 else ()}


def _modifier(visitor: Visitor, code: str) -> Response:
    knowledge = visitor.services.knowledge
    found = knowledge.modifiers.get(code)
    if found is None:
        msg = f"the modifier {code} is not written here; that says nothing about the modifier itself"
        raise NotFoundError(msg)
    if (refused := _counted(visitor, f"modifier {code}")) is not None:
        return refused
    uses = [(family, use.when) for family in knowledge.families for use in family.modifiers if use.modifier == code]
    titles = {one: known.title for one, known in knowledge.modifiers.items()}
    values: dict[str, Any] = {"uses": uses, "titles": titles, "first_code": _first_code, "left": visitor.left()}
    return visitor.page("modifier.html", modifier=found, **values)


def _place(visitor: Visitor, code: str) -> Response:
    knowledge = visitor.services.knowledge
    found = knowledge.places.get(code)
    if found is None:
        msg = f"the place of service {code} is not written here"
        raise NotFoundError(msg)
    if (refused := _counted(visitor, f"place {code}")) is not None:
        return refused
    families = [family for family in knowledge.families if code in family.sites_of_service]
    return visitor.page("place.html", place=found, families=families, first_code=_first_code, left=visitor.left())


def _first_code(family: Family) -> str:
    """The code of a family whose page shows the family best: the first that has a page."""
    return next((one.code for one in family.codes if code_url(one.code)), "")


def _exact(knowledge: Knowledge, words: str) -> str:
    """The page of the one code that the words are; empty when they are none, or begin other codes as well."""
    code = words.strip().upper()
    if System.of(code) is None:
        return modifier_url(code) if code in knowledge.modifiers and not code.isdigit() else ""
    found = knowledge.suggest(code, limit=1)
    return code_url(found[0].code) if found and found[0].code.replace(".", "") == code.replace(".", "") else ""


def _named(knowledge: Knowledge, words: str) -> list[Found]:
    """Modifiers and places of service whose characters the words are, or whose title has them."""
    wanted = words.strip().upper()
    if not wanted:
        return []
    modifiers = [one for one in knowledge.modifiers.values() if _fits(one.code, one.title, wanted)]
    places = [one for one in knowledge.places.values() if _fits(one.code, one.name, wanted)]
    return [
        *(Found(one.code, "modifier", one.title, modifier_url(one.code)) for one in modifiers),
        *(_found_place(one) for one in places),
    ][: _OFFERED // 2]


def _found_place(place: PlaceOfService) -> Found:
    return Found(place.code, "place of service", place.name, place_url(place.code))


def _fits(code: str, title: str, wanted: str) -> bool:
    if _NAMED.fullmatch(wanted):
        return code == wanted
    # Words of three letters and fewer stand inside too many others.
    return len(wanted) > len("abc") and any(part.startswith(wanted) for part in (title.upper(), *title.upper().split()))


def _sections(knowledge: Knowledge) -> list[tuple[str, list[Family]]]:
    """The families of procedures by section."""
    sections: dict[str, list[Family]] = {}
    for family in sorted(knowledge.families, key=lambda one: one.title.casefold()):
        if family.system is not System.ICD10CM and _first_code(family):
            sections.setdefault(_section_name(family.section), []).append(family)
    return sorted(sections.items())


def _section_name(section: str) -> str:
    return _SECTIONS.get(section, section.replace("-", " ").capitalize())


def _chapters(knowledge: Knowledge) -> list[tuple[str, str]]:
    found = (knowledge.diagnosis(str(number)) for number in range(1, _CHAPTERS + 1))
    return [(one.code, one.title) for one in found if one is not None]


def _day(visitor: Visitor) -> date:
    """The date of service asked for; today when none is. Raises WorkError."""
    given = visitor.asked("on")
    try:
        return date.fromisoformat(given) if given else visitor.today
    except ValueError:
        msg = "the date of service is not a date: write it as 2026-10-01"
        raise WorkError(msg) from None


def _suffix(visitor: Visitor) -> str:
    """What links carry on, so that the date of service stays."""
    day = _day(visitor)
    return "" if day == visitor.today else f"?on={day.isoformat()}"
