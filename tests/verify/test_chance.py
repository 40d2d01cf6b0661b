"""Means and chances: what is exact, what is counted, and with which risk."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from sympy import Abs, Integer, MatrixSymbol, Rational, S

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind
from rnnmath.errors import DomainError, Unsupported
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.quantities.chance import Expectation, Gaussian, Law, Probability
from rnnmath.verify import examine
from rnnmath.verify.draws.laws import drawn_law
from rnnmath.verify.evaluate import Case, decide, evaluate
from rnnmath.verify.evaluate.chance import FAILURE, binomial_bounds, chance_of_error

G = MatrixSymbol("G", 1, 1)
NORMAL = Law(Gaussian(G))


def above(level: object) -> Probability:
    """Return the chance that one normal number is at least so large."""
    return Probability(Statement(G[0, 0], Relation.AT_LEAST, S(level)), NORMAL)


@pytest.mark.parametrize(("hits", "trials"), [(0, 40), (3, 40), (40, 40), (20, 41)])
def test_bounds_are_those_of_the_exact_tails(hits: int, trials: int) -> None:
    """At each end the tail of the binomial law, summed in rationals, is the half of the risk."""
    failure = Fraction(1, 1000)
    bounds = binomial_bounds(hits, trials, float(failure))

    def tail(p: Fraction, counts: range) -> Fraction:
        return sum(
            (comb(trials, count) * p**count * (1 - p) ** (trials - count) for count in counts),
            start=Fraction(0),
        )

    if hits:
        assert tail(bounds.lower, range(hits, trials + 1)) <= failure / 2
        assert tail(bounds.lower + Fraction(1, 2**18), range(hits, trials + 1)) > failure / 2
    if hits < trials:
        assert tail(bounds.upper, range(hits + 1)) <= failure / 2
        assert tail(bounds.upper - Fraction(1, 2**18), range(hits + 1)) > failure / 2
    assert bounds.lower <= Fraction(hits, trials) <= bounds.upper


def test_a_chance_is_decided_where_the_count_allows_it() -> None:
    """Half of all normal numbers are positive: 2/5 is too little, 1/2 is not decided."""
    case = Case({"sample": 5})
    verdicts = [
        decide(Statement(above(0), Relation.AT_MOST, bound), case)
        for bound in (Rational(2, 5), S.Half, Rational(3, 5))
    ]
    assert verdicts == [False, None, True]


def test_an_event_is_an_inequality_under_a_normal_law() -> None:
    """Other events and laws are refused."""
    same = Probability(Statement(G[0, 0], Relation.EQUAL, S.Zero), NORMAL)
    with pytest.raises(Unsupported, match="an event is an inequality"):
        evaluate(same, Case({}))
    other = Probability(above(0).event, Law(G))
    with pytest.raises(Unsupported, match="for normal matrices only"):
        evaluate(other, Case({}))


def test_the_mean_of_no_polynomial_over_a_normal_law_has_no_exact_value() -> None:
    """The mean length of a normal number is no sum of moments."""
    with pytest.raises(Unsupported, match="no polynomial of moments"):
        evaluate(Expectation(VectorNorm(G), NORMAL), Case({}))
    assert evaluate(Expectation(VectorNorm(G) ** 2, NORMAL), Case({})) == 1


def test_means_of_no_polynomials_are_summed_over_all_values() -> None:
    """The mean absolute value of a coin of 0 and 2 is 1."""
    law, _ = drawn_law(np.random.default_rng(0), {}, {"G": (1, 1, "shifted", {"scale": 1})})
    assert evaluate(Expectation(Abs(G[0, 0]), Law(G)), Case({"law": law})) == 1


def test_laws_have_the_moments_that_they_say() -> None:
    """Variance and fourth moment of each kind are those of its values; one is like the normal."""
    rng = np.random.default_rng(0)
    for kind in ("signs", "like normal", "rare", "lopsided", "shifted"):
        law, known = drawn_law(rng, {}, {"G": (1, 1, kind, {"scale": 1})})
        powers = [
            sum(chance * values["G"][0, 0] ** order for chance, values in law.outcomes())
            for order in range(5)
        ]
        assert powers[0] == 1
        assert known == {"v": powers[2] - powers[1] ** 2, "mu_4": powers[4]}
        if kind == "like normal":
            assert powers == [1, 0, 1, 0, 3]
    with pytest.raises(DomainError, match="no law 'cauchy'"):
        drawn_law(rng, {}, {"G": (1, 1, "cauchy")})


def claim(kind: Kind, level: object) -> Claim:
    """Return a claim about a chance, with a derivation that takes it for granted."""
    statement = Statement(above(1), Relation.AT_MOST, S(level))
    granted = Rule("granted", "", Relation.AT_MOST, lambda *_: True)
    proof = Derivation(statement.lhs).then(granted, statement.lhs, statement.rhs)
    case = Draw("explicit", {"values": {}, "sampled": True})
    return Claim(
        "test", kind, "", (statement,), lambda: (proof,), (case, case), (), DERIVED_HERE, "none"
    )


def test_the_risk_of_a_statistical_claim_adds_up() -> None:
    """The evidence of a statistical claim bounds the chance that any count misled."""
    evidence = examine(claim(Kind.STATISTICAL, Rational(1, 3)))
    assert evidence.trouble == ()
    assert evidence.decided == 2
    assert evidence.error_probability == pytest.approx(2 * FAILURE)
    assert examine(claim(Kind.BOUND, Rational(1, 3))).error_probability is None


def test_a_false_chance_is_refuted_and_a_close_one_undecided() -> None:
    """One normal number in 6.3 is above 1: less is false, as much is not to be counted."""
    assert examine(claim(Kind.STATISTICAL, Rational(1, 12))).verdict.value == "fails"
    assert examine(claim(Kind.STATISTICAL, Rational(1587, 10000))).verdict.value == "undecided"


def test_a_statement_without_drawn_nodes_has_no_risk() -> None:
    """Exact statements add nothing to the risk; each drawn node adds its own."""
    exact = Statement(SpectralNorm(G), Relation.AT_MOST, Integer(2))
    assert chance_of_error(exact) == 0
    both = Statement(above(1), Relation.AT_MOST, above(0))
    assert chance_of_error(both) == pytest.approx(2 * FAILURE)
