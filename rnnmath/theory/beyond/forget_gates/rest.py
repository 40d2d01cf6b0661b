"""The LSTM that stays at the zero state: every gap in closed form."""

from typing import Any

from sympy import BlockMatrix, Identity, OneMatrix, Sum, ZeroMatrix, tanh

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation.order import shown
from rnnmath.symbolic.derivation.reasoning import TERM_BY_TERM
from rnnmath.symbolic.nodes import OrderedProduct, elementwise
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import TotalDerivative, j, k, n, t, time
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.beyond.forget_gates.objects import (
    CHAPTER,
    PATH,
    TOTAL,
    a_step_later,
    long_run,
)
from rnnmath.theory.beyond.forget_gates.rules import (
    EQUAL_FACTORS,
    ONE_BLOCK,
    PUSHED_THROUGH,
)
from rnnmath.theory.cell_rules import definition
from rnnmath.theory.constant_columns import (
    AT_CONSTANT,
    BLOCK_PRODUCT,
    CONSTANT_PRODUCT,
    EACH_IS_ZERO,
)
from rnnmath.theory.eigenvalue_intuition.objects import power
from rnnmath.theory.vanishing.gates.carousel import LSTM_CAROUSEL
from rnnmath.theory.vanishing.gates.lstm import CELL_IN_HIDDEN, LSTM_JACOBIAN, PAIR
from rnnmath.theory.vanishing.gates.objects import (
    IN,
    LSTM,
    OUT,
    F,
    G,
    W,
    at_most,
    c,
    equal,
    s,
    tanh_slope,
)
from rnnmath.theory.vanishing.gates.zero_state import BETAS, SIGMA

__all__ = ["AT_REST", "CORE", "GIVEN", "IN_CELL", "LSTM_REST_GAP", "TWO_UNITS", "resting"]

_EQUAL = Relation.EQUAL
_ZERO = ZeroMatrix(n, 1)
_AT = time("l")
_GATES = {"i": IN, "f": F, "o": OUT}


def _all_along(column: Any, value: Any) -> Statement:
    """Return that a column has one value at every step of the way."""
    gap = add(column.xreplace({t: _AT}), multiply(-1, value))
    return equal(Sum(VectorNorm(gap), (_AT, k + 1, t)), 0)


def _number(letter: str) -> Any:
    return multiply(SIGMA[letter], OneMatrix(n, 1))


def resting(*, where: Any = None, **options: Any) -> Draw:
    """Return a draw of an LSTM at the zero state, its gates alike in all units.

    Examples
    --------
    >>> resting(where={"c": 1}).options["where"]["c"]
    1
    """
    rest = dict.fromkeys(["h", "c", "x", "b_g"], "zero")
    biases = {f"b_{letter}": beta.name for letter, beta in BETAS.items()}
    scalars = {beta.name: ("-3", "3") for beta in BETAS.values()}
    usual: dict[str, Any] = {"gap": 1, "horizon": (1, 4), "scalars": scalars}
    return long_run(**{**usual, **options}, where={**rest, **biases, **(where or {})})


_STILL = dict.fromkeys(["W_i", "W_f", "W_o"], "zero")
TWO_UNITS: dict[str, Any] = {"gap": 2, "horizon": (2, 3), "sizes": {"n": (2, 2), "m": (1, 1)}}


def _moved(**where: Any) -> Draw:
    return resting(**TWO_UNITS, where={**_STILL, **where})


_AT_REST = (
    Hypothesis(
        "the cell state is zero before every step",
        _all_along(c[t - 1], _ZERO),
        Witness("a cell state of its own is seen, and opens the candidate", _moved(c=1)),
    ),
    Hypothesis(
        "the candidate is zero at every step",
        _all_along(G, _ZERO),
        Witness("a candidate of its own fills the cell", _moved(b_g=1)),
    ),
)
_ALIKE = tuple(
    Hypothesis(
        f"the gates ${letter}$ of all units and steps are $\\sigma(\\beta_{letter})$",
        _all_along(gate, _number(letter)),
        Witness("each unit has a gate of its own", _moved(**{f"b_{letter}": "generic"})),
    )
    for letter, gate in _GATES.items()
)
AT_REST = (a_step_later(), *_AT_REST, *_ALIKE)
GIVEN = tuple(one.condition for one in AT_REST if one.condition is not None)

_ONCE = {t: j}
_STEP = PAIR.xreplace(_ONCE)
_INTO = BlockMatrix([[multiply(SIGMA["o"], Identity(n))], [Identity(n)]])
_OUT_OF = BlockMatrix([[multiply(SIGMA["i"], W["g"]), multiply(SIGMA["f"], Identity(n))]])
CORE = add(multiply(SIGMA["f"], Identity(n)), multiply(SIGMA["o"] * SIGMA["i"], W["g"]))
_RAISED = power(CORE, t - k - 1)
_TOTAL_PAIR = TotalDerivative(s[t], s[k])
_SEEN_FROM = (SIGMA["o"], 1)
_WHOLE = BlockMatrix(
    [
        [
            multiply(seen * SIGMA["i"], _RAISED, W["g"]),
            multiply(seen * SIGMA["f"], _RAISED),
        ]
        for seen in _SEEN_FROM
    ]
)
IN_CELL = multiply(SIGMA["f"], _RAISED)


def _value_of(name: Any) -> Any:
    (found,) = (one.rhs for one in LSTM.equations if one.lhs == name)
    return found.xreplace(_ONCE)


def _one_step() -> Derivation:
    """Derive the Jacobian of one step of the way, the same at every step."""
    given = (*GIVEN, at_most(k + 1, j), at_most(j, t))
    ones, before, after, candidate = OneMatrix(n, 1), c[j - 1], c[j], G.xreplace(_ONCE)
    cell = Derivation(after, given=given).then(definition(LSTM), after, _value_of(c[t]))
    for name in (before, candidate):
        cell = cell.then(EACH_IS_ZERO, name, _ZERO)
    chain = Derivation(_STEP, given=given)
    for index, node in ((4, PAIR), (1, CELL_IN_HIDDEN)):
        found = LSTM_JACOBIAN.says[index].rhs.xreplace(_ONCE)
        chain = chain.then(cite(LSTM_JACOBIAN, index, names=_ONCE), node.xreplace(_ONCE), found)
    for name in (before, candidate):
        chain = chain.then(EACH_IS_ZERO, name, _ZERO)
    chain = chain.then(shown(_EQUAL), after, _ZERO, (cell,))
    for focus, result in (
        (elementwise(tanh, _ZERO), _ZERO),
        (tanh_slope(_ZERO, of="argument"), ones),
        (tanh_slope(_ZERO), ones),
    ):
        chain = chain.then(AT_CONSTANT, focus, result)
    for letter, gate in _GATES.items():
        chain = chain.then(EACH_IS_ZERO, gate.xreplace(_ONCE), _number(letter))
    return chain.then(BLOCK_PRODUCT, chain.end, multiply(_INTO, _OUT_OF))


def _pair() -> Derivation:
    factor, swapped = multiply(_INTO, _OUT_OF), multiply(_OUT_OF, _INTO)
    steps = OrderedProduct(_STEP, (j, k + 1, t))
    alike = OrderedProduct(factor, (j, k + 1, t))
    chain = Derivation(_TOTAL_PAIR, given=GIVEN)
    chain = chain.then(cite(LSTM_CAROUSEL, 2), _TOTAL_PAIR, steps)
    chain = chain.then(TERM_BY_TERM, steps, alike, (_one_step(),))
    chain = chain.then(EQUAL_FACTORS, alike, power(factor, t - k))
    pushed = multiply(_INTO, power(swapped, t - k - 1), _OUT_OF)
    chain = chain.then(PUSHED_THROUGH, chain.end, pushed)
    chain = chain.then(BLOCK_PRODUCT, swapped, CORE)
    right = multiply(_RAISED, _OUT_OF)
    row = BlockMatrix([[multiply(_RAISED, block) for block in _OUT_OF.blocks]])
    spread = Derivation(right).then(BLOCK_PRODUCT, right, row)
    chain = chain.then(shown(_EQUAL), chain.end, multiply(_INTO, row), (spread,))
    return chain.then(BLOCK_PRODUCT, chain.end, _WHOLE)


def _along() -> Derivation:
    """Derive the direct path, which is a power of one number."""
    gate = F.xreplace(_ONCE)
    within = (*GIVEN, at_most(k + 1, j), at_most(j, t))
    each = Derivation(diag(gate), given=within).then(EACH_IS_ZERO, gate, _number("f"))
    gates, alike = (OrderedProduct(term, (j, k + 1, t)) for term in (diag(gate), each.end))
    chain = Derivation(PATH, given=GIVEN).then(cite(LSTM_CAROUSEL), PATH, gates)
    chain = chain.then(TERM_BY_TERM, gates, alike, (each,))
    return chain.then(CONSTANT_PRODUCT, alike, _KEPT)


_KEPT = multiply(SIGMA["f"] ** (t - k), Identity(n))


def _gap() -> tuple[Derivation, ...]:
    pair = _pair()
    cell = Derivation(TOTAL, given=GIVEN).then(ONE_BLOCK, TOTAL, IN_CELL, (pair,))
    return pair, cell, _along()


def _cell(core: Any, exponent: Any = t - k - 1, front: Any = SIGMA["f"]) -> Statement:
    return equal(TOTAL, multiply(front, power(core, exponent)))


def _core_with(through: Any) -> Statement:
    """Return the statement with another weight of the candidate's matrix."""
    return _cell(add(multiply(SIGMA["f"], Identity(n)), multiply(through, W["g"])))


_THROUGH = SIGMA["o"] * SIGMA["i"]
_LONGER = resting(gap=2, horizon=(2, 3))

LSTM_REST_GAP = Claim(
    id="lstm-rest-gap",
    kind=Kind.IDENTITY,
    title="An LSTM that rests at zero: the derivative over any gap is a power of a matrix",
    says=(equal(_TOTAL_PAIR, _WHOLE), equal(TOTAL, IN_CELL), equal(PATH, _KEPT)),
    given=AT_REST,
    derive=_gap,
    draws=(resting(),),
    mutants=(
        *(
            Mutant(note, says, (_LONGER,))
            for note, says in (
                ("the product of the forget gates", equal(TOTAL, _KEPT)),
                ("one factor too many", _cell(CORE, t - k)),
                ("the first gate left out", _cell(CORE, front=1)),
                ("no output gate", _core_with(SIGMA["i"])),
                ("no input gate", _core_with(SIGMA["o"])),
                ("the slope of the candidate quartered", _core_with(_THROUGH / 4)),
                ("the candidate's matrix alone", _cell(multiply(_THROUGH, W["g"]))),
            )
        ),
        Mutant(
            "one gate too few on the direct path",
            equal(PATH, multiply(SIGMA["f"] ** (t - k - 1), Identity(n))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
