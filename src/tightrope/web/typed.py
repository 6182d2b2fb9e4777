"""The words of an address as programs give them: with their types, so that the schema says them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Path
from pydantic import Field

from tightrope.web.drawer import KINDS
from tightrope.web.runs import VERBS
from tightrope.web.runs.outlook import LEAST_PATHS, MOST_DAYS, MOST_PATHS
from tightrope.web.runs.twin import LEAST_DRAWS, MOST_DRAWS, MOST_TWINS
from tightrope.web.runs.words import MOST_SEED

Days = Annotated[int | None, Field(ge=1, le=MOST_DAYS)]
Paths = Annotated[int | None, Field(ge=LEAST_PATHS, le=MOST_PATHS)]
Years = Annotated[int | None, Field(ge=1, le=9999)]
Draws = Annotated[int | None, Field(ge=LEAST_DRAWS, le=MOST_DRAWS)]
Twins = Annotated[int | None, Field(ge=1, le=MOST_TWINS)]
Seed = Annotated[int | None, Field(ge=0, le=MOST_SEED)]
# Named in the schema; what is no such name is refused by who knows what to do instead.
Verb = Annotated[str, Path(json_schema_extra={"enum": [*VERBS]})]
Kind = Annotated[str, Path(json_schema_extra={"enum": [*KINDS]})]


def as_words(**given: object) -> dict[str, str]:
    """The same as words; what is not given is left out.

    >>> as_words(seed=0, on=date(2020, 1, 3), days=None, prior=False, hindsight=True)
    {'seed': '0', 'on': '2020-01-03', 'hindsight': '1'}
    """
    return {
        name: "1" if value is True else str(value)
        for name, value in given.items()
        if value is not None and value is not False and value != ""
    }


def words_of_outlook(
    as_of: date | None = None, days: Days = None, paths: Paths = None, seed: Seed = None,
    prior: bool = False,
) -> dict[str, str]:  # fmt: skip
    """The words of an address that say which outlook is meant."""
    return as_words(as_of=as_of, days=days, paths=paths, seed=seed, prior=prior)


Meant = Annotated[dict[str, str], Depends(words_of_outlook)]
