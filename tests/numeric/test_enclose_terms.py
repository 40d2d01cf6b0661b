"""Each error term of an enclosure is needed: drop it, and rational arithmetic refutes a lemma.

A plant is one module with one piece of its text replaced, run beside the rest of the package.  Each
lemma is decided exactly on inputs that were chosen to make that term count.
"""

import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from rnnmath.numeric import exact
from rnnmath.numeric.enclose import along, clusters, error_free, gapless, products, rounding

Holds = Callable[[Any], bool]


def planted(module: ModuleType, old: str, new: str) -> ModuleType:
    """Return a copy of a module with one piece of its text replaced."""
    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    copy = ModuleType(module.__name__)
    exec(compile(text.replace(old, new), module.__file__, "exec"), copy.__dict__)
    return copy


def rational(array: Any) -> Any:
    """Return the same numbers as Fractions."""
    return np.vectorize(Fraction, otypes=[object])(np.asarray(array))


def below(matrix: Any, bound: Fraction) -> bool:
    """Tell whether a rational symmetric matrix is at most a multiple of I."""
    edge = -matrix
    for i in range(len(edge)):
        edge[i, i] += bound
    return exact.is_positive_semidefinite(edge)


def draws(count: int = 40) -> Any:
    """Yield small square matrices with entries in (-1, 1), and a vector for each."""
    rng = np.random.default_rng(7)
    for _ in range(count):
        yield rng.uniform(-1, 1, (3, 3)), rng.uniform(-1, 1, 3)


def roundings_go_outward(module: Any) -> bool:
    """Tell whether each function that rounds outward lies on its side of the exact value."""
    third = Fraction(1, 3)
    squares = [Fraction(k, 7) for k in range(1, 40)]
    return bool(
        module.above(third) >= third
        and module.above(Fraction(2, 3)) >= Fraction(2, 3)
        and all(Fraction(module.root_above(x)) ** 2 >= x for x in squares)
        and all(Fraction(module.root_below(x)) ** 2 <= x for x in squares)
        and Fraction(module.raised(0.1 + 0.7)) >= Fraction(0.1) + Fraction(0.7)
    )


def products_are_split(module: Any) -> bool:
    """Tell whether ``A v`` is its two parts up to the error, for large and tiny entries."""
    for A, v in draws():
        for small, short in ((1.0, 1.0), (1e-9, 1.0), (1.0, 1e-9)):
            M, w = small * A, short * v
            found = module.times(M, w, float(np.linalg.norm(M)) * 1.001)
            off = rational(M) @ rational(w) - rational(found.high) - rational(found.low)
            if sum(off * off) > Fraction(found.error) ** 2:
                return False
    return True


def lengths_are_enclosed(module: Any) -> bool:
    """Tell whether ``‖high + low‖²`` lies between the bounds."""
    for A, v in draws():
        low = A[0] * 2.0**-54
        truth = sum((rational(v) + rational(low)) ** 2)
        least, most = module.squared_length(v, low)
        if not least <= truth <= most:
            return False
    return True


def residuals_are_bounded(module: Any) -> bool:
    """Tell whether ρ² is at least the squared distance of H v from the line of v, v a unit."""
    for A, _ in draws():
        v = np.linalg.svd(A)[2][0]
        H, w = rational(A.T) @ rational(A), rational(v)
        image, length = H @ w, w @ w
        found = module.measure(A, v, 3.0)
        a = image @ w / length
        least = image @ image / length - a * a
        if not (found.lower <= a <= found.upper and least <= Fraction(found.residual)):
            return False
    return True


def two_by_two_is_bounded(module: Any) -> bool:
    """Tell whether ``b >= a``, ``b >= μ`` and ``(b - a)(b - μ) >= ρ²`` for [[a, ρ], [ρ, μ]]."""
    cases = [(4, 1, 0.25), (4, 4, 0.25), (1, 4, 2.0), (5, 0, 1.0)]
    for a, mu, square in cases:
        b = module.mixed(Fraction(a), Fraction(mu), square)
        if not (b >= max(a, mu) and (b - a) * (b - mu) >= Fraction(square)):
            return False
    return True


def completed_means_nearly_definite(module: Any) -> bool:
    """Tell whether ``B >= -c trace(B) I`` holds exactly wherever B has a factorization."""
    for A, _ in draws(200):
        B = A[:, :2] @ A[:, :2].T
        if module.completes(B):
            exactly = rational(B)
            if not below(-exactly, Fraction(module.cholesky_error(3)) * np.trace(exactly)):
                return False
    return True


def across_is_bounded(module: Any) -> bool:
    """Tell whether what is proven across the first axis is true of the other axes."""
    S = np.eye(6, 1)
    rng = np.random.default_rng(3)
    for _ in range(40):
        A = rng.uniform(-1, 1, (6, 6))
        A[:, 0] = 0
        H = (rational(A.T) @ rational(A))[1:, 1:]
        near = float(exact.largest_eigenvalue(H).lower)
        for step in range(-4, 3):
            cut = near + step * np.spacing(near)
            found = module.across(A.T @ A, 6, S, cut, rounding.squares_above(A))
            if found is not None and not below(H, found):
                return False
    return True


def tall_gram_is_bounded(module: Any) -> bool:
    """Tell the same where one column is constant, so that all roundings of its sum agree."""
    S = np.array([[1.0], [0.0]])
    for value in np.random.default_rng(5).uniform(0.5, 1, 40):
        A = np.zeros((2**16, 2))
        A[:, 1] = value
        gram = A.T @ A
        cut = np.nextafter(gram[1, 1], np.inf)
        found = module.across(gram, len(A), S, cut, rounding.squares_above(A))
        if found is not None and found < Fraction(value) ** 2 * len(A):
            return False
    return True


def excess_is_bounded(module: Any) -> bool:
    """Tell whether ``‖AᵀA - c² I - D‖ <= e``, near to orthogonal matrices and far from them."""
    for A, _ in draws():
        for M in (A, np.linalg.qr(A)[0]):
            D, error = module.excess(M, 1.0, 3.0)
            mirrored = np.tril(D) + np.tril(D, -1).T
            off = rational(M.T) @ rational(M) - rational(np.eye(3)) - rational(mirrored)
            if not (below(off, Fraction(error)) and below(-off, Fraction(error))):
                return False
    return True


def clusters_are_bounded(module: Any) -> bool:
    """Tell whether eigenvectors too short, or tilted, give no bound below ``‖A‖²``."""
    A = np.diag([0.75, 0.75, 0.25, 0.25])
    gram = A.T @ A
    values, vectors = np.linalg.eigh(gram)
    turn = np.linalg.qr(np.eye(4) + 0.1 * np.eye(4, k=2) - 0.1 * np.eye(4, k=-2))[0]
    for wrong in (vectors, 0.9 * vectors, turn @ vectors):
        bound = module.clustered(A, gram, rounding.squares_above(A), values, wrong)
        if bound is not None and bound < Fraction(9, 16):
            return False
    return True


def chains_are_enclosed(module: Any) -> bool:
    """Tell whether the norm of a product whose factors cancel lies between the bounds."""
    for A, _ in draws(12):
        A[2] = A[0] + 1e-5 * A[2]
        B = np.linalg.inv(A)
        for chain in ([A, B], [A, B, np.eye(3)]):
            found = module.product_norm(chain)
            truth = exact.spectral_norm(rational(B) @ rational(A), bits=80)
            if not (found.lower <= truth.upper and truth.lower <= found.upper):
                return False
    return True


PLANTS: list[tuple[ModuleType, str, str, Holds]] = [
    (rounding, "else math.nextafter(near, math.inf)", "else near", roundings_go_outward),
    (rounding, "else math.nextafter(root, math.inf)", "else root", roundings_go_outward),
    (rounding, "else math.nextafter(root, 0.0)", "else root", roundings_go_outward),
    (rounding, "bound * (1 + 2.0**-32)", "bound", roundings_go_outward),
    (error_free, "error = accumulated(cols + 1) *", "error = 0 *", products_are_split),
    (error_free, "(frobenius + coarse) * fine +", "", products_are_split),
    (error_free, "+ coarse * length)", ")", products_are_split),
    (error_free, "return 53 - max", "return 60 - max", products_are_split),
    (error_free, "slack = total / 2**52 +", "slack =", lengths_are_enclosed),
    (along, "squares_above(rest)) + rounded + TINY", "squares_above(rest))", residuals_are_bounded),
    (along, "squares_above(rest)) + rounded", "0.0)", residuals_are_bounded),
    (along, "Fraction(residual) / (top", "Fraction(residual) / 2 / (top", two_by_two_is_bounded),
    (along, "across + Fraction(raised", "across + 0 * Fraction(raised", two_by_two_is_bounded),
    (along, "raised(gamma / (1 - gamma))", "0.0", completed_means_nearly_definite),
    (along, "raised(error + cholesky_error(size) * whole + TINY)", "0.0", across_is_bounded),
    (along, "error = accumulated(rows + 1) * squares +", "error =", tall_gram_is_bounded),
    (gapless, "error = 2 * (accum", "error = 0 * (accum", excess_is_bounded),
    (gapless, "error += UNIT * (leading +", "error += 0 * (leading +", excess_is_bounded),
    (
        clusters,
        "Fraction(unit) - Fraction(",
        "Fraction(unit) - 0 * Fraction(",
        clusters_are_bounded,
    ),
    (clusters, "sqrt(squares_above(back - V * values))", "sqrt(0)", clusters_are_bounded),
    (products, "raised(rounding + norm * error", "raised(norm * error", chains_are_enclosed),
    (products, "rounding + norm * error +", "rounding +", chains_are_enclosed),
    (products, "found.upper + off", "found.upper", chains_are_enclosed),
]


@pytest.mark.parametrize(
    ("module", "holds"), dict.fromkeys((plant[0], plant[3]) for plant in PLANTS)
)
def test_lemma_holds(module: ModuleType, holds: Holds) -> None:
    """Every lemma is true of the package as it is, on the same inputs."""
    assert holds(module)


@pytest.mark.parametrize(("module", "old", "new", "holds"), PLANTS)
def test_dropped_term_is_refuted(module: ModuleType, old: str, new: str, holds: Holds) -> None:
    """Without the term, rational arithmetic finds an input where the lemma is false."""
    assert sys.modules[module.__name__] is module
    assert not holds(planted(module, old, new))
