"""Chances and medians of normal matrices, enclosed by drawing at a stated failure probability.

An enclosure that is drawn may miss the truth, with a chance that is bounded and added up; it never
turns a doubt into a verdict.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from zlib import crc32

import numpy as np
import sympy as sp

from rnnmath.errors import Unsupported
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.codegen import lambdify
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.quantities.chance import Gaussian, Law, Probability
from rnnmath.verify.evaluate.case import Case
from rnnmath.verify.evaluate.recursion import Evaluator, integer

__all__ = [
    "EVALUATORS",
    "FAILURE",
    "NEAR",
    "binomial_bounds",
    "chance_of_error",
    "compiled",
    "normal_draws",
    "sampler",
]

#: All tries to enclose one chance fail together with at most this probability.
FAILURE = 1e-9
#: Matrices drawn at the first try, with enclosures of so many bits; a finer one draws more.
_DRAWN, _FIRST_BITS = 1000, 60
#: Drawn norms are floats: what lies this near, relatively, is counted on either side.
NEAR = 1e-9
_GRID = 2**40


def binomial_bounds(hits: int, trials: int, failure: float) -> Interval:
    """Return bounds on the chance of an event that was seen so often, after Clopper and Pearson.

    Parameters
    ----------
    hits, trials : int
    failure : float
        The chance that the bounds miss the truth is at most this.

    Returns
    -------
    Interval
        Widened to multiples of 2^-40.

    Examples
    --------
    >>> bounds = binomial_bounds(0, 1000, 1e-9)
    >>> bounds.lower == 0, 0.0211 < float(bounds.upper) < 0.0212
    (True, True)
    """
    lower = _lowest(hits, trials, failure / 2)
    upper = 1 - _lowest(trials - hits, trials, failure / 2)
    return Interval(lower, upper)


def _lowest(hits: int, trials: int, risk: float) -> Fraction:
    """Return a p, a multiple of 2^-40, at which so many hits or more have a chance of the risk."""
    low, high = 0, _GRID
    while hits and high - low > 1:
        middle = (low + high) // 2
        if _tail(hits, trials, middle / _GRID) <= risk:
            low = middle
        else:
            high = middle
    return Fraction(low, _GRID)


def _tail(hits: int, trials: int, p: float) -> float:
    """Bound the chance of so many hits or more from above, by its terms; they fall from there on.

    The logarithms are off by less than 1e-9, which the last factor covers many times over.
    """
    if p * trials >= hits:
        return 1.0
    first = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    first += hits * math.log(p) + (trials - hits) * math.log1p(-p)
    total, term = 0.0, 1.0
    for count in range(hits, trials + 1):
        total += term
        term *= (trials - count) / (count + 1) * p / (1 - p)
        if term < total * 1e-12:
            break
    return math.exp(first) * total * (1 + 1e-6)


def _tries(case: Case) -> int:
    """Tell how often the precision was doubled since the first try."""
    return max(0, (case.bits // _FIRST_BITS).bit_length() - 1)


def _numbers(case: Case) -> dict[Any, Any]:
    """Return the numbers of a case by name."""
    return {
        name: sp.Rational(Fraction(value).numerator, Fraction(value).denominator)
        for name, value in case.values.items()
        if isinstance(value, int | Fraction)
    }


def _filled(expr: Any, case: Case) -> Any:
    """Put the numbers of the case in, sizes of random matrices included."""
    known = _numbers(case)
    symbols = {symbol for symbol in expr.atoms(sp.Symbol) if str(symbol) in known}
    return expr.xreplace({symbol: known[str(symbol)] for symbol in symbols})


def sampler(node: Any, case: Case) -> np.random.Generator:
    """Return the generator of a node on a case: one seed, one sample.

    Examples
    --------
    >>> first, again = (sampler("x", Case({"sample": 3})) for _ in range(2))
    >>> bool(first.normal() == again.normal())
    True
    """
    return np.random.default_rng(
        [int(case.values.get("sample", 0)), crc32(f"{node} {case}".encode()), _tries(case)]
    )


def normal_draws(law: Law, case: Case, rng: np.random.Generator) -> Callable[[], list[Any]]:
    """Return a function that draws the matrices of a normal law.

    Raises
    ------
    Unsupported
        If a matrix of the law is not normal.

    Examples
    --------
    >>> law = Law(Gaussian(sp.MatrixSymbol("G", 2, 3)))
    >>> normal_draws(law, Case({}), np.random.default_rng(0))()[0].shape
    (2, 3)
    """
    if not all(isinstance(block, Gaussian) for block in law.blocks):
        msg = f"chances are drawn for normal matrices only, got {law}"
        raise Unsupported(msg)
    shapes = [tuple(integer(side, case) for side in matrix.shape) for matrix in law.variables]
    return lambda: [rng.normal(size=shape) for shape in shapes]


def compiled(exprs: tuple[Any, ...], law: Law, case: Case) -> list[Callable[..., Any]]:
    """Return NumPy functions of the random matrices, with the numbers of the case put in.

    Examples
    --------
    >>> G = sp.MatrixSymbol("G", 1, 1)
    >>> (double,) = compiled((sp.Symbol("c") * G,), Law(Gaussian(G)), Case({"c": 2}))
    >>> float(double(np.ones((1, 1)))[0, 0])
    2.0
    """
    matrices = [_filled(matrix, case) for matrix in law.variables]
    return [lambdify(matrices, _filled(expr, case)) for expr in exprs]


def _probability(node: Any, case: Case) -> Interval:
    """Count an event in so many draws; what floats can't tell is counted on either side."""
    event, tries = node.event, _tries(case)
    draw = normal_draws(node.law, case, sampler(node, case))
    small, large = (event.lhs, event.rhs)
    if event.relation in (Relation.AT_LEAST, Relation.GREATER):
        small, large = large, small
    elif event.relation not in (Relation.AT_MOST, Relation.LESS):
        msg = f"the chance of {event} is not drawn; an event is an inequality"
        raise Unsupported(msg)
    sides = compiled((small, large), node.law, case)
    surely, perhaps, trials = 0, 0, _DRAWN * 4**tries
    for _ in range(trials):
        matrices = draw()
        left, right = (float(side(*matrices)) for side in sides)
        slack = NEAR * max(abs(left), abs(right))
        surely += left <= right - slack
        perhaps += left <= right + slack
    failure = FAILURE / 2 ** (tries + 1)
    return Interval(
        binomial_bounds(surely, trials, failure).lower,
        binomial_bounds(perhaps, trials, failure).upper,
    )


def chance_of_error(statement: Statement) -> float:
    """Bound the chance that a decision on one case is wrong: one failure for each drawn node.

    Examples
    --------
    >>> G = sp.MatrixSymbol("G", 2, 2)
    >>> event = Statement(G[0, 0], Relation.AT_LEAST, sp.S.One)
    >>> chance = Probability(event, Law(Gaussian(G)))
    >>> chance_of_error(Statement(chance, Relation.AT_MOST, sp.S.Half)) == FAILURE
    True
    """
    total = 0.0
    for side in (statement.lhs, statement.rhs):
        if isinstance(side, Statement):
            total += chance_of_error(side)
        else:
            nodes = set(sp.preorder_traversal(sp.sympify(side)))
            total += FAILURE * sum(getattr(node, "is_drawn", False) for node in nodes)
    return total


EVALUATORS: dict[type, Evaluator] = {Probability: _probability}
