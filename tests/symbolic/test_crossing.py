"""The first time as a node: what it is, and how it prints."""

import pytest
from sympy import Rational, Symbol

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation import Relation
from rnnmath.symbolic.printing import latex, plain
from rnnmath.symbolic.quantities.crossing import FirstTime

EPS = Symbol("varepsilon", positive=True)
HALVED = FirstTime(1 - EPS, Relation.AT_MOST, Rational(1, 2))


def test_it_is_a_nonnegative_integer_that_rebuilds() -> None:
    """``func(*args)`` gives the node back, and replacing a part keeps the relation."""
    assert HALVED.is_integer
    assert HALVED.is_nonnegative
    assert HALVED.func(*HALVED.args) == HALVED
    assert HALVED.xreplace({EPS: Rational(1, 10)}).base == Rational(9, 10)
    assert HALVED.xreplace({EPS: Rational(1, 10)}).relation == Relation.AT_MOST


@pytest.mark.parametrize("relation", [Relation.EQUAL, Relation.IFF])
def test_only_inequalities_are_passed(relation: Relation) -> None:
    """An equation has no first time here."""
    with pytest.raises(DomainError, match="inequality"):
        FirstTime(EPS, relation, 1)


def test_it_prints_as_a_minimum() -> None:
    """A paper writes it as the least m."""
    assert latex(HALVED) == r"\min\{ m \ge 0 : (1 - \varepsilon)^{m} \le \frac{1}{2} \}"
    assert plain(HALVED) == "min {m >= 0: (1 - varepsilon)**m <= 1/2}"
