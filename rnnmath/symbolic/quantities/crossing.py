"""The first time that a power is past a level: ``min{m >= 0 : s^m <= eps}`` as a node."""

from typing import Any

from sympy import Basic, Expr, sympify
from sympy.core.symbol import Str

from rnnmath.errors import DomainError
from rnnmath.symbolic.derivation import Relation
from rnnmath.symbolic.typeset import Typeset

__all__ = ["FirstTime"]

_ALLOWED = (Relation.AT_MOST, Relation.LESS, Relation.AT_LEAST, Relation.GREATER)


class FirstTime(Typeset, Expr):
    """The least integer m >= 0 with ``base^m`` at most, below, at least or above a level.

    Formula: ``min{m >= 0 : base^m relation level}``.
    Source: definition.

    Raises
    ------
    DomainError
        If the relation is no inequality.

    Examples
    --------
    >>> from sympy import Rational, Symbol
    >>> first = FirstTime(Symbol("s"), Relation.AT_MOST, Rational(1, 4))
    >>> first.is_integer, first.relation
    (True, <Relation.AT_MOST: '<='>)
    >>> FirstTime(2, Relation.EQUAL, 4)
    Traceback (most recent call last):
    rnnmath.errors.DomainError: relation must be an inequality, got '='
    """

    is_commutative = True
    is_integer = True
    is_nonnegative = True

    def __new__(cls, base: Any, relation: Any, level: Any) -> "FirstTime":
        """Take the relation by itself or by its sign."""
        relation = Relation(str(relation.name) if isinstance(relation, Str) else relation)
        if relation not in _ALLOWED:
            msg = f"relation must be an inequality, got {relation.value!r}"
            raise DomainError(msg)
        node: FirstTime = Basic.__new__(cls, sympify(base), Str(relation.value), sympify(level))
        return node

    @property
    def base(self) -> Any:
        """The number whose powers are compared."""
        return self.args[0]

    @property
    def relation(self) -> Relation:
        """How the power stands to the level."""
        return Relation(str(self.args[1].name))

    @property
    def level(self) -> Any:
        """What the power is compared with."""
        return self.args[2]
