"""An RNN uses one matrix twice, and then the mean square is not what two matrices would give."""

from typing import Any

from sympy import MatrixSymbol, OneMatrix, ZeroMatrix, ones

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Derivation
from rnnmath.symbolic.derivation.order import ARITHMETIC
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.nodes import InnerProduct, hadamard
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import n
from rnnmath.symbolic.quantities.chance import Entries, Expectation, Gaussian, Law, MeanMatrix
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.means import LINEAR
from rnnmath.theory.pairings import PAIRED
from rnnmath.theory.vanishing.initialization.objects import CHAPTER, equal, mu_4, v

__all__ = ["VARIANCE_SHARED", "G", "square"]

square, G = MatrixSymbol("W", n, n), MatrixSymbol("G", n, n)
_x = MatrixSymbol("x", n, 1)
_LAW, _NORMAL = Law(Entries(square)), Law(Gaussian(G))
_ONES = OneMatrix(n, n)
_ZERO_MEAN = equal(MeanMatrix(square, _LAW), ZeroMatrix(n, n))
_SPREAD = equal(MeanMatrix(hadamard(square, square), _LAW), multiply(v, _ONES))
_FOURTH = equal(MeanMatrix(hadamard(*[square] * 4), _LAW), multiply(mu_4, _ONES))
_GIVEN = (_ZERO_MEAN, _SPREAD, _FOURTH)

_TWICE, _ONCE = multiply(square, square, _x), multiply(square, _x)
_SIZE = VectorNorm(_x) ** 2
_MEAN = Expectation(VectorNorm(_TWICE) ** 2, _LAW)
_FACTOR = (n**2 - 1) * v**2 + mu_4
_NORMAL_TWICE = multiply(1 / n, G, G, _x)
_NORMAL_MEAN = Expectation(VectorNorm(_NORMAL_TWICE) ** 2, _NORMAL)


def _any_law() -> Derivation:
    chain = Derivation(_MEAN, given=_GIVEN)
    chain = chain.then(LENGTH, _MEAN.expr, InnerProduct(_TWICE, _TWICE))
    chain = chain.then(PAIRED, chain.end, _FACTOR * InnerProduct(_x, _x))
    return chain.then(LENGTH, InnerProduct(_x, _x), _SIZE)


def _normal() -> Derivation:
    image = multiply(G, G, _x)
    squared = InnerProduct(image, image)
    chain = Derivation(_NORMAL_MEAN, given=_GIVEN)
    chain = chain.then(LENGTH, chain.end.expr, InnerProduct(_NORMAL_TWICE, _NORMAL_TWICE))
    chain = chain.then(INNER_PRODUCT, chain.end.expr, squared / n**2)
    inside = Expectation(squared, _NORMAL)
    chain = chain.then(LINEAR, chain.end, inside / n**2)
    chain = chain.then(PAIRED, inside, (n**2 + 2) * InnerProduct(_x, _x))
    chain = chain.then(LENGTH, InnerProduct(_x, _x), _SIZE)
    return chain.then(ARITHMETIC, chain.end, (1 + 2 / n**2) * _SIZE)


def _drawn(kind: str) -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"n": (1, 3)},
            "matrices": {"x": ("n", 1, "generic")},
            "law": {"W": ("n", "n", kind)},
        },
    )


def _fixed(rows: int, kind: str, **options: Any) -> Draw:
    return Draw(
        "explicit",
        {
            "note": kind,
            "values": {"n": rows, "x": ones(rows, 1), **options.pop("values", {})},
            "law": {"W": (rows, rows, kind, {"scale": 1, **options})},
        },
    )


VARIANCE_SHARED = Claim(
    id="variance-shared",
    kind=Kind.IDENTITY,
    title="Two steps with one matrix are not two layers: the mean square counts entries that meet",
    says=(
        equal(_MEAN, _FACTOR * _SIZE),
        equal(_NORMAL_MEAN, (1 + 2 / n**2) * _SIZE),
    ),
    given=(
        Hypothesis(
            "the entries of $W$ are independent",
            None,
            Witness("entries that are all equal", _fixed(2, "signs", tied="all")),
        ),
        Hypothesis(
            "every entry has mean $0$",
            _ZERO_MEAN,
            Witness("two coins of $0$ and $2$", _fixed(2, "shifted")),
        ),
        Hypothesis(
            "every entry has variance $v$",
            _SPREAD,
            Witness("signs have variance $1$", _fixed(2, "signs", values={"v": 2})),
        ),
        Hypothesis(
            "every entry has the fourth moment $\\mu_4$",
            _FOURTH,
            Witness("signs have fourth moment $1$", _fixed(2, "signs", values={"mu_4": 3})),
        ),
    ),
    derive=lambda: (_any_law(), _normal()),
    draws=tuple(_drawn(kind) for kind in ("signs", "rare", "like normal", "lopsided")),
    mutants=(
        Mutant("as two layers", equal(_MEAN, n**2 * v**2 * _SIZE), (_drawn("like normal"),)),
        Mutant("a normal matrix keeps it twice", equal(_NORMAL_MEAN, _SIZE)),
        Mutant("one pair more", equal(_NORMAL_MEAN, (1 + 1 / n**2) * _SIZE)),
        Mutant("of order one over n", equal(_NORMAL_MEAN, (1 + 2 / n) * _SIZE)),
        Mutant("all laws as the normal one", equal(_MEAN, (n**2 + 2) * v**2 * _SIZE)),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
