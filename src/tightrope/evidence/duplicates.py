"""The same text told again: exact copies, and copies with a few words changed.

MinHash over shingles of words (Broder 1997) with banding (locality-sensitive hashing), so that time
grows with the number of texts, not with the number of pairs.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tightrope.evidence.document import Document

if TYPE_CHECKING:
    import numpy as np

SHINGLE_WORDS = 3
HASHES, BANDS = 64, 16
"""Four hashes a band: texts with a likeness of 0.7 meet in a band with probability 0.99."""
LIKE = 0.7
"""Share of common shingles from which two texts are the same told again. The estimate from 64
hashes is off by 0.06 (one standard deviation)."""
MOST_COMPARED = 8
"""Texts of one band that a new one is compared with; bounds the time for texts all alike."""
_WORD = re.compile(r"\w+")
_PRIME = (1 << 31) - 1


@dataclass(frozen=True)
class Likeness:
    """A text that repeats an earlier one; both by their position from 0."""

    first: int
    again: int
    likeness: float
    """Estimated share of shingles in common; exactly 1 for the same words."""


@dataclass
class _Seen:
    signatures: list[np.ndarray[Any, np.dtype[np.int64]] | None] = field(
        default_factory=list["np.ndarray[Any, np.dtype[np.int64]] | None"]
    )
    by_words: dict[bytes, int] = field(default_factory=dict[bytes, int])
    bands: defaultdict[tuple[int, bytes], list[int]] = field(
        default_factory=lambda: defaultdict[tuple[int, bytes], list[int]](list)
    )


def near_duplicates(documents: Iterable[Document]) -> Iterator[Likeness]:
    """Every document that repeats an earlier one, with the most alike of these.

    Noise does not count, nor do capitals and marks: one agency's text in two outlets, with other
    adverts, is the same text. Whether two likely lines ("killed 3", "killed 5") tell of one event
    is for the reader to say. Keeps some 500 bytes of every document; time is linear.
    """
    seen = _Seen()
    for again, document in enumerate(documents):
        words = _WORD.findall(document.prose.casefold())
        key = hashlib.sha256(" ".join(words).encode("utf-8", "replace")).digest()
        first = seen.by_words.setdefault(key, again)
        if not words or first != again:
            seen.signatures.append(None)
            if words:
                yield Likeness(first, again, 1.0)
            continue
        found = _nearest(seen, again, words)
        if found is not None:
            yield found


def _nearest(seen: _Seen, again: int, words: list[str]) -> Likeness | None:
    """The most alike earlier text, after noting the new one."""
    mine = _signature(words)
    seen.signatures.append(mine)
    candidates: set[int] = set()
    rows = HASHES // BANDS
    for band in range(BANDS):
        bucket = seen.bands[band, mine[band * rows : (band + 1) * rows].tobytes()]
        candidates.update(bucket)
        if len(bucket) < MOST_COMPARED:
            bucket.append(again)
    best = max(((_alike(seen, other, mine), -other) for other in candidates), default=(0.0, 0))
    return Likeness(-best[1], again, best[0]) if best[0] >= LIKE else None


def _alike(seen: _Seen, other: int, mine: np.ndarray[Any, np.dtype[np.int64]]) -> float:
    theirs = seen.signatures[other]
    return 0.0 if theirs is None else float((theirs == mine).mean())


def _signature(words: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The smallest value of every hash over the shingles of a text."""
    import numpy as np

    codes = np.fromiter((zlib.crc32(word.encode("utf-8", "replace")) for word in words), np.uint64)
    width = min(SHINGLE_WORDS, len(codes))
    shingles = np.zeros(len(codes) - width + 1, np.uint64)
    for i in range(width):
        # Wraps around: a polynomial over the words modulo 2^64.
        shingles = shingles * np.uint64(1_000_003) + codes[i : len(codes) - width + 1 + i]
    small = np.unique(shingles % np.uint64(_PRIME)).astype(np.int64)
    factors, shifts = _hashes()
    return ((small[:, None] * factors + shifts) % _PRIME).min(axis=0)


@lru_cache
def _hashes() -> tuple[Any, Any]:
    """Factors and shifts of the hash functions, the same in every run."""
    import numpy as np

    draw = np.random.default_rng(20030320)
    return draw.integers(1, _PRIME, HASHES), draw.integers(0, _PRIME, HASHES)
