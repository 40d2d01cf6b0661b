"""A rectifier halves the mean square of a symmetric pre-activation, so the variance is doubled."""

from typing import Any

from sympy import Lambda, Matrix, MatrixSymbol, Max, Symbol, ZeroMatrix

from rnnmath.claim import Claim, Hypothesis, Kind, Mutant, Source, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import shown, supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import Elementwise, InnerProduct, elementwise
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.chance import Expectation, Law, MeanMatrix, Symmetric
from rnnmath.symbolic.tidy import add, multiply, same
from rnnmath.theory.means import LINEAR, SIGN_TURNED
from rnnmath.theory.vanishing.initialization.objects import (
    CHAPTER,
    GRAM,
    IMAGE,
    SQUARED,
    UNIT_FORWARD,
    W,
    equal,
    explicit,
    layers,
    n_in,
    n_out,
    v,
    x,
)
from rnnmath.theory.vanishing.initialization.variance import kept_iff

__all__ = ["HALVED", "RECTIFIED", "VARIANCE_HE", "VARIANCE_RELU", "relu"]

_EQUAL = Relation.EQUAL
_u = Symbol("u", real=True)
_SYMMETRIC = Law(Symmetric(W))


def relu(column: Any) -> Any:
    """Return the column with its negative entries put to zero.

    Examples
    --------
    >>> relu(x).shape
    (n_in, 1)
    """
    return elementwise(Lambda(_u, Max(0, _u)), column)


_b = MatrixSymbol("b", n_out, 1)
_BEFORE = add(IMAGE, _b)
_NO_BIAS = equal(_b, ZeroMatrix(n_out, 1))
_SPREAD = equal(MeanMatrix(GRAM, _SYMMETRIC), UNIT_FORWARD)


def _mean(column: Any) -> Expectation:
    return Expectation(VectorNorm(column) ** 2, _SYMMETRIC)


def _is_relu(column: Any, of: Any) -> bool:
    return isinstance(column, Elementwise) and same(column, relu(of))


def _both_parts(focus: Any, result: Any, _: Step) -> bool:
    """``‖a‖^2 = ‖relu(a)‖^2 + ‖relu(-a)‖^2``: no entry is above zero and below."""
    if not (focus.is_Pow and isinstance(focus.base, VectorNorm) and focus.exp == 2):
        return False
    column = focus.base.matrix
    parts = [VectorNorm(relu(side)) ** 2 for side in (column, multiply(-1, column))]
    return bool(same(result, parts[0] + parts[1]))


def _halved(focus: Any, result: Any, step: Step) -> bool:
    """``x = y / 2`` where the premises show ``x = x'`` and ``x + x' = y``."""
    if len(step.premises) != 2 or any(part.given != step.given for part in step.premises):
        return False
    turned, total = step.premises
    return (
        turned.relation == total.relation == _EQUAL
        and same(turned.start, focus)
        and same(total.start, focus + turned.end)
        and bool((total.end - 2 * result).expand() == 0)
    )


RECTIFIED = Rule(
    "positive and negative part",
    r"\lVert a \rVert^2 = \lVert a^+ \rVert^2 + \lVert a^- \rVert^2",
    _EQUAL,
    _both_parts,
)
HALVED = Rule("half each", r"x = x', \; x + x' = y \implies x = y / 2", _EQUAL, _halved)


def _half(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``E ‖relu(W x)‖^2 = E ‖W x‖^2 / 2``."""
    positive, negative = relu(IMAGE), relu(multiply(-1, IMAGE))
    square = VectorNorm(IMAGE) ** 2
    whole = Derivation(_mean(IMAGE), given=given)
    split = VectorNorm(positive) ** 2 + VectorNorm(negative) ** 2
    whole = whole.then(RECTIFIED, square, split)
    whole = whole.then(LINEAR, whole.end, _mean(positive) + _mean(negative))
    total = Derivation(whole.end, given=given).then(SYMMETRY, whole.end, _mean(IMAGE), (whole,))
    turned = Derivation(_mean(positive), given=given)
    turned = turned.then(SIGN_TURNED, turned.end, _mean(negative))
    chain = Derivation(_mean(positive), given=given)
    return chain.then(HALVED, chain.end, _mean(IMAGE) / 2, (turned, total))


def _without_bias(given: tuple[Statement, ...]) -> Derivation:
    bare = Derivation(relu(_BEFORE), given=given)
    bare = bare.then(supposed(_EQUAL), _b, _NO_BIAS.rhs)
    chain = Derivation(_mean(relu(_BEFORE)), given=given)
    chain = chain.then(shown(_EQUAL), bare.start, bare.end, (bare,))
    return chain.then(shown(_EQUAL), chain.end, _mean(IMAGE) / 2, (_half(given),))


def _size(given: tuple[Statement, ...] = (_SPREAD,)) -> Derivation:
    """Derive ``E ‖relu(W x)‖^2 = n_out v ‖x‖^2 / 2``."""
    chain = Derivation(_mean(relu(IMAGE)), given=given)
    chain = chain.then(shown(_EQUAL), chain.end, _mean(IMAGE) / 2, (_half(given),))
    chain = chain.then(LENGTH, VectorNorm(IMAGE) ** 2, InnerProduct(IMAGE, IMAGE))
    turned = InnerProduct(x, multiply(_SPREAD.lhs, x))
    chain = chain.then(LINEAR, Expectation(InnerProduct(IMAGE, IMAGE), _SYMMETRIC), turned)
    chain = chain.then(supposed(_EQUAL), _SPREAD.lhs, UNIT_FORWARD)
    chain = chain.then(INNER_PRODUCT, chain.end, n_out * v * InnerProduct(x, x) / 2)
    return chain.then(LENGTH, InnerProduct(x, x), SQUARED)


_LAW_OF_SIGN = Hypothesis(
    "$W$ has the law of $-W$",
    None,
    Witness(
        "an entry of $2$ with probability $1/3$ and $-1$ with $2/3$ has mean $0$, but two thirds"
        " of its square stay",
        explicit(1, 1, "lopsided", b=Matrix([0])),
    ),
)
_FREE = {"matrices": {"b": ("n_out", 1, "zero")}}
_DRAWS = tuple(layers(kind, largest=2, **_FREE) for kind in ("signs", "rare"))
_HALF_LEFT = equal(_mean(relu(_BEFORE)), _mean(IMAGE) / 2)

VARIANCE_RELU = Claim(
    id="variance-relu",
    kind=Kind.IDENTITY,
    title="A rectifier keeps half of the mean square of a symmetric pre-activation",
    says=(_HALF_LEFT,),
    given=(
        _LAW_OF_SIGN,
        Hypothesis(
            "$b = 0$",
            _NO_BIAS,
            Witness("a bias of $1$ lets more through", explicit(1, 1, "signs", b=Matrix([1]))),
        ),
    ),
    derive=lambda: (_without_bias((_NO_BIAS,)),),
    draws=_DRAWS,
    mutants=(
        Mutant("nothing is lost", equal(_mean(relu(_BEFORE)), _mean(IMAGE))),
        Mutant("a quarter is left", equal(_mean(relu(_BEFORE)), _mean(IMAGE) / 4)),
        Mutant(
            "half of every pre-activation",
            equal(VectorNorm(relu(x)) ** 2, SQUARED / 2),
            (explicit(1, 1, "signs", b=Matrix([0])),),
        ),
    ),
    source=Source("he2015", "Eq. (8)"),
    chapter=CHAPTER,
)

_NOT_ZERO = Statement(VectorNorm(x) * 0, Relation.LESS, VectorNorm(x))
_KEPT = equal(_mean(relu(IMAGE)) / n_out, SQUARED / n_in)
_EXACT = equal(n_in * v / 2, 1)
_HE = explicit(1, 2, "signs", b=Matrix([0]))

VARIANCE_HE = Claim(
    id="variance-he",
    kind=Kind.IDENTITY,
    title="Behind a rectifier the mean square is kept iff inputs times variance is two",
    says=(
        equal(_mean(relu(IMAGE)), n_out * v * SQUARED / 2),
        Statement(_KEPT, Relation.IFF, _EXACT),
    ),
    given=(
        _LAW_OF_SIGN,
        Hypothesis(
            "in the mean over the rows, the entries of $W$ have mean square $v$ and do not move"
            " together",
            _SPREAD,
            Witness("equal entries", explicit(1, 2, "signs", {"tied": "all"}, b=Matrix([0]))),
        ),
        Hypothesis(
            "$x \\ne 0$",
            _NOT_ZERO,
            Witness("nothing stays nothing", explicit(1, 1, "signs", x=Matrix([0]))),
        ),
    ),
    derive=lambda: (_size((_SPREAD, _NOT_ZERO)), kept_iff(_size(), _KEPT, _EXACT)),
    draws=(*_DRAWS, _HE),
    mutants=(
        Mutant(
            "inputs times variance is one, as without a rectifier",
            Statement(_KEPT, Relation.IFF, equal(n_in * v, 1)),
            (_HE,),
        ),
        Mutant("the full variance", equal(_mean(relu(IMAGE)), n_out * v * SQUARED)),
        Mutant("inputs counted for outputs", equal(_mean(relu(IMAGE)), n_in * v * SQUARED / 2)),
    ),
    source=Source("he2015", "Eq. (10)"),
    chapter=CHAPTER,
)
