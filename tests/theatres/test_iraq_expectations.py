"""What the Iraq theatre is held to is well said: names exist, dates fit, sources lead somewhere.

Nothing is run here; whether the facts hold is what ``tightrope verify`` finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tightrope.theatre import read_theatre
from tightrope.theatre.expressions import parse_expression
from tightrope.theatre.schema import CHANGES

REPOSITORY = Path(__file__).parents[2]
IRAQ = REPOSITORY / "src/tightrope/theatres/iraq"
SEEDS = REPOSITORY.parent / "shared/seeds"
MECHANISMS = tuple(f"M{i:02d}" for i in range(1, 79))
OF_EVENTS = {"chance", "mean", "rate", "wait", "order", "correlation"}
OF_LEVELS = {"level", "change", "peak", "trough"}
STATISTICS = OF_EVENTS | OF_LEVELS | {"holds", "share_of_days", "number", "deaths"}
WORLD = {"state", "as_of", "along", "conditions", "levels", "changes", "days", "value"}
KEYS = WORLD | {"says", "over", "against", "compare", "bound", "because", "sources"}
BOUND = re.compile(r"(>=|<=) -?\d+(\.\d+)?|(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")

Expectation = dict[str, Any]


class NoTwins(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys in silence; here that is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep)
        assert len(mapping) == len(node.value), f"a key stands twice:{node.start_mark}"
        return mapping


def load(name: str) -> Any:
    return yaml.load((IRAQ / name).read_text("utf-8"), NoTwins)


@lru_cache(1)
def expectations() -> dict[str, dict[str, Expectation]]:
    return load("expectations.yaml")


def stated() -> Iterator[tuple[str, Expectation]]:
    for mechanism, facts in expectations().items():
        for name, fact in facts.items():
            yield f"{mechanism}.{name}", fact


def worlds(fact: Expectation) -> list[Expectation]:
    """The world of a fact and the one that it is set against, as far as that says its own."""
    return [fact, *([fact["against"]] if "against" in fact else [])]


def values(fact: Expectation) -> list[dict[str, Any]]:
    return [world["value"] for world in worlds(fact) if "value" in world] + (
        [fact["over"]] if "over" in fact else []
    )


def names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [n for part in value for n in names(part)]


def test_each_mechanism_has_one_to_three() -> None:
    assert sorted(expectations()) == list(MECHANISMS)
    assert {m: len(facts) for m, facts in expectations().items() if not 1 <= len(facts) <= 3} == {}


def test_says_what_why_and_from_where() -> None:
    for name, fact in stated():
        assert set(fact) <= KEYS, name
        assert {"says", "value", "bound", "because", "sources"} <= set(fact), name
        assert fact["says"].strip() and fact["because"].strip() and fact["sources"], name


def test_bound_can_be_read_and_fail() -> None:
    for name, fact in stated():
        found = BOUND.fullmatch(fact["bound"])
        assert found, name
        if found[3] is not None:
            assert float(found[3]) < float(found[4]), name
        assert fact.get("compare", "ratio") in ("ratio", "difference"), name
        assert "compare" not in fact or {"over", "against"} & set(fact), name


def test_statistics_name_events_and_levels_of_the_theatre() -> None:
    theatre = read_theatre(IRAQ)
    for name, fact in stated():
        for value in values(fact):
            (statistic,) = STATISTICS & set(value)
            if statistic in OF_EVENTS:
                assert set(names(value[statistic])) <= set(theatre.events), name
            if statistic in OF_LEVELS:
                assert value[statistic] in theatre.levels, name
            if statistic == "deaths":
                assert set(value[statistic]) <= set(theatre.actors), name
            for expression in (value.get("holds"), value.get("share_of_days"), value.get("while")):
                if expression is not None:
                    parse_expression(expression, theatre.choices)


def test_worlds_name_conditions_levels_events_and_states_of_the_theatre() -> None:
    theatre, scenarios = read_theatre(IRAQ), load("scenarios.yaml")
    known = {"set": theatre.conditions, "hold": theatre.conditions, "off": theatre.mechanisms}
    for name, fact in stated():
        for world in worlds(fact):
            assert set(world) <= (KEYS if world is fact else WORLD), name
            assert set(world.get("conditions", {})) <= set(theatre.conditions), name
            assert set(world.get("levels", {})) <= set(theatre.levels), name
            assert all(0 < reading < 1 for reading in world.get("levels", {}).values()), name
            if "state" in world:
                assert "conditions" in scenarios[world["state"]], name
            for change in world.get("changes", ()):
                (verb,) = set(CHANGES) & set(change)
                assert change[verb] in known.get(verb, theatre.events), name


def test_dates_lie_in_the_record_and_changes_in_the_window() -> None:
    for name, fact in stated():
        for world in worlds(fact):
            begins = world.get("as_of", fact.get("as_of"))
            if begins is None:
                assert "state" in fact, name
                continue
            assert date(2003, 4, 18) <= begins <= date(2024, 12, 31), name
            for change in world.get("changes", ()):
                assert "force" not in change or "date" in change, name
                if "date" in change:
                    assert 1 <= (change["date"] - begins).days <= fact["days"], name


def test_no_event_is_both_forced_and_blocked() -> None:
    for name, fact in stated():
        for world in worlds(fact):
            changes = world.get("changes", ())
            forced = {change["force"] for change in changes if "force" in change}
            assert not forced & {change["block"] for change in changes if "block" in change}, name


def test_another_world_differs() -> None:
    for name, fact in stated():
        if "against" in fact:
            against = fact["against"]
            assert any(value != fact.get(key) for key, value in against.items()), name


def test_sources_are_those_of_the_theatre() -> None:
    known = load("sources.yaml")
    for name, fact in stated():
        for source in fact["sources"]:
            assert source.partition("#")[0] in known, name


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the articles are not shipped; no folder {SEEDS}")
def test_offsets_lie_inside_the_articles() -> None:
    for name, fact in stated():
        for source in fact["sources"]:
            found = re.fullmatch(r"a(\d{3})#(\d+)-(\d+)", source)
            if found is None:
                continue
            (article,) = SEEDS.glob(f"{found[1]}_*.txt")
            assert 0 <= int(found[2]) < int(found[3]) <= len(article.read_text("utf-8")), name
