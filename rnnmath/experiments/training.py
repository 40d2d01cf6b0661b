"""Training: draw sequences, run forward, run backward, clip, step; and note what happens."""

import platform
import time
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rnnmath.experiments.models import Model, Parameters
from rnnmath.experiments.records import Record
from rnnmath.experiments.tasks import Batch, Task
from rnnmath.numeric.clipping import clip
from rnnmath.numeric.networks.accumulation import loss_gradients

__all__ = ["HIDDEN", "Adam", "first_parameters", "gradient_profile", "here", "train"]

#: Size of every state.
HIDDEN = 32
#: Points of a learning curve between its ends, and sequences that a gradient profile averages.
POINTS, PROBED = 25, 50


@dataclass
class Adam:
    """Steps of about one length in every entry, from the running mean of gradients and of squares.

    Formula: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²; the step is
    rate · m̂/(√v̂ + ε), with m̂ = m/(1 - β₁ᵗ), v̂ = v/(1 - β₂ᵗ).

    Notes
    -----
    Kingma and Ba (2015), Algorithm 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8.

    Examples
    --------
    >>> Adam(0.5).step(np.array([4.0, -1e-3])).round(4)
    array([ 0.5, -0.5])
    """

    rate: float
    count: int = 0
    mean: Any = field(default=0.0)
    square: Any = field(default=0.0)

    def step(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return what to subtract from the parameters."""
        self.count += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        spread = np.sqrt(self.square / (1 - 0.999**self.count)) + 1e-8
        step: NDArray[Any] = self.rate / (1 - 0.9**self.count) * self.mean / spread
        return step


def here() -> str:
    """Name the platform on which numbers are made.

    Examples
    --------
    >>> "NumPy" in here()
    True
    """
    machine = f"{platform.system()} {platform.machine()}"
    return f"{machine}, Python {platform.python_version()}, NumPy {np.__version__}"


def _joined(parts: Parameters) -> NDArray[Any]:
    return np.concatenate([part.ravel() for part in parts.values()])


def _parted(flat: NDArray[Any], like: Parameters) -> Parameters:
    ends = np.cumsum([part.size for part in like.values()])[:-1]
    pieces = zip(like.items(), np.split(flat, ends), strict=True)
    return {name: piece.reshape(part.shape) for (name, part), piece in pieces}


def _gradient(task: Task, model: Model, parameters: Parameters, batch: Batch) -> NDArray[Any]:
    """Return the gradient of the mean loss in all parameters together."""
    network = model.build(**parameters)
    trajectory = model.forward(network, batch.x)
    e = loss_gradients(task.loss(batch.y), trajectory) / np.float32(batch.x.shape[2])
    gradients = model.backward(network, trajectory, e)
    return _joined({name: getattr(gradients, name) for name in parameters})


def gradient_profile(
    task: Task, model: Model, parameters: Parameters, batch: Batch
) -> tuple[float, ...]:
    """Return log₂ of the root mean square of ``‖dL_T/dh_k‖`` for k = 0..T, in float64.

    Only the loss of the last step is counted, so that nothing but the Jacobians makes the
    profile.

    Parameters
    ----------
    task, model
        What is asked, and of whom.
    parameters
        Of the model.
    batch
        The sequences whose squares are averaged.

    Examples
    --------
    >>> from rnnmath.experiments import MODELS, TASKS
    >>> task, model = TASKS["adding"], MODELS["identity ReLU"]
    >>> batch = task.draw(np.random.default_rng(0), 4)
    >>> start = model.start(np.random.default_rng(0), 8, 2, 1)
    >>> len(gradient_profile(task, model, start, batch))
    41
    """
    network = model.build(**{name: part.astype(np.float64) for name, part in parameters.items()})
    trajectory = model.forward(network, batch.x.astype(np.float64))
    e = loss_gradients(task.loss(batch.y.astype(np.float64)), trajectory)
    e[:-1] = 0
    gradients = model.backward(network, trajectory, e)
    squares = sum((getattr(gradients, state) ** 2).sum(axis=1) for state in model.states)
    with np.errstate(divide="ignore"):
        return tuple((np.log2(np.mean(squares, axis=1)) / 2).tolist())


def _stream(seed: int, use: str) -> np.random.Generator:
    return np.random.default_rng([seed, crc32(use.encode())])


def first_parameters(task: Task, model: Model, seed: int = 0) -> Parameters:
    """Return the parameters from which training starts, in float32.

    Parameters
    ----------
    task, model, seed
        As in `train`; models that draw alike start alike.

    Examples
    --------
    >>> from rnnmath.experiments import MODELS, TASKS
    >>> W = first_parameters(TASKS["adding"], MODELS["identity ReLU"])["W"]
    >>> bool((W == np.eye(HIDDEN)).all())
    True
    """
    shown = task.draw(_stream(seed, "sizes"), 1)
    start = model.start(_stream(seed, "start"), HIDDEN, shown.x.shape[1], shown.y.shape[1])
    return {name: part.astype(np.float32) for name, part in start.items()}


def train(task: Task, model: Model, seed: int = 0) -> Record:
    """Train one network and return what happened; the same arguments give the same numbers.

    Parameters
    ----------
    task, model
        What is asked, and of whom.
    seed
        Of the test sequences, of the training sequences and of the first parameters.

    Returns
    -------
    Record

    Raises
    ------
    DomainError
        If the states overflow.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from rnnmath.experiments import MODELS, TASKS
    >>> short = replace(TASKS["adding"], updates=2)
    >>> [updates for updates, _ in train(short, MODELS["orthogonal"]).curve]
    [0, 1, 2]
    """
    started = time.process_time()
    drawn = _stream(seed, f"{task.name}, training")
    test = task.test(_stream(seed, f"{task.name}, test"))
    probe = Batch(test.x[..., :PROBED], test.y[..., :PROBED])
    parameters = first_parameters(task, model, seed)
    before = gradient_profile(task, model, parameters, probe)
    adam, curve, longest = Adam(task.rate), [], 0.0
    for update in range(task.updates + 1):
        if update % max(1, task.updates // POINTS) == 0 or update == task.updates:
            o = model.forward(model.build(**parameters), test.x).o
            curve.append((update, task.error(o, test.y)))
        if update == task.updates:
            break
        gradient = _gradient(task, model, parameters, task.draw(drawn, task.batch))
        longest = max(longest, float(np.linalg.norm(gradient)))
        if model.threshold is not None:
            gradient = clip(gradient, model.threshold)
        parameters = _parted(_joined(parameters) - adam.step(gradient), parameters)
    return Record(
        task=task.name,
        model=model.name,
        seed=seed,
        curve=tuple(curve),
        before=before,
        after=gradient_profile(task, model, parameters, probe),
        longest=longest,
        seconds=time.process_time() - started,
        platform=here(),
    )
