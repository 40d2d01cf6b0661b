"""What the claims of this chapter suppose, each hypothesis with a case that breaks without it."""

from typing import Any

from sympy import Matrix, Rational, sympify

from rnnmath.claim import Draw, Hypothesis, Witness
from rnnmath.symbolic.derivation import Relation, Statement
from rnnmath.symbolic.nodes import OrderedProduct
from rnnmath.symbolic.notation import T, TotalDerivative, h, j, k, t
from rnnmath.theory.program import step_matrix

__all__ = [
    "CHAPTER",
    "DIFFERENTIABLE",
    "FROM_FIRST",
    "GIVEN_INPUTS",
    "GIVEN_START",
    "IN_HORIZON",
    "IN_ORDER",
    "NO_DELAY",
    "at_most",
    "departing",
    "equal",
    "given_inputs",
]

CHAPTER = "jacobian_product"


def equal(left: Any, right: Any) -> Statement:
    """Return the statement ``left = right``."""
    return Statement(left, Relation.EQUAL, right)


def at_most(left: Any, right: Any) -> Statement:
    """Return the statement ``left <= right``."""
    return Statement(sympify(left), Relation.AT_MOST, sympify(right))


def departing(wiring: dict[str, Any], **values: int) -> Draw:
    """Return a small network, quadratic in a, that departs from the plain program."""
    network = {
        "W": Matrix([[1, 2], [-1, 1]]),
        "U": Matrix([[1, 0], [2, 1]]),
        "V": Matrix([[1, 1], [0, 2]]),
        "b": Matrix([1, -1]),
        "h0": Matrix([1, 2]),
        "x": [Matrix([1, -1]), Matrix([2, 1]), Matrix([0, 1])],
        "activation": ("polynomial", 0, 1, 1),
        "loss": ("quadratic", [Matrix([1, 0]), Matrix([0, 1]), Matrix([1, 1])]),
        "wiring": wiring,
    }
    return Draw("explicit", {"network": network, "values": values, "note": "departure"})


_AT_A_KINK = Draw(
    "explicit",
    {
        "network": {
            "W": Matrix([[0, 1, -1], [1, 0, 0], [-1, 0, 0]]),
            "b": Matrix([1, 0, 0]),
            "x": [Matrix([0]), Matrix([0])],
            "activation": ("relu",),
            "difference": Rational(1, 2),
        },
        "values": {"k": 0, "t": 2},
        "note": "ReLU at its kink",
    },
)

IN_ORDER = Hypothesis("$k \\le t$: the state $h_k$ comes first", at_most(k, t))
FROM_FIRST = Hypothesis("$1 \\le t$: the step $t$ exists", at_most(1, t))
IN_HORIZON = Hypothesis(
    "$t \\le T$, and $\\delta_{T+1} = 0$: no step follows the last", at_most(t, T)
)

DIFFERENTIABLE = Hypothesis(
    "$f$ is differentiable at every pre-activation on the way",
    witness=Witness(
        "ReLU at its kink: exact differences measure the derivative over two steps; with the "
        "convention $f'(0) = 0$ the product of the one-step matrices is another matrix",
        _AT_A_KINK,
        equal(TotalDerivative(h[t], h[k]), OrderedProduct(step_matrix(j), (j, k + 1, t))),
    ),
)

NO_DELAY = Hypothesis(
    "a state sees the past through the state before it only",
    witness=Witness(
        "with $a_t = W h_{t-1} + R h_{t-2} + U x_t + b$ a path around $h_{t-1}$ is left out",
        departing({"delayed": Matrix([[0, 1], [1, 0]])}, k=1, s=2, t=3),
    ),
)


def given_inputs(note: str) -> Hypothesis:
    """Return the hypothesis that feedback breaks, with what feedback does."""
    witness = Witness(note, departing({"feedback": True}, k=1, t=2))
    return Hypothesis("the inputs do not depend on the state", witness=witness)


GIVEN_INPUTS = given_inputs("feedback $x_{t+1} = o_t$ adds $V^\\top U^\\top \\delta_{t+1}$")

GIVEN_START = Hypothesis(
    "$h_0$ does not depend on the parameters",
    witness=Witness(
        "a start $h_0 = W s + b$ adds what the parameters do through $h_0$",
        departing({"grown_start": True}, k=1, t=2),
    ),
)
