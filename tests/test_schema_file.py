"""The JSON Schema that editors read is the one that the models give."""

from __future__ import annotations

import json
from pathlib import Path

from tightrope.theatre.jsonschema import json_schema

FILE = Path(__file__).parent.parent / "docs" / "theatre.schema.json"


def test_schema_file_is_current() -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    assert written == json_schema(), "run: tightrope schema > docs/theatre.schema.json"
