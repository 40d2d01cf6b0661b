"""The matrices, draws and hypotheses that the claims of this chapter share."""

from typing import Any

from sympy import Matrix, MatrixSymbol, oo, sympify

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.norms import ActivationSupremum, SpectralNorm
from rnnmath.symbolic.notation import TotalDerivative, W, f, h, k, m, n, p, t

__all__ = [
    "CHAPTER",
    "FINITE",
    "GAMMA",
    "IS_FINITE",
    "SCALE",
    "TRANSPORT",
    "A",
    "B",
    "at_most",
    "d",
    "equal",
    "explicit",
    "network",
    "u",
    "v",
    "y",
]

CHAPTER = "norm_bound"

A, B = MatrixSymbol("A", m, n), MatrixSymbol("B", n, p)
d, u, v = (MatrixSymbol(name, n, 1) for name in "duv")
y = MatrixSymbol("y", p, 1)

GAMMA = ActivationSupremum(f)
#: The effective scale of one step, ``s = gamma ‖W‖``.
SCALE = GAMMA * SpectralNorm(W)
TRANSPORT = TotalDerivative(h[t], h[k])


def equal(left: Any, right: Any) -> Statement:
    """Return ``left = right``.

    Examples
    --------
    >>> print(equal(GAMMA, 1))
    gamma = 1
    """
    return Statement(sympify(left), Relation.EQUAL, sympify(right))


def at_most(left: Any, right: Any) -> Statement:
    """Return ``left <= right``.

    Examples
    --------
    >>> print(at_most(SCALE, 1))
    gamma*||W|| <= 1
    """
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def network(activation: str, weights: str, **more: Any) -> Draw:
    """Return a draw of networks with these activations and recurrent matrices.

    ``horizon`` goes into the network, all else beside it.

    Examples
    --------
    >>> network("linear", "orthogonal multiple", times=("t",), first=1).options["first"]
    1
    """
    inner = {"activation": activation, "weights": weights, "others": "generic"}
    inner |= {name: more.pop(name) for name in ("horizon", "loss") if name in more}
    return Draw("random", {"network": inner, **more})


def explicit(W: Any, steps: int, *activation: Any, **more: Any) -> Draw:
    """Return one network with matrix W, run for some steps from ``h_0 = (1, ..., 1)``.

    ``values``, ``note`` and all that a network takes may be given too.

    Examples
    --------
    >>> len(explicit([[2]], 3, "relu").options["network"]["x"])
    3
    """
    W = Matrix(W)
    outer: dict[str, Any] = {name: more.pop(name) for name in ("values", "note") if name in more}
    inner: dict[str, Any] = {"W": W, "x": [Matrix([0])] * steps, "h0": Matrix([1] * W.rows)}
    options: dict[str, Any] = {"network": {**inner, "activation": activation, **more}, **outer}
    return Draw("explicit", options)


IS_FINITE = Statement(GAMMA, Relation.LESS, oo)
FINITE = Hypothesis(
    "$f$ is nowhere steeper than a number: $\\gamma$ is finite",
    IS_FINITE,
    Witness(
        "$f(u) = u^3$ has slope $12$ at $2$, so $6$ is no $\\gamma$ for it; nor is any number, "
        "further out",
        explicit([[2]], 1, "polynomial", 0, 0, 0, 1, values={"k": 0, "t": 1}),
        at_most(SpectralNorm(TRANSPORT), 6 * SpectralNorm(W)),
    ),
)
