"""Modifiers that a family offers can stand on a code of it: 26 and TC need a code that splits, 50 one that has sides.

Modifiers of visits are left alone: a family of procedures may tell of the visit beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from consultant.knowledge.check.authored import Authored, Writer
from consultant.knowledge.family import Family
from consultant.knowledge.indicators import TAKES_BOTH_SIDES, TAKES_COMPONENTS
from consultant.knowledge.known import FeeFact
from consultant.knowledge.modifiers import ModifierGroup
from consultant.knowledge.verdict import Side, Verdict
from consultant.model.coding import System

ID = "modifier-uses"
_FACT_OF = {"26": FeeFact.COMPONENT, "TC": FeeFact.COMPONENT, "50": FeeFact.BILATERAL}


def check(authored: Authored) -> Iterator[Verdict]:
    """Every modifier of every family of procedures."""
    report = Writer(ID)
    for family in authored.sources.families:
        codes = [statement.code.code for statement in authored.live if statement.family is family]
        for use in family.modifiers if family.system is not System.ICD10CM else ():
            said = Side(f"{use.modifier} comes up with {family.id}", authored.place_of(family))
            yield from _limits(family.id, use.modifier, codes, said, authored, report)
            yield from _indicators(family, use.modifier, codes, said, authored, report)


def _limits(family: str, modifier: str, codes: list[str], said: Side, authored: Authored, report: Writer) -> Iterator[Verdict]:
    limits = next((one for one in authored.sources.modifiers if one.code == modifier and one.only_on), None)
    if limits is not None and codes and limits.group is not ModifierGroup.EVALUATION:
        known = Side(f"{modifier} stands only on {', '.join(limits.only_on)}", "modifiers.yaml")
        yield report.agreeing(f"{family} {modifier}", said, known, agree=any(limits.fits(code) for code in codes))


def _indicators(
    family: Family, modifier: str, codes: list[str], said: Side, authored: Authored, report: Writer
) -> Iterator[Verdict]:
    fact = _FACT_OF.get(modifier)
    if fact is None or not codes:
        return
    about = f"{family.id} {modifier}"
    values = {code: side for code in codes if (side := authored.book.fee(code, fact)) is not None}
    if not values:
        yield report.unchecked(about, said, "the indicators of its codes are not known")
        return
    taking = [code for code, side in values.items() if _takes(modifier, side.text)]
    words = f"of its codes {', '.join(taking) or 'none'} can take {modifier}"
    yield report.agreeing(about, said, Side(words, next(iter(values.values())).source), agree=bool(taking))


def _takes(modifier: str, value: str) -> bool:
    return value in TAKES_BOTH_SIDES if modifier == "50" else modifier in TAKES_COMPONENTS.get(value, frozenset())
