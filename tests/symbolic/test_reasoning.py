"""Induction, products and terms refuse every step that does not follow."""

import pytest
from sympy import Identity, Integer, MatrixSymbol, Symbol, ZeroMatrix, floor

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, check
from rnnmath.symbolic.derivation.algebra import COMMON_FACTOR, ENTRY_BY_ENTRY
from rnnmath.symbolic.derivation.reasoning import (
    EMPTY_PRODUCT,
    HYPOTHESIS,
    PEEL,
    SPLIT,
    SYMMETRY,
    TERM_BY_TERM,
    induction,
    not_before,
)
from rnnmath.symbolic.nodes import IndexedSum, OrderedProduct, hadamard
from rnnmath.symbolic.notation import T, W, a, h, j, k, n, t
from rnnmath.symbolic.tidy import add, diag, multiply

A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
POWER = OrderedProduct(W, (j, k + 1, t))
VARYING = OrderedProduct(diag(a[j]), (j, k + 1, t))
CLAIMED = OrderedProduct(diag(h[j]), (j, k + 1, t))


def at_most(left: object, right: object) -> Statement:
    """Return ``left <= right``."""
    return Statement(left, Relation.AT_MOST, right)


def equation(left: object, right: object) -> Statement:
    """Return ``left = right``."""
    return Statement(left, Relation.EQUAL, right)


IN_ORDER = at_most(k, t)


def test_order_of_times_adds_up_two_facts_and_no_more() -> None:
    """What follows from the facts is granted, and its converse is not."""
    given = (at_most(k, j), at_most(j, t))
    assert not_before(t, k, given)
    assert not_before(t + 1, k + 1, given)
    assert not not_before(t, k + 1, given)
    assert not not_before(k, t, given)
    assert not not_before(t, k, ())


def inductive(
    *, given: tuple[Statement, ...], base_given: tuple[Statement, ...] | None = None
) -> Derivation:
    """Return a step by induction that VARYING equals itself, under the assumptions."""
    start = VARYING.xreplace({t: k})
    base = Derivation(start, given=given if base_given is None else base_given)
    base = base.then(EMPTY_PRODUCT, start, Identity(n))
    onward_given = (*given, equation(VARYING, VARYING))
    onward = Derivation(VARYING.xreplace({t: t + 1}), given=onward_given)
    whole = Derivation(VARYING, given=given)
    return whole.then(induction(t, k), VARYING, VARYING, (base, onward))


def test_induction_reaches_the_times_from_its_start_on() -> None:
    """Induction proves an equation where the start comes first."""
    check(inductive(given=(IN_ORDER,)))


@pytest.mark.parametrize(
    "given",
    [(), (at_most(Integer(5), t),), (at_most(k, t), at_most(Integer(5), t)), (at_most(t, k),)],
    ids=["nothing", "another start", "a fact that fails on the way", "the wrong way"],
)
def test_induction_needs_its_range(given: tuple[Statement, ...]) -> None:
    """Without its start before the end, or with facts that fail on the way, nothing follows."""
    with pytest.raises(BadDerivation, match="induction on t"):
        check(inductive(given=given))


def test_induction_may_suppose_an_upper_end() -> None:
    """A fact that holds of every earlier time too does no harm."""
    check(inductive(given=(IN_ORDER, at_most(t, T))))


def test_induction_refuses_a_base_that_supposes_more() -> None:
    """The base must suppose what the whole supposes."""
    with pytest.raises(BadDerivation, match="induction on t"):
        check(inductive(given=(IN_ORDER,), base_given=(IN_ORDER, at_most(t, k))))


def test_induction_refuses_a_false_onward_step() -> None:
    """An equation that holds at the start and is not carried on is not proven."""
    base = Derivation(VARYING.xreplace({t: k}), given=(IN_ORDER,))
    base = base.then(EMPTY_PRODUCT, base.start, Identity(n))
    onward = Derivation(VARYING.xreplace({t: t + 1}), given=(IN_ORDER, equation(VARYING, CLAIMED)))
    whole = Derivation(VARYING, given=(IN_ORDER,))
    with pytest.raises(BadDerivation, match="induction on t"):
        check(whole.then(induction(t, k), VARYING, CLAIMED, (base, onward)))


def test_induction_and_terms_run_through_all_numbers() -> None:
    """A time that is even, or positive with a start at 0, skips steps; so does an index."""
    even = Symbol("t", integer=True, nonnegative=True, even=True)
    positive = Symbol("t", integer=True, positive=True)
    for time, start in ((even, 0), (positive, 0)):
        claimed = floor((time + 1) / 2) if time is even else floor(time / 2)
        rule = Rule("granted", "", Relation.EQUAL, lambda *_: True)
        base = Derivation(claimed.xreplace({time: Integer(start)}))
        base = base.then(rule, base.end, time.xreplace({time: Integer(start)}) / 2)
        onward = Derivation(
            claimed.xreplace({time: time + 1}), given=(equation(claimed, time / 2),)
        )
        onward = onward.then(rule, onward.end, (time + 1) / 2)
        chain = Derivation(claimed)
        with pytest.raises(BadDerivation, match="induction"):
            check(chain.then(induction(time, start), claimed, time / 2, (base, onward)))
    whole, other = (IndexedSum(part * a[t], (even, 1, T)) for part in (even, 2 * floor(even / 2)))
    within = (at_most(1, even), at_most(even, T))
    term = Derivation(whole.term, given=within)
    with pytest.raises(BadDerivation, match="term by term"):
        check(Derivation(whole).then(TERM_BY_TERM, whole, other, (term,)))


def test_hypothesis_is_what_is_given_and_nothing_else() -> None:
    """An equation that is given may be used, inside a product too; its converse may not."""
    given = (equation(multiply(A, B), C),)
    check(Derivation(multiply(A, B), given=given).then(HYPOTHESIS, multiply(A, B), C))
    product = multiply(C, A, B, A)
    check(Derivation(product, given=given).then(HYPOTHESIS, product, multiply(C, C, A)))
    for focus, result in ((C, multiply(A, B)), (multiply(B, A), C), (product, multiply(C, A, C))):
        with pytest.raises(BadDerivation, match="hypothesis"):
            check(Derivation(focus, given=given).then(HYPOTHESIS, focus, result))


def test_newest_factor_needs_a_factor() -> None:
    """A product may be peeled where it holds a factor, and not where it may be empty."""
    peeled = multiply(diag(a[t]), VARYING.xreplace({t: t - 1}))
    check(Derivation(VARYING, given=(at_most(k + 1, t),)).then(PEEL, VARYING, peeled))
    with pytest.raises(BadDerivation, match="newest factor"):
        check(Derivation(VARYING, given=(IN_ORDER,)).then(PEEL, VARYING, peeled))


def test_newest_factor_stands_on_the_left() -> None:
    """The newest factor taken off on the right is refused."""
    forged = multiply(VARYING.xreplace({t: t - 1}), diag(a[t]))
    with pytest.raises(BadDerivation, match="newest factor"):
        check(Derivation(VARYING, given=(at_most(k + 1, t),)).then(PEEL, VARYING, forged))


def test_split_needs_a_cut_inside() -> None:
    """A product is cut between its ends only, and the newer part stands on the left."""
    cut = t - 1
    newer, older = VARYING.xreplace({k: cut}), VARYING.xreplace({t: cut})
    inside = (at_most(k + 1, t),)
    check(Derivation(VARYING, given=inside).then(SPLIT, VARYING, multiply(newer, older)))
    with pytest.raises(BadDerivation, match="split"):
        check(Derivation(VARYING).then(SPLIT, VARYING, multiply(newer, older)))
    with pytest.raises(BadDerivation, match="split"):
        check(Derivation(VARYING, given=inside).then(SPLIT, VARYING, multiply(older, newer)))


@pytest.mark.parametrize("length", [0, 1])
def test_only_an_empty_product_is_the_identity(length: int) -> None:
    """A product with a factor, or of unknown length, is not the identity."""
    product = OrderedProduct(W, (j, k + 1, k + length))
    step = Derivation(product).then(EMPTY_PRODUCT, product, Identity(n))
    if length == 0:
        check(step)
    else:
        with pytest.raises(BadDerivation, match="empty product"):
            check(step)
    with pytest.raises(BadDerivation, match="empty product"):
        check(Derivation(POWER).then(EMPTY_PRODUCT, POWER, Identity(n)))


def test_reading_backward_needs_the_equation() -> None:
    """``B = A`` follows from a derivation of ``A = B`` and from no other."""
    given = (equation(A, B),)
    forward = Derivation(A, given=given).then(HYPOTHESIS, A, B)
    check(Derivation(B, given=given).then(SYMMETRY, B, A, (forward,)))
    with pytest.raises(BadDerivation, match="read backward"):
        check(Derivation(B, given=given).then(SYMMETRY, B, C, (forward,)))
    with pytest.raises(BadDerivation, match="read backward"):
        check(Derivation(B).then(SYMMETRY, B, A, (forward,)))


def termwise(given: tuple[Statement, ...], *, within: tuple[Statement, ...]) -> Derivation:
    """Return a step that rewrites the terms of a sum by an equation that is given."""
    left, right = (IndexedSum(vector[j], (j, Integer(1), T)) for vector in (a, h))
    premise = Derivation(a[j], given=(*given, *within)).then(HYPOTHESIS, a[j], h[j])
    return Derivation(left, given=given).then(TERM_BY_TERM, left, right, (premise,))


RANGE = (at_most(Integer(1), j), at_most(j, T))


def test_terms_may_not_lean_on_facts_about_a_symbol_of_the_same_name() -> None:
    """What is given of j says nothing of the index j of a sum."""
    with pytest.raises(BadDerivation, match="term by term"):
        check(termwise((equation(a[j], h[j]),), within=RANGE))


def test_terms_may_not_suppose_more_than_their_range() -> None:
    """A premise may use the range of the index and nothing besides."""
    with pytest.raises(BadDerivation, match="term by term"):
        check(termwise((), within=(*RANGE, equation(a[j], h[j]))))


def test_terms_equal_within_their_range_give_equal_sums() -> None:
    """A premise about the term, under the range of the index, is enough."""
    whole, other = (IndexedSum(multiply(A, add(B, C), a[j]), (j, Integer(1), T)), None)
    term = whole.term
    other = IndexedSum(add(multiply(A, B), multiply(A, C)) * a[j], (j, Integer(1), T))
    premise = Derivation(term, given=RANGE)
    assert premise.end == term
    with pytest.raises(BadDerivation, match="term by term"):
        check(Derivation(whole).then(TERM_BY_TERM, whole, other, (premise,)))
    check(Derivation(whole).then(TERM_BY_TERM, whole, whole, (premise,)))


def test_common_factor_stands_first() -> None:
    """``AB + AC = A(B + C)`` both ways; a factor that stands last is not taken out in front."""
    apart, together = add(multiply(A, B), multiply(A, C)), multiply(A, add(B, C))
    check(Derivation(apart).then(COMMON_FACTOR, apart, together))
    check(Derivation(together).then(COMMON_FACTOR, together, apart))
    with_unit = add(A, multiply(A, B))
    check(Derivation(with_unit).then(COMMON_FACTOR, with_unit, multiply(A, add(Identity(n), B))))
    for forged in (multiply(add(B, C), A), multiply(A, add(B, B)), ZeroMatrix(n, n)):
        with pytest.raises(BadDerivation, match="common factor"):
            check(Derivation(apart).then(COMMON_FACTOR, apart, forged))


def test_diagonal_times_a_column_is_entry_by_entry() -> None:
    """``diag(v) u = v o u`` for a column u, not for a matrix."""
    product = multiply(diag(a[t]), h[t])
    check(Derivation(product).then(ENTRY_BY_ENTRY, product, hadamard(a[t], h[t])))
    with pytest.raises(BadDerivation, match="diagonal times a column"):
        check(Derivation(product).then(ENTRY_BY_ENTRY, product, hadamard(a[t], h[k])))
    square = multiply(diag(a[t]), W)
    with pytest.raises(BadDerivation, match="diagonal times a column"):
        check(Derivation(square).then(ENTRY_BY_ENTRY, square, W))
