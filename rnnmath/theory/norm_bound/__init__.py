"""Chapter 6: how large the Jacobian over a gap can be, and what follows for gradients."""

from rnnmath.theory.norm_bound.product import PRODUCT_BOUND, SCALED_PRODUCT_BOUND
from rnnmath.theory.norm_bound.step import DIAGONAL_NORM, STEP_BOUND, SUBMULTIPLICATIVE

__all__ = ["CLAIMS"]

CLAIMS = (SUBMULTIPLICATIVE, DIAGONAL_NORM, STEP_BOUND, PRODUCT_BOUND, SCALED_PRODUCT_BOUND)
