"""The tasks ask for what their sequences show, and score what they say."""

import numpy as np
import pytest

from rnnmath.experiments import TASKS


def drawn(name: str, size: int = 40):
    """Return some sequences of a task."""
    return TASKS[name].draw(np.random.default_rng(3), size)


def test_adding_asks_for_the_sum_of_the_marked():
    """One number is marked in each half, and the target of the last step is the sum of both."""
    batch = drawn("adding")
    numbers, marks = batch.x[:, 0], batch.x[:, 1]
    half = len(marks) // 2
    assert (marks[:half].sum(axis=0) == 1).all()
    assert (marks[half:].sum(axis=0) == 1).all()
    np.testing.assert_allclose((numbers * marks).sum(axis=0), batch.y[-1, 0], rtol=1e-6)
    assert not batch.y[:-1].any()


def test_copy_asks_for_the_symbols_in_order():
    """The last ten targets are the first ten inputs, the signal stands before them once."""
    batch = drawn("copy")
    shown, wanted = batch.x.argmax(axis=1), batch.y.argmax(axis=1)
    assert (wanted[-10:] == shown[:10]).all()
    assert (wanted[:-10] == 8).all()
    assert (shown[-11] == 9).all()
    assert (np.delete(shown, -11, axis=0)[10:] == 8).all()
    np.testing.assert_allclose(batch.y.sum(axis=(0, 1)), 1, rtol=1e-6)


def test_order_asks_for_both_signals():
    """Two signals stand among distractors; the class is the first one's bit, then the second's."""
    batch = drawn("order")
    seen = batch.x.argmax(axis=1)
    for column, answer in zip(seen.T, batch.y[-1].argmax(axis=0), strict=True):
        first, second = column[column < 2]
        assert answer == 2 * first + second


def test_digits_are_tested_on_others_than_those_of_training():
    """A picture is read as 64 numbers in [-1, 1], and no picture of the test is trained on."""
    task = TASKS["digits"]
    test = task.test(np.random.default_rng(0))
    batch = task.draw(np.random.default_rng(0), 2000)
    assert test.x.shape == (64, 1, 500)
    assert batch.x.min() == -1
    assert batch.x.max() == 1
    known = {picture.tobytes() for picture in np.ascontiguousarray(batch.x.T)}
    assert not known & {picture.tobytes() for picture in np.ascontiguousarray(test.x.T)}


@pytest.mark.parametrize("name", TASKS)
def test_the_right_answer_has_no_error(name):
    """Outputs that say the target have the error zero, and ignorance about the baseline."""
    task, batch = TASKS[name], drawn(name, 5000)
    right = batch.y if name == "adding" else np.where(batch.y > 0, 0.0, -60.0)
    assert task.error(right, batch.y) < 1e-12
    guess = np.ones_like(batch.y)
    if name == "copy":
        guess = np.where(batch.y[:, 8:] > 0, [[0.0]] * 8 + [[60.0]], [[0.0]] * 8 + [[-60.0]])
    elif name != "adding":
        guess = np.random.default_rng(0).normal(size=batch.y.shape)
    # errors lie in [0, 1], so their mean strays six deviations of at most 1/2 each
    assert abs(task.error(guess, batch.y) - task.baseline) < 6 * 0.5 / 5000**0.5
