"""A note in the project's own words, made from facts alone: never a sentence of a source."""

from __future__ import annotations

from collections.abc import Sequence

from tightrope.evidence.bounds import Bounds, cell
from tightrope.theatre import Theatre

_PATTERNS = {
    "AGREE": ("agreement", "of", "with"),
    "CONSULT": ("talks", "of", "with"),
    "SUPPORT": ("support", "of", "for"),
    "CONCEDE": ("concession", "of", "to"),
    "COOPERATE": ("cooperation", "of", "with"),
    "AID": ("aid", "of", "to"),
    "RETREAT": ("withdrawal or truce", "of", "towards"),
    "REQUEST": ("demand", "of", "to"),
    "ACCUSE": ("accusation", "by", "against"),
    "REJECT": ("refusal", "by", "towards"),
    "THREATEN": ("threat", "by", "against"),
    "PROTEST": ("protest", "by", "against"),
    "SANCTION": ("sanction", "by", "against"),
    "MOBILIZE": ("forces moved", "by", "against"),
    "COERCE": ("coercion", "by", "against"),
    "ASSAULT": ("attack", "by", "on"),
}
_SPOKEN = {"threatened": "threatened", "planned": "announced", "demanded": "demanded"}
_LONGEST_NAME = 60


def note_of(
    theatre: Theatre, plover: str, by: Sequence[str], on: Sequence[str], place: str,
    deaths: Bounds | None, spoken: str | None,
) -> str:  # fmt: skip
    """Who did what to whom, where, with how many dead.

    ``by`` and ``on`` are names of the theatre, or names that it does not know; ``spoken`` the
    modality where nothing but words happened.
    """
    kind, _, mode = plover.partition("/")
    act, of, against = _PATTERNS.get(kind, ("act", "of", "towards"))
    parts = [f"{mode} {act}" if mode else act]
    if by:
        parts.append(f"{of} {_names(theatre, by)}")
    if on:
        parts.append(f"{against} {_names(theatre, on)}")
    if place:
        parts.append(f"in {_short(place)}")
    told = " ".join(parts)
    if spoken in _SPOKEN:
        told += f", {_SPOKEN[spoken]}"
    if deaths is not None:
        told += ", nobody killed" if deaths == (0, 0) else f", {cell(deaths)} killed"
    return told[0].upper() + told[1:]


def _names(theatre: Theatre, names: Sequence[str]) -> str:
    known = theatre.actors
    return " and ".join(_short(known[name].name if name in known else name) for name in names)


def _short(name: str) -> str:
    return " ".join(name.split())[:_LONGEST_NAME]
