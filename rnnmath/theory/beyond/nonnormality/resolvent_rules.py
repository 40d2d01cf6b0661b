"""Rules about the resolvent: its series, the peak of the powers, the theorem of Kreiss."""

from typing import Any

from sympy import E, Integer, MatPow, Sum, oo

from rnnmath.symbolic.derivation import Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius, VectorNorm
from rnnmath.symbolic.quantities.nonnormality import KreissConstant, PowerSupremum, ResolventNorm
from rnnmath.symbolic.tidy import same

__all__ = ["BELOW_PEAK", "GEOMETRIC", "KREISS_SPIJKER", "NEUMANN"]

_EQUAL, _AT_MOST, _LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS


def _shrinks(matrix: Any, step: Step) -> bool:
    return Statement(SpectralRadius(matrix), _LESS, Integer(1)) in step.given


def _unlimited(series: Any) -> Any | None:
    """Return the index of a series that runs from 0 without end; None for another sum."""
    if not isinstance(series, Sum) or len(series.limits) != 1:
        return None
    index, lower, upper = series.limits[0]
    return index if (lower, upper) == (0, oo) and index.is_integer else None


def _neumann(focus: Any, result: Any, step: Step) -> bool:
    """``‖(zI - A)^-1‖ <= sum_j |z|^(-j-1) ‖A^j‖``, with ``|z| = 1 + c`` and c > 0 given."""
    index = _unlimited(result)
    if not isinstance(focus, ResolventNorm) or index is None or not _shrinks(focus.matrix, step):
        return False
    size = VectorNorm(focus.point)
    if focus.has(index) or any(mentions(fact, index) for fact in step.given):
        return False
    for fact in step.given:
        beyond = fact.relation == _EQUAL and fact.lhs == size and (fact.rhs - 1).is_positive
        powers = SpectralNorm(MatPow(focus.matrix, index))
        if beyond and same(result.function, fact.rhs ** (-index - 1) * powers):
            return True
    return False


def _below_peak(focus: Any, result: Any, step: Step) -> bool:
    """``‖A^j‖ <= sup ‖A^m‖`` for a whole j that is not negative."""
    if not isinstance(focus, SpectralNorm) or not isinstance(result, PowerSupremum):
        return False
    power = focus.matrix
    if not isinstance(power, MatPow) or power.base != result.matrix:
        return False
    return bool(power.exp.is_integer and power.exp.is_nonnegative) and _shrinks(power.base, step)


def _geometric(focus: Any, result: Any, _: Step) -> bool:
    """``c sum_j (1 + c)^(-j-1) x = x`` for c > 0."""
    for series in focus.atoms(Sum):
        index = _unlimited(series)
        c = focus / series
        if index is None or not c.is_positive or c.has(index) or result.has(index):
            continue
        if same(series.function, (1 + c) ** (-index - 1) * result):
            return True
    return False


def _kreiss(focus: Any, result: Any, step: Step) -> bool:
    return bool(
        isinstance(focus, PowerSupremum)
        and _shrinks(focus.matrix, step)
        and result == E * focus.matrix.shape[0] * KreissConstant(focus.matrix)
    )


NEUMANN = Rule(
    "Neumann series",
    r"(z I - A)^{-1} = \sum_{j \ge 0} z^{-j-1} A^j, \quad \rho(A) < 1 < \lvert z \rvert",
    _AT_MOST,
    _neumann,
    "norm-axioms",
)
BELOW_PEAK = Rule(
    "below the peak", r"\lVert A^j \rVert \le \sup_m \lVert A^m \rVert", _AT_MOST, _below_peak
)
GEOMETRIC = Rule(
    "geometric series",
    r"c \sum_{j \ge 0} (1 + c)^{-j-1} = 1, \quad c > 0",
    _EQUAL,
    _geometric,
)
#: The upper half of the matrix theorem of Kreiss, with the constant of Spijker; not derived here.
KREISS_SPIJKER = Rule(
    "theorem of Kreiss and Spijker",
    r"\sup_m \lVert A^m \rVert \le e \, n \, \mathcal{K}(A)",
    _AT_MOST,
    _kreiss,
)
