"""Conditions hold until changed; the regression must know it, and learn when it is not so."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.foresight.members.baselines import forecast_share
from tightrope.foresight.members.persistence import (
    ADDED_DAYS,
    ADDED_SWITCHES,
    forecast_state,
    logit_of_chain,
)


def chain(days: int, on: float, off: float, seed: int) -> np.ndarray:
    rng, state = np.random.default_rng(seed), np.zeros(days)
    for day in range(1, days):
        switch = rng.random() < (off if state[day - 1] else on)
        state[day] = 1 - state[day - 1] if switch else state[day - 1]
    return state


def test_one_long_state_goes_on():
    assert forecast_state(np.ones(4000), 30).chance > 0.99
    assert forecast_state(np.zeros(4000), 30).chance < 0.01


def test_yes_and_no_are_alike():
    state = chain(3000, 0.004, 0.007, 1)
    yes, no = forecast_state(state, 60).chance, forecast_state(1 - state, 60).chance
    assert yes == pytest.approx(1 - no)


def test_a_condition_that_has_just_come_is_less_sure_than_an_old_one():
    new = np.concatenate([np.zeros(2000), np.ones(5)])
    old = np.concatenate([np.zeros(2000), np.ones(2000)])
    assert 0.5 < forecast_state(new, 90).chance < forecast_state(old, 90).chance


def test_the_chain_is_the_solution_of_its_rates():
    """p' = on (1 - p) - off p, solved by small steps."""
    state = chain(2000, 0.01, 0.02, 3)
    switches = np.diff(state)
    on = ((switches > 0).sum() + ADDED_SWITCHES) / ((1 - state[:-1]).sum() + ADDED_DAYS)
    off = ((switches < 0).sum() + ADDED_SWITCHES) / (state[:-1].sum() + ADDED_DAYS)
    p = np.array([0.0, 1.0])
    for _ in range(90_000):
        p = p + (on * (1 - p) - off * p) / 1000
    dawns = np.array([np.flatnonzero(state == value)[0] + 1 for value in (0.0, 1.0)])
    found = 1 / (1 + np.exp(-logit_of_chain(state, dawns, 90)))
    assert found == pytest.approx(p, abs=1e-4)


def test_it_knows_the_chances_of_a_true_chain():
    on, off, errors = 0.004, 0.008, []
    for seed in range(40):
        state = chain(6000, on, off, seed)
        exact = on / (on + off) + (state[-1] - on / (on + off)) * np.exp(-(on + off) * 90)
        errors.append(forecast_state(state, 90).chance - exact)
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) < 0.1, "what 6000 days leave unknown of two rates"


def test_it_learns_a_rhythm_that_a_chain_cannot_have():
    """Eighty days on, eighty off: after seventy days on, thirty days later it is off."""
    state = np.tile(np.repeat([0.0, 1.0], 80), 40)[:-10]
    chain_alone = 1 / (1 + np.exp(-logit_of_chain(state, np.array([len(state)]), 30)[0]))
    assert chain_alone > 0.6 and forecast_state(state, 30).chance < 0.4
    early = state[:-65]
    assert early[-1] == 1 and forecast_state(early, 30).chance > 0.7


def test_it_beats_the_shares_on_a_condition_that_persists():
    misses: dict[str, list[float]] = {m: [] for m in ("regression", "last90", "boot12")}
    for seed in range(6):
        state = chain(4000, 0.003, 0.003, seed)
        for origin in range(1500, 3900, 60):
            for member, found in misses.items():
                said = forecast_share(member, state[:origin], 90).chance
                found.append((said - state[origin + 89]) ** 2)
    assert np.mean(misses["regression"]) < 0.9 * np.mean(misses["last90"])
    assert np.mean(misses["regression"]) < 0.9 * np.mean(misses["boot12"])
