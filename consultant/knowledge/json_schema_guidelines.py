"""The part of the JSON Schemas that describes a file of guidelines/; see `json_schema`."""

from __future__ import annotations

from typing import Any

from consultant.knowledge.guidelines import Topic

Schema = dict[str, Any]


def guideline_parts() -> Schema:
    """An object with notes and crossings; its texts refer to the definitions that every schema file carries."""
    note = {
        "note": _text("Name of the note, one in all files."),
        "title": _text("What it is about, as a heading."),
        "topic": {"enum": [topic.value for topic in Topic]},
        "asks": _texts("Phrases that find it: all words of one stand in the question, in any order."),
        "modifiers": _texts("Modifiers that it explains."),
        "codes": _texts("Codes and ranges of codes that it is about."),
        "answer": _text("The answer first, then why, in your own words."),
        "sources": _texts("Where the rule stands, with chapter or section."),
        "edition": _text("The edition or year of the source."),
        "checked": {
            "description": "Whether it was compared with the source; true when left out.",
            "anyOf": [{"type": "boolean"}, {"enum": ["true", "false", "yes", "no"]}],
        },
        "disputed": _texts("Sentences on which sources disagree, with both sides."),
    }
    crossing = {
        "to": _text("The anesthesia code."),
        "from": _texts("Codes and ranges of codes of operations."),
        "plain": _text("What the anesthesia code stands for, in your own words."),
    }
    needed = ["note", "title", "topic", "asks", "answer", "sources", "edition"]
    return _object({"notes": _list(_object(note, needed)), "crossings": _list(_object(crossing, list(crossing)))}, [])


def _text(description: str) -> Schema:
    return {"description": description, "$ref": "#/$defs/text"}


def _texts(description: str) -> Schema:
    return {"description": description, "$ref": "#/$defs/texts"}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _object(properties: Schema, required: list[str]) -> Schema:
    needed = {"required": required} if required else {}
    return {"type": "object", "additionalProperties": False, **needed, "properties": properties}
