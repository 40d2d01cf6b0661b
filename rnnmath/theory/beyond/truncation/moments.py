"""When the moments of a randomly cut geometric sum are finite: a ratio of powers decides."""

from typing import Any

from sympy import Dummy, Integer, Rational, Sum, Symbol, expand_log, log, sympify

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Step
from rnnmath.symbolic.notation import size
from rnnmath.theory.beyond.truncation.objects import CHAPTER, M, compare, d, r

__all__ = ["TRUNCATION_HEAVY", "TRUNCATION_LIGHT"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST

#: The terms are ``s^d``; a sum goes on to its next term with chance q.
_s, _q = Symbol("s", positive=True), Symbol("q", positive=True)
#: Which moment.
_k = size("k")
_RATIO = _s / _q
_ALL = (r, 0, M)
_STOP = 1 - _q
_ESTIMATE = Sum(_RATIO**d, (d, 0, r))
_BASE = _s**_k * _q ** (1 - _k)
_MOMENT = Sum(_STOP * _q**r * _ESTIMATE**_k, _ALL)
_NEWEST = Sum(_STOP * _q**r * (_RATIO**r) ** _k, _ALL)
_POWERS = Sum(_STOP * _BASE**r, _ALL)
_SCALE = _s / (_s - _q)
_GOES_ON = compare(_q, "<", 1)
_HEAVY, _LIGHT = compare(_q ** (_k - 1), "<=", _s**_k), compare(_s**_k, "<", _q ** (_k - 1))
_GROWS = compare(_q, "<", _s)


def _same_powers(left: Any, right: Any) -> bool:
    """Tell whether two products of powers of positive numbers are equal."""
    gap = log(left) - log(right)
    return bool(expand_log(gap, force=True).expand() == 0)


def _counted(focus: Any, result: Any, _: Step) -> bool:
    """``c (M + 1) = Σ_{r=0}^{M} c``."""
    return bool(
        isinstance(result, Sum)
        and result.limits == _POWERS.limits
        and not result.function.has(r)
        and (focus - result.function * (M + 1)).expand() == 0
    )


def _not_below_one(focus: Any, result: Any, step: Step) -> bool:
    """``Σ c <= Σ c b^r`` for ``b >= 1``, which the fact ``q^(k-1) <= s^k`` says of b."""
    needs = {_HEAVY, _GOES_ON} <= set(step.given)
    return bool(needs and focus == Sum(_STOP, _ALL) and result == _POWERS)


def _rearranged(focus: Any, result: Any, _: Step) -> bool:
    """Compare two sums term by term, each a product of powers of positive numbers."""
    if not all(isinstance(side, Sum) and side.limits == _POWERS.limits for side in (focus, result)):
        return False
    ratio = (focus.function / result.function).subs(_STOP, Symbol("c", positive=True))
    return _same_powers(ratio, Integer(1))


def _newest_below(focus: Any, result: Any, step: Step) -> bool:
    """One term of a sum of positive numbers is at most the sum."""
    return bool(_GOES_ON in step.given and (focus, result) == (_NEWEST, _MOMENT))


def _geometric_below(focus: Any, result: Any, step: Step) -> bool:
    """``Σ_{d<=r} b^d <= b^r b / (b - 1)`` for ``b > 1``; here ``b = s/q``."""
    needs = {_GROWS, _GOES_ON} <= set(step.given)
    bounded = _MOMENT.xreplace({_ESTIMATE: _RATIO**r * _SCALE})
    return bool(needs and focus == _MOMENT and result == bounded)


def _series(focus: Any, result: Any, step: Step) -> bool:
    """``Σ_{r<=M} c b^r <= c / (1 - b)`` for ``b < 1``; here ``b = s^k q^(1-k)``."""
    needs = {_LIGHT, _GROWS, _GOES_ON} <= set(step.given)
    if not isinstance(focus, Sum) or focus.limits != _POWERS.limits or not needs:
        return False
    factor = focus.function / _BASE**r
    known = {_STOP: Dummy(positive=True), _s - _q: Dummy(positive=True)}
    if factor.has(r) or not factor.xreplace(known).is_nonnegative:
        return False
    return bool((result - factor / (1 - _BASE)).expand() == 0)


_COUNTED = Rule("count the terms", r"c (M + 1) = \sum_{r=0}^{M} c", EQUAL, _counted)
_NOT_BELOW_ONE = Rule(
    "powers of a number that is at least 1",
    r"q^{k-1} \le s^k \implies (s^k q^{1-k})^r \ge 1",
    AT_MOST,
    _not_below_one,
)
_REARRANGED = Rule("powers rearranged", r"x^a x^b = x^{a+b}", EQUAL, _rearranged)
_NEWEST_BELOW = Rule("one term of many", r"b^r \le \sum_{d \le r} b^d", AT_MOST, _newest_below)
_GEOMETRIC_BELOW = Rule(
    "geometric sum",
    r"\sum_{d \le r} b^d \le b^r \frac{b}{b - 1}, \quad b > 1",
    AT_MOST,
    _geometric_below,
)
_SERIES = Rule(
    "geometric series", r"\sum_{r \le M} b^r \le \frac{1}{1 - b}, \quad b \lt 1", AT_MOST, _series
)


def _heavy() -> Derivation:
    chain = Derivation(_STOP * (M + 1), given=(_GOES_ON, _HEAVY))
    chain = chain.then(_COUNTED, chain.end, Sum(_STOP, _ALL))
    chain = chain.then(_NOT_BELOW_ONE, chain.end, _POWERS)
    return chain.then(_REARRANGED, chain.end, _NEWEST).then(_NEWEST_BELOW, _NEWEST, _MOMENT)


def _light() -> Derivation:
    chain = Derivation(_MOMENT, given=(_GOES_ON, _LIGHT, _GROWS))
    bounded = _MOMENT.xreplace({_ESTIMATE: _RATIO**r * _SCALE})
    chain = chain.then(_GEOMETRIC_BELOW, _MOMENT, bounded)
    scaled = Sum(_STOP * _SCALE**_k * _BASE**r, _ALL)
    chain = chain.then(_REARRANGED, bounded, scaled)
    return chain.then(_SERIES, scaled, _STOP * _SCALE**_k / (1 - _BASE))


def _at(s: Any, q: Any, k: int, last: int) -> Draw:
    values = {"s": sympify(s), "q": sympify(q), "k": k, "M": last}
    return Draw("explicit", {"values": values})


_HALF = Rational(1, 2)
#: A second moment that is finite and a fourth that is not: 1/4 < 2/5, but 1/16 >= 8/125.
_BETWEEN = (_HALF, Rational(39, 100))
_STARTS = Hypothesis("$q < 1$: the sum is cut at some time", _GOES_ON)

TRUNCATION_HEAVY = Claim(
    id="truncation-heavy",
    kind=Kind.LIMIT,
    title="Where terms shrink no faster than the weights allow, a moment grows without bound",
    says=(compare(_STOP * (M + 1), "<=", _MOMENT),),
    given=(
        _STARTS,
        Hypothesis(
            "$q^{k-1} \\le s^k$",
            _HEAVY,
            Witness(
                "terms that are ten times smaller: a hundred thousandths of the mass stay below",
                _at(Rational(1, 10), _HALF, 2, 20),
            ),
        ),
    ),
    derive=lambda: (_heavy(),),
    draws=(
        _at(_HALF, Rational(1, 4), 2, 12),
        _at(Rational(9, 10), _HALF, 2, 20),
        _at(*_BETWEEN, 4, 15),
        _at(Rational(3, 4), _HALF, 3, 9),
        _at(_HALF, Rational(1, 4), 2, 0),
    ),
    mutants=(
        Mutant(
            "the exponent of the first moment",
            compare(_STOP * (M + 1), "<=", _MOMENT),
            (_at(Rational(3, 10), _HALF, 2, 20),),
            (_GOES_ON, compare(_q**_k, "<=", _s)),
        ),
        Mutant(
            "any moment, where the terms outgrow the chances",
            compare(_STOP * (M + 1), "<=", _MOMENT),
            (_at(Rational(3, 5), Rational(11, 20), 2, 60),),
            (_GOES_ON, _GROWS),
        ),
        Mutant(
            "as many steps as terms, without the chance to stop",
            compare(M + 1, "<=", _MOMENT),
            (_at(_HALF, Rational(1, 4), 2, 0),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_BOUND = _STOP * _SCALE**_k / (1 - _BASE)
_SECOND, _FOURTH = _at(*_BETWEEN, 2, 30), _at(Rational(1, 3), Rational(3, 10), 4, 25)

TRUNCATION_LIGHT = Claim(
    id="truncation-light",
    kind=Kind.LIMIT,
    title="Where terms shrink faster than that, the moment stays below one number",
    says=(compare(_MOMENT, "<=", _BOUND),),
    given=(
        _STARTS,
        Hypothesis(
            "$s^k < q^{k-1}$",
            _LIGHT,
            Witness("the fourth moment of what has a second", _at(*_BETWEEN, 4, 60)),
        ),
        Hypothesis("$q < s$: the estimates grow, else every moment is finite", _GROWS),
    ),
    derive=lambda: (_light(),),
    draws=(
        _SECOND,
        _FOURTH,
        _at(Rational(3, 5), _HALF, 2, 40),
        _at(Rational(1, 2), Rational(2, 5), 3, 20),
        _at(Rational(3, 5), _HALF, 2, 0),
    ),
    mutants=(
        Mutant(
            "the terms, not the estimates",
            compare(_MOMENT, "<=", _STOP / (1 - _BASE)),
            (_SECOND,),
        ),
        Mutant(
            "the second moment is enough for the fourth",
            compare(_MOMENT, "<=", _BOUND),
            (_at(*_BETWEEN, 4, 60),),
            (_GOES_ON, _GROWS, compare(_s**2, "<", _q)),
        ),
        Mutant(
            "the scale once, whatever the moment",
            compare(_MOMENT, "<=", _STOP * _SCALE / (1 - _BASE)),
            (_SECOND,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
