"""The third judge: real activations in floats, complex step against central differences.

The exact test runs on polynomials; this one runs the same statement on tanh, logistic and other
activations that people use.  Two unrelated oracles measure the left side, and the right side is
evaluated from the very formula that is shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from rnnmath.claim import Claim
from rnnmath.errors import RnnmathError
from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.numeric.exact import Interval
from rnnmath.numeric.losses import quadratic_loss
from rnnmath.numeric.networks import VanillaRNN
from rnnmath.numeric.oracles import central_difference, complex_step
from rnnmath.symbolic.calculus.differentials import Jacobian
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.notation import TotalDerivative
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.quantities.paths import DirectDerivative
from rnnmath.verify.cellular_floats import as_floats, float_case, in_floats
from rnnmath.verify.evaluate import Case, decide, evaluate
from rnnmath.verify.world import Oracle, World

__all__ = ["AGREEMENT", "agreement", "observed"]

#: Largest accepted difference, relative to the larger side.  Complex step has no truncation error,
#: and some thousand roundings stay below 1e-12; extrapolated central differences lose about a
#: third of the digits.  A wrong formula differs in the first digits.
AGREEMENT = {"complex_step": 1e-11, "central_difference": 1e-8}

#: Where both sides are below this, they are taken for 0 that came out as roundings, and compared
#: absolutely.
_NOTHING = 2.0**-40

_SMOOTH = ("tanh", "logistic", "softplus", "silu")
Rng = np.random.Generator


def observed(statement: Statement) -> bool:
    """Tell whether a statement speaks of a derivative that an oracle can measure.

    The derivative of clipping is not measured: clipping divides by a Euclidean length, which does
    not continue to complex arguments as NumPy computes it, so the complex step can't judge it.
    """
    if statement.relation != Relation.EQUAL:
        return False
    sides = (statement.lhs, statement.rhs)
    plain = [node for side in sides for node in side.atoms(Jacobian)]
    if any(node.has(Clip) for node in plain):
        return False
    return bool(plain) or any(side.has(TotalDerivative, DirectDerivative) for side in sides)


def _on_floats(oracle: Oracle) -> Oracle:
    return lambda run, point: oracle(lambda value: as_floats(run(value)), as_floats(point))


def _float_cases(rng: Rng, like: Case) -> Iterator[Callable[[Oracle], Case]]:
    """Yield float cases of the sizes of an exact one, each still without its oracle."""
    if like.world is not None:
        for name in _SMOOTH:
            yield partial(_seen_network, _network_case(rng, like, name))
    elif like.cell is not None:
        yield partial(float_case, like)
    elif not like.functions:
        values = in_floats(like.values)
        yield lambda oracle: Case(values, note="the same numbers in floats", oracle=oracle)


def _seen_network(case: Case, oracle: Oracle) -> Case:
    assert case.world is not None
    return replace(case, world=replace(case.world, oracle=oracle))


def _network_case(rng: Rng, like: Case, name: str) -> Case:
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
    functions = {"f": activation.value, "f'": activation.slope}
    return Case(in_floats(like.values), functions, world, f"{name} in floats")


def _middle(value: Any) -> Any:
    """Return a float for a number that came as an enclosure, as norms do."""
    return float((value.lower + value.upper) / 2) if isinstance(value, Interval) else value


def _relative(left: Any, right: Any) -> float:
    scale = max(float(np.max(np.abs(left))), float(np.max(np.abs(right))))
    return float(np.max(np.abs(left - right))) / (scale if scale > _NOTHING else 1.0)


def _differences(function: Callable[[Any], Any], point: Any) -> Any:
    return central_difference(function, point).jacobian


_ORACLES: Mapping[str, Oracle] = {
    "complex_step": _on_floats(complex_step),
    "central_difference": _on_floats(_differences),
}


def _admits(claim: Claim, case: Case) -> bool:
    """Tell whether no hypothesis is seen to fail; one that has no value in floats is left alone."""
    for hypothesis in claim.given:
        try:
            if hypothesis.condition is not None and decide(hypothesis.condition, case) is False:
                return False
        except RnnmathError:
            continue
    return True


def _compare(statement: Statement, seen: Mapping[str, Case], worst: dict[str, float]) -> None:
    formula = as_floats(_middle(evaluate(statement.rhs, seen["complex_step"])))
    for oracle, case in seen.items():
        measured = as_floats(_middle(evaluate(statement.lhs, case)))
        worst[oracle] = max(worst[oracle], _relative(measured, formula))
        worst["checked"] += 1


def agreement(claim: Claim, samples: Sequence[Case], rng: Rng) -> Mapping[str, float] | None:
    """Return how well the claim's equations agree with both oracles, or None without any.

    Parameters
    ----------
    claim : Claim
    samples : sequence of Case
        Exact cases, whose sizes and times the float ones take over.
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
    worst = {"complex_step": 0.0, "central_difference": 0.0, "checked": 0.0}
    for like in samples if statements else ():
        for float_case_with in _float_cases(rng, like):
            seen = {name: float_case_with(oracle) for name, oracle in _ORACLES.items()}
            if _admits(claim, seen["complex_step"]):
                for statement in statements:
                    _compare(statement, seen, worst)
    if not worst["checked"]:
        return None
    return {**worst, "ulps": worst["complex_step"] / float(np.finfo(float).eps)}
