"""The norm of a power of a large normal matrix: medians at growing sizes, and a rate."""

import math
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from rnnmath.errors import Undecided
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.quantities.normal_powers import FussCatalan, PowerNormLimit
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.chance import FAILURE, NEAR
from rnnmath.verify.evaluate.recursion import Evaluator, integer

__all__ = ["EVALUATORS", "SIZES", "median_bounds", "tree_numbers"]

#: Sizes of the matrices, and how many of each are drawn.
SIZES, _DRAWN = (16, 32, 64), 48


def median_bounds(values: Any, failure: float) -> tuple[float, float]:
    """Return order statistics between which the median of a law lies, whatever the law.

    The median is below the j-th smallest of N values with the chance that fewer than j of N fair
    coins show heads.

    Examples
    --------
    >>> median_bounds(range(1, 65), 1e-9)
    (9.0, 56.0)
    """
    ordered = sorted(float(value) for value in values)
    count, rank, tail = len(ordered), 0, 1
    while tail <= failure / 2 * 2**count:
        rank += 1
        tail += math.comb(count, rank)
    if rank == 0:
        msg = f"{count} values say too little of a median at the failure probability {failure}"
        raise Undecided(msg)
    return ordered[rank - 1], ordered[count - rank]


@lru_cache(maxsize=64)
def _enclosed(power: int, seeds: tuple[int, ...]) -> Interval:
    """Enclose the limit, supposing that medians are off by at most ``(m + 1)/2 n^(-2/3)``.

    Sizes that contradict each other under this rate leave nothing, and that is no verdict.
    """
    rng, lower, upper = np.random.default_rng(seeds), 0.0, float("inf")
    for size in SIZES:
        norms = []
        for _ in range(_DRAWN):
            raised = np.linalg.matrix_power(rng.normal(size=(size, size)) / size**0.5, power)
            norms.append(np.linalg.eigvalsh(raised.T @ raised)[-1] ** 0.5)
        low, high = median_bounds(norms, FAILURE / len(SIZES) / 4)
        off = (power + 1) / 2 * size ** (-2 / 3)
        low, high = low * (1 - NEAR), high * (1 + NEAR)
        lower, upper = max(lower, low / (1 + off)), min(upper, high / (1 - off))
    if lower > upper:
        msg = f"medians of the norm at sizes {SIZES} do not keep to the rate n^(-2/3)"
        raise Undecided(msg)
    return Interval(Fraction(lower), Fraction(upper))


def _limit(node: Any, case: Case) -> Interval:
    seeds = (int(case.values.get("sample", 0)), case.bits)
    return _enclosed(integer(node.power, case), seeds)


@lru_cache(maxsize=64)
def tree_numbers(power: int, order: int) -> tuple[int, ...]:
    """Return the first coefficients of the series with ``B = 1 + z B^(m+1)``, which count trees.

    Examples
    --------
    >>> tree_numbers(2, 4)
    (1, 1, 3, 12, 55)
    """
    rows = [[1] for _ in range(power + 1)]  # B, B^2, ..., B^(m+1), as far as they are known
    for step in range(order):
        rows[0].append(rows[-1][step])
        for before, row in pairwise(rows):
            row.append(sum(rows[0][k] * before[step + 1 - k] for k in range(step + 2)))
    return tuple(rows[0])


def _fuss_catalan(node: Any, case: Case) -> int:
    """Count by the series, which knows nothing of the binomial formula."""
    power, order = (integer(arg, case) for arg in node.args)
    return tree_numbers(power, order)[order]


EVALUATORS: dict[type, Evaluator] = {
    FussCatalan: _fuss_catalan,
    PowerNormLimit: _limit,
}
