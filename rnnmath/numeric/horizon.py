"""The memory horizon of a run: from which gap on the Jacobian stays below a level."""

from typing import Any

import numpy as np
from jaxtyping import Int
from numpy.typing import NDArray

from rnnmath.errors import DomainError
from rnnmath.numeric.flow import NormProfile

__all__ = ["first_crossing", "horizon"]


def horizon(profile: NormProfile, level: Any) -> Int[np.ndarray, "B"]:
    """Return the last crossing: the least gap from which on every norm is at most the level.

    Formula: H(ε) = min{m : ||P|| <= ε at every gap from m on}, within the profile.

    Parameters
    ----------
    profile
        Norms over the gaps 0, 1, ..., t, from `norm_profile`.
    level
        ε, a positive number.

    Returns
    -------
    numpy.ndarray
        Shape (B,), integers in 0..t + 1; t + 1 where the longest gap is still above the level, so
        that the horizon lies beyond the run.

    Raises
    ------
    DomainError
        If the level is not a positive finite number, or the profile holds NaN.

    Notes
    -----
    Derived here; claim horizon.

    Examples
    --------
    >>> twice = NormProfile(np.arange(5), np.log2([[1.0], [2.0], [0.25], [0.5], [0.0625]]))
    >>> horizon(twice, 0.3), first_crossing(twice, 0.3)
    (array([4]), array([2]))
    >>> horizon(twice, 0.05)
    array([5])
    """
    above = _above(profile, level)
    gaps = np.arange(1, len(above) + 1)
    last: NDArray[np.int64] = np.where(above, gaps[:, None], 0).max(axis=0)
    return last


def first_crossing(profile: NormProfile, level: Any) -> Int[np.ndarray, "B"]:
    """Return the first gap at which the norm is at most the level.

    Parameters
    ----------
    profile
        Norms over the gaps 0, 1, ..., t, from `norm_profile`.
    level
        ε, a positive number.

    Returns
    -------
    numpy.ndarray
        Shape (B,), integers in 0..t + 1; t + 1 where no gap is below the level.  Never above
        `horizon`, and often below it: the norm may rise again.

    Raises
    ------
    DomainError
        If the level is not a positive finite number, or the profile holds NaN.

    Notes
    -----
    Derived here; claim first-is-not-last.

    Examples
    --------
    >>> rising = NormProfile(np.arange(3), np.array([[0.0], [1.0], [2.0]]))
    >>> first_crossing(rising, 0.5)
    array([3])
    """
    above = _above(profile, level)
    ended = np.vstack([above, np.zeros((1, above.shape[1]), dtype=bool)])
    first: NDArray[np.int64] = np.argmin(ended, axis=0)
    return first


def _above(profile: NormProfile, level: Any) -> NDArray[np.bool_]:
    """Tell at which gaps the norm is above the level; the logarithms are compared."""
    norms = profile.log2_norms
    if np.isnan(norms).any():
        msg = "the profile holds NaN; measure it on a run whose states are finite"
        raise DomainError(msg)
    try:
        number = float(level)
    except (TypeError, ValueError):
        number = 0.0
    if not (np.isfinite(number) and number > 0):
        msg = f"level must be a positive finite number, got {level!r}"
        raise DomainError(msg)
    above: NDArray[np.bool_] = norms > np.log2(number)
    return above
