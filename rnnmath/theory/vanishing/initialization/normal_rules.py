"""What is known of the norm of a normal matrix, as rules that name their theorems."""

from typing import Any

from sympy import Mul, cos, exp, pi, sqrt

from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.derivation.order import mentions
from rnnmath.symbolic.norms import SpectralNorm, VectorNorm
from rnnmath.symbolic.quantities.chance import Gaussian, Probability
from rnnmath.theory.cases import known_at_most

__all__ = [
    "BIDIAGONAL",
    "DAVIDSON_SZAREK",
    "IMPLIED",
    "LENGTH_OF_NORMAL",
    "SAME_EVENT",
    "path_norm",
]

_AT_MOST, _AT_LEAST, _EQUAL = Relation.AT_MOST, Relation.AT_LEAST, Relation.EQUAL


def path_norm(rows: Any) -> Any:
    """Return the norm ``2 cos(pi / (2k + 1))`` of the k x k bidiagonal matrix of ones.

    Its Gram matrix is that of a path with 2k nodes, whose eigenvalues are known.

    Examples
    --------
    >>> path_norm(1)
    1
    """
    return 2 * cos(pi / (2 * rows + 1))


def _is_normal(chance: Any, kind: type) -> bool:
    """Tell whether a chance is about the norm of one normal matrix or column."""
    if not isinstance(chance, Probability) or len(chance.law.blocks) != 1:
        return False
    (block,) = chance.law.blocks
    level = chance.event.rhs
    steady = not level.has(block.variable)
    return steady and isinstance(block, Gaussian) and chance.event.lhs == kind(block.variable)


def _same_event(focus: Any, result: Any, _: Step) -> bool:
    """Tell whether both sides of an event were multiplied by one positive number."""
    if not (isinstance(focus, Probability) and isinstance(result, Probability)):
        return False
    before, after = focus.event, result.event
    factor = after.lhs / before.lhs
    same = before.relation == after.relation and focus.law == result.law
    steady = not factor.has(*focus.law.variables) and bool(factor.is_positive)
    return same and steady and bool((after.rhs - factor * before.rhs).expand() == 0)


def _davidson_szarek(focus: Any, result: Any, step: Step) -> bool:
    """``P(‖G‖ >= sqrt(m) + sqrt(n) + t) <= exp(-t^2 / 2)`` for G (m, n) and t >= 0."""
    if not _is_normal(focus, SpectralNorm) or focus.event.relation != _AT_LEAST:
        return False
    rows, cols = focus.event.lhs.matrix.shape
    t = focus.event.rhs - sqrt(rows) - sqrt(cols)
    return known_at_most(0, t, step) and _is_tail(result, t)


def _is_tail(expr: Any, t: Any) -> bool:
    return isinstance(expr, exp) and bool((expr.args[0] + t**2 / 2).expand() == 0)


def _bidiagonal(focus: Any, result: Any, step: Step) -> bool:
    """``P(‖G‖ <= 2 cos(pi/(2k+1)) c) <= (2k - 1) P(‖g‖ <= c)``, g of n - k + 1 entries."""
    chances = [part for part in Mul.make_args(result) if _is_normal(part, VectorNorm)]
    if len(chances) != 1 or not _is_normal(focus, SpectralNorm):
        return False
    (chance,) = chances
    if not focus.event.relation == chance.event.relation == _AT_MOST:
        return False
    rows, cols = focus.event.lhs.matrix.shape
    k = rows + 1 - chance.event.lhs.matrix.shape[0]
    level = chance.event.rhs
    return (
        rows == cols
        and bool((result / chance - (2 * k - 1)).expand() == 0)
        and bool((focus.event.rhs - path_norm(k) * level).expand() == 0)
        and known_at_most(1, k, step)
        and known_at_most(k, rows, step)
    )


def _length(focus: Any, result: Any, step: Step) -> bool:
    """``P(‖g‖ <= sqrt(N - 1) - t) <= exp(-t^2 / 2)`` for g of N entries and t >= 0."""
    if not _is_normal(focus, VectorNorm) or focus.event.relation != _AT_MOST:
        return False
    size = focus.event.lhs.matrix.shape[0]
    t = sqrt(size - 1) - focus.event.rhs
    return known_at_most(0, t, step) and _is_tail(result, t)


def _implied(focus: Any, result: Any, step: Step) -> bool:
    """``P(X >= c) <= P(Y >= c)`` where the premise shows ``X <= Y``, whatever the matrices are."""
    if not (isinstance(focus, Probability) and isinstance(result, Probability)):
        return False
    if any(mentions(fact, matrix) for fact in step.given for matrix in focus.law.variables):
        return False
    left, right = focus.event, result.event
    return (
        focus.law == result.law
        and left.relation == right.relation == _AT_LEAST
        and left.rhs == right.rhs
        and len(step.premises) == 1
        and step.premises[0].given == step.given
        and step.premises[0].relation in (_EQUAL, _AT_MOST)
        and step.premises[0].start == left.lhs
        and step.premises[0].end == right.lhs
    )


SAME_EVENT = Rule("the same event", r"x \ge y \iff c x \ge c y, \quad c > 0", _EQUAL, _same_event)
#: Slepian and Gordon compare the mean with that of two lengths, and the norm is 1-Lipschitz.
DAVIDSON_SZAREK = Rule(
    "theorem of Davidson and Szarek",
    r"\mathbb{P}(\lVert G \rVert \ge \sqrt{m} + \sqrt{n} + t) \le e^{-t^2/2}",
    _AT_MOST,
    _davidson_szarek,
)
#: Reflections bring G to a bidiagonal form of independent lengths of normal columns, the k longest
#: on the diagonal having at least n - k + 1 entries.  The corner of k rows has nonnegative entries;
#: where all 2k - 1 of them are above c, it is above c times that of ones.
BIDIAGONAL = Rule(
    "a corner of the bidiagonal form",
    r"\mathbb{P}(\lVert G \rVert \le 2 \cos(\tfrac{\pi}{2k+1}) c)"
    r" \le (2k - 1) \mathbb{P}(\lVert g \rVert \le c)",
    _AT_MOST,
    _bidiagonal,
)
#: A length is 1-Lipschitz, and its mean is at least the root of one entry less.
LENGTH_OF_NORMAL = Rule(
    "concentration of a length",
    r"\mathbb{P}(\lVert g \rVert \le \sqrt{N - 1} - t) \le e^{-t^2/2}",
    _AT_MOST,
    _length,
)
IMPLIED = Rule(
    "one event within the other",
    r"X \le Y \implies \mathbb{P}(X \ge c) \le \mathbb{P}(Y \ge c)",
    _AT_MOST,
    _implied,
)
