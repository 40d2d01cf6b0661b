"""Spectral norms of many matrices that change little from one to the next."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnmath.numeric.enclose.lanczos import largest, start_of_size

__all__ = ["largest_stretches"]

Array = NDArray[np.float64]

#: Up to this size the eigenvalues of all Gram matrices are found in one call.
_SMALL = 48
_NOISE = 1e-3
_PRECISION = 1e-14


def largest_stretches(matrices: Array, guess: Any) -> tuple[Array, Any]:
    """Return ||P|| for a stack (steps, B, n, n), and where to look in the stack that follows.

    Formula: ||P||² is the largest eigenvalue of Pᵀ P.

    Parameters
    ----------
    matrices
        Entries between 2^-400 and 2^400, so that squares neither overflow nor underflow.
    guess
        What was returned for the stack before, or None.

    Returns
    -------
    tuple
        Norms of shape (steps, B); and a direction for each of the batch, None for small n.

    Notes
    -----
    Derived here. Not rigorous. A large matrix is probed by the Lanczos process, from the direction
    that the matrix before it stretched most, with some noise so that no other can hide from it.

    Examples
    --------
    >>> largest_stretches(np.array([[[[3.0, 0.0], [4.0, 0.0]]]]), None)[0]
    array([[5.]])
    """
    if matrices.shape[-1] <= _SMALL:
        squares = np.linalg.eigvalsh(matrices.swapaxes(2, 3) @ matrices)[..., -1]
        return np.sqrt(np.maximum(squares, 0)), None
    noise = start_of_size(matrices.shape[-1])
    noise /= np.sqrt(noise @ noise)
    starts = [noise] * matrices.shape[1] if guess is None else list(guess)
    norms = np.empty(matrices.shape[:2])
    for step, batch in np.ndindex(norms.shape):
        norms[step, batch], starts[batch] = _probe(matrices[step, batch], starts[batch], noise)
    return norms, starts


def _probe(matrix: Array, start: Array, noise: Array) -> tuple[float, Array]:
    if not matrix.any():
        return 0.0, start

    def enough(value: float, second: float, residual: float) -> bool:
        gap = max(value - second, residual)
        return residual * residual <= _PRECISION * value * gap

    found = largest(
        lambda v: matrix.T @ (matrix @ v),
        start + _NOISE * noise,
        steps=len(matrix),
        enough=enough,
    )
    return float(np.sqrt(max(found.value, 0.0))), found.vector
