"""Plain networks: their Jacobian products and error signals over gaps of any length."""

from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import as_numbers, require_shape, require_time
from rnnmath.numeric.flow.products import (
    Multiply,
    NormProfile,
    ScaledProduct,
    identities,
    log2,
    ordered_product,
    product_of,
    profile_of,
    scaled,
)
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN, require_fit

__all__ = [
    "ErrorSignalProfile",
    "error_signal_profile",
    "jacobian_product",
    "jacobian_products",
    "norm_profile",
    "scaled_jacobian_product",
    "step_jacobian",
]


@dataclass(frozen=True, eq=False)
class ErrorSignalProfile:
    """log₂ ||δ_k|| over the gaps t - k, for the loss at t alone and for the total loss.

    Parameters
    ----------
    gaps
        0, 1, ..., t - 1, for k = t down to 1.
    log2_single, log2_total
        Shape (t, B); -inf where the error signal is zero.
    """

    gaps: Int[np.ndarray, "gaps"]
    log2_single: Float[np.ndarray, "gaps B"]
    log2_total: Float[np.ndarray, "gaps B"]


def step_jacobian(
    network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex
) -> Shaped[np.ndarray, "B n n"]:
    """Return J_t = dh_t/dh_{t-1} = diag(f'(a_t)) W for each column of the batch.

    Formula: (J_t)_ij = f'(a_t)_i W_ij: the rows of W are scaled, no diagonal matrix is built.

    Parameters
    ----------
    network, trajectory
        A network and its forward pass, of any number type.
    t
        In 1..T.

    Returns
    -------
    numpy.ndarray
        Shape (B, n, n), also for B = 1.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import polynomial, forward
    >>> one = np.ones((1, 1))
    >>> square = VanillaRNN(3 * one, one, one, 0 * one, 0 * one, polynomial([0, 0, 1]))
    >>> step_jacobian(square, forward(square, np.zeros((1, 1, 1)), one), 1)
    array([[[18.]]])
    """
    require_fit(network, trajectory)
    slopes = network.activation.slope(trajectory.preactivation(t))
    jacobians: NDArray[Any] = slopes.T[:, :, None] * network.W
    return jacobians


def jacobian_product(
    network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex, k: SupportsIndex
) -> Shaped[np.ndarray, "B n n"]:
    """Return P(t, k) = dh_t/dh_k = J_t J_{t-1} ... J_{k+1}, the newest factor on the left.

    Parameters
    ----------
    network, trajectory
        A network and its forward pass, of any number type.
    t, k
        0 <= k <= t <= T; the product has t - k factors, and is the identity for k = t.

    Returns
    -------
    numpy.ndarray
        Shape (B, n, n), also for B = 1.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If k > t or a time is out of range.

    Notes
    -----
    Derived here. Long products of floating-point matrices overflow: see `scaled_jacobian_product`
    and `norm_profile`.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(2 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.zeros((5, 1, 1)), one)
    >>> jacobian_product(network, trajectory, 5, 2)
    array([[[8.]]])
    >>> jacobian_product(network, trajectory, 2, 5)
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: k must not exceed t: the product runs from k + 1 to t, got t=2, k=5
    """
    start, end = _gap(network, trajectory, t, k)
    steps = (step_jacobian(network, trajectory, j) for j in range(start + 1, end + 1))
    return ordered_product(_identities(network, trajectory), steps)


def jacobian_products(
    network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex
) -> Shaped[np.ndarray, "gaps B n n"]:
    """Return P(t, k) = dh_t/dh_k for k = t, t - 1, ..., 0 in one sweep, the gap t - k first.

    Formula: P(t, k - 1) = (P(t, k) diag(f'(a_k))) W.

    Parameters
    ----------
    network, trajectory
        A real floating-point network and its forward pass.
    t
        In 0..T.

    Returns
    -------
    numpy.ndarray
        Shape (t + 1, B, n, n), computed in float64; it overflows where floats do.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range, or the numbers are exact or complex.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(2 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> jacobian_products(network, forward(network, np.zeros((3, 1, 1)), one), 3).ravel()
    array([1., 2., 4., 8.])
    """
    start, end = _gap(network, trajectory, t, 0)
    products = np.empty((end + 1, trajectory.batch, *network.W.shape))
    products[0] = np.eye(len(network.W))
    slopes, multiply = _factors(network, trajectory, start, end)
    for slope, known, place in zip(slopes, products, products[1:], strict=False):
        multiply(known, slope, place.reshape(-1, len(network.W)))
    return products


def scaled_jacobian_product(
    network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex, k: SupportsIndex
) -> ScaledProduct:
    """Return P(t, k) = dh_t/dh_k as a matrix times a power of two, whatever the gap.

    Formula: P(t, k - 1) = (P(t, k) diag(f'(a_k))) W: columns are scaled, then multiplied; after
    some steps a power of two is split off, which rounds nothing.

    Parameters
    ----------
    network, trajectory
        A real floating-point network and its forward pass.
    t, k
        0 <= k <= t <= T.

    Returns
    -------
    ScaledProduct
        Computed in float64.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If k > t, a time is out of range, or the numbers are exact or complex.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(0.25 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.zeros((999, 1, 1)), one)
    >>> product = scaled_jacobian_product(network, trajectory, 999, 0)
    >>> product.mantissa, product.exponent
    (array([[[0.5]]]), array([-1997]))
    """
    start, end = _gap(network, trajectory, t, k)
    return product_of(_identities(network, trajectory), *_factors(network, trajectory, start, end))


def _gap(
    network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex, k: SupportsIndex
) -> tuple[int, int]:
    """Return k and t, or raise for a product that would run backward."""
    require_fit(network, trajectory)
    end = require_time(t, 0, trajectory.steps)
    start = require_time(k, 0, trajectory.steps, "k")
    if start > end:
        msg = f"k must not exceed t: the product runs from k + 1 to t, got t={t}, k={k}"
        raise DomainError(msg)
    return start, end


def _factors(
    network: VanillaRNN, trajectory: Trajectory, start: int, end: int
) -> tuple[NDArray[np.float64], Multiply]:
    """Return the slopes at end, ..., start + 1, and how they lead from P(t, j) to P(t, j - 1)."""
    slopes = np.ascontiguousarray(_real_slopes(network, trajectory)[start:end].transpose(0, 2, 1))
    W = network.W.astype(np.float64)
    scratch = np.empty((trajectory.batch, *W.shape))
    rows = scratch.reshape(-1, len(W))
    # no nested function: the checks of the tests would cost more than its body
    return slopes[::-1, :, None], lambda product, slope, out: (
        np.multiply(product, slope, out=scratch),
        rows.dot(W, out=out),
    )


def _identities(network: VanillaRNN, trajectory: Trajectory) -> NDArray[Any]:
    like = np.stack([network.W] * trajectory.batch)
    identity: NDArray[Any] = identities(like).astype(trajectory.h.dtype)
    return identity


def norm_profile(network: VanillaRNN, trajectory: Trajectory, t: SupportsIndex) -> NormProfile:
    """Return log₂ ||P(t, k)|| for k = t, t - 1, ..., 0 in one sweep, whatever the gap.

    Formula: as `product_profile` has it.

    Parameters
    ----------
    network, trajectory
        A real floating-point network and its forward pass.
    t
        In 0..T.

    Returns
    -------
    NormProfile
        Spectral norms, computed in float64.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range, or the numbers are exact or complex.

    Notes
    -----
    Derived here. Not rigorous: for a proof take `jacobian_product` of an exact network to
    `spectral_norm`.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(0.5 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.zeros((5000, 1, 1)), one)
    >>> norm_profile(network, trajectory, 5000).log2_norms[-1]
    array([-5000.])
    """
    require_fit(network, trajectory)
    end = require_time(t, 0, trajectory.steps)
    return profile_of(_identities(network, trajectory), *_factors(network, trajectory, 0, end))


def error_signal_profile(
    network: VanillaRNN, trajectory: Trajectory, e: Any, t: SupportsIndex
) -> ErrorSignalProfile:
    """Return log₂ ||δ_k|| for k = t, ..., 1: with the loss at t alone, and with all of e.

    Formula: δ_k = f'(a_k) ∘ (Vᵀ e_k + Wᵀ δ_{k+1}); for the loss at t alone e_k = 0 for k ≠ t.

    Parameters
    ----------
    network, trajectory
        A real floating-point network and its forward pass.
    e
        Gradients of the losses in the outputs, shape (T, p, B).
    t
        In 1..T. Losses later than t count in the total.

    Returns
    -------
    ErrorSignalProfile
        Computed in float64, scaled by powers of two on the way.

    Raises
    ------
    ShapeMismatch
        If the trajectory or e does not fit the network.
    DomainError
        If t is out of range, or the numbers are exact, complex or not finite.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(0.5 * one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.zeros((3, 1, 1)), one)
    >>> profile = error_signal_profile(network, trajectory, np.ones((3, 1, 1)), 3)
    >>> profile.log2_single.ravel(), 2 ** profile.log2_total.ravel()
    (array([ 0., -1., -2.]), array([1.  , 1.5 , 1.75]))
    """
    require_fit(network, trajectory)
    end = require_time(t, 1, trajectory.steps)
    array = as_numbers(e, "e")
    require_shape(array, trajectory.o.shape, "e")
    _require_real(array, "e")
    slopes = _real_slopes(network, trajectory)
    local = network.V.T.astype(np.float64) @ array.astype(np.float64)
    alone = np.zeros_like(local)
    alone[end - 1] = local[end - 1]
    single = _signal_norms(network, slopes, alone)
    total = _signal_norms(network, slopes, local)
    return ErrorSignalProfile(np.arange(end), single[:end][::-1], total[:end][::-1])


def _signal_norms(
    network: VanillaRNN, slopes: NDArray[np.float64], local: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return log₂ ||δ_k|| at index k - 1, running the recursion on mantissas and exponents."""
    W = network.W.T.astype(np.float64)
    mantissa = np.zeros_like(local[0])
    exponent = np.zeros(local.shape[2], dtype=np.int64)
    norms = np.empty((len(local), local.shape[2]))
    for k in range(len(local) - 1, -1, -1):
        direct, direct_exponent = scaled(local[k], axes=(0,))
        common = np.where(
            direct.any(axis=0) & mantissa.any(axis=0),
            np.maximum(exponent, direct_exponent),
            np.where(direct.any(axis=0), direct_exponent, exponent),
        )
        received = np.ldexp(W @ mantissa, _bounded(exponent - common))
        mantissa = slopes[k] * (received + np.ldexp(direct, _bounded(direct_exponent - common)))
        mantissa, shift = scaled(mantissa, axes=(0,))
        exponent = common + shift
        norms[k] = log2(np.linalg.norm(mantissa, axis=0), exponent)
    return norms


def _bounded(exponents: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return exponents that ldexp accepts; below -5000 every float64 is 0 anyway."""
    return np.maximum(exponents, -5000).astype(np.int32)


def _real_slopes(network: VanillaRNN, trajectory: Trajectory) -> NDArray[np.float64]:
    _require_real(network.W, "the network")
    _require_real(trajectory.a, "the trajectory")
    return network.activation.slope(trajectory.a).astype(np.float64)


def _require_real(array: NDArray[Any], name: str) -> None:
    if array.dtype.kind != "f":
        msg = f"profiles are computed in real floating point, but {name} holds {array.dtype}"
        raise DomainError(msg)
