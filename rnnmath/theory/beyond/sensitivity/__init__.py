"""A weight may be felt ever more strongly where no gradient between states grows."""

from rnnmath.theory.beyond.sensitivity.recursion import LINEAR_SENSITIVITY
from rnnmath.theory.beyond.sensitivity.stationary import STATIONARY_SENSITIVITY
from rnnmath.theory.beyond.sensitivity.white import CRITICAL_SENSITIVITY, WHITE_SENSITIVITY

__all__ = [
    "CLAIMS",
    "CRITICAL_SENSITIVITY",
    "LINEAR_SENSITIVITY",
    "STATIONARY_SENSITIVITY",
    "WHITE_SENSITIVITY",
]

CLAIMS = (
    LINEAR_SENSITIVITY,
    WHITE_SENSITIVITY,
    STATIONARY_SENSITIVITY,
    CRITICAL_SENSITIVITY,
)
