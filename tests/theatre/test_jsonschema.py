from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tightrope.theatre.jsonschema import json_schema
from tightrope.theatre.marks import read_yaml
from tightrope.theatre.reader import FILES
from tightrope.theatre.scaffold import TEMPLATE

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "number": int | float,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}
SCHEMA = json_schema()


def allows(rule: Any, value: Any) -> bool:
    """The part of JSON Schema that the language uses, in its plainest form."""
    if rule is False:
        return False
    if "$ref" in rule and not allows(SCHEMA["$defs"][rule["$ref"].rsplit("/", 1)[1]], value):
        return False
    if "anyOf" in rule and not any(allows(option, value) for option in rule["anyOf"]):
        return False
    kinds = rule.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return False
    if "enum" in rule and value not in rule["enum"]:
        return False
    if isinstance(value, dict):
        if set(rule.get("required", ())) - set(value):
            return False
        known, other = rule.get("properties", {}), rule.get("additionalProperties", {})
        return all(allows(known.get(key, other), inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(allows(rule.get("items", {}), item) for item in value)
    return True


def theatre() -> Any:
    return read_yaml(TEMPLATE / "theatre.yaml").data


def test_it_is_json_and_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    named = set(re.findall(r'"#/\$defs/([^"]+)"', text))
    assert named and named <= set(SCHEMA["$defs"])


def test_the_scaffold_fits() -> None:
    assert allows(SCHEMA, theatre())
    for file in FILES:
        if (TEMPLATE / file).exists():
            assert allows(SCHEMA["$defs"][file], read_yaml(TEMPLATE / file).data), file
    assert allows(SCHEMA["$defs"]["reading.yaml"], {"strike": {"words": ["bomb"], "not": "x"}})


def test_keys_are_those_of_yaml_not_of_python() -> None:
    assert "if" in SCHEMA["$defs"]["Follow"]["properties"]
    assert "condition" not in SCHEMA["$defs"]["Follow"]["properties"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("name",), None),
        (("nonsense",), 1),
        (("actors", "auster", "kind"), "planet"),
        (("actors", "auster", "member_of"), {"a": 1}),
        (("events", "attack", "base"), [1]),
        (("events", "attack", "base"), {"rate": 3}),
        (("events", "attack", "deaths"), {"mean": 3}),
        (("events", "attack", "follows", "strike"), 3),
        (("events", "attack", "limit"), "2..4"),
        (("events", "attack", "memoryless"), "perhaps"),
    ],
)
def test_what_does_not_fit(path: tuple[str, ...], value: Any) -> None:
    data = theatre()
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert not allows(SCHEMA, data)
