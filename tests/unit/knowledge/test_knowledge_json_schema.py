"""The JSON Schemas for editors are in step with the reader: the same keys, and every real file passes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from consultant.knowledge import json_schema, sources
from consultant.knowledge.yaml_source import Entry

HERE = sources.HERE
FILES = sorted(
    path.relative_to(HERE).as_posix() for part in ("families", "lexicon", "guidelines") for path in (HERE / part).rglob("*.yaml")
)
TABLES = ("modifiers.yaml", "places_of_service.yaml", "neighbours.yaml")


def complaints(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str = "") -> list[str]:  # noqa: ANN401  (any JSON)
    """What the schema has against a value; as much of JSON Schema as these schemas use."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return [] if any(not complaints(value, one, root) for one in schema["anyOf"]) else [f"{place}: none of several forms"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place}: {value!r} is none of {schema['enum']}"]
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, kinds[one]) for one in types):
        return [f"{place}: {value!r} is no {types}"]
    if isinstance(value, dict):
        return _of_object(value, schema, root, place)
    if isinstance(value, list):
        return [each for number, item in enumerate(value) for each in complaints(item, schema["items"], root, f"{place}[{number}]")]
    return (
        [f"{place}: {value!r}"]
        if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value)
        else []
    )


def _of_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], place: str) -> list[str]:
    found = [f"{place}: {key} is missing" for key in schema.get("required", ()) if key not in value]
    known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, item in value.items():
        if key in known:
            found += complaints(item, known[key], root, f"{place}.{key}")
        elif other is False:
            found.append(f"{place}: {key} is not known")
        else:
            found += complaints(item, other, root, f"{place}.{key}")
    return found


class AsEditorsRead(yaml.SafeLoader):
    """YAML in which days are text, as in version 1.2."""

    yaml_implicit_resolvers = {  # noqa: RUF012  (as the class above has it)
        first: [(tag, shape) for tag, shape in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.mark.parametrize("name", json_schema.FILES)
def test_the_schemas_that_travel_are_those_that_the_code_makes(name):
    assert (HERE / name).read_text() == json_schema.text_of(json_schema.FILES[name]())


@pytest.mark.parametrize("name", [*FILES, *TABLES])
def test_every_real_file_passes_its_schema(name):
    make = {"families": json_schema.family, "lexicon": json_schema.lexicon, "modifiers.yaml": json_schema.modifiers}
    make |= {"places_of_service.yaml": json_schema.places, "neighbours.yaml": json_schema.neighbours}
    make |= {"guidelines": json_schema.guidelines}
    schema = make[name.partition("/")[0]]()

    loader = AsEditorsRead((HERE / name).read_text())
    assert complaints(loader.get_single_data(), schema, schema) == []


def test_the_keys_of_the_schemas_are_the_keys_that_the_reader_allows(monkeypatch):
    asked: set[frozenset[str]] = set()
    monkeypatch.setattr(Entry, "allow", lambda _self, *keys: asked.add(frozenset(keys)))
    sources.read()

    told = {frozenset(each) for make in json_schema.FILES.values() for each in _properties(make())}
    # What the reader gives to facets and values by their ids has no list of keys; editions.yaml has no schema.
    assert asked - told - {frozenset({"editions"})} == set()
    assert told - asked - {frozenset()} == set()


def _properties(schema: Any) -> list[dict[str, Any]]:  # noqa: ANN401  (any part of a schema)
    if isinstance(schema, list):
        return [each for one in schema for each in _properties(one)]
    if not isinstance(schema, dict):
        return []
    own = [schema["properties"]] if "properties" in schema and "type" in schema else []
    return own + [each for part in schema.values() for each in _properties(part)]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"titel": "x"}, "titel is not known"),
        ({"title": None}, ".title: None"),
        ({"per": "week"}, ".per: 'week'"),
        ({"family": "Two Words"}, ".family: 'Two Words'"),
        ({"codes": []}, None),
    ],
)
def test_a_slip_is_seen(change, complaint):
    schema = json_schema.family()
    family = {"family": "f", "title": "t", "summary": "s", "wakes_on": {"any": "dxa"}, "codes": [{"code": 77080, "plain": "p"}]}

    found = complaints(family | change, schema, schema)
    assert found == [] if complaint is None else any(complaint in one for one in found)


def test_all_schemas_are_written_into_a_folder(tmp_path):
    paths = json_schema.write(tmp_path)

    assert [path.name for path in paths] == [*json_schema.FILES]
    assert all(json.loads(path.read_text())["$schema"].startswith("https://json-schema.org/") for path in paths)
