"""The spectral norm is a norm, does not see rotations, and is simple on rank one."""

from sympy import Abs, Determinant, Matrix, S

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.spectral_norm.axiom_proofs import (
    COLUMNS,
    LENGTHS,
    NO_MATRIX,
    NO_NORM,
    NORM,
    NORMS,
    OUTER,
    ROTATED,
    ROWS,
    SCALED,
    SUM,
    definiteness,
    homogeneity,
    outer,
    rotation,
    triangle,
)
from rnnmath.theory.spectral_norm.objects import CHAPTER, C, Q, c, equal, v, w

__all__ = ["CLAIMS", "NORM_AXIOMS"]

EQUAL, AT_MOST = Relation.EQUAL, Relation.AT_MOST


def _case(style: str, other: str = "rational norm", **sizes: tuple[int, int]) -> Draw:
    return Draw(
        "random",
        {
            "sizes": {"m": (1, 2), "n": (1, 2), "q": (2, 3), "r": (2, 3), **sizes},
            "matrices": {
                "A": ("m", "n", style),
                "B": ("m", "n", other),
                "C": ("n", "n", "nilpotent"),
                "Q": ("q", "m", "orthogonal"),
                "R": ("n", "r", "orthogonal"),
                "u": ("m", 1, "orthogonal multiple"),
                "v": ("n", 1, "orthogonal multiple"),
            },
            "scalars": {"c": ("-3", "3")},
        },
    )


_ANY, _WIDE = _case("rational norm"), _case("rational norm", m=(2, 2), n=(2, 2))
_UNIT = {"m": 1, "n": 1, "q": 1, "r": 1, "A": Matrix([1]), "B": Matrix([1]), "c": 1}
_UNIT |= {name: Matrix([1]) for name in ("Q", "R", "u", "v")}
_EQUALITY = Draw("explicit", {"note": "B is twice A", "values": {**_UNIT, "B": Matrix([2])}})
_PAIR = Draw(
    "random",
    {
        "sizes": {"n": (2, 3)},
        "matrices": dict.fromkeys(("v", "w"), ("n", 1, "orthogonal multiple")),
    },
)
_STRETCHING = Draw(
    "random",
    {
        "sizes": {"m": (2, 2), "n": (2, 2), "q": (2, 2), "r": (2, 3)},
        "matrices": {**_WIDE.options["matrices"], "Q": ("q", "m", "generic")},
    },
)

NORM_AXIOMS = Claim(
    id="norm-axioms",
    kind=Kind.IDENTITY,
    title="The spectral norm is a norm, blind to rotations",
    says=(
        equal(SCALED, Abs(c) * NORM),
        Statement(SUM, AT_MOST, NORMS),
        Statement(NO_NORM, Relation.IFF, NO_MATRIX),
        equal(ROTATED, NORM),
        equal(OUTER, LENGTHS),
    ),
    given=(
        Hypothesis(
            "$Q$ has orthonormal columns, $Q^\\top Q = I$",
            COLUMNS,
            Witness(
                "one row of a rotation has orthonormal rows only, and may miss the stretch",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_UNIT,
                            "m": 2,
                            **{name: Matrix([0, 1]) for name in ("A", "B", "u")},
                            "Q": Matrix([[1, 0]]),
                        }
                    },
                ),
                equal(ROTATED, NORM),
            ),
        ),
        Hypothesis(
            "$R$ has orthonormal rows, $R R^\\top = I$",
            ROWS,
            Witness(
                "one column of a rotation has orthonormal columns only",
                Draw(
                    "explicit",
                    {
                        "values": {
                            **_UNIT,
                            "n": 2,
                            **{name: Matrix([[0, 1]]) for name in ("A", "B")},
                            "v": Matrix([0, 1]),
                            "R": Matrix([1, 0]),
                        }
                    },
                ),
                equal(ROTATED, NORM),
            ),
        ),
    ),
    derive=lambda: (homogeneity(), triangle(), definiteness(), rotation(), outer()),
    draws=(_ANY, _WIDE, _case("zero"), _case("flat", "zero"), _EQUALITY),
    mutants=(
        Mutant("the sign comes out", equal(SCALED, c * NORM)),
        Mutant("the triangle is an equation", equal(SUM, NORMS)),
        Mutant("a larger side", Statement(SUM, Relation.AT_LEAST, NORMS)),
        Mutant(
            "no norm is no spectral radius",
            Statement(equal(SpectralNorm(C), 0), Relation.IFF, equal(SpectralRadius(C), 0)),
            (_WIDE,),
        ),
        Mutant(
            "$Q$ only invertible",
            equal(ROTATED, NORM),
            (_STRETCHING,),
            (ROWS, Statement(Determinant(multiply(transpose(Q), Q)), Relation.GREATER, S.Zero)),
        ),
        Mutant(
            "the inner product for an outer one",
            equal(SpectralNorm(multiply(v, transpose(w))), Abs(InnerProduct(v, w))),
            (_PAIR,),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

CLAIMS = (NORM_AXIOMS,)
