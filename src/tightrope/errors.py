"""Everything that Tightrope raises on purpose.

TightropeError
├── TheatreError        a theatre's files have faults (carries every one of them)
├── UnknownTheatre      no theatre of that name or path
├── UnknownName         an event, level, question... that the theatre does not have
├── ReadingRefused      a text, or annotations, that cannot be read
├── ChangesRefused      interventions that name unknown things, contradict or change nothing
├── RunRefused          the run could not give an honest answer, and says why
├── ReviewRefused       a decision on a proposed row cannot be carried out, and says why
├── CoderFailed         a second coder's endpoint gave no answer that can be used
└── RequestRefused      a request to the app that is not served, and what to do instead
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a file, where it is, and what to do about it.

    ``line`` and ``column`` count from 1; 0 means that the whole file is meant.
    """

    file: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


class TightropeError(Exception):
    """Root of the tree; the command line prints it and exits 1 (2 for wrong use)."""


class TheatreError(TightropeError):
    """A theatre could not be read; ``faults`` holds all of them, in file order."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class UnknownTheatre(TightropeError):
    """No such theatre: neither a folder nor one that is shipped."""


class UnknownName(TightropeError):
    """A name that the theatre does not have; the message offers the nearest."""

    def __init__(self, kind: str, name: str, known: Sequence[str]):
        super().__init__(f"no {kind} is called {name!r}{did_you_mean(name, known)}")


class ChangesRefused(TightropeError):
    """Interventions that cannot be run, or that changed nothing; one sentence for each fault."""

    def __init__(self, faults: Iterable[str]):
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__("\n".join(self.faults))


class ReadingRefused(TightropeError):
    """A text, or a file of annotations, cannot be read; the message says which and why."""


class RunRefused(TightropeError):
    """The run was stopped because its answer could not be trusted."""


class ReviewRefused(TightropeError):
    """A decision on a proposed row cannot be carried out; nothing was changed."""


class CoderFailed(TightropeError):
    """The endpoint of a second coder gave no usable answer; what is stored stays."""


class RequestRefused(TightropeError):
    """A request that the app does not serve.

    status : HTTP status. code : short name, as ``not-run``. remedy : what to do instead.
    """

    def __init__(self, status: int, code: str, message: str, remedy: str):
        self.status, self.code, self.message, self.remedy = status, code, message, remedy
        super().__init__(f"{message}; {remedy}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of an error message that offers names that go on from it, the nearest, or some.

    >>> did_you_mean("resove", ["resolve", "tolerance"])
    "; did you mean 'resolve'?"
    >>> did_you_mean("strike", ["us_strike", "strike_back", "talks"])
    "; did you mean 'strike_back' or 'us_strike'?"
    """
    names = sorted(set(known))
    longer = [one for one in names if len(name) > 3 and name in one][:_OFFERED]
    if near := longer or get_close_matches(name, names, n=1, cutoff=0.6):
        return f"; did you mean {' or '.join(map(repr, near))}?"
    if not names:
        return ""
    more = len(names) - _LISTED
    told = ", ".join(names if more <= 0 else names[:_LISTED])
    return f"; known are {told}{f' and {more:,} more' if more > 0 else ''}"


_OFFERED, _LISTED = 3, 8
