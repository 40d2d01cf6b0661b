"""Growth over any number of steps of a network: it adds up at most, and the bound is a rate."""

from typing import Any

from sympy import Matrix, Rational, log

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Hypothesis, Kind, Mutant, cite
from rnnmath.symbolic.bounds.rules import SUBMULTIPLICATIVE
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.norms import ActivationSupremum, SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import TotalDerivative, W, f, h, k, t, time
from rnnmath.symbolic.tidy import multiply
from rnnmath.theory.beyond.lyapunov.objects import CHAPTER, at_most, compare, equal, per_step
from rnnmath.theory.jacobian_product import CHAIN_SEMIGROUP
from rnnmath.theory.norm_bound.objects import FINITE, IS_FINITE, network
from rnnmath.theory.norm_bound.product import PRODUCT_BOUND, switching

__all__ = ["LYAPUNOV_BOUND", "LYAPUNOV_SUBADDITIVE"]

AT_MOST = Relation.AT_MOST

_CUT = time("s")
_WHOLE = TotalDerivative(h[t], h[k])
_NEWER, _OLDER = TotalDerivative(h[t], h[_CUT]), TotalDerivative(h[_CUT], h[k])
_SIZE, _NEW, _OLD = (SpectralNorm(part) for part in (_WHOLE, _NEWER, _OLDER))
_SCALE = ActivationSupremum(f) * SpectralNorm(W)
_ORDERED = (at_most(k + 1, _CUT), at_most(_CUT + 1, t))


def _subadditive() -> Derivation:
    chain = Derivation(_SIZE, given=_ORDERED)
    chain = chain.then(cite(CHAIN_SEMIGROUP), _WHOLE, multiply(_NEWER, _OLDER))
    return chain.then(SUBMULTIPLICATIVE, chain.end, _NEW * _OLD)


def _net(activation: str, weights: str, **more: Any) -> Draw:
    sizes = {"n": (2, 3)}
    times = {"times": ("k", "s", "t"), "gap": 2}
    return network(activation, weights, sizes=sizes, horizon=(3, 4), **times, **more)


_TURNING, _SOFT = _net("linear", "orthogonal multiple"), _net("softsign", "generic")


def _switched(cut: int) -> Draw:
    options = dict(switching(4).options)
    options["values"] = {**options["values"], "s": cut}
    return Draw("explicit", options)


LYAPUNOV_SUBADDITIVE = Claim(
    id="lyapunov-subadditive",
    kind=Kind.BOUND,
    title="Over two stretches of time the logarithms of the growths add up at most",
    says=(at_most(_SIZE, _NEW * _OLD),),
    given=(
        Hypothesis("$k + 1 \\le s$: the cut comes after the start", _ORDERED[0]),
        Hypothesis("$s + 1 \\le t$: and before the end", _ORDERED[1]),
    ),
    derive=lambda: (_subadditive(),),
    draws=(_SOFT, _TURNING, _net("leaky", "generic"), _switched(1)),
    mutants=(
        Mutant("the growths multiply", equal(_SIZE, _NEW * _OLD), (_SOFT,)),
        Mutant(
            "they multiply at least", Statement(_SIZE, Relation.AT_LEAST, _NEW * _OLD), (_SOFT,)
        ),
        Mutant("they add", at_most(_SIZE, _NEW + _OLD), (_net("linear", "orthogonal multiple"),)),
        Mutant("the longer stretch decides", at_most(_SIZE, _NEW), (_TURNING,)),
        Mutant(
            "radii instead of norms",
            at_most(SpectralRadius(_WHOLE), SpectralRadius(_NEWER) * SpectralRadius(_OLDER)),
            (_switched(1),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_RATE = log(_SIZE) / (t - k)
_MOVED = compare(0, "<", _SIZE)
_LATER = at_most(k + 1, t)


def _rate() -> Derivation:
    given = (at_most(k, t), _LATER, _MOVED, IS_FINITE)
    power = Derivation(_SIZE, given=given)
    power = power.then(cite(PRODUCT_BOUND, 1), _SIZE, _SCALE ** (t - k))
    chain = Derivation(_RATE, given=given)
    return chain.then(per_step(AT_MOST), _RATE, log(_SCALE), (power,))


def _soft(W: Any, steps: int, scale: Any, h0: Any) -> Draw:
    """Return a softsign network that starts near 0, where its slope is nearly the largest."""
    inner = {
        "W": Matrix(W),
        "x": [Matrix([0])] * steps,
        "h0": Matrix(h0),
        "activation": ("softsign", scale),
    }
    return Draw("explicit", {"network": inner, "values": {"k": 0, "t": steps}})


_TINY = Rational(1, 10**6)
_SMALL = _soft([[2]], 4, 1, [_TINY])
_STEEP = _soft([[1]], 3, 2, [_TINY])
_BRIEF = {"sizes": {"n": (2, 3)}, "horizon": (3, 4), "times": ("k", "t"), "gap": 1}

LYAPUNOV_BOUND = Claim(
    id="lyapunov-bound",
    kind=Kind.BOUND,
    title="No stretch of time grows faster, per step, than the logarithm of gamma times the norm",
    says=(at_most(_RATE, log(_SCALE)),),
    given=(
        Hypothesis("$k \\le t$: the steps run forward", at_most(k, t)),
        Hypothesis("$k + 1 \\le t$: there is a step", _LATER),
        Hypothesis(
            "something of the state is left: the Jacobian is not $0$, else its logarithm is "
            "$-\\infty$",
            _MOVED,
        ),
        FINITE,
    ),
    derive=lambda: (_rate(),),
    draws=(
        network("softsign", "generic", **_BRIEF),
        network("softsign", "rational norm", **_BRIEF),
        _SMALL,
        _STEEP,
        _soft([[0, 3], [-3, 0]], 5, Rational(1, 2), [_TINY, 2 * _TINY]),
    ),
    mutants=(
        Mutant("gamma left out", at_most(_RATE, log(SpectralNorm(W))), (_STEEP,)),
        Mutant("the radius of W", at_most(_RATE, log(SpectralRadius(W))), (switching(4),)),
        Mutant("the whole logarithm", at_most(log(_SIZE), log(_SCALE)), (_SMALL,)),
        Mutant(
            "one step too many in the mean",
            at_most(log(_SIZE) / (t - k - 1), log(_SCALE)),
            (_SMALL,),
        ),
        Mutant(
            "one step too few in the mean",
            at_most(log(_SIZE) / (t - k + 1), log(_SCALE)),
            (_soft([[Rational(1, 2)]], 3, 1, [_TINY]),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
