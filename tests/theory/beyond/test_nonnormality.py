"""The claims on matrices that are not normal hold, and every way to break them is noticed."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import E, MatrixSymbol, Sum, Symbol, oo, sqrt

from rnnmath.claim import Claim, Mutant
from rnnmath.errors import BadDerivation, Refuted
from rnnmath.numeric.exact.nonnormality import kreiss_constant, power_supremum
from rnnmath.symbolic.calculus import Jacobian
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.derivation import check as check_derivation
from rnnmath.symbolic.norms import FrobeniusNorm, MaxAbs, SpectralNorm, SpectralRadius, VectorNorm
from rnnmath.symbolic.notation import n, time
from rnnmath.symbolic.quantities.nonnormality import (
    KreissConstant,
    PowerSupremum,
    ResolventNorm,
    StrictUpper,
)
from rnnmath.theory.beyond.nonnormality import CLAIMS, HENRICI, HENRICI_SCHUR, KREISS, henrici
from rnnmath.theory.beyond.nonnormality import resolvent_rules as resolvent
from rnnmath.theory.beyond.nonnormality import triangular_rules as triangular
from rnnmath.theory.beyond.nonnormality.objects import (
    binomial_bound,
    commutator,
    eigenvalues,
    nilpotent_part,
    triangle,
)
from rnnmath.theory.eigenvalue_intuition.objects import COUNT, J, c, compare, power
from rnnmath.verify import check

IDS = ("kreiss", "henrici-schur", "henrici")


def test_chapter_holds_its_claims() -> None:
    """The chapter states what the theory says of Kreiss and Henrici."""
    assert tuple(claim.id for claim in CLAIMS) == IDS


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("claim", CLAIMS, ids=IDS)
def test_claim_is_green(claim: Claim, seed: int) -> None:
    """Each claim holds: derived, decided on every case, all mutants killed, all witnesses break."""
    evidence = check(claim, seed=seed)
    assert evidence.derived
    assert evidence.mutants.total == evidence.mutants.reached == len(claim.mutants)
    assert evidence.hypotheses.total == evidence.hypotheses.reached > 0
    assert evidence.decided == evidence.admissible * len(claim.says)


PLANTED = [(claim, mutant) for claim in CLAIMS for mutant in claim.mutants]


@pytest.mark.parametrize(
    ("claim", "mutant"), PLANTED, ids=[f"{claim.id}: {mutant.note}" for claim, mutant in PLANTED]
)
def test_planted_error_is_refuted(claim: Claim, mutant: Mutant) -> None:
    """A claim that states one of its mutants instead is refuted."""
    given = claim.given if not mutant.draws else ()
    broken = replace(
        claim, says=(mutant.says,), draws=mutant.draws or claim.draws, given=given, mutants=()
    )
    with pytest.raises(Refuted, match=claim.id):
        check(broken)


_above, _size = FrobeniusNorm(nilpotent_part), VectorNorm(eigenvalues)
_index = time("j")
_series = Sum((1 + c) ** (-_index - 1) * PowerSupremum(J), (_index, 0, oo))
FORGED: dict[str, tuple[Any, ...]] = {
    "a peak that need not exist": (
        resolvent.BELOW_PEAK,
        SpectralNorm(power(J, COUNT)),
        PowerSupremum(J),
    ),
    "a geometric series with a start too many": (
        resolvent.GEOMETRIC,
        (1 + c) * _series,
        PowerSupremum(J),
    ),
    "the theorem without n": (
        resolvent.KREISS_SPIJKER,
        PowerSupremum(J),
        E * KreissConstant(J),
    ),
    "words of a matrix not known triangular": (
        triangular.WORDS,
        SpectralNorm(power(triangle, COUNT)),
        binomial_bound(MaxAbs(eigenvalues), _above),
    ),
    "entries that may overlap": (
        triangular.SPLIT_ENTRIES,
        FrobeniusNorm(triangle) ** 2,
        _size**2 + _above**2,
    ),
    "Gram matrices too close": (
        triangular.GRAMS_APART,
        FrobeniusNorm(commutator(nilpotent_part)),
        _above**2,
    ),
    "two pairs with too small a constant": (
        triangular.TWO_PAIRS,
        2 * _size * _above + sqrt(2) * _above**2,
        2 * _above * sqrt(_size**2 + _above**2),
    ),
    "another matrix put in": (triangular.PUT_IN, FrobeniusNorm(J), FrobeniusNorm(triangle)),
    "the commutator in the wrong rule": (
        henrici.OVER_THE_COMPLEX_NUMBERS,
        FrobeniusNorm(commutator(J)),
        2 * FrobeniusNorm(J),
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_forged_step_is_refused(forged: tuple[Any, ...]) -> None:
    """No rule of the chapter justifies a line that does not follow."""
    rule, focus, result = forged
    with pytest.raises(BadDerivation, match=rule.name.split()[0]):
        check_derivation(Derivation(focus).then(rule, focus, result))


def test_words_need_all_but_the_last() -> None:
    """With N strictly upper, words are cut at n - 1 letters N, and not one letter before."""
    given = (Statement(nilpotent_part, Relation.EQUAL, StrictUpper(nilpotent_part)),)
    focus = SpectralNorm(power(triangle, COUNT))
    whole = binomial_bound(MaxAbs(eigenvalues), _above)
    check_derivation(Derivation(focus, given=given).then(triangular.WORDS, focus, whole))
    short = binomial_bound(MaxAbs(eigenvalues), _above, last=n - 2)
    with pytest.raises(BadDerivation, match="words"):
        check_derivation(Derivation(focus, given=given).then(triangular.WORDS, focus, short))


def test_upper_halves_are_cited() -> None:
    """The two theorems that are not derived are single lines that say so."""
    for claim, index, rule in ((KREISS, 1, "Kreiss"), (HENRICI, 1, "Henrici")):
        (step,) = claim.derive()[index].steps
        assert rule in step.rule.name
        assert step.rule.claim is None


def test_general_statement_rests_on_the_triangular_one() -> None:
    """What holds for all matrices is taken from the triangular form, line by line."""
    uses = frozenset().union(*(proof.uses for proof in HENRICI.derive()))
    assert uses == {HENRICI_SCHUR.id}


def test_sample_outside_the_circle_is_asked_for() -> None:
    """The resolvent bounds the peak where |z| > 1 is given, and not without it."""
    lower = KREISS.derive()[0]
    inside = tuple(fact for fact in lower.given if fact != compare(1, "<", lower.given[1].rhs))
    steps = tuple(replace(step, given=inside) for step in lower.steps)
    with pytest.raises(BadDerivation):
        check_derivation(replace(lower, steps=steps, given=inside))


def test_shift_shows_the_size_in_the_theorem() -> None:
    """At n = 2 one matrix has a peak above e times its certified Kreiss constant."""
    mutant = KREISS.mutants[0]
    assert mutant.says.rhs == E * KreissConstant(J)
    shift = [[int(v) for v in row] for row in mutant.draws[0].options["values"]["J"].tolist()]
    above_e = Fraction(272, 100)
    assert power_supremum(shift).lower > above_e * kreiss_constant(shift).upper


def test_nothing_is_put_into_a_derivative() -> None:
    """What is given of a matrix replaces it in a norm, and not below a derivative."""
    given = (Statement(J, Relation.EQUAL, triangle),)
    size = FrobeniusNorm(J)
    check_derivation(
        Derivation(size, given=given).then(triangular.PUT_IN, size, FrobeniusNorm(triangle))
    )
    column = MatrixSymbol("x", n, 1)
    slope, other = (Jacobian(matrix * column, column) for matrix in (J, triangle))
    with pytest.raises(BadDerivation, match="put in"):
        check_derivation(Derivation(slope, given=given).then(triangular.PUT_IN, slope, other))


def test_the_index_of_a_series_is_free_nowhere_else() -> None:
    """``‖z‖ = 1 + j`` for one j says nothing of the terms of a series in j."""
    index, place = Symbol("j", integer=True, positive=True), MatrixSymbol("z", 2, 1)
    shrinks = compare(SpectralRadius(J), "<", 1)
    focus = ResolventNorm(J, place)
    for size, beyond in ((1 + index, False), (1 + Symbol("b", positive=True), True)):
        terms = Sum(size ** (-index - 1) * SpectralNorm(J**index), (index, 0, oo))
        known = Statement(VectorNorm(place), Relation.EQUAL, size)
        chain = Derivation(focus, given=(shrinks, known))
        step = chain.then(resolvent.NEUMANN, focus, terms).steps[0]
        assert resolvent.NEUMANN.justify(focus, terms, step) == beyond
