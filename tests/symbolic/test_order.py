"""Rules about numbers and proofs accept what follows and refuse the nearest thing that does not."""

import pytest
from sympy import Identity, MatrixSymbol, S, Symbol, sqrt

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.derivation.order import (
    ARITHMETIC,
    BOTH_WAYS,
    CANCEL,
    EQUIVALENT,
    NONNEGATIVE,
    by_squares,
    shown,
    supposed,
    there_is,
)
from rnnmath.symbolic.nodes import IndexedSum
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.quantities.chance import Expectation, Law

EQUAL, AT_MOST, AT_LEAST = Relation.EQUAL, Relation.AT_MOST, Relation.AT_LEAST
x, y, z = (Symbol(name, nonnegative=True) for name in "xyz")
signed = Symbol("t", real=True)
A, Q = MatrixSymbol("A", 3, 3), MatrixSymbol("Q", 3, 3)
v = MatrixSymbol("v", 3, 1)


def granted(start: object, relation: Relation, end: object, *given: Statement) -> Derivation:
    """Return a chain of one step that is taken for granted."""
    rule = Rule("granted", "", relation, lambda *_: True)
    return Derivation(start, given=given).then(rule, start, end)


def one_step(rule: Rule, start: object, end: object, *premises: Derivation, given: tuple = ()):
    """Return the chain of one step by a rule."""
    return Derivation(start, given=given).then(rule, start, end, premises)


def refused(derivation: Derivation) -> bool:
    """Tell whether a chain does not check."""
    try:
        check(derivation)
    except BadDerivation:
        return True
    return False


def test_both_ways_needs_both_directions() -> None:
    """An equation follows from <= and <= the other way, not from one of them twice."""
    up, down = granted(x, AT_MOST, y), granted(y, AT_MOST, x)
    check(one_step(BOTH_WAYS, x, y, up, down))
    assert refused(one_step(BOTH_WAYS, x, y, up, up))
    assert refused(one_step(BOTH_WAYS, x, y, up))
    assert refused(one_step(BOTH_WAYS, x, y, up, granted(y, AT_LEAST, x)))


def test_equivalence_supposes_one_side_at_a_time() -> None:
    """Each statement is proven from the other, and from nothing else."""
    p, q = Statement(x, EQUAL, y), Statement(x, AT_MOST, z)
    onward, back = granted(x, AT_MOST, z, p), granted(x, EQUAL, y, q)
    check(one_step(EQUIVALENT, p, q, onward, back))
    assert refused(one_step(EQUIVALENT, p, q, back, onward))
    assert refused(one_step(EQUIVALENT, p, q, onward, granted(x, EQUAL, y, p)))
    assert refused(one_step(EQUIVALENT, p, q, onward, granted(x, AT_MOST, y, q)))


def test_squares_compare_nonnegative_numbers_only() -> None:
    """From x^2 <= y^2 follows x <= y where both are nonnegative; -2 and 1 show why."""
    rule = by_squares(AT_MOST)
    check(one_step(rule, x, y, granted(x**2, AT_MOST, y**2)))
    assert refused(one_step(rule, x, signed, granted(x**2, AT_MOST, signed**2)))
    assert refused(one_step(rule, x, y, granted(x**2, AT_MOST, y)))
    assert refused(one_step(by_squares(EQUAL), x, y, granted(x**2, AT_MOST, y**2)))


def test_cancel_keeps_a_vanishing_factor_honest() -> None:
    """From x^2 <= c x follows x <= c, and not from x^2 <= c^2 x."""
    check(one_step(CANCEL, x, y, granted(x**2, AT_MOST, x * y)))
    assert refused(one_step(CANCEL, x, y, granted(x**2, AT_MOST, x * y**2)))
    assert refused(one_step(CANCEL, x, signed, granted(x**2, AT_MOST, x * signed)))


def test_arithmetic_and_nonnegative_parts() -> None:
    """Numbers are multiplied out; only a nonnegative part may be added to the larger side."""
    check(one_step(ARITHMETIC, x * (y + z), x * y + x * z))
    assert refused(one_step(ARITHMETIC, x * (y + z), x * y + z))
    assert refused(one_step(ARITHMETIC, A * Q, Q * A))
    check(one_step(NONNEGATIVE, x, x + y))
    assert refused(one_step(NONNEGATIVE, x, x + signed))


def test_shown_apart_supposes_no_more() -> None:
    """A chain that stands as a premise is used as it is, or backward where it is an equation."""
    premise = granted(x, EQUAL, y)
    check(one_step(shown(EQUAL), x, y, premise))
    check(one_step(shown(EQUAL), y, x, premise))
    check(one_step(shown(AT_MOST), x, y, premise))
    assert refused(one_step(shown(AT_MOST), y, x, granted(x, AT_MOST, y)))
    assert refused(one_step(shown(EQUAL), x, y, granted(x, AT_MOST, y)))
    supposing = granted(x, EQUAL, y, Statement(x, AT_MOST, z))
    assert refused(one_step(shown(EQUAL), x, y, supposing))


def test_hypotheses_act_on_runs_of_factors() -> None:
    """Q^T Q = I takes the two factors out of a product, where they stand side by side only."""
    fact = Statement(Q.T * Q, EQUAL, Identity(3))
    rule = supposed(EQUAL)
    check(one_step(rule, A * Q.T * Q * v, A * v, given=(fact,)))
    check(one_step(rule, A * v, A * Q.T * Q * v, given=(fact,)))
    check(one_step(rule, VectorNorm(Q.T * Q * v), VectorNorm(v), given=(fact,)))
    assert refused(one_step(rule, Q.T * A * Q, A, given=(fact,)))
    assert refused(one_step(rule, Q * Q.T * v, v, given=(fact,)))
    assert refused(one_step(rule, A * Q.T * Q * v, A * v))


def test_hypotheses_may_be_weaker_than_an_equation() -> None:
    """A supposed <= is used as <=, never as an equation and never backward."""
    fact = Statement(x, AT_MOST, y)
    check(one_step(supposed(AT_MOST), x, y, given=(fact,)))
    assert refused(one_step(supposed(EQUAL), x, y, given=(fact,)))
    assert refused(one_step(supposed(AT_MOST), y, x, given=(fact,)))
    unit = Statement(VectorNorm(v), EQUAL, S.One)
    check(one_step(supposed(EQUAL), x, x * VectorNorm(v), given=(unit,)))
    assert refused(one_step(supposed(EQUAL), x, x + VectorNorm(v), given=(unit,)))


def test_what_exists_is_mentioned_nowhere_else() -> None:
    """The object that a theorem provides may stand in the premise only."""
    fact = Statement(VectorNorm(v), EQUAL, S.One)
    norm = SpectralNorm(A)
    inside = granted(norm, AT_MOST, x, fact)
    check(one_step(there_is("unit", "", (fact,), (v,), about=A), norm, x, inside))
    assert refused(one_step(there_is("unit", "", (fact,), (v,), about=A * v), norm, x, inside))
    leaking = VectorNorm(A * v)
    inside = granted(norm, AT_MOST, leaking, fact)
    assert refused(one_step(there_is("unit", "", (fact,), (v,), about=A), norm, leaking, inside))
    bare = granted(norm, AT_MOST, x)
    assert refused(one_step(there_is("unit", "", (fact,), (v,), about=A), norm, x, bare))


def test_what_a_theorem_demands_is_proven() -> None:
    """A theorem with a condition takes a proof of it before the rest, and exactly that proof."""
    fact, need = Statement(x, EQUAL, S.One), Statement(y, EQUAL, z)
    rule = there_is("demanding", "", (fact,), (x,), about=A, needs=(need,))
    inside = granted(y, AT_MOST, sqrt(z), fact)
    check(one_step(rule, y, sqrt(z), granted(y, EQUAL, z), inside))
    assert refused(one_step(rule, y, sqrt(z), inside))
    assert refused(one_step(rule, y, sqrt(z), granted(y, AT_MOST, z), inside))


def test_what_a_theorem_demands_of_every_column_is_shown_for_every_one() -> None:
    """Nothing may be supposed of a symbol that stands for every value."""
    need = Statement(S.Zero, AT_MOST, SpectralNorm(A * v))
    rule = there_is("for every v", "", (), (), about=A, needs=(need,), every=(v,))
    proof = granted(S.Zero, AT_MOST, SpectralNorm(A * v))
    check(one_step(rule, x, y, proof, granted(x, AT_MOST, y)))
    still = Statement(v, EQUAL, 0 * v)
    main = granted(x, AT_MOST, y, still)
    assert refused(one_step(rule, x, y, proof, main, given=(still,)))


def test_only_what_equals_one_is_multiplied_in() -> None:
    """``y <= x y`` is false where x is supposed to be at most 1."""
    for relation in (EQUAL, AT_MOST):
        check(one_step(supposed(relation), y, x * y, given=(Statement(x, EQUAL, S.One),)))
        below = Statement(x, AT_MOST, S.One)
        assert refused(one_step(supposed(relation), y, x * y, given=(below,)))


def test_equations_stay_out_of_derivatives_and_of_what_is_bound() -> None:
    """A supposed or shown equation is not put in where its symbols are differentiated or bound."""
    B, u, law = MatrixSymbol("B", 3, 3), MatrixSymbol("u", 3, 1), Law(A)
    moved = Jacobian(A * v + u, u), Jacobian(A * v + v, u)
    mean = Expectation(SpectralNorm(A), law), Expectation(SpectralNorm(B), law)
    index = Symbol("j", integer=True, nonnegative=True)
    total = tuple(IndexedSum(term, (index, 1, 3)) for term in (index * v, v))
    for (focus, result), fact in (
        (moved, Statement(u, EQUAL, v)),
        (mean, Statement(A, EQUAL, B)),
        (total, Statement(index * v, EQUAL, v)),
    ):
        premise = granted(fact.lhs, EQUAL, fact.rhs, fact)
        for rule, premises in ((supposed(EQUAL), ()), (shown(EQUAL), (premise,))):
            assert refused(one_step(rule, focus, result, *premises, given=(fact,)))
    always = granted(index * v, EQUAL, v)  # supposes nothing, so that it holds for every index
    check(one_step(shown(EQUAL), *total, always))


@pytest.mark.parametrize("rule", [BOTH_WAYS, CANCEL, EQUIVALENT, by_squares(EQUAL), shown(EQUAL)])
def test_rules_with_premises_refuse_to_go_without(rule: Rule) -> None:
    """No rule that rests on a premise holds without one."""
    assert refused(one_step(rule, x, y))
