"""Exact conversion of arrays."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnmath.errors import DomainError, ShapeMismatch
from rnnmath.numeric import to_fractions


@settings(deadline=None, max_examples=50)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_value(value):
    """The Fraction of a float is that float, to the last bit."""
    (exact,) = to_fractions(np.array([value]))
    assert float(exact) == value
    assert exact == Fraction(value)


def test_narrow_and_integer_types_are_exact_too():
    """float32, int64 and Python integers convert without rounding."""
    assert to_fractions(np.array([0.1], dtype=np.float32))[0] == Fraction(float(np.float32(0.1)))
    assert to_fractions(np.array([2**62 + 1]))[0] == 2**62 + 1
    assert to_fractions([10**40])[0] == 10**40


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([[1, 2], [3]], ShapeMismatch, "given is ragged"),
        ([], ShapeMismatch, "given is empty"),
        ([0.0, np.nan], DomainError, r"given must be finite, but entry \(1,\) is nan"),
        ([[np.inf]], DomainError, r"entry \(0, 0\) is inf"),
        ([True], DomainError, "dtype bool"),
        ([1j], DomainError, "dtype complex128"),
        (np.array([Fraction(1), None]), DomainError, r"entry \(1,\) is None"),
        (np.array([Fraction(1), float("nan")]), DomainError, "must be finite"),
        (np.array([Fraction(1), True]), DomainError, "is True"),
    ],
)
def test_what_is_no_exact_array_is_refused(values, error, message):
    """One clear error names the argument and the first bad entry."""
    with pytest.raises(error, match=message):
        to_fractions(values, "given")
