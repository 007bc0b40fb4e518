"""Reading the codes of a family file: each sibling with the facet values it needs, its facts and its trap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from consultant.knowledge.amounts import read_unit_rule
from consultant.knowledge.facts import facts_of, read_facts
from consultant.knowledge.family import Condition, Facet, FacetValue, FamilyCode
from consultant.knowledge.references import Named, Naming, WrittenCode
from consultant.knowledge.templates import facets_in, is_template
from consultant.knowledge.yaml_source import Entry, Word
from consultant.model.coding import System

_ALWAYS, _NEVER = "always", "never"
_SERVICE = "service"
_When = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Siblings:
    """What all codes of the family being read have in common."""

    family: str
    system: System
    facets: dict[str, Facet]
    shared: dict[str, Any]
    named: Named
    calculator: str


def read_codes(file: Entry, family: str, system: System, facets: tuple[Facet, ...], named: Named) -> tuple[FamilyCode, ...]:
    """The codes of a family, in the order written; what is wrong is noted in the refusals of ``file``."""
    shared = read_facts(file.entry("facts")) if "facts" in file else {}
    siblings = Siblings(family, system, {facet.id: facet for facet in facets}, shared, named, file.text("calculator"))
    entries = file.entries("codes", required=True)
    codes = tuple(_code(entry, siblings) for entry in entries)
    _refuse_strange_siblings(entries, {code.code for code in codes})
    return codes


def service_facet(file: Entry, wakes_on: Condition) -> tuple[Facet, ...]:
    """The facet behind ``when: always``, if a code of the file says so: what wakes the family is all that its code needs."""
    if not any(_said(entry) == _ALWAYS for entry in file.entries("codes")):
        return ()
    title = file.text("title")
    value = FacetValue(id="named", when=wakes_on, plain=f"the text tells of it ({title})")
    return (Facet(id=_SERVICE, values=(value,), ask=f"Please tell what was done: the text does not tell of it ({title})."),)


def _code(entry: Entry, siblings: Siblings) -> FamilyCode:
    entry.allow("code", "plain", "when", "trap", "adds", "also_in", "facts", "one_unit")
    word = entry.word("code", required=True)
    also_in = siblings.named.note(Naming.FAMILY, *entry.words("also_in"))
    siblings.named.codes.append(WrittenCode(word.text, siblings.family, word.place, also_in))
    own = read_facts(entry.entry("facts")) if "facts" in entry else {}
    code = FamilyCode(
        code=word.text,
        system=_system(word, siblings, entry),
        plain=entry.text("plain", required=True),
        when=_when(entry, word, siblings),
        facts=facts_of(word, siblings.shared, own, entry),
        trap=entry.text("trap"),
        adds=entry.texts("adds"),
        one_unit=read_unit_rule(entry, siblings.calculator),
    )
    if not code.when and _said(entry) != _NEVER and code.facts.ended is None:
        entry.refusals.add(
            word.place, f"nothing tells when {word.text} is right", "write `when` (facets, always or never) or `ended`"
        )
    return code


def _said(entry: Entry) -> str:
    """The word at ``when``, empty when facets stand there."""
    return entry.text("when") if entry.is_word("when") else ""


def _when(entry: Entry, code: Word, siblings: Siblings) -> _When:
    said = _said(entry)
    if said == _ALWAYS:
        return ((_SERVICE, ("named",)),)
    if said and said != _NEVER:
        entry.refusals.add(entry.word("when").place, f"`when` cannot be {said!r}", "write facets with values, always or never")
    written = entry.entry("when") if "when" in entry and not said else None
    pairs = {} if written is None else {name.text: _values(written, name, siblings) for name in written}
    for facet in facets_in(code.text) if said != _NEVER else ():
        # A facet that the template takes need not be repeated: every value of it counts.
        if facet not in pairs and facet in siblings.facets:
            pairs[facet] = tuple(value.id for value in siblings.facets[facet].values)
    return tuple(pairs.items())


def _values(when: Entry, name: Word, siblings: Siblings) -> tuple[str, ...]:
    facet = siblings.facets.get(name.text)
    if facet is None:
        when.refusals.add(name.place, f"{name.text!r} is no facet of this family", f"use one of {_listed(siblings.facets)}")
        return ()
    known = [value.id for value in facet.values]
    for word in when.words(name.text):
        if word.text not in known:
            when.refusals.add(word.place, f"{word.text!r} is no value of {name.text!r}", f"use one of {_listed(known)}")
    if not when.texts(name.text):
        when.refusals.add(name.place, f"no value of {name.text!r} is named", f"use one of {_listed(known)}")
    return when.texts(name.text)


def _system(code: Word, siblings: Siblings, entry: Entry) -> System:
    if is_template(code.text):
        strange = [facet for facet in facets_in(code.text) if facet not in siblings.facets]
        if siblings.system is not System.ICD10CM:
            entry.refusals.add(code.place, f"{code.text} is a template", "templates are for families of ICD-10-CM codes")
        if strange or not facets_in(code.text):
            entry.refusals.add(
                code.place, f"the template {code.text} names no facet of this family", f"use one of {_listed(siblings.facets)}"
            )
        return siblings.system
    found = System.of(code.text)
    if code.text and (found is None or (found is System.ICD10CM) is not (siblings.system is System.ICD10CM)):
        entry.refusals.add(
            code.place, f"{code.text!r} is no {siblings.system.value} code", "mend the code, or `system` of the family"
        )
    return found or siblings.system


def _refuse_strange_siblings(entries: tuple[Entry, ...], known: set[str]) -> None:
    seen: set[str] = set()
    for entry in entries:
        code = entry.word("code")
        if code.text in seen:
            entry.refusals.add(code.place, f"{code.text} stands in this family twice", "join the two")
        seen.add(code.text)
        for word in entry.words("adds"):
            if word.text not in known or word.text == code.text:
                entry.refusals.add(
                    word.place, f"{word.text!r} is no other code of this family", "write it under `codes`, or mend it"
                )


def _listed(names: dict[str, Facet] | list[str]) -> str:
    return ", ".join(names) or "(none is written)"
