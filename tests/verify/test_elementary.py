"""Elementary functions on a case: exact where they can be, enclosed elsewhere, never guessed."""

from fractions import Fraction

import pytest
import sympy as sp

from rnnmath.errors import Undecided, Unsupported
from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import ActivationSupremum
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.verify.elementary import compared, enclosed, first_time, log_ratio, supremum_of
from rnnmath.verify.evaluate import Case, decide, evaluate

S, EPS = sp.Symbol("s", positive=True), sp.Symbol("varepsilon", positive=True)
U = sp.Symbol("u", real=True)
RATIO = sp.log(EPS) / sp.log(S)


def case(s: Fraction, level: Fraction) -> Case:
    """Return a case with a base and a level, decided with 240 bits at once."""
    return Case({"s": s, "varepsilon": level}, bits=240)


@pytest.mark.parametrize("power", [1, 2, 29, 60])
@pytest.mark.parametrize("base", [Fraction(1, 2), Fraction(3, 4), Fraction(9, 10)])
def test_an_exact_power_is_rounded_to_its_exponent(base: Fraction, power: int) -> None:
    """Ceiling and floor of ``ln s^m / ln s`` are m, and a little less or more is not."""
    at, near = case(base, base**power), case(base, base**power * (1 - Fraction(1, 10**30)))
    assert evaluate(sp.ceiling(RATIO), at) == evaluate(sp.floor(RATIO), at) == power
    assert evaluate(sp.ceiling(RATIO), near) == power + 1
    assert evaluate(sp.floor(RATIO), near) == power


@pytest.mark.parametrize(
    ("relation", "expected"),
    [(Relation.AT_MOST, 2), (Relation.LESS, 3), (Relation.AT_LEAST, 0), (Relation.GREATER, 0)],
)
def test_first_times_are_found_by_multiplying(relation: Relation, expected: int) -> None:
    """Powers of 1/2 against 1/4, by each relation."""
    first = FirstTime(S, relation, EPS)
    assert evaluate(first, case(Fraction(1, 2), Fraction(1, 4))) == expected


def test_a_level_that_is_never_passed_is_undecided() -> None:
    """Powers of one never fall to a half."""
    with pytest.raises(Undecided, match="no power of 1"):
        first_time(Fraction(1), Relation.AT_MOST, Fraction(1, 2))


def test_a_rounding_that_cannot_be_settled_is_undecided() -> None:
    """A sum of logarithms that is an integer is not recognized, so nothing is claimed of it."""
    whole = sp.ceiling(sp.log(S) / sp.log(EPS) + RATIO)
    claim = Statement(whole, Relation.EQUAL, sp.Integer(2))
    assert log_ratio(whole.args[0]) is None
    assert decide(claim, case(Fraction(1, 2), Fraction(1, 2))) is None


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_suprema_are_enclosed_from_below_and_above(name: str) -> None:
    """Interval arithmetic on f' alone finds the recorded supremum within 1e-9."""
    entry = catalogue()[name]
    bounds = supremum_of(ActivationSupremum(entry.function))
    assert bounds is not None
    assert bounds.width < Fraction(1, 10**9)
    assert float(bounds.lower) - 1e-9 < float(entry.supremum) < float(bounds.upper) + 1e-9


def test_a_function_outside_the_catalogue_has_no_enclosure() -> None:
    """Nothing is said of an unknown function."""
    assert supremum_of(ActivationSupremum(sp.Function("f"))) is None


def test_infinity_bounds_every_number() -> None:
    """``x < oo`` holds for a number, and fails for a supremum that is infinite."""
    finite = Statement(ActivationSupremum(sp.Function("f")), Relation.LESS, sp.oo)
    assert decide(finite, Case({"gamma": Fraction(3)})) is True
    assert decide(finite, Case({"gamma": float("inf")})) is False


def test_branches_are_chosen_by_exact_comparison() -> None:
    """At a kink the branch is the one that the condition names."""
    relu = catalogue()["relu"].slope(U)
    assert [evaluate(relu, Case({"u": Fraction(u, 2)})) for u in (-1, 0, 1)] == [0, 0, 1]
    with pytest.raises(Unsupported, match="comparison"):
        compared(sp.Symbol("p"), Fraction(0), Fraction(1))


def test_elementary_values_are_enclosed() -> None:
    """tanh, exp and erf at rationals, and exactly at 0."""
    for function, value in ((sp.tanh, 0.7615941559557649), (sp.erf, 0.8427007929497149)):
        box = enclosed(function(U), [Fraction(1)])
        assert box.width < Fraction(1, 10**20)
        assert float(box.lower) == pytest.approx(value, rel=1e-15)
    assert enclosed(sp.tanh(U), [Fraction(0)]).is_exact
