"""Who held which public office on a day: ``rules/offices.csv``."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from tightrope.evidence.rulebook import table_rules


class Tenure(NamedTuple):
    """One holder of one office; both days included, ``until`` None while it lasts."""

    holder: str
    also: tuple[str, ...]
    since: date
    until: date | None


@cache
def _tenures() -> dict[tuple[str, str], tuple[Tenure, ...]]:
    found: dict[tuple[str, str], list[Tenure]] = {}
    for row in table_rules("offices"):
        also = tuple(name for name in row["also"].split(";") if name)
        until = date.fromisoformat(row["until"]) if row["until"] else None
        tenure = Tenure(row["holder"], also, date.fromisoformat(row["from"]), until)
        found.setdefault((row["country"], row["office"].casefold()), []).append(tenure)
    return {key: tuple(tenures) for key, tenures in found.items()}


def holder(country: str, office: str, day: date) -> Tenure | None:
    """Who held an office on a day, None where the table does not say.

    >>> holder("Iraq", "prime minister", date(2021, 7, 1)).holder
    'Mustafa al-Kadhimi'
    """
    for tenure in _tenures().get((country, office.casefold()), ()):
        if tenure.since <= day and (tenure.until is None or day <= tenure.until):
            return tenure
    return None


def bearer(title: str, day: date) -> str | None:
    """The name of who held an office that is called by its title, None where nobody is known.

    >>> bearer("Prime minister of Iraq", date(2021, 7, 1))
    'Mustafa al-Kadhimi'
    """
    office, _, country = title.partition(" of ")
    tenure = holder(country, office, day) if country else None
    return tenure.holder if tenure is not None else None
