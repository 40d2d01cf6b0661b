"""Importing the package beside importing NumPy, each in a fresh interpreter."""

import subprocess
import sys
from collections.abc import Callable, Iterator

from bench.part import Part

__all__ = ["cases"]


def _fresh(module: str) -> Callable[[], str]:
    def run() -> str:
        code = f"import {module}; print('done')"
        command = [sys.executable, "-c", code]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    return run


def cases() -> Iterator[Part]:
    """Yield the one case; both start an interpreter, which counts on both sides."""
    yield Part(
        name="import",
        case="import rnnmath",
        peer="import numpy",
        ours=_fresh("rnnmath"),
        theirs=_fresh("numpy"),
        target=1.3,
        gap=lambda mine, other: float(mine != other),
        tolerance=0.0,
    )
