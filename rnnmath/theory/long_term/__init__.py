"""Chapter 9: what reaches far, what does not, and what a vanished gradient does not say."""

from rnnmath.theory.long_term.horizon import HORIZON
from rnnmath.theory.long_term.information import INFORMATION
from rnnmath.theory.long_term.layers import DEEP_MLP, SHARED_SCALE
from rnnmath.theory.long_term.returning import FIRST_IS_NOT_LAST

__all__ = ["CLAIMS", "DEEP_MLP", "FIRST_IS_NOT_LAST", "HORIZON", "INFORMATION", "SHARED_SCALE"]

CLAIMS = (DEEP_MLP, SHARED_SCALE, HORIZON, FIRST_IS_NOT_LAST, INFORMATION)
