"""How the first state moves the later ones: every state so far passes it on."""

from typing import Any

from sympy import Identity, Integer

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.quantities.averaging import AveragingState
from rnnmath.symbolic.tidy import add, multiply, same
from rnnmath.theory.beyond.attention_law.objects import (
    CHAPTER,
    EYE,
    a,
    c,
    compare,
    drawn,
    equal,
    influence,
    j,
    mean_of,
    state,
    t,
)
from rnnmath.theory.multiplied_out import MULTIPLY_OUT, multiplied_out

__all__ = ["ATTENTION_RECURRENCE", "FIRST", "GIVEN"]

_EQUAL = Relation.EQUAL
_LATER = compare(2, "<=", t)
GIVEN = (_LATER,)


def _next(of: Any, index: Any, a: Any = a, c: Any = c) -> Any:
    """Return ``a (c x_t + mean(x_1 .. x_t))`` of a sequence x."""
    return multiply(a, add(multiply(c, of(index)), mean_of(of, index)))


def _definition(focus: Any, result: Any, step: Step) -> bool:
    """Tell whether the result is one step of the recurrence, or its derivative term by term."""
    inner = focus.args[0] if isinstance(focus, Jacobian) else focus
    if not isinstance(inner, AveragingState) or not not_before(inner.time, 2, step.given):
        return False
    before = inner.time - 1

    def of(index: Any) -> Any:
        node = inner.at(index)
        return Jacobian(node, focus.args[1]) if isinstance(focus, Jacobian) else node

    held = not isinstance(focus, Jacobian) or not any(
        number.has(focus.args[1]) for number in inner.numbers
    )
    return held and same(result, _next(of, before, *inner.numbers))


def _first(focus: Any, result: Any, _: Step) -> bool:
    inner = focus.args[0] if isinstance(focus, Jacobian) else None
    first = isinstance(inner, AveragingState) and inner.time == 1 and inner.start == focus.args[1]
    return bool(first and result == Identity(focus.shape[0]))


def _last_term(focus: Any, result: Any, step: Step) -> bool:
    """``sum_{1..t} = x_t + sum_{1..t-1}``, t at least 1; one term is the sum of itself."""
    if not isinstance(focus, IndexedSum) or not not_before(focus.upper, focus.lower, step.given):
        return False
    if focus.length == 1:
        return same(result, focus.at(focus.upper))
    rest = IndexedSum(focus.term, (focus.index, focus.lower, focus.upper - 1))
    return same(result, add(focus.at(focus.upper), rest))


def _subtract(focus: Any, result: Any, step: Step) -> bool:
    """From ``x = y`` and ``u = v`` to ``x = y + u - v``."""
    if len(step.premises) != 2 or any(each.given != step.given for each in step.premises):
        return False
    first, second = step.premises
    whole = add(first.end, second.start, multiply(-1, second.end))
    return (
        {first.relation, second.relation} == {_EQUAL}
        and same(focus, first.start)
        and multiplied_out(whole) == multiplied_out(result)
    )


DEFINITION = Rule("one step, by definition", r"h_{t+1} = a (c h_t + \bar h_t)", _EQUAL, _definition)
FIRST = Rule("the first state", r"\partial h_1 / \partial h_1 = I", _EQUAL, _first)
LAST_TERM = Rule(
    "last term", r"\sum_{j=1}^{t} x_j = x_t + \sum_{j=1}^{t-1} x_j", _EQUAL, _last_term
)
SUBTRACT = Rule(
    "one equation less another", r"x = y, \; u = v \implies x = y + u - v", _EQUAL, _subtract
)


def _stepped(of: Any, given: tuple[Statement, ...] = GIVEN) -> Derivation:
    start = of(t + 1)
    return Derivation(start, given=given).then(DEFINITION, start, _next(of, t))


def _second() -> Derivation:
    """Derive ``dh_2/dh_1 = (a c + a) I``."""
    start, one = influence(2), Integer(1)
    chain = Derivation(start, given=GIVEN).then(DEFINITION, start, _next(influence, one))
    total = IndexedSum(influence(j), (j, 1, 1))
    chain = chain.then(LAST_TERM, total, influence(1))
    chain = chain.then(FIRST, influence(1), EYE)
    return chain.then(MULTIPLY_OUT, chain.end, multiply(a * c + a, EYE))


def _times(index: Any) -> Derivation:
    """Derive ``t dh_{t+1}/dh_1 = t a c dh_t/dh_1 + a (sum of all up to t)``."""
    whole = IndexedSum(influence(j), (j, 1, index))
    chain = Derivation(multiply(index, influence(index + 1)), given=GIVEN)
    chain = chain.then(DEFINITION, influence(index + 1), _next(influence, index))
    apart = add(multiply(index * a * c, influence(index)), multiply(a, whole))
    return chain.then(MULTIPLY_OUT, chain.end, apart)


def _three_terms() -> Derivation:
    earlier = IndexedSum(influence(j), (j, 1, t - 1))
    now, before = _times(t), _times(t - 1)
    now = now.then(LAST_TERM, IndexedSum(influence(j), (j, 1, t)), add(influence(t), earlier))
    chain = Derivation(now.start, given=GIVEN)
    return chain.then(SUBTRACT, chain.end, THREE_TERMS, (now, before))


def _other(factor: Any, earlier: Any) -> Statement:
    """Return a three-term recurrence with other factors."""
    right = add(multiply(factor, influence(t)), multiply(-earlier, influence(t - 1)))
    return equal(multiply(t, influence(t + 1)), right)


THREE_TERMS = _other((1 + a * c) * t + a - 1, a * c * (t - 1)).rhs

ATTENTION_RECURRENCE = Claim(
    id="attention-recurrence",
    kind=Kind.IDENTITY,
    title="Through the mean the first state moves each later one directly",
    says=(
        equal(state(t + 1), _next(state, t)),
        equal(influence(t + 1), _next(influence, t)),
        equal(influence(1), EYE),
        equal(influence(2), multiply(a * c + a, EYE)),
        equal(multiply(t, influence(t + 1)), THREE_TERMS),
    ),
    given=(Hypothesis("$t \\ge 2$", _LATER),),
    derive=lambda: (
        _stepped(state),
        _stepped(influence),
        Derivation(influence(1), given=GIVEN).then(FIRST, influence(1), EYE),
        _second(),
        _three_terms(),
    ),
    draws=(
        drawn(a=("-2", "2"), c=("-2", "2")),
        drawn(a=("0", "1"), c=("0", "1"), times=(10, 14)),
        drawn(a=("0", "1"), c=("0", "1"), times=(30, 30), width=1),
    ),
    mutants=(
        Mutant(
            "as without attention: one path only",
            equal(influence(t + 1), multiply(a * c, influence(t))),
        ),
        Mutant(
            "as if every state weighed 1",
            equal(
                influence(t + 1),
                add(multiply(a * c, influence(t)), IndexedSum(influence(j), (j, 1, t))),
            ),
        ),
        Mutant(
            "the path through the mean alone, one step of it",
            equal(influence(t + 1), multiply(a * (c + 1 / t), influence(t))),
        ),
        Mutant("one added where it is taken off", _other((1 + a * c) * t + a + 1, a * c * (t - 1))),
        Mutant("the state before weighted by t", _other((1 + a * c) * t + a - 1, a * c * t)),
        Mutant("two terms are enough", _other((1 + a * c) * t + a - 1, 0)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
