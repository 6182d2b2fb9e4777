"""The stack: a linear pool of members, by default half rhythm and half direct regression.

How much each has to say to a family is learned from outcomes that were known by then, see
``tightrope.scoring.choice``; without any, the default speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

Weights = Mapping[str, float]

DEFAULT: Weights = MappingProxyType({"rhythm": 0.5, "regression": 0.5})
"""The pool before anything was learned."""
SPEAKERS = ("rhythm", "regression", "structural")
"""Members that a pool may be made of."""


def speakers_of(members: Sequence[str]) -> tuple[str, ...]:
    """Those members of a run that may speak; of a run without any, its first."""
    return tuple(m for m in SPEAKERS if m in members) or tuple(members[:1])


def default_of(speakers: Sequence[str]) -> Weights:
    """What is left of the default pool; where nothing is, all speak alike."""
    left = {m: w for m, w in DEFAULT.items() if m in speakers} or dict.fromkeys(speakers, 1.0)
    return {member: weight / sum(left.values()) for member, weight in left.items()}
