"""Training follows the gradient of the loss, and the same arguments give the same numbers."""

from dataclasses import replace

import numpy as np
import pytest

from rnnmath.experiments import MODELS, TASKS, Adam, first_parameters, gradient_profile, train
from rnnmath.experiments.training import HIDDEN, _gradient, _joined, _parted
from rnnmath.numeric.flow import norm_profile
from rnnmath.numeric.networks import total_loss

SHORT = replace(TASKS["adding"], updates=3, batch=4)


def mean_loss(task, model, parameters, batch):
    """Return the mean loss of a batch, which training makes small."""
    trajectory = model.forward(model.build(**parameters), batch.x)
    return total_loss(task.loss(batch.y), trajectory).mean()


@pytest.mark.parametrize("task", ["adding", "copy", "order"])
@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_is_that_of_the_mean_loss(task, name):
    """Along a random direction the loss changes as the gradient says, by the complex step."""
    task, model = TASKS[task], MODELS[name]
    rng = np.random.default_rng(1)
    batch = task.draw(rng, 3)
    batch = replace(batch, x=batch.x.astype(float), y=batch.y.astype(float))
    start = model.start(rng, 5, batch.x.shape[1], batch.y.shape[1])
    gradient, here = _gradient(task, model, start, batch), _joined(start)
    way = rng.normal(size=here.shape)
    moved = _parted(here + 1e-30j * way, start)
    measured = mean_loss(task, model, moved, batch).imag / 1e-30
    np.testing.assert_allclose(gradient @ way, measured, rtol=1e-11, atol=1e-13)


def test_the_same_arguments_give_the_same_record():
    """A run is a function of task, model and seed; another seed is another run."""
    first, again, other = (train(SHORT, MODELS["orthogonal"], seed) for seed in (0, 0, 1))
    assert replace(first, seconds=again.seconds) == again
    assert other.curve != first.curve


def test_the_two_of_tanh_start_alike_and_clipping_tells_them_apart():
    """They differ in the threshold alone; a tiny threshold changes what Adam sees."""
    plain, clipped = (first_parameters(SHORT, MODELS[name]) for name in ("tanh", "tanh clipped"))
    assert all((plain[name] == clipped[name]).all() for name in plain)
    tight = replace(MODELS["tanh"], threshold=1e-9)
    assert train(SHORT, tight).curve != train(SHORT, MODELS["tanh"]).curve
    loose = replace(MODELS["tanh"], threshold=1e9)
    assert train(SHORT, loose).curve == train(SHORT, MODELS["tanh"]).curve


def test_training_learns_what_is_near():
    """Where the sum is of the last numbers, a hundred updates beat ignorance: the loop works."""

    def near(rng, size):
        batch = SHORT.draw(rng, size)
        x = batch.x[:6]
        y = np.zeros((6, 1, size), dtype=np.float32)
        y[-1] = x[-2:, 0].sum(axis=0)
        return replace(batch, x=x, y=y)

    task = replace(SHORT, draw=near, test=lambda rng: near(rng, 100), updates=100, batch=32)
    task = replace(task, rate=0.01)
    assert train(task, MODELS["tanh"]).metric("error") < SHORT.baseline / 4


def test_adam_divides_by_the_root_of_the_mean_square():
    """The first step is rate in every entry; a constant gradient keeps it, zero stays at zero."""
    adam, gradient = Adam(0.1), np.array([3.0, -1e-4, 0.0])
    for _ in range(5):
        np.testing.assert_allclose(adam.step(gradient), [0.1, -0.1, 0.0], rtol=1e-3)
    late = adam.step(-gradient)
    assert (abs(late[:2]) < 0.1).all()


def test_a_profile_lies_below_the_norms_of_the_products():
    """For one sequence ``‖dL_T/dh_k‖ <= ‖P(T, k)‖ ‖dL_T/dh_T‖``, by another route."""
    task, model = TASKS["adding"], MODELS["tanh"]
    batch = task.draw(np.random.default_rng(2), 1)
    start = first_parameters(task, model)
    profile = np.array(gradient_profile(task, model, start, batch))
    network = model.build(**{name: part.astype(float) for name, part in start.items()})
    trajectory = model.forward(network, batch.x.astype(float))
    norms = norm_profile(network, trajectory, len(batch.x)).log2_norms[::-1, 0]
    assert len(profile) == len(norms) == 41
    assert (profile - profile[-1] <= norms + 1e-9).all()
    assert network.sizes[0] == HIDDEN
