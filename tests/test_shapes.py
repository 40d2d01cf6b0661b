"""The shapes in the annotations are checked while the tests run."""

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from rnnmath.numeric.flow import NormProfile


def test_shape_annotations_run() -> None:
    """A field whose shape breaks its annotation is refused under test, so the checker is on."""
    good = NormProfile(np.arange(3), np.zeros((3, 1)))
    assert good.log2_norms.shape == (3, 1)
    with pytest.raises(TypeCheckError, match="log2_norms"):
        NormProfile(np.arange(3), np.zeros((4, 1)))
