"""When a sequence of numbers is small: the first time, and the time from which it stays so."""

from collections.abc import Mapping
from typing import Any

from sympy import Basic, Expr, Lambda, Symbol, sympify

from rnnmath.errors import DomainError

__all__ = ["FirstBelow", "Horizon"]


class _Crossing(Expr):
    """A time at which a sequence ``x_0, ..., x_last`` is at most a level."""

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, sequence: Any, last: Any, level: Any) -> "_Crossing":
        fits = isinstance(sequence, Lambda) and len(sequence.variables) == 1
        if not fits or not sequence.variables[0].is_integer:
            msg = f"the sequence must be a Lambda of one integer, got {sequence!r}"
            raise DomainError(msg)
        node: _Crossing = Basic.__new__(cls, sequence, sympify(last), sympify(level))
        return node

    @property
    def index(self) -> Symbol:
        """The bound symbol that counts the steps."""
        return self.args[0].variables[0]

    @property
    def term(self) -> Any:
        """The number of the sequence at the bound symbol."""
        return self.args[0].expr

    @property
    def last(self) -> Any:
        """The last step of the sequence."""
        return self.args[1]

    @property
    def level(self) -> Any:
        """What the sequence is compared with."""
        return self.args[2]

    @property
    def bound_symbols(self) -> list[Any]:
        """The index, in a list, as SymPy's sums have it."""
        return [self.index]

    def at(self, step: Any) -> Any:
        """Return the number of the sequence at one step."""
        return self.term.xreplace({self.index: sympify(step)})

    def _xreplace(self, rule: Mapping[Any, Any]) -> tuple[Any, bool]:
        """Replace parts, leaving the bound index alone."""
        if self in rule:
            return rule[self], True
        inner = {old: new for old, new in rule.items() if old != self.index}
        pairs = [part._xreplace(inner) for part in (self.term, self.last, self.level)]
        if not any(changed for _, changed in pairs):
            return self, False
        term, last, level = (part for part, _ in pairs)
        return type(self)(Lambda(self.index, term), last, level), True


class Horizon(_Crossing):
    """The *last* crossing: the least m in 0..last + 1 with ``x_j ≤ ε`` for every j in m..last.

    It is last + 1 where the last number of the sequence is above the level.
    Source: definition.

    Raises
    ------
    DomainError
        If the sequence is not a Lambda of one integer.

    Examples
    --------
    >>> from sympy import Rational
    >>> m = Symbol("m", integer=True, nonnegative=True)
    >>> print(Horizon(Lambda(m, Rational(1, 2) ** m), 5, Rational(1, 8)))
    min {i: (1/2)**m <= 1/8 for all m in i..5}
    """

    def _latex(self, printer: Any) -> str:
        index, last = printer._print(self.index), printer._print(self.last)
        below = rf"{printer._print(self.term)} \le {printer._print(self.level)}"
        return rf"\min\{{ i : {below} \text{{ for all }} {index} = i, \dots, {last} \}}"

    def _sympystr(self, printer: Any) -> str:
        index, term, last, level = map(
            printer._print, (self.index, self.term, self.last, self.level)
        )
        return f"min {{i: {term} <= {level} for all {index} in i..{last}}}"


class FirstBelow(_Crossing):
    """The *first* crossing: the least m in 0..last with ``x_m ≤ ε``, last + 1 where there is none.

    Source: definition.

    Examples
    --------
    >>> from sympy import Rational
    >>> m = Symbol("m", integer=True, nonnegative=True)
    >>> print(FirstBelow(Lambda(m, Rational(1, 2) ** m), 5, Rational(1, 8)))
    min {m <= 5: (1/2)**m <= 1/8}
    """

    def _latex(self, printer: Any) -> str:
        index, last = printer._print(self.index), printer._print(self.last)
        below = rf"{printer._print(self.term)} \le {printer._print(self.level)}"
        return rf"\min\{{ {index} \le {last} : {below} \}}"

    def _sympystr(self, printer: Any) -> str:
        index, term, last, level = map(
            printer._print, (self.index, self.term, self.last, self.level)
        )
        return f"min {{{index} <= {last}: {term} <= {level}}}"
