"""Networks that are trained: four tasks, six models, and what came out, kept by content.

NumPy alone runs and trains them, by the forward and backward passes of ``rnnmath.numeric``.
"""

from rnnmath.experiments.models import MODELS, Model
from rnnmath.experiments.records import METRICS, Record
from rnnmath.experiments.runs import PAIRS, ensure, outcome, run
from rnnmath.experiments.tasks import TASKS, Batch, Task
from rnnmath.experiments.training import Adam, first_parameters, gradient_profile, train

__all__ = [
    "METRICS",
    "MODELS",
    "PAIRS",
    "TASKS",
    "Adam",
    "Batch",
    "Model",
    "Record",
    "Task",
    "ensure",
    "first_parameters",
    "gradient_profile",
    "outcome",
    "run",
    "train",
]
