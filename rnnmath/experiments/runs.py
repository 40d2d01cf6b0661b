"""Every run of the chapter: read where it is known, trained where it is not."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from rnnmath.errors import DomainError, RnnmathError
from rnnmath.experiments.models import MODELS
from rnnmath.experiments.records import Record
from rnnmath.experiments.store import PACKAGE, kept, key, read
from rnnmath.experiments.tasks import TASKS
from rnnmath.experiments.training import train

__all__ = ["PAIRS", "ensure", "outcome", "run"]

#: Every pair of a task and a model.
PAIRS = tuple((task, model) for task in TASKS for model in MODELS)
#: Runs that are trained side by side, each in a process of its own with one thread.
PROCESSES = 2

_log = logging.getLogger("rnnmath.experiments")


def _require_known(task: str, model: str) -> None:
    for what, name, known in (("task", task, TASKS), ("model", model, MODELS)):
        if name not in known:
            msg = f"no {what} {name!r}; there are {', '.join(known)}"
            raise DomainError(msg)


def run(task: str, model: str) -> Record:
    """Return a run, trained in this process if it is not known.

    Raises
    ------
    DomainError
        If there is no such task or model.

    Examples
    --------
    >>> run("adding", "abacus")
    Traceback (most recent call last):
    rnnmath.errors.DomainError: no model 'abacus'; there are tanh, tanh clipped, identity ReLU, ...
    """
    _require_known(task, model)
    return kept(key(task, model), lambda: train(TASKS[task], MODELS[model]))


def _elsewhere(pair: tuple[str, str]) -> None:
    """Train in a new process, which reads the sources as they are now, with one thread of BLAS."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join([str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "rnnmath.experiments", *pair]
    done = subprocess.run(
        command, env={**os.environ, **one, "PYTHONPATH": path}, capture_output=True, text=True
    )
    if done.returncode:
        msg = f"training {pair[1]} on {pair[0]} failed: {done.stderr.strip()}"
        raise RnnmathError(msg)


def ensure(
    pairs: Iterable[tuple[str, str]] = PAIRS,
    on_progress: Callable[[str, str], None] | None = None,
) -> None:
    """Train what is not known yet of some pairs of task and model, two at a time.

    Parameters
    ----------
    pairs
        All of them, unless given.
    on_progress
        Called with task and model when a run is there.

    Raises
    ------
    RnnmathError
        If training fails.

    Examples
    --------
    >>> ensure([])
    """
    pairs = list(pairs)
    missing = [pair for pair in pairs if read(key(*pair)) is None]

    def one(pair: tuple[str, str]) -> None:
        if pair in missing:
            _log.info("training %s on %s", *reversed(pair))
            _elsewhere(pair)
        if on_progress is not None:
            on_progress(*pair)

    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(one, pairs))


def outcome(task: str, model: str) -> Record:
    """Return a run; where it is not known, every model is trained on the task first.

    Raises
    ------
    DomainError
        If there is no such task or model.
    RnnmathError
        If training fails, or the sources change while it runs.

    Examples
    --------
    >>> outcome("subtracting", "LSTM")
    Traceback (most recent call last):
    rnnmath.errors.DomainError: no task 'subtracting'; there are adding, copy, order, digits
    """
    _require_known(task, model)
    found = read(key(task, model))
    if found is None:
        ensure((task, other) for other in MODELS)
        found = read(key(task, model))
    if found is None:
        msg = f"{model} was trained on {task} by other sources than those of now; ask again"
        raise RnnmathError(msg)
    return found
