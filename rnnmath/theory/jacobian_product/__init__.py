"""Chapter 2: a gradient through time is a product of Jacobians, newest factor on the left."""

from rnnmath.theory.jacobian_product.errors import ERROR_RECURSION, ERROR_TWO_EQUATIONS
from rnnmath.theory.jacobian_product.layered import MLP_ANALOGUE, MLP_SHARED
from rnnmath.theory.jacobian_product.setting import IN_ORDER
from rnnmath.theory.jacobian_product.temporal_path import ERROR_TEMPORAL_PATH, ERROR_TEMPORAL_STEP
from rnnmath.theory.jacobian_product.transport import CHAIN, CHAIN_SEMIGROUP
from rnnmath.theory.jacobian_product.weights import WEIGHT_GRADIENTS

__all__ = [
    "CHAIN",
    "CHAIN_SEMIGROUP",
    "CLAIMS",
    "ERROR_RECURSION",
    "ERROR_TEMPORAL_PATH",
    "ERROR_TEMPORAL_STEP",
    "ERROR_TWO_EQUATIONS",
    "IN_ORDER",
    "MLP_ANALOGUE",
    "MLP_SHARED",
    "WEIGHT_GRADIENTS",
]

CLAIMS = (
    CHAIN,
    CHAIN_SEMIGROUP,
    ERROR_TWO_EQUATIONS,
    ERROR_RECURSION,
    ERROR_TEMPORAL_STEP,
    ERROR_TEMPORAL_PATH,
    MLP_ANALOGUE,
    MLP_SHARED,
    WEIGHT_GRADIENTS,
)
