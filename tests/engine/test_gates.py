from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.engine.gates import evaluate, evaluate_known

VALUES = np.array([[0.0, 3.0, 5.0], [1.0, 1.0, 0.0]])


@pytest.mark.parametrize(
    ("gate", "truth"),
    [
        (("all",), [1, 1, 1]),
        (("eq", 0, 3.0), [0, 1, 0]),
        (("ne", 0, 3.0), [1, 0, 1]),
        (("lt", 0, 3.0), [1, 0, 0]),
        (("le", 0, 3.0), [1, 1, 0]),
        (("gt", 0, 3.0), [0, 0, 1]),
        (("ge", 0, 3.0), [0, 1, 1]),
        (("not", ("eq", 1, 1.0)), [0, 0, 1]),
        (("and", ("ge", 0, 3.0), ("eq", 1, 1.0)), [0, 1, 0]),
        (("or", ("ge", 0, 5.0), ("lt", 0, 1.0)), [1, 0, 1]),
        (("and", ("all",), ("not", ("or", ("eq", 0, 0.0), ("eq", 1, 0.0)))), [0, 1, 0]),
    ],
)
def test_gate(gate: tuple[object, ...], truth: list[int]) -> None:
    gates = (("all",), gate)
    assert evaluate(gates, jnp.asarray(VALUES))[1].astype(int).tolist() == truth
    assert np.array_equal(evaluate_known(gates, VALUES), evaluate(gates, jnp.asarray(VALUES)))


def test_unknown_gates_are_errors() -> None:
    for gate in (("xor",), ("approximately", 0, 1.0)):
        with pytest.raises(ValueError, match=gate[0]):
            evaluate((gate,), jnp.asarray(VALUES))
