"""A network that runs, seen from a formula: its vectors by name and time, its derivatives measured.

The formula side asks for "h at t" or "the derivative of h_t in h_k"; the network side runs the
program and lets an oracle measure.  Neither knows the other's formulas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rnnmath.errors import Unsupported
from rnnmath.numeric.losses import Loss
from rnnmath.numeric.networks import Trajectory, VanillaRNN, forward
from rnnmath.numeric.replay import replay

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

    @cached_property
    def trajectory(self) -> Trajectory:
        """The forward run."""
        return forward(self.network, self.x, self.h0)

    @property
    def horizon(self) -> int:
        """The number of steps T."""
        return len(self.x)

    def vector(self, name: str, time: int) -> Any:
        """Return a, h, x or o at one time, a column."""
        if name == "x":
            return self.x[time - 1]
        readers = {
            "h": self.trajectory.state,
            "a": self.trajectory.preactivation,
            "o": self.trajectory.output,
        }
        if name not in readers:
            msg = f"a vanilla network has no sequence {name!r}; it has x, a, h, o"
            raise Unsupported(msg)
        return readers[name](time)

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

    def derivative(self, of: Place, wrt: Place) -> Any:
        """Measure the derivative of one variable in another, everything upstream held."""
        if of[0] == "L" and wrt == ("a", self.horizon + 1):
            return 0 * self.value(("b",))  # nothing is fed after the last step
        start = self.value(wrt)

        def run(value: Any) -> Any:
            return replay(self.network, self.x, self.h0, self.loss, wrt, value, of)

        jacobian = self.oracle(run, start)
        return jacobian.reshape(start.shape) if of[0] == "L" else jacobian

    def at_step(self, time: int) -> "World":
        """Return the one-step network that starts from the state before ``time``."""
        return World(
            self.network,
            self.x[time - 1 : time],
            self.vector("h", time - 1),
            self.loss,
            self.oracle,
        )
