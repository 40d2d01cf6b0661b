"""How one layer changes the mean square of what goes through it, forward and backward."""

from dataclasses import replace
from typing import Any

from sympy import Integer, Matrix, MatrixSymbol, Mul, cancel

from rnnmath.claim import Claim, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import EQUIVALENT, shown, supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.chance import Expectation, Law, MeanMatrix
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.cases import known_less
from rnnmath.theory.means import ITERATED, LINEAR
from rnnmath.theory.vanishing.initialization.objects import (
    CHAPTER,
    FORWARD,
    GRAM,
    GRAM_BACK,
    IMAGE,
    LAW,
    MIXED,
    MIXED_BACK,
    SQUARED,
    W,
    equal,
    explicit,
    layers,
    n_in,
    n_out,
    v,
    x,
    y,
)

__all__ = [
    "OFF_SCALE",
    "VARIANCE_BACKWARD",
    "VARIANCE_KEPT",
    "VARIANCE_PROPAGATION",
    "kept_iff",
]

_EQUAL = Relation.EQUAL
_STATE = MatrixSymbol("h", n_in, 1)
_BOTH, _STATES = Law(W, _STATE), Law(_STATE)
_JOINT = Expectation(VectorNorm(multiply(W, _STATE)) ** 2, _BOTH)
_SENT = Expectation(VectorNorm(_STATE) ** 2, _STATES)
_BACKWARD = Expectation(VectorNorm(multiply(transpose(W), y)) ** 2, LAW)


def _through(column: Any, image: Any, gram: Any, unit: Any, given: Statement) -> Derivation:
    """Derive ``E ‖A x‖^2 = c ‖x‖^2`` from ``E A^T A = c I``."""
    square = VectorNorm(image) ** 2
    chain = Derivation(Expectation(square, LAW), given=(given,))
    chain = chain.then(LENGTH, square, InnerProduct(image, image))
    turned = multiply(MeanMatrix(gram, LAW), column)
    chain = chain.then(LINEAR, chain.end, InnerProduct(column, turned))
    chain = chain.then(supposed(_EQUAL), given.lhs, unit)
    size = VectorNorm(column) ** 2
    scale = unit.as_coeff_matrices()[0]
    chain = chain.then(INNER_PRODUCT, chain.end, scale * InnerProduct(column, column))
    return chain.then(LENGTH, InnerProduct(column, column), size)


def _forward(column: Any = x) -> Derivation:
    return _through(column, multiply(W, column), GRAM, MIXED.rhs, MIXED)


def _random_state() -> Derivation:
    chain = Derivation(_JOINT, given=(MIXED,))
    inner = Expectation(_JOINT.expr, LAW)
    chain = chain.then(ITERATED, _JOINT, Expectation(inner, _STATES))
    chain = chain.then(shown(_EQUAL), inner, n_out * v * _SENT.expr, (_forward(_STATE),))
    return chain.then(LINEAR, chain.end, n_out * v * _SENT)


_KINDS = ("signs", "rare", "like normal", "lopsided")
_WITH_STATE = {"h": ("n_in", 1, "shifted")}
_DRAWS = tuple(layers(kind, law=_WITH_STATE) for kind in _KINDS)
_SPREAD = Hypothesis(
    "in the mean over the rows, the entries of $W$ have mean square $v$ and do not move together;"
    " independent entries of mean $0$ and variance $v$ do so",
    MIXED,
    Witness(
        "entries of a row that are always equal",
        explicit(1, 2, "signs", {"tied": "all", "more": {"h": (2, 1, "shifted", {"scale": 1})}}),
    ),
)
_DRAWN_ONCE = explicit(1, 1, "rare", W=Matrix([2]))
_SAME = explicit(1, 1, "rare", {"more": {"h": (1, 1, "rare", {"scale": 1, "equals": "W"})}})

VARIANCE_PROPAGATION = Claim(
    id="variance-propagation",
    kind=Kind.IDENTITY,
    title="One random layer multiplies the mean squared length by outputs times variance",
    says=(equal(FORWARD, n_out * v * SQUARED), equal(_JOINT, n_out * v * _SENT)),
    given=(
        _SPREAD,
        Hypothesis(
            "$W$ and $h$ are independent; $x$ is not random",
            None,
            Witness("the state is the weight itself, as it may be once $W$ is used twice", _SAME),
        ),
    ),
    derive=lambda: (_forward(), _random_state()),
    draws=_DRAWS,
    mutants=(
        Mutant("inputs counted for outputs", equal(FORWARD, n_in * v * SQUARED)),
        Mutant("of every draw", equal(VectorNorm(IMAGE) ** 2, n_out * v * SQUARED), (_DRAWN_ONCE,)),
        Mutant("variance for its root", equal(FORWARD, n_out * v**2 * SQUARED)),
        Mutant("mean squared length of both sides", equal(_JOINT, n_out * n_in * v * _SENT)),
    ),
    source=Source("glorot2010", "Eq. (5)"),
    chapter=CHAPTER,
)


def _backward() -> Derivation:
    return _through(y, multiply(transpose(W), y), GRAM_BACK, MIXED_BACK.rhs, MIXED_BACK)


_ERROR = VectorNorm(y) ** 2

VARIANCE_BACKWARD = Claim(
    id="variance-backward",
    kind=Kind.IDENTITY,
    title="On the way back a random layer multiplies by inputs times variance",
    says=(equal(_BACKWARD, n_in * v * _ERROR),),
    given=(
        Hypothesis(
            "in the mean over the columns, the entries of $W$ have mean square $v$ and do not move"
            " together; independent entries of mean $0$ and variance $v$ do so"
            "",
            MIXED_BACK,
            Witness(
                "entries of a column that are always equal",
                explicit(2, 1, "signs", {"tied": "all"}),
            ),
        ),
    ),
    derive=lambda: (_backward(),),
    draws=tuple(layers(kind) for kind in _KINDS),
    mutants=(
        Mutant("outputs counted for inputs", equal(_BACKWARD, n_out * v * _ERROR)),
        Mutant("as on the way forward", equal(_BACKWARD * SQUARED, FORWARD * _ERROR)),
    ),
    source=Source("glorot2010", "Section 4.2.1, Eq. (6)", checked=True),
    chapter=CHAPTER,
)


def _off_scale(focus: Any, result: Any, step: Step) -> bool:
    """``c a = c b`` and c > 0 give ``a = b``."""
    if len(step.premises) != 1 or step.premises[0].given != step.given:
        return False
    (premise,) = step.premises
    scale = cancel(premise.start / focus)
    positive = all(known_less(0, factor.as_base_exp()[0], step) for factor in Mul.make_args(scale))
    return (
        positive
        and premise.relation == _EQUAL
        and bool((premise.start - scale * focus).expand() == 0)
        and bool((premise.end - scale * result).expand() == 0)
    )


OFF_SCALE = Rule(
    "divided by a positive number", r"c a = c b \implies a = b, \quad c > 0", _EQUAL, _off_scale
)


def kept_iff(mean: Derivation, kept: Statement, exact: Statement) -> Derivation:
    """Derive that the mean square of an entry is kept iff a number is one.

    Parameters
    ----------
    mean : Derivation
        Of the mean squared length of what comes out, ``c ‖x‖^2``.
    kept : Statement
        ``E ‖W x‖^2 / rows = ‖x‖^2 / cols``.
    exact : Statement
        ``c cols / rows = 1``.

    Examples
    --------
    >>> print(VARIANCE_KEPT.derive()[0].statement.rhs)
    n_in*v = 1
    """
    given = (*mean.given, _NOT_ZERO)
    before = kept.rhs
    part = Derivation(kept.lhs, given=(*given, kept))
    part = part.then(shown(_EQUAL), mean.start, mean.end, (mean,))
    onward = Derivation(part.end, given=part.given).then(SYMMETRY, part.end, kept.lhs, (part,))
    onward = onward.then(supposed(_EQUAL), kept.lhs, before)
    first = Derivation(exact.lhs, given=(*given, kept))
    first = first.then(OFF_SCALE, exact.lhs, exact.rhs, (onward,))
    back = Derivation(before, given=(*given, exact))
    back = back.then(supposed(_EQUAL), before, before * exact.lhs)
    second = Derivation(kept.lhs, given=(*given, exact))
    second = second.then(shown(_EQUAL), mean.start, mean.end, (mean,))
    second = second.then(SYMMETRY, second.end, before, (back,))
    return Derivation(kept, given=given).then(EQUIVALENT, kept, exact, (first, second))


_NOT_ZERO = Statement(Integer(0), Relation.LESS, VectorNorm(x))
_KEPT = equal(FORWARD / n_out, SQUARED / n_in)
_EXACT = equal(n_in * v, 1)
_KEPT_BACK = equal(_BACKWARD / n_in, _ERROR / n_out)
_HALF = {"scale": "1/2"}

VARIANCE_KEPT = Claim(
    id="variance-kept",
    kind=Kind.IDENTITY,
    title="The mean square of an entry is kept forward iff inputs times variance is one",
    says=(Statement(_KEPT, Relation.IFF, _EXACT),),
    given=(
        replace(
            _SPREAD,
            witness=Witness(
                "two equal entries of variance $1/4$ keep the mean square, and inputs times"
                " variance is $1/2$",
                explicit(1, 2, "signs", {"tied": "all", **_HALF}),
            ),
        ),
        Hypothesis(
            "$x \\ne 0$",
            _NOT_ZERO,
            Witness(
                "nothing stays nothing at any variance",
                explicit(1, 2, "signs", x=Matrix([0, 0])),
            ),
        ),
    ),
    derive=lambda: (kept_iff(_forward(), _KEPT, _EXACT),),
    draws=(
        *(layers(kind) for kind in ("signs", "like normal")),
        explicit(3, 1, "rare"),
        explicit(2, 4, "signs", _HALF),
    ),
    mutants=(
        Mutant(
            "outputs times variance",
            Statement(_KEPT, Relation.IFF, equal(n_out * v, 1)),
            (explicit(2, 4, "signs", _HALF),),
        ),
        Mutant(
            "what is kept forward is kept backward",
            Statement(_KEPT, Relation.IFF, _KEPT_BACK),
            (explicit(2, 4, "signs", _HALF),),
        ),
        Mutant(
            "lengths in place of mean squares",
            Statement(equal(FORWARD, SQUARED), Relation.IFF, _EXACT),
            (explicit(2, 4, "signs", _HALF),),
        ),
    ),
    source=Source("glorot2010", "Section 4.2.1", checked=True),
    chapter=CHAPTER,
)
