"""What can go wrong: one base class, one class a kind of mistake."""

__all__ = [
    "BadDerivation",
    "DomainError",
    "NotDifferentiable",
    "Refuted",
    "RnnmathError",
    "ShapeMismatch",
    "Undecided",
    "UnknownClaim",
    "Unsupported",
]


class RnnmathError(Exception):
    """Base class of every error that rnnmath raises on purpose."""


class ShapeMismatch(RnnmathError, ValueError):
    """An argument has the wrong shape; the message names the argument and both shapes."""


class DomainError(RnnmathError, ValueError):
    """An argument has the right shape but a value outside the domain (NaN, k > t, c <= 0, ...)."""


class NotDifferentiable(RnnmathError, TypeError):
    """No differentiation rule covers a node of the expression; nothing is guessed."""


class Unsupported(RnnmathError, TypeError):
    """No rule of this operation (a bound, a generated function, an evaluation) covers a node."""


class BadDerivation(RnnmathError, ValueError):
    """A step of a derivation does not follow from its rule, or two steps do not fit together."""


class UnknownClaim(RnnmathError, KeyError):
    """No claim of the ledger has this id."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class Refuted(RnnmathError, AssertionError):
    """A claim fails on an admissible case; the message shows the case."""


class Undecided(RnnmathError, AssertionError):
    """A check could neither prove nor refute a statement; undecided is red."""
