"""What the numbers were measured on: processor, threads, versions."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["THREADS", "described", "one_thread"]

THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
}


def one_thread() -> None:
    """Ask every library for one thread; libraries read this when they are first imported."""
    os.environ.update(THREADS)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def described() -> dict[str, Any]:
    """Return processor, cores, load, threads and versions."""
    libraries = ("numpy", "sympy", "torch", "jax", "jaxlib", "rnnmath")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": sys.version.partition(" ")[0],
        "threads": THREADS,
        "versions": {name: _version(name) for name in libraries},
    }
