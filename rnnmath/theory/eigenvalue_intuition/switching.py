"""Factors that change from step to step: each has a small radius, and the product explodes."""

from typing import Any

from sympy import MatMul, Matrix, Rational, sympify

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import TotalDerivative, W, h, j, k, t
from rnnmath.theory.eigenvalue_intuition.explicit_rules import MULTIPLIED, TRIANGULAR, written
from rnnmath.theory.eigenvalue_intuition.objects import (
    CHAPTER,
    COUNT,
    c,
    compare,
    equal,
    power,
)
from rnnmath.theory.eigenvalue_intuition.rate_rules import NORM_ABOVE_RADIUS, SPECTRAL_MAPPING
from rnnmath.theory.eigenvalue_intuition.sequence_rules import REWRITTEN
from rnnmath.theory.local_jacobian import PRODUCT_EXPANDED
from rnnmath.theory.program import step_matrix

__all__ = ["FIRST", "RECURRENT", "SECOND", "TIME_VARYING", "switching", "switching_network"]

EQUAL, IFF = Relation.EQUAL, Relation.IFF

_A, _B = written([0, 2], [0, 0]), written([0, 0], [2, 0])
#: One recurrent matrix, and the two masks that a ReLU puts on it in turn.
RECURRENT = written([Rational(9, 10), Rational(3, 2)], [-1, Rational(-9, 10)])
FIRST, SECOND = written([1, 0], [0, 0]), written([0, 0], [0, 1])
_BOTH = MatMul(FIRST, RECURRENT, SECOND, RECURRENT)
_TRANSPORT = SpectralNorm(TotalDerivative(h[2 * COUNT], h[0]))
_FACTORS = OrderedProduct(step_matrix(j), (j, 1, 2 * COUNT))
_ALTERNATE = equal(_FACTORS, power(_BOTH, COUNT))
_RATE = Rational(3, 2)


def switching_network(steps: int) -> dict[str, Any]:
    """Return a ReLU network that masks its two units in turn, as the options of an explicit case.

    The inputs hold the pre-activations at (-1, 1) and (1, -1) in turn.

    Examples
    --------
    >>> [list(column) for column in switching_network(2)["x"]]
    [[-19/10, 2], [-1/2, -1/10]]
    """
    away, back = Matrix([-1, 1]), Matrix([1, -1])
    state, inputs = Matrix([1, 0]), []
    for step in range(steps):
        target = back if step % 2 else away
        inputs.append(target - RECURRENT * state)
        state = target.applyfunc(lambda entry: max(entry, 0))
    return {
        "W": Matrix(RECURRENT),
        "U": Matrix([[1, 0], [0, 1]]),
        "h0": Matrix([1, 0]),
        "x": inputs,
        "activation": ("relu",),
    }


def switching(count: int, *, bound: Any = 1, left_alone: bool = False) -> Draw:
    """Return that network over 2m steps, or, left alone, the same one without any input.

    Examples
    --------
    >>> switching(3).options["values"]["m"]
    3
    """
    network = switching_network(2 * count)
    if left_alone:
        network = {**network, "x": [Matrix([0, 0])] * (2 * count)}
    values = {"m": count, "c": bound, "k": 0, "t": 2 * count}
    return Draw("explicit", {"network": network, "values": values, "note": "masks in turn"})


def _compare_squares(focus: Any, result: Any, _: Step) -> bool:
    """``x < y`` exactly where ``x^2 < y^2``, for x and y that are not negative."""
    return (
        isinstance(focus, Statement)
        and bool(focus.lhs.is_nonnegative and focus.rhs.is_nonnegative)
        and result == Statement(focus.lhs**2, focus.relation, focus.rhs**2)
    )


_SQUARES = Rule("compare the squares", r"x < y \iff x^2 < y^2", IFF, _compare_squares)


def _radius(matrix: Any, value: Any) -> Derivation:
    """Derive the spectral radius of a product that turns out triangular."""
    chain = Derivation(SpectralRadius(matrix))
    if isinstance(matrix, MatMul):
        chain = chain.then(MULTIPLIED, matrix, matrix.as_explicit())
    return chain.then(TRIANGULAR, chain.end, sympify(value))


def _square() -> Derivation:
    start = power(RECURRENT, 2)
    return Derivation(start).then(MULTIPLIED, start, RECURRENT**2)


def _below() -> Derivation:
    """Derive ``rho(W) < c`` exactly where ``69/100 < c^2``."""
    radius = SpectralRadius(RECURRENT)
    squares = Derivation(radius**2)
    squares = squares.then(SPECTRAL_MAPPING, radius**2, SpectralRadius(power(RECURRENT, 2)))
    squares = squares.then(MULTIPLIED, power(RECURRENT, 2), RECURRENT**2)
    squares = squares.then(TRIANGULAR, squares.end, Rational(69, 100))
    chain = Derivation(_BELOW.lhs).then(_SQUARES, _BELOW.lhs, compare(radius**2, "<", c**2))
    return chain.then(REWRITTEN, chain.end, _BELOW.rhs, (squares,))


def _grows() -> Derivation:
    """Derive that 2m steps of the network stretch by at least (3/2)^m."""
    masked = power(_BOTH, COUNT)
    chain = Derivation(_TRANSPORT, given=(_ALTERNATE,))
    times = {k: sympify(0), t: 2 * COUNT}
    chain = chain.then(cite(PRODUCT_EXPANDED, names=times), _TRANSPORT.matrix, _FACTORS)
    chain = chain.then(supposed(EQUAL), _FACTORS, masked)
    chain = chain.then(NORM_ABOVE_RADIUS, chain.end, SpectralRadius(masked))
    chain = chain.then(SPECTRAL_MAPPING, chain.end, SpectralRadius(_BOTH) ** COUNT)
    chain = chain.then(MULTIPLIED, _BOTH, _BOTH.as_explicit())
    return chain.then(TRIANGULAR, SpectralRadius(_BOTH.as_explicit()), _RATE)


_BELOW = Statement(
    compare(SpectralRadius(RECURRENT), "<", c), IFF, compare(Rational(69, 100), "<", c**2)
)
_RADII = {
    _A: 0,
    _B: 0,
    MatMul(_A, _B): 4,
    MatMul(FIRST, RECURRENT): Rational(9, 10),
    MatMul(SECOND, RECURRENT): Rational(9, 10),
    _BOTH: _RATE,
}


def _product_of_radii(*factors: Any) -> Statement:
    bound = sympify(1)
    for factor in factors:
        bound = bound * SpectralRadius(factor)
    return compare(SpectralRadius(MatMul(*factors)), "<=", bound)


_SHRINKING = (compare(SpectralRadius(W), "<", 1),)

TIME_VARYING = Claim(
    id="time-varying-counterexample",
    kind=Kind.WITNESS,
    title="Factors of radius below 1 can have a product that explodes, even with one matrix W",
    says=(
        *(equal(SpectralRadius(matrix), value) for matrix, value in _RADII.items()),
        equal(power(RECURRENT, 2), RECURRENT**2),
        _BELOW,
        compare(_TRANSPORT, ">=", _RATE**COUNT),
    ),
    given=(
        Hypothesis(
            "the masks alternate: the factors of $2 m$ steps are those of two steps, $m$ times",
            _ALTERNATE,
            Witness(
                "without input the first unit stays on, and six steps shrink",
                switching(3, left_alone=True),
            ),
        ),
    ),
    derive=lambda: (
        *(_radius(matrix, value) for matrix, value in _RADII.items()),
        _square(),
        _below(),
        _grows(),
    ),
    draws=(
        switching(1, bound=Rational(17, 20)),
        switching(2, bound=Rational(83, 100)),
        switching(3, bound=Rational(5, 6)),
        switching(6),
    ),
    mutants=(
        Mutant(
            "the radius of a product is at most the product of the radii", _product_of_radii(_A, _B)
        ),
        Mutant(
            "the same for the masked W",
            _product_of_radii(MatMul(FIRST, RECURRENT), MatMul(SECOND, RECURRENT)),
        ),
        Mutant(
            "a radius of W below 1 keeps the network bounded",
            compare(_TRANSPORT, "<=", 1),
            (),
            _SHRINKING,
        ),
        Mutant(
            "masks only take away: the power of W is a bound",
            compare(_TRANSPORT, "<=", SpectralNorm(power(W, 2 * COUNT))),
        ),
        Mutant(
            "the largest radius of a step is a bound, step by step",
            compare(_TRANSPORT, "<=", SpectralRadius(MatMul(FIRST, RECURRENT)) ** (2 * COUNT)),
        ),
        Mutant("growth by 8/5 every two steps", compare(_TRANSPORT, ">=", Rational(8, 5) ** COUNT)),
        Mutant("the square of W has the other sign", equal(power(RECURRENT, 2), -(RECURRENT**2))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
