"""Residual and leaky networks: a plain network with a direct path from state to state."""

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric._checks import require_representable, require_shape
from rnnmath.numeric.cells._parts import floating
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN

__all__ = ["SkipRNN", "forward_skip", "leaky", "residual"]


@dataclass(frozen=True, eq=False, init=False)
class SkipRNN:
    """A network whose state keeps a part of itself: h_t = keep h_{t-1} + gain f(a_t).

    Formula: a_t = W h_{t-1} + U x_t + b, o_t = V h_t + c, with the parameters of the plain network.

    Parameters
    ----------
    plain
        The parameters, in floating point.
    keep, gain
        Finite real numbers; (1, 1) is the residual network, (1 - α, α) the leaky one.

    Raises
    ------
    DomainError
        If the network is no VanillaRNN or exact, or a number is not finite and real.

    Notes
    -----
    He et al. (2016) for the identity path; Jaeger et al. (2007) for leaky units.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, random_network
    >>> plain = random_network(np.random.default_rng(0), 2, 1, 1, ACTIVATIONS["tanh"])
    >>> SkipRNN(plain, 1.0, float("nan"))
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: gain must be a finite real number, got nan
    """

    plain: VanillaRNN
    keep: float
    gain: float

    def __init__(self, plain: Any, keep: Any, gain: Any) -> None:
        if not isinstance(plain, VanillaRNN):
            msg = f"plain must be a VanillaRNN, got {type(plain).__name__}"
            raise DomainError(msg)
        floating(W=plain.W)
        object.__setattr__(self, "plain", plain)
        object.__setattr__(self, "keep", _real(keep, "keep"))
        object.__setattr__(self, "gain", _real(gain, "gain"))

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return (n, m, p): the sizes of state, input and output."""
        return self.plain.sizes


def residual(plain: VanillaRNN) -> SkipRNN:
    """Return the residual network h_t = h_{t-1} + f(a_t).

    Raises
    ------
    DomainError
        As `SkipRNN` does.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, random_network
    >>> plain = random_network(np.random.default_rng(0), 2, 1, 1, ACTIVATIONS["tanh"])
    >>> residual(plain).keep, residual(plain).gain
    (1.0, 1.0)
    """
    return SkipRNN(plain, 1.0, 1.0)


def leaky(plain: VanillaRNN, alpha: Any) -> SkipRNN:
    """Return the leaky network h_t = (1 - α) h_{t-1} + α f(a_t).

    Parameters
    ----------
    plain
        The parameters.
    alpha
        The leak, 0 < α <= 1; α = 1 is the plain network.

    Raises
    ------
    DomainError
        If α is outside (0, 1], and as `SkipRNN` does.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, random_network
    >>> plain = random_network(np.random.default_rng(0), 2, 1, 1, ACTIVATIONS["tanh"])
    >>> leaky(plain, 0.25).keep
    0.75
    """
    leak = _real(alpha, "alpha")
    if not 0 < leak <= 1:
        msg = f"alpha must satisfy 0 < alpha <= 1, got {leak}"
        raise DomainError(msg)
    return SkipRNN(plain, 1 - leak, leak)


def forward_skip(network: SkipRNN, x: Any, h0: Any) -> Trajectory:
    """Run the network and keep every state, pre-activation and output.

    Formula: as `SkipRNN` has it, for t = 1..T.

    Parameters
    ----------
    network
        The parameters.
    x, h0
        Inputs (T, m, B) and initial state (n, B).

    Returns
    -------
    Trajectory
        Of the plain network's kind: x, h, a, o.

    Raises
    ------
    ShapeMismatch
        If x or h0 does not fit the network, or is ragged or empty.
    DomainError
        If x or h0 is not finite or exact, or the state overflows.

    Notes
    -----
    Derived here.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> one = np.ones((1, 1))
    >>> plain = VanillaRNN(one, one, one, 0 * one, 0 * one, ACTIVATIONS["identity"])
    >>> forward_skip(residual(plain), np.zeros((3, 1, 1)), one).h.ravel()
    array([1., 2., 4., 8.])
    """
    plain = network.plain
    n, m, _ = network.sizes
    arrays = floating(x=x, h0=h0)
    x, h, a = arrays["x"], [arrays["h0"]], []
    require_shape(x, (None, m, None), "x")
    require_shape(h[0], (n, x.shape[2]), "h0")
    with np.errstate(over="ignore", invalid="ignore"):
        driven = plain.U @ x + plain.b
        for t, drive in enumerate(driven, start=1):
            a.append(plain.W @ h[-1] + drive)
            require_representable(a[-1], f"a_{t}")
            h.append(network.keep * h[-1] + network.gain * plain.activation.value(a[-1]))
            require_representable(h[-1], f"h_{t}")
        states = np.stack(h)
        o = plain.V @ states[1:] + plain.c
    require_representable(o, "o")
    return Trajectory(x, states, np.stack(a), o)


def _real(value: Any, name: str) -> float:
    if not isinstance(value, Real) or not np.isfinite(float(value)):
        msg = f"{name} must be a finite real number, got {value!r}"
        raise DomainError(msg)
    return float(value)
