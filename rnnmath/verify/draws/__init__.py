"""Where cases come from: random draws by named styles, and explicit cases written as SymPy numbers.

The theory names a style and its options as plain data; what a style means is said here once.
All numbers are rational, so that every verdict can be exact.
"""

import numpy as np

from rnnmath.claim import Draw
from rnnmath.errors import DomainError
from rnnmath.verify.draws.explicit import explicit_case
from rnnmath.verify.draws.random_cases import random_case
from rnnmath.verify.draws.styles import SAMPLE_SIZE
from rnnmath.verify.evaluate import Case

__all__ = ["SAMPLE_SIZE", "draw_case"]

Rng = np.random.Generator


def draw_case(draw: Draw, rng: Rng) -> Case:
    """Return one case of a draw.

    Parameters
    ----------
    draw : Draw
        Strategy "random" with options sizes, matrices {name: (rows, cols, style)}, scalars
        {name: (low, high)}, sequences {name: (count, rows, cols, style)},
        decomposed [(rows, cols, (A, P, s, R, w))],
        diagonalized [(side, (J, R, l, lambda, v, K))], apart [(rows, cols, (R, e))],
        triangular [(side, (J, Q, l, N))],
        factored [(side, steps, even)] (sequences J, Q, R), weighted [(side, last)] (x, p),
        network {activation, weights, others, horizon, loss, layered}, times,
        first, gap, landscape (lowest and highest power; a loss L and a point w),
        cell (the name of a gated cell) with weights, horizon, and where {name: style, number, or
        name of a scalar}, law {name: (rows, cols, kind)} of random matrices; or strategy
        "explicit" with options values, network, note, law, sampled (whether the seed of samples
        is drawn), landscape (axes, scales, powers, and a tilt where there is one).
    rng : numpy.random.Generator

    Raises
    ------
    DomainError
        If the strategy or a style has no meaning.

    Examples
    --------
    >>> draw = Draw("random", {"matrices": {"A": ("n", "n", "orthogonal")}})
    >>> case = draw_case(draw, np.random.default_rng(0))
    >>> bool((case.values["A"] @ case.values["A"].T == np.eye(case.values["n"])).all())
    True
    """
    if draw.strategy == "random":
        return random_case(rng, draw.options)
    if draw.strategy == "explicit":
        return explicit_case(rng, draw.options)
    msg = f"no strategy {draw.strategy!r}; there are random and explicit"
    raise DomainError(msg)
