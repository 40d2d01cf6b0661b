"""``python -m rnnmath.experiments`` trains what is not known yet; with a task and a model, that."""

import sys

from rnnmath.errors import RnnmathError
from rnnmath.experiments.runs import ensure, outcome, run

__all__: list[str] = []


def _show(task: str, model: str) -> None:
    record = outcome(task, model)
    error, seconds = record.metric("error"), record.seconds
    sys.stdout.write(f"{task:>8}, {model:<14} error {error:.4f}   {seconds:5.1f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        if sys.argv[1:]:
            run(*sys.argv[1:])
        else:
            ensure(on_progress=_show)
    except RnnmathError as error:
        sys.exit(f"rnnmath.experiments: {error}")
