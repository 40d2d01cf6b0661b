"""The cell of an exact case once more, in floats and with true gates, for the float oracles."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.numeric.activations import ACTIVATIONS
from rnnmath.verify.cellular import FORMAL, CellWorld
from rnnmath.verify.evaluate import Case
from rnnmath.verify.world import Oracle

__all__ = ["as_floats", "float_case", "in_floats"]


def as_floats(array: Any) -> Any:
    """Return numbers as floats; ones of exact matrices leave floats in object arrays.

    Examples
    --------
    >>> as_floats(np.array([[1, 0.5]], dtype=object)).dtype
    dtype('float64')
    """
    numbers = np.asarray(array)
    if numbers.dtype != object:
        return numbers
    has_complex = any(isinstance(number, complex) for number in numbers.flat)
    return numbers.astype(complex if has_complex else float)


def in_floats(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return named numbers and arrays as floats; integers, such as sizes and times, stay.

    Examples
    --------
    >>> from fractions import Fraction
    >>> in_floats({"n": 2, "beta": Fraction(1, 2)})
    {'n': 2, 'beta': 0.5}
    """

    def plain(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return value.astype(float)
        return float(value) if isinstance(value, Fraction) else value

    return {name: plain(value) for name, value in values.items()}


def _true(value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda a: value(as_floats(a))


def float_case(like: Case, oracle: Oracle) -> Case:
    """Return the cell of an exact case on the same numbers in floats, with true gates.

    An abstract f becomes tanh.

    Parameters
    ----------
    like : Case
        A case that draws a cell.
    oracle : callable
        Measures the Jacobian of a function of a float array at a point.

    Examples
    --------
    >>> from rnnmath.numeric.oracles import complex_step
    >>> from rnnmath.verify.cellular import cell_world
    >>> zeros = lambda name, rows, cols: np.zeros((rows, cols), dtype=int).astype(object)
    >>> world = cell_world("lstm", {"n": 1, "m": 1}, 2, zeros, {})
    >>> case = float_case(Case({"t": 2}, cell=world), complex_step)
    >>> gates = [case.cell.vector("f", step) for step in (1, 2)]
    >>> bool(np.isclose(case.cell.direct(("c", 2), ("c", 0)), gates[0] * gates[1]))
    True
    """
    world = like.cell
    functions = {name: _true(ACTIVATIONS[name].value) for name in FORMAL}
    functions |= {"f": functions["tanh"], "f'": _true(ACTIVATIONS["tanh"].slope)}
    drawn = CellWorld(
        world.cell,
        in_floats(world.values),
        tuple(as_floats(start) for start in world.starts),
        as_floats(world.x),
        functions,
        lambda run, point: oracle(lambda state: as_floats(run(state)), as_floats(point)),
    )
    return Case(in_floats(like.values), functions, note="true gates in floats", cell=drawn)
