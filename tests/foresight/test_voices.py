"""Who speaks in an outlook: the record's pools, the structure alone on levels, priors alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tightrope.foresight.answer import Estimate, Stack
from tightrope.foresight.members.stack import DEFAULT
from tightrope.foresight.outlook import Outlook, outlook
from tightrope.foresight.record import FORMAT
from tightrope.foresight.voices import Voices, voices_for
from tightrope.history import History, read_theatre_and_history
from tightrope.theatre import Theatre
from tightrope.theatre.dates import parse_span

pytestmark = pytest.mark.usefixtures("compiled_once")
AS_OF, DAYS = date(2020, 3, 31), 90
RUN: dict[str, Any] = {"as_of": AS_OF, "days": DAYS, "paths": 300, "seed": 1}
QUESTIONS = """\
strikes: {ask: x, family: chosen, kind: yes_no, events: strike}
troops: {ask: x, family: chosen, kind: yes_no, if: truce}
attacks: {ask: x, family: chosen, kind: count, events: attack}
vote: {ask: x, family: chosen, kind: date, events: vote}
plain: {ask: x, family: unscored, kind: yes_no, events: attack}
anger: {ask: x, family: chosen, kind: level, level: anger}
"""
THIRDS = {"structural": 1 / 3, "rhythm": 1 / 3, "regression": 1 / 3}
CLIMATE = {"rhythm": 0.35, "regression": 0.35, "climatology": 0.3}
SCORED = {"family": "chosen", "kind": "yes_no", "horizon_days": 30, "score": "brier", "n": 70,
          "stack": 0.07, "skill": {"last90": {"value": 0.2, "low": 0.1, "high": 0.3}}}  # fmt: skip
CARD: dict[str, Any] = {
    "format": FORMAT, "fingerprint": "abc", "families": [SCORED], "until": str(AS_OF),
    "weights": {"chosen/yes_no/30": THIRDS, "chosen/yes_no/90": CLIMATE,
                "chosen/count/30": CLIMATE, "chosen/date/90": THIRDS},
}  # fmt: skip
Read = tuple[Theatre, History]


@pytest.fixture(scope="module")
def scored(scaffold: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The new theatre with questions of every kind and a record of past forecasts."""
    folder = Path(shutil.copytree(scaffold, tmp_path_factory.mktemp("scored") / "saltmarsh"))
    (folder / "questions.yaml").write_text(QUESTIONS, encoding="utf-8")
    (folder / "scorecard.json").write_text(json.dumps(CARD), encoding="utf-8")
    return read_theatre_and_history(folder)


@pytest.fixture(scope="module")
def told(scored: Read) -> Outlook:
    return outlook(*scored, **RUN)


@pytest.fixture(scope="module")
def prior(scored: Read) -> Outlook:
    """The same run without a fit."""
    return outlook(*scored, **RUN, fitted=False)


@pytest.fixture(scope="module")
def voices(scored: Read, told: Outlook) -> Voices:
    """What spoke in ``told``."""
    return voices_for(*scored, AS_OF, days=DAYS, paths=300, draws=told.draws, seed=1, fitted=True)


def estimates(result: Outlook) -> dict[tuple[str, int], Estimate]:
    return {(a.id, x.days): x for a in result.answers for x in a.horizons}


def stack_of(result: Outlook, name: str, days: int) -> Stack:
    stack = estimates(result)[name, days].stack
    assert stack is not None, name
    return stack


@contextmanager
def another_card(theatre: Theatre, card: dict[str, Any]) -> Iterator[None]:
    """The theatre with another scorecard, for a while."""
    path = theatre.folder / "scorecard.json"
    kept = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(card), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(kept, encoding="utf-8")


# pools -----------------------------------------------------------------------------------------


def test_a_stacked_probability_is_the_weighted_mean_of_its_members(told: Outlook) -> None:
    stacked = {key: x for key, x in estimates(told).items() if x.probability is not None}
    assert {name for name, _ in stacked} == {"strikes", "troops", "plain", "vote"}
    for (name, days), x in stacked.items():
        stack = stack_of(told, name, days)
        mean = sum(w * stack.members[member] for member, w in stack.weights.items())
        # A day is told by a sample of a hundred, so its chance is a whole number of hundredths.
        rounding = 0.005 + 1e-9 if name == "vote" else 1e-6
        assert x.probability == pytest.approx(mean, abs=rounding), (name, days)
        assert len({round(p, 6) for p in stack.members.values()}) > 1, name


def test_the_pool_is_that_of_the_record_by_family_kind_and_horizon(told: Outlook) -> None:
    assert {key: dict(x.stack.weights) for key, x in estimates(told).items() if x.stack} == {
        ("strikes", 30): THIRDS, ("strikes", 90): CLIMATE,
        ("troops", 30): THIRDS, ("troops", 90): CLIMATE,
        ("attacks", 30): CLIMATE, ("attacks", 90): CLIMATE,
        ("vote", 30): THIRDS, ("vote", 90): THIRDS,
        ("plain", 30): DEFAULT, ("plain", 90): DEFAULT,
    }  # fmt: skip


def test_the_record_of_the_family_stands_beside_its_pool(told: Outlook) -> None:
    past = stack_of(told, "strikes", 30).past
    assert past and past.as_json() == {
        "score": "brier", "n": 70, "stack": 0.07,
        "skill_over_last90": {"value": 0.2, "low": 0.1, "high": 0.3},
    }  # fmt: skip
    assert stack_of(told, "strikes", 90).past is None
    assert stack_of(told, "plain", 30).past is None


def test_outcomes_after_the_day_have_no_say_in_the_pool(scored: Read, told: Outlook) -> None:
    """A record that goes on for months has no later choice in what is said of an earlier day."""
    theatre, history = scored
    groups = {group: [[0, [1 / 3] * 3], [1, [0.0, 0.0, 1.0]]] for group in CARD["weights"]}
    origins = [str(AS_OF - timedelta(1)), str(AS_OF + timedelta(1))]
    chosen = {"origins": origins, "members": list(THIRDS), "by_group": groups}
    with another_card(theatre, {**CARD, "until": "2020-12-31", "chosen": chosen}):
        earlier = outlook(theatre, history, **RUN)
    for name, days in (("strikes", 30), ("strikes", 90), ("attacks", 90), ("vote", 30)):
        assert stack_of(earlier, name, days).weights == THIRDS, name
    assert stack_of(earlier, "plain", 30) == stack_of(told, "plain", 30)


def test_a_stacked_count_lies_between_its_members(told: Outlook) -> None:
    for days in (30, 90):
        x, stack = estimates(told)["attacks", days], stack_of(told, "attacks", days)
        spoken = [stack.members[member] for member in stack.weights]
        assert x.mean is not None and min(spoken) <= x.mean <= max(spoken)


def test_members_say_what_their_own_futures_say(told: Outlook, voices: Voices) -> None:
    members = stack_of(told, "strikes", 30).members
    for name, (prepared, ensemble) in voices.processes.items():
        assert ensemble.counts is not None
        strike = prepared.compiled.event_index()["strike"]
        share = (ensemble.counts[:30, strike].sum(0) >= 1).mean()
        assert members[name] == pytest.approx(share), name


# levels ----------------------------------------------------------------------------------------


def test_of_levels_the_structural_process_speaks_alone(told: Outlook, voices: Voices) -> None:
    prepared, ensemble = voices.structural
    assert ensemble.reading_course is not None
    anger = prepared.compiled.levels.index("anger")
    for days in (30, 90):
        x = estimates(told)["anger", days]
        readings = ensemble.reading_course[days - 1, anger].astype(float)
        assert x.stack is None and x.mean == pytest.approx(readings.mean())
        assert x.quantiles is not None and x.quantiles[0.5] in readings


# priors ----------------------------------------------------------------------------------------


def test_unfitted_the_priors_speak_alone(scored: Read, prior: Outlook) -> None:
    assert not prior.fitted and prior.fitted_until is None
    assert {x.stack for x in estimates(prior).values()} == {None}
    alone = voices_for(
        *scored, AS_OF, days=DAYS, paths=300, draws=prior.draws, seed=1, fitted=False
    )
    assert set(alone.processes) == {"structural"} and alone.record.card == {}
    assert alone.structural.prepared.posterior is None


def test_a_fit_moves_the_numbers(prior: Outlook, told: Outlook) -> None:
    assert told.fitted_until == AS_OF
    before = estimates(prior)["strikes", 90].probability
    assert before != stack_of(told, "strikes", 90).members["structural"]


# the same, and nothing later -------------------------------------------------------------------


def as_bytes(result: Outlook) -> str:
    return json.dumps(result.as_json(), allow_nan=False)


def test_the_same_run_gives_the_same_bytes(scored: Read, told: Outlook) -> None:
    assert as_bytes(outlook(*scored, **RUN)) == as_bytes(told)


def test_another_record_is_another_run(scored: Read, told: Outlook) -> None:
    theatre, history = scored
    with another_card(theatre, {**CARD, "fingerprint": "other"}):
        other = outlook(theatre, history, **RUN)
    assert other.fingerprint != told.fingerprint and estimates(other) == estimates(told)


def planted(history: History, day: date, known: date) -> History:
    """Three days of many attacks, in all of which nothing else differs from a row that is there."""
    attack = next(row for row in history.rows if row.event == "attack" and not row.is_tally)
    rows = [replace(attack, id=f"planted-{i}", date=parse_span(str(day + timedelta(i))),
                    known=known, count_low=50, count_high=50) for i in range(3)]  # fmt: skip
    return replace(history, rows=(*history.rows, *rows))


@pytest.mark.parametrize(
    ("day", "known", "moves"),
    [(AS_OF + timedelta(1), AS_OF + timedelta(5), False),
     (AS_OF - timedelta(20), AS_OF + timedelta(1), False),
     (AS_OF - timedelta(20), AS_OF, True)],
    ids=["later", "told later", "known"],
)  # fmt: skip
def test_only_what_was_known_moves_a_figure(
    scored: Read, told: Outlook, day: date, known: date, moves: bool
) -> None:
    theatre, history = scored
    again = outlook(theatre, planted(history, day, known), **RUN)
    assert (as_bytes(again) != as_bytes(told)) == moves
    means = [estimates(x)["attacks", 90].mean for x in (told, again)]
    assert np.isfinite(means).all() and (means[0] != means[1]) == moves
