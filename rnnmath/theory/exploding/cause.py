"""What clipping leaves as it was: every Jacobian, and the shares of the steps in the gradient."""

from typing import Any

from sympy import Lambda, Matrix, Max, Min, Symbol

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, Witness
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.notation import (
    T,
    W,
    delta,
    h,
    k,
    t,
)
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import multiply, transpose
from rnnmath.theory.exploding.cause_proofs import (
    CUT_GRADIENT,
    FAR,
    GRADIENT,
    NEAR,
    RATIO,
    SHARE,
    WHOLE,
    cut_parts,
    double_sum,
    part_of,
    ratio,
    ratio_proof,
    scale,
    signal,
    signal_through,
    square_of,
    tau,
)
from rnnmath.theory.exploding.objects import CHAPTER, POSITIVE, at_most, equal, theta
from rnnmath.theory.jacobian_product.setting import departing
from rnnmath.theory.program import slope_matrix

__all__ = ["CLIP_KEEPS_CAUSE"]

_TIMES = {"times": ("k", "i", "t"), "first": 1}


def _scalar_network(activation: str, weights: str) -> Draw:
    """Return a network of one unit, whose gradient in W is one rational number."""
    network = {"activation": activation, "weights": weights, "others": "", "horizon": (2, 3)}
    if weights != "wild":
        network["others"] = "generic"
    return Draw("random", {"network": network, "sizes": {"n": (1, 1)}, **_TIMES})


def _plane(threshold: int, number: int) -> Draw:
    """Return one of two networks of two units whose gradient in W has an integer length."""
    one = {
        "W": Matrix([[0, -1], [-2, 0]]),
        "U": Matrix([-1, -1]),
        "V": Matrix([[1, 0]]),
        "b": Matrix([-1, -1]),
        "h0": Matrix([1, 2]),
        "x": [Matrix([-2]), Matrix([-2]), Matrix([-1])],
        "loss": ("quadratic", [Matrix([0])] * 3),
    }
    two = {
        "W": Matrix([[-1, 0], [-1, 0]]),
        "U": Matrix([0, 1]),
        "V": Matrix([[1, 1]]),
        "b": Matrix([0, -1]),
        "h0": Matrix([1, 1]),
        "x": [Matrix([1]), Matrix([-1]), Matrix([-1])],
        "loss": ("quadratic", [Matrix([1]), Matrix([2]), Matrix([-2])]),
    }
    network = {**(one if number == 1 else two), "activation": ("polynomial", 0, 1, 1)}
    values = {"theta": threshold, "k": 1, "i": 2, "t": 3}
    return Draw("explicit", {"network": network, "values": values, "note": "integer length"})


_PLANES = (_plane(11, 1), _plane(1000, 2))
_SCALARS = (_scalar_network("polynomial", "wild"), _scalar_network("softsign", "generic"))
_DRAWS = tuple(
    Draw(draw.strategy, {**draw.options, "scalars": {"theta": ("1/4", 3)}}) for draw in _SCALARS
)

_u = Symbol("u", real=True)


def _by_value(matrix: Any) -> Any:
    return elementwise(Lambda(_u, Max(-theta, Min(theta, _u))), matrix)


def _clipped_on_the_way(steps_back: int) -> Any:
    """Return the part of a step where the error signal is clipped in every step back."""
    signal = Clip(delta(t, only=t), theta)
    for step in range(1, steps_back + 1):
        signal = Clip(multiply(slope_matrix(t - step), transpose(W), signal), theta)
    return multiply(signal, transpose(h[t - steps_back - 1]))


_LAST, _BEFORE = (part_of(t, t - steps_back) for steps_back in (0, 1))
_INSIDE_RATIO = equal(
    square_of(_clipped_on_the_way(1)) * square_of(_LAST),
    square_of(_BEFORE) * square_of(_clipped_on_the_way(0)),
)
_TWICE = {"times": ("t",), "first": 2}
_WAY_BACK = tuple(Draw(draw.strategy, {**draw.options, **_TWICE}) for draw in _DRAWS)

_ONE_SIGNAL = equal(delta(k, only=t), signal(t, k))
_PROGRAM = (
    Hypothesis(
        "the inputs do not depend on the state",
        witness=Witness(
            "feedback $x_{t+1} = o_t$ opens a path that the product of the $J_j$ leaves out",
            departing({"feedback": True}, k=1, t=2),
            _ONE_SIGNAL,
        ),
    ),
    Hypothesis(
        "a state sees the past through the state before it only",
        witness=Witness(
            "with $a_t = W h_{t-1} + R h_{t-2} + U x_t + b$ a path around $h_{t-1}$ is left out",
            departing({"delayed": Matrix([[0, 1], [1, 0]])}, k=1, t=3),
            _ONE_SIGNAL,
        ),
    ),
    Hypothesis(
        "$h_0$ does not depend on the parameters",
        witness=Witness(
            "a start $h_0 = W s + b$ adds what $W$ does through $h_0$",
            departing({"grown_start": True}, k=1, t=2),
            equal(GRADIENT, double_sum(part_of(tau, k))),
        ),
    ),
)

CLIP_KEEPS_CAUSE = Claim(
    id="clip-keeps-cause",
    kind=Kind.IDENTITY,
    title="Clipping shortens the whole and leaves the shares and the Jacobians as they were",
    says=(
        equal(CUT_GRADIENT, WHOLE),
        RATIO,
        equal(multiply(SHARE, delta(k, only=t)), multiply(SHARE, signal(t, k))),
    ),
    given=(
        POSITIVE,
        Hypothesis("$1 \\le k \\le t$", at_most(1, k)),
        Hypothesis("$k \\le t$: the loss comes after the step", at_most(k, t)),
        Hypothesis("$1 \\le t$", at_most(1, t)),
        Hypothesis("$t \\le T$", at_most(t, T)),
        *_PROGRAM,
    ),
    derive=lambda: (cut_parts(), ratio_proof(), signal_through()),
    draws=(*_DRAWS, *_PLANES),
    mutants=(
        Mutant("the error signal clipped in every step back", _INSIDE_RATIO, _WAY_BACK),
        Mutant("the parts clipped by value", ratio(_by_value, FAR, NEAR)),
        Mutant("the parts clipped one by one", ratio(lambda p: Clip(p, theta), FAR, NEAR)),
        Mutant(
            "by value is a share of the gradient",
            equal(_by_value(GRADIENT), multiply(SHARE, GRADIENT)),
            _PLANES,
        ),
        Mutant(
            "the sum of clipped parts",
            equal(CUT_GRADIENT, double_sum(Clip(part_of(tau, k), theta))),
            _DRAWS,
        ),
        Mutant("far and near made equal", equal(square_of(scale(FAR)), square_of(scale(NEAR)))),
        Mutant(
            "what is held back is held back in the Jacobians",
            equal(
                multiply(SHARE, delta(k, only=t)),
                multiply(SHARE ** (t - k + 1), signal(t, k)),
            ),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
