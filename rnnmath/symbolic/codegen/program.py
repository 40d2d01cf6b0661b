"""Straight-line NumPy source from an expression: each distinct part once, diagonals never dense.

A value is dense, or a diagonal kept as its column, or a number; products choose by kind.
A part that depends on a running index goes into that loop, every other part before it.
"""

import itertools
import keyword
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sympy import Dummy, Float, Symbol

from rnnmath.errors import DomainError, Unsupported

__all__ = ["Program", "Rule", "Value", "identifier", "literal"]


@dataclass(frozen=True)
class Value:
    """A piece of source and what it is: ``dense``, ``diagonal`` (text is its column) or ``number``.

    An ``entry`` is a number that stands for every entry of an array.
    """

    text: str
    kind: str


Rule = Callable[["Program", Any], Value]


@dataclass
class Scope:
    """The body of the function or of one loop: its lines and the parts that they have computed."""

    index: Any = None
    lines: list[str] = field(default_factory=list)
    known: dict[Any, Value] = field(default_factory=dict)


class Program:
    """Lines of source under construction.

    Parameters
    ----------
    given : dict
        Symbols and nodes that the arguments bind, with the Value that holds each.
    sequences : dict
        The array that holds each time-indexed vector.
    taken : set of str
        Names that the source must not assign to.
    """

    def __init__(
        self,
        given: dict[Any, Value],
        sequences: dict[tuple[Any, Any], str],
        taken: Collection[str] = (),
    ) -> None:
        self.given = given
        self.sequences = sequences
        self.taken = taken
        self.scopes = [Scope()]
        self.arrays: dict[Any, Any] = {}
        self.count = itertools.count(1)

    def name(self, letter: str = "v") -> str:
        """Return a new name."""
        return next(name for name in (f"{letter}{i}" for i in self.count) if name not in self.taken)

    def depth(self, node: Any) -> int:
        """Tell which scope a part belongs to: the innermost whose index it depends on."""
        if len(self.scopes) == 1:
            return 0
        deepest = 0
        for symbol in node.free_symbols:
            if symbol in self.arrays:
                deepest = max(deepest, self.depth(self.arrays[symbol]))
                continue
            for place in range(len(self.scopes) - 1, 0, -1):
                if self.scopes[place].index == symbol:
                    deepest = max(deepest, place)
                    break
        return deepest

    def value(self, node: Any) -> Value:
        """Return the value of a part, computed where it belongs if it is not known yet."""
        stack = [node]
        while stack:
            part = stack[-1]
            if self._find(part) is not None:
                stack.pop()
                continue
            missing = [arg for arg in self._first(part) if self._find(arg) is None]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._settle(part)
        found = self._find(node)
        assert found is not None
        return found

    def _find(self, node: Any) -> Value | None:
        if node in self.given:
            return self.given[node]
        return self.scopes[self.depth(node)].known.get(node)

    def _first(self, node: Any) -> list[Any]:
        """Return the parts worth computing before a node, so that deep trees need no deep stack."""
        from rnnmath.symbolic.codegen.rules import parts_of

        return parts_of(node)

    def _settle(self, node: Any) -> None:
        from rnnmath.symbolic.codegen.rules import compile_node

        place = self.depth(node)
        inner, self.scopes = self.scopes[place + 1 :], self.scopes[: place + 1]
        try:
            result = compile_node(self, node)
            self.scopes[place].known[node] = result
        finally:
            self.scopes = self.scopes + inner

    def assign(self, text: str, kind: str) -> Value:
        """Write one line that computes a value, and return its name."""
        if re.fullmatch(r"\w+", text):
            return Value(text, kind)
        name = self.name()
        self.scopes[-1].lines.append(f"{name} = {text}")
        return Value(name, kind)

    def line(self, text: str) -> None:
        """Write one line."""
        self.scopes[-1].lines.append(text)

    def dense(self, value: Value) -> str:
        """Return the text of a dense array; only a diagonal that stands alone is written out."""
        if value.kind == "diagonal":
            return self.assign(f"np.diag({value.text}[:, 0])", "dense").text
        return value.text

    def stand_in(self, argument: Any) -> Symbol:
        """Return the symbol that stands for the entries of an array, one for each array."""
        for symbol, known in self.arrays.items():
            if known == argument:
                return symbol
        symbol = Dummy("u", real=True)
        self.arrays[symbol] = argument
        return symbol

    def loop(self, index: Any, lower: Any, upper: Any) -> "Loop":
        """Open a loop; use it in a ``with`` block."""
        return Loop(self, index, lower, upper)


class Loop:
    """``for index in lower..upper``: what depends on the index stands inside."""

    def __init__(self, program: Program, index: Any, lower: Any, upper: Any) -> None:
        self.program = program
        self.index = index
        self.limits = f"rt.span({program.value(lower).text}, {program.value(upper).text})"

    def __enter__(self) -> "Loop":
        program = self.program
        self.name = program.name("i")
        self.hidden = program.given.pop(self.index, None)
        scope = Scope(self.index)
        scope.known[self.index] = Value(self.name, "number")
        program.scopes.append(scope)
        return self

    def __exit__(self, *_: object) -> None:
        program = self.program
        scope = program.scopes.pop()
        if self.hidden is not None:
            program.given[self.index] = self.hidden
        program.line(f"for {self.name} in {self.limits}:")
        for text in scope.lines or ["pass"]:
            program.line(f"    {text}")


def identifier(name: str, taken: set[str]) -> str:
    """Return a Python name that looks like the given one and is not taken.

    Examples
    --------
    >>> identifier("h_0", set()), identifier("f'", set()), identifier("lambda", {"lambda_"})
    ('h_0', 'f_prime', 'lambda_2')
    """
    base = re.sub(r"\W", "_", name.replace("'", "_prime"))
    if not base.isidentifier() or keyword.iskeyword(base):
        base = f"{base}_" if base and not base[0].isdigit() else f"x{base}"
    candidates = itertools.chain([base], (f"{base.rstrip('_')}_{i}" for i in itertools.count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def literal(value: Any) -> str:
    """Write an exact number as a Python literal."""
    if value.is_Integer:
        return f"({int(value)})" if value < 0 else str(int(value))
    digits = value.evalf(20)
    if not isinstance(digits, Float):
        msg = f"{value} is not a real number that code can hold"
        raise Unsupported(msg) if value.is_number else DomainError(msg)
    return repr(float(digits)) if digits >= 0 else f"({float(digits)!r})"
