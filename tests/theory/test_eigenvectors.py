"""Each theorem of existence names objects that do exist: its facts hold on exact examples."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Identity, MatrixSymbol, Symbol

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Statement, check
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.norms import OneNorm, Rank, SpectralRadius, VectorNorm
from rnnmath.theory.eigenvectors import (
    Theorem,
    column_basis,
    complex_eigenpair,
    largest_entry,
    shared_eigenpair,
    top_eigenvector,
)
from rnnmath.verify.draws.planted import decomposed, normal_matrix
from rnnmath.verify.evaluate import Case, decide

A, C = MatrixSymbol("A", 2, 3), MatrixSymbol("C", 2, 2)
w, s, e = (MatrixSymbol(name, 3, 1) for name in "wse")
x, y = MatrixSymbol("x", 2, 1), MatrixSymbol("y", 2, 1)
PAIR = (Symbol("a", real=True), Symbol("b", real=True), x, y)


def exact(rows: list[list[Any]]) -> Any:
    """Return a matrix of Fractions."""
    return np.array([[Fraction(entry) for entry in row] for row in rows], dtype=object)


def holds(theorem: Theorem, **values: Any) -> bool:
    """Tell whether all facts of a theorem are decided true."""
    _, facts = theorem
    return all(decide(fact, Case(values)) is True for fact in facts)


@pytest.mark.parametrize("seed", range(4))
def test_top_eigenvector_exists(seed: int) -> None:
    """The planted top vector, at length 1 in either norm, has the properties; another has not."""
    rng = np.random.default_rng(seed)
    drawn = decomposed(rng, 2, 3, [Fraction(1), Fraction(-3)], "APsRw")
    P, R = drawn["P"], drawn["R"]
    unit = R[[1]].T
    assert holds(top_eigenvector(A, w), A=drawn["A"], w=unit)
    assert not holds(top_eigenvector(A, w), A=drawn["A"], w=R[[0]].T)
    scaled = unit / sum(abs(unit[:, 0]))
    assert holds(top_eigenvector(A, w, norm=OneNorm), A=drawn["A"], w=scaled)
    assert (np.eye(2, dtype=int) == P.T @ P).all()


def test_largest_entry_exists() -> None:
    """A basis vector is stretched by the largest entry in absolute value, sign or not."""
    column = exact([[1], [-5], [4]])
    assert holds(largest_entry(s, e), s=column, e=exact([[0], [1], [0]]))
    assert not holds(largest_entry(s, e), s=column, e=exact([[0], [0], [1]]))


def test_complex_eigenpair_exists() -> None:
    """A rotation by 90 degrees, doubled, has the eigenvalue 2i, in real parts."""
    values = {"C": exact([[0, -2], [2, 0]]), "a": Fraction(0)}
    parts = {"x": exact([[Fraction(3, 5)], [0]]), "y": exact([[0], [Fraction(-3, 5)]])}
    assert not holds(complex_eigenpair(C, PAIR), **values, b=Fraction(2), **parts)
    unit = {"x": exact([[Fraction(3, 5)], [Fraction(4, 5)]])}
    flat = exact([[Fraction(4, 5)], [Fraction(-3, 5)]])
    half = {"x": unit["x"], "y": flat}
    facts = complex_eigenpair(C, PAIR)[1]
    case = Case({**values, "b": Fraction(2), **half})
    assert [decide(fact, case) for fact in facts] == [True, True, False, True]


def test_shared_eigenpair_exists() -> None:
    """A symmetric matrix shares its top eigenvector with its square."""
    matrix = exact([[5, 0], [0, 1]])
    theorem = shared_eigenpair(C, PAIR)
    values = {"C": matrix, "a": Fraction(5), "b": Fraction(0)}
    assert holds(theorem, **values, x=exact([[1], [0]]), y=exact([[0], [0]]))
    assert not holds(theorem, **values, x=exact([[0], [1]]), y=exact([[0], [0]]))


def test_shared_eigenpair_demands_that_they_commute() -> None:
    """Without a proof that N and N^T N commute, nothing follows."""
    rule, facts = shared_eigenpair(C, PAIR)
    radius = SpectralRadius(C)
    premise = Derivation(radius, given=facts)
    with pytest.raises(BadDerivation):
        check(Derivation(radius).then(rule, radius, radius, (premise,)))
    normal = (Statement(C.T * C, Relation.EQUAL, C * C.T),)
    start = Derivation(C * C.T * C, given=normal)
    commute = start.then(supposed(Relation.EQUAL), start.end, C.T * C * C)
    premise = Derivation(radius, given=(*normal, *facts))
    check(Derivation(radius, given=normal).then(rule, radius, radius, (commute, premise)))


def test_normal_matrices_commute_with_their_gram_matrix() -> None:
    """The condition holds on drawn normal matrices, also on ones that are not symmetric."""
    seen = set()
    for seed in range(8):
        N = normal_matrix(np.random.default_rng(seed), [Fraction(2), Fraction(1), Fraction(3)])
        assert (N @ (N.T @ N) == (N.T @ N) @ N).all()
        seen.add(bool((N == N.T).all()))
    assert seen == {True, False}


def test_column_basis_exists() -> None:
    """The left factor of a decomposition of rank one is a basis of the columns."""
    Q, Y = MatrixSymbol("Q", 2, Rank(A)), MatrixSymbol("Y", 3, Rank(A))
    matrix = exact([[3, 0, 0], [4, 0, 0]])
    unit = exact([[Fraction(3, 5)], [Fraction(4, 5)]])
    combined = exact([[Fraction(1, 5)], [0], [0]])
    theorem = column_basis(A, Q, Y)
    assert theorem[1][0].rhs == Identity(Rank(A))
    assert holds(theorem, A=matrix, Q=unit, Y=combined)
    assert not holds(theorem, A=matrix, Q=exact([[1], [0]]), Y=combined)


def test_theorem_is_not_about_what_it_provides() -> None:
    """The vector that a theorem provides may not stand in the matrix it is about."""
    matrix = A * w * w.T
    rule, facts = top_eigenvector(matrix, w)
    norm = VectorNorm(s)
    premise = Derivation(norm, given=facts)
    with pytest.raises(BadDerivation):
        check(Derivation(norm).then(rule, norm, norm, (premise,)))
    rule, facts = top_eigenvector(A, w)
    check(Derivation(norm).then(rule, norm, norm, (Derivation(norm, given=facts),)))
