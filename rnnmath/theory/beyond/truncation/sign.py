"""A network that adds up its inputs, and windows of it that all point the wrong way."""

from typing import Any

from sympy import Integer, Matrix, Sum, Trace

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import supposed
from rnnmath.symbolic.derivation.reasoning import not_before
from rnnmath.symbolic.notation import L, TotalDerivative, W, size
from rnnmath.symbolic.quantities.truncation import TruncatedGradient
from rnnmath.theory.beyond.truncation.objects import CHAPTER, compare, d, equal
from rnnmath.theory.comparisons import LESS_BY_A_POSITIVE
from rnnmath.theory.eigenvalue_intuition.sequence_rules import REWRITTEN

__all__ = ["STEPS", "TRUNCATION_SIGN", "counter"]

EQUAL, IFF = Relation.EQUAL, Relation.IFF

#: The steps of the network, and the state at its first step.
STEPS, _START = 40, -20
_K = size("K")
_WINDOW = Trace(TruncatedGradient("window", _K))
_WHOLE = Trace(TotalDerivative(L, W))


def _share(gap: Any) -> Any:
    """Return the part of the gradient that comes from a gap, the state before the step there."""
    return STEPS - 1 - gap + _START - 1


def _parts(length: Any) -> Sum:
    return Sum(_share(d), (d, 0, length - 1))


def _closed(length: Any) -> Any:
    """Return the sum of the parts at the gaps 0..K-1."""
    return length * (2 * _share(0) + 1 - length) / 2


def counter(weight: Any = 1) -> dict[str, Any]:
    """Return the network as the options of an explicit case: an early event, then ones.

    ``h_t = w h_{t-1} + x_t`` with ``x_1 = -20`` and ``x_t = 1``; the loss is the last state.

    Examples
    --------
    >>> len(counter()["x"]), counter()["x"][0]
    (40, Matrix([[-20]]))
    """
    return {
        "W": Matrix([[weight]]),
        "U": Matrix([[1]]),
        "x": [Matrix([_START])] + [Matrix([1])] * (STEPS - 1),
        "activation": ("polynomial", 0, 1),
        "loss": ("linear", [Matrix([0])] * (STEPS - 1) + [Matrix([1])]),
    }


def _added_up(focus: Any, result: Any, _: Step) -> bool:
    """Check a closed form F of ``Σ_{d<K} g_d``: ``F(0) = 0`` and ``F(K+1) - F(K) = g_K``."""
    if not isinstance(focus, Sum):
        return False
    ((index, lower, upper),) = focus.limits
    length = upper + 1
    if focus.function.has(_K, *length.free_symbols):  # the terms may not change with the length
        return False
    symbol = length if length.is_Symbol else _K
    closed = result if length.is_Symbol else _closed(symbol)
    onward = closed.xreplace({symbol: symbol + 1}) - closed
    return bool(
        lower == 0
        and closed.subs(symbol, 0) == 0
        and (onward - focus.function.xreplace({index: symbol})).expand() == 0
        and (length.is_Symbol or closed.subs(symbol, length) == result)
    )


def _positive_until(focus: Any, result: Any, step: Step) -> bool:
    """``0 < K (c - K) / 2`` exactly for ``K <= c - 1``, integers with ``K >= 1``."""
    if not isinstance(focus, Statement) or not isinstance(result, Statement):
        return False
    c = result.rhs + 1
    return bool(
        focus.relation == Relation.LESS
        and focus.lhs == 0
        and c.is_Integer
        and (focus.rhs - _K * (c - _K) / 2).expand() == 0
        and result == compare(_K, "<=", c - 1)
        and not_before(_K, Integer(1), step.given)
    )


_ADDED_UP = Rule("added up", r"F(0) = 0, \; F(K + 1) - F(K) = g_K", EQUAL, _added_up)
_POSITIVE_UNTIL = Rule(
    "sign of a product", r"0 \lt K (c - K) \iff K \lt c, \quad K \ge 1", IFF, _positive_until
)

_SEEN = equal(_WINDOW, _parts(_K))
_ALL = equal(_WHOLE, _parts(STEPS - 1))
_POSITIVE = compare(0, "<", _WINDOW)
_LAST = 2 * _share(0)


def _window() -> Derivation:
    chain = Derivation(_WINDOW, given=(_SEEN,)).then(supposed(EQUAL), _WINDOW, _SEEN.rhs)
    return chain.then(_ADDED_UP, chain.end, _closed(_K))


def _sign() -> Derivation:
    closed = compare(0, "<", _closed(_K))
    chain = Derivation(_POSITIVE, given=(_SEEN,))
    chain = chain.then(REWRITTEN, _POSITIVE, closed, (_window(),))
    return chain.then(_POSITIVE_UNTIL, closed, compare(_K, "<=", _LAST))


def _whole() -> Derivation:
    chain = Derivation(_WHOLE, given=(_ALL,)).then(supposed(EQUAL), _WHOLE, _ALL.rhs)
    chain = chain.then(_ADDED_UP, chain.end, _closed(Integer(STEPS - 1)))
    return chain.then(LESS_BY_A_POSITIVE, chain.end, Integer(0))


def _at(length: int, weight: Any = 1) -> Draw:
    values = {"K": length, "n": 1}
    return Draw("explicit", {"network": counter(weight), "values": values, "note": "counter"})


_WRONG_UNTIL = Statement(_POSITIVE, IFF, compare(_K, "<=", _LAST))

TRUNCATION_SIGN = Claim(
    id="truncation-sign",
    kind=Kind.WITNESS,
    title="Thirty-six windows out of thirty-nine, and each points the wrong way",
    says=(
        equal(_WINDOW, _closed(_K)),
        _WRONG_UNTIL,
        compare(_WHOLE, "<", 0),
    ),
    given=(
        Hypothesis(
            "the part of the window at gap $d$ is the state $18 - d$ before the step there",
            _SEEN,
            Witness(
                "with weight $2$ older states count for more, and the sign is right", _at(30, 2)
            ),
        ),
        Hypothesis("so are the parts of the whole gradient; before them is $0$", _ALL),
    ),
    derive=lambda: (_window(), _sign(), _whole()),
    draws=tuple(_at(length) for length in (1, 19, 36, 37, 39)),
    mutants=(
        Mutant("a long window has the sign of the gradient", compare(_WINDOW * _WHOLE, ">", 0)),
        Mutant("half of the steps are enough", Statement(_POSITIVE, IFF, compare(_K, "<=", 20))),
        Mutant("thirty-seven windows", Statement(_POSITIVE, IFF, compare(_K, "<=", _LAST + 1))),
        Mutant("a longer window is nearer", compare(_WINDOW, "<=", _share(0))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
