"""The rules of the program follow its paths and refuse every step that does not."""

from typing import Any

import pytest
from sympy import Identity, Integer, ZeroMatrix

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.notation import (
    L,
    LocalDerivative,
    T,
    TotalDerivative,
    V,
    W,
    a,
    b,
    delta,
    error_at,
    h,
    j,
    k,
    loss_at,
    n,
    o,
    t,
    x,
)
from rnnmath.symbolic.tidy import add, multiply, transpose
from rnnmath.theory.one_step import within_step
from rnnmath.theory.program import contributions, definition, edge, parameter_sum, step_matrix
from rnnmath.theory.program_rules import (
    AFTER_LAST,
    CHAIN_RULE,
    CHAIN_RULE_BACK,
    CHILDREN,
    FIXED_START,
    FOLD,
    ONE_STEP,
    PARAMETER,
    PARAMETER_STEP,
    SAME_VARIABLE,
)

TOTAL, WITHIN = TotalDerivative, LocalDerivative


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``."""
    return Statement(left, Relation.AT_MOST, right)


CUT = (at_most(k, j), at_most(j, t))


def accepts(rule: Rule, focus: Any, result: Any, given: tuple[Statement, ...] = ()) -> bool:
    """Replay one step by a rule."""
    try:
        check(Derivation(focus, given=given).then(rule, focus, result))
    except BadDerivation:
        return False
    return True


def product(newer: Any, older: Any) -> Any:
    """Return the product of two derivatives, which stays a product if they are equal."""
    return multiply(newer, older)


@pytest.mark.parametrize(
    ("between", "given"),
    [(h[j], CUT), (a[j], (at_most(k + 1, j), at_most(j, t)))],
    ids=["state", "argument"],
)
def test_a_path_crosses_what_lies_between(between: Any, given: tuple[Statement, ...]) -> None:
    """The chain rule holds through a state or an argument between, newer factor on the left."""
    parts = TOTAL(h[t], between), TOTAL(between, h[k])
    assert accepts(CHAIN_RULE, TOTAL(h[t], h[k]), product(*parts), given)
    assert not accepts(CHAIN_RULE, TOTAL(h[t], h[k]), product(*parts))
    assert not accepts(CHAIN_RULE, TOTAL(h[t], h[k]), product(*reversed(parts)), given)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (TOTAL(h[t], h[k]), (TOTAL(h[t], a[j]), TOTAL(a[j], h[k]))),
        (TOTAL(h[t], h[k]), (TOTAL(h[t], o[j]), TOTAL(o[j], h[k]))),
        (TOTAL(h[t], h[k]), (TOTAL(h[t], x[j]), TOTAL(x[j], h[k]))),
        (TOTAL(h[t], h[k]), (WITHIN(h[t], h[j]), TOTAL(h[j], h[k]))),
        (WITHIN(h[t], h[k]), (TOTAL(h[t], h[j]), TOTAL(h[j], h[k]))),
        (TOTAL(h[t], h[k]), (TOTAL(h[t], h[j]), TOTAL(h[j], h[j]))),
        (TOTAL(h[t], h[k]), (TOTAL(h[t], h[j + 1]), TOTAL(h[j], h[k]))),
        (TOTAL(h[t], b), (TOTAL(h[t], h[j]), TOTAL(h[j], b))),
    ],
    ids=[
        "the argument of the first step may come before the state",
        "an output",
        "an input",
        "a derivative within one step",
        "of a derivative within one step",
        "another start",
        "two different variables between",
        "a parameter, which acts in every step",
    ],
)
def test_a_path_that_need_not_be_crossed_is_refused(whole: Any, parts: Any) -> None:
    """The chain rule through something that paths go around is no rule."""
    assert not accepts(CHAIN_RULE, whole, product(*parts), CUT)


def test_one_loss_sees_the_past_through_one_variable() -> None:
    """The loss at t sees h_k through h_j between; all losses together do not."""
    through = multiply(transpose(TOTAL(h[j], h[k])), TOTAL(loss_at(t), h[j]))
    assert accepts(CHAIN_RULE_BACK, TOTAL(loss_at(t), h[k]), through, CUT)
    assert not accepts(CHAIN_RULE_BACK, TOTAL(loss_at(t), h[k]), through)
    untransposed = multiply(TOTAL(h[j], h[k]), TOTAL(loss_at(t), h[j]))
    assert not accepts(CHAIN_RULE_BACK, TOTAL(loss_at(t), h[k]), untransposed, CUT)
    summed = multiply(transpose(TOTAL(h[j], h[k])), TOTAL(L, h[j]))
    assert not accepts(CHAIN_RULE_BACK, TOTAL(L, h[k]), summed, CUT)


FROM_FIRST = (at_most(Integer(1), t),)
LOCAL_TERM = multiply(transpose(TOTAL(o[t], h[t])), error_at(t))
LATER_TERM = multiply(transpose(TOTAL(a[t + 1], h[t])), delta(t + 1))


def test_a_state_feeds_its_output_and_the_next_argument() -> None:
    """From step 1 on both terms are there, and leaving one out is refused."""
    both = add(LOCAL_TERM, LATER_TERM)
    assert accepts(CHILDREN, TOTAL(L, h[t]), both, FROM_FIRST)
    for forged in (LOCAL_TERM, LATER_TERM, add(LOCAL_TERM, LOCAL_TERM)):
        assert not accepts(CHILDREN, TOTAL(L, h[t]), forged, FROM_FIRST)
    assert not accepts(CHILDREN, WITHIN(L, h[t]), both, FROM_FIRST)


def test_the_start_has_no_output() -> None:
    """h_0 feeds a_1 only; a state that may be h_0 is refused."""
    assert contributions(L, h[0]) == multiply(transpose(TOTAL(a[1], h[0])), delta(1))
    assert contributions(L, h[t]) is None
    assert not accepts(CHILDREN, TOTAL(L, h[t]), add(LOCAL_TERM, LATER_TERM))


def test_one_loss_sees_the_output_of_its_own_time_only() -> None:
    """At its own time through the output, before it through the next argument, else unknown."""
    alone = loss_at(t)
    onward = multiply(transpose(TOTAL(a[k + 1], h[k])), TOTAL(alone, a[k + 1]))
    assert contributions(alone, h[t]) == LOCAL_TERM
    assert contributions(alone, h[k], (at_most(k + 1, t),)) == onward
    assert contributions(alone, h[k], (at_most(k, t),)) is None
    assert not accepts(CHILDREN, TOTAL(alone, h[k]), onward, (at_most(k, t),))


def test_only_the_step_after_the_last_has_no_signal() -> None:
    """delta_{T+1} = 0, and no other error signal is zero by definition."""
    assert accepts(AFTER_LAST, delta(T + 1), ZeroMatrix(n, 1))
    assert not accepts(AFTER_LAST, delta(T), ZeroMatrix(n, 1))
    assert not accepts(AFTER_LAST, delta(t + 1), ZeroMatrix(n, 1))
    assert not accepts(AFTER_LAST, delta(T + 1, only=T), ZeroMatrix(n, 1))


def test_one_step_is_read_off_its_equation() -> None:
    """A derivative within one step is that of the equation; over a longer gap it is refused."""
    assert accepts(ONE_STEP, TOTAL(h[t], h[t - 1]), edge(h[t], h[t - 1]))
    assert accepts(ONE_STEP, WITHIN(h[t], b), edge(h[t], b))
    assert not accepts(ONE_STEP, TOTAL(h[t], b), edge(h[t], b))
    assert not accepts(ONE_STEP, TOTAL(h[t], h[t - 2]), ZeroMatrix(n, n))
    assert not accepts(ONE_STEP, TOTAL(h[t], h[t - 1]), multiply(W, edge(h[t], a[t])))
    assert not accepts(ONE_STEP, WITHIN(h[t], W), Jacobian(definition(a[t]), W))


def test_a_name_is_not_put_where_a_derivative_is_pending() -> None:
    """Writing a_t for its equation inside an open Jacobian would make it a constant."""
    node = TOTAL(h[t], h[t - 1])
    written_out = definition(a[t])
    opened = within_step(node).steps[0]
    forged = Derivation(node).then(opened.rule, opened.focus, opened.result)
    with pytest.raises(BadDerivation, match="definition, read backward"):
        check(forged.then(FOLD, written_out, a[t]))
    assert accepts(FOLD, written_out, a[t])
    assert not accepts(FOLD, written_out, a[t + 1])
    assert not accepts(FOLD, x[t], x[t])


def test_a_variable_moves_itself_by_one() -> None:
    """dv/dv = I, and nothing else is."""
    assert accepts(SAME_VARIABLE, TOTAL(h[t], h[t]), Identity(n))
    assert not accepts(SAME_VARIABLE, TOTAL(h[t], h[k]), Identity(n))
    assert not accepts(SAME_VARIABLE, TOTAL(h[t], a[t]), Identity(n))


def test_a_parameter_acts_in_every_step() -> None:
    """The sum runs over every step, of total derivatives only."""
    assert accepts(PARAMETER, TOTAL(L, W), parameter_sum(L, W))
    assert accepts(PARAMETER, TOTAL(h[t], b), parameter_sum(h[t], b))
    assert not accepts(PARAMETER, TOTAL(L, V), parameter_sum(L, W))
    assert not accepts(PARAMETER, WITHIN(h[t], b), parameter_sum(h[t], b))
    assert not accepts(PARAMETER, TOTAL(loss_at(t), W), parameter_sum(L, W))
    assert not accepts(PARAMETER, TOTAL(h[t], b), edge(h[t], b))


def test_a_bias_acts_within_the_step_and_through_the_state_before() -> None:
    """Both shares are needed, and a step must exist."""
    through = multiply(TOTAL(h[t], h[t - 1]), TOTAL(h[t - 1], b))
    both = add(WITHIN(h[t], b), through)
    assert accepts(PARAMETER_STEP, TOTAL(h[t], b), both, FROM_FIRST)
    assert not accepts(PARAMETER_STEP, TOTAL(h[t], b), both)
    for forged in (through, WITHIN(h[t], b)):
        assert not accepts(PARAMETER_STEP, TOTAL(h[t], b), forged, FROM_FIRST)


def test_only_the_start_is_given() -> None:
    """The bias does not move h_0; it may move every other state."""
    assert accepts(FIXED_START, TOTAL(h[0], b), ZeroMatrix(n, n))
    assert not accepts(FIXED_START, TOTAL(h[1], b), ZeroMatrix(n, n))
    assert not accepts(FIXED_START, TOTAL(h[t], b), ZeroMatrix(n, n))


def test_one_step_ends_in_the_paper_s_form() -> None:
    """The derivation within one step ends in diag(f'(a_t)) W, and replays."""
    proof = within_step(TOTAL(h[t], h[t - 1]))
    check(proof)
    assert proof.end == step_matrix(t)
