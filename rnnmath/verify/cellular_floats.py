"""The cell of an exact case once more, in floats and with true gates, for the float oracles."""

from collections.abc import Callable
from typing import Any

import numpy as np

from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.verify.cellular import FORMAL, CellWorld
from rnnmath.verify.evaluate import Case
from rnnmath.verify.world import Oracle

__all__ = ["float_case"]


def _as_floats(array: Any) -> Any:
    """Return numbers as floats; ones of exact matrices leave floats in object arrays."""
    return np.array(np.asarray(array).tolist())


def _true(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: value(_as_floats(a))


def float_case(like: Case, rng: np.random.Generator, oracle: Oracle) -> Case:
    """Return the cell of an exact case with random floats, true gates and another oracle.

    Sizes and times are taken over; an abstract f becomes tanh.

    Parameters
    ----------
    like : Case
        A case that draws a cell.
    rng : numpy.random.Generator
    oracle : callable
        Measures the Jacobian of a function of a float array at a point.

    Examples
    --------
    >>> from rnnmath.numeric.oracles import complex_step
    >>> from rnnmath.verify.cellular import cell_world
    >>> zeros = lambda name, rows, cols: np.zeros((rows, cols), dtype=int).astype(object)
    >>> world = cell_world("lstm", {"n": 1, "m": 1}, 2, zeros, {})
    >>> case = float_case(Case({"t": 2}, cell=world), np.random.default_rng(0), complex_step)
    >>> gates = [case.cell.vector("f", step) for step in (1, 2)]
    >>> bool(np.isclose(case.cell.direct(("c", 2), ("c", 0)), gates[0] * gates[1]))
    True
    """
    world = like.cell

    def normal(array: Any) -> Any:
        return rng.normal(size=array.shape) / np.sqrt(array.shape[-1])

    functions = {name: _true(ACTIVATIONS[name].value) for name in FORMAL}
    functions |= {"f": functions["tanh"], "f'": _true(ACTIVATIONS["tanh"].slope)}
    drawn = CellWorld(
        world.cell,
        {
            name: normal(value) if isinstance(value, np.ndarray) else value
            for name, value in world.values.items()
        },
        tuple(normal(start) for start in world.starts),
        rng.normal(size=world.x.shape),
        functions,
        lambda run, point: oracle(lambda state: _as_floats(run(state)), _as_floats(point)),
    )
    times = {name: value for name, value in like.values.items() if isinstance(value, int)}
    return Case({**times, **drawn.values}, functions, note="true gates in floats", cell=drawn)
