"""Enclosures of norms: rational arithmetic judges each one, and nothing that is guessed can lie."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import exact
from rnnmath.numeric.enclose import (
    Enclosure,
    along,
    product_norm,
    smallest_singular_value,
    spectral,
    spectral_norm,
)
from rnnmath.numeric.enclose.lanczos import Guess, start_of_size

Rng = np.random.Generator

#: Ways to draw a matrix; each one breaks a habit that a sloppy proof may rest on.
STYLES: dict[str, Callable[[Rng, int, int], Any]] = {
    "gaussian": lambda rng, m, n: rng.normal(size=(m, n)),
    "rank one": lambda rng, m, n: rng.normal(size=(m, 1)) @ rng.normal(size=(1, n)),
    "orthogonal": lambda rng, m, n: np.linalg.qr(rng.normal(size=(9, 9)))[0][:m, :n],
    "nearly orthogonal": lambda rng, m, n: np.eye(9)[:m, :n] + 1e-9 * rng.normal(size=(m, n)),
    "graded": lambda rng, m, n: rng.normal(size=(m, n)) * 10.0 ** rng.integers(-12, 12, (m, 1)),
    "scattered": lambda rng, m, n: rng.normal(size=(m, n)) * 10.0 ** rng.uniform(-300, 8, (m, n)),
    "scaled": lambda rng, m, n: rng.normal(size=(m, n)) * 2.0 ** int(rng.integers(-1020, 1015)),
    "integer": lambda rng, m, n: rng.integers(-3, 4, (m, n)).astype(float),
    "repeated": lambda rng, m, n: np.eye(m, n) * float(rng.integers(1, 4)),
    "defective": lambda rng, m, n: np.eye(m, n) + np.eye(m, n, 1) * float(rng.integers(1, 9)),
    "vandermonde": lambda rng, m, n: np.vander(rng.normal(size=m), n),
    "single": lambda rng, m, n: rng.normal(size=(m, n)).astype(np.float32),
}


def drawn(style: str, seed: int) -> Any:
    """Return a matrix of up to 7 rows and 6 columns."""
    rng = np.random.default_rng([seed, *style.encode()])
    m, n = (int(size) for size in rng.integers(1, [8, 7]))
    return STYLES[style](rng, m, n)


def judged(found: Enclosure, truth: exact.Interval) -> bool:
    """Tell whether rational arithmetic finds the value between the bounds."""
    return bool(found.lower <= truth.upper and truth.lower <= found.upper)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(12))
def test_spectral_norm_lies_between_the_bounds(style: str, seed: int) -> None:
    """Exact L D L' agrees with every enclosure, and the width is some units in the last place."""
    A = drawn(style, seed)
    found = spectral_norm(A)
    assert judged(found, exact.spectral_norm(A, bits=70))
    assert found.width <= Fraction(4, 10**15) * found.upper


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(8))
def test_smallest_singular_value_lies_between_the_bounds(style: str, seed: int) -> None:
    """Exact L D L' agrees with every enclosure, tall, square or wide."""
    A = drawn(style, seed)
    found = smallest_singular_value(A)
    assert judged(found, exact.smallest_singular_value(A, bits=70))


@pytest.mark.parametrize("style", ["gaussian", "rank one", "orthogonal", "graded", "scaled"])
@pytest.mark.parametrize("seed", range(6))
def test_product_norm_lies_between_the_bounds(style: str, seed: int) -> None:
    """The enclosure holds for the exact product, rounding of the products included."""
    rng = np.random.default_rng([seed, len(style)])
    factors = [STYLES[style](rng, 3, 3) for _ in range(seed + 1)]
    truth = np.eye(3, dtype=int).astype(object)
    for factor in factors:
        truth = np.vectorize(Fraction, otypes=[object])(factor) @ truth
    assert judged(product_norm(factors), exact.spectral_norm(truth, bits=70))


@pytest.mark.parametrize("style", STYLES)
def test_bounds_moved_inward_are_rejected(style: str) -> None:
    """The judge sees an upper bound that is too low, and a lower one that is too high."""
    A = drawn(style, 3)
    found, truth = spectral_norm(A), exact.spectral_norm(A, bits=70)
    if found.upper == 0:
        return
    step = found.upper * Fraction(20, 2**52)
    assert not judged(Enclosure(0, found.lower - step, "moved"), truth)
    assert not judged(Enclosure(found.upper + step, 2 * found.upper, "moved"), truth)


@pytest.mark.parametrize("style", ["gaussian", "orthogonal", "graded", "rank one"])
@pytest.mark.parametrize("seed", range(6))
def test_wrong_guess_never_gives_a_wrong_bound(
    style: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vector and eigenvalues drawn at random make the enclosure wide, not wrong."""
    rng = np.random.default_rng(seed)

    def nonsense(size: int) -> Guess:
        vector = rng.normal(size=size)
        first, second = sorted(rng.uniform(0, 3, 2), reverse=True)
        return Guess(first, second, vector / np.linalg.norm(vector))

    monkeypatch.setattr(spectral, "largest", lambda _, start, **__: nonsense(len(start)))
    monkeypatch.setattr(spectral, "_guess", lambda gram: nonsense(len(gram)))
    A = drawn(style, seed)
    assert judged(spectral_norm(A), exact.spectral_norm(A, bits=70))


def test_error_terms_carry_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the residual in Temple's bound, rational arithmetic refutes the enclosure."""
    honest = along.measure

    def forgetful(*arguments: Any) -> along.Along:
        found = honest(*arguments)
        return along.Along(found.lower, found.upper, 0.0)

    def tilted(size: int) -> Guess:
        vector = np.ones(size)
        vector[0] = 20.0
        return Guess(1.0, 0.25, vector / np.linalg.norm(vector))

    monkeypatch.setattr(spectral, "measure", forgetful)
    monkeypatch.setattr(spectral, "largest", lambda _, start, **__: tilted(len(start)))
    monkeypatch.setattr(spectral, "_guess", lambda gram: tilted(len(gram)))
    A = np.diag([1.0, 0.5, 0.5])
    assert not judged(spectral_norm(A), exact.spectral_norm(A, bits=70))


def test_tiers_are_chosen_by_themselves() -> None:
    """Each tier is taken where it is enough."""
    rng = np.random.default_rng(0)
    square = rng.normal(size=(40, 40))
    assert spectral_norm(np.zeros((2, 3))).tier == "zero"
    assert spectral_norm(np.outer(square[0], square[1])).tier == "trace"
    assert spectral_norm(square).tier == "gap"
    assert spectral_norm(np.linalg.qr(square)[0]).tier == "no gap"
    assert smallest_singular_value(square[:3]).tier == "wide"
    assert smallest_singular_value(square).tier == "gap"
    assert smallest_singular_value(np.diag([1.0, 1e-12, 1e-13])).tier == "inverse"
    assert smallest_singular_value(np.ones((3, 2))).tier == "singular"


@pytest.mark.parametrize("size", [1, 2, 33, 97, 130])
def test_sizes_on_both_sides_of_every_switch(size: int) -> None:
    """The dense guess and the Lanczos guess lead to enclosures that overlap LAPACK's number."""
    A = np.random.default_rng(size).normal(size=(size, size))
    found = spectral_norm(A)
    near = Fraction(float(np.linalg.norm(A, 2)))
    assert abs(near - found.lower) <= found.upper * Fraction(size + 20, 2**52)
    assert found.width <= Fraction(4, 10**15) * found.upper


@pytest.mark.parametrize("count", [1, 2, 9, 60])
@pytest.mark.parametrize("size", [61, 130])
def test_equal_singular_values_among_smaller_ones(size: int, count: int) -> None:
    """Where the largest value is repeated, exactly or nearly, the enclosure is as narrow."""
    values = np.linspace(0, 1, size)
    values[-count:] = 1
    found = spectral_norm(np.diag(values))
    assert found.lower <= 1 <= found.upper
    assert found.width <= Fraction(4, 10**15)
    rng = np.random.default_rng(size)
    left, right = (np.linalg.qr(rng.normal(size=(size, size)))[0] for _ in "ab")
    values[-count:] -= 1e-9 * np.arange(count)
    assert spectral_norm((left * values) @ right).width <= Fraction(4, 10**15)


def test_start_without_the_singular_vector_is_no_trouble() -> None:
    """A row orthogonal to the vector that the guess starts from is enclosed like any other."""
    start = start_of_size(97)
    A = np.zeros((97, 97))
    A[0, :2] = start[1], -start[0]
    truth = exact.spectral_norm(A[:1, :2], bits=70)
    assert judged(spectral_norm(A), truth)


def test_norms_beyond_the_range_of_floats_are_rational() -> None:
    """A norm that overflows float64 is still enclosed, and one below its range too."""
    huge = spectral_norm(np.full((3, 3), 1.7e308))
    assert huge.lower > Fraction(5 * 10**308)
    least = math.ulp(0.0)
    small = spectral_norm(np.array([[least]]))
    assert small.lower <= Fraction(least) <= small.upper


def test_layout_of_memory_does_not_matter() -> None:
    """Strided, transposed, read-only and integer arrays are read as they are, and not written."""
    base = np.random.default_rng(1).normal(size=(8, 9))
    view = base[::2, ::3]
    found = spectral_norm(view)
    assert found == spectral_norm(np.asfortranarray(view)) == spectral_norm(view.copy())
    frozen = view.copy()
    frozen.setflags(write=False)
    assert spectral_norm(frozen) == found
    whole = np.array([[3, 0], [4, 0]])
    assert spectral_norm(whole) == spectral_norm(whole.astype(float))
    assert (base == np.random.default_rng(1).normal(size=(8, 9))).all()


@pytest.mark.parametrize("function", [spectral_norm, smallest_singular_value])
@pytest.mark.parametrize(
    ("bad", "error", "said"),
    [
        ([[math.nan]], DomainError, "A"),
        ([[math.inf, 1.0]], DomainError, "A"),
        (np.ones(3), ShapeMismatch, r"A must be a matrix .*\(3,\)"),
        (np.ones((2, 0)), ShapeMismatch, "at least one entry"),
        (np.ones((2, 2), dtype=complex), DomainError, "complex128"),
        (np.array([[Fraction(1)]], dtype=object), DomainError, "exact takes Fractions"),
        (np.array([[2**60 + 1]]), DomainError, "float64 can't represent"),
        ([[1.0], [1.0, 2.0]], ShapeMismatch, "A"),
        (np.ones((2, 2), dtype=bool), DomainError, "bool"),
    ],
)
def test_bad_input_is_refused(function: Any, bad: Any, error: type[Exception], said: str) -> None:
    """What is no matrix of floats gets an error that names it."""
    with pytest.raises(error, match=said):
        function(bad)


def test_bad_chains_are_refused() -> None:
    """A chain needs factors, and each must fit the one before."""
    with pytest.raises(ShapeMismatch, match="at least one"):
        product_norm([])
    with pytest.raises(ShapeMismatch, match=r"factors\[1\].*does not fit"):
        product_norm([np.eye(2), np.eye(3)])
    with pytest.raises(DomainError, match=r"factors\[1\]"):
        product_norm([np.eye(2), np.full((2, 2), math.nan)])


def test_chain_of_a_zero_factor() -> None:
    """A zero factor leaves what rounding could have left, near 0."""
    found = product_norm([np.eye(2), np.zeros((2, 2)), 3 * np.eye(2)])
    assert found.lower == 0
    assert found.upper < Fraction(1, 2**100)


def test_chain_that_cancels_beyond_the_range_of_floats() -> None:
    """Where rounding hides the product, the upper bound stays finite and true."""
    first, second = np.diag([1.0, 2.0**-600]), np.diag([2.0**-600, 1.0])
    found = product_norm([first, second] * 4)
    assert found.lower <= Fraction(1, 2**2400) <= found.upper < Fraction(1, 10**10)
