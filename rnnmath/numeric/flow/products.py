"""Ordered products of step Jacobians of any network, and their norms over gaps of any length."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.flow.stretch import largest_stretches

__all__ = ["NormProfile", "ScaledProduct", "identities", "ordered_product", "product_profile"]

#: (product, factor, out): write what the factor makes of a product (B, n, n) into rows (B n, n).
Multiply = Callable[[NDArray[np.float64], NDArray[Any], NDArray[np.float64]], Any]

#: How far products may move, in powers of two, before a power of two is split off.
_FAR = 400
_NUMBERS = 2**14
_FEWEST_STEPS, _MOST_STEPS = 4, 64


@dataclass(frozen=True, eq=False)
class NormProfile:
    """log₂ ||P(t, k)|| over the gaps t - k.

    Parameters
    ----------
    gaps
        0, 1, ..., t.
    log2_norms
        Shape (t + 1, B); -inf where the product is zero.
    """

    gaps: Int[np.ndarray, "gaps"]
    log2_norms: Float[np.ndarray, "gaps B"]


@dataclass(frozen=True, eq=False)
class ScaledProduct:
    """P = mantissa · 2^exponent for each column of the batch, where P itself may overflow.

    Parameters
    ----------
    mantissa
        Shape (B, n, n); the largest entry of each matrix lies in [1/2, 1), or all are zero.
    exponent
        Shape (B,).
    """

    mantissa: Float[np.ndarray, "B n n"]
    exponent: Int[np.ndarray, " B"]


def identities(like: NDArray[Any]) -> Shaped[np.ndarray, "B n n"]:
    """Return a batch of identities of the shape and number type of some square matrices.

    Examples
    --------
    >>> identities(np.zeros((1, 2, 2)))
    array([[[1., 0.],
            [0., 1.]]])
    """
    one = like.dtype.type(1) if like.dtype != object else like.flat[0] * 0 + 1
    identity = np.where(np.eye(like.shape[-1], dtype=bool), one, one * 0).astype(like.dtype)
    return np.stack([identity] * len(like))


def ordered_product(
    start: NDArray[Any], jacobians: Iterable[NDArray[Any]]
) -> Shaped[np.ndarray, "B n n"]:
    """Multiply step Jacobians in the order of time onto a start, the newest factor on the left.

    Formula: P = J_m ... J_2 J_1 P_0.

    Parameters
    ----------
    start
        P_0, shape (B, n, n), of any number type; identities as a rule.
    jacobians
        J_1, J_2, ..., each of shape (B, n, n).

    Returns
    -------
    numpy.ndarray
        Shape (B, n, n).

    Notes
    -----
    Derived here; claim chain.

    Examples
    --------
    >>> swap, double = np.array([[[0, 1], [1, 0]]]), np.array([[[2, 0], [0, 1]]])
    >>> ordered_product(identities(swap), [swap, double])
    array([[[0, 2],
            [1, 0]]])
    """
    product = start
    for jacobian in jacobians:
        product = jacobian @ product
    return product


def product_profile(start: NDArray[Any], jacobians: Iterable[NDArray[Any]]) -> NormProfile:
    """Return log₂ of the norms of products over gaps 0, 1, 2, ..., each step put on the right.

    Formula: P(t, k - 1) = P(t, k) J_k; after every factor a power of two is split off, so that
    nothing overflows or underflows.

    Parameters
    ----------
    start
        P(t, t), shape (B, n, n); identities as a rule.
    jacobians
        J_t, J_{t-1}, ..., the newest first, each real floating point of shape (B, n, n).

    Returns
    -------
    NormProfile
        Spectral norms, computed in float64.

    Raises
    ------
    DomainError
        If a Jacobian holds exact or complex numbers.

    Notes
    -----
    Derived here. Not rigorous.

    Examples
    --------
    >>> half = np.array([[[0.5]]])
    >>> product_profile(identities(half), [half, half]).log2_norms.ravel()
    array([ 0., -1., -2.])
    """
    factors = (_real_factor(jacobian) for jacobian in jacobians)
    return profile_of(start, factors, _times)


def _real_factor(jacobian: NDArray[Any]) -> NDArray[np.float64]:
    if jacobian.dtype.kind != "f":
        msg = f"profiles are computed in real floating point, got Jacobians of {jacobian.dtype}"
        raise DomainError(msg)
    return jacobian.astype(np.float64)


def _times(product: Any, factor: Any, out: Any) -> None:
    np.matmul(product, factor, out=out.reshape(product.shape))


def profile_of(
    start: NDArray[Any], factors: Iterable[NDArray[Any]], multiply: Multiply
) -> NormProfile:
    """Return the profile of products that grow by one factor at a time."""
    start = start.astype(np.float64)
    first = log2(largest_stretches(start[None], None)[0], np.zeros(1, dtype=np.int64))
    log2_norms, guess = [first], None
    for products, exponent in _groups(start, factors, multiply):
        norms, guess = largest_stretches(products, guess)
        log2_norms.append(log2(norms, exponent))
    joined = np.concatenate(log2_norms)
    return NormProfile(np.arange(len(joined)), joined)


def product_of(
    start: NDArray[Any], factors: Iterable[NDArray[Any]], multiply: Multiply
) -> ScaledProduct:
    """Return the last product, its power of two split off."""
    last, before = start.astype(np.float64), np.zeros(len(start), dtype=np.int64)
    for products, exponent in _groups(last, factors, multiply):
        last, before = products[-1], exponent
    mantissa, shift = scaled(last, axes=(1, 2))
    return ScaledProduct(mantissa, before + shift)


def _groups(
    start: NDArray[np.float64], factors: Iterable[NDArray[Any]], multiply: Multiply
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Yield some products at a time, (steps, B, n, n), with the exponents (B,) they all share.

    A power of two is split off after each group. No entry of a group is above 2^400 and no matrix
    below 2^-400; otherwise the group is made again of fewer steps, at last of one, which is scaled.
    The array that is yielded is written over by the next group.
    """
    most = min(max(_NUMBERS // start.size, _FEWEST_STEPS), _MOST_STEPS)
    places = np.empty((most, *start.shape))
    rows = places.reshape(most, -1, start.shape[-1])
    coming, waiting, size = iter(factors), list[NDArray[Any]](), most
    current, exponent = scaled(start, axes=(1, 2))
    while True:
        waiting += islice(coming, max(size - len(waiting), 0))
        group = waiting[:size]
        if not group:
            return
        last, products = current, places[: len(group)]
        with np.errstate(over="ignore", invalid="ignore"):
            for factor, place, out in zip(group, products, rows, strict=False):
                multiply(last, factor, out)
                last = place
        flat = products.reshape(*products.shape[:2], -1)
        sizes = np.maximum(flat.max(axis=2), -flat.min(axis=2))
        near = (sizes > 2.0**-_FAR) & (sizes < 2.0**_FAR) | ~current.any(axis=(1, 2))
        if len(group) > 1 and not near.all():
            size = max(1, len(group) // 4)
            continue
        if len(group) == 1:
            products[0], shift = scaled(last, axes=(1, 2))
            exponent = exponent + shift
        del waiting[: len(group)]
        yield products, exponent
        current, shift = scaled(products[-1], axes=(1, 2))
        exponent = exponent + shift
        size = min(most, 2 * size)


def scaled(
    array: NDArray[np.float64], axes: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Split a power of two off each column of the batch; the largest entry is left in [1/2, 1)."""
    exponents = np.frexp(np.abs(array).max(axis=axes, keepdims=True))[1]
    return np.ldexp(array, -exponents), exponents.ravel().astype(np.int64)


def log2(values: Any, exponents: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return log₂ of values whose powers of two were split off; -inf for zero."""
    with np.errstate(divide="ignore"):
        logs: NDArray[np.float64] = np.log2(values) + exponents
    return logs
