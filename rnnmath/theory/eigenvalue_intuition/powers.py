"""Powers act on an eigenvector by powers of its eigenvalue."""

from typing import Any

from sympy import DiagMatrix, Identity, Inverse, Matrix, MatrixSymbol, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import ARITHMETIC, shown, supposed
from rnnmath.symbolic.derivation.reasoning import induction
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.tidy import diag, multiply, tidy, transpose
from rnnmath.theory.eigenvalue_intuition.objects import (
    CHAPTER,
    COUNT,
    J,
    R,
    diagonalizable,
    equal,
    power,
)
from rnnmath.theory.eigenvalue_intuition.power_rules import (
    DIAGONAL_POWER,
    LAST_FACTOR,
    ONE_FACTOR,
)

__all__ = ["EIGEN_POWER", "similar_power"]

EQUAL = Relation.EQUAL

_v, _B, _l = MatrixSymbol("v", n, 1), MatrixSymbol("B", n, n), MatrixSymbol("l", n, 1)
_value = Symbol("lambda", real=True)
_IS_EIGENPAIR = equal(multiply(J, _v), multiply(_value, _v))
_BACK = Inverse(R)
_DIAGONALIZED = equal(J, multiply(R, DiagMatrix(_l), _BACK))


def _raised(column: Any, exponent: Any) -> Any:
    return diag(elementwise(lambda entry: entry**exponent, column))


def _along_vector() -> Derivation:
    """Derive ``J^m v = lambda^m v`` by induction on m."""
    given = (_IS_EIGENPAIR,)
    start, end = multiply(power(J, COUNT), _v), multiply(_value**COUNT, _v)
    onward = Derivation(start.xreplace({COUNT: COUNT + 1}), given=(*given, equal(start, end)))
    onward = onward.then(ONE_FACTOR, onward.end, multiply(_value, power(J, COUNT), _v))
    scale = _value * _value**COUNT
    onward = onward.then(supposed(EQUAL), onward.end, multiply(scale, _v))
    onward = onward.then(ARITHMETIC, scale, _value ** (COUNT + 1))
    base = Derivation(_v, given=given)
    return Derivation(start, given=given).then(induction(COUNT, 0), start, end, (base, onward))


def similar_power(T: Any, B: Any, given: tuple[Any, ...] = ()) -> Derivation:
    """Derive ``(T B T^-1)^m = T B^m T^-1`` by induction on m.

    Examples
    --------
    >>> print(similar_power(R, J).statement)
    (R*J*R**(-1))**m = R*J**m*R**(-1)
    """
    back = T.arg if isinstance(T, Inverse) else Inverse(T)
    inner = multiply(T, B, back)
    start, end = power(inner, COUNT), multiply(T, power(B, COUNT), back)
    onward = Derivation(power(inner, COUNT + 1), given=(*given, equal(start, end)))
    onward = onward.then(LAST_FACTOR, onward.end, multiply(start, inner))
    onward = onward.then(supposed(EQUAL), onward.end, tidy(end.xreplace({COUNT: COUNT + 1})))
    base = Derivation(Identity(T.shape[0]), given=given)
    return Derivation(start, given=given).then(induction(COUNT, 0), start, end, (base, onward))


def _through_basis() -> Derivation:
    """Derive ``J^m = R diag(l^m) R^-1``."""
    given, core = (_DIAGONALIZED,), DiagMatrix(_l)
    apart = similar_power(R, core, given)
    chain = Derivation(power(J, COUNT), given=given)
    chain = chain.then(supposed(EQUAL), chain.end, apart.start)
    chain = chain.then(shown(EQUAL), chain.end, apart.end, (apart,))
    return chain.then(DIAGONAL_POWER, power(core, COUNT), _raised(_l, COUNT))


_POWER = power(J, COUNT)
_SIMILAR = multiply(R, _B, _BACK)
_EYE = Matrix([[1, 0], [0, 1]])
_SMALL = {
    "n": 2,
    "J": Matrix([[2, 0], [0, 3]]),
    "R": _EYE,
    "B": _EYE,
    "l": Matrix([2, 3]),
    "lambda": 2,
    "v": Matrix([1, 0]),
    "m": 2,
}


def _small(**changed: Any) -> Draw:
    return Draw("explicit", {"values": {**_SMALL, **changed}})


EIGEN_POWER = Claim(
    id="eigen-power",
    kind=Kind.IDENTITY,
    title="A power of a matrix acts on an eigenvector by a power of the eigenvalue",
    says=(
        equal(multiply(_POWER, _v), multiply(_value**COUNT, _v)),
        equal(power(_SIMILAR, COUNT), multiply(R, power(_B, COUNT), _BACK)),
        equal(_POWER, multiply(R, _raised(_l, COUNT), _BACK)),
    ),
    given=(
        Hypothesis(
            "$J v = \\lambda v$",
            _IS_EIGENPAIR,
            Witness(
                "the sum of two eigenvectors of $\\operatorname{diag}(2, 3)$ is turned",
                _small(v=Matrix([1, 1])),
                equal(multiply(_POWER, _v), multiply(_value**COUNT, _v)),
            ),
        ),
        Hypothesis(
            "$J = R \\operatorname{diag}(l) R^{-1}$",
            _DIAGONALIZED,
            Witness(
                "$\\begin{bmatrix} 2 & 1 \\\\ 0 & 2 \\end{bmatrix}$ has no basis of eigenvectors, "
                "and its square holds a $4$ beside the eigenvalues",
                _small(J=Matrix([[2, 1], [0, 2]]), l=Matrix([2, 2])),
                equal(_POWER, multiply(R, _raised(_l, COUNT), _BACK)),
            ),
        ),
        Hypothesis("$R$ is invertible"),
    ),
    derive=lambda: (_along_vector(), similar_power(R, _B), _through_basis()),
    draws=(
        diagonalizable(),
        diagonalizable(sizes={"n": (1, 1)}),
        _small(l=Matrix([2, 3])),
    ),
    mutants=(
        Mutant(
            "one power too many", equal(multiply(_POWER, _v), multiply(_value ** (COUNT + 1), _v))
        ),
        Mutant(
            "one power too many in the basis",
            equal(_POWER, multiply(R, _raised(_l, COUNT + 1), _BACK)),
        ),
        Mutant("the eigenvalue times m", equal(multiply(_POWER, _v), multiply(_value * COUNT, _v))),
        Mutant(
            "the transpose for the inverse",
            equal(_POWER, multiply(R, _raised(_l, COUNT), transpose(R))),
        ),
        Mutant(
            "the basis on the wrong sides", equal(_POWER, multiply(_BACK, _raised(_l, COUNT), R))
        ),
        Mutant(
            "the basis raised too", equal(_POWER, multiply(power(R, COUNT), _raised(_l, COUNT)))
        ),
        Mutant(
            "the eigenvalues without the basis",
            equal(power(_SIMILAR, COUNT), power(_B, COUNT)),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
