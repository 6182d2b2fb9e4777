"""What is known of each mechanism: do its facts hold, and do they still without it?

A run from the page goes before what ``verify --ablate`` last kept for the whole theatre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tightrope.foresight.verdicts import basis_of, verdicts_at_hand
from tightrope.theatre import Theatre
from tightrope.web.addresses import Query, only
from tightrope.web.desk import Desk, Pending
from tightrope.web.reading import Reading
from tightrope.web.runs.verify import Measured


@dataclass(frozen=True)
class Fact:
    """One expectation and its verdict."""

    id: str
    says: str
    bound: str
    because: str
    verdict: str
    """Empty before it is measured."""
    without: str


def measured(desk: Desk, words: Query, name: str) -> tuple[Measured | None, Pending | None]:
    """What is at hand for a mechanism, and the run that would measure it as it is asked for."""
    facts = desk.reading.theatre.expectations.get(name, {})
    if not facts:
        return None, None
    query = only(words, ("paths", "seed", "prior"))
    asked = {**query, "mechanism": name}
    settings = desk.asked("verify", asked)
    result: Measured | None = desk.result("verify", settings)
    if result is not None:
        return result, None
    says = (
        f"{len(facts)} fact{'s' * (len(facts) > 1)} measured on {settings['paths']:,} paths each, "
        "with the mechanism and without it. It takes from seconds to minutes."
    )
    pending = desk.pending("verify", settings, says, f"/model/{name}", asked)
    known = None if query or pending.job else _kept(desk).get(name)
    return (known, None) if known else (None, pending)


def all_at_hand(desk: Desk) -> dict[str, Measured]:
    """What is at hand with the usual settings, by mechanism."""
    found = _kept(desk)
    for name in desk.reading.theatre.expectations:
        result: Measured | None = desk.result("verify", desk.asked("verify", {"mechanism": name}))
        if result is not None:
            found[name] = result
    return found


def _kept(desk: Desk) -> dict[str, Measured]:
    """What was last kept for the whole theatre, of numbers that are fitted."""
    reading = desk.reading
    if not desk.defaults.fitted:
        return {}
    kept = verdicts_at_hand(reading.theatre.folder, _wanted(reading))
    return {} if kept is None else {
        name: Measured(kept.fingerprint, kept.paths, verdicts)
        for name, verdicts in kept.by_mechanism.items() if verdicts
    }  # fmt: skip


@lru_cache(1)
def _wanted(reading: Reading) -> str:
    """What verdicts must rest on; reckoned once, for it goes through the whole record."""
    return basis_of(reading.theatre, reading.history)


# Words -----------------------------------------------------------------------------------------


def facts_of(theatre: Theatre, name: str, result: Measured | None) -> tuple[Fact, ...]:
    """The expectations of a mechanism, measured or not."""
    found: list[Fact] = []
    for key, one in theatre.expectations.get(name, {}).items():
        verdict: Mapping[str, Any] | None = result.verdicts.get(key) if result else None
        found.append(Fact(
            key, one.says, _bound(one.bound.text), one.because,
            _verdict(verdict, "value", "holds") if verdict else "",
            _verdict(verdict, "ablated_value", "holds_ablated") if verdict else "",
        ))  # fmt: skip
    return tuple(found)


def _bound(text: str) -> str:
    for sign, words in ((">=", "at least"), ("<=", "at most"), ("..", " to ")):
        text = text.replace(sign, words)
    return text


def _verdict(verdict: Mapping[str, Any], value: str, holds: str) -> str:
    number = "not defined" if verdict[value] is None else f"{verdict[value]:.3g}"
    return f"{number}: {'holds' if verdict[holds] else 'does not hold'}"


def _counts(result: Measured) -> tuple[int, int]:
    """How many facts hold, and how many of them no longer do without the mechanism."""
    held = [one for one in result.verdicts.values() if one["holds"]]
    return len(held), sum(one["holds_ablated"] is False for one in held)


def in_short(facts: int, result: Measured | None) -> str:
    """A mechanism's verdict in a few words."""
    if not facts:
        return "nothing to check"
    if result is None:
        return "not measured"
    held, gone = _counts(result)
    if not held:
        return "does not hold"
    told = "holds" if held == facts else f"{held} of {facts} hold"
    return f"{told}, {'explained by it' if gone else 'without it too'}"


def standing(theatre: Theatre, name: str, result: Measured | None) -> str:
    """The same in a sentence or two."""
    facts = len(theatre.expectations.get(name, {}))
    if not facts:
        return "No expectation is written down for it, so no run can check it."
    if result is None:
        return "Its facts have not been measured yet."
    held, gone = _counts(result)
    plural = "facts hold" if facts > 1 else "fact holds"
    carried = (f"; {gone} of them no longer without the mechanism, so that it explains them"
               if gone else "; what holds, holds without the mechanism too")  # fmt: skip
    return f"{held} of {facts} {plural}{carried if held else ''}."
