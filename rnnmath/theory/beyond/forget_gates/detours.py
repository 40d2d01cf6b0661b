"""At every gap: the direct path, and one term for each step at which a detour can end."""

from typing import Any

from sympy import Identity

from rnnmath.claim import DERIVED_HERE, Claim, Kind, Mutant, cite
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import HYPOTHESIS, TERM_BY_TERM, induction
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.notation import TotalDerivative, h, j, k, n, t
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.beyond.forget_gates.objects import (
    CHAPTER,
    LATER,
    PATH,
    TOTAL,
    a_step_later,
    by_both,
    long_run,
)
from rnnmath.theory.beyond.forget_gates.rules import NEWEST_TERM
from rnnmath.theory.cell_rules import SAME_STATE, direct_step
from rnnmath.theory.euclid import DISTRIBUTE
from rnnmath.theory.loss_by_loss import INTO_SUM
from rnnmath.theory.vanishing.gates.lstm import LSTM_JACOBIAN
from rnnmath.theory.vanishing.gates.objects import LSTM, F, at_most, c, equal

__all__ = ["LSTM_DETOURS"]

_EQUAL = Relation.EQUAL
_ONE = LSTM_JACOBIAN.says[0]


def _term(later: Any) -> Any:
    """Return one detour: into the cell at step j, and along the cell from there on."""
    into, out_of = TotalDerivative(c[j], h[j - 1]), TotalDerivative(h[j - 1], c[k])
    return multiply(DirectDerivative(c[later], c[j]), into, out_of)


def _detours(later: Any, first: Any = k + 2) -> Any:
    return IndexedSum(_term(later), (j, first, later))


_ALL = add(PATH, _detours(t))


def _longer(path: Any, shorter: Any, given: tuple[Any, ...]) -> Derivation:
    return Derivation(path, given=given).then(direct_step(LSTM), path, shorter)


def _onward(given: tuple[Any, ...]) -> Derivation:
    """Take one step more: along the cell, all old detours, and through h once more."""
    later, newest = TOTAL.xreplace({t: t + 1}), _ONE.renamed({t: t + 1})
    gate, path = newest.rhs, PATH.xreplace({t: t + 1})
    chain = by_both(Derivation(later, given=(*given, equal(TOTAL, _ALL))), later, t)
    chain = chain.then(cite(LSTM_JACOBIAN, names={t: t + 1}), newest.lhs, gate)
    chain = chain.then(HYPOTHESIS, TOTAL, _ALL)
    along, old = (multiply(gate, part) for part in (PATH, _detours(t)))
    chain = chain.then(DISTRIBUTE, multiply(gate, _ALL), add(along, old))
    chain = chain.then(shown(_EQUAL), along, path, (_longer(path, along, given),))
    kept = IndexedSum(_term(t + 1), (j, k + 2, t))
    chain = chain.then(shown(_EQUAL), old, kept, (_carried(old, kept, given),))
    return chain.then(shown(_EQUAL), chain.end, add(path, _detours(t + 1)), (_opened(given),))


def _carried(old: Any, kept: Any, given: tuple[Any, ...]) -> Derivation:
    """Carry every old detour one step on along the cell."""
    gate = F.xreplace({t: t + 1})
    pushed = IndexedSum(multiply(diag(gate), _term(t)), (j, k + 2, t))
    inside = (*given, at_most(k + 2, j), at_most(j, t))
    shorter, longer = (DirectDerivative(c[at], c[j]) for at in (t, t + 1))
    along = _longer(longer, multiply(diag(gate), shorter), inside)
    each = Derivation(pushed.term, given=inside)
    each = each.then(shown(_EQUAL), pushed.term, kept.term, (along,))
    chain = Derivation(old, given=given).then(INTO_SUM, old, pushed)
    return chain.then(TERM_BY_TERM, pushed, kept, (each,))


def _opened(given: tuple[Any, ...]) -> Derivation:
    """Take the newest detour off, which has no way along the cell after it."""
    there = DirectDerivative(c[t + 1], c[t + 1])
    whole = Derivation(add(PATH.xreplace({t: t + 1}), _detours(t + 1)), given=given)
    newest = add(_term(t + 1).xreplace({j: t + 1}), IndexedSum(_term(t + 1), (j, k + 2, t)))
    whole = whole.then(NEWEST_TERM, _detours(t + 1), newest)
    return whole.then(SAME_STATE, there, Identity(n))


def _first(given: tuple[Any, ...]) -> Derivation:
    """Over one step there is no detour."""
    at = {t: k + 1}
    one, path = _ONE.renamed(at), PATH.xreplace(at)
    start = DirectDerivative(c[k], c[k])
    direct = Derivation(path, given=given)
    direct = direct.then(direct_step(LSTM), path, multiply(one.rhs, start))
    direct = direct.then(SAME_STATE, start, Identity(n))
    chain = Derivation(one.lhs, given=given).then(cite(LSTM_JACOBIAN, names=at), one.lhs, one.rhs)
    return chain.then(shown(_EQUAL), one.rhs, path, (direct,))


def _every_gap() -> tuple[Derivation, ...]:
    given = (LATER,)
    chain = Derivation(TOTAL, given=given)
    return (chain.then(induction(t, k + 1), TOTAL, _ALL, (_first(given), _onward(given))),)


_FAR = (long_run(gap=3, horizon=(3, 3), sizes={"n": (2, 2), "m": (1, 1)}),)

LSTM_DETOURS = Claim(
    id="lstm-detours",
    kind=Kind.IDENTITY,
    title="At every gap: the forget gates, and one term for each step at which a detour ends",
    says=(equal(TOTAL, _ALL),),
    given=(a_step_later(),),
    derive=_every_gap,
    draws=(
        long_run(gap=1, horizon=(1, 3)),
        long_run(gap=3, horizon=(3, 4), sizes={"n": (1, 1), "m": (1, 1)}),
    ),
    mutants=(
        Mutant("the direct path alone", equal(TOTAL, PATH), _FAR),
        Mutant("the newest detour alone", equal(TOTAL, add(PATH, _term(t).xreplace({j: t}))), _FAR),
        Mutant(
            "no detour ends with the last step",
            equal(TOTAL, add(PATH, IndexedSum(_term(t), (j, k + 2, t - 1)))),
        ),
        Mutant(
            "one detour at most: along the cell up to the way out",
            equal(
                TOTAL,
                add(
                    PATH,
                    IndexedSum(
                        multiply(
                            DirectDerivative(c[t], c[j]),
                            TotalDerivative(c[j], h[j - 1]),
                            TotalDerivative(h[j - 1], c[j - 2]),
                            DirectDerivative(c[j - 2], c[k]),
                        ),
                        (j, k + 2, t),
                    ),
                ),
            ),
            _FAR,
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
