"""Chapter 3: the Jacobian of one step, ``J_t = diag(f'(a_t)) W``, and products of it."""

from rnnmath.theory.local_jacobian.inputs import INPUT_JACOBIAN
from rnnmath.theory.local_jacobian.step import (
    ACTIVATION_JACOBIAN,
    LOCAL_JACOBIAN,
    PRODUCT_EXPANDED,
)

__all__ = ["ACTIVATION_JACOBIAN", "CLAIMS", "INPUT_JACOBIAN", "LOCAL_JACOBIAN", "PRODUCT_EXPANDED"]

CLAIMS = (ACTIVATION_JACOBIAN, LOCAL_JACOBIAN, PRODUCT_EXPANDED, INPUT_JACOBIAN)
