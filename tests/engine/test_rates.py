from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from small_world import history, parameters, program, rates

from tightrope.engine.rates import reading, soft_limit


def test_reading_is_rest_without_a_push_and_stays_between_0_and_1() -> None:
    rest = jnp.log(jnp.array([0.2 / 0.8, 0.5 / 0.5]))
    assert np.allclose(reading(rest, jnp.zeros((2, 1)))[:, 0], [0.2, 0.5])
    assert np.allclose(reading(rest, jnp.log(jnp.array([[4.0], [3.0]])))[:, 0], [0.5, 0.75])
    far = np.asarray(reading(rest, jnp.array([[-80.0, 80.0]] * 2)))
    assert far.min() >= 0 and far.max() <= 1


def test_soft_limit_has_slope_one_at_zero_a_bound_above_and_none_below() -> None:
    limit = jnp.float32(np.log(4.0))
    with jax.enable_x64(True):
        slope = jax.vmap(jax.grad(soft_limit), (0, None))(jnp.array([-1e-9, 1e-9]), limit)
        far = soft_limit(jnp.array([-50.0, 50.0]), jnp.float64(np.log(4.0)))
        x = jnp.linspace(-3, 8, 200)
        bent = soft_limit(x, jnp.float64(np.log(4.0)))
    assert np.allclose(slope, 1, atol=1e-6)
    assert np.allclose(far, [-50.0, np.log(4.0)])
    assert (np.diff(bent) > 0).all() and (bent <= x).all()


def test_each_part_of_a_rate_by_hand() -> None:
    """One day after one event: base + extra + rhythm + follow, times factor and elasticity."""
    p = program(
        2, n_conditions=1, gates=[("all",), ("gt", 0, 1.0)], filter_cause=[0],
        filter_half_life=np.array([1.0]), edge_filter=[0], edge_effect=[1],
        extra_event=[1], extra_gate=[1], elastic_event=[1], elastic_condition=[0],
        elastic_reference=np.array([5.0]), factor_event=[1], factor_gate=[1],
    )  # fmt: skip
    one = parameters(
        p, base=[0.0, 0.01], expect=0.6, extra=0.02, elasticity=-0.5, log_factor=np.log(0.5),
        rhythm=[[0.0, 0.2], [0.0, 0.0]],
    )  # fmt: skip
    known = history(p, [[3, 1], [0, 0]], [[20.0]])
    rate = rates(p, one, known)
    follow = 0.6 * 0.5 * 2  # half of the memory of s(3) = 2 is taken in on the first day
    rhythm = 0.2 * (1 - 2**-0.5)
    assert np.isclose(rate[1, 1], (0.01 + 0.02 + rhythm + follow) * 0.5 * (20 / 5) ** -0.5)
    assert rate[1, 0] == 0


def test_a_follow_expects_its_number_of_direct_followers() -> None:
    """Summed over all later days an edge gives expect events for a day with one cause event."""
    for half_life in (1.0, 4.0, 30.0):
        p = program(2, filter_cause=[0], filter_half_life=np.array([half_life]), edge_filter=[0],
                    edge_effect=[1])  # fmt: skip
        known = history(p, np.eye(1, 2).repeat(1, 0).tolist() + [[0, 0]] * 1000)
        rate = rates(p, parameters(p, expect=0.7), known)
        assert np.isclose(rate[:, 1].sum(), 0.7)
