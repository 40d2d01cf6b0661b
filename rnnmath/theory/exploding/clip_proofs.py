"""The derivations of what clipping is: a share of g, of bounded length, along g.

Each function proves one statement; ``given`` is what the chain supposes beside it.
"""

from typing import Any

from sympy import Integer, Max, Min

from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement, Step
from rnnmath.symbolic.derivation.order import EQUIVALENT, shown, supposed
from rnnmath.symbolic.derivation.quadratic import INNER_PRODUCT, LENGTH
from rnnmath.symbolic.derivation.reasoning import SYMMETRY
from rnnmath.symbolic.nodes import InnerProduct
from rnnmath.symbolic.norms import VectorNorm
from rnnmath.symbolic.quantities.clipping import Clip
from rnnmath.symbolic.tidy import add, multiply, same
from rnnmath.theory.cases import EXTREME, SMALLER, by_cases, in_cases
from rnnmath.theory.exploding.clip_rules import CUT, KEPT, cut

__all__ = [
    "LARGER_TIMES_SMALLER",
    "along",
    "as_share",
    "bounded",
    "idempotent",
    "kept_iff",
    "length",
    "taken_off",
]

_EQUAL, _AT_MOST = Relation.EQUAL, Relation.AT_MOST


def _longer(clip: Clip) -> Any:
    return Max(clip.threshold, clip.length)


def _share(clip: Clip) -> Any:
    return clip.threshold / _longer(clip)


def _excess(clip: Clip) -> Any:
    """Return the share that is taken off, ``max(0, ‖g‖ - theta) / max(theta, ‖g‖)``."""
    return Max(0, clip.length - clip.threshold) / _longer(clip)


def _backward(chain: Derivation, focus: Any, back: Derivation) -> Derivation:
    """Go on from what a chain ends in to what it starts from."""
    return chain.then(SYMMETRY, focus, back.start, (back,))


def as_share(clip: Clip, given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``clip(g) = theta / max(theta, ‖g‖) g``.

    Examples
    --------
    >>> from rnnmath.theory.exploding.objects import CLIPPED
    >>> print(as_share(CLIPPED).statement)
    clip(g, theta) = theta/max(theta, ||g||)*g
    """
    whole, longer = multiply(_share(clip), clip.argument), _longer(clip)
    chains = []
    rules: tuple[tuple[Rule, Any, Any], ...] = (
        (KEPT, clip.argument, clip.threshold),
        (CUT, cut(clip), clip.length),
    )
    cases = in_cases(given, clip.length, clip.threshold)
    for case, (rule, value, larger) in zip(cases, rules, strict=True):
        back = Derivation(whole, given=case).then(EXTREME, longer, larger)
        chains.append(_backward(Derivation(clip, given=case).then(rule, clip, value), value, back))
    return Derivation(clip, given=given).then(by_cases(_EQUAL), clip, whole, tuple(chains))


def _larger_times_smaller(focus: Any, result: Any, _: Step) -> bool:
    """``x y / max(x, y) = min(x, y)``."""
    if not isinstance(result, Min):
        return False
    x, y = result.args
    return same(focus, x * y / Max(x, y))


LARGER_TIMES_SMALLER = Rule(
    "larger times smaller", r"x y = \max(x, y) \min(x, y)", _EQUAL, _larger_times_smaller
)


def _scaled_length(clip: Clip, given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``‖clip(g)‖ = theta / max(theta, ‖g‖) ‖g‖``."""
    size = VectorNorm(clip)
    chain = Derivation(size, given=given)
    part = multiply(_share(clip), clip.argument)
    chain = chain.then(shown(_EQUAL), clip, part, (as_share(clip),))
    return chain.then(SCALAR, chain.end, _share(clip) * clip.length)


def length(clip: Clip, given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``‖clip(g)‖ = min(theta, ‖g‖)``."""
    chain = _scaled_length(clip, given)
    return chain.then(LARGER_TIMES_SMALLER, chain.end, Min(clip.threshold, clip.length))


def bounded(clip: Clip, given: tuple[Statement, ...] = ()) -> Derivation:
    """Derive ``‖clip(g)‖ <= theta``."""
    chain = length(clip, given)
    return chain.then(SMALLER, chain.end, clip.threshold)


def along(clip: Clip) -> Derivation:
    """Derive ``g^T clip(g) = ‖g‖ ‖clip(g)‖``, equality in Cauchy-Schwarz."""
    v, share = clip.argument, _share(clip)
    chain = Derivation(InnerProduct(v, clip))
    chain = chain.then(shown(_EQUAL), clip, multiply(share, v), (as_share(clip),))
    chain = chain.then(INNER_PRODUCT, chain.end, share * InnerProduct(v, v))
    chain = chain.then(LENGTH, InnerProduct(v, v), clip.length**2)
    back = Derivation(clip.length * VectorNorm(clip))
    size = _scaled_length(clip)
    back = back.then(shown(_EQUAL), size.start, size.end, (size,))
    return _backward(chain, chain.end, back)


def idempotent(clip: Clip) -> Derivation:
    """Derive that what has been clipped is short enough to be kept."""
    twice = Clip(clip, clip.threshold)
    return Derivation(twice).then(KEPT, twice, clip, (bounded(clip),))


def kept_iff(clip: Clip) -> Derivation:
    """Derive that exactly the short columns are kept."""
    v = clip.argument
    short = Statement(clip.length, _AT_MOST, clip.threshold)
    kept = Statement(clip, _EQUAL, v)
    onward = Derivation(clip, given=(short,)).then(KEPT, clip, v)
    back = Derivation(clip.length, given=(kept,)).then(supposed(_EQUAL), v, clip)
    back = back.then(shown(_AT_MOST), back.end, clip.threshold, (bounded(clip),))
    return Derivation(short).then(EQUIVALENT, short, kept, (onward, back))


def taken_off(clip: Clip) -> Derivation:
    """Derive ``g - clip(g) = max(0, ‖g‖ - theta) / max(theta, ‖g‖) g``."""
    v = clip.argument
    whole = multiply(_excess(clip), v)
    gap = add(v, multiply(-1, clip))
    below, above = in_cases((), clip.length, clip.threshold)
    over = Max(0, clip.length - clip.threshold)
    short = Derivation(gap, given=below).then(KEPT, clip, v)
    back = Derivation(whole, given=below).then(EXTREME, over, Integer(0))
    short = _backward(short, short.end, back)
    long = Derivation(gap, given=above).then(CUT, clip, cut(clip))
    back = Derivation(whole, given=above).then(EXTREME, over, clip.length - clip.threshold)
    back = back.then(EXTREME, _longer(clip), clip.length)
    back = back.then(_SAME_SHARE, back.end, long.end)
    long = _backward(long, long.end, back)
    return Derivation(gap).then(by_cases(_EQUAL), gap, whole, (short, long))


def _same_share(focus: Any, result: Any, _: Step) -> bool:
    """Compare two multiples of one column by their factors."""
    pairs = [side.as_coeff_matrices() for side in (focus, result) if side.is_MatMul]
    if len(pairs) != 2 or pairs[0][1] != pairs[1][1]:
        return False
    return bool((pairs[0][0] - pairs[1][0]).expand() == 0)


_SAME_SHARE = Rule("arithmetic", "", _EQUAL, _same_share)
