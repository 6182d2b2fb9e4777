"""Worlds beside one another: the same luck, and every change does what it says and no more."""

from __future__ import annotations

from datetime import date

import jax
import numpy as np
import pytest

from tightrope.compile import compile_theatre
from tightrope.engine import simulate as module
from tightrope.engine.program import Parameters
from tightrope.engine.simulate import Ensemble, simulate
from tightrope.engine.state import State
from tightrope.foresight.prepare import Prepared, prepare
from tightrope.foresight.worlds import World, parting, run_worlds, same_levels, world
from tightrope.history import History
from tightrope.inference.priors import draw_priors
from tightrope.theatre import Theatre
from two_worlds import changes, two_worlds

pytestmark = pytest.mark.usefixtures("compiled_once")
DAYS, DRAWS, PATHS = 60, 5, 1000
FIRST = date(2021, 1, 1)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Theatre, History]:
    return two_worlds(tmp_path_factory.mktemp("worlds"))


@pytest.fixture(scope="module")
def ready(read: tuple[Theatre, History]) -> Prepared:
    return prepare(*read, None, draws=DRAWS, seed=1)


@pytest.fixture(scope="module")
def base(ready: Prepared) -> Ensemble:
    return ready.run(DAYS, PATHS)


def made(ready: Prepared, *words: str) -> World:
    return world(ready.compiled, ready.parameters, ready.start, changes(*words), FIRST, DAYS)


def run(ready: Prepared, *worlds: World, workers: int | None = None) -> list[Ensemble]:
    calendar = ready.compiled.calendar(FIRST, DAYS)
    return run_worlds(ready.compiled, worlds, ready.shrink, calendar, paths=PATHS, seed=1,
                      workers=workers)  # fmt: skip


def each(ready: Prepared, *words: str) -> list[Ensemble]:
    """One world after the other, so that all tests meet the same compiled program."""
    return [run(ready, made(ready, one))[0] for one in words]


def counts(ready: Prepared, ensemble: Ensemble, event: str) -> np.ndarray:
    """[day, path]"""
    assert ensemble.counts is not None
    return ensemble.counts[:, ready.compiled.event_index()[event]].astype(int)


def same(one: Ensemble, other: Ensemble) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one[:-1], other[:-1], strict=True))


def test_what_is_given_all_along_is_never_read_otherwise(ready: Prepared, base: Ensemble) -> None:
    """Votes make a truce; one that is held off is off at the end of the very day of a vote too."""
    truce = ready.compiled.conditions.index("truce")
    held, later, once = each(ready, "hold truce=no", "hold truce=no@2021-02-01",
                             "set truce=no@2021-02-01")  # fmt: skip
    courses = [np.asarray(one.condition_course)[:, truce] for one in (base, held, later, once)]
    assert counts(ready, held, "vote").any() and courses[0].any()
    assert not courses[1].any() and not held.conditions[truce].any()
    day = (date(2021, 2, 1) - FIRST).days
    assert np.array_equal(courses[2][:day], courses[0][:day]) and courses[2][:day].any()
    assert not courses[2][day:].any()
    assert courses[3][day:].any(), "what is set may be changed by later events"


# one run ---------------------------------------------------------------------------------------


def test_nothing_imposed_is_a_plain_run(ready: Prepared, base: Ensemble) -> None:
    (alone,) = run(ready, made(ready))
    assert same(alone, base)
    assert parting(base, alone).share == 0 and parting(base, alone).first is None


def test_worlds_run_together_are_those_that_run_alone(
    ready: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the blocks and the threads."""
    worlds = [made(ready), made(ready, "off M1"), made(ready, "force strike=2@2021-01-20"),
              made(ready, "set truce=yes", "scale attack=3", "block vote")]  # fmt: skip
    together = run(ready, *worlds)
    for one, other in zip(worlds, together, strict=True):
        assert same(run(ready, one)[0], other)
    monkeypatch.setattr(module, "PATHS_PER_BLOCK", 100)  # pieces of every draw
    for one, other in zip(together, run(ready, *worlds, workers=3), strict=True):
        assert same(one, other)
    assert not same(together[0], together[1])


@pytest.mark.parametrize("words", [
    "set rule=storm@2021-01-20", "force vote@2021-01-20", "block attack@2021-01-20/2021-02-01",
    "scale attack=4@2021-01-20/2021-03-01",
])  # fmt: skip
def test_before_the_first_day_of_a_change_the_worlds_are_one(
    ready: Prepared, base: Ensemble, words: str
) -> None:
    (other,) = each(ready, words)
    for name in ("counts", "reading_course", "condition_course"):
        before, after = getattr(base, name), getattr(other, name)
        assert np.array_equal(before[:19], after[:19]), name
    there = parting(base, other)
    assert there.first is not None and there.first >= 20
    assert 0 < there.share <= 1


# each kind against what it must be -------------------------------------------------------------


def test_force_makes_at_least_so_many_on_its_day_alone(ready: Prepared, base: Ensemble) -> None:
    (other,) = each(ready, "force protest=2@2021-01-20")
    here, there = counts(ready, base, "protest"), counts(ready, other, "protest")
    possible = base.condition_course[18, ready.compiled.conditions.index("truce")] == 0  # type: ignore[index]
    assert np.array_equal(there[19], np.where(possible, np.maximum(here[19], 2), 0))
    assert not possible.all()  # a closed gate is not forced
    here[19] = there[19] = 0
    assert np.array_equal(here, there)  # nothing remembers a protest


def test_force_brings_so_many_followers(ready: Prepared, base: Ensemble) -> None:
    """One strike on day 1 brings 0.5 votes in all, of which 1 - 2^(-(d - 1) / 4) by day d."""
    (other,) = each(ready, "force strike=1")
    moved = (counts(ready, other, "vote") - counts(ready, base, "vote"))[:, counts(
        ready, base, "strike")[0] == 0]  # fmt: skip
    brought = moved[:21].sum(0).astype(float)
    expected = 0.5 * (1 - 2 ** (-20 / 4))
    shrunk = ready.shrink[:, ready.compiled.event_index()["vote"]]
    assert (shrunk == 1).all()  # the ceiling leaves a type alone that never happened
    error = brought.std() / np.sqrt(len(brought))
    assert abs(brought.mean() - expected) < 5 * error


def test_block_is_never_then_and_only_then(ready: Prepared, base: Ensemble) -> None:
    (other,) = each(ready, "block protest@2021-01-10/2021-01-20")
    here, there = counts(ready, base, "protest"), counts(ready, other, "protest")
    assert here[9:20].any() and not there[9:20].any()
    here[9:20] = 0
    assert np.array_equal(here, there)


def test_scale_is_in_proportion(ready: Prepared, base: Ensemble) -> None:
    """Attacks are Poisson at 24 a year: twice the mean is twice the count, in 1000 x 60 days."""
    (other,) = each(ready, "scale attack=2")
    here, there = (counts(ready, e, "attack").sum(0) for e in (base, other))
    mean = 24 / 365.25 * DAYS
    for total, times in ((here, 1), (there, 2)):
        assert abs(total.mean() - times * mean) < 5 * np.sqrt(times * mean / PATHS)
    assert (counts(ready, other, "attack") >= counts(ready, base, "attack")).all()


def test_scaling_all_that_a_rate_is_made_of_is_scaling_the_rate(ready: Prepared) -> None:
    whole, parts = each(ready, "scale attack=2", "scale attack.base=2")
    assert same(whole, parts)


def test_a_follow_times_nothing_is_its_mechanism_switched_off(ready: Prepared) -> None:
    part, off = each(ready, "scale strike.follows.attack=0", "off M1")
    assert same(part, off)


def test_set_holds_all_along_or_from_its_day(ready: Prepared, base: Ensemble) -> None:
    always, once = each(ready, "set rule=storm", "set rule=storm@2021-01-20")
    at = ready.compiled.conditions.index("rule")
    for other, first in ((always, 0), (once, 19)):
        assert (other.condition_course[first:, at] == 1).all()  # type: ignore[index]
        raids, protests = counts(ready, other, "raid"), counts(ready, other, "protest")
        assert not raids[:first].any() and abs(
            raids.sum() / PATHS / (DAYS - first) - 1 / 365.25
        ) < (5 * np.sqrt(1 / 365.25 / PATHS / (DAYS - first)))
        assert not protests[first:].any()
        assert np.array_equal(protests[:first], counts(ready, base, "protest")[:first])


def test_what_is_set_an_event_may_set_again_and_what_is_held_only_for_its_day(
    ready: Prepared,
) -> None:
    at, vote = ready.compiled.conditions.index("truce"), "force vote@2021-01-10"
    given, held = (run(ready, made(ready, f"{kind} truce=no@2021-01-05", vote))[0]
                   for kind in ("set", "hold"))  # fmt: skip
    assert (given.condition_course[10:, at] == 1).all()  # type: ignore[index]
    quiet = counts(ready, held, "vote")[10:] == 0
    assert not held.condition_course[10:, at][quiet].any(), "at dawn it is so again"  # type: ignore[index]


def test_a_condition_that_is_set_is_not_itself_an_effect(ready: Prepared, base: Ensemble) -> None:
    (other,) = each(ready, "set troops=50")  # as good as 100: the gate asks for one
    at = ready.compiled.conditions.index("troops")
    assert parting(base, other).share == 1
    assert parting(base, other, {at}).share == 0 and same_levels(base, other)


# mechanisms ------------------------------------------------------------------------------------


def test_off_changes_the_answers_and_what_follows_from_them(
    ready: Prepared, base: Ensemble
) -> None:
    """M1 answers an attack with a strike: nothing differs up to the day of the first attack."""
    (other,) = each(ready, "off M1")
    assert base.counts is not None and other.counts is not None
    attacks = counts(ready, base, "attack")
    assert np.array_equal(attacks, counts(ready, other, "attack"))
    differs = (base.counts != other.counts).any(1)
    first_attack = np.where(attacks.any(0), (attacks > 0).argmax(0), DAYS)
    for path in range(PATHS):
        assert not differs[: first_attack[path] + 1, path].any()
    index = ready.compiled.event_index()
    started = differs.any(0)
    assert started.mean() > 0.1
    day = differs.argmax(0)[started]
    apart = (base.counts != other.counts)[day, :, np.flatnonzero(started)]
    assert apart[:, index["strike"]].all()  # the answer itself is what differs first
    apart[:, index["strike"]] = False
    assert not apart.any()
    assert (counts(ready, other, "strike") <= counts(ready, base, "strike")).all()


@pytest.mark.parametrize("off", ["M1", "M2"])
def test_off_is_the_theatre_compiled_without_it(
    read: tuple[Theatre, History], ready: Prepared, off: str
) -> None:
    """The same draws, the same state, and the ceiling as it was found: the same paths."""
    without = compile_theatre(read[0], {off})
    drawn = draw_priors(without, DRAWS, 1)
    parameters = Parameters(*(np.asarray(x, np.float32) for x in drawn))
    parameters = parameters._replace(worst=ready.parameters.worst)
    alone = simulate(
        without.program, parameters, ready.shrink, _start(ready, without),
        without.calendar(FIRST, DAYS), paths_per_draw=PATHS // DRAWS, seed=1, record=True,
    )  # fmt: skip
    (switched,) = each(ready, f"off {off}")
    assert same(switched, alone)


def _start(ready: Prepared, without: object) -> State:
    """The state of the whole theatre, with those memories alone that are still read."""
    whole, rest = ready.compiled.program, without.program  # type: ignore[attr-defined]
    kept = list(zip(whole.filter_cause, whole.filter_half_life, strict=True))
    still = [kept.index(x) for x in zip(rest.filter_cause, rest.filter_half_life, strict=True)]
    return ready.start._replace(memory=np.asarray(ready.start.memory)[:, still])  # type: ignore[arg-type]


def test_retaliation_in_iraq_switched_off_begins_with_an_answer_not_given() -> None:
    """On the first day on which a path parts, only what M33 itself feeds differs.

    From a state in which nobody remembers an attack, no path parts before its first.
    """
    from tightrope.history import read_theatre_and_history

    theatre, history = read_theatre_and_history("iraq")
    ready = prepare(theatre, history, date(2019, 12, 26), draws=DRAWS, seed=1)
    compiled, first, days = ready.compiled, ready.first_forecast_day, 30
    blank = jax.tree.map(np.zeros_like, (ready.start.memory, ready.start.rhythm))
    start = ready.start._replace(memory=blank[0], rhythm=blank[1])
    worlds = [world(compiled, ready.parameters, start, changes(*words), first, days)
              for words in ((), ("off M33",))]  # fmt: skip
    calendar = compiled.calendar(first, days)
    one, other = run_worlds(compiled, worlds, ready.shrink, calendar, paths=500, seed=1)
    assert one.counts is not None and other.counts is not None
    index = compiled.event_index()
    edges = [(index[cause], index[effect]) for cause, effect, m in compiled.edges if m == "M33"]
    causes, effects = (sorted(set(x)) for x in zip(*edges, strict=True))
    apart = one.counts != other.counts  # [day, K, path]
    parted = np.flatnonzero(apart.any((0, 1)))
    assert len(parted) > 5
    for path in parted:
        day = apart[:, :, path].any(1).argmax()
        assert set(np.flatnonzero(apart[day, :, path])) <= set(effects)
        assert one.counts[:day, causes, path].any()


def test_the_day_of_parting_is_counted_path_by_path(ready: Prepared, base: Ensemble) -> None:
    (other,) = each(ready, "off M1")
    there = parting(base, other)
    assert there.first is not None and there.median is not None
    assert base.counts is not None and other.counts is not None
    days = [int(d.argmax()) + 1 for d in (base.counts != other.counts).any(1).T if d.any()]
    assert (there.first, there.median) == (min(days), int(np.median(days)))
    assert there.share == len(days) / PATHS
