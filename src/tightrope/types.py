"""Array aliases. Shapes are stated in docstrings with the names of the axes:

day, event, level, condition, filter (a decaying memory of one cause), path, draw.
"""

from __future__ import annotations

import jax
import numpy as np
from numpy.typing import NDArray

Array = jax.Array
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
