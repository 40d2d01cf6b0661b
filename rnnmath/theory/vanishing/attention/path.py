"""The derivative of the context in one state: one factor, however far the state lies back."""

from dataclasses import replace
from typing import Any

from sympy import (
    Abs,
    DiagMatrix,
    Identity,
    Matrix,
    MatrixSymbol,
    OneMatrix,
    Rational,
    ZeroMatrix,
    sqrt,
)

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Source, Witness, cite
from rnnmath.symbolic.bounds.rules import IDENTITY, OUTER, SCALAR, TRIANGLE
from rnnmath.symbolic.calculus import Jacobian, trace_jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import shown, supposed
from rnnmath.symbolic.derivation.quadratic import LENGTH, factors_of
from rnnmath.symbolic.nodes import InnerProduct, Softmax, hadamard
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.tidy import add, multiply, same, transpose
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.vanishing.attention.objects import (
    CHAPTER,
    CONTEXT,
    ONE_PLACE,
    ONES,
    OTHERS,
    UNIT,
    WEIGHTS,
    R,
    T,
    at_most,
    attention,
    context,
    e,
    equal,
    h,
    n,
    q,
)

__all__ = ["ATTENTION_BOUND", "ATTENTION_PATH", "ATTENTION_UNIFORM", "FORMULA", "ONE_ENTRY", "J"]

_EQUAL = Relation.EQUAL

J = Jacobian(CONTEXT, h)
#: The weight of the one state.
WEIGHT = InnerProduct(e, WEIGHTS)
_AWAY = add(h, multiply(-1, CONTEXT))
_TURN = multiply(1 / sqrt(n), _AWAY, transpose(q))
FORMULA = multiply(WEIGHT, add(Identity(n), _TURN))


def _one_entry(focus: Any, result: Any, step: Step) -> bool:
    """``diag(x) e = (x^T e) e`` where e has only zeros and ones, and length 1."""
    if not focus.is_MatMul or len(focus.args) != 2 or not isinstance(focus.args[0], DiagMatrix):
        return False
    x, place = focus.args[0].args[0], focus.args[1]
    facts = (equal(hadamard(place, place), place), equal(InnerProduct(place, place), 1))
    known = all(fact in step.given for fact in facts)
    return known and same(result, multiply(InnerProduct(x, place), place))


ONE_ENTRY = Rule("one entry", r"\operatorname{diag}(x)\, e_i = x_i\, e_i", _EQUAL, _one_entry)


def _spread_in_one_place(given: tuple[Statement, ...]) -> Derivation:
    """Derive ``(diag(alpha) - alpha alpha^T) e = alpha_i (e - alpha)``."""
    chain = Derivation(
        multiply(add(DiagMatrix(WEIGHTS), multiply(-1, WEIGHTS, transpose(WEIGHTS))), e),
        given=given,
    )
    picked = multiply(DiagMatrix(WEIGHTS), e)
    apart = add(picked, multiply(-WEIGHT, WEIGHTS))
    chain = chain.then(MULTIPLY_OUT, chain.end, apart)
    chain = chain.then(ONE_ENTRY, picked, multiply(WEIGHT, e))
    return chain.then(MULTIPLY_OUT, chain.end, multiply(WEIGHT, add(e, multiply(-1, WEIGHTS))))


def _path() -> tuple[Derivation, ...]:
    given = _CONDITIONS
    calculus = trace_jacobian(CONTEXT, h)
    chain = Derivation(J, given=given)
    for step in calculus.steps:
        chain = chain.then(step.rule, step.focus, step.result)
    turned = _spread_in_one_place(given)
    scale = 1 / sqrt(n)
    seen = multiply(turned.end, transpose(q))
    for rows in (R, multiply(h, transpose(e))):
        old = multiply(scale, rows, turned.start, transpose(q))
        chain = chain.then(shown(_EQUAL), old, multiply(scale, rows, seen), (turned,))
    share, away = scale * WEIGHT, multiply(CONTEXT, transpose(q))
    rest = multiply(share, R, e, transpose(q))
    apart = add(
        multiply(WEIGHT, Identity(n)),
        rest,
        multiply(share * VectorNorm(e) ** 2, h, transpose(q)),
        multiply(-share, away),
    )
    chain = chain.then(MULTIPLY_OUT, chain.end, apart)
    chain = chain.then(supposed(_EQUAL), rest, ZeroMatrix(n, n))
    chain = chain.then(LENGTH, VectorNorm(e) ** 2, InnerProduct(e, e))
    chain = chain.then(supposed(_EQUAL), InnerProduct(e, e), 1)
    return (chain.then(MULTIPLY_OUT, chain.end, FORMULA),)


_place = MatrixSymbol("p", T, 1)


def _two_states(**more: Any) -> Draw:
    values = {"n": 1, "T": 2, "h": Matrix([2]), "q": Matrix([1]), "R": Matrix([[0, 1]])}
    values |= {"e": Matrix([1, 0]), "p": Matrix([0, 1]), **more}
    return Draw("explicit", {"values": values, "note": "two states"})


_SETTING = (
    ONE_PLACE,
    UNIT,
    OTHERS,
    Hypothesis(
        "the weights are $\\alpha = \\operatorname{softmax}(H^\\top q / \\sqrt n)$,"
        " $H = R + h e^\\top$ holding all states",
        equal(WEIGHTS, Softmax(WEIGHTS.argument)),
    ),
)
_CONDITIONS = tuple(
    hypothesis.condition for hypothesis in _SETTING if hypothesis.condition is not None
)
_HELD = (
    Hypothesis(
        "the query $q$ is held",
        witness=Witness(
            "a state that asks for itself has a second path, through the query",
            _two_states(),
            equal(Jacobian(context(h), h), FORMULA.xreplace({q: h})),
        ),
    ),
    Hypothesis(
        "the other states $R$ are held",
        witness=Witness(
            "a later state that was made from $h$ carries a second path",
            _two_states(),
            equal(
                Jacobian(CONTEXT.xreplace({R: multiply(h, transpose(_place))}), h),
                FORMULA.xreplace({R: multiply(h, transpose(_place))}),
            ),
        ),
    ),
)


def _other(scale: Any, away: Any, weight: Any = WEIGHT) -> Statement:
    turn = multiply(scale, away, transpose(q))
    return equal(J, multiply(weight, add(Identity(n), turn)))


_DRAWS = (attention(4), attention(1), attention(4, T=(1, 1)), _two_states())
_ROOT = 1 / sqrt(n)

ATTENTION_PATH = Claim(
    id="attention-path",
    kind=Kind.IDENTITY,
    title="From the context to any one state there is one factor, whatever the gap",
    says=(equal(J, FORMULA),),
    given=(*_SETTING, *_HELD),
    derive=_path,
    draws=_DRAWS,
    mutants=(
        Mutant("without the context", _other(_ROOT, h)),
        Mutant("the width for its root", _other(1 / n, _AWAY)),
        Mutant("the weight alone", equal(J, multiply(WEIGHT, Identity(n)))),
        Mutant("without the weight", _other(_ROOT, _AWAY, 1)),
        Mutant("the weight squared", _other(_ROOT, _AWAY, WEIGHT**2)),
        Mutant("the other way round", _other(-_ROOT, _AWAY)),
        Mutant(
            "query and state exchanged",
            equal(J, multiply(WEIGHT, add(Identity(n), multiply(_ROOT, q, transpose(_AWAY))))),
        ),
        Mutant("nothing left of it where the state is the only one", equal(J, ZeroMatrix(n, n))),
    ),
    source=Source("vaswani2017", "equation (1)"),
    chapter=CHAPTER,
)


def _bound() -> tuple[Derivation, ...]:
    chain = Derivation(SpectralNorm(J), given=_CONDITIONS)
    chain = chain.then(cite(ATTENTION_PATH), J, FORMULA)
    whole = add(Identity(n), _TURN)
    chain = chain.then(SCALAR, chain.end, Abs(WEIGHT) * SpectralNorm(whole))
    parts = SpectralNorm(Identity(n)) + SpectralNorm(_TURN)
    chain = chain.then(TRIANGLE, SpectralNorm(whole), parts)
    line = multiply(_AWAY, transpose(q))
    chain = chain.then(SCALAR, SpectralNorm(_TURN), _ROOT * SpectralNorm(line))
    chain = chain.then(OUTER, SpectralNorm(line), VectorNorm(_AWAY) * VectorNorm(q))
    return (chain.then(IDENTITY, SpectralNorm(Identity(n)), 1),)


_LENGTHS = VectorNorm(_AWAY) * VectorNorm(q)


def _below(factor: Any, weight: Any = None) -> Statement:
    return at_most(SpectralNorm(J), (Abs(WEIGHT) if weight is None else weight) * factor)


_SAME_SETTING = tuple(replace(hypothesis, witness=None) for hypothesis in (*_SETTING, *_HELD))

ATTENTION_BOUND = Claim(
    id="attention-bound",
    kind=Kind.BOUND,
    title="The factor is at most the weight times one more than a scaled product of lengths",
    says=(_below(1 + _ROOT * _LENGTHS),),
    given=_SAME_SETTING,
    derive=_bound,
    draws=_DRAWS,
    mutants=(
        Mutant("at most the weight", _below(1)),
        Mutant("the width for its root", _below(1 + _LENGTHS / n)),
        Mutant("without the one", _below(_ROOT * _LENGTHS)),
        Mutant("the weight squared", _below(1 + _ROOT * _LENGTHS, WEIGHT**2)),
        Mutant(
            "the length of the context in place of the distance from it",
            _below(1 + _ROOT * VectorNorm(CONTEXT) * VectorNorm(q)),
        ),
        Mutant("at most 1, as if attention could not explode", at_most(SpectralNorm(J), 1)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_SHARE = multiply(1 / T, ONES)
_BLIND = equal(q, ZeroMatrix(n, 1))


def _equal_weights(focus: Any, result: Any, _: Step) -> bool:
    """``softmax(0) = 1 / T`` in every place."""
    return (
        isinstance(focus, Softmax)
        and isinstance(focus.argument, ZeroMatrix)
        and same(result, multiply(1 / focus.shape[0], OneMatrix(*focus.shape)))
    )


def _all_ones(focus: Any, result: Any, step: Step) -> bool:
    """``e^T (c 1) = c e^T e`` where e has only zeros and ones."""
    if not isinstance(focus, InnerProduct):
        return False
    for place, scaled in (focus.args, focus.args[::-1]):
        factor, (first, *rest) = factors_of(scaled)
        marked = equal(hadamard(place, place), place) in step.given
        ones = isinstance(first, OneMatrix) and not rest
        if marked and ones and (result - factor * InnerProduct(place, place)).expand() == 0:
            return True
    return False


EQUAL_WEIGHTS = Rule(
    "equal scores",
    r"\operatorname{softmax}(0) = \tfrac1T \mathbf 1",
    _EQUAL,
    _equal_weights,
)
COUNT_ONES = Rule("sum of zeros and ones", r"e^\top \mathbf 1 = e^\top e", _EQUAL, _all_ones)


def _uniform() -> tuple[Derivation, ...]:
    given = (*_CONDITIONS, _BLIND)
    chain = Derivation(J, given=given).then(cite(ATTENTION_PATH), J, FORMULA)
    chain = chain.then(supposed(_EQUAL), q, _BLIND.rhs)
    share = InnerProduct(e, _SHARE)
    chain = chain.then(EQUAL_WEIGHTS, WEIGHTS.func(ZeroMatrix(T, 1)), _SHARE)
    chain = chain.then(COUNT_ONES, share, InnerProduct(e, e) / T)
    return (chain.then(supposed(_EQUAL), InnerProduct(e, e), 1),)


ATTENTION_UNIFORM = Claim(
    id="attention-uniform",
    kind=Kind.IDENTITY,
    title="A query that prefers no state reaches each of T states with the factor 1/T",
    says=(equal(J, multiply(1 / T, Identity(n))),),
    given=(
        *_SAME_SETTING,
        Hypothesis(
            "$q = 0$: all scores are equal",
            _BLIND,
            Witness("a query that prefers a state", _two_states()),
        ),
    ),
    derive=_uniform,
    draws=tuple(
        attention(width, T=lengths, query="zero")
        for width, lengths in ((4, (2, 5)), (1, (1, 6)), (4, (12, 12)))
    ),
    mutants=(
        Mutant("one", equal(J, Identity(n))),
        Mutant("halved with every state", equal(J, multiply(Rational(1, 2) ** T, Identity(n)))),
        Mutant("1 over the square", equal(J, multiply(1 / T**2, Identity(n)))),
        Mutant("1 over the width", equal(J, multiply(1 / n, Identity(n)))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
