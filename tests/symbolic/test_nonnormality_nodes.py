"""Numbers of non-normal matrices as nodes: shapes, printing and values by certificates."""

from fractions import Fraction

import numpy as np
import pytest
from sympy import MatrixSymbol, sqrt

from rnnmath.errors import ShapeMismatch
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.printing import latex, plain
from rnnmath.symbolic.quantities.nonnormality import (
    Departure,
    KreissConstant,
    PowerSupremum,
    ResolventNorm,
    StrictUpper,
)
from rnnmath.verify.evaluate import Case, decide, evaluate

A, B, z = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 3), MatrixSymbol("z", 2, 1)
CASE = Case(
    {
        "A": np.array([[Fraction(0), Fraction(3)], [Fraction(0), Fraction(0)]]),
        "z": np.array([[Fraction(0)], [Fraction(2)]]),
    }
)


@pytest.mark.parametrize("kind", [Departure, KreissConstant, PowerSupremum])
def test_numbers_belong_to_square_matrices(kind: type) -> None:
    """Each number rebuilds, is not negative, and refuses a matrix that is not square."""
    node = kind(A)
    assert node.func(*node.args) == node
    assert node.is_nonnegative
    with pytest.raises(ShapeMismatch, match="square"):
        kind(B)


def test_resolvent_takes_a_point_of_the_plane() -> None:
    """The point is a column of two numbers."""
    assert ResolventNorm(A, z).is_nonnegative
    with pytest.raises(ShapeMismatch, match="real and imaginary part"):
        ResolventNorm(A, MatrixSymbol("v", 3, 1))


def test_values_are_exact_where_they_are_rational() -> None:
    """A nilpotent matrix: departure and peak are its one entry, and the rest encloses."""
    assert evaluate(Departure(A), CASE) == 3
    assert evaluate(Departure(A) ** 2, CASE) == 9
    assert evaluate(PowerSupremum(A), CASE) == 3
    assert evaluate(StrictUpper(A.T), CASE).any() == 0
    bounds = evaluate(ResolventNorm(A, z), CASE)
    assert bounds.lower <= 1 <= bounds.upper
    kreiss = evaluate(KreissConstant(A), CASE)
    assert 1 < kreiss.lower < kreiss.upper <= Fraction(7, 4) + Fraction(1, 10)


def test_a_peak_that_is_no_number_stays_undecided() -> None:
    """Where no power is seen below 1, a statement about the peak is not decided."""
    shear = Case({"A": np.array([[Fraction(1), Fraction(1)], [Fraction(0), Fraction(1)]])})
    assert decide(Statement(PowerSupremum(A), Relation.LESS, sqrt(7)), shear) is None


def test_they_print_as_a_paper_has_them() -> None:
    """Latex and plain text name the supremum, the constant, the departure and the resolvent."""
    assert latex(PowerSupremum(A)) == r"\sup_{m \ge 0} \lVert A^{m} \rVert"
    assert latex(KreissConstant(A)) == r"\mathcal{K}(A)"
    assert latex(ResolventNorm(A, z)) == r"\lVert (z I - A)^{-1} \rVert"
    assert (plain(Departure(A)), plain(StrictUpper(A))) == ("d(A)", "up(A)")
