"""Reading conditions and facets of a family file."""

from __future__ import annotations

import re

from consultant.knowledge.amounts import read_quantity
from consultant.knowledge.family import Condition, Facet, FacetValue
from consultant.knowledge.lexicon import read_id
from consultant.knowledge.references import Named, Naming
from consultant.knowledge.yaml_source import Entry, Word

CONDITION = ("any", "all", "none", "absent", "facts", "quantity")
"""The keys of a condition."""
_RANGE = re.compile(r"(\d*)-(\d*)")


def read_condition(entry: Entry, named: Named, *, calculator: str = "") -> Condition:
    """The condition whose parts stand in ``entry``, beside whatever other keys it has; amounts are those of ``calculator``."""
    facts = entry.entry("facts")
    return Condition(
        any=named.note(Naming.CONCEPT, *entry.words("any")),
        all=named.note(Naming.CONCEPT, *entry.words("all")),
        none=named.note(Naming.CONCEPT, *entry.words("none")),
        absent=named.note(Naming.CONCEPT, *entry.words("absent")),
        facts=tuple((name.text, _fact_values(facts, name)) for name in facts),
        quantity=read_quantity(entry, calculator),
    )


def read_waking(file: Entry, named: Named) -> Condition:
    """The condition that wakes the family of ``file``; one that anything or nothing would meet is refused."""
    entry = file.entry("wakes_on", required=True)
    entry.allow(*CONDITION)
    condition = read_condition(entry, named)
    if not (condition.any or condition.all):
        file.refusals.add(entry.place, "nothing wakes this family", "name concepts under `any` or `all` of wakes_on")
    return condition


def read_facets(file: Entry, named: Named) -> tuple[Facet, ...]:
    """The facets of a family, in the order written."""
    facets, calculator = file.entry("facets"), file.text("calculator")
    return tuple(_facet(name, facets.entry(name.text), named, calculator) for name in facets)


def _facet(name: Word, entry: Entry, named: Named, calculator: str) -> Facet:
    entry.allow("ask", "several", "values", "default")
    values, default = entry.entry("values", required=True), entry.word("default")
    facet = Facet(
        id=read_id(name, entry.refusals),
        values=tuple(_value(value, values.entry(value.text), default.text, named, calculator) for value in values),
        ask=entry.text("ask"),
        default=default.text,
        several=entry.flag("several"),
    )
    if not facet.ask and not facet.default:
        entry.refusals.add(name.place, f"the facet {name.text!r} has no default and is not asked", "write `ask` or `default`")
    if facet.default and facet.default not in {value.id for value in facet.values}:
        entry.refusals.add(default.place, f"the default {default.text!r} is no value of {name.text!r}", "use one of its values")
    return facet


def _value(name: Word, entry: Entry, default: str, named: Named, calculator: str) -> FacetValue:
    entry.allow(*CONDITION, "plain", "characters")
    condition = read_condition(entry, named, calculator=calculator)
    if condition == Condition() and name.text != default:
        entry.refusals.add(name.place, f"nothing shows the value {name.text!r}", "give it concepts, or make it the default")
    return FacetValue(
        id=read_id(name, entry.refusals),
        when=condition,
        plain=entry.text("plain", required=True),
        characters=entry.text("characters"),
    )


def _fact_values(facts: Entry, name: Word) -> tuple[str, ...]:
    words = facts.words(name.text)
    if not words:
        facts.refusals.add(name.place, f"the fact {name.text!r} has no value", "list the values that are accepted")
    for word in words:
        if _is_empty_range(word.text):
            facts.refusals.add(word.place, f"no number is in the range {word.text!r}", "write 65-, -17 or 18-64")
    return tuple(word.text for word in words)


def _is_empty_range(text: str) -> bool:
    bounds = _RANGE.fullmatch(text)
    if bounds is None:
        return False
    low, high = bounds[1], bounds[2]
    return not (low or high) or bool(low and high and int(low) > int(high))
