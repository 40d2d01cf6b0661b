"""The rules of chapter 6 refuse what does not follow."""

from dataclasses import replace
from typing import Any

import pytest
from sympy import (
    DiagMatrix,
    Identity,
    Integer,
    Inverse,
    MatrixSymbol,
    Max,
    OneMatrix,
    Rational,
    Symbol,
    ceiling,
    floor,
    log,
)

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Statement, check
from rnnmath.symbolic.nodes import Elementwise
from rnnmath.symbolic.norms import MinAbs, SmallestSingularValue, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import f_prime, k, n, t
from rnnmath.symbolic.quantities.crossing import FirstTime
from rnnmath.symbolic.tidy import diag, multiply
from rnnmath.theory import comparisons, least_stretch
from rnnmath.theory.constant_slopes import CONSTANT_SLOPES
from rnnmath.theory.logarithms import FIRST, crossing, first_time
from rnnmath.theory.norm_bound.crossing import FIRST_CROSSING, eps, s
from rnnmath.theory.norm_bound.factors import SUBMULTIPLICATIVE
from rnnmath.theory.norm_bound.objects import IS_FINITE, A, B, at_most, d, equal, y
from rnnmath.theory.norm_bound.ordered import DIAGONALS_COMMUTE
from rnnmath.theory.norm_bound.product import PRODUCT_BOUND

EQUAL, AT_MOST, LESS = Relation.EQUAL, Relation.AT_MOST, Relation.LESS
ONE, HALF = Integer(1), Rational(1, 2)
M = Symbol("m", integer=True, nonnegative=True)
BELOW_ONE = (Statement(s, LESS, ONE), Statement(eps, LESS, ONE))


def refuse(derivation: Derivation) -> None:
    """Demand that a forged derivation is refused."""
    with pytest.raises(BadDerivation):
        check(derivation)


def forged(derivation: Derivation, place: int, **changes: Any) -> Derivation:
    """Return a derivation with one step altered."""
    steps = list(derivation.steps)
    steps[place] = replace(steps[place], **changes)
    return replace(derivation, steps=tuple(steps))


def test_the_least_upper_bound_needs_its_premise() -> None:
    """Without the chain for an arbitrary column, or with a factor left out, nothing holds."""
    proof = SUBMULTIPLICATIVE.derive()[0]
    check(proof)
    refuse(forged(proof, 0, premises=()))
    refuse(forged(proof, 0, result=SpectralNorm(A), after=SpectralNorm(A)))


def test_squeeze_needs_both_halves_of_the_chain() -> None:
    """Equality at the ends is equality at both places between them."""
    proof = SUBMULTIPLICATIVE.derive()[1]
    check(proof)
    (step,) = proof.steps
    one_gap = Statement(step.result.lhs.args[0], EQUAL, Integer(0))
    refuse(forged(proof, 0, result=one_gap, after=one_gap))
    refuse(forged(proof, 0, premises=step.premises[::-1]))
    assert isinstance(step.result.lhs, Max)


def test_induction_refuses_a_factor_too_few() -> None:
    """The product of norms over a shorter range does not follow."""
    proof = PRODUCT_BOUND.derive()[0]
    check(proof)
    place = len(proof.steps) - 1
    shorter = proof.steps[place].result.xreplace({k: k + 1})
    refuse(forged(proof, place, result=shorter, after=shorter))


def test_induction_refuses_a_premise_that_supposes_the_goal() -> None:
    """The onward step may suppose the claim at t, not at t + 1."""
    proof = PRODUCT_BOUND.derive()[0]
    place = len(proof.steps) - 1
    base, onward = proof.steps[place].premises
    later = tuple(
        fact.renamed({t: t + 1}) if fact not in (at_most(k, t), IS_FINITE) else fact
        for fact in onward.given
    )
    refuse(forged(proof, place, premises=(base, replace(onward, given=later))))


def test_diagonals_commute_and_others_do_not() -> None:
    """``D = S^-1 D S`` is granted for diagonal S only."""
    D, S, X = diag(d), DiagMatrix(MatrixSymbol("s", n, 1)), MatrixSymbol("X", n, n)
    check(Derivation(D).then(DIAGONALS_COMMUTE, D, multiply(Inverse(S), D, S)))
    refuse(Derivation(D).then(DIAGONALS_COMMUTE, D, multiply(Inverse(X), D, X)))
    refuse(Derivation(D).then(DIAGONALS_COMMUTE, D, multiply(S, D, S)))


def test_equal_arguments_give_equal_slopes() -> None:
    """A constant column has a slope matrix that is a multiple of I; another column has not."""
    u = Symbol("u", real=True)
    constant = diag(Elementwise(f_prime, multiply(u, OneMatrix(n, 1))))
    check(Derivation(constant).then(CONSTANT_SLOPES, constant, f_prime(u) * Identity(n)))
    refuse(Derivation(constant).then(CONSTANT_SLOPES, constant, u * Identity(n)))
    other = diag(Elementwise(f_prime, d))
    refuse(Derivation(other).then(CONSTANT_SLOPES, other, f_prime(u) * Identity(n)))


@pytest.mark.parametrize("relation", [AT_MOST, LESS])
def test_crossing_needs_the_sign_of_the_logarithm(relation: Relation) -> None:
    """Dividing by ln s turns the inequality round only where s < 1 is given."""
    first = FirstTime(s, relation, eps)
    check(crossing(first, M, BELOW_ONE))
    refuse(crossing(first, M, BELOW_ONE[1:]))


def test_first_time_refuses_the_other_rounding() -> None:
    """The floor, or one more than needed, is not the first time."""
    first = FirstTime(s, AT_MOST, eps)
    proof = first_time(first, M, BELOW_ONE)
    check(proof)
    for wrong in (floor(log(eps) / log(s)), floor(log(eps) / log(s)) + 1):
        refuse(forged(proof, 0, result=wrong, after=wrong))


def test_first_time_refuses_a_count_that_is_spoken_of() -> None:
    """The count in the premise must be arbitrary."""
    given = (*BELOW_ONE, Statement(M, LESS, Integer(2)))
    proof = first_time(FirstTime(s, AT_MOST, eps), M, given)
    refuse(proof)
    assert proof.steps[0].rule is FIRST


def test_a_power_needs_a_nonnegative_exponent_and_a_bound() -> None:
    """``x^(t-k) <= c^(t-k)`` follows from x <= c and k <= t, from neither alone."""
    x = Symbol("x", nonnegative=True)
    facts = (at_most(x, s), at_most(k, t))
    start, end = x ** (t - k), s ** (t - k)
    rule = comparisons.POWER_OF_BOUNDED
    check(Derivation(start, given=facts).then(rule, start, end))
    for given in (facts[:1], facts[1:]):
        refuse(Derivation(start, given=given).then(rule, start, end))
    refuse(Derivation(start, given=facts).then(rule, start, s ** (t - k - 1)))


def test_an_equivalence_gives_its_left_side_only_with_its_right() -> None:
    """What is claimed to hold from some exponent on is not granted at any exponent."""
    rule = comparisons.by_equivalence(FIRST_CROSSING, 0, {})
    (count,) = FIRST_CROSSING.says[0].lhs.lhs.free_symbols - {s}
    start = s**count
    late = at_most(ceiling(log(eps) / log(s)), count)
    check(Derivation(start, given=(*BELOW_ONE, late)).then(rule, start, eps))
    refuse(Derivation(start, given=BELOW_ONE).then(rule, start, eps))
    refuse(Derivation(start, given=(late,)).then(rule, start, eps))


def test_positive_factors_and_sums_need_their_signs() -> None:
    """``0 < x y`` and ``x < x + y`` are refused where a sign is open."""
    x, z = Symbol("x", positive=True), Symbol("z", real=True)
    check(Derivation(Integer(0)).then(comparisons.POSITIVE_FACTORS, Integer(0), 2 * x))
    refuse(Derivation(Integer(0)).then(comparisons.POSITIVE_FACTORS, Integer(0), x * z))
    check(Derivation(z).then(comparisons.LESS_BY_A_POSITIVE, z, z + x))
    refuse(Derivation(x).then(comparisons.LESS_BY_A_POSITIVE, x, x + z))


def test_powers_multiply_at_one_exponent_only() -> None:
    """``x^m y^m`` is ``(x y)^m``, and ``x^m y^k`` is no power."""
    x, z, r = (Symbol(name, positive=True) for name in "xzr")
    count = Symbol("m", integer=True, positive=True)
    start = (1 + x) ** count * (1 - x) ** count
    check(Derivation(start).then(comparisons.POWERS_TOGETHER, start, (1 - x**2) ** count))
    refuse(Derivation(start).then(comparisons.POWERS_TOGETHER, start, (1 + x**2) ** count))
    mixed = (1 + x) ** count * (1 + z) ** r
    refuse(Derivation(mixed).then(comparisons.POWERS_TOGETHER, mixed, (1 + x) ** count))


def test_least_stretch_bounds_from_below_only() -> None:
    """``‖A v‖`` is at least ``sigma_min(A) ‖v‖``, not the norm's multiple."""
    length = VectorNorm(multiply(B, y))
    least = SmallestSingularValue(B) * VectorNorm(y)
    check(Derivation(length).then(least_stretch.LEAST_STRETCH, length, least))
    refuse(
        Derivation(length).then(
            least_stretch.LEAST_STRETCH, length, SpectralNorm(B) * VectorNorm(y)
        )
    )


def test_the_greatest_lower_bound_needs_an_arbitrary_column() -> None:
    """A column that the derivation speaks of shows nothing about the others."""
    v = MatrixSymbol("v", n, 1)
    smallest, core = MinAbs(d), SmallestSingularValue(DiagMatrix(d))
    start, end = smallest * VectorNorm(v), VectorNorm(multiply(DiagMatrix(d), v))
    rule = least_stretch.greatest_lower_bound(AT_MOST)

    def proof(given: tuple[Statement, ...]) -> Derivation:
        chain = Derivation(start, given=given).then(least_stretch.ENTRY_BY_ENTRY, start, end)
        return Derivation(smallest, given=given).then(rule, smallest, core, (chain,))

    check(proof(()))
    refuse(proof((equal(VectorNorm(v), 1),)))
