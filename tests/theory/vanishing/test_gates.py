"""Chapter 8, gates: every claim is green, a planted error is red, a forged step is refused."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import (
    BlockMatrix,
    Determinant,
    Identity,
    Integer,
    MatMul,
    MatrixSymbol,
    OneMatrix,
    Rational,
    Sum,
    Symbol,
    ZeroMatrix,
    tanh,
)

from rnnmath.claim import Status
from rnnmath.errors import BadDerivation, DomainError, Refuted, Unsupported
from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.cells import cell_step_jacobian, forward_gru, forward_lstm, random_gru
from rnnmath.numeric.cells import random_lstm as random_cell
from rnnmath.numeric.dual import Dual
from rnnmath.numeric.oracles import central_difference, complex_step
from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.cells import gru, in_names, joined, lstm, residual, state_jacobian
from rnnmath.symbolic.derivation import Derivation, Rule, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.nodes import OrderedProduct, elementwise, hadamard
from rnnmath.symbolic.norms import MaxAbs, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import TimeIndexed, TotalDerivative, h, j, k, n, t, time
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.symbolic.tidy import add, diag, multiply, same
from rnnmath.theory.cell_rules import (
    JOINED,
    SAME_STATE,
    STACKED_CHAIN,
    all_paths,
    blocks,
    definition,
    direct_step,
    gate_slope,
    paths,
)
from rnnmath.theory.constant_columns import (
    AT_CONSTANT,
    BLOCK_PRODUCT,
    CONSTANT_PRODUCT,
    DIAGONAL_PRODUCT,
    DIAGONAL_SUM,
    EACH_IS_ZERO,
    SYLVESTER,
)
from rnnmath.theory.gate_ranges import gate_range, largest
from rnnmath.theory.vanishing.gates import (
    CLAIMS,
    GRU_JACOBIAN,
    GRU_JACOBIAN_BEFORE,
    LSTM_JACOBIAN,
    RESIDUAL_JACOBIAN,
)
from rnnmath.theory.vanishing.gates.objects import (
    IN,
    LSTM,
    OUT,
    F,
    G,
    W,
    Z,
    at_most,
    c,
    drawn,
    equal,
    one_step,
    s,
    sigma_slope,
)
from rnnmath.verify import check, examine
from rnnmath.verify.bench import _ratio
from rnnmath.verify.cellular import FORMAL, CellWorld, cell_world
from rnnmath.verify.cellular_floats import float_case
from rnnmath.verify.draws import draw_case
from rnnmath.verify.evaluate import Case, decide, evaluate

BY_ID = {claim.id: claim for claim in CLAIMS}
SLOW = {"lstm-jacobian", "lstm-bound"}
SEEDS = [(name, seed) for name in BY_ID for seed in (3, 11) if seed == 3 or name not in SLOW]
BOUNDS = [
    (claim.id, index)
    for claim in CLAIMS
    for index, says in enumerate(claim.says)
    if claim.kind.value == "bound" and says.relation.value == "<="
]

#: Identities about every case of a cell, whose left side an oracle can measure in floats.
MEASURED = [
    "lstm-jacobian",
    "lstm-carousel",
    "gru-jacobian",
    "gru-jacobian-before",
    "residual-jacobian",
]


def rng() -> np.random.Generator:
    """Return the generator that the tests draw from."""
    return np.random.default_rng(5)


def test_ids_are_those_of_the_theory() -> None:
    """The chapter holds the four claims of its entries, and eight that carry part of an entry."""
    assert list(BY_ID) == [
        "lstm-jacobian",
        "lstm-bound",
        "lstm-carousel",
        "lstm-constant-gates",
        "lstm-zero-state",
        "lstm-zero-state-growth",
        "gru-jacobian",
        "gru-jacobian-before",
        "gru-bound",
        "gru-bound-before",
        "residual-jacobian",
        "residual",
    ]


@pytest.mark.parametrize(("claim_id", "seed"), SEEDS)
def test_every_claim_is_green(claim_id: str, seed: int) -> None:
    """Derived, decided on every case, every mutant killed, every witness broken."""
    evidence = examine(BY_ID[claim_id], seed=seed, cases=2)
    assert evidence.trouble == ()
    assert evidence.green
    assert evidence.status == Status.TESTED
    assert evidence.mutants.reached == evidence.mutants.total >= 3


@pytest.mark.parametrize("claim_id", BY_ID)
def test_a_planted_mutant_is_refuted(claim_id: str) -> None:
    """A claim that states one of its mutants in its place is refuted."""
    claim = BY_ID[claim_id]
    mutant = claim.mutants[0]
    planted = replace(
        claim,
        says=(mutant.says,),
        mutants=(),
        draws=mutant.draws or claim.draws,
        given=tuple(
            hypothesis
            for hypothesis in claim.given
            if not mutant.given or hypothesis.condition in mutant.given
        ),
    )
    with pytest.raises(Refuted, match=claim_id):
        check(planted, cases=8)


@pytest.mark.parametrize("claim_id", BY_ID)
def test_no_claim_is_derived_once_a_statement_is_swapped(claim_id: str) -> None:
    """The derivations prove the statements of the claim and nothing else."""
    claim = BY_ID[claim_id]
    wrong = (equal(VectorNorm(F), 1),) * len(claim.says)
    light = replace(claim, says=wrong, mutants=(), given=())
    assert not examine(light, cases=1).derived


@pytest.mark.parametrize(("claim_id", "index"), BOUNDS)
def test_every_bound_is_nearly_reached(claim_id: str, index: int) -> None:
    """Each inequality by itself has a case within a thousandth of equality, and none beyond."""
    claim = BY_ID[claim_id]
    ratios = [_ratio(claim.says[index], draw_case(draw, rng())) for draw in claim.draws]
    known = [ratio for ratio in ratios if ratio is not None]
    assert 0.999 <= max(known) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("cell", "claim", "index"),
    [
        (gru(), GRU_JACOBIAN, 0),
        (gru(reset="before"), GRU_JACOBIAN_BEFORE, 0),
        (residual(), RESIDUAL_JACOBIAN, 0),
    ],
)
def test_statements_are_the_jacobians_of_the_calculus(cell: Any, claim: Any, index: int) -> None:
    """On a case the right side equals what the symbolic calculus finds from the equations."""
    found = state_jacobian(cell)
    case = draw_case(claim.draws[0], rng())
    assert decide(equal(claim.says[index].rhs, found), case) is True


def test_lstm_blocks_are_the_jacobians_of_the_calculus() -> None:
    """The derived blocks are the very expressions that the symbolic calculus finds."""
    found = state_jacobian(lstm())
    says = LSTM_JACOBIAN.says
    gates = says[1].rhs
    hidden = says[3].rhs.xreplace({says[1].lhs: gates})
    for block, place in ((says[0].rhs, (1, 1)), (gates, (1, 0)), (says[2].rhs, (0, 1))):
        assert same(block, found.blocks[place])
    assert same(hidden, found.blocks[0, 0])


def test_the_old_and_the_peephole_cell_are_other_cells() -> None:
    """Without forget gate the direct block is I; with peepholes it holds more than the gate."""
    assert paths(lstm(forget_gate=False), one_step(c, c)) == Identity(n)
    peeping = paths(lstm(peephole=True), one_step(c, c))
    assert peeping.has(TotalDerivative)
    assert peeping != diag(F)


# The world in which the statements are decided ---------------------------------------------------


def test_formal_gates_have_their_slope_by_definition() -> None:
    """A formal gate lies in its open range and its slope is v (1 - v), or 1 - v^2."""
    for point in (-7, -1, 0, Fraction(2, 3), 10**6):
        at = np.array([[Dual(Fraction(point), 1)]], dtype=object)
        (gate,), (candidate,) = (FORMAL[name](at)[0] for name in ("logistic", "tanh"))
        assert 0 < gate.value < 1
        assert -1 < candidate.value < 1
        assert gate.derivative == gate.value * (1 - gate.value)
        assert candidate.derivative == 1 - candidate.value**2


def plain(array: Any) -> Any:
    """Return an object array of floats, as ones of exact matrices leave it, as floats."""
    return np.array(array.tolist())


def seen_by_complex_step(run: Any, point: Any) -> Any:
    """Measure a Jacobian by complex step, on arrays of floats."""
    return complex_step(lambda state: plain(run(state)), plain(point))


def network_run(kind: str, steps: int) -> Any:
    """Return a float network, a run of it, and the input."""
    source = rng()
    x, start = source.normal(size=(steps, 2, 1)), source.normal(size=(2, 3, 1))
    if kind == "lstm":
        cell = random_cell(source, 3, 2, 1)
        return cell, forward_lstm(cell, x, *start), x
    unit = random_gru(source, 3, 2, 1)
    return unit, forward_gru(unit, x, start[0]), x


def floats(kind: str, network: Any, seen: Any, x: Any) -> CellWorld:
    """Return the symbolic cell on the numbers of a float network."""
    letters = network.gates
    values: dict[str, Any] = {"n": 3, "m": 2}
    for letter in letters:
        rows = network.rows(letter)
        for name in "WUb":
            values[f"{name}_{letter}"] = getattr(network, name)[rows]
    if kind == "gru":
        values["b_hn"] = network.b_hn
    starts = [seen.h[0], *([seen.cell[0]] if kind == "lstm" else [])]
    true = {name: ACTIVATIONS[name].value for name in ("logistic", "tanh")}
    functions = {name: lambda a, gate=gate: gate(plain(a)) for name, gate in true.items()}
    cell = lstm() if kind == "lstm" else gru()
    return CellWorld(cell, values, tuple(starts), x, functions, seen_by_complex_step)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_cell_is_the_network_in_floats(kind: str) -> None:
    """The equations run in floats give the states of the NumPy network, and its Jacobian."""
    steps = 3
    network, seen, x = network_run(kind, steps)
    world = floats(kind, network, seen, x)
    for step in range(1, steps + 1):
        np.testing.assert_allclose(plain(world.vector("h", step)), seen.h[step], rtol=1e-13)
        letter = "s" if kind == "lstm" else "h"
        measured = world.derivative((letter, step), (letter, step - 1))
        formula = cell_step_jacobian(network, seen, step)[0]
        np.testing.assert_allclose(measured, formula, rtol=1e-11, atol=1e-13)


def gap(says: Statement, case: Case) -> float:
    """Return the largest difference of both sides, relative to the left one."""
    left, right = (plain(evaluate(side, case)) for side in (says.lhs, says.rhs))
    return float(np.abs(left - right).max() / np.abs(left).max())


def differences(run: Any, point: Any) -> Any:
    """Measure a Jacobian by extrapolated central differences."""
    return central_difference(run, point).jacobian


@pytest.mark.parametrize("claim_id", MEASURED)
def test_statements_hold_for_true_gates_in_floats(claim_id: str) -> None:
    """With the true logistic and tanh, both oracles agree with every right side, not with mutants.

    Complex step has no truncation error, and some hundred roundings stay below 1e-12; central
    differences lose about a third of the digits.
    """
    claim = BY_ID[claim_id]
    like = draw_case(claim.draws[-1], rng())
    for oracle, accepted in ((complex_step, 1e-11), (differences, 1e-8)):
        case = float_case(like, oracle)
        for says in claim.says:
            if not says.lhs.has(SpectralNorm):
                assert gap(says, case) <= accepted
    assert gap(claim.mutants[0 if claim_id != "lstm-carousel" else 1].says, case) > 1e-3


def zeros(_: str, rows: int, cols: int) -> Any:
    """Return a matrix of exact zeros."""
    return np.full((rows, cols), Fraction(0), dtype=object)


def test_the_cell_refuses_what_it_does_not_have() -> None:
    """No other cell, no name or time beyond the run, no derivative in a gate or back in time."""
    sizes = {"n": 1, "m": 1}
    with pytest.raises(DomainError, match="no cell 'elman'"):
        cell_world("elman", sizes, 1, zeros, {})
    world = cell_world("lstm", sizes, 2, zeros, {})
    with pytest.raises(Unsupported, match="no 'q' at time 1"):
        world.vector("q", 1)
    with pytest.raises(Unsupported, match="measured in its states"):
        world.derivative(("h", 2), ("f", 1))
    with pytest.raises(Unsupported, match="comes before"):
        world.derivative(("f", 1), ("c", 2))
    with pytest.raises(Unsupported, match="belongs to a gated cell"):
        evaluate(DirectDerivative(c[t], c[k]), Case({"t": 1, "k": 0}))


def test_the_direct_path_holds_the_hidden_states() -> None:
    """Measured with h held, the cell state moves by its gates; not held, by more."""
    case = draw_case(BY_ID["lstm-carousel"].draws[1], rng())
    direct, full = DirectDerivative(c[t], c[k]), TotalDerivative(c[t], c[k])
    gates = OrderedProduct(diag(F.xreplace({t: j})), (j, k + 1, t))
    assert decide(equal(direct, gates), case) is True
    assert decide(equal(full, gates), case) is False


# Rules refuse what they do not show ---------------------------------------------------------------


def forged(rule: Rule, focus: Any, result: Any, *given: Statement) -> None:
    """Demand that a rule refuses a step."""
    with pytest.raises(BadDerivation):
        check_derivation(Derivation(focus, given=given).then(rule, focus, result))


def test_rules_of_the_cell_refuse_false_paths() -> None:
    """A missing path, a wrong slope, another time and another equation are refused."""
    node = one_step(h, h)
    whole = paths(LSTM, node)
    forged(all_paths(LSTM), node, whole.args[0])
    forged(all_paths(LSTM), TotalDerivative(h[t], h[t - 2]), whole)
    gate = TotalDerivative(F, h[t - 1])
    right = in_names(LSTM, paths(LSTM, gate))
    check_derivation(Derivation(gate).then(gate_slope(LSTM), gate, right))
    forged(gate_slope(LSTM), gate, multiply(diag(F), W["f"]))
    forged(definition(LSTM), F, G)
    forged(JOINED, multiply(diag(F), diag(G)), diag(F))
    forged(SAME_STATE, TotalDerivative(c[t], c[k]), Identity(n))
    pair = one_step(s, s)
    forged(blocks(h, c), pair, BlockMatrix([[one_step(h, h), one_step(c, h)]] * 2))


def test_chain_rules_refuse_times_out_of_order() -> None:
    """Without k <= t nothing says that the path crosses the state between."""
    focus = TotalDerivative(s[t + 1], s[k])
    result = multiply(TotalDerivative(s[t + 1], s[t]), TotalDerivative(s[t], s[k]))
    check_derivation(Derivation(focus, given=(at_most(k, t),)).then(STACKED_CHAIN, focus, result))
    forged(STACKED_CHAIN, focus, result)
    direct = DirectDerivative(c[t + 1], c[k])
    forged(direct_step(LSTM), direct, multiply(diag(F), DirectDerivative(c[t], c[k])))
    swapped = multiply(diag(IN.xreplace({t: t + 1})), DirectDerivative(c[t], c[k]))
    forged(direct_step(LSTM), direct, swapped, at_most(k, t))


def test_ranges_are_those_of_the_gates() -> None:
    """A gate is at most 1, its slope 1/4, that of tanh 1; other columns have no known range."""
    assert largest(LSTM, F) == 1
    assert largest(LSTM, sigma_slope(F)) == Rational(1, 4)
    assert largest(LSTM, sigma_slope(G)) == 2  # no slope of g: |v (1 - v)| up to v = -1
    assert largest(LSTM, elementwise(tanh, c[t])) == 1
    for unknown in (c[t], sigma_slope(c[t]), hadamard(F, G)):
        assert largest(LSTM, unknown) is None
    forged(gate_range(LSTM), MaxAbs(sigma_slope(F)), Rational(1, 5))
    forged(gate_range(LSTM), MaxAbs(c[t]), Rational(1))
    forged(gate_range(LSTM), VectorNorm(F), Rational(1))


def test_rules_of_constant_columns_refuse_the_near_miss() -> None:
    """Another value, another power, another product, another determinant are refused."""
    beta, ones = Symbol("beta", real=True), OneMatrix(n, 1)
    at_beta = elementwise(logistic, multiply(beta, ones))
    forged(AT_CONSTANT, at_beta, multiply(beta, ones))
    forged(AT_CONSTANT, elementwise(logistic, F), multiply(logistic(beta), ones))
    alike = OrderedProduct(multiply(beta, Identity(n)), (j, k + 1, t))
    forged(CONSTANT_PRODUCT, alike, multiply(beta ** (t - k + 1), Identity(n)))
    moving = OrderedProduct(multiply(j, Identity(n)), (j, k + 1, t))
    forged(CONSTANT_PRODUCT, moving, multiply(j ** (t - k), Identity(n)))
    full = OrderedProduct(W["f"], (j, k + 1, t))
    forged(DIAGONAL_PRODUCT, full, diag(multiply(full, ones)))
    forged(DIAGONAL_SUM, add(diag(F), diag(G)), diag(hadamard(F, G)))
    forged(DIAGONAL_SUM, add(diag(F), W["f"]), diag(F))
    tall, wide = BlockMatrix([[diag(OUT)], [Identity(n)]]), BlockMatrix([[W["g"], diag(F)]])
    forged(BLOCK_PRODUCT, multiply(wide, tall), add(W["g"], diag(F)))
    forged(BLOCK_PRODUCT, multiply(tall, tall), tall)
    size = Symbol("lambda", real=True)

    def characteristic(matrix: Any, rows: Any) -> Any:
        return Determinant(add(multiply(size, Identity(rows)), multiply(-1, matrix)))

    big = characteristic(multiply(tall, wide), 2 * n)
    small = characteristic(multiply(wide, tall), n)
    check_derivation(Derivation(big).then(SYLVESTER, big, size**n * small))
    forged(SYLVESTER, big, small)
    forged(SYLVESTER, big, size**n * characteristic(multiply(wide, tall, W["g"]), n))


def test_a_sum_of_lengths_speaks_of_its_own_range_only() -> None:
    """From sum_l ||x_l - y_l|| = 0 an equation follows inside the range, and not outside."""
    at, gate = time("l"), TimeIndexed("f", n)
    fact = equal(Sum(VectorNorm(add(gate[at], multiply(-1, c[at]))), (at, k + 1, t)), 0)
    inside = (fact, at_most(k + 1, j), at_most(j, t))
    step = Derivation(gate[j], given=inside).then(EACH_IS_ZERO, gate[j], c[j])
    check_derivation(step)
    forged(EACH_IS_ZERO, gate[j], c[j], fact, at_most(k, j), at_most(j, t))
    forged(EACH_IS_ZERO, gate[j], c[j], fact)
    forged(EACH_IS_ZERO, gate[j], Z, *inside)


def test_names_and_numbers_may_be_drawn() -> None:
    """A style, a number or the name of a scalar says what a parameter of the cell is."""
    where = {"W_f": "zero", "W_g": 3, "b_f": "beta", "c": Rational(1, 2)}
    draw = drawn("lstm", where=where, scalars={"beta": (1, 2)}, sizes={"n": (2, 2)})
    case = draw_case(draw, rng())
    beta = case.values["beta"]
    assert (case.values["W_f"] == 0).all()
    assert (case.values["W_g"] == 3 * np.eye(2, dtype=int)).all()
    assert (case.values["b_f"] == beta).all()
    assert (evaluate(c[0], case) == Fraction(1, 2)).all()
    assert evaluate(multiply(1, ZeroMatrix(n, 1)), case).shape == (2, 1)
    assert joined(multiply(diag(F), diag(G))) == diag(hadamard(F, G))


def test_columns_and_blocks_are_read_within_their_range() -> None:
    """No product runs back in time, no block of another size is met, no zero is divided by."""
    beta = Symbol("beta", positive=True)
    back = OrderedProduct(multiply(beta, Identity(n)), (j, k + 1, t))
    power = multiply(beta ** (t - k), Identity(n))
    forged(CONSTANT_PRODUCT, back, power)  # for t < k the product is I
    check_derivation(Derivation(back, given=(at_most(k, t),)).then(CONSTANT_PRODUCT, back, power))
    upper, lower = MatrixSymbol("C", 1, 4), MatrixSymbol("D", 2, 4)
    left = BlockMatrix([[Identity(2), ZeroMatrix(2, 1)]])
    forged(BLOCK_PRODUCT, MatMul(left, BlockMatrix([[upper], [lower]])), upper)
    X, Y, number = MatrixSymbol("X", 2, 3), MatrixSymbol("Y", 3, 2), Symbol("l", real=True)
    small, big = (
        Determinant(add(multiply(number, Identity(rows)), multiply(-1, *factors)))
        for rows, factors in ((2, (X, Y)), (3, (Y, X)))
    )
    forged(SYLVESTER, small, big / number)
    check_derivation(Derivation(big).then(SYLVESTER, big, number * small))
    first = next(equation.rhs for equation in LSTM.equations if equation.lhs == h[t])
    forged(definition(LSTM), h[0], first.xreplace({t: Integer(0)}))


def test_one_sum_of_lengths_is_read() -> None:
    """A sum over two indices says nothing of a second one outside its range."""
    v, other = MatrixSymbol("v", n, 1), Symbol("i", integer=True)
    lengths = Sum(VectorNorm(j * other * v), (j, 1, 3), (other, 0, 0))
    fact, inside = equal(lengths, 0), at_most(1, 2)
    focus = multiply(2 * other, v)
    forged(EACH_IS_ZERO, focus, ZeroMatrix(n, 1), fact, inside)
