"""Formulas on cases: exact values, enclosures, three-valued verdicts."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from sympy import Function, MatrixSymbol, Rational, Symbol, symbols

from rnnmath.errors import RnnmathError, ShapeMismatch, Unsupported
from rnnmath.numeric.exact import Interval
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct, OrderedProduct, hadamard
from rnnmath.symbolic.norms import (
    ConditionNumber,
    FrobeniusNorm,
    InfinityNorm,
    LargestEigenvalue,
    MaxAbs,
    MinAbs,
    OneNorm,
    Rank,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import TimeMatrix, loss_at
from rnnmath.symbolic.quantities.averaging import AveragingState, SeriesCoefficient
from rnnmath.symbolic.tidy import diag
from rnnmath.verify.cellular import cell_world
from rnnmath.verify.evaluate import Case, decide, evaluate

A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
v = MatrixSymbol("v", 2, 1)
c = Symbol("c", real=True)
j = Symbol("j", integer=True)


def exact(rows: list[list[Any]]) -> Any:
    """Return an object array of Fractions."""
    return np.array([[Fraction(entry) for entry in row] for row in rows], dtype=object)


CASE = Case(
    {"A": exact([[1, 2], [3, 4]]), "B": exact([[0, 1], [2, 0]]), "v": exact([[3], [-4]]), "c": -2},
    {"f": lambda x: x**2},
)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (A * B, [[4, 1], [8, 3]]),
        (B * A, [[3, 4], [2, 4]]),
        (2 * A + B, [[2, 5], [8, 8]]),
        (A.T, [[1, 3], [2, 4]]),
        (A**2, [[7, 10], [15, 22]]),
        (c * v, [[-6], [8]]),
        (diag(v) * A, [[3, 6], [-12, -16]]),
        (hadamard(v, A * v), [[-15], [28]]),
        (Elementwise(Function("f"), v), [[9], [16]]),
        (Elementwise(sp.Lambda(j, 1 - j), v), [[-2], [5]]),
        (OrderedProduct(A + j * B, (j, 0, 1)), ((A + B) * A, None)),
        (OrderedProduct(A, (j, 1, 0)), [[1, 0], [0, 1]]),
        (IndexedSum(j * A, (j, 1, 3)), [[6, 12], [18, 24]]),
        (sp.BlockMatrix([[A, v]]), [[1, 2, 3], [3, 4, -4]]),
        (sp.Identity(2) + sp.ZeroMatrix(2, 2) + sp.OneMatrix(2, 2), [[2, 1], [1, 2]]),
        (sp.ImmutableDenseMatrix([[c, 1]]), [[-2, 1]]),
    ],
)
def test_matrices_are_exact(expr: Any, expected: Any) -> None:
    """Matrix formulas are evaluated exactly, products in their order."""
    if isinstance(expected, tuple):
        expected = evaluate(expected[0], CASE).tolist()
    assert evaluate(expr, CASE).tolist() == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (c**3, -8),
        (c**-2, Fraction(1, 4)),
        (sp.Abs(c), 2),
        (sp.Max(c, 1), 1),
        (sp.Min(c, 1), -2),
        (InnerProduct(v, v), 25),
        (VectorNorm(v), 5),
        (FrobeniusNorm(B) ** 2, Interval(5, 5)),
        (OneNorm(A), 6),
        (InfinityNorm(A), 7),
        (MaxAbs(v), 4),
        (MinAbs(v), 3),
        (Rank(v * v.T), 1),
        (sp.Trace(A), 5),
        (sp.Determinant(A), -2),
        (SpectralNorm(B), 2),
        (SmallestSingularValue(B), 1),
        (SpectralRadius(sp.Matrix([[0, 2], [0, 0]])), 0),
        (LargestEigenvalue(v * v.T), 25),
        (ConditionNumber(B), 2),
        (sp.Product(c, (j, 1, 3)), -8),
        (sp.Sum(c * j, (j, 1, 3)), -12),
        ((A * v)[0, 0], -5),
    ],
)
def test_numbers(expr: Any, expected: Any) -> None:
    """Numbers that are rational come out exactly; others inside their interval."""
    value = evaluate(expr, CASE)
    if isinstance(expected, Interval):
        assert expected.lower in Interval.exactly(value)
    else:
        assert value == expected


def test_irrational_numbers_are_enclosed() -> None:
    """The square root of two lies strictly inside its enclosure."""
    root = evaluate(sp.sqrt(sp.Integer(2)), Case({}))
    assert root.lower**2 < 2 < root.upper**2
    assert root.width < Fraction(1, 2**50)


@pytest.mark.parametrize(
    ("relation", "right", "verdict"),
    [
        (Relation.AT_MOST, Rational(3, 2), True),
        (Relation.LESS, Rational(7, 5), False),
        (Relation.AT_LEAST, Rational(7, 5), True),
        (Relation.GREATER, Rational(3, 2), False),
        (Relation.EQUAL, Rational(3, 2), False),
        (Relation.EQUAL, sp.sqrt(sp.Integer(2)), None),
        (Relation.AT_MOST, sp.sqrt(sp.Integer(2)), None),
    ],
)
def test_three_verdicts(relation: Relation, right: Any, verdict: bool | None) -> None:
    """Enclosures that overlap at every precision are undecided, never true."""
    assert decide(Statement(sp.sqrt(sp.Integer(2)), relation, right), Case({})) is verdict


def test_close_numbers_are_told_apart_by_refining() -> None:
    """A difference below the first precision is found at a finer one."""
    near = Rational(2) + Rational(1, 2**100)
    statement = Statement(sp.sqrt(sp.Integer(2)), Relation.LESS, sp.sqrt(near))
    assert decide(statement, Case({}), refinements=1) is None
    assert decide(statement, Case({})) is True


def test_equivalence_needs_both_sides_decided() -> None:
    """An iff is true when both sides have one truth value, undecided when a side is."""
    yes = Statement(sp.Integer(1), Relation.LESS, sp.Integer(2))
    no = Statement(sp.Integer(2), Relation.LESS, sp.Integer(1))
    root = sp.sqrt(sp.Integer(2))
    open_question = Statement(root, Relation.EQUAL, root)
    assert decide(Statement(no, Relation.IFF, no), Case({})) is True
    assert decide(Statement(yes, Relation.IFF, no), Case({})) is False
    assert decide(Statement(yes, Relation.IFF, open_question), Case({})) is None


@pytest.mark.parametrize(
    ("expr", "error", "words"),
    [
        (MatrixSymbol("C", 2, 2), Unsupported, "no value for 'C'"),
        (Elementwise(Function("g"), v), Unsupported, "no function 'g'"),
        (sp.zeta(c), Unsupported, "no exact value of zeta"),
        (MatrixSymbol("A", 2, 2) * MatrixSymbol("w", 2, 1), ShapeMismatch, "does not exist"),
        (A + MatrixSymbol("w", 2, 2), ShapeMismatch, "does not exist"),
    ],
)
def test_what_has_no_value_raises(expr: Any, error: type[RnnmathError], words: str) -> None:
    """A missing name, an unknown node or a wrong shape is an error, never a guess."""
    case = Case({**CASE.values, "w": exact([[1, 2, 3]])}, CASE.functions)
    with pytest.raises(error, match=words):
        evaluate(expr, case)


def test_equation_between_shapes_is_an_error() -> None:
    """Arrays of two shapes are not unequal, they are incomparable."""
    with pytest.raises(ShapeMismatch, match="shapes"):
        decide(Statement(A, Relation.EQUAL, v), CASE)


def test_network_names_need_a_network() -> None:
    """A total derivative on a case without a network says so."""
    from rnnmath.symbolic.notation import TotalDerivative, h

    t, k = symbols("t k", integer=True)
    with pytest.raises(Unsupported, match="draws none"):
        evaluate(TotalDerivative(h[t], h[k]), Case({"t": 2, "k": 1}))


def test_times_and_counts_outside_their_range_have_no_value() -> None:
    """Nothing is read from the other end of a list, or returned for a step that is none."""
    h, a, c = sp.MatrixSymbol("h", 1, 1), sp.Symbol("a"), sp.Symbol("c")
    start = np.array([[Fraction(1)]], dtype=object)
    case = Case({"h": start, "a": Fraction(2), "c": Fraction(1), "x": Fraction(5)})
    assert evaluate(AveragingState(a, c, h, 2), case)[0, 0] == 4
    with pytest.raises(Unsupported, match="none at 0"):
        evaluate(AveragingState(a, c, h, 0), case)
    with pytest.raises(Unsupported, match="-1 factors"):
        evaluate(sp.RisingFactorial(sp.Symbol("x"), -1, evaluate=False), case)
    z = sp.Symbol("z")
    assert evaluate(SeriesCoefficient(1 / (1 - z), z, -1), case) == 0
    assert evaluate(SeriesCoefficient(1 / (1 - z), z, 3), case) == 1


def test_simpson_is_exact_for_fixed_inner_limits_only() -> None:
    """An inner limit raises the degree in the outer variable, beyond what the rule adds up."""
    x, y = sp.symbols("x y")
    assert evaluate(sp.Integral(x * y, (x, 0, 1), (y, 0, 1)), Case({})) == Fraction(1, 4)
    with pytest.raises(Unsupported, match="degree"):
        evaluate(sp.Integral(x**3, (x, 0, y), (y, 0, 1)), Case({}))  # the integral of y^4 / 4


def test_what_only_a_network_has_is_not_asked_of_a_cell() -> None:
    """A layer and a loss belong to the vanilla network; a cell answers with an error of ours."""
    zero = np.zeros((1, 1), dtype=int).astype(object)
    cell = cell_world("gru", {"n": 1, "m": 1}, 1, lambda *_: zero, {})
    for node in (TimeMatrix("W", 1, 1, 1), loss_at(1)):
        with pytest.raises(Unsupported, match="vanilla network, but the case draws another cell"):
            evaluate(node, Case({}, cell=cell))
        with pytest.raises(Unsupported, match="vanilla network, but the case draws none"):
            evaluate(node, Case({}))
