"""What many steps can do at most: the gap becomes an exponent."""

from typing import Any

from sympy import Integer, Matrix, Product, Rational

from rnnmath.claim import Claim, Draw, Kind, Mutant, Source, cite
from rnnmath.symbolic.bounds import norm_bound
from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.norms import SpectralNorm, SpectralRadius
from rnnmath.symbolic.notation import W, j, k, t
from rnnmath.theory.jacobian_product import IN_ORDER
from rnnmath.theory.local_jacobian import PRODUCT_EXPANDED
from rnnmath.theory.norm_bound.objects import (
    CHAPTER,
    FINITE,
    GAMMA,
    IS_FINITE,
    SCALE,
    TRANSPORT,
    at_most,
    equal,
    network,
)
from rnnmath.theory.norm_bound.ordered import (
    continued,
)
from rnnmath.theory.program import step_matrix

__all__ = ["LONG_GAP", "PRODUCT_BOUND", "switching"]

EQUAL = Relation.EQUAL
_GIVEN = (at_most(k, t), IS_FINITE)

_RANGE = (j, k + 1, t)
_EXPANDED = OrderedProduct(step_matrix(j), _RANGE)
_SIZE = SpectralNorm(TRANSPORT)
_FACTORS = Product(SpectralNorm(step_matrix(j)), _RANGE)

#: Options of a draw with a gap of at least two steps between matrices of size 2 or 3.
LONG_GAP: dict[str, Any] = {
    "sizes": {"n": (2, 3)},
    "horizon": (3, 4),
    "times": ("k", "t"),
    "gap": 2,
}
#: A change of basis that nearly turns the switching W into a rotation; it is not diagonal.
_BALANCE = {"X": Matrix([[1, Rational(9, 10)], [0, Rational(-69, 80)]])}
_TURNING = network("linear", "orthogonal multiple", **LONG_GAP)


def switching(steps: int) -> Draw:
    """Return a ReLU network whose masks alternate, so that a W of radius below 1 explodes.

    The inputs hold the pre-activations at (1, -1) and (-1, 1) in turn; ``rho(W) = sqrt(69)/10``,
    and two steps multiply by 3/2.

    Examples
    --------
    >>> len(switching(4).options["network"]["x"])
    4
    """
    inputs = [Matrix([Rational(-1, 2), Rational(-1, 10)]), Matrix([Rational(-19, 10), 2])]
    return Draw(
        "explicit",
        {
            "network": {
                "W": Matrix([[Rational(9, 10), Rational(3, 2)], [-1, Rational(-9, 10)]]),
                "U": Matrix([[1, 0], [0, 1]]),
                "h0": Matrix([0, 1]),
                "x": [inputs[step % 2] for step in range(steps)],
                "activation": ("relu",),
            },
            "values": {"k": 0, "t": steps, **_BALANCE},
            "note": "masks that alternate",
        },
    )


def _product_bound() -> tuple[Derivation, ...]:
    proof = norm_bound(_EXPANDED)
    chain = Derivation(_SIZE, given=_GIVEN).then(cite(PRODUCT_EXPANDED), TRANSPORT, _EXPANDED)
    first = Derivation(proof.start, proof.steps[:1], proof.given)
    return (continued(chain, first), continued(chain, proof))


def _power(exponent: Any) -> Statement:
    return at_most(_SIZE, SCALE**exponent)


_ABOVE_ONE = (Statement(SCALE, Relation.GREATER, Integer(1)),)
_BELOW_ONE = (Statement(SCALE, Relation.LESS, Integer(1)),)
_STEEP = (Statement(GAMMA, Relation.GREATER, Integer(1)),)

PRODUCT_BOUND = Claim(
    id="product-bound",
    kind=Kind.BOUND,
    title="Over a gap, the Jacobian is at most gamma times the norm of W, once a step",
    says=(at_most(_SIZE, _FACTORS), _power(t - k)),
    given=(IN_ORDER, FINITE),
    derive=_product_bound,
    draws=(
        network("softsign", "generic", **LONG_GAP),
        network("leaky", "generic", **LONG_GAP),
        network("leaky", "generic", sizes={"n": (1, 1)}, times=("k", "t")),
        network("relu", "rational norm", **LONG_GAP),
        network("linear", "generic", **LONG_GAP),
        _TURNING,
    ),
    mutants=(
        Mutant("one factor too few", _power(t - k - 1), (_TURNING,), _ABOVE_ONE),
        Mutant("one factor too many", _power(t - k + 1), (_TURNING,), _BELOW_ONE),
        Mutant("gamma left out", at_most(_SIZE, SpectralNorm(W) ** (t - k)), (_TURNING,), _STEEP),
        Mutant(
            "gamma counted once",
            at_most(_SIZE, GAMMA * SpectralNorm(W) ** (t - k)),
            (_TURNING,),
            _STEEP,
        ),
        Mutant(
            "equal to the product of the norms",
            equal(_SIZE, _FACTORS),
            (network("softsign", "rational norm", **LONG_GAP),),
        ),
        Mutant(
            "the spectral radius of W",
            at_most(_SIZE, (GAMMA * SpectralRadius(W)) ** (t - k)),
            (switching(4),),
        ),
        Mutant(
            "the spectral radius of each Jacobian",
            at_most(_SIZE, Product(SpectralRadius(step_matrix(j)), _RANGE)),
            (switching(4),),
        ),
    ),
    source=Source("pascanu2013", "Eq. (7)"),
    chapter=CHAPTER,
)
