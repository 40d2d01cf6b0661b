"""Truncated gradients: what a run returns, and what holding a state or starting anew makes of L."""

from typing import Any

from sympy import Basic, Expr, MatrixExpr, ceiling, sympify
from sympy.core.symbol import Str
from sympy.matrices.expressions.matexpr import MatrixElement

from rnnmath.errors import DomainError
from rnnmath.symbolic.notation import TimeScalar, W

__all__ = ["ChunkStart", "HeldGradient", "RestartedGradient", "TruncatedGradient"]

_SCHEDULES = ("window", "chunks", "restarted")


class _Gradient(MatrixExpr):
    """A matrix of the shape of W that is measured, not rewritten inside."""

    is_derivative_of_args = True

    @property
    def shape(self) -> tuple[Any, Any]:
        """The shape of W."""
        rows, cols = W.shape
        return rows, cols

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)


class TruncatedGradient(_Gradient):
    """What truncated backpropagation returns in place of dL/dW, by its schedule and its length K.

    ``window``: each loss goes back through K uses of W.  ``chunks``: through those in its own
    chunk of K steps, the state carried over.  ``restarted``: the same, each chunk from h_0.
    Source: definition; it is observed on a real run.

    Raises
    ------
    DomainError
        If there is no such schedule.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import n
    >>> TruncatedGradient("window", 3).shape == (n, n)
    True
    """

    def __new__(cls, schedule: Any, length: Any) -> "TruncatedGradient":
        """Take the schedule and K."""
        name = str(getattr(schedule, "name", schedule))
        if name not in _SCHEDULES:
            msg = f"schedule must be one of {', '.join(_SCHEDULES)}, got {name!r}"
            raise DomainError(msg)
        node: TruncatedGradient = Basic.__new__(cls, Str(name), sympify(length))
        return node

    @property
    def schedule(self) -> str:
        """``window``, ``chunks`` or ``restarted``."""
        return str(self.args[0].name)

    @property
    def length(self) -> Any:
        """K."""
        return self.args[1]

    def _latex(self, printer: Any) -> str:
        return rf"g_{{\text{{{self.schedule}}}\,{printer._print(self.length)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"g_{self.schedule}({printer._print(self.length)})"


class HeldGradient(_Gradient):
    """The gradient of one loss in W, of the program that starts after a step from a held state.

    ``HeldGradient(L_t, s, h_s)``: the steps s+1..t use W, and the state before them does not move.
    Source: definition; it is observed by intervention.

    Raises
    ------
    DomainError
        If the loss is not the loss of one time.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import h, loss_at, t
    >>> HeldGradient(loss_at(t), t - 1, h[t - 1])
    grad_W L[t] held h[t - 1]
    """

    def __new__(cls, of: Any, after: Any, state: Any) -> "HeldGradient":
        """Take the loss, the step before the first one, and the state there."""
        if not isinstance(of, TimeScalar):
            msg = f"a held gradient is of the loss of one time, got {of}"
            raise DomainError(msg)
        node: HeldGradient = Basic.__new__(cls, of, sympify(after), state)
        return node

    @property
    def of(self) -> Any:
        """The loss."""
        return self.args[0]

    @property
    def after(self) -> Any:
        """The step after which the program starts."""
        return self.args[1]

    @property
    def state(self) -> Any:
        """The column that it starts from."""
        return self.args[2]

    def _latex(self, printer: Any) -> str:
        loss, held = printer._print(self.of), printer._print(self.state)
        if getattr(self.state, "index", None) != self.after:
            held = rf"{printer._print(self.after)},\,{held}"
        return rf"\nabla_W {loss}\big|_{{{held}}}"

    def _sympystr(self, printer: Any) -> str:
        index = printer._print(self.of.index)
        return f"grad_W L[{index}] held {printer._print(self.state)}"


class RestartedGradient(_Gradient):
    """The gradient in W of another function: the loss of the program that restarts every K steps.

    Source: definition; it is observed by intervention.

    Examples
    --------
    >>> RestartedGradient(3)
    grad_W L_restarted(3)
    """

    def __new__(cls, length: Any) -> "RestartedGradient":
        """Take K."""
        node: RestartedGradient = Basic.__new__(cls, sympify(length))
        return node

    @property
    def length(self) -> Any:
        """K."""
        return self.args[0]

    def _latex(self, printer: Any) -> str:
        return rf"\nabla_W L_{{\text{{restarted}}\,{printer._print(self.length)}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"grad_W L_restarted({printer._print(self.length)})"


class ChunkStart(Expr):
    """The step before the chunk of step t: ``K (ceil(t/K) - 1)``, for t >= 1.

    Source: definition.

    Examples
    --------
    >>> ChunkStart(7, 3).written_out, ChunkStart(6, 3).written_out
    (6, 3)
    """

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, step: Any, length: Any) -> "ChunkStart":
        """Take t and K."""
        node: ChunkStart = Basic.__new__(cls, sympify(step), sympify(length))
        return node

    @property
    def written_out(self) -> Any:
        """The formula."""
        step, length = self.args
        return length * (ceiling(step / length) - 1)

    def _latex(self, printer: Any) -> str:
        step, length = (printer._print(arg) for arg in self.args)
        return rf"{length} \left(\lceil {step} / {length} \rceil - 1\right)"

    def _sympystr(self, printer: Any) -> str:
        step, length = (printer._print(arg) for arg in self.args)
        return f"{length}*(ceil({step}/{length}) - 1)"
