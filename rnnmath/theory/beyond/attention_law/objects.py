"""The recurrence with attention to the mean, its numbers, and its draws."""

from typing import Any

from sympy import Identity, MatrixSymbol, Symbol, sympify

from rnnmath.claim import Draw
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import T, n, t, time
from rnnmath.symbolic.quantities.averaging import AveragingState, SeriesCoefficient
from rnnmath.symbolic.tidy import multiply

__all__ = [
    "CHAPTER",
    "EYE",
    "KAPPA",
    "LENGTH",
    "SERIES",
    "M",
    "T",
    "a",
    "c",
    "coefficient",
    "compare",
    "drawn",
    "equal",
    "h_1",
    "influence",
    "j",
    "kappa",
    "law_influence",
    "mean_of",
    "r",
    "state",
    "t",
    "z",
]

CHAPTER = "beyond/attention_law"

a, c = Symbol("a", real=True), Symbol("c", real=True)
kappa, r = Symbol("kappa", real=True), Symbol("r", real=True)
z = Symbol("z", real=True)
j, M = time("j"), time("M")
h_1 = MatrixSymbol("h_1", n, 1)
EYE = Identity(n)
#: The numbers a and c of the recurrence by r = ac and kappa = a / (1 - r).
KAPPA = {a: kappa * (1 - r), c: r / (kappa * (1 - r))}
#: ``z (1 - z)^-kappa (1 - r z)^(kappa - 1)``, whose coefficients are the derivatives.
SERIES = z * (1 - z) ** (-kappa) * (1 - r * z) ** (kappa - 1)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(a * c, r))
    a*c = r
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def compare(left: Any, relation: str, right: Any) -> Statement:
    """Return the statement that two numbers stand in a relation, given by its sign.

    Examples
    --------
    >>> print(compare(kappa, "<=", 1))
    kappa <= 1
    """
    return Statement(sympify(left), Relation(relation), sympify(right))


def state(index: Any) -> AveragingState:
    """Return the state at one time.

    Examples
    --------
    >>> state(t)
    h[t]
    """
    return AveragingState(a, c, h_1, index)


def influence(index: Any) -> Jacobian:
    """Return the derivative of the state at one time in the first state.

    Examples
    --------
    >>> influence(t).shape
    (n, n)
    """
    return Jacobian(state(index), h_1)


def law_influence(index: Any, power: Any = kappa) -> Any:
    """Return the same derivative with a and c written by kappa and r.

    Examples
    --------
    >>> law_influence(t).args[0].numbers[0]
    kappa*(1 - r)
    """
    numbers = {name: value.xreplace({kappa: sympify(power)}) for name, value in KAPPA.items()}
    return influence(index).xreplace(numbers)


def mean_of(of: Any, index: Any) -> Any:
    """Return the mean of a sequence from 1 up to an index.

    Examples
    --------
    >>> mean_of(state, t).shape
    (n, 1)
    """
    return multiply(1 / index, IndexedSum(of(j), (j, 1, index)))


def coefficient(power: Any, of: Any = SERIES) -> SeriesCoefficient:
    """Return one coefficient of the series.

    Examples
    --------
    >>> coefficient(T).power
    T
    """
    return SeriesCoefficient(of, z, power)


LENGTH = SpectralNorm(law_influence(T))


def drawn(*, times: tuple[int, int] = (2, 9), width: int = 2, **numbers: Any) -> Draw:
    """Return a draw of a run: ranges of its numbers, of the times, and of the width.

    Examples
    --------
    >>> drawn(r=("0", "1")).options["scalars"]["r"]
    ('0', '1')
    """
    scalars = {"T": times, "t": times, "M": (0, 3), **numbers}
    options = {
        "sizes": {"n": (1, width)},
        "matrices": {"h_1": ("n", 1, "generic")},
        "scalars": scalars,
    }
    return Draw("random", options)
