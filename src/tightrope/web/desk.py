"""What all pages ask: the theatre, results that are at hand, and runs that are under way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.errors import RequestRefused
from tightrope.evidence.queue import queue_path
from tightrope.foresight.prepare import SHORTEST_RECORD_DAYS
from tightrope.web.addresses import Query, address
from tightrope.web.documents import FOLDER, Documents
from tightrope.web.jobs import Job, Jobs
from tightrope.web.reading import Reader, Reading
from tightrope.web.results import Results
from tightrope.web.runs import VERBS, Settings, asked_of
from tightrope.web.runs.past import PATHS as PAST_PATHS
from tightrope.web.runs.past import months_before
from tightrope.web.standing import rests_on

if TYPE_CHECKING:
    from tightrope.foresight.outlook import Outlook


@dataclass(frozen=True)
class Defaults:
    """What a visitor gets who asks for nothing in particular."""

    paths: int = 4000
    days: int = 180
    past_months: int = 12
    """Earlier days of which the first page draws a line; 0 draws none."""
    fitted: bool = True


@dataclass(frozen=True)
class Pending:
    """A run whose result is not at hand: what to start, or how far it is."""

    verb: str
    settings: Settings
    says: str
    job: Job | None
    """Under way, or ended without a result; None where it was never started."""
    words: tuple[tuple[str, str], ...]
    """Of the address: what a form sends to start it."""
    back: str
    """The address to come back to."""


class Desk:
    """One theatre being served."""

    def __init__(
        self, folder: Path, defaults: Defaults | None = None, documents: Sequence[Path] = ()
    ):
        """Raises TheatreError where the files have faults from the start."""
        self.folder, self.defaults = folder, defaults or Defaults()
        self.results = Results()
        self.jobs = Jobs(folder, self.results.folder)
        beside = [path for path in (folder / FOLDER,) if path.is_dir()]
        self._reader = Reader(folder, Documents([*documents, *beside], queue_path(folder)))

    @property
    def reading(self) -> Reading:
        """The theatre as its files stand."""
        return self._reader.reading()

    @property
    def changes(self) -> int:
        """How often the files have changed, as far as they were looked at."""
        return self._reader.changes

    @property
    def look_is_due(self) -> bool:
        """Whether the files have not been looked at for a while."""
        return self._reader.is_due

    def look_again(self) -> None:
        """Read what the app itself has just written, without the usual pause."""
        self._reader.look_again()

    @property
    def first_day(self) -> date:
        """The first day on which the record is long enough for a run."""
        return _first_day(self.reading)

    def asked(self, verb: str, query: Query) -> Settings:
        """Canonical settings of a verb; RequestRefused where a word is wrong or unknown."""
        if verb not in VERBS:
            raise RequestRefused(404, "unknown-verb", f"there is no run called {verb[:40]!r}",
                                 f"known are {', '.join(VERBS)}")  # fmt: skip
        usual = {"paths": str(self.defaults.paths), "days": str(self.defaults.days),
                 "prior": "" if self.defaults.fitted else "1"}  # fmt: skip
        reading = self.reading
        told = {name: word for name, word in query.items() if word}  # a form sends empty fields too
        settings = asked_of(verb)({**usual, **told}, reading.theatre, reading.history)
        _check_day(reading, settings)
        return settings

    def key(self, verb: str, settings: Settings) -> str:
        """By which a result is kept: all that it depends on goes in."""
        text = json.dumps([verb, settings, self.reading.digest], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def result(self, verb: str, settings: Settings) -> Any | None:
        """The result, or None while it has not been run."""
        key = self.key(verb, settings)
        rests_on(("result", key), lambda: self.results.has(key))
        return self.results.get(key)

    def at_hand(self, verb: str, words: Query, what: str) -> Any:
        """The result that an address means; RequestRefused while it has not been run.

        what : the result, as a refusal begins with it.
        """
        result = self.result(verb, self.asked(verb, words))
        if result is None:
            raise RequestRefused(404, "not-run", f"{what} has not been run",
                                 f"start it on the page, or with POST /api/runs/{verb}"
                                 )  # fmt: skip
        return result

    def start(self, verb: str, settings: Settings, *, meanwhile: bool = False) -> Job:
        """Run it, or give back the job that is under way."""
        digest = self.reading.digest
        job = Job(self.key(verb, settings), verb, settings, digest)
        return self.jobs.submit(job, meanwhile=meanwhile)

    def pending(self, verb: str, settings: Settings, says: str, path: str, query: Query) -> Pending:
        """What a page shows instead of a result.

        says : what would be run, in a sentence. path, query : where the page is.
        """
        key = self.key(verb, settings)
        rests_on(("run", key), lambda: self.jobs.standing(key))
        job = self.jobs.get(key)
        return Pending(verb, settings, says, job, tuple(query.items()), address(path, query))

    # The first page ----------------------------------------------------------------------------

    def first_needed(self) -> list[tuple[str, Settings]]:
        """What the first pages show: an outlook, the past year behind it, and the fit."""
        settings = self.asked("outlook", {})
        past = [("past", past) for past in self.past_settings(settings)]
        return [("outlook", settings), *past, *([("fit", {})] if self.defaults.fitted else [])]

    def warm_up(self) -> None:
        """Start what the first pages need, the outlook before the rest, unless it is at hand.

        Last the levels' course, which is drawn below the timeline.
        """
        self._take_what_is_made()
        levels = [("levels", self.asked("levels", {}))] if self.reading.theatre.levels else []
        for place, (verb, settings) in enumerate([*self.first_needed(), *levels]):
            if not self.results.has(self.key(verb, settings)):
                self.start(verb, settings, meanwhile=place > 0)

    def _take_what_is_made(self) -> None:
        from tightrope.web.beforehand import read

        for verb, settings, result in read(self):
            key = self.key(verb, settings)
            if not self.results.has(key):
                self.results.put(key, result)

    def past_settings(self, settings: Settings) -> list[Settings]:
        """The runs behind the line over the past year, oldest first, as far as the record goes."""
        as_of, first = date.fromisoformat(settings["as_of"]), self.first_day
        paths = min(int(settings["paths"]), PAST_PATHS)
        return [
            {**settings, "as_of": day.isoformat(), "paths": paths}
            for day in months_before(as_of, self.defaults.past_months)
            if day >= first
        ]

    def past(self, settings: Settings) -> list[Outlook]:
        """Those of them that are at hand."""
        found = (self.result("past", past) for past in self.past_settings(settings))
        return [outlook for outlook in found if outlook is not None]

    def close(self) -> None:
        """End what is under way."""
        self.jobs.close()


def _first_day(reading: Reading) -> date:
    return reading.theatre.head.starts.middle() + timedelta(SHORTEST_RECORD_DAYS - 1)


def _check_day(reading: Reading, settings: Mapping[str, Any]) -> None:
    """Told at once, not by a run that fails later."""
    day, first, last = settings.get("as_of"), _first_day(reading), reading.history.until
    if day is not None and not first.isoformat() <= day <= last.isoformat():
        raise RequestRefused(422, "bad-request", f"as_of: {day} lies outside the record",
                             f"choose a day from {first} to {last}")  # fmt: skip
