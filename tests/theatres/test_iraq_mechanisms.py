"""The Iraq theatre carries its 78 mechanisms, and they act as the articles say (priors, no fit)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import jax
import numpy as np
import pytest

from tightrope.compile import Compiled, compile_theatre
from tightrope.engine.memory import level_path, record, state_after
from tightrope.engine.program import Parameters
from tightrope.engine.simulate import Ensemble, simulate
from tightrope.engine.stability import ceiling, worst_rate
from tightrope.history import History, read_theatre_and_history, tabulate
from tightrope.inference.grounds import carriers
from tightrope.inference.priors import medians
from tightrope.theatre import Theatre

pytestmark = pytest.mark.usefixtures("compiled_once")
ALL = tuple(f"M{i:02d}" for i in range(1, 79))


@lru_cache(1)
def iraq() -> tuple[Theatre, History]:
    return read_theatre_and_history("iraq")


@lru_cache(1)
def whole() -> Compiled:
    return compile_theatre(iraq()[0])


def fingerprint(compiled: Compiled) -> tuple[object, ...]:
    """All of a program that can act: its arrays, gates and the places of its numbers."""
    arrays = {k: np.asarray(v).tolist() for k, v in vars(compiled.program).items() if k != "gates"}
    return str(compiled.program.gates), str(arrays), tuple(k.label for k in compiled.knobs)


# what carries what ------------------------------------------------------------------------------


def test_every_mechanism_is_carried() -> None:
    theatre, _ = iraq()
    assert tuple(theatre.mechanisms) == ALL
    assert set(ALL) <= set(carriers(theatre))


@pytest.mark.parametrize("mechanism", ALL)
def test_each_mechanism_acts(mechanism: str) -> None:
    """Switched off, something of the compiled program goes; a mere note would change nothing."""
    assert fingerprint(compile_theatre(iraq()[0], off={mechanism})) != fingerprint(whole())


SIGNS = [
    # (path of keys, mechanism, sign of the whole range)
    ("us_strike_on_militia.follows.attack_killing_americans", "M33", +1),
    ("attack_on_us_forces.follows.us_strike_on_militia", "M34", +1),
    ("pm_condemns_us.follows.us_strike_on_militia", "M08", +1),
    ("parliament_votes_expulsion.follows.us_kills_commander", "M05", +1),
    ("us_threatens_iraq.follows.parliament_votes_expulsion", "M35", +1),
    ("us_strike_on_militia.pushes.us_iraq_relations", "M07", -1),
    ("us_strike_on_militia.pushes.talks_climate", "M39", -1),
    ("us_strike_on_militia.pushes.pm_anger", "M65", +1),
    ("us_kills_commander.pushes.private_cooperation", "M46", -1),
    ("us_kills_commander.pushes.coexistence", "M66", -1),
    ("us_kills_commander.pushes.iran_influence", "M06", +1),
    ("us_attack_on_insurgents.scaled_by.self_protection", "M10", -1),
    ("attack_on_us_forces.scaled_by.private_cooperation", "M47", -1),
    ("attack_on_us_forces.scaled_by.us_troops", "M32", +1),
    ("jihadists_take_territory.scaled_by.us_troops", "M17", -1),
    ("jihadists_take_territory.scaled_by.sectarian_exclusion", "M18", +1),
    ("militias_put_on_payroll.scaled_by.iran_purse", "M13", -1),
    ("mass_protest.scaled_by.instability", "M23", -1),
    ("protest_repression.scaled_by.instability", "M24", +1),
    ("mass_protest.scaled_by.grievance", "M27", +1),
    ("iraq_backs_us_presence.scaled_by.fear", "M28", -1),
    ("concession.scaled_by.protest_cost", "M26", +1),
    ("nuclear_talks_break_off.scaled_by.nuclear_climate", "M71", -1),
    ("us_topples_saddam.scaled_by.iran_influence", "M50", -1),
]


@pytest.mark.parametrize(("path", "mechanism", "sign"), SIGNS, ids=[s[0] for s in SIGNS])
def test_sign(path: str, mechanism: str, sign: int) -> None:
    knob = next(k for k in whole().knobs if k.label.startswith(f"events.{path}"))
    assert knob.mechanism == mechanism
    assert sign * knob.quantity.low > 0 and sign * knob.quantity.high > 0


def test_exposed_troops_hold_strikes_back() -> None:
    place = "events.us_strike_on_militia.scaled_if.us_troops >= 4000"
    knob = next(k for k in whole().knobs if k.label.startswith(place))
    assert knob.mechanism == "M32" and knob.quantity.high < 1


@pytest.mark.parametrize(("effect", "cause", "days"), [
    ("us_strike_on_militia", "attack_killing_americans", 2),
    ("embassy_siege", "us_strike_on_militia", 2),
    ("crowd_called_off", "embassy_siege", 2),
    ("us_kills_commander", "embassy_siege", 4),
    ("parliament_votes_expulsion", "us_kills_commander", 2),
    ("us_threatens_iraq", "parliament_votes_expulsion", 1),
    ("pm_condemns_us", "us_strike_on_militia", 1),
])  # fmt: skip
def test_rungs_of_the_ladder_take_days(effect: str, cause: str, days: float) -> None:
    theatre, _ = iraq()
    assert theatre.events[effect].follows[cause].half_life.median <= days


def test_decisions_follow_iran_and_never_precede_it() -> None:
    """M22: no signal of Iran is made likelier by a decision of the prime minister."""
    edges = {(cause, effect) for cause, effect, _ in whole().edges}
    iran = {"iran_iraq_contact", "iran_words_against_us", "withdrawal_demanded"}
    assert {(signal, "pm_asks_withdrawal") for signal in iran} <= edges
    assert not {("pm_asks_withdrawal", s) for s in (*iran, "iran_command_signal")} & edges


def test_no_effect_is_pinned_not_missing() -> None:
    """M41 and M74: with them the levels stay near zero; without, they would work."""
    arrests, condemnations = date(2020, 7, 15), date(2024, 2, 5)
    for mechanism, level, day in (
        ("M41", "pm_restraint", arrests), ("M74", "us_heed", condemnations),
    ):  # fmt: skip
        assert reading(level, day) < 0.1
        assert reading(level, day, mechanism) > 0.3


# levels at the medians, along the real record ---------------------------------------------------


@lru_cache(None)
def readings(off: str = "") -> tuple[Compiled, np.ndarray]:
    theatre, history = iraq()
    compiled = compile_theatre(theatre, off={off} - {""})
    table = tabulate(compiled, history)
    with jax.enable_x64(True):
        middle = jax.tree.map(lambda x: np.asarray(x, float)[0], medians(compiled))
        known = record(compiled.program, table.counts, table.conditions)
        path = np.asarray(level_path(compiled.program, middle, known))
    return compiled, 1 / (1 + np.exp(-(middle.rest + path)))


def reading(level: str, day: date, off: str = "") -> float:
    compiled, path = readings(off)
    return float(path[(day - compiled.first_day).days, compiled.levels.index(level)])


def at(level: str, *days: str, off: str = "") -> list[float]:
    return [reading(level, date.fromisoformat(day), off) for day in days]


def test_us_influence_has_one_hump() -> None:
    occupied, left, war, after, late = at(
        "us_influence", "2010-06-30", "2013-06-30", "2016-06-30", "2019-06-30", "2023-06-30"
    )
    assert left < occupied - 0.2 and war > left + 0.25 and after < war - 0.25 and late < war - 0.2
    without = at("us_influence", "2013-06-30", "2016-06-30", off="M56")
    assert without[1] - without[0] < 0.5 * (war - left)


def test_iranian_influence_rises_from_2003_and_hardly_fades() -> None:
    start, soon, later, top, after = at(
        "iran_influence", "2003-03-21", "2003-12-31", "2008-06-30", "2019-12-31", "2022-12-31"
    )
    assert start < soon < later < top
    assert after > top - 0.05
    assert reading("iran_influence", date(2003, 12, 31), "M49") < soon


def test_private_cooperation_falls_in_three_steps_and_stays() -> None:
    days = ("2016-10-31", "2017-02-28", "2018-05-01", "2018-05-31", "2020-01-02", "2020-01-05")
    before, first, held, second, still, third = at("private_cooperation", *days)
    steps = before - first, held - second, still - third
    assert 0.03 < steps[0] < steps[1] < steps[2] + 0.1
    assert third < 0.1 and reading("private_cooperation", date(2024, 12, 31)) < 0.1


def test_expulsion_pressure_rises_a_little_in_2018_and_persists_after_2020() -> None:
    war, victory, before, after, *later = at(
        "expulsion_pressure",
        "2017-06-30",
        "2018-06-30",
        "2019-12-26",
        "2020-01-10",
        "2021-06-30",
        "2022-06-30",
        "2024-02-05",
    )
    assert war < victory < after and before < 0.55 and after > 0.8
    assert min(later) > before
    assert reading("expulsion_pressure", date(2020, 1, 10), "M05") < after - 0.2


def test_two_equilibria_of_coexistence() -> None:
    fought, calm, broken, late = at(
        "coexistence", "2008-06-30", "2019-06-30", "2020-02-01", "2024-03-01"
    )
    assert fought < 0.4 < 0.55 < calm and broken < calm - 0.3 and late < 0.3
    assert reading("coexistence", date(2020, 2, 1), "M66") > 0.5


def test_jihadists_rise_after_withdrawal_and_fall_to_a_remnant() -> None:
    gone, peak, remnant = at("jihadist_strength", "2011-12-01", "2014-08-15", "2019-06-30")
    assert peak > gone + 0.3 and remnant < 0.2
    assert reading("jihadist_strength", date(2014, 8, 15), "M17") < peak - 0.15
    assert reading("jihadist_strength", date(2014, 8, 15), "M18") < peak - 0.03


def test_sanctions_empty_the_purse_but_not_the_militias() -> None:
    purse = at("iran_purse", "2018-05-01", "2021-06-30")
    power = at("militia_power", "2018-05-01", "2021-06-30")
    assert purse[1] < purse[0] - 0.1 and power[1] > power[0] - 0.05
    assert reading("militia_power", date(2021, 6, 30), "M13") < power[1] - 0.01


def test_street_levels_tell_autumn_2019() -> None:
    assert at("fear", "2019-09-30")[0] < 0.3 < 0.6 < at("fear", "2019-12-26")[0]
    assert at("protest_cost", "2019-09-30")[0] < 0.1 < 0.4 < at("protest_cost", "2019-11-29")[0]
    years = at("grievance", "2003-06-30", "2008-06-30", "2013-06-30", "2019-09-30")
    assert years == sorted(years) and years[-1] > years[0] + 0.25


def test_anger_of_the_prime_minister_is_cumulative() -> None:
    weeks = at("pm_anger", "2023-10-07", "2023-11-15", "2023-12-31", "2024-02-05")
    assert weeks == sorted(weeks) and weeks[-1] > 0.8
    assert at("pm_anger", "2024-12-31")[0] < weeks[-1] - 0.2


# runs ---------------------------------------------------------------------------------------------

DAYS, PATHS = 120, 1000


@dataclass(frozen=True)
class Runs:
    """Futures at the medians of the priors; the same seed, so the same luck with and without."""

    compiled: Compiled
    out: Ensemble

    def counts(self, *events: str) -> np.ndarray:
        """[day, path]"""
        assert self.out.counts is not None
        return sum(self.out.counts[:, self.compiled.events.index(e)].astype(int) for e in events)

    def chance(self, event: str, days: int = DAYS) -> float:
        return float((self.counts(event)[:days].sum(0) > 0).mean())

    def mean(self, *events: str) -> float:
        return float(self.counts(*events).sum(0).mean())


def muted(compiled: Compiled, parameters: Parameters, mechanism: str) -> Parameters:
    """A mechanism without effect, as ``off=`` makes it (but for gates), in the same program."""
    arrays = {k: np.array(v) for k, v in parameters._asdict().items()}
    for knob in compiled.knobs:
        if knob.mechanism == mechanism and knob.field not in ("rest", "half_life", "setting"):
            arrays[knob.field][(slice(None), *knob.index)] = 0.0
    return Parameters(**arrays)


@lru_cache(None)
def runs(as_of: str, without: str = "") -> Runs:
    _, history = iraq()
    day, compiled = date.fromisoformat(as_of), whole()
    table = tabulate(compiled, history.as_of(day))
    middle = compiled.with_worst(medians(compiled), worst_rate(table.counts))
    middle = muted(compiled, jax.tree.map(lambda x: np.asarray(x, np.float32), middle), without)
    shrink = np.ones(np.asarray(middle.base).shape, np.float32)
    known = record(compiled.program, table.counts, table.conditions)
    start = state_after(compiled.program, middle, known)
    calendar = compiled.calendar(day + timedelta(1), DAYS)
    return Runs(compiled, simulate(
        compiled.program, middle, shrink, start, calendar,
        paths_per_draw=PATHS, seed=1, record=True,
    ))  # fmt: skip


def test_no_type_is_over_its_ceiling() -> None:
    _, history = iraq()
    table = tabulate(whole(), history)
    middle = whole().with_worst(medians(whole()), worst_rate(table.counts))
    middle = jax.tree.map(lambda x: np.asarray(x, float)[0], middle)
    with jax.enable_x64(True):
        shrink, too_high = ceiling(whole().program, middle)
    assert not [e for e, s in zip(whole().events, np.asarray(shrink), strict=True) if s < 1]
    assert not np.asarray(too_high).any()


def test_the_vote_follows_the_strike_of_2020() -> None:
    """M05, M08, M61: within days of 3 January 2020; without M05 the vote hardly comes."""
    on, off = runs("2020-01-03"), runs("2020-01-03", "M05")
    assert on.chance("parliament_votes_expulsion", 5) > 0.35
    assert off.chance("parliament_votes_expulsion", 5) < 0.05
    assert on.chance("pm_condemns_us", 5) > 0.7
    assert on.chance("anti_us_protest_abroad", 14) > 0.7
    assert on.chance("us_troops_leave", 30) < 0.05


def test_outside_war_brings_forty_attacks_a_month() -> None:
    """M37: from the dawn of 9 October 2023, 120 days."""
    on, off = runs("2023-10-08"), runs("2023-10-08", "M37")
    attacks = ("attack_on_us_forces", "attack_killing_americans")
    assert 60 < on.mean(*attacks) < 260
    assert off.mean(*attacks) < 0.25 * on.mean(*attacks)
    assert np.percentile(on.counts(*attacks).sum(0), 90) > 100, "160 in four months is within reach"


def test_an_american_death_brings_strikes_within_days() -> None:
    """M33: after 28 January 2024, and much less without."""
    on, off = runs("2024-01-28"), runs("2024-01-28", "M33")
    assert on.chance("us_strike_on_militia", 5) > off.chance("us_strike_on_militia", 5) + 0.2


def test_escalation_empties_the_squares() -> None:
    """M23: protests after 3 January 2020 are fewer than they would be without."""
    on, off = runs("2020-01-03"), runs("2020-01-03", "M23")
    assert on.mean("mass_protest") < 0.85 * off.mean("mass_protest")


def test_governments_need_both_patrons() -> None:
    """M03 and M04, from the day after the election of March 2010."""
    on, no_wish = runs("2010-03-08"), runs("2010-03-08", "M04")
    assert 0.02 < on.chance("government_formed") < 0.7
    assert no_wish.chance("government_formed") < 0.5 * on.chance("government_formed")
    theatre, _ = iraq()
    gates = {c.condition for c in theatre.events["government_formed"].when if c.mechanism == "M03"}
    assert gates == {"us_stand == yes", "iran_stand == yes"}


def test_attacks_pause_while_the_common_enemy_stands() -> None:
    """M01: mid-2015, and without it."""
    on, off = runs("2015-06-30"), runs("2015-06-30", "M01")
    assert on.mean("attack_on_us_forces") < 0.5
    assert off.mean("attack_on_us_forces") > 3 * on.mean("attack_on_us_forces")
