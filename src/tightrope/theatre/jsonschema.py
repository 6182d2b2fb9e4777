"""The language as JSON Schema (draft 2020-12), for editors that complete and check YAML.

It is built from the models that the reader validates with. What it cannot say - that names lead
somewhere, that expressions parse, which keys go together - the reader checks.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from tightrope.theatre import schema
from tightrope.theatre.expected import Expectation
from tightrope.theatre.reader import EXPECTATIONS, FILES, SECTIONS

JsonObject = dict[str, Any]


def json_schema() -> JsonObject:
    """JSON Schema of theatre.yaml; ``$defs`` has one entry for each of the other files too.

    >>> sorted(json_schema()["required"])
    ['defaults', 'events', 'name', 'says', 'starts']
    >>> json_schema()["$defs"]["questions.yaml"]["additionalProperties"]
    {'$ref': '#/$defs/Question'}
    """
    models = [schema.Theatre, *SECTIONS.values(), *FILES.values(), Expectation]
    _, described = models_json_schema([(model, "validation") for model in models])
    kinds: JsonObject = described["$defs"]
    head = kinds.pop("Theatre")
    sections = {title: _named(model.__name__) for title, model in SECTIONS.items()}
    files = {file: _named(model.__name__) for file, model in FILES.items()}
    by_mechanism = {"type": "object", "additionalProperties": _named(Expectation.__name__)}
    files[EXPECTATIONS] = by_mechanism
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "theatre.yaml",
        "description": "A theatre of Tightrope: who acts, what is remembered, what happens.",
        "type": "object",
        "properties": {**head["properties"], **sections},
        "required": [*head["required"], "events"],
        "additionalProperties": False,
        "$defs": {**kinds, **files},
    }


def _named(kind: str) -> JsonObject:
    return {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{kind}"}}
