"""How far a gradient travels: Jacobian products and error signals over gaps of any length."""

from rnnmath.numeric.flow.plain import (
    ErrorSignalProfile,
    error_signal_profile,
    jacobian_product,
    jacobian_products,
    norm_profile,
    scaled_jacobian_product,
    step_jacobian,
)
from rnnmath.numeric.flow.products import (
    NormProfile,
    ScaledProduct,
    identities,
    ordered_product,
    product_profile,
)

__all__ = [
    "ErrorSignalProfile",
    "NormProfile",
    "ScaledProduct",
    "error_signal_profile",
    "identities",
    "jacobian_product",
    "jacobian_products",
    "norm_profile",
    "ordered_product",
    "product_profile",
    "scaled_jacobian_product",
    "step_jacobian",
]
