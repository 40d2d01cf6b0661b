"""The two rules that define the norm: an upper bound, and the least one."""

from dataclasses import replace

import pytest
from sympy import MatrixSymbol

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import m, n, size
from rnnmath.theory.stretch import LEAST_UPPER_BOUND, STRETCH, least_upper_bound

p = size("p")
A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, p)
v, w = MatrixSymbol("v", p, 1), MatrixSymbol("w", n, 1)
BOUND = SpectralNorm(A) * SpectralNorm(B)


def twice(start: Derivation, column: object) -> Derivation:
    """Go from ``‖A B v‖`` to ``‖A‖ ‖B‖ ‖v‖``."""
    inner = VectorNorm(B * column)
    chain = start.then(STRETCH, start.start, SpectralNorm(A) * inner)
    return chain.then(STRETCH, inner, SpectralNorm(B) * VectorNorm(column))


def test_product_is_bounded() -> None:
    """Two stretches, one after the other, bound the norm of a product."""
    proof = least_upper_bound(A * B, BOUND, twice)
    check(proof)
    assert proof.statement == Statement(SpectralNorm(A * B), Relation.AT_MOST, BOUND)


def test_stretch_goes_one_way() -> None:
    """The norm bounds a stretch from above; it is no equation, and order matters."""
    image = VectorNorm(A * w)
    check(Derivation(image).then(STRETCH, image, SpectralNorm(A) * VectorNorm(w)))
    for wrong in (SpectralNorm(A), SpectralNorm(A.T) * VectorNorm(w), VectorNorm(w)):
        with pytest.raises(BadDerivation):
            check(Derivation(image).then(STRETCH, image, wrong))


def test_bound_may_not_mention_the_column() -> None:
    """A bound that depends on the column is no bound for every column."""
    image = VectorNorm(A * w)
    ratio = image / VectorNorm(w)
    premise = Derivation(image)
    wrong = Derivation(SpectralNorm(A)).then(LEAST_UPPER_BOUND, SpectralNorm(A), ratio, (premise,))
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(wrong)


def test_matrix_may_not_mention_the_column() -> None:
    """A column that stands in the matrix is no arbitrary column."""
    matrix = A * w * w.T
    bound = SpectralNorm(A * w * w.T)
    premise = Derivation(VectorNorm(matrix * w)).then(
        STRETCH, VectorNorm(matrix * w), bound * VectorNorm(w)
    )
    wrong = Derivation(bound).then(LEAST_UPPER_BOUND, bound, bound, (premise,))
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(wrong)


def test_hypotheses_may_not_mention_the_column() -> None:
    """What is shown for a column with a property is not shown for every column."""
    given = (Statement(VectorNorm(A * w), Relation.EQUAL, VectorNorm(w)),)
    granted = Rule("granted", "", Relation.EQUAL, lambda *_: True)
    premise = Derivation(VectorNorm(A * w), given=given)
    premise = premise.then(granted, premise.start, VectorNorm(w))
    wrong = Derivation(SpectralNorm(A), given=given)
    wrong = wrong.then(
        LEAST_UPPER_BOUND, SpectralNorm(A), VectorNorm(w) / VectorNorm(w), (premise,)
    )
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(wrong)


def test_premise_must_reach_the_bound() -> None:
    """A premise that ends elsewhere, or that bounds from below, proves nothing."""
    proof = least_upper_bound(A * B, BOUND, twice)
    (step,) = proof.steps
    (premise,) = step.premises
    short = replace(premise, steps=premise.steps[:-1])
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(replace(proof, steps=(replace(step, premises=(short,)),)))
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(replace(proof, steps=(replace(step, premises=()),)))
    below = Rule("granted", "", Relation.AT_LEAST, lambda *_: True)
    backward = Derivation(premise.start).then(below, premise.start, premise.end)
    with pytest.raises(BadDerivation, match="least upper bound"):
        check(replace(proof, steps=(replace(step, premises=(backward,)),)))


def test_factor_comes_out_of_the_supremum() -> None:
    """A nonnegative factor passes through the least upper bound, one of unknown sign does not."""
    norm = SpectralNorm(A)

    def stretched(start: Derivation, column: object) -> Derivation:
        return start.then(STRETCH, VectorNorm(A * column), norm * VectorNorm(column))

    check(least_upper_bound(A, norm * VectorNorm(v), stretched, factor=VectorNorm(v)))
    signed = Derivation(-norm).then(
        LEAST_UPPER_BOUND, -norm, -norm, (Derivation(-norm * VectorNorm(w)),)
    )
    with pytest.raises(BadDerivation):
        check(signed)
