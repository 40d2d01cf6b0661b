"""A network that runs, seen from a formula: its vectors by name and time, its derivatives measured.

The formula side asks for "h at t" or "the derivative of h_t in h_k"; the network side runs the
program and lets an oracle measure.  Neither knows the other's formulas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, Unsupported
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks import Trajectory, VanillaRNN, forward
from rnnmath.numeric.replay import depends_on, replay
from rnnmath.numeric.wiring import PLAIN, Wiring

__all__ = ["Oracle", "World"]

Oracle = Callable[[Callable[[Any], Any], Any], Any]
Place = tuple[str, int] | tuple[str]

_PARAMETERS = ("W", "U", "V", "b", "c")


@dataclass(frozen=True)
class World:
    """A vanilla network, its input and its loss, with the oracle that measures derivatives."""

    network: VanillaRNN
    x: Any
    h0: Any
    loss: Loss
    oracle: Oracle
    wiring: Wiring = PLAIN

    @cached_property
    def trajectory(self) -> Trajectory:
        """The forward run."""
        if self.wiring is PLAIN:
            return forward(self.network, self.x, self.h0)
        h, a, o = (self._rerun(name) for name in ("h", "a", "o"))
        x = np.stack([self.x[0], *o[:-1]]) if self.wiring.feedback else self.x
        return Trajectory(x, np.stack([self._untouched(("h", 0)), *h]), a, o)

    def _rerun(self, name: str) -> Any:
        return np.stack([self._untouched((name, step)) for step in range(1, self.horizon + 1)])

    def _untouched(self, place: tuple[str, int]) -> Any:
        """Run the program with its own output bias put in, which changes nothing."""
        same = ("c",), self.network.c
        return replay(self.network, self.x, self.h0, self.loss, *same, place, self.wiring)

    @property
    def horizon(self) -> int:
        """The number of steps T."""
        return len(self.x)

    def vector(self, name: str, time: int) -> Any:
        """Return a, h, x or o at one time, a column."""
        readers = {
            "x": self.trajectory.input,
            "h": self.trajectory.state,
            "a": self.trajectory.preactivation,
            "o": self.trajectory.output,
        }
        if name not in readers:
            msg = f"a vanilla network has no sequence {name!r}; it has x, a, h, o"
            raise Unsupported(msg)
        return readers[name](time)

    def layer(self, time: int) -> Any:
        """Return W_t, the matrix of layer t; every layer of a recurrent network has the same."""
        if not 1 <= time <= self.horizon:
            msg = f"the layers are 1..{self.horizon}, got {time}"
            raise DomainError(msg)
        return self.wiring.layers[time - 1] if self.wiring.layers else self.network.W

    def value(self, place: Place) -> Any:
        """Return the present value of a variable."""
        if len(place) == 2:
            return self.vector(place[0], place[1])
        if place[0] in _PARAMETERS:
            return getattr(self.network, place[0])
        msg = f"a vanilla network has no parameter {place[0]!r}; it has {', '.join(_PARAMETERS)}"
        raise Unsupported(msg)

    def loss_value(self, time: int | None = None) -> Any:
        """Return the loss, or the loss at one time."""
        if time is not None:
            return self.loss.value(self.trajectory.output(time), time)[0]
        return sum(self.loss_value(step) for step in range(1, self.horizon + 1))

    @cached_property
    def _measured(self) -> dict[tuple[Place, Place], Any]:
        return {}

    def derivative(self, of: Place, wrt: Place) -> Any:
        """Measure the derivative of one variable in another once, everything upstream held."""
        if (of, wrt) not in self._measured:
            self._measured[of, wrt] = self._measure(of, wrt)
        return self._measured[of, wrt]

    def _measure(self, of: Place, wrt: Place) -> Any:
        if of[0] == "L" and wrt == ("a", self.horizon + 1):
            return 0 * self.value(("b",))  # nothing is fed after the last step
        start = self.value(wrt)

        def run(value: Any) -> Any:
            return replay(self.network, self.x, self.h0, self.loss, wrt, value, of, self.wiring)

        if self.wiring is PLAIN and not depends_on(of, wrt):
            jacobian = np.zeros((run(start).size, start.size), dtype=int).astype(start.dtype)
        else:
            jacobian = self.oracle(run, start)
        return jacobian.reshape(start.shape) if of[0] == "L" else jacobian

    def at_step(self, time: int) -> "World":
        """Return the one-step network that starts from the state before ``time``."""
        layers = () if not self.wiring.layers else (self.layer(time),)
        wiring = PLAIN if not layers else Wiring(layers=layers)
        start = self.vector("h", time - 1)
        x = self.vector("x", time)[None]
        return World(self.network, x, start, self.loss, self.oracle, wiring)
