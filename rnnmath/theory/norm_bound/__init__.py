"""Chapter 6: how large the Jacobian over a gap can be, and what follows for gradients."""

from rnnmath.theory.norm_bound.below import PRODUCT_LOWER_BOUND, SMALLEST_STRETCH
from rnnmath.theory.norm_bound.crossing import EXPONENT_EFFECT, FIRST_CROSSING
from rnnmath.theory.norm_bound.factors import DIAGONAL_NORM, SUBMULTIPLICATIVE
from rnnmath.theory.norm_bound.gradient import GRADIENT_BOUND
from rnnmath.theory.norm_bound.growth import EXPLODE_NECESSARY, VANISH_SUFFICIENT
from rnnmath.theory.norm_bound.powers import NORMAL_POWER
from rnnmath.theory.norm_bound.product import PRODUCT_BOUND
from rnnmath.theory.norm_bound.scaling import SCALED_PRODUCT_BOUND
from rnnmath.theory.norm_bound.step import STEP_BOUND
from rnnmath.theory.norm_bound.supremum import ACTIVATION_ATTAINED, ACTIVATION_SUP

__all__ = ["CLAIMS"]

CLAIMS = (
    SUBMULTIPLICATIVE,
    DIAGONAL_NORM,
    ACTIVATION_SUP,
    ACTIVATION_ATTAINED,
    STEP_BOUND,
    PRODUCT_BOUND,
    SCALED_PRODUCT_BOUND,
    GRADIENT_BOUND,
    FIRST_CROSSING,
    VANISH_SUFFICIENT,
    EXPLODE_NECESSARY,
    NORMAL_POWER,
    EXPONENT_EFFECT,
    SMALLEST_STRETCH,
    PRODUCT_LOWER_BOUND,
)
