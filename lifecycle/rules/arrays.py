"""Names for the array types of the rules. Layout everywhere: days x groups, so that one day lies together in memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_DAY = 0  # stands for "never" where an array holds days as ordinals
