"""The vanilla recurrent network: parameters, forward pass, and what it has seen."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Shaped
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import require_representable, require_shape, require_time, same_numbers
from rnnmath.numeric._chunks import chunks, into, require_finite_series, room, through, turned
from rnnmath.numeric.activations import Activation

__all__ = ["Trajectory", "VanillaRNN", "forward", "random_network"]


@dataclass(frozen=True, eq=False, init=False)
class VanillaRNN:
    """The parameters of a_t = W h_{t-1} + U x_t + b, h_t = f(a_t), o_t = V h_t + c.

    Parameters
    ----------
    W, U, V, b, c
        Shapes (n, n), (n, m), (p, n), (n, 1), (p, 1): all floating point (real or complex), or all
        exact (object arrays of int, Fraction, Dual).
        Integer arrays become float64, or Fractions beside exact arrays.
    activation
        f, with its slope.

    Raises
    ------
    ShapeMismatch
        If W is not square, another shape does not fit, or an array is ragged or empty.
    DomainError
        If an entry is not finite or no number, or exact and floating-point arrays are mixed.

    Notes
    -----
    Derived here; the notation is that of the theory pages.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> one = np.ones((1, 1))
    >>> VanillaRNN(np.ones((2, 1)), one, one, one, one, ACTIVATIONS["tanh"])
    Traceback (most recent call last):
        ...
    rnnmath.errors.ShapeMismatch: W must be square, got shape (2, 1)
    """

    W: Shaped[np.ndarray, "n n"]
    U: Shaped[np.ndarray, "n m"]
    V: Shaped[np.ndarray, "p n"]
    b: Shaped[np.ndarray, "n 1"]
    c: Shaped[np.ndarray, "p 1"]
    activation: Activation

    def __init__(self, W: Any, U: Any, V: Any, b: Any, c: Any, activation: Any) -> None:
        arrays = same_numbers(W=W, U=U, V=V, b=b, c=c)
        W, U, V, b, c = arrays.values()
        if W.ndim != 2 or W.shape[0] != W.shape[1]:
            msg = f"W must be square, got shape {W.shape}"
            raise ShapeMismatch(msg)
        n = len(W)
        require_shape(U, (n, None), "U")
        require_shape(V, (None, n), "V")
        require_shape(b, (n, 1), "b")
        require_shape(c, (len(V), 1), "c")
        if not isinstance(activation, Activation):
            msg = f"activation must be an Activation, got {activation!r}"
            raise DomainError(msg)
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "activation", activation)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return (n, m, p): the sizes of state, input and output."""
        return len(self.W), self.U.shape[1], len(self.V)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What a forward pass has seen; time starts at 1, and the state at 0.

    Parameters
    ----------
    x, h, a, o
        Inputs (T, m, B), states (T + 1, n, B), pre-activations (T, n, B), outputs (T, p, B).
        Read them by ``input(t)``, ``state(t)``, ``preactivation(t)`` and ``output(t)``, which
        raise DomainError outside the range of t.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> one = np.ones((1, 1))
    >>> network = VanillaRNN(one, one, one, one, one, ACTIVATIONS["identity"])
    >>> trajectory = forward(network, np.ones((2, 1, 1)), one)
    >>> trajectory.state(0).item(), trajectory.state(2).item()
    (1.0, 5.0)
    >>> trajectory.output(3)
    Traceback (most recent call last):
        ...
    rnnmath.errors.DomainError: t must be an integer in 1..2, got 3
    """

    x: Shaped[np.ndarray, "T m B"]
    h: Shaped[np.ndarray, "T+1 n B"]
    a: Shaped[np.ndarray, "T n B"]
    o: Shaped[np.ndarray, "T p B"]

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.a)

    @property
    def batch(self) -> int:
        """Return B."""
        return int(self.h.shape[2])

    def state(self, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return h_t for t in 0..T."""
        return np.asarray(self.h[require_time(t, 0, self.steps)])

    def input(self, t: SupportsIndex) -> Shaped[np.ndarray, "m B"]:
        """Return x_t for t in 1..T."""
        return np.asarray(self.x[require_time(t, 1, self.steps) - 1])

    def preactivation(self, t: SupportsIndex) -> Shaped[np.ndarray, "n B"]:
        """Return a_t for t in 1..T."""
        return np.asarray(self.a[require_time(t, 1, self.steps) - 1])

    def output(self, t: SupportsIndex) -> Shaped[np.ndarray, "p B"]:
        """Return o_t for t in 1..T."""
        return np.asarray(self.o[require_time(t, 1, self.steps) - 1])


def forward(network: VanillaRNN, x: Any, h0: Any) -> Trajectory:
    """Run the network and keep every state, pre-activation and output.

    Formula: a_t = W h_{t-1} + U x_t + b, h_t = f(a_t), o_t = V h_t + c for t = 1..T.

    Parameters
    ----------
    network
        The parameters; number type and exactness follow from them and the inputs.
    x
        Inputs, shape (T, m, B): x_t is x[t - 1], with the batch as columns.
    h0
        Initial state, shape (n, B).

    Returns
    -------
    Trajectory
        All arrays of one number type.

    Raises
    ------
    ShapeMismatch
        If x or h0 does not fit the network, or is ragged or empty.
    DomainError
        If x or h0 is not finite, exact meets floating point, or the state overflows.

    Examples
    --------
    >>> from rnnmath.numeric import polynomial
    >>> W = np.array([[Fraction(1, 2)]])
    >>> one, zero = np.ones((1, 1), dtype=int), np.zeros((1, 1), dtype=int)
    >>> network = VanillaRNN(W, one, one, zero, zero, polynomial([0, 0, 1]))
    >>> forward(network, np.ones((1, 1, 1), dtype=int), one).state(1).item()
    Fraction(9, 4)
    """
    n, m, _ = network.sizes
    arrays = same_numbers(W=network.W, x=x, h0=h0)
    x, h0 = arrays["x"], arrays["h0"]
    require_shape(x, (None, m, None), "x")
    require_shape(h0, (n, x.shape[2]), "h0")
    steps, _, batch = x.shape
    dtype = np.result_type(network.W, network.U, network.b, x, h0)
    h = room(network.W, (steps + 1, n, batch), dtype)
    a = room(network.W, (steps, n, batch), dtype)
    o = room(network.V, (steps, len(network.V), batch), np.result_type(network.V, network.c, dtype))
    h[0] = h0
    with np.errstate(over="ignore", invalid="ignore"):
        for chunk in chunks(steps, n * batch):
            here, before, after = a[chunk], h[chunk], h[1:][chunk]
            through(network.U, x[chunk], out=here)
            here += network.b
            _run(network, here, before, after)
            require_finite_series(chunk.start, a=here, h=after)
        through(network.V, h[1:], out=o)
        o += network.c
    require_representable(o, "o")
    return Trajectory(x, h, a, o)


def _run(network: VanillaRNN, a: NDArray[Any], before: NDArray[Any], after: NDArray[Any]) -> None:
    """Turn U x_t + b into a_t, and write the states, step by step."""
    back, activate = network.W.T, into(network.activation.value)
    recurrent = room(network.W, (1, *a.shape[1:]), a.dtype)[0].T
    for here, last, following in zip(turned(a), turned(before), turned(after), strict=True):
        last.dot(back, out=recurrent)
        np.add(here, recurrent, out=here)
        activate(here, following)


def random_network(
    rng: np.random.Generator,
    n: int,
    m: int,
    p: int,
    activation: Activation,
    *,
    scale: float = 1.0,
    exact: bool = False,
) -> VanillaRNN:
    """Draw a network with Gaussian weights of variance scale²/n (W), 1/m (U), 1/n (V), 1/4 (b, c).

    Parameters
    ----------
    rng
        Source of randomness.
    n, m, p
        Sizes of state, input and output, at least 1.
    activation
        f, with its slope.
    scale
        Standard deviation of the entries of W times √n.
    exact
        Round every weight to a Fraction with denominator 16.

    Returns
    -------
    VanillaRNN
        float64, or exact.

    Raises
    ------
    DomainError
        If a size is below 1 or the scale is not a finite number.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS
    >>> random_network(np.random.default_rng(0), 3, 2, 1, ACTIVATIONS["tanh"]).sizes
    (3, 2, 1)
    """
    if min(n, m, p) < 1 or not np.isfinite(scale):
        msg = f"sizes must be at least 1 and scale finite, got n={n}, m={m}, p={p}, scale={scale}"
        raise DomainError(msg)

    def draw(rows: int, cols: int, deviation: float) -> NDArray[Any]:
        drawn = rng.normal(0.0, deviation, (rows, cols))
        if not exact:
            return drawn
        rounded = np.empty(drawn.shape, dtype=object)
        for index, entry in np.ndenumerate(drawn):
            rounded[index] = Fraction(round(16 * entry), 16)
        return rounded

    W, U = draw(n, n, scale / np.sqrt(n)), draw(n, m, 1 / np.sqrt(m))
    V, b, c = draw(p, n, 1 / np.sqrt(n)), draw(n, 1, 0.5), draw(p, 1, 0.5)
    return VanillaRNN(W, U, V, b, c, activation)


def require_fit(network: VanillaRNN, trajectory: Trajectory) -> None:
    """Raise ShapeMismatch unless the trajectory has the sizes of the network."""
    sizes = trajectory.h.shape[1], trajectory.x.shape[1], trajectory.o.shape[1]
    if sizes != network.sizes:
        msg = f"the trajectory has sizes (n, m, p) = {sizes}, but the network {network.sizes}"
        raise ShapeMismatch(msg)
