"""How far the product of the forget gates can be from the derivative, and when it is equal."""

from typing import Any

from sympy import Add, Identity, Integer, ZeroMatrix

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.bounds.rules import SUBMULTIPLICATIVE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import (
    BOTH_WAYS,
    EQUIVALENT,
    NONNEGATIVE,
    shown,
    supposed,
)
from rnnmath.symbolic.derivation.reasoning import HYPOTHESIS, PEEL, induction
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm
from rnnmath.symbolic.notation import TotalDerivative, h, j, k, n, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.beyond.forget_gates.detour import (
    DETOUR,
    GATES_OF_TWO,
    LSTM_DETOUR,
    TWO_STEPS,
)
from rnnmath.theory.beyond.forget_gates.objects import CHAPTER, TOTAL, by_both, long_run
from rnnmath.theory.beyond.forget_gates.rules import NO_ZERO_FACTOR
from rnnmath.theory.cell_rules import SAME_STATE
from rnnmath.theory.vanishing.gates.lstm import CELL_IN_HIDDEN, LSTM_JACOBIAN
from rnnmath.theory.vanishing.gates.lstm_bound import LSTM_BOUND
from rnnmath.theory.vanishing.gates.objects import F, W, at_most, c, equal

__all__ = ["LSTM_DETOUR_BOUND", "LSTM_DETOUR_NONE", "LSTM_TEXTBOOK"]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST
_BACK = {t: t - 1}
_GAP = SpectralNorm(add(TWO_STEPS, multiply(-1, GATES_OF_TWO)))
_HEARD = SpectralNorm(CELL_IN_HIDDEN)
_SEEN = TotalDerivative(h[t - 1], c[t - 2])
_BLOCKS = _HEARD * SpectralNorm(_SEEN)
_OF_HEARD, _OF_SEEN = LSTM_BOUND.says[2], LSTM_BOUND.says[3].renamed(_BACK)
_IN_WEIGHTS = _OF_HEARD.rhs * _OF_SEEN.rhs


def _what_is_left(given: tuple[Statement, ...] = ()) -> Derivation:
    """Take the product of the gates away."""
    whole = LSTM_DETOUR.says[1]
    two = Derivation(TWO_STEPS).then(cite(LSTM_DETOUR, 1), TWO_STEPS, whole.rhs)
    chain = Derivation(_GAP, given=given)
    return chain.then(shown(_EQUAL), TWO_STEPS, whole.rhs, (two,))


def _seen_as_named(chain: Derivation) -> Derivation:
    seen = LSTM_JACOBIAN.says[2].renamed(_BACK)
    back = Derivation(_SEEN, given=chain.given)
    back = back.then(cite(LSTM_JACOBIAN, 2, names=_BACK), _SEEN, seen.rhs)
    return chain.then(shown(_EQUAL), SpectralNorm(seen.rhs), SpectralNorm(_SEEN), (back,))


def _bound() -> tuple[Derivation, ...]:
    chain = _what_is_left()
    chain = chain.then(SUBMULTIPLICATIVE, chain.end, _HEARD * SpectralNorm(DETOUR.args[-1]))
    blocks = _seen_as_named(chain)
    weights = blocks.then(cite(LSTM_BOUND, 2), _HEARD, _OF_HEARD.rhs)
    weights = weights.then(cite(LSTM_BOUND, 3, names=_BACK), SpectralNorm(_SEEN), _OF_SEEN.rhs)
    return blocks, weights


_NARROW = long_run(sizes={"n": (1, 1), "m": (1, 1)}, horizon=(2, 2))
_SQUARE = long_run(sizes={"n": (2, 2), "m": (1, 1)}, horizon=(2, 2))
#: A pre-activation at which a gate is open to six digits.
_WIDE = 10**6
_REST = [f"{kind}_{gate}" for kind in "WUb" for gate in "ifgo"] + ["h", "c", "x"]
_OPEN = long_run(
    sizes={"n": (2, 2), "m": (1, 1)},
    horizon=(2, 2),
    where={
        **dict.fromkeys(_REST, "zero"),
        **{"W_g": "orthogonal multiple", "b_i": _WIDE, "b_o": _WIDE, "b_f": 1},
    },
)

LSTM_DETOUR_BOUND = Claim(
    id="lstm-detour-bound",
    kind=Kind.BOUND,
    title="How far the product of two forget gates is from the derivative, at most",
    says=(at_most(_GAP, _BLOCKS), at_most(_GAP, _IN_WEIGHTS)),
    derive=_bound,
    draws=(_NARROW, _SQUARE, _OPEN),
    mutants=(
        Mutant(
            "the product of the gates is a bound",
            at_most(SpectralNorm(TWO_STEPS), SpectralNorm(GATES_OF_TWO)),
        ),
        Mutant(
            "the product of the gates is the least",
            at_most(SpectralNorm(GATES_OF_TWO), SpectralNorm(TWO_STEPS)),
        ),
        Mutant("half of the two blocks", at_most(_GAP, _BLOCKS / 2)),
        Mutant("both forget gates on the detour", at_most(_GAP, _BLOCKS * MaxAbs(F))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_SAME, _DEAF = equal(_GAP, 0), equal(_HEARD, 0)
_SIZE = SpectralNorm(DETOUR)


def _none() -> tuple[Derivation, ...]:
    given = (_SAME,)
    left = _what_is_left(given)
    nothing = Derivation(_SIZE, given=given)
    nothing = nothing.then(shown(_EQUAL), _SIZE, _GAP, (left,)).then(
        supposed(_EQUAL), _GAP, Integer(0)
    )
    deaf = Derivation(_HEARD, given=given).then(NO_ZERO_FACTOR, _HEARD, Integer(0), (nothing,))
    given = (_DEAF,)
    up = Derivation(_SIZE, given=given)
    up = up.then(SUBMULTIPLICATIVE, _SIZE, _HEARD * SpectralNorm(DETOUR.args[-1]))
    up = up.then(supposed(_EQUAL), _HEARD, Integer(0))
    down = Derivation(Integer(0), given=given).then(NONNEGATIVE, Integer(0), _SIZE)
    same = _what_is_left(given).then(BOTH_WAYS, _SIZE, Integer(0), (up, down))
    return (Derivation(_SAME).then(EQUIVALENT, _SAME, _DEAF, (deaf, same)),)


_ZEROS = dict.fromkeys(["W_f", "W_i", "W_g"], "zero")
_NOTHING_HEARD = long_run(where=_ZEROS)

LSTM_DETOUR_NONE = Claim(
    id="lstm-detour-none",
    kind=Kind.IDENTITY,
    title="Two forget gates are the derivative exactly if the second step is deaf to h",
    says=(Statement(_SAME, Relation.IFF, _DEAF),),
    derive=_none,
    draws=(_NARROW, _SQUARE, _NOTHING_HEARD),
    mutants=(
        Mutant(
            "exactly if no forget gate hears h",
            Statement(_SAME, Relation.IFF, equal(SpectralNorm(W["f"]), 0)),
            (long_run(horizon=(2, 2), where={"W_f": "zero"}),),
        ),
        Mutant(
            "exactly if no gate hears h",
            Statement(
                _SAME, Relation.IFF, equal(Add(*(SpectralNorm(W[letter]) for letter in "fgio")), 0)
            ),
            (_NOTHING_HEARD,),
        ),
        Mutant(
            "exactly if the hidden state does not see the cell",
            Statement(_SAME, Relation.IFF, equal(SpectralNorm(_SEEN), 0)),
            (_NOTHING_HEARD,),
        ),
        Mutant("never", Statement(_SAME, Relation.IFF, equal(1, 0)), (_NOTHING_HEARD,)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_ORDER = at_most(k, t)
_ZERO = {letter: equal(W[letter], ZeroMatrix(n, n)) for letter in "fig"}
_GATES = OrderedProduct(diag(F.xreplace({t: j})), (j, k + 1, t))


def _textbook() -> tuple[Derivation, ...]:
    given = (_ORDER, *_ZERO.values())
    start = TotalDerivative(c[k], c[k])
    base = Derivation(start, given=given).then(SAME_STATE, start, _GATES.xreplace({t: k}).doit())
    on = {t: t + 1}
    direct, heard = (LSTM_JACOBIAN.says[index].renamed(on) for index in (0, 1))
    later = TOTAL.xreplace(on)
    onward = by_both(Derivation(later, given=(*given, equal(TOTAL, _GATES))), later, t)
    onward = onward.then(cite(LSTM_JACOBIAN, names=on), direct.lhs, direct.rhs)
    onward = onward.then(cite(LSTM_JACOBIAN, 1, names=on), heard.lhs, heard.rhs)
    for condition in _ZERO.values():
        onward = onward.then(supposed(_EQUAL), condition.lhs, condition.rhs)
    onward = onward.then(HYPOTHESIS, TOTAL, _GATES)
    onward = onward.then(PEEL, onward.end, _GATES.xreplace(on))
    whole = Derivation(TOTAL, given=given)
    return (whole.then(induction(t, k), TOTAL, _GATES, (base, onward)),)


def _all_but(letter: str) -> Any:
    where = {name: style for name, style in _ZEROS.items() if name != f"W_{letter}"}
    return long_run(where=where, sizes={"n": (2, 2), "m": (1, 1)})


_WHAT = {"f": "the forget gate", "i": "the input gate", "g": "the candidate"}

LSTM_TEXTBOOK = Claim(
    id="lstm-textbook",
    kind=Kind.IDENTITY,
    title="Where neither gates nor candidate hear h, the forget gates are the derivative",
    says=(equal(TOTAL, _GATES),),
    given=(
        Hypothesis("$k \\le t$: the path does not run back in time", _ORDER),
        *(
            Hypothesis(
                f"$W_{letter} = 0$",
                condition,
                Witness(f"{_WHAT[letter]} hears the hidden state", _all_but(letter)),
            )
            for letter, condition in _ZERO.items()
        ),
    ),
    derive=_textbook,
    draws=(_NOTHING_HEARD, long_run(where={**_ZEROS, "W_o": "zero"}, gap=0)),
    mutants=(
        Mutant(
            "one gate too few",
            equal(TOTAL, OrderedProduct(_GATES.term, (j, k + 2, t))),
            (_NOTHING_HEARD,),
        ),
        Mutant(
            "the gates that are shut",
            equal(
                TOTAL, OrderedProduct(add(Identity(n), multiply(-1, _GATES.term)), (j, k + 1, t))
            ),
            (_NOTHING_HEARD,),
        ),
        Mutant(
            "the output gate hears, and nothing else is asked",
            equal(TOTAL, _GATES),
            (long_run(sizes={"n": (2, 2), "m": (1, 1)}),),
            (_ORDER,),
        ),
        Mutant(
            "it is enough that the forget gate hears nothing",
            equal(TOTAL, _GATES),
            (_all_but("i"),),
            (_ORDER, _ZERO["f"]),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
