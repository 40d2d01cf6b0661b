"""The definition of clipping as two rules, and what it says of Jacobians on open regions."""

from typing import Any

from rnnmath.symbolic.calculus.differentials import Jacobian
from rnnmath.symbolic.derivation import Relation, Rule, Step
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import multiply, same
from rnnmath.theory.cases import known_at_most, known_less

__all__ = ["CUT", "KEPT", "NEAR_CUT", "NEAR_KEPT", "cut"]

_EQUAL = Relation.EQUAL


def cut(clip: Clip) -> Any:
    """Return ``(theta / ‖g‖) g``, what clipping makes of a long g.

    Examples
    --------
    >>> from sympy import MatrixSymbol, Symbol
    >>> print(cut(Clip(MatrixSymbol("g", 3, 1), Symbol("theta", positive=True))))
    (theta/VectorNorm(g))*g
    """
    return multiply(clip.threshold / clip.length, clip.argument)


def _kept(focus: Any, result: Any, step: Step) -> bool:
    return (
        isinstance(focus, Clip)
        and same(result, focus.argument)
        and known_at_most(focus.length, focus.threshold, step)
    )


def _cut(focus: Any, result: Any, step: Step) -> bool:
    return (
        isinstance(focus, Clip)
        and same(result, cut(focus))
        and known_less(0, focus.threshold, step)
        and known_at_most(focus.threshold, focus.length, step)
    )


def _near(focus: Any, result: Any) -> Clip | None:
    """Return the clip whose Jacobian, in the very column that is clipped, is rewritten."""
    if not isinstance(focus, Jacobian) or not isinstance(result, Jacobian):
        return None
    clip, wrt = focus.args
    fits = isinstance(clip, Clip) and clip.argument == wrt == result.args[1]
    return clip if fits and not clip.threshold.has(wrt) else None


def _near_kept(focus: Any, result: Any, step: Step) -> bool:
    clip = _near(focus, result)
    return (
        clip is not None
        and same(result.args[0], clip.argument)
        and known_less(clip.length, clip.threshold, step)
    )


def _near_cut(focus: Any, result: Any, step: Step) -> bool:
    clip = _near(focus, result)
    return (
        clip is not None
        and same(result.args[0], cut(clip))
        and known_less(0, clip.threshold, step)
        and known_less(clip.threshold, clip.length, step)
    )


KEPT = Rule(
    "definition of clip, short",
    r"\lVert g \rVert \le \theta \implies \operatorname{clip}_\theta(g) = g",
    _EQUAL,
    _kept,
)
CUT = Rule(
    "definition of clip, long",
    r"\lVert g \rVert \ge \theta \gt 0 \implies"
    r" \operatorname{clip}_\theta(g) = \theta g / \lVert g \rVert",
    _EQUAL,
    _cut,
)
#: Length is continuous, so a short column has short neighbours and a long one long neighbours:
#: two functions that agree near a point have one Jacobian there.
NEAR_KEPT = Rule(
    "the same near g, short",
    r"\lVert g \rVert \lt \theta \implies \partial \operatorname{clip}_\theta(g) = \partial g",
    _EQUAL,
    _near_kept,
)
NEAR_CUT = Rule(
    "the same near g, long",
    r"\lVert g \rVert \gt \theta \gt 0 \implies"
    r" \partial \operatorname{clip}_\theta(g) = \partial (\theta g / \lVert g \rVert)",
    _EQUAL,
    _near_cut,
)
