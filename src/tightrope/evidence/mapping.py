"""From names to a theatre: its actor of that name, its event of that kind (filled in below)."""

from __future__ import annotations

from dataclasses import dataclass

from tightrope.evidence.statement import Party


@dataclass(frozen=True)
class Mapping:
    """No theatre: no actor and no event is known."""

    def actor(self, name: str, text: str, country: str, day: str | None) -> str | None:
        """The theatre's actor of that name."""
        return None

    def event(
        self, plover: str, mode: str | None, source: Party | None, target: Party | None
    ) -> str | None:
        """The theatre's event type of that kind."""
        return None
