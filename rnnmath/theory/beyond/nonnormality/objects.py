"""The matrices, numbers and draws that the claims of this chapter share."""

from typing import Any

from sympy import DiagMatrix, Matrix, MatrixSymbol, Min, Rational, Sum, binomial, sqrt

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import FrobeniusNorm, SpectralNorm
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.quantities.nonnormality import PowerSupremum
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, power

__all__ = [
    "CHAPTER",
    "COMMUTATOR",
    "FIXED",
    "LEANING",
    "binomial_bound",
    "commutator",
    "commutator_bound",
    "diagonal_part",
    "eigenvalues",
    "matrix_case",
    "nilpotent_part",
    "power_bound",
    "triangle",
    "turn",
]

CHAPTER = "beyond/nonnormality"

#: Real eigenvalues, what stands above them, and the basis in which it stands there.
eigenvalues = MatrixSymbol("l", n, 1)
nilpotent_part, turn = MatrixSymbol("N", n, n), MatrixSymbol("Q", n, n)
diagonal_part = DiagMatrix(eigenvalues)
triangle = add(diagonal_part, nilpotent_part)

LEANING = [[Rational(9, 10), 1], [0, Rational(9, 10)]]


def commutator(matrix: Any) -> Any:
    """Return ``C = A^T A - A A^T``, zero exactly where A is normal.

    Examples
    --------
    >>> commutator(J)
    -J*J.T + J.T*J
    """
    flipped = transpose(matrix)
    return add(multiply(flipped, matrix), multiply(-1, matrix, flipped))


COMMUTATOR = commutator(J)


def binomial_bound(radius: Any, departure: Any, exponent: Any = COUNT, last: Any = n - 1) -> Any:
    """Return ``sum_j C(m, j) rho^(m-j) d^j`` over j from 0 to ``last``, but at most m.

    Examples
    --------
    >>> from sympy import Symbol
    >>> binomial_bound(Symbol("r"), Symbol("d"), 1, 1)
    Sum(d**j*r**(1 - j)*binomial(1, j), (j, 0, 1))
    """
    index = time("j")
    term = binomial(exponent, index) * radius ** (exponent - index) * departure**index
    return Sum(term, (index, 0, Min(exponent, last)))


def matrix_case(entries: Any, m: int = 1, **values: Any) -> Draw:
    """Return one matrix J, its size and a number of steps.

    Examples
    --------
    >>> matrix_case([[2]]).options["values"]["n"]
    1
    """
    matrix = Matrix(entries)
    given = {"J": matrix, "n": matrix.rows, "m": m, **values}
    return Draw("explicit", {"values": given, "note": "one matrix"})


_A, _B = MatrixSymbol("A", n, n), MatrixSymbol("B", n, n)
_UP = Matrix([[0, 2], [0, 0]])
_TWO_STEPS = SpectralNorm(multiply(_A, _B, _A, _B))
_PEAKS = PowerSupremum(_A) * PowerSupremum(_B)

FIXED = Hypothesis(
    "every step has the same $J$",
    witness=Witness(
        "two matrices in turn, each with powers of norm at most $2$: four steps give $16$",
        Draw("explicit", {"values": {"n": 2, "A": _UP, "B": _UP.T}}),
        Statement(_TWO_STEPS, Relation.AT_MOST, _PEAKS),
    ),
)


def commutator_bound(matrix: Any, departure: Any) -> Statement:
    """Return ``‖C‖_F <= sqrt(6) ‖A‖_F d``, C the commutator of A and d its departure.

    Examples
    --------
    >>> from sympy import Symbol
    >>> print(commutator_bound(J, Symbol("d")))
    ||J.T*J - J*J.T||_F <= sqrt(6)*d*||J||_F
    """
    size = FrobeniusNorm(matrix)
    return Statement(
        FrobeniusNorm(commutator(matrix)), Relation.AT_MOST, sqrt(6) * size * departure
    )


def power_bound(matrix: Any, radius: Any, departure: Any) -> Statement:
    """Return ``‖A^m‖ <= sum_j C(m, j) rho^(m-j) d^j``.

    Examples
    --------
    >>> from sympy import Symbol
    >>> print(power_bound(J, 0, Symbol("d")).lhs)
    SpectralNorm(J**m)
    """
    powers = SpectralNorm(power(matrix, COUNT))
    return Statement(powers, Relation.AT_MOST, binomial_bound(radius, departure))
