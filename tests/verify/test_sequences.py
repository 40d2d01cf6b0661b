"""Drawn sequences are what they say: factors that multiply to the product, chances that fall."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from rnnmath.claim import Draw
from rnnmath.errors import Unsupported
from rnnmath.symbolic.notation import TimeIndexed
from rnnmath.verify.draws import draw_case
from rnnmath.verify.draws.sequences import factored, weighted
from rnnmath.verify.evaluate import Case, evaluate


@pytest.mark.parametrize("even", [False, True])
def test_each_step_is_factored(even: bool) -> None:
    """Every J_j Q_{j-1} is Q_j R_j, the frames are orthogonal and the triangles triangular."""
    rng = np.random.default_rng(1)
    entries = [Fraction(-3, 2), Fraction(1, 3), Fraction(2)]
    drawn = factored(rng, 3, 4, entries=entries, even=even)
    J, Q, R = (drawn[name] for name in "JQR")
    for step in range(1, 5):
        assert (J[step] @ Q[step - 1] == Q[step] @ R[step]).all()
        assert (Q[step].T @ Q[step] == np.eye(3, dtype=int)).all()
        assert (np.tril(R[step], -1) == 0).all()
        assert (np.diag(R[step]) >= 0).all()
        assert even == bool((R[step] == R[step][0, 0] * np.eye(3, dtype=int)).all())


def test_chances_fall_from_one_to_zero() -> None:
    """Every term is reached with a positive chance, less than the one before; then none is."""
    rng, thirds = np.random.default_rng(2), [Fraction(0), Fraction(-1, 3)]
    drawn = weighted(rng, 2, 4, entries=[Fraction(1), Fraction(-2)], shares=thirds)
    chances = list(drawn["p"].flat)
    assert chances[0] == 1
    assert chances[-1] == 0
    assert all(after < before for before, after in pairwise(chances))
    assert len(drawn["x"]) == drawn["M"] + 1 == 5


def test_member_of_a_drawn_sequence_has_a_value() -> None:
    """A vector of a sequence is looked up at its time, and outside the sequence there is none."""
    case = draw_case(Draw("random", {"weighted": [("n", (2, 2))]}), np.random.default_rng(0))
    x = TimeIndexed("x", case.values["n"])
    assert (evaluate(x[1], case) == case.values["x"][1]).all()
    with pytest.raises(Unsupported, match="no member 3"):
        evaluate(x[3], case)
    with pytest.raises(Unsupported, match="no member 0"):
        evaluate(x[0], Case({"x": (None,), "n": 1}))
