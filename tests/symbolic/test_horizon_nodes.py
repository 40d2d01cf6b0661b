"""Crossings of a sequence as nodes: the bound index, what is replaced, and how they print."""

from fractions import Fraction
from typing import Any

import pytest
from sympy import Lambda, Rational, Symbol

from rnnmath.errors import DomainError
from rnnmath.symbolic.printing import latex
from rnnmath.symbolic.quantities.horizon import FirstBelow, Horizon
from rnnmath.verify.evaluate import Case, evaluate

m = Symbol("m", integer=True, nonnegative=True)
s, eps, T = Symbol("s", positive=True), Symbol("epsilon", positive=True), Symbol("T", integer=True)


def test_index_is_bound() -> None:
    """The index is no free symbol, and replacing it changes nothing."""
    node = Horizon(Lambda(m, s**m), T, eps)
    assert node.free_symbols == {s, T, eps}
    assert node.xreplace({m: Symbol("q")}) == node
    assert node.xreplace({s: Rational(1, 2)}).at(3) == Rational(1, 8)
    assert node.func(*node.args) == node


def test_replacing_the_whole_node_works() -> None:
    """A node is replaced where a rule names it."""
    node = FirstBelow(Lambda(m, s**m), T, eps)
    later: Any = node + 1
    assert later.xreplace({node: T}) == T + 1


@pytest.mark.parametrize("sequence", [s**m, Lambda((m, s), s**m), Lambda(s, s**2)])
def test_sequences_of_one_integer_only(sequence: object) -> None:
    """A sequence is a Lambda of one integer."""
    with pytest.raises(DomainError, match="Lambda of one integer"):
        Horizon(sequence, T, eps)


def test_both_crossings_are_evaluated_by_comparison() -> None:
    """The last crossing comes after the first one; beyond the run both are its length."""
    case = Case({"s": Fraction(1, 2), "T": 9})
    halves = Lambda(m, s**m)
    assert evaluate(Horizon(halves, T, Rational(1, 8)), case) == 3
    assert evaluate(FirstBelow(halves, T, Rational(1, 8)), case) == 3
    assert evaluate(Horizon(halves, 2, Rational(1, 8)), case) == 3
    assert evaluate(FirstBelow(halves, 1, Rational(1, 8)), case) == 2


def test_they_print_as_a_paper_has_them() -> None:
    """The last crossing speaks of all later steps, the first of one."""
    halves = Lambda(m, s**m)
    assert r"\text{ for all } m = i, \dots, T" in latex(Horizon(halves, T, eps))
    assert latex(FirstBelow(halves, T, eps)) == r"\min\{ m \le T : s^{m} \le \epsilon \}"
