"""The norm of a product of float matrices between proven bounds, rounding of the product included.

With ``P̂ = fl(J P)`` and the error ``E`` so far, ``‖P̂ - J P_true‖ <= γ_n ‖J‖_F ‖P‖_F + ‖J‖ E``: one
number follows the product along.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import ShapeMismatch
from rnnmath.numeric.enclose.record import Enclosure
from rnnmath.numeric.enclose.rounding import TINY, above, accumulated, raised, squares_above
from rnnmath.numeric.enclose.scaling import scaled, to_floats
from rnnmath.numeric.enclose.spectral import spectral_norm

__all__ = ["product_norm"]


def product_norm(factors: Sequence[Any] | np.ndarray[Any, Any]) -> Enclosure:
    """Enclose the norm of ``J_T ... J_2 J_1``, the oldest factor given first.

    Parameters
    ----------
    factors : sequence of arrays, or array (T, n, n)
        J_1, ..., J_T of floats, each of a shape that fits the one before.

    Returns
    -------
    Enclosure
        Rational bounds of the norm of the exact product of exactly these matrices; no horizon over-
        or underflows.  The tier is that of the last norm.

    Raises
    ------
    ShapeMismatch
        If there is no factor, or one does not fit the one before.
    DomainError
        If a factor holds NaN or infinity, or no real floats.

    Notes
    -----
    Source: derived here.  The width grows with the product of the factors' norms, so it is wide
    where the factors cancel each other: the rounding of an early step is then all that is seen.

    Examples
    --------
    >>> J = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> found = product_norm([J] * 3000)
    >>> found.lower <= Fraction(1, 2**3000) <= found.upper
    True
    >>> float(found.width * 2**3000) < 1e-10
    True
    """
    arrays = [to_floats(factor, f"factors[{place}]") for place, factor in enumerate(factors)]
    if not arrays:
        msg = "factors must hold at least one matrix, got none"
        raise ShapeMismatch(msg)
    product, exponent, error = arrays[0], 0, 0.0
    product, shift, error = scaled(product)
    exponent = shift
    for place, factor in enumerate(arrays[1:], start=1):
        if factor.shape[1] != product.shape[0]:
            msg = (
                f"factors[{place}] of shape {factor.shape} does not fit the {product.shape[0]} "
                "rows of the product before it"
            )
            raise ShapeMismatch(msg)
        step = scaled(factor)
        norm = above(spectral_norm(step.matrix).upper) + step.lost
        length = raised(math.sqrt(squares_above(product)))
        rounding = accumulated(len(product) + 1) * math.sqrt(squares_above(step.matrix)) * length
        error = raised(rounding + norm * error + step.lost * length + TINY)
        product, shift, lost = scaled(step.matrix @ product, error)
        error = raised(math.ldexp(error, -shift) + lost)
        exponent += step.exponent + shift
    found = spectral_norm(product)
    scale = Fraction(2) ** exponent
    off = Fraction(error)
    return Enclosure(
        max(found.lower - off, Fraction(0)) * scale, (found.upper + off) * scale, found.tier
    )
