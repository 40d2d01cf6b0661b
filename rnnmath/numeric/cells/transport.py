"""From a state of a gated network to a later one: Jacobian products and their norms over gaps."""

from collections.abc import Callable, Mapping
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_time
from rnnmath.numeric.cells.gru import GRU
from rnnmath.numeric.cells.gru_gradients import gru_step_jacobian
from rnnmath.numeric.cells.lstm import LSTM
from rnnmath.numeric.cells.lstm_gradients import lstm_step_jacobian
from rnnmath.numeric.cells.skip import SkipRNN
from rnnmath.numeric.cells.skip_gradients import skip_step_jacobian
from rnnmath.numeric.flow.products import NormProfile, identities, ordered_product, product_profile

__all__ = ["cell_jacobian_product", "cell_norm_profile", "cell_step_jacobian"]

PATHS = ("total", "direct")
_STEPS: Mapping[type, Callable[..., Any]] = {
    LSTM: lstm_step_jacobian,
    GRU: gru_step_jacobian,
    SkipRNN: skip_step_jacobian,
}


def cell_step_jacobian(
    network: Any, trajectory: Any, t: SupportsIndex, *, path: str = "total"
) -> Shaped[np.ndarray, "B n n"]:
    """Return the Jacobian of one step: of the whole state, or of an LSTM's cell state alone.

    Formula: total, as `lstm_step_jacobian`, `gru_step_jacobian`, `skip_step_jacobian` have it;
    direct, dcell_t/dcell_{t-1} with h_{t-1} held, which is diag(f_t) without peepholes.

    Parameters
    ----------
    network, trajectory
        An LSTM, GRU or SkipRNN, and its forward pass.
    t
        In 1..T.
    path
        "total" or "direct".

    Returns
    -------
    numpy.ndarray
        Shape (B, n, n); (B, 2n, 2n) for the total of an LSTM, h before the cell state.

    Raises
    ------
    ShapeMismatch
        If the trajectory does not fit the network.
    DomainError
        If t is out of range, the network is none of these, or it has no such path.

    Notes
    -----
    Derived here; claims lstm-jacobian and lstm-carousel.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[1.0]], zeros((4, 1)), [[0.0]])
    >>> seen = forward_lstm(network, zeros((1, 1, 1)), [[0.0]], [[0.0]])
    >>> cell_step_jacobian(network, seen, 1, path="direct")
    array([[[0.5]]])
    """
    if type(network) not in _STEPS:
        msg = f"network must be an LSTM, GRU or SkipRNN, got {type(network).__name__}"
        raise DomainError(msg)
    if path not in PATHS or (path == "direct" and not isinstance(network, LSTM)):
        msg = f"path must be 'total', or 'direct' for an LSTM, got {path!r}"
        raise DomainError(msg)
    jacobian: NDArray[Any] = _STEPS[type(network)](network, trajectory, t)
    size = jacobian.shape[-1] // 2
    return jacobian[:, size:, size:] if path == "direct" else jacobian


def cell_jacobian_product(
    network: Any, trajectory: Any, t: SupportsIndex, k: SupportsIndex, *, path: str = "total"
) -> Shaped[np.ndarray, "B n n"]:
    """Return P(t, k), the product of the step Jacobians k + 1..t, the newest on the left.

    Formula: ds_t/ds_k with s the whole state; or, along the direct path, diag(f_t ∘ ... ∘ f_{k+1}).

    Parameters
    ----------
    network, trajectory, path
        As in `cell_step_jacobian`.
    t, k
        0 <= k <= t <= T; the identity for k = t, where T is at least 1.

    Returns
    -------
    numpy.ndarray
        Shape as in `cell_step_jacobian`.

    Raises
    ------
    ShapeMismatch, DomainError
        As in `cell_step_jacobian`, and if k > t.

    Notes
    -----
    Derived here; claim lstm-carousel.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[1.0]], zeros((4, 1)), [[0.0]])
    >>> seen = forward_lstm(network, zeros((3, 1, 1)), [[0.0]], [[0.0]])
    >>> cell_jacobian_product(network, seen, 3, 0, path="direct")
    array([[[0.125]]])
    """
    end = require_time(t, 0, trajectory.steps)
    start = require_time(k, 0, trajectory.steps, "k")
    if start > end:
        msg = f"k must not exceed t: the product runs from k + 1 to t, got t={t}, k={k}"
        raise DomainError(msg)
    first = identities(cell_step_jacobian(network, trajectory, 1, path=path))
    steps = (
        cell_step_jacobian(network, trajectory, j, path=path) for j in range(start + 1, end + 1)
    )
    return ordered_product(first, steps)


def cell_norm_profile(
    network: Any, trajectory: Any, t: SupportsIndex, *, path: str = "total"
) -> NormProfile:
    """Return log₂ ||P(t, k)|| for k = t, t - 1, ..., 0 in one sweep, whatever the gap.

    Formula: as `product_profile` has it.

    Parameters
    ----------
    network, trajectory, path
        As in `cell_step_jacobian`.
    t
        In 0..T.

    Returns
    -------
    NormProfile
        Spectral norms, computed in float64.

    Raises
    ------
    ShapeMismatch, DomainError
        As in `cell_step_jacobian`.

    Notes
    -----
    Derived here. Not rigorous.

    Examples
    --------
    >>> from rnnmath.numeric.cells import forward_lstm
    >>> zeros = np.zeros
    >>> network = LSTM(zeros((4, 1)), zeros((4, 1)), [[1.0]], zeros((4, 1)), [[0.0]])
    >>> seen = forward_lstm(network, zeros((3, 1, 1)), [[0.0]], [[0.0]])
    >>> cell_norm_profile(network, seen, 3, path="direct").log2_norms.ravel()
    array([ 0., -1., -2., -3.])
    """
    end = require_time(t, 0, trajectory.steps)
    first = identities(cell_step_jacobian(network, trajectory, 1, path=path))
    steps = (cell_step_jacobian(network, trajectory, j, path=path) for j in range(end, 0, -1))
    return product_profile(first, steps)
