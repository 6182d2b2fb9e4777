"""Array aliases. Shapes are stated in docstrings with the names of the axes:

day, event, level, condition, filter (a decaying memory of one cause), path, draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    # Only annotations need it: what reads files must not pay for loading JAX.
    import jax

Array: TypeAlias = "jax.Array"
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
