"""Chapter 2: a gradient through time is a product of Jacobians, newest factor on the left."""

from rnnmath.theory.jacobian_product.setting import IN_ORDER
from rnnmath.theory.jacobian_product.transport import CHAIN, CHAIN_SEMIGROUP

__all__ = ["CHAIN", "CHAIN_SEMIGROUP", "CLAIMS", "IN_ORDER"]

CLAIMS = (CHAIN, CHAIN_SEMIGROUP)
