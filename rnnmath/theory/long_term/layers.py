"""Depth without weight sharing: the layers of a feedforward network can make up for each other."""

from typing import Any

from sympy import Identity, Integer, Matrix, Product, Rational, Sum, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.calculus import jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import PEEL, induction, not_before
from rnnmath.symbolic.nodes import Elementwise, OrderedProduct
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.notation import (
    TimeMatrix,
    TimeVector,
    TotalDerivative,
    W,
    a,
    f,
    f_prime,
    h,
    j,
    k,
    n,
    t,
)
from rnnmath.symbolic.tidy import add, multiply, same
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.long_term.objects import CHAPTER
from rnnmath.theory.long_term.rules import UNIT_POWER
from rnnmath.theory.norm_bound.objects import (
    FINITE,
    GAMMA,
    IS_FINITE,
    SCALE,
    TRANSPORT,
    at_most,
    equal,
    explicit,
    network,
)
from rnnmath.theory.norm_bound.ordered import continued
from rnnmath.theory.program import slope_matrix
from rnnmath.theory.program_rules import SAME_VARIABLE

__all__ = ["DEEP_MLP", "SHARED_SCALE", "own_weights"]

EQUAL, LESS, IFF = Relation.EQUAL, Relation.LESS, Relation.IFF
_ONE = Integer(1)


def own_weights(index: Any) -> TimeMatrix:
    """Return ``W_l``, the matrix of layer l, of the shape of all others.

    Examples
    --------
    >>> own_weights(j)
    W[j]
    """
    return TimeMatrix("W", n, n, index)


def _layer(variable: TimeVector) -> tuple[Any, Any]:
    """Return ``h_l = f(W_l h_{l-1} + b_l)``, and what f is applied to."""
    place = variable.index
    drive = add(multiply(own_weights(place), h[place - 1]), TimeVector("b", n, place))
    return Elementwise(f, drive), drive


def _one_layer(focus: Any, result: Any, step: Step) -> bool:
    """``dh_l/dh_k = diag(f'(a_l)) W_l dh_{l-1}/dh_k``: only ``h_{l-1}`` feeds the layer l."""
    if type(focus) is not TotalDerivative:
        return False
    if not all(isinstance(end, TimeVector) and end.name == "h" for end in focus.args):
        return False
    place, start = focus.of.index, focus.wrt.index
    if not not_before(place, start + 1, step.given):
        return False
    equation, drive = _layer(focus.of)
    local = jacobian(equation, h[place - 1]).xreplace({drive: a[place]})
    return same(result, multiply(local, TotalDerivative(h[place - 1], focus.wrt)))


_ONE_LAYER = Rule(
    "chain rule, over one layer",
    r"\frac{\partial h_l}{\partial h_k}"
    r" = \operatorname{diag}(f'(a_l)) \, W_l \, \frac{\partial h_{l-1}}{\partial h_k}",
    EQUAL,
    _one_layer,
)

_RANGE = (j, k + 1, t)
_FACTOR = multiply(slope_matrix(j), own_weights(j))
_EXPANDED = OrderedProduct(_FACTOR, _RANGE)
_SIZE, _NORMS = SpectralNorm(TRANSPORT), Product(SpectralNorm(own_weights(j)), _RANGE)
_SLOPES = Product(MaxAbs(Elementwise(f_prime, a[j])) * SpectralNorm(own_weights(j)), _RANGE)
_GIVEN = (at_most(k, t), IS_FINITE)


def _product() -> Derivation:
    """Derive ``dh_t/dh_k = prod_j diag(f'(a_j)) W_j`` by induction on t."""
    given = _GIVEN
    empty = TRANSPORT.xreplace({t: k})
    base = Derivation(empty, given=given).then(SAME_VARIABLE, empty, Identity(n))
    later = TRANSPORT.xreplace({t: t + 1})
    onward = Derivation(later, given=(*given, equal(TRANSPORT, _EXPANDED)))
    newest = _FACTOR.xreplace({j: t + 1})
    onward = onward.then(_ONE_LAYER, later, multiply(newest, TRANSPORT))
    onward = onward.then(supposed(EQUAL), TRANSPORT, _EXPANDED)
    onward = onward.then(PEEL, onward.end, _EXPANDED.xreplace({t: t + 1}))
    chain = Derivation(TRANSPORT, given=given)
    return chain.then(induction(t, k), TRANSPORT, _EXPANDED, (base, onward))


def _deep_mlp() -> tuple[Derivation, ...]:
    product, proof = _product(), norm_bound(_EXPANDED)
    chain = Derivation(_SIZE, given=_GIVEN)
    first = product.steps[0]
    chain = chain.then(first.rule, TRANSPORT, _EXPANDED, first.premises)
    layer_by_layer = Derivation(proof.start, proof.steps[:3], proof.given)
    return product, continued(chain, layer_by_layer), continued(chain, proof)


def _layers(*weights: Any, slope: Any = 1, **options: Any) -> Draw:
    """Return a linear network, ``f(u) = slope u``, with a matrix of its own in each layer."""
    options = {"values": {"k": 0, "t": len(weights)}, **options}
    wiring = {"layers": weights, **options.pop("wiring", {})}
    first = Matrix(weights[0])
    return explicit(first, len(weights), "polynomial", 0, slope, wiring=wiring, **options)


_GAP = {"sizes": {"n": (2, 3)}, "times": ("k", "t"), "gap": 2}


def _drawn(activation: str, weights: str, horizon: tuple[int, int] = (3, 3)) -> Draw:
    network = {"activation": activation, "weights": weights, "others": "generic"}
    inner = {**network, "layered": True, "horizon": horizon}
    return Draw("random", {**_GAP, "network": inner})


_SHORT = _drawn("softsign", "generic", (2, 2))
_HALF = Rational(1, 2)
_MADE_UP = _layers([[2]], [[_HALF]])
_STEEP = _layers([[2]], [[_HALF]], slope=2)
_SHRUNK = _layers([[2]], [[Rational(1, 4)]])
_MEAN = Sum(SpectralNorm(own_weights(j)), _RANGE) / (t - k)
_FIRST_NORM = SpectralNorm(own_weights(k + 1))
_BOUND = GAMMA ** (t - k) * _NORMS

DEEP_MLP = Claim(
    id="deep-mlp",
    kind=Kind.BOUND,
    title="Through the layers of a feedforward network, each layer counts with its own norm",
    says=(
        equal(TRANSPORT, _EXPANDED),
        at_most(_SIZE, _SLOPES),
        at_most(_SIZE, _BOUND),
    ),
    given=(
        IN_ORDER,
        FINITE,
        Hypothesis(
            "a layer sees the layer before it only",
            witness=Witness(
                "a connection that skips a layer adds a path",
                _layers([[1]], [[1]], [[1]], wiring={"delayed": Matrix([[1]])}),
            ),
        ),
    ),
    derive=_deep_mlp,
    draws=(
        _drawn("softsign", "generic"),
        _drawn("leaky", "generic"),
        _drawn("linear", "orthogonal multiple"),
        _MADE_UP,
        _STEEP,
    ),
    mutants=(
        Mutant(
            "the mean norm to the power of the depth",
            equal(_NORMS, _MEAN ** (t - k)),
            (_MADE_UP,),
        ),
        Mutant(
            "the norm of one layer to the power of the depth",
            at_most(_SIZE, GAMMA ** (t - k) * _FIRST_NORM ** (t - k)),
            (_layers([[_HALF]], [[2]]),),
        ),
        Mutant(
            "a product of norms of one means that every norm is one",
            Statement(equal(_NORMS, 1), IFF, equal(_FIRST_NORM, 1)),
            (_MADE_UP,),
        ),
        Mutant(
            "a layer of norm above one makes it grow",
            at_most(1, _SIZE),
            (_SHRUNK,),
            (Statement(_ONE, LESS, _FIRST_NORM),),
        ),
        Mutant("gamma left out", at_most(_SIZE, _NORMS), (_STEEP,)),
        Mutant("gamma counted once", at_most(_SIZE, GAMMA * _NORMS), (_STEEP,)),
        Mutant("equal to the bound", equal(_SIZE, _BOUND), (_drawn("softsign", "generic"),)),
        Mutant(
            "the factors in the order of the layers",
            equal(TRANSPORT, multiply(_FACTOR.xreplace({j: k + 1}), _FACTOR.xreplace({j: t}))),
            (_SHORT,),
            (equal(t, k + 2),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_DEPTH = Symbol("m", integer=True, positive=True)
_POWER = SCALE**_DEPTH


def _is_one() -> tuple[Derivation, ...]:
    start = equal(_POWER, 1)
    return (Derivation(start).then(UNIT_POWER, start, equal(SCALE, 1)),)


def _one_matrix(*weights: Any, slope: Any = 1, **values: Any) -> Draw:
    return _layers(*weights, slope=slope, values={"m": 3, "k": 0, "t": len(weights), **values})


SHARED_SCALE = Claim(
    id="shared-scale",
    kind=Kind.IDENTITY,
    title="With one shared matrix, nothing makes up for a scale that is not one",
    says=(Statement(equal(_POWER, 1), IFF, equal(SCALE, 1)),),
    given=(
        Hypothesis(
            "every step has the same matrix",
            witness=Witness(
                "two layers of norms $2$ and $1/2$ have a product of norms of $1$",
                _MADE_UP,
                Statement(equal(_NORMS, 1), IFF, equal(_FIRST_NORM, 1)),
            ),
        ),
    ),
    derive=_is_one,
    draws=(
        network("softsign", "rational norm", scalars={"m": (1, 5)}),
        _one_matrix([[1]]),
        _one_matrix([[_HALF]], slope=2),
        _one_matrix([[2]]),
        _one_matrix([[-1]], m=4),
    ),
    mutants=(
        Mutant(
            "a power of one needs a norm of one",
            Statement(equal(_POWER, 1), IFF, equal(SpectralNorm(W), 1)),
        ),
        Mutant(
            "a product of norms of one needs one shared norm of one",
            Statement(equal(_NORMS, 1), IFF, equal(_FIRST_NORM, 1)),
            (_MADE_UP,),
        ),
        Mutant("a power grows in proportion", equal(_POWER, 1 + _DEPTH * (SCALE - 1))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
