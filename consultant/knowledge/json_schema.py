"""JSON Schemas of the files that coders write, for editors that check and complete YAML while somebody types.

The build is the judge; a schema only helps on the way to it. The schemas are made from the same tables and enums as the reader and
stand beside this module, written by ``consultant knowledge schema``; a test keeps them in step. Draft 2020-12. Every scalar may
also be a number or a boolean, since an editor reads ``77080`` and ``no`` so, and the reader takes all of them as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from consultant.knowledge.amounts import CALCULATORS
from consultant.knowledge.facts import SHAPES
from consultant.knowledge.family import BundleKind, Per
from consultant.knowledge.json_schema_guidelines import guideline_parts
from consultant.knowledge.modifiers import ModifierGroup
from consultant.model.clinical import ConceptKind
from consultant.model.coding import System

Schema = dict[str, Any]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR: Schema = {"$ref": "#/$defs/text"}
_WORDS: Schema = {"$ref": "#/$defs/texts"}
_DEFINITIONS: Schema = {
    "text": {"type": ["string", "number", "boolean"]},
    "texts": {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
}
_NUMBER: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]*$"}]}
_NUMBER_OR_PART: Schema = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": "^[0-9]*[.]?[0-9]+$"}]}
_FLAG: Schema = {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false", "yes", "no"]}]}
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def family() -> Schema:
    """The schema of a file of families/."""
    properties = {
        "family": _told(_ID, "Id of the family: the file name without .yaml."),
        "title": _told(_SCALAR, "What the family is about, as a heading."),
        "section": _told(_SCALAR, "The folder's name when left out."),
        "system": _told(_choice(System), "CPT when left out; ICD-10-CM for diagnosis families."),
        "summary": _told(_SCALAR, "Two or three sentences for the code page, in your own words."),
        "service_type": _told(_SCALAR, "What sort of service it is, in a few words."),
        "sites_of_service": _told(_WORDS, "Place-of-service codes at which it is usually done, the commonest first."),
        "context": _told(_SCALAR, "One sentence: who needs it, why, and what is done."),
        "taxonomies": _told(_list_of(_taxonomy()), "Provider taxonomies of those who often report it."),
        "per": _told(
            _choice(Per), "Whether all events make one line (case, the default), each its own (event), or a place (site)."
        ),
        "sites": _told(_WORDS, "The concepts of the places that give lines of their own, with `per: site` or `per: event`."),
        "wakes_on": _told(_condition(), "What has to be named for the family to be looked at."),
        "gives_way": _told(_FLAG, "Whether it only asks, and sleeps when another family that holds one of its codes is awake."),
        "calculator": _told({"enum": list(CALCULATORS)}, "What works out the amounts that facets and codes ask for."),
        "facts": _told(_facts(), "Facts that all codes share; a code's own facts win."),
        "facets": _told({"type": "object", "additionalProperties": _facet()}, "What tells the siblings apart, in order."),
        "codes": _told({**_list_of(_code()), "minItems": 1}, "All siblings, deleted ones too."),
        "modifiers": _told(_list_of(_modifier_use()), "Modifiers that come up, and when."),
        "diagnoses": _told(_WORDS, "ICD-10-CM codes or categories that usually support these services."),
        "bundles": _told(_list_of(_bundle()), "Codes that are not reported together."),
        "related": _told(_WORDS, "Codes of other families."),
        "examples": _told(_list_of(_example()), "Worked examples as coders write them; they run as tests."),
        "sources": _told(_WORDS, "What the facts were read from, with editions."),
        "notes": _told(_WORDS, "Sentences that a letter may add."),
    }
    return _file("A family of codes", _object(properties, "family", "title", "summary", "wakes_on", "codes"))


def lexicon() -> Schema:
    """The schema of a file of lexicon/."""
    concept = {
        "id": _told(_ID, "Id of the concept, one in all files."),
        "kind": _told(_choice(ConceptKind), "What sort of thing it is; needed when the file names no kind."),
        "is_a": _told(_WORDS, "Ids of the concepts above it."),
        "phrases": _told(_WORDS, "How coders write it. Case, hyphens and plurals are taken care of."),
        "composed_of": _told(_WORDS, "Concepts that together make a more general act this one."),
    }
    properties = {
        "kind": _told(_choice(ConceptKind), "Kind of the concepts below that do not name their own."),
        "concepts": {**_list_of(_object(concept, "id")), "minItems": 1},
    }
    return _file("Words and what they mean", _object(properties, "concepts"))


def modifiers() -> Schema:
    """The schema of modifiers.yaml."""
    modifier = {
        "modifier": _told(_SCALAR, "Two digits or capital letters."),
        "title": _told(_SCALAR, "Its name in a few words of your own."),
        "plain": _told(_SCALAR, "What it tells the payer."),
        "when": _told(_SCALAR, "When it is right."),
        "never": _told(_SCALAR, "When it must not be used."),
        "trap": _told(_SCALAR, "What coders get wrong about it."),
        "group": _choice(ModifierGroup),
        "bypasses_edits": _told(_FLAG, "Whether it is NCCI-associated."),
        "order": _told(_NUMBER, "Lower stands first on the line; 50 when left out."),
        "not_with": _told(_WORDS, "Modifiers that exclude it."),
        "prefer": _told(_WORDS, "More specific modifiers to prefer when they fit."),
        "sources": _WORDS,
        "only_on": _told(_WORDS, "Codes and ranges of codes on which alone it can stand, such as 99202-99499."),
    }
    needed = ("modifier", "title", "plain", "when", "group")
    return _file("Modifiers", _object({"modifiers": {**_list_of(_object(modifier, *needed)), "minItems": 1}}, "modifiers"))


def places() -> Schema:
    """The schema of places_of_service.yaml."""
    place = {
        "place": _told(_SCALAR, "Two digits of the CMS code set."),
        "name": _told(_SCALAR, "Its name in a few words of your own."),
        "plain": _told(_SCALAR, "What it is."),
        "facility": _told(_FLAG, "Whether Medicare pays the practitioner the facility rate there."),
        "trap": _told(_SCALAR, "What coders get wrong about it."),
    }
    needed = ("place", "name", "plain", "facility")
    return _file("Places of service", _object({"places": {**_list_of(_object(place, *needed)), "minItems": 1}}, "places"))


def neighbours() -> Schema:
    """The schema of neighbours.yaml."""
    procedure = {"code": _told(_SCALAR, "A CPT or HCPCS code that no family writes."), "plain": _told(_SCALAR, "What it is.")}
    listed = {**_list_of(_object(procedure, "code", "plain")), "minItems": 1}
    return _file("Procedures that others name", _object({"procedures": listed}, "procedures"))


def guidelines() -> Schema:
    """The schema of a file of guidelines/."""
    return _file("Guideline notes", guideline_parts())


FILES: MappingProxyType[str, Callable[[], Schema]] = MappingProxyType(
    {
        "family.schema.json": family,
        "lexicon.schema.json": lexicon,
        "modifiers.schema.json": modifiers,
        "places_of_service.schema.json": places,
        "neighbours.schema.json": neighbours,
        "guidelines.schema.json": guidelines,
    }
)
"""Name of each schema file and the function that makes it."""


def text_of(schema: Schema) -> str:
    """The text of a schema file, the same for the same schema."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> tuple[Path, ...]:
    """Write all schemas into ``folder``; gives back their paths. Raises OSError."""
    paths = []
    for name, make in FILES.items():
        path = folder / name
        path.write_text(text_of(make()), encoding="utf-8")
        paths.append(path)
    return tuple(paths)


def _file(title: str, schema: Schema) -> Schema:
    return {"$schema": _DRAFT, "title": title, **schema, "$defs": _DEFINITIONS}


def _object(properties: Schema, *required: str) -> Schema:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, **needed, "properties": properties}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _told(schema: Schema, description: str) -> Schema:
    return {"description": description, **schema}


def _choice(values: type[StrEnum]) -> Schema:
    return {"enum": [value.value for value in values]}


def _condition_parts() -> Schema:
    return {
        "any": _told(_WORDS, "At least one of these concepts is present."),
        "all": _told(_WORDS, "Every one of these concepts is present."),
        "none": _told(_WORDS, "None of these concepts is present."),
        "absent": _told(_WORDS, "At least one of these concepts is said not to be."),
        "facts": _told({"type": "object", "additionalProperties": _WORDS}, "Facts of the case and the values accepted."),
        "quantity": _told(
            {"type": "object", "additionalProperties": _WORDS}, "Amounts of the calculator and their ranges: -0.5, 0.6-1.0, 30.1-."
        ),
    }


def _condition() -> Schema:
    return _object(_condition_parts())


def _facet() -> Schema:
    value = {
        **_condition_parts(),
        "plain": _told(_SCALAR, "How a letter names this value."),
        "characters": _told(_SCALAR, "What it puts into a code template."),
    }
    properties = {
        "ask": _told(_SCALAR, "The question you would ask a colleague; needed without a default."),
        "several": _told(_FLAG, "Whether each value that holds gives a line of its own."),
        "values": {"type": "object", "minProperties": 1, "additionalProperties": _object(value, "plain")},
        "default": _told(_SCALAR, "The value taken when nothing is said."),
    }
    return _object(properties, "values")


def _code() -> Schema:
    when = {"anyOf": [{"enum": ["always", "never"]}, {"type": "object", "additionalProperties": _WORDS}]}
    properties = {
        "code": _told(_SCALAR, "The code; in diagnosis families a template such as M80.0{site}{encounter}."),
        "plain": _told(_SCALAR, "What it is, in your own words; never the official descriptor."),
        "when": _told(when, "Facets and the values that this code needs, or always, or never."),
        "trap": _told(_SCALAR, "What coders get wrong about it, as one sentence of a letter."),
        "adds": _told(_WORDS, "Codes of this family that are reported beside it."),
        "also_in": _told(_WORDS, "Other families that write the same code."),
        "facts": _facts(),
        "one_unit": _told(
            {"type": "object", "additionalProperties": _NUMBER_OR_PART}, "The amount that one unit stands for, over another."
        ),
    }
    return _object(properties, "code", "plain")


def _facts() -> Schema:
    shaped = {name: _told(_shaped(pattern.pattern), words) for name, (pattern, words) in SHAPES.items()}
    properties = {
        "category": shaped["category"],
        "effective": _told(_DAY, "First day on which it may be reported."),
        "ended": _told(_DAY, "First day on which it may no longer be reported."),
        "sunset": shaped["sunset"],
        "status": shaped["status"],
        "status_edition": _told(_SCALAR, "The fee schedule release that the status was read from."),
        "global_days": shaped["global_days"],
        "professional_technical": shaped["professional_technical"],
        "bilateral": shaped["bilateral"],
        "units": _told(_NUMBER, "MUE value."),
        "units_adjudication": shaped["units_adjudication"],
        "add_on_to": _told(_WORDS, "Primary codes that it is added to."),
        "successors": _told(_WORDS, "Codes that took its place."),
        "predecessors": _told(_WORDS, "Codes whose place it took."),
        "disputed": _told(_WORDS, "Sentences on which sources disagree, with both sides."),
    }
    return _object(properties)


def _shaped(pattern: str) -> Schema:
    # An empty text takes back a fact that the family shares; an unquoted 000 is a number to an editor.
    return {"anyOf": [{"type": "string", "pattern": f"^({pattern})?$"}, {"type": "number"}]}


def _taxonomy() -> Schema:
    properties = {
        "taxonomy": _told({"type": "string", "pattern": "^[0-9]{3}[0-9A-Z]{6}X$"}, "The NUCC code."),
        "name": _told(_SCALAR, "The specialty."),
    }
    return _object(properties, "taxonomy", "name")


def _modifier_use() -> Schema:
    properties = {
        "modifier": _SCALAR,
        "when": _told(_SCALAR, "When it comes up with this family."),
        "condition": _told(_condition(), "When the engine puts it on the line by itself."),
        "codes": _told(_WORDS, "The codes of the family that it is for; all when left out."),
    }
    return _object(properties, "modifier", "when")


def _bundle() -> Schema:
    properties = {
        "column_1": _told(_WORDS, "The code that is paid."),
        "column_2": _told(_WORDS, "The code that is denied beside it, or several."),
        "kind": _choice(BundleKind),
        "indicator": _told({"enum": [0, 1, "0", "1", ""]}, "NCCI modifier indicator; left out when no table was consulted."),
        "reason": _told(_SCALAR, "Why, in a few words of your own."),
        "source": _told(_SCALAR, "Where it stands, with edition."),
    }
    return _object(properties, "column_1", "column_2", "kind", "reason", "source")


def _example() -> Schema:
    properties = {
        "text": _told(_SCALAR, "A mail as a coder writes it."),
        "codes": _told(_WORDS, "The procedure codes that must come out; an empty list means none."),
        "diagnoses": _told(_WORDS, "The diagnosis codes that must come out."),
        "ask": _told(_WORDS, "Facets that must be asked."),
    }
    return _object(properties, "text")
