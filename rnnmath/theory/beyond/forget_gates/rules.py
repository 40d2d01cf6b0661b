"""Rules about blocks, sums and powers that the chapter needs beside those of the gates."""

from itertools import product as pairs
from typing import Any

from sympy import (
    BlockMatrix,
    DiagMatrix,
    HadamardProduct,
    Identity,
    Integer,
    MatPow,
    ZeroMatrix,
    tanh,
)

from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.quadratic import factors_of
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import TimeVector, TotalDerivative, h
from rnnmath.symbolic.tidy import add, multiply, same
from rnnmath.theory.cell_rules import block_of, cell_state, stacked
from rnnmath.theory.eigenvalue_intuition.powers import EIGEN_POWER
from rnnmath.theory.vanishing.gates.objects import LSTM

__all__ = [
    "EIGENVECTOR",
    "EQUAL_FACTORS",
    "NEWEST_TERM",
    "NO_ZERO_FACTOR",
    "ONE_BLOCK",
    "PUSHED_THROUGH",
    "ZERO_POWER",
]

_EQUAL = Relation.EQUAL


def _one_block(focus: Any, result: Any, step: Step) -> bool:
    """Read one block of an equation between matrices of blocks, which the premise proves."""
    if type(focus) is not TotalDerivative or len(step.premises) != 1:
        return False
    (premise,) = step.premises
    whole = TotalDerivative(stacked[focus.of.index], stacked[focus.wrt.index])
    if premise.relation != _EQUAL or not set(premise.given) <= set(step.given):
        return False
    if not same(premise.start, whole) or not isinstance(premise.end, BlockMatrix):
        return False
    blocks = block_of(whole, h, cell_state).blocks
    return any(
        blocks[place] == focus and same(premise.end.blocks[place], result)
        for place in pairs(range(2), repeat=2)
    )


def _newest_term(focus: Any, result: Any, step: Step) -> bool:
    if not isinstance(focus, IndexedSum) or not not_before(focus.upper, focus.lower, step.given):
        return False
    rest = IndexedSum(focus.term, (focus.index, focus.lower, focus.upper - 1))
    return same(result, add(focus.at(focus.upper), rest))


def _equal_factors(focus: Any, result: Any, step: Step) -> bool:
    """Read a product of equal factors as a power, where its range does not run back."""
    return (
        isinstance(focus, OrderedProduct)
        and not_before(focus.upper + 1, focus.lower, step.given)
        and focus.index not in focus.term.free_symbols
        and same(result, MatPow(focus.term, focus.length))
    )


def _pushed_through(focus: Any, result: Any, step: Step) -> bool:
    """``(X Y)^m = X (Y X)^(m - 1) Y``, m at least 1."""
    if not isinstance(focus, MatPow) or not not_before(focus.exp, Integer(1), step.given):
        return False
    scalar, factors = factors_of(focus.base)
    if scalar != 1 or len(factors) != 2:
        return False
    X, Y = factors
    return same(result, multiply(X, MatPow(multiply(Y, X), focus.exp - 1), Y))


def _zero_power(focus: Any, result: Any, step: Step) -> bool:
    zero = isinstance(focus, MatPow) and isinstance(focus.base, ZeroMatrix)
    return zero and not_before(focus.exp, Integer(1), step.given) and same(result, focus.base)


def _eigenvector(focus: Any, result: Any, step: Step) -> bool:
    """``A^m v = c^m v``, m at least 0, where the premise shows ``A v = c v``."""
    front, factors = factors_of(focus)
    if len(factors) != 2 or not isinstance(factors[0], MatPow) or len(step.premises) != 1:
        return False
    (power, v), (premise,) = factors, step.premises
    scale, rest = factors_of(premise.end)
    return bool(
        premise.relation == _EQUAL
        and set(premise.given) <= set(step.given)
        and not_before(power.exp, Integer(0), step.given)
        and rest == [v]
        and same(premise.start, multiply(power.base, v))
        and same(result, multiply(front * scale**power.exp, v))
    )


def _is_open(column: Any) -> bool:
    """Tell whether no entry of a column is zero: it is made of logistic gates and 1 - tanh^2."""
    if isinstance(column, HadamardProduct):
        return all(map(_is_open, column.args))
    if isinstance(column, TimeVector):
        return any(
            isinstance(one.rhs, Elementwise)
            and one.rhs.function == logistic
            and one.lhs.name == column.name
            for one in LSTM.equations
        )
    if not isinstance(column, Elementwise):
        return False
    body, (u,) = column.args[0].expr, column.args[0].variables
    return bool(body == 1 - tanh(u) ** 2)


def _no_zero_factor(focus: Any, result: Any, step: Step) -> bool:
    """Cancel a diagonal factor with no zero in it, where a premise shows ``‖A D‖ = 0``."""
    if not isinstance(focus, SpectralNorm) or result != 0 or len(step.premises) != 1:
        return False
    (premise,) = step.premises
    if premise.relation != _EQUAL or premise.end != 0 or premise.given != step.given:
        return False
    scale, factors = factors_of(getattr(premise.start, "matrix", Identity(1)))
    return (
        isinstance(premise.start, SpectralNorm)
        and bool(scale.is_nonzero)
        and isinstance(factors[-1], DiagMatrix)
        and _is_open(factors[-1].args[0])
        and same(focus.matrix, multiply(*factors[:-1]))
    )


ONE_BLOCK = Rule("one block of all", r"X=Y\implies X_{ij}=Y_{ij}", _EQUAL, _one_block)
NEWEST_TERM = Rule(
    "newest term", r"\sum_{j=\ell}^{m}X_j=X_m+\sum_{j=\ell}^{m-1}X_j", _EQUAL, _newest_term
)
EQUAL_FACTORS = Rule("equal factors", r"\prod_{j=\ell}^{m}A=A^{m-\ell+1}", _EQUAL, _equal_factors)
PUSHED_THROUGH = Rule(
    "power of a product", r"(XY)^m=X(YX)^{m-1}Y,\quad m\ge1", _EQUAL, _pushed_through
)
ZERO_POWER = Rule("power of zero", r"0^m=0,\quad m\ge1", _EQUAL, _zero_power)
EIGENVECTOR = Rule(
    EIGEN_POWER.id, r"A v=c v\implies A^m v=c^m v,\quad m\ge0", _EQUAL, _eigenvector, EIGEN_POWER.id
)
NO_ZERO_FACTOR = Rule(
    "a diagonal factor without zeros",
    r"\lVert A\operatorname{diag}(v)\rVert=0\implies\lVert A\rVert=0,\quad v_i\ne0",
    _EQUAL,
    _no_zero_factor,
)
