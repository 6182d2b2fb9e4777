"""Stretches that translation has spoiled, with what they mean: ``rules/readings.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tightrope.errors import TightropeError
from tightrope.evidence.document import Span
from tightrope.evidence.noise_rules import RULES


@dataclass(frozen=True)
class Reading:
    """One garbled phrase: what stands there, what it means, and in which texts."""

    name: str
    phrase: re.Pattern[str]
    means: str | None
    when: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    tests: tuple[Any, ...]
    leaves: tuple[str, ...]

    def find(self, text: str, published: date | None) -> Iterator[Span]:
        """The garbled stretches of a text, if its other words say that the reading holds."""
        found = list(self.phrase.finditer(text))
        if not found or (self.unless and self.unless.search(text)):
            return
        if self.when and not _beside(self.when, text, found):
            return
        for match in found:
            group = "it" if "it" in self.phrase.groupindex else 0
            yield Span(
                match.start(group), match.end(group), "garbled", self._meaning(match, published)
            )

    def _meaning(self, match: re.Match[str], published: date | None) -> str | None:
        if self.means is None:
            return None
        words = {name: value or "" for name, value in match.groupdict().items()}
        meaning = self.means.format("", *(group or "" for group in match.groups()), **words)
        year = words.get("year")
        if year and published and int(year) in (published.year, published.year - 1):
            return f"{meaning} {year}"
        return meaning


def _beside(when: re.Pattern[str], text: str, found: list[re.Match[str]]) -> bool:
    """Whether a telling word stands outside the garbled stretches themselves."""
    places = [(match.start(), match.end()) for match in found]
    return any(
        not any(start <= word.start() < end for start, end in places)
        for word in when.finditer(text)
    )


def garbled_stretches(text: str, published: date | None = None) -> list[Span]:
    """Every garbled stretch of a text, in order and without overlap; the longer one stays."""
    found = [span for reading in readings() for span in reading.find(text, published)]
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


@lru_cache
def readings() -> tuple[Reading, ...]:
    """The shipped readings, read once."""
    return read_readings(RULES / "readings.yaml")


def read_readings(path: Path) -> tuple[Reading, ...]:
    """Read a file of readings. Raises TightropeError with every one that cannot be used."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))["readings"]
    made: list[Reading] = []
    faults: list[str] = []
    for one in told:
        try:
            made.append(_reading(one))
        except (KeyError, re.error) as error:
            faults.append(f"{path.name}: reading {one.get('name')}: {error}; mend its pattern")
    if faults:
        raise TightropeError("\n".join(faults))
    return tuple(made)


def _reading(told: Mapping[str, Any]) -> Reading:
    return Reading(
        told["name"], re.compile(told["phrase"]), told.get("means"), _words(told.get("when")),
        _words(told.get("unless")), tuple(told["tests"]), tuple(told["not"]),
    )  # fmt: skip


def _words(words: list[str] | None) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
