"""What every page has around it: the theatre's name, the navigation by questions, the footer."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from tightrope.web.reading import Reading

QUESTIONS = (
    "What next?", "What happened?", "Who?", "What if?", "What would have happened?", "Why?",
    "How good are we?", "The model", "Review",
)  # fmt: skip
"""The navigation in its order; a question is shown once a page answers it."""


@dataclass(frozen=True)
class Entry:
    """A question of the navigation, and where it is answered."""

    says: str
    at: str
    current: bool


@dataclass(frozen=True)
class Site:
    """All that ``base.html`` sees beside the page."""

    name: str
    subject: str
    entries: tuple[Entry, ...]
    at: str
    """The address of this page, without what is open beside it."""
    fingerprint: str = ""
    faults: tuple[str, ...] = ()
    """Of the theatre's files as they stand, if they broke while the app was running."""


def site_of(request: Request, fingerprint: str) -> Site:
    """The surroundings of one page."""
    reading: Reading = request.app.state.desk.reading
    places: dict[str, str] = request.app.state.places
    here = request.scope.get("route")
    current = getattr(here, "path", "")
    return Site(
        name=reading.theatre.head.name,
        subject=reading.theatre.head.says,
        entries=tuple(
            Entry(says, places[says], _belongs(current, places[says]))
            for says in QUESTIONS
            if says in places
        ),
        at=request.url.path,
        fingerprint=fingerprint,
        faults=tuple(map(str, reading.faults)),
    )


def _belongs(current: str, at: str) -> bool:
    """Whether a page is the question's own, or one below it."""
    return current == at or (at != "/" and current.startswith(f"{at}/"))
