"""Ordered products of step Jacobians of any network, and their norms over gaps of any length."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError

__all__ = ["NormProfile", "identities", "ordered_product", "product_profile"]

CHUNK = 1024  # matrices whose norms are taken in one call


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
    product = start.astype(np.float64)
    exponent = np.zeros(len(product), dtype=np.int64)
    log2_norms, waiting, shifts = [], [product], [exponent]
    for jacobian in jacobians:
        if jacobian.dtype.kind != "f":
            msg = f"profiles are computed in real floating point, got Jacobians of {jacobian.dtype}"
            raise DomainError(msg)
        product, shift = scaled(product @ jacobian.astype(np.float64), axes=(1, 2))
        exponent = exponent + shift
        waiting.append(product)
        shifts.append(exponent)
        if len(waiting) == CHUNK:
            log2_norms.append(log2(np.linalg.norm(waiting, 2, axis=(2, 3)), np.array(shifts)))
            waiting, shifts = [], []
    if waiting:
        log2_norms.append(log2(np.linalg.norm(waiting, 2, axis=(2, 3)), np.array(shifts)))
    norms = np.concatenate(log2_norms)
    return NormProfile(np.arange(len(norms)), norms)


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
