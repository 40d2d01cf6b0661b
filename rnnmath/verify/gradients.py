"""The third judge: real activations in floats, complex step against central differences.

The exact test runs on polynomials; this one runs the same statement on tanh, logistic and other
activations that people use.  Two unrelated oracles measure the left side, and the right side is
evaluated from the very formula that is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.claim import Claim
from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.exact import Interval
from rnnmath.numeric.losses import quadratic_loss
from rnnmath.numeric.networks import VanillaRNN
from rnnmath.numeric.oracles import central_difference, complex_step
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.notation import TotalDerivative
from rnnmath.verify.evaluate import Case, evaluate
from rnnmath.verify.world import World

__all__ = ["AGREEMENT", "agreement", "observed"]

#: Largest accepted difference, relative to the larger side.  Complex step has no truncation error,
#: and some thousand roundings stay below 1e-12; extrapolated central differences lose about a
#: third of the digits.  A wrong formula differs in the first digits.
AGREEMENT = {"complex_step": 1e-11, "central_difference": 1e-8}

_SMOOTH = ("tanh", "logistic", "softplus", "silu")
Rng = np.random.Generator


def observed(statement: Statement) -> bool:
    """Tell whether a statement speaks of a derivative that an oracle can measure."""
    if statement.relation != Relation.EQUAL:
        return False
    return any(side.has(TotalDerivative) for side in (statement.lhs, statement.rhs))


def _float_case(rng: Rng, like: Case, name: str) -> Case:
    """Return a float network of the sizes of an exact case, with a smooth activation."""
    assert like.world is not None
    exact = like.world

    def normal(array: Any) -> Any:
        return rng.normal(size=array.shape) / np.sqrt(array.shape[-1])

    parameters = {part: normal(getattr(exact.network, part)) for part in ("W", "U", "V", "b", "c")}
    activation = ACTIVATIONS[name]
    network = VanillaRNN(**parameters, activation=activation)
    x, h0 = rng.normal(size=exact.x.shape), rng.normal(size=exact.h0.shape)
    targets = rng.normal(size=(len(x), len(parameters["c"]), 1))
    layers = tuple(normal(layer) for layer in exact.wiring.layers)
    wiring = replace(exact.wiring, layers=layers) if layers else exact.wiring
    world = World(network, x, h0, quadratic_loss(targets), complex_step, wiring)
    values = {key: value for key, value in like.values.items() if isinstance(value, int)}
    drawn = {
        key: value.astype(float)
        for key, value in like.values.items()
        if isinstance(value, np.ndarray)
    }
    scalars = {
        key: float(value) for key, value in like.values.items() if isinstance(value, Fraction)
    }
    functions = {"f": activation.value, "f'": activation.slope}
    return Case({**values, **drawn, **scalars}, functions, world, f"{name} in floats")


def _middle(value: Any) -> Any:
    """Return a float for a number that came as an enclosure, as norms do."""
    return float((value.lower + value.upper) / 2) if isinstance(value, Interval) else value


def _relative(left: Any, right: Any) -> float:
    left, right = _middle(left), _middle(right)
    scale = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))))
    return float(np.max(np.abs(left - right))) / scale if scale else 0.0


def _differences(function: Callable[[Any], Any], point: Any) -> Any:
    return central_difference(function, point).jacobian


def _compare(statement: Statement, case: Case, worst: dict[str, float]) -> None:
    assert case.world is not None
    formula = evaluate(statement.rhs, case)
    rough = replace(case, world=replace(case.world, oracle=_differences))
    for oracle, seen in (("complex_step", case), ("central_difference", rough)):
        measured = evaluate(statement.lhs, seen)
        worst[oracle] = max(worst[oracle], _relative(measured, formula))
        worst["checked"] += 1


def agreement(claim: Claim, samples: Sequence[Case], rng: Rng) -> Mapping[str, float] | None:
    """Return how well the claim's equations agree with both oracles, or None without any.

    Parameters
    ----------
    claim : Claim
    samples : sequence of Case
        Exact cases, whose sizes and times the float networks take over.
    rng : numpy.random.Generator

    Returns
    -------
    mapping or None
        ``complex_step`` and ``central_difference``: largest relative difference; ``ulps``: the
        first in units of the last place; ``checked``: number of comparisons.

    Examples
    --------
    >>> from rnnmath.theory.local_jacobian import LOCAL_JACOBIAN
    >>> from rnnmath.verify.draws import draw_case
    >>> rng = np.random.default_rng(0)
    >>> case = draw_case(LOCAL_JACOBIAN.draws[0], rng)
    >>> agreement(LOCAL_JACOBIAN, [case], rng)["complex_step"] < 1e-14
    True
    """
    statements = [statement for statement in claim.says if observed(statement)]
    networks = [case for case in samples if case.world is not None]
    if not statements or not networks:
        return None
    worst = {"complex_step": 0.0, "central_difference": 0.0, "checked": 0.0}
    for like in networks:
        for name in _SMOOTH:
            case = _float_case(rng, like, name)
            for statement in statements:
                _compare(statement, case, worst)
    return {**worst, "ulps": worst["complex_step"] / float(np.finfo(float).eps)}
