"""From nouns and ICD-10-CM to the rows of the knowledge file: every code once, with the words by which it is found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from consultant.knowledge import codec, tables
from consultant.knowledge.checks import filled_codes
from consultant.knowledge.condition_keys import keys_of
from consultant.knowledge.family import Concept, Condition, Family, FamilyCode
from consultant.knowledge.guidelines import Crossing, Guideline
from consultant.knowledge.icd10cm import IcdRow, Level, Release
from consultant.knowledge.modifiers import Modifier
from consultant.knowledge.neighbours import Neighbour
from consultant.knowledge.places import PlaceOfService
from consultant.knowledge.tables import CodeRow, Contents
from consultant.knowledge.templates import fillings
from consultant.model.coding import System


@dataclass(frozen=True, slots=True)
class Parts:
    """What a knowledge base is made of."""

    families: tuple[Family, ...]
    concepts: tuple[Concept, ...]
    modifiers: tuple[Modifier, ...]
    release: Release
    editions: dict[str, str]
    places: tuple[PlaceOfService, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    guidelines: tuple[Guideline, ...] = ()
    crossings: tuple[Crossing, ...] = ()


def assemble(parts: Parts, *, stamp: str = "") -> Contents:
    """The contents of the knowledge file; ``stamp`` tells what it was built from."""
    members = tuple(_members(parts.families, parts.release))
    phrases, waking = _phrases_by_code(parts, members)
    return Contents(
        meta={"stamp": stamp, "editions": json.dumps(parts.editions, sort_keys=True, ensure_ascii=False)},
        nouns={
            "families": codec.dumps(parts.families),
            "concepts": codec.dumps(parts.concepts),
            "modifiers": codec.dumps(parts.modifiers),
            "places": codec.dumps(parts.places),
            "neighbours": codec.dumps(parts.neighbours),
            "guidelines": codec.dumps(parts.guidelines),
            "crossings": codec.dumps(parts.crossings),
        },
        codes=(
            *(replace(row, phrases=phrases[row.code], waking=waking[row.code]) for row in _authored_rows(parts.families)),
            *(replace(tables.of_icd10cm(row), phrases=phrases[row.code], waking=waking[row.code]) for row in parts.release.rows),
        ),
        members=members,
        named=tuple(keys_of(parts.release.rows)),
    )


def release_of(families: Iterable[Family]) -> Release:
    """A stand-in for ICD-10-CM when there is no release: every code that the families fill exists, and nothing else."""
    codes: dict[str, IcdRow] = {}
    for family in families:
        for code in family.codes:
            if code.system is System.ICD10CM:
                for one in fillings(family, code):
                    codes.setdefault(one, IcdRow(one, code.plain, Level.SUBCATEGORY, parent="", chapter="", billable=True))
    return Release(edition="", rows=tuple(codes[one] for one in sorted(codes)))


def _members(families: Iterable[Family], release: Release) -> Iterator[tuple[str, str, int]]:
    for family in families:
        for position, code in enumerate(family.codes):
            ones = filled_codes(family, code, release) if code.system is System.ICD10CM else (code.code,)
            yield from ((one, family.id, position) for one in ones)


def _authored_rows(families: Iterable[Family]) -> Iterator[CodeRow]:
    written: dict[str, list[tuple[Family, FamilyCode]]] = defaultdict(list)
    for family in families:
        for code in family.codes:
            if code.system is not System.ICD10CM:
                written[code.code].append((family, code))
    for one in sorted(written):
        # A code of two families is titled by the one that can suggest it.
        _, first = min(written[one], key=lambda pair: not pair[1].when)
        yield CodeRow(
            code=one,
            system=first.system,
            title=first.plain,
            level="code",
            billable=first.facts.ended is None,
            terms="\n".join(text for family, code in written[one] for text in _terms(family, code)),
        )


def _terms(family: Family, code: FamilyCode) -> Iterator[str]:
    yield family.title
    for facet_id, values in code.when:
        for facet in family.facets:
            if facet.id == facet_id:
                yield from (value.plain for value in facet.values if value.id in values)


def _phrases_by_code(parts: Parts, members: Iterable[tuple[str, str, int]]) -> tuple[defaultdict[str, str], defaultdict[str, str]]:
    """For each code the phrases that decide for it among its siblings, and those that wake its family."""
    families = {family.id: family for family in parts.families}
    parents = {row.code: row.parent for row in parts.release.rows if row.level is Level.EXTENDED}
    below = _phrases_below(parts.concepts)
    deciding: dict[str, dict[str, None]] = defaultdict(dict)
    waking: dict[str, dict[str, None]] = defaultdict(dict)
    for code, family_id, position in members:
        family = families[family_id]
        # A code made by a seventh character is found by its base code.
        base = parents.get(code, code)
        for concept in _deciding(family, family.codes[position]):
            deciding[base].update(dict.fromkeys(below[concept]))
        # An only child is meant by whatever wakes its family.
        wakes = deciding if len(family.codes) == 1 else waking
        for concept in _spoken(family.wakes_on):
            wakes[base].update(dict.fromkeys(below[concept]))
    return _lines(deciding), _lines(waking)


def _lines(phrases: dict[str, dict[str, None]]) -> defaultdict[str, str]:
    return defaultdict(str, {code: "\n".join(words) for code, words in phrases.items()})


def _deciding(family: Family, code: FamilyCode) -> tuple[str, ...]:
    needs = dict(code.when)
    # Where every value will do, the facet says nothing about this code.
    telling = (facet for facet in family.facets if facet.id in needs and len(needs[facet.id]) < len(facet.values))
    values = (value for facet in telling for value in facet.values if value.id in needs[facet.id])
    return tuple(concept for value in values for concept in _spoken(value.when))


def _spoken(condition: Condition) -> tuple[str, ...]:
    return (*condition.any, *condition.all)


def _phrases_below(concepts: Iterable[Concept]) -> defaultdict[str, tuple[str, ...]]:
    """The phrases of each concept and of all that are one of it."""
    own = {concept.id: concept for concept in concepts}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for concept in own.values():
        open_, seen = [concept.id], set[str]()
        while open_:
            above = open_.pop()
            if above in own and above not in seen:
                seen.add(above)
                found[above].update(dict.fromkeys(concept.phrases))
                open_.extend(own[above].is_a)
    return defaultdict(tuple, {concept: tuple(phrases) for concept, phrases in found.items()})
