"""The spectral norm between the spectral radius and the norms that are sums of entries."""

from typing import Any

from sympy import Identity, Matrix, Rational, S, sqrt

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import (
    FrobeniusNorm,
    InfinityNorm,
    OneNorm,
    Rank,
    SpectralNorm,
    SpectralRadius,
)
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.spectral_norm.equality_proofs import flat_iff, normal_radius, rank_one_iff
from rnnmath.theory.spectral_norm.objects import CHAPTER, A, C, N, equal, n
from rnnmath.theory.spectral_norm.sandwich_objects import (
    FLAT,
    FROBENIUS_FULL,
    FROBENIUS_NORM,
    NORM,
    NORMAL,
    NORMS_AGREE,
    RANK,
    RANK_AT_MOST_ONE,
)
from rnnmath.theory.spectral_norm.sandwich_proofs import (
    column_and_row_sums,
    frobenius_below,
    norm_below_frobenius,
    radius_below_norm,
)

__all__ = ["CLAIMS", "NORM_SANDWICH"]

AT_MOST, IFF = Relation.AT_MOST, Relation.IFF

_RADIUS, _SQUARE_NORM = SpectralRadius(C), SpectralNorm(C)


def _case(style: str, square: str = "generic", **sizes: tuple[int, int]) -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"m": (1, 3), "n": (1, 3), **sizes},
            "matrices": {
                "A": ("m", "n", style),
                "C": ("n", "n", square),
                "N": ("n", "n", "normal"),
            },
        },
    )


_WIDE = {"m": (2, 3), "n": (2, 3)}
_ANY = _case("rational norm")
_DRAWS = (
    _ANY,
    _case("rational norm", "nilpotent", **_WIDE),
    _case("flat", "rational norm", **_WIDE),
    _case("orthogonal multiple", "orthogonal multiple", **_WIDE),
    _case("zero", "zero"),
    _case("rational norm", "normal", m=(1, 1)),
)


def _at_most(left: Any, right: Any) -> Statement:
    return Statement(left, AT_MOST, right)


def _explicit(note: str, **matrices: Matrix) -> Draw:
    return Draw("explicit", {"note": note, "values": {"m": 2, "n": 2, **matrices}})


_ROW = _explicit("ones in the first row", A=Matrix([[1, 1], [0, 0]]))
_COLUMN = _explicit("ones in the first column", A=Matrix([[1, 0], [1, 0]]))
_SHADOWED = Draw(
    "explicit",
    {
        "note": "a nilpotent block in the shadow of a larger eigenvalue",
        "values": {"m": 3, "n": 3, "C": Matrix([[2, 0, 0], [0, 0, 1], [0, 0, 0]])},
    },
)

NORM_SANDWICH = Claim(
    id="norm-sandwich",
    kind=Kind.BOUND,
    title="Between the spectral radius and the Frobenius norm",
    says=(
        _at_most(_RADIUS, _SQUARE_NORM),
        _at_most(NORM, FROBENIUS_NORM),
        _at_most(FROBENIUS_NORM**2, RANK * NORM**2),
        _at_most(NORM**2, OneNorm(A) * InfinityNorm(A)),
        Statement(NORMS_AGREE, IFF, RANK_AT_MOST_ONE),
        Statement(FROBENIUS_FULL, IFF, FLAT),
        equal(SpectralRadius(N), SpectralNorm(N)),
    ),
    given=(
        Hypothesis(
            "$N$ is normal, $N^\\top N = N N^\\top$",
            NORMAL,
            Witness(
                "a nilpotent matrix has spectral radius 0, and norm 2 here",
                _explicit(
                    "nilpotent",
                    A=Matrix([[1, 0], [0, 0]]),
                    C=Matrix([[1, 0], [0, 0]]),
                    N=Matrix([[0, 2], [0, 0]]),
                ),
            ),
        ),
    ),
    derive=lambda: (
        radius_below_norm(C),
        norm_below_frobenius(),
        frobenius_below(),
        column_and_row_sums(),
        rank_one_iff(),
        flat_iff(),
        normal_radius(),
    ),
    draws=_DRAWS,
    mutants=(
        Mutant("the spectral radius bounds the norm", _at_most(_SQUARE_NORM, _RADIUS)),
        Mutant("the largest column sum bounds the norm", _at_most(NORM, OneNorm(A)), (_ROW,)),
        Mutant("the largest row sum bounds the norm", _at_most(NORM, InfinityNorm(A)), (_COLUMN,)),
        Mutant("the norm bounds the largest column sum", _at_most(OneNorm(A), NORM), (_COLUMN,)),
        Mutant(
            "the spectral radius in place of the norm",
            _at_most(FrobeniusNorm(C), sqrt(Rank(C)) * _RADIUS),
        ),
        Mutant("the norm bounds the Frobenius norm", _at_most(FROBENIUS_NORM, NORM)),
        Mutant(
            "half the rank suffices", _at_most(FROBENIUS_NORM, sqrt(RANK * Rational(1, 2)) * NORM)
        ),
        Mutant(
            "half the product of the sums suffices",
            _at_most(NORM**2, OneNorm(A) * InfinityNorm(A) * Rational(1, 2)),
        ),
        Mutant(
            "equal up to rank two",
            Statement(NORMS_AGREE, IFF, Statement(RANK, AT_MOST, S(2))),
            (_case("rational norm", m=(2, 2), n=(2, 2)),),
        ),
        Mutant(
            "zero singular values count too",
            Statement(
                FROBENIUS_FULL,
                IFF,
                equal(multiply(transpose(A), A), multiply(NORM**2, Identity(n))),
            ),
            (_case("flat", "generic", **_WIDE),),
        ),
        Mutant(
            "only normal matrices have their radius as norm",
            Statement(
                equal(_RADIUS, _SQUARE_NORM),
                IFF,
                equal(multiply(transpose(C), C), multiply(C, transpose(C))),
            ),
            (_SHADOWED,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
    formal="spectrum.spectralRadius_le_nnnorm",
)

CLAIMS = (NORM_SANDWICH,)
