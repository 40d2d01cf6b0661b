"""Growth rates of a product of Jacobians, direction by direction, by repeated QR factorization.

``J_j Q_{j-1} = Q_j R_j`` with Q_j orthogonal and R_j upper triangular: the logarithms of the
diagonals add up, and no product is ever formed that could overflow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import Any, SupportsIndex

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric._checks import as_numbers, require_time
from rnnmath.numeric.flow import step_jacobian
from rnnmath.numeric.networks.vanilla import Trajectory, VanillaRNN

__all__ = ["Growth", "lyapunov_growth", "network_growth", "squared_stretches"]

#: Below this ratio of the smallest to the largest stretch, a block of steps is cut in two.
_SPREAD = 1e-8
_LONGEST_BLOCK = 8
_ROUNDOFF = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class Growth:
    """How much each direction of the start frame grew, as logarithms.

    Parameters
    ----------
    steps
        The number of Jacobians.
    logs
        Shape (n,): ``Σ_j ln (R_j)_ii``; ``-inf`` for a direction that a Jacobian sends into the
        span of those before it.
    """

    steps: int
    logs: Float[np.ndarray, " n"]

    @property
    def exponents(self) -> Float[np.ndarray, " n"]:
        """The logarithms per step, the largest first."""
        return np.sort(self.logs / self.steps)[::-1]


def _stack(jacobians: Any) -> NDArray[Any]:
    stack = as_numbers(jacobians, "jacobians")
    if stack.ndim != 3 or stack.shape[1] != stack.shape[2]:
        msg = f"jacobians must have shape (steps, n, n), got {stack.shape}"
        raise ShapeMismatch(msg)
    return stack


def _start(frame: Any, size: int) -> NDArray[np.float64]:
    if frame is None:
        return np.eye(size)
    start = as_numbers(frame, "start")
    if start.shape != (size, size) or start.dtype.kind != "f":
        msg = f"start must be a real ({size}, {size}) matrix, got {start.dtype} {start.shape}"
        raise ShapeMismatch(msg)
    start = start.astype(np.float64)
    gap = float(np.abs(start.T @ start - np.eye(size)).max())
    if gap > 100 * size * _ROUNDOFF:
        msg = f"start must have orthonormal columns; start.T @ start is off by {gap:.1e}"
        raise DomainError(msg)
    return start


def _live_frame(image: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    """Factor the columns that do not depend on earlier ones; return also which they are.

    A column depends on earlier ones where no more than roundoff of its own length is left.
    """
    kept = list(range(image.shape[1]))
    while True:
        frame, triangle = np.linalg.qr(image[:, kept])
        lengths = np.linalg.norm(image[:, kept], axis=0)
        stretches = np.abs(np.diag(triangle))
        dead = np.flatnonzero(stretches <= len(image) * _ROUNDOFF * lengths)
        if len(dead) == 0:
            return frame, stretches, kept
        del kept[int(dead[0])]


def _blocks(stack: NDArray[Any], frame: NDArray[Any]) -> Iterator[tuple[Any, Any, list[int]]]:
    """Yield frame, stretches and live columns after each block, as long as precision allows."""
    at, length = 0, _LONGEST_BLOCK
    while at < len(stack):
        length = min(length, len(stack) - at)
        image = frame
        for jacobian in stack[at : at + length]:
            image = jacobian @ image
        after, stretches, kept = _live_frame(image)
        whole = len(kept) == frame.shape[1]
        if length > 1 and not (whole and stretches.min() >= _SPREAD * stretches.max()):
            length //= 2
            continue
        frame, at, length = after, at + length, min(_LONGEST_BLOCK, 2 * length)
        yield frame, stretches, kept
        if not kept:
            return


def lyapunov_growth(jacobians: Any, *, start: Any = None) -> Growth:
    """Return the growth of each direction under a product of Jacobians.

    Formula: ``Σ_j ln (R_j)_ii`` for ``J_j Q_{j-1} = Q_j R_j``; ``Σ_i`` of all is ``ln |det P|``.

    Parameters
    ----------
    jacobians
        Shape (steps, n, n), the oldest first; floats, or exact numbers, which are rounded.
    start
        Orthogonal (n, n), the frame Q_0; the identity if left out.

    Returns
    -------
    Growth

    Raises
    ------
    ShapeMismatch
        If the shape is no stack of square matrices, or ``start`` does not fit.
    DomainError
        If a number is NaN, infinite or complex, or ``start`` is not orthogonal.

    Notes
    -----
    Each Jacobian is first scaled by a power of two, and the power is put back into the logarithm.
    Up to 8 steps share one factorization; fewer where the stretches spread by more than 1e8,
    so the smallest one keeps a relative error of about 1e8 n u a block, the largest of n u.
    An entry 1e-307 times the largest of its Jacobian counts as 0.
    Benettin, Galgani, Giorgilli, Strelcyn (1980); claim lyapunov-determinant.

    Examples
    --------
    >>> growth = lyapunov_growth([[[2.0, 1.0], [0.0, 0.5]]] * 40)
    >>> [round(value / log(2), 12) for value in growth.exponents.tolist()]
    [1.0, -1.0]
    >>> lyapunov_growth([[[0, 2], [0, 0]]] * 2).logs.tolist()
    [-inf, -inf]
    """
    stack = _stack(jacobians)
    if stack.dtype == object:
        stack = np.array([float(entry) for entry in stack.flat]).reshape(stack.shape)
    if stack.dtype.kind != "f":
        msg = f"jacobians must be real, got {stack.dtype}"
        raise DomainError(msg)
    frame = _start(start, stack.shape[1])
    stack = stack.astype(np.float64)
    exponents = np.frexp(np.abs(stack).max(axis=(1, 2)))[1]
    stack = np.ldexp(stack, -exponents[:, None, None])
    logs = np.full(stack.shape[1], float(exponents.sum()) * log(2))
    live = np.arange(stack.shape[1])
    for _, stretches, kept in _blocks(stack, frame):
        logs[np.delete(live, kept)] = -np.inf
        live = live[kept]
        logs[live] += np.log(stretches)
    return Growth(len(stack), logs)


def network_growth(
    network: VanillaRNN,
    trajectory: Trajectory,
    *,
    first: SupportsIndex = 1,
    start: Any = None,
) -> Growth:
    """Return the growth of each direction along a forward pass of a vanilla network.

    Formula: that of :func:`lyapunov_growth` for ``J_t = diag(f'(a_t)) W``, t = first..T.

    Parameters
    ----------
    network, trajectory
        A network in floats and its forward pass, for a batch of one.
    first
        The first step that counts, in 1..T; those before it let the state settle.
    start
        Orthogonal (n, n), the frame before that step.

    Raises
    ------
    ShapeMismatch
        If the batch is not one, or ``start`` does not fit.
    DomainError
        If ``first`` is outside 1..T.

    Examples
    --------
    >>> from rnnmath.numeric import ACTIVATIONS, forward, random_network
    >>> network = random_network(np.random.default_rng(0), 3, 1, 1, ACTIVATIONS["tanh"])
    >>> run = forward(network, np.zeros((50, 1, 1)), np.ones((3, 1)))
    >>> bool(network_growth(network, run).exponents[0] <= log(np.linalg.norm(network.W, 2)))
    True
    """
    steps = len(trajectory.x)
    begin = require_time(first, 1, steps, "first")
    factors = [step_jacobian(network, trajectory, time) for time in range(begin, steps + 1)]
    if len(factors[0]) != 1:
        msg = f"a growth is taken along one sequence, got a batch of {len(factors[0])}"
        raise ShapeMismatch(msg)
    return lyapunov_growth(np.concatenate(factors), start=start)


def squared_stretches(jacobians: Any) -> list[Fraction]:
    """Return the squares of ``Π_j (R_j)_ii`` exactly, starting from the identity.

    Formula: squared length of column i of ``P = J_m ... J_1``, less its part in the span of the
    columns before it: Gram-Schmidt without any root.

    Parameters
    ----------
    jacobians
        Shape (steps, n, n) of Fractions or integers, the oldest first.

    Raises
    ------
    ShapeMismatch
        If the shape is no stack of square matrices.
    DomainError
        If a number is not exact.

    Examples
    --------
    >>> squares = squared_stretches(np.array([[[2, 1], [0, 3]], [[1, 1], [1, 0]]], dtype=object))
    >>> squares, squares[0] * squares[1]
    ([Fraction(8, 1), Fraction(9, 2)], Fraction(36, 1))
    """
    stack = _stack(jacobians)
    if stack.dtype != object:
        msg = f"jacobians must hold Fractions or integers in an object array, got {stack.dtype}"
        raise DomainError(msg)
    product = stack[0]
    for jacobian in stack[1:]:
        product = jacobian @ product
    axes: list[tuple[Any, Fraction]] = []
    for column in product.T:
        for axis, square in axes:
            if square:
                column = column - (axis @ column) / square * axis
        axes.append((column, Fraction(column @ column)))
    return [square for _, square in axes]
