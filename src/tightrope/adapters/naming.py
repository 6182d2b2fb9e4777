"""Names of theatres' elements from the words of a table: plain, readable, each once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from tightrope.theatre.expressions import KEYWORDS

LONGEST = 60
_SPECIAL = {*KEYWORDS, "true", "false", "null", "yes", "no"}


def name_from(words: str, kind: str) -> str:
    """An identifier from words of any language; ``kind`` stands in where none is left.

    >>> name_from("Government of Türkiye - PKK", "event")
    'government_of_turkiye_pkk'
    >>> name_from("احتجاج", "event"), name_from("1920 Revolution Brigades", "actor")
    ('event', 'actor_1920_revolution_brigades')
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not name or not name[0].isalpha() or name in _SPECIAL:
        name = f"{kind}_{name}".strip("_")  # YAML would read 2014 or null as something else
    if len(name) <= LONGEST:
        return name
    return name[: LONGEST + 1].rpartition("_")[0] or name[:LONGEST]


def unique(name: str, taken: Collection[str]) -> str:
    """The name, or the first of name_2, name_3... that is free."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
