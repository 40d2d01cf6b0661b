"""The LSTM at the zero state: its full Jacobian, its spectrum, and a direction that can grow."""

from typing import Any

from sympy import (
    BlockMatrix,
    Determinant,
    Identity,
    MatrixSymbol,
    OneMatrix,
    Symbol,
    ZeroMatrix,
    tanh,
)

from rnnmath.claim import DERIVED_HERE, Claim, Hypothesis, Kind, Mutant, Witness, cite
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import shown, supposed
from rnnmath.symbolic.nodes import elementwise, hadamard
from rnnmath.symbolic.notation import h, n, t
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cell_rules import definition
from rnnmath.theory.constant_columns import AT_CONSTANT, BLOCK_PRODUCT, SYLVESTER
from rnnmath.theory.vanishing.gates.lstm import CELL_IN_HIDDEN, LSTM_JACOBIAN, PAIR
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    IN,
    LSTM,
    OUT,
    F,
    G,
    W,
    c,
    drawn,
    equal,
    tanh_slope,
)

__all__ = [
    "BETAS",
    "EIGENPAIR",
    "LSTM_ZERO_STATE",
    "LSTM_ZERO_STATE_GROWTH",
    "MU",
    "RATE",
    "SIGMA",
    "V",
]

_EQUAL = Relation.EQUAL
_ZERO = ZeroMatrix(n, 1)
_LAMBDA = Symbol("lambda", real=True)
_REST = tuple(equal(name, _ZERO) for name in (h[t - 1], c[t - 1], G))

_INTO, _OUT_OF = (
    BlockMatrix([[diag(OUT)], [Identity(n)]]),
    BlockMatrix([[multiply(diag(IN), W["g"]), diag(F)]]),
)
_FACTORED = multiply(_INTO, _OUT_OF)
_CORE = add(diag(F), multiply(diag(IN), W["g"], diag(OUT)))


def _characteristic(matrix: Any, size: Any) -> Any:
    return Determinant(add(multiply(_LAMBDA, Identity(size)), multiply(-1, matrix)))


def _kept() -> tuple[Derivation, Derivation]:
    """Show that the zero state stays: first the cell state, then what is seen of it."""
    cell = Derivation(c[t], given=_REST).then(definition(LSTM), c[t], _value_of(c[t]))
    for name in (c[t - 1], G):
        cell = cell.then(supposed(_EQUAL), name, _ZERO)
    hidden = Derivation(h[t], given=_REST).then(definition(LSTM), h[t], _value_of(h[t]))
    hidden = hidden.then(shown(_EQUAL), c[t], _ZERO, (cell,))
    return cell, hidden.then(AT_CONSTANT, elementwise(tanh, _ZERO), _ZERO)


def _value_of(name: Any) -> Any:
    return next(equation.rhs for equation in LSTM.equations if equation.lhs == name)


def _jacobian(cell: Derivation) -> Derivation:
    statement, gates = LSTM_JACOBIAN.says[4], LSTM_JACOBIAN.says[1]
    whole = Derivation(PAIR, given=_REST).then(cite(LSTM_JACOBIAN, 4), PAIR, statement.rhs)
    whole = whole.then(cite(LSTM_JACOBIAN, 1), CELL_IN_HIDDEN, gates.rhs)
    whole = whole.then(supposed(_EQUAL), c[t - 1], _ZERO)
    whole = whole.then(supposed(_EQUAL), G, _ZERO)
    whole = whole.then(shown(_EQUAL), c[t], _ZERO, (cell,))
    ones = OneMatrix(n, 1)
    for focus, result in (
        (elementwise(tanh, _ZERO), _ZERO),
        (tanh_slope(_ZERO, of="argument"), ones),
        (tanh_slope(_ZERO), ones),
    ):
        whole = whole.then(AT_CONSTANT, focus, result)
    return whole.then(BLOCK_PRODUCT, whole.end, _FACTORED)


def _zero_state() -> tuple[Derivation, ...]:
    cell, hidden = _kept()
    jacobian = _jacobian(cell)
    spectrum = Derivation(_characteristic(PAIR, 2 * n), given=_REST)
    spectrum = spectrum.then(shown(_EQUAL), PAIR, _FACTORED, (jacobian,))
    swapped = multiply(_OUT_OF, _INTO)
    spectrum = spectrum.then(SYLVESTER, spectrum.end, _LAMBDA**n * _characteristic(swapped, n))
    core = Derivation(swapped).then(BLOCK_PRODUCT, swapped, _CORE)
    end = _LAMBDA**n * _characteristic(_CORE, n)
    return cell, hidden, jacobian, spectrum.then(shown(_EQUAL), spectrum.end, end, (core,))


def _at_rest(**options: Any) -> Any:
    where = dict.fromkeys(["h", "c", "x", "b_g"], "zero")
    more = options.pop("where", {})
    usual = {"horizon": (1, 1), "sizes": {"n": (2, 2), "m": (1, 1)}}
    return drawn("lstm", **{**usual, **options, "where": {**where, **more}})


_ANY = {"scalars": {"lambda": ("-3", "3")}}
_ELSEWHERE = {
    "h": ("a hidden state: it opens the candidate, so the cell state moves", {"h": 1}),
    "c": ("a cell state of its own: the forget gate's path opens", {"c": 1}),
    "g": ("a candidate of its own: the cell state does not stay at zero", {"b_g": 1}),
}


def _rest_hypothesis(says: str, place: int, name: str) -> Hypothesis:
    note, where = _ELSEWHERE[name]
    return Hypothesis(says, _REST[place], Witness(note, _at_rest(**_ANY, where=where)))


_AT_REST = (
    _rest_hypothesis("the hidden state is zero before the step", 0, "h"),
    _rest_hypothesis("the cell state is zero before the step", 1, "c"),
    _rest_hypothesis("the candidate is zero: $U_g x_t + b_g = 0$ makes it so", 2, "g"),
)

LSTM_ZERO_STATE = Claim(
    id="lstm-zero-state",
    kind=Kind.IDENTITY,
    title="At the zero state an LSTM has the spectrum of an n by n matrix, and n zeros",
    says=(
        equal(c[t], _ZERO),
        equal(h[t], _ZERO),
        equal(PAIR, _FACTORED),
        equal(_characteristic(PAIR, 2 * n), _LAMBDA**n * _characteristic(_CORE, n)),
    ),
    given=_AT_REST,
    derive=_zero_state,
    draws=(_at_rest(**_ANY, sizes={"n": (1, 2), "m": (1, 1)}), _at_rest(**_ANY)),
    mutants=(
        Mutant(
            "the spectrum of the forget gates alone",
            equal(_characteristic(PAIR, 2 * n), _LAMBDA**n * _characteristic(diag(F), n)),
        ),
        Mutant(
            "the spectrum without the output gate",
            equal(
                _characteristic(PAIR, 2 * n),
                _LAMBDA**n * _characteristic(add(diag(F), multiply(diag(IN), W["g"])), n),
            ),
        ),
        Mutant(
            "the direct path is all there is",
            equal(
                PAIR,
                BlockMatrix(
                    [[ZeroMatrix(n, n), diag(hadamard(F, OUT))], [ZeroMatrix(n, n), diag(F)]]
                ),
            ),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

# Gates alike in every unit, and an eigenvector of the candidate's matrix.
V, MU = MatrixSymbol("v", n, 1), Symbol("mu", real=True)
BETAS = {letter: Symbol(f"beta_{letter}", real=True) for letter in "ifo"}
SIGMA = {letter: logistic(beta) for letter, beta in BETAS.items()}
RATE = SIGMA["f"] + SIGMA["o"] * SIGMA["i"] * MU
_DIRECTION = BlockMatrix([[multiply(SIGMA["o"], V)], [V]])
_GROWN = BlockMatrix([[multiply(RATE * SIGMA["o"], V)], [multiply(RATE, V)]])
_GATES = (("i", IN), ("f", F), ("o", OUT))


def _number(letter: str) -> Any:
    return multiply(SIGMA[letter], OneMatrix(n, 1))


_ALIKE = tuple(equal(gate, _number(letter)) for letter, gate in _GATES)
EIGENPAIR = equal(multiply(W["g"], V), multiply(MU, V))


def _growth() -> tuple[Derivation, ...]:
    given = (*_REST, *_ALIKE, EIGENPAIR)
    chain = Derivation(multiply(PAIR, _DIRECTION), given=given)
    chain = chain.then(cite(LSTM_ZERO_STATE, 2), PAIR, _FACTORED)
    for letter, gate in _GATES:
        chain = chain.then(supposed(_EQUAL), gate, _number(letter))
    into, out_of, _ = chain.end.args
    pushed = Derivation(multiply(out_of, _DIRECTION), given=given)
    sent = add(multiply(SIGMA["i"] * SIGMA["o"], W["g"], V), multiply(SIGMA["f"], V))
    pushed = pushed.then(BLOCK_PRODUCT, pushed.end, sent)
    pushed = pushed.then(supposed(_EQUAL), pushed.end, multiply(RATE, V))
    chain = chain.then(shown(_EQUAL), chain.end, multiply(RATE, into, V), (pushed,))
    return (chain.then(BLOCK_PRODUCT, chain.end, _GROWN),)


_GROWING = _at_rest(
    scalars={name.name: ("-3", "3") for name in BETAS.values()},
    diagonalized=[("n", ("W_g", "R_g", "l_g", "mu", "v", "K_g"))],
    where={f"b_{letter}": beta.name for letter, beta in BETAS.items()},
)


def _grown(rate: Any) -> Any:
    grown = BlockMatrix([[multiply(rate * SIGMA["o"], V)], [multiply(rate, V)]])
    return equal(multiply(PAIR, _DIRECTION), grown)


LSTM_ZERO_STATE_GROWTH = Claim(
    id="lstm-zero-state-growth",
    kind=Kind.IDENTITY,
    title="At the zero state a direction can grow, whatever the forget gates",
    says=(_grown(RATE),),
    given=(
        *(Hypothesis(one.says, one.condition) for one in _AT_REST),
        *(
            Hypothesis(
                f"the gates ${letter}_t$ of all units are $\\sigma(\\beta_{letter})$", condition
            )
            for (letter, _), condition in zip(_GATES, _ALIKE, strict=True)
        ),
        Hypothesis("$v$ is an eigenvector of $W_g$, with eigenvalue $\\mu$", EIGENPAIR),
    ),
    derive=_growth,
    draws=(_GROWING,),
    mutants=(
        Mutant("the forget gate alone", _grown(SIGMA["f"])),
        Mutant("no output gate", _grown(SIGMA["f"] + SIGMA["i"] * MU)),
        Mutant("no input gate", _grown(SIGMA["f"] + SIGMA["o"] * MU)),
        Mutant("the forget gate on both paths", _grown(SIGMA["f"] * (1 + SIGMA["o"] * MU))),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
