"""The parts of a code page that tables tell: dates, Medicare, prices, units, add-on codes, and edits with related codes."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from consultant.knowledge.family import CodeFacts
from consultant.knowledge.indicators import ADJUDICATION, BILATERAL, COMPONENT, GLOBAL_DAYS, PAID, PAIR_INDICATOR, STATUS, UNKNOWN
from consultant.knowledge.known import Book, FeeFact
from consultant.knowledge.official_facts import Fee
from consultant.knowledge.pages import CodePage

_CENT = Decimal("0.01")
_WORDS = {
    FeeFact.STATUS: ("status", STATUS),
    FeeFact.GLOBAL_DAYS: ("global days", GLOBAL_DAYS),
    FeeFact.COMPONENT: ("PC/TC", COMPONENT),
    FeeFact.BILATERAL: ("both sides", BILATERAL),
}


def dates_row(book: Book, code: str, facts: CodeFacts) -> dict[str, Any]:
    """Since when and until when the code is in force, and what stood before and stands after it."""
    level_2 = book.tables.hcpcs(code)
    effective = facts.effective or (level_2.added if level_2 is not None else None)
    ended = facts.ended or (level_2.ended if level_2 is not None else None)
    return {
        "effective": effective.isoformat() if effective else None,
        "ended": ended.isoformat() if ended else None,
        "sunset": facts.sunset or None,
        "successors": [{"code": one, "plain": book.knowledge.plain(one)} for one in facts.successors],
        "predecessors": [{"code": one, "plain": book.knowledge.plain(one)} for one in facts.predecessors],
    }


def medicare_row(book: Book, code: str, facts: CodeFacts) -> dict[str, Any]:
    """What Medicare makes of the code: each indicator with its meaning and source, and the most units of a day."""
    indicators = []
    for fact, (name, words) in _WORDS.items():
        side = book.fee(code, fact)
        if side is not None:
            means = words.get(side.text, UNKNOWN)
            indicators.append({"name": name, "value": side.text, "means": means, "source": side.source})
    return {"indicators": indicators, "units": _units(book, code, facts), "add_on_to": _add_on(book, code, facts)}


def edits_row(book: Book, page: CodePage) -> list[dict[str, str]]:
    """The pair edits between the code and its siblings and relatives that the tables have and no family writes."""
    written = {frozenset((bundle.column_1, bundle.column_2)) for bundle in page.bundles}
    others = dict.fromkeys((*(sibling.code for sibling in page.siblings), *page.related))
    rows = []
    for other in others:
        edit = book.tables.ptp(page.code, other) or book.tables.ptp(other, page.code)
        if edit is not None and frozenset((page.code, other)) not in written:
            indicator = str(edit.indicator)
            means = PAIR_INDICATOR.get(indicator, UNKNOWN)
            row = {"other": other, "column_1": edit.column_1, "column_2": edit.column_2, "indicator": indicator}
            rows.append(row | {"means": means, "source": str(edit.edition), "plain": book.knowledge.plain(other)})
    return rows


def official_row(book: Book, code: str) -> dict[str, Any] | None:
    """Prices and other rows of the official tables; None when they tell nothing of the code."""
    page = book.official.page(code, book.on)
    if not (page.fees or page.hcpcs or page.descriptor):
        return None
    return {
        "fees": [_fee(fee) for fee in page.fees],
        "hcpcs": {"long": page.hcpcs.long, "edition": str(page.hcpcs.edition)} if page.hcpcs else None,
        "descriptor": {"long": page.descriptor.long, "edition": str(page.descriptor.edition)} if page.descriptor else None,
    }


def _units(book: Book, code: str, facts: CodeFacts) -> dict[str, Any] | None:
    known = book.tables.mue(code)
    if known is not None:
        units, adjudication, source = known.units, str(known.adjudication), str(known.edition)
    elif facts.units is not None:
        units, adjudication = facts.units, facts.units_adjudication
        source = f"{book.family_source(code)}"
    else:
        return None
    return {"units": units, "adjudication": adjudication, "means": ADJUDICATION.get(adjudication, UNKNOWN), "source": source}


def _add_on(book: Book, code: str, facts: CodeFacts) -> dict[str, Any] | None:
    edits = book.tables.add_on(code)
    if edits:
        primaries = [edit.primary for edit in edits if not edit.contractor_decides]
        return {"codes": primaries, "contractor_decides": not primaries, "source": str(edits[0].edition)}
    if facts.add_on_to:
        return {"codes": list(facts.add_on_to), "contractor_decides": False, "source": book.family_source(code)}
    return None


def _fee(fee: Fee) -> dict[str, Any]:
    return {
        "modifier": fee.modifier,
        "rvu_non_facility": _text(None if fee.not_applicable_non_facility else fee.total_non_facility),
        "rvu_facility": _text(None if fee.not_applicable_facility else fee.total_facility),
        "amount_non_facility": _amount(fee, None if fee.not_applicable_non_facility else fee.total_non_facility),
        "amount_facility": _amount(fee, None if fee.not_applicable_facility else fee.total_facility),
        "supervision": fee.supervision,
        "edition": str(fee.edition),
    }


def _amount(fee: Fee, units: Decimal | None) -> str | None:
    """The national amount in dollars, before any area's adjustment; None where the fee schedule sets no price."""
    if fee.status not in PAID or not units or not fee.conversion_factor:
        return None
    return str((units * fee.conversion_factor).quantize(_CENT, rounding=ROUND_HALF_UP))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
