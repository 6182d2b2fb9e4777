"""The rule files as they stand in ``rules/``: read once, checked, nothing compiled yet."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tightrope.evidence.inflection import verb_forms


class _Words(yaml.CSafeLoader):
    """YAML in which "on", "no" and "off" are the words that they are."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def yaml_rules(name: str) -> Any:
    """The content of ``rules/NAME.yaml``; all scalars that look like words are words."""
    text = files("tightrope.evidence").joinpath("rules", f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=_Words)


@cache
def table_rules(name: str) -> list[dict[str, str]]:
    """The rows of ``rules/NAME.csv``."""
    text = files("tightrope.evidence").joinpath("rules", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def listed(name: str) -> frozenset[str]:
    """The words of one list of ``rules/lists.yaml``."""
    return frozenset(yaml_rules("lists")[name]["words"])


@cache
def listed_verbs(name: str) -> frozenset[str]:
    """All forms of the verbs of one list of ``rules/lists.yaml``."""
    irregular, doubled = yaml_rules("words")["irregular"], frozenset(yaml_rules("words")["doubled"])
    return frozenset(form for verb in listed(name) for form in verb_forms(verb, irregular, doubled))
