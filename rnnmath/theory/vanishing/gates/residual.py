"""A step that adds to the state: the identity in its Jacobian, and what the identity keeps."""

from typing import Any

from sympy import Abs, Identity, Matrix, MatrixSymbol, Rational

from rnnmath.claim import DERIVED_HERE, Claim, Draw, Kind, Mutant
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.bounds.rules import SCALAR
from rnnmath.symbolic.derivation import Derivation, Relation
from rnnmath.symbolic.derivation.order import supposed, there_is
from rnnmath.symbolic.nodes import elementwise
from rnnmath.symbolic.norms import SmallestSingularValue, SpectralNorm, VectorNorm
from rnnmath.symbolic.notation import TotalDerivative, a, f, f_prime, h, n, t
from rnnmath.symbolic.notation import W as HIDDEN
from rnnmath.symbolic.tidy import add, diag, multiply
from rnnmath.theory.cases import GAP
from rnnmath.theory.cell_rules import worked_out
from rnnmath.theory.euclid import MINKOWSKI
from rnnmath.theory.least_stretch import greatest_lower_bound, squeezed
from rnnmath.theory.multiplied_out import MULTIPLY_OUT
from rnnmath.theory.stretch import STRETCH
from rnnmath.theory.vanishing.gates.objects import (
    CHAPTER,
    RESIDUAL,
    at_most,
    drawn,
    equal,
    one_step,
)

__all__ = ["RESIDUAL_JACOBIAN", "RESIDUAL_STRETCH"]

_STEP = one_step(h, h)
_SLOPES = diag(elementwise(f_prime, a[t]))
_BRANCH = multiply(_SLOPES, HIDDEN)


def _residual_jacobian() -> tuple[Derivation, ...]:
    chain = worked_out(RESIDUAL, Derivation(_STEP), _STEP)
    while nodes := chain.end.atoms(TotalDerivative):
        chain = worked_out(RESIDUAL, chain, min(nodes, key=lambda node: node.sort_key()))
    return (chain,)


_MANY = drawn("residual", sizes={"n": (2, 3)}, horizon=(1, 2))

RESIDUAL_JACOBIAN = Claim(
    id="residual-jacobian",
    kind=Kind.IDENTITY,
    title="A residual step has the identity in its Jacobian",
    says=(equal(_STEP, add(Identity(n), _BRANCH)),),
    derive=_residual_jacobian,
    draws=(drawn("residual", horizon=(1, 2)),),
    mutants=(
        Mutant("the branch alone", equal(_STEP, _BRANCH)),
        Mutant(
            "the slopes on the identity too",
            equal(_STEP, multiply(_SLOPES, add(Identity(n), HIDDEN))),
        ),
        Mutant(
            "the slopes on the right",
            equal(_STEP, add(Identity(n), multiply(HIDDEN, _SLOPES))),
            (_MANY,),
        ),
        Mutant(
            "the value for the slope",
            equal(_STEP, add(Identity(n), multiply(diag(elementwise(f, a[t])), HIDDEN))),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)

_G, _V, _E = MatrixSymbol("G", n, n), MatrixSymbol("v", n, 1), MatrixSymbol("e", n, 1)
_SUM = add(Identity(n), _G)
_SIZE, _LEAST, _MOST = SpectralNorm(_G), SmallestSingularValue(_SUM), SpectralNorm(_SUM)


def _kept() -> Derivation:
    """``‖v‖ <= ‖(I + G) v‖ + ‖G‖ ‖v‖`` for every v, the last term moved to the other side."""
    length, moved = VectorNorm(_V), multiply(_G, _V)
    image = VectorNorm(multiply(_SUM, _V))
    back = multiply(-1, moved)
    split = add(multiply(_SUM, _V), back)
    chain = Derivation(length).then(MULTIPLY_OUT, _V, split)
    chain = chain.then(MINKOWSKI, chain.end, image + VectorNorm(back))
    chain = chain.then(SCALAR, VectorNorm(back), VectorNorm(moved))
    chain = chain.then(STRETCH, VectorNorm(moved), _SIZE * length)
    start = length - _SIZE * length
    every = Derivation(start).then(GAP, start, image, (chain,))
    low = 1 - _SIZE
    return Derivation(low).then(greatest_lower_bound(Relation.AT_MOST), low, _LEAST, (every,))


def _between() -> Derivation:
    """Compare the least stretch with the largest along a column of length one."""
    unit = (equal(VectorNorm(_E), 1),)
    image = VectorNorm(multiply(_SUM, _E))
    along = Derivation(_LEAST, given=unit)
    along = along.then(supposed(Relation.EQUAL), _LEAST, _LEAST * VectorNorm(_E))
    along = along.then(squeezed(), along.end, image).then(STRETCH, image, _MOST * VectorNorm(_E))
    along = along.then(supposed(Relation.EQUAL), VectorNorm(_E), 1)
    exists = there_is("a column of length one", r"\lVert e \rVert = 1", unit, (_E,), about=_G)
    return Derivation(_LEAST).then(exists, _LEAST, _MOST, (along,))


def _drawn(style: str) -> Draw:
    return Draw("random", {"sizes": {"n": (1, 3)}, "matrices": {"G": ("n", "n", style)}})


def _explicit(note: str, *entries: Any) -> Draw:
    values = {"G": Matrix.diag(*entries), "n": len(entries)}
    return Draw("explicit", {"values": values, "note": note})


_HALF = Rational(1, 2)
_PAST_ONE = _explicit("minus diag(1, 3)", -1, -3)

RESIDUAL_STRETCH = Claim(
    id="residual",
    kind=Kind.BOUND,
    title="I + G stretches by 1 give or take the norm of G",
    says=(
        at_most(1 - _SIZE, _LEAST),
        at_most(_LEAST, _MOST),
        at_most(_MOST, 1 + _SIZE),
    ),
    derive=lambda: (_kept(), _between(), norm_bound(_SUM)),
    draws=(
        _drawn("rational norm"),
        _drawn("contraction"),
        _drawn("generic"),
        _explicit("minus half the identity", -_HALF, -_HALF),
        _explicit("three times the identity", 3, 3),
    ),
    mutants=(
        Mutant(
            "the lower bound beyond norm one: |1 - ||G|||",
            at_most(Abs(1 - _SIZE), _LEAST),
            (_PAST_ONE,),
        ),
        Mutant("the upper bound always reached", equal(_MOST, 1 + _SIZE)),
        Mutant("a residual step never shrinks", at_most(1, _LEAST), (_drawn("contraction"),)),
        Mutant("a residual step never grows", at_most(_MOST, 1)),
        Mutant("the identity forgotten", at_most(_MOST, _SIZE), (_drawn("contraction"),)),
        Mutant(
            "the lower bound squared away: 1 - ||G||^2",
            at_most(1 - _SIZE**2, _LEAST),
            (_drawn("contraction"),),
        ),
    ),
    source=DERIVED_HERE,
    chapter=CHAPTER,
)
