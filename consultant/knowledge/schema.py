"""Reading a family file: what coders write becomes the nouns of `family`, and every slip is refused with its file and line.

Names of things that stand in other files (concepts, modifiers, ICD-10-CM codes, families) are noted with their places and resolved
once everything is read, by `checks`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from consultant.knowledge.amounts import read_calculator
from consultant.knowledge.facets import CONDITION, read_condition, read_facets, read_waking
from consultant.knowledge.family import Bundle, BundleKind, Example, Facet, Family, FamilyCode, ModifierUse, Per, Taxonomy
from consultant.knowledge.lexicon import read_id
from consultant.knowledge.references import Named, Naming
from consultant.knowledge.siblings import read_codes, service_facet
from consultant.knowledge.templates import facets_in
from consultant.knowledge.yaml_source import Entry
from consultant.model.coding import System

_HEAD = (
    "family",
    "title",
    "section",
    "system",
    "summary",
    "per",
    "sites",
    "wakes_on",
    "gives_way",
    "calculator",
    "facts",
    "facets",
    "codes",
)
_PAGE = ("service_type", "sites_of_service", "context", "taxonomies")
_REST = ("modifiers", "diagnoses", "bundles", "related", "examples", "sources", "notes")
_INDICATORS = {"", "0", "1"}
_TAXONOMY = re.compile(r"[0-9]{3}[0-9A-Z]{6}X")


def read_family(file: Entry, named: Named) -> Family:
    """The family of one file; names are noted in ``named``, what is wrong in the refusals of ``file``."""
    file.allow(*_HEAD, *_PAGE, *_REST)
    identity = _identity(file)
    system = file.choice("system", System.CPT, System)
    wakes_on = read_waking(file, named)
    facets = (*read_facets(file, named), *service_facet(file, wakes_on))
    codes = read_codes(file, identity, system, facets, named)
    _refuse_idle(file, facets, codes)
    return Family(
        id=identity,
        title=file.text("title", required=True),
        system=system,
        section=file.text("section") or PurePosixPath(file.place.file).parent.name,
        summary=file.text("summary", required=True),
        per=file.choice("per", Per.CASE, Per),
        wakes_on=wakes_on,
        facets=facets,
        codes=codes,
        modifiers=tuple(_modifier_use(entry, codes, named) for entry in file.entries("modifiers")),
        diagnoses=named.note(Naming.DIAGNOSIS, *file.words("diagnoses")),
        bundles=tuple(bundle for entry in file.entries("bundles") for bundle in _bundles(entry, codes)),
        related=_codes_at(file, "related"),
        examples=tuple(_example(entry, facets, named) for entry in file.entries("examples")),
        sources=file.texts("sources"),
        notes=file.texts("notes"),
        service_type=file.text("service_type"),
        sites_of_service=named.note(Naming.PLACE_OF_SERVICE, *file.words("sites_of_service")),
        context=file.text("context"),
        taxonomies=tuple(_taxonomy(entry) for entry in file.entries("taxonomies")),
        gives_way=file.flag("gives_way"),
        calculator=read_calculator(file),
        sites=_sites(file, named),
    )


def _identity(file: Entry) -> str:
    word, name = file.word("family", required=True), PurePosixPath(file.place.file).name
    if word.text and f"{word.text}.yaml" != name:
        file.refusals.add(word.place, f"the family is called {word.text!r} in a file called {name}", "give both the same name")
    return read_id(word, file.refusals)


def _refuse_idle(file: Entry, facets: tuple[Facet, ...], codes: tuple[FamilyCode, ...]) -> None:
    used = {facet for code in codes for facet, _ in code.when}.union(*(facets_in(code.code) for code in codes))
    names = {word.text: word for word in file.entry("facets")} if "facets" in file else {}
    for facet in facets:
        if facet.id not in used and facet.id in names:
            file.refusals.add(names[facet.id].place, f"no code needs the facet {facet.id!r}", "use it in a `when`, or take it away")


def _taxonomy(entry: Entry) -> Taxonomy:
    entry.allow("taxonomy", "name")
    code = entry.word("taxonomy", required=True)
    if code.text and not _TAXONOMY.fullmatch(code.text):
        entry.refusals.add(code.place, f"{code.text!r} is no provider taxonomy", "write ten characters such as 2085R0202X")
    return Taxonomy(code.text, entry.text("name", required=True))


def _sites(file: Entry, named: Named) -> tuple[str, ...]:
    per = file.choice("per", Per.CASE, Per)
    if (per is Per.SITE and "sites" not in file) or (per is Per.CASE and "sites" in file):
        file.refusals.add(file.place, "`per` and `sites` do not fit", "`per: site` needs `sites`; `per: case` has none")
    return named.note(Naming.CONCEPT, *file.words("sites"))


def _modifier_use(entry: Entry, codes: tuple[FamilyCode, ...], named: Named) -> ModifierUse:
    entry.allow("modifier", "when", "condition", "codes")
    own = {code.code for code in codes}
    for word in entry.words("codes"):
        if word.text not in own:
            entry.refusals.add(word.place, f"the family has no code {word.text!r}", "name codes of this family")
    condition = None
    if "condition" in entry:
        entry.entry("condition").allow(*CONDITION)
        condition = read_condition(entry.entry("condition"), named)
    (modifier,) = named.note(Naming.MODIFIER, entry.word("modifier", required=True))
    when = entry.text("when", required=True)
    return ModifierUse(modifier=modifier, when=when, condition=condition, codes=entry.texts("codes"))


def _bundles(entry: Entry, codes: tuple[FamilyCode, ...]) -> tuple[Bundle, ...]:
    entry.allow("column_1", "column_2", "kind", "indicator", "reason", "source")
    own = {code.code for code in codes}
    firsts, seconds = _codes_at(entry, "column_1"), _codes_at(entry, "column_2")
    indicator = entry.word("indicator")
    if indicator.text not in _INDICATORS:
        entry.refusals.add(indicator.place, f"the indicator cannot be {indicator.text!r}", "write 0 or 1, or leave it out")
    if not firsts or not seconds:
        entry.refusals.add(entry.place, "a bundle needs two codes", "write `column_1` and `column_2`")
    kind = entry.choice("kind", None, BundleKind)
    reason, source = entry.text("reason", required=True), entry.text("source", required=True)
    pairs = [(first, second) for first in firsts for second in seconds]
    for first, second in pairs:
        if not own & {first, second} or first == second:
            entry.refusals.add(
                entry.place, f"the bundle {first} with {second} is not of this family", "one of the two must stand under `codes`"
            )
    return tuple(Bundle(first, second, kind, indicator.text, reason, source) for first, second in pairs)


def _codes_at(entry: Entry, key: str) -> tuple[str, ...]:
    for word in entry.words(key):
        if System.of(word.text) is None:
            entry.refusals.add(word.place, f"{word.text!r} is no code", "write one code, or a list of codes")
    return entry.texts(key)


def _example(entry: Entry, facets: tuple[Facet, ...], named: Named) -> Example:
    entry.allow("text", "codes", "diagnoses", "ask")
    if not any(key in entry for key in ("codes", "diagnoses", "ask")):
        entry.refusals.add(entry.place, "the example tells no answer", "write `codes`, `diagnoses` or `ask`")
    known = {facet.id for facet in facets}
    for word in entry.words("ask"):
        if word.text not in known:
            entry.refusals.add(
                word.place, f"{word.text!r} is no facet of this family", f"use one of {', '.join(known) or '(none)'}"
            )
    return Example(
        text=entry.text("text", required=True),
        codes=named.note(Naming.CODE_OF_EXAMPLE, *entry.words("codes")),
        diagnoses=named.note(Naming.DIAGNOSIS, *entry.words("diagnoses")),
        ask=entry.texts("ask"),
    )
