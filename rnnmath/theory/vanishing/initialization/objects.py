"""Layers with random weights: the matrices, their laws, and draws of laws with exact moments."""

from typing import Any

from sympy import Identity, MatrixSymbol, OneMatrix, Symbol, ZeroMatrix, ones, sympify

from rnnmath.claim import Draw
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import hadamard
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.notation import size
from rnnmath.symbolic.quantities.chance import Entries, Expectation, Law, MeanMatrix
from rnnmath.symbolic.tidy import multiply, transpose

__all__ = [
    "CHAPTER",
    "ENTRIES",
    "FORWARD",
    "GRAM",
    "GRAM_BACK",
    "IMAGE",
    "LAW",
    "MIXED",
    "MIXED_BACK",
    "SPREAD",
    "SQUARED",
    "UNIT_BACK",
    "UNIT_FORWARD",
    "ZERO_MEAN",
    "W",
    "at_most",
    "equal",
    "explicit",
    "layers",
    "mu_4",
    "n_in",
    "n_out",
    "v",
    "x",
    "y",
]

CHAPTER = "vanishing/initialization"

n_in, n_out = size("n_in"), size("n_out")
v, mu_4 = Symbol("v", positive=True), Symbol("mu_4", positive=True)
W = MatrixSymbol("W", n_out, n_in)
x, y = MatrixSymbol("x", n_in, 1), MatrixSymbol("y", n_out, 1)

#: W random in any way, and W with independent entries.
LAW, ENTRIES = Law(W), Law(Entries(W))
GRAM, GRAM_BACK = multiply(transpose(W), W), multiply(W, transpose(W))
UNIT_FORWARD, UNIT_BACK = multiply(n_out * v, Identity(n_in)), multiply(n_in * v, Identity(n_out))
IMAGE = multiply(W, x)
SQUARED = VectorNorm(x) ** 2
FORWARD = Expectation(VectorNorm(IMAGE) ** 2, LAW)


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(v, 1))
    v = 1
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(v, 1))
    v <= 1
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


ZERO_MEAN = equal(MeanMatrix(W, ENTRIES), ZeroMatrix(n_out, n_in))
SPREAD = equal(MeanMatrix(hadamard(W, W), ENTRIES), multiply(v, OneMatrix(n_out, n_in)))
#: On the average over the rows, entries have mean square v and do not move together.
MIXED = equal(MeanMatrix(GRAM, LAW), UNIT_FORWARD)
MIXED_BACK = equal(MeanMatrix(GRAM_BACK, LAW), UNIT_BACK)


def layers(kind: str, *, largest: int = 3, **more: Any) -> Draw:
    """Return a draw of one layer with entries of a kind of law, and fixed columns x and y.

    Examples
    --------
    >>> layers("signs").options["law"]["W"]
    ('n_out', 'n_in', 'signs')
    """
    return Draw(
        "random",
        {
            "sizes": {"n_in": (1, largest), "n_out": (1, largest), **more.pop("sizes", {})},
            "matrices": {
                "x": ("n_in", 1, "generic"),
                "y": ("n_out", 1, "generic"),
                **more.pop("matrices", {}),
            },
            "law": {"W": ("n_out", "n_in", kind), **more.pop("law", {})},
            **more,
        },
    )


def explicit(rows: int, cols: int, kind: str, law: Any = None, **values: Any) -> Draw:
    """Return a layer of given size whose x and y are all ones, with options of its law.

    Examples
    --------
    >>> explicit(1, 2, "signs").options["values"]["n_in"]
    2
    """
    options = {"scale": 1, **(law or {})}
    extra = options.pop("more", {})
    held = {"n_in": cols, "n_out": rows, "n": rows, "x": ones(cols, 1), "y": ones(rows, 1)}
    return Draw(
        "explicit",
        {
            "note": kind,
            "values": {**held, **values},
            "law": {"W": (rows, cols, kind, options), **extra},
        },
    )
