"""The rules of ``rules/noise.yaml`` -> compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from tightrope.errors import TightropeError
from tightrope.evidence.document import SpanKind

RULES = Path(__file__).with_name("rules")
LONGEST = 200
"""Characters of the longest line that a rule is tried on, unless it says otherwise."""
_PIECE = re.compile(r"(?<!\?P)<([a-z]+)>")


@dataclass(frozen=True)
class NoiseRule:
    """One rule: a pattern for whole lines or for stretches, where it holds, and what it finds."""

    name: str
    kind: SpanKind
    pattern: re.Pattern[str]
    whole_line: bool
    longest: int
    after: int
    first: int | None
    last: int | None
    then: int
    unless: re.Pattern[str] | None
    noise: tuple[str, ...]
    """Made-up sentences that it must set apart."""
    prose: tuple[str, ...]
    """Made-up sentences that no rule may touch."""

    def holds_at(self, before: int, after: int) -> bool:
        """Whether it is for a line with so many lines of text before and after it."""
        return (
            before >= self.after
            and (self.first is None or before < self.first)
            and (self.last is None or after < self.last)
        )

    def match_line(self, line: str) -> re.Match[str] | None:
        """The match with a whole line, stripped of white space."""
        if len(line) > self.longest:
            return None
        found = self.pattern.fullmatch(line)
        return None if found and self.unless and self.unless.search(line) else found


@dataclass(frozen=True)
class NoiseRules:
    """All rules, and the agencies by which a credit is known."""

    lines: tuple[NoiseRule, ...]
    inside: tuple[NoiseRule, ...]
    credit: re.Pattern[str]
    """A whole line that is a credit of a picture."""
    pieces: Mapping[str, str]

    @property
    def all(self) -> tuple[NoiseRule, ...]:
        """Those for lines, then those for stretches."""
        return (*self.lines, *self.inside)


@lru_cache
def noise_rules() -> NoiseRules:
    """The shipped rules, read once."""
    return read_noise_rules(RULES / "noise.yaml")


def read_noise_rules(path: Path) -> NoiseRules:
    """Read a file of rules. Raises TightropeError with every rule that cannot be used."""
    told = cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
    pieces = {name: _one_of(words) for name, words in told.get("words", {}).items()}
    for name, piece in told.get("patterns", {}).items():
        pieces[name] = f"(?:{_filled(piece, pieces)})"
    rules: list[NoiseRule] = []
    faults: list[str] = []
    for rule in told["rules"]:
        try:
            rules.append(_rule(rule, pieces))
        except (KeyError, re.error) as error:
            faults.append(f"{path.name}: rule {rule.get('name')}: {error}; mend its pattern")
    if faults:
        raise TightropeError("\n".join(faults))
    lines = tuple(rule for rule in rules if rule.whole_line)
    credit = next(rule for rule in lines if rule.name == "picture-credit")
    inside = tuple(rule for rule in rules if not rule.whole_line)
    return NoiseRules(lines, inside, credit.pattern, pieces)


def _rule(told: Mapping[str, Any], pieces: Mapping[str, str]) -> NoiseRule:
    flags = re.NOFLAG if told.get("case") == "matters" else re.IGNORECASE
    whole = "line" in told
    unless = told.get("unless")
    return NoiseRule(
        told["name"], told["kind"],
        re.compile(_filled(told["line" if whole else "inside"], pieces), flags),
        whole, told.get("longest", LONGEST), told.get("after", 0), told.get("first"),
        told.get("last"), told.get("then", 0),
        re.compile(_filled(unless, pieces), flags) if unless else None,
        tuple(told["noise"]), tuple(told["prose"]),
    )  # fmt: skip


def _filled(pattern: str, pieces: Mapping[str, str]) -> str:
    return _PIECE.sub(lambda name: pieces[name[1]], pattern)


def _one_of(words: list[str]) -> str:
    longest_first = sorted((str(word) for word in words), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, longest_first)) + ")"
