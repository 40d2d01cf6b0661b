"""Where runs are kept: one readable file a run, named by all that the run depends on.

The folder is that of the environment variable ``RNNMATH_CACHE``, or ``.cache/rnnmath`` in the
user's home.  Nothing is ever invalid in it: a changed source has another name.
"""

import ast
import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from rnnmath.errors import Unsupported
from rnnmath.experiments.records import Record
from rnnmath.experiments.training import here

__all__ = ["folder", "kept", "key", "read", "sources"]

PACKAGE = Path(__file__).resolve().parents[1]
#: The module from which everything that decides the numbers of a run is imported.
ENTRY = "rnnmath.experiments.training"


def folder() -> Path:
    """Return the folder of the runs, which need not exist yet.

    Examples
    --------
    >>> folder().is_absolute()
    True
    """
    given = os.environ.get("RNNMATH_CACHE")
    return Path(given).resolve() if given else Path.home() / ".cache" / "rnnmath"


def _file(module: str) -> Path | None:
    """Return the source of a module of the package, or None for what is none."""
    top, *inner = module.split(".")
    place = PACKAGE.joinpath(*inner)
    found = (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file())
    return next(found, None) if top == "rnnmath" and inner else None


@cache
def _imports(source: bytes) -> frozenset[str]:
    """Return the modules that a source imports from, or that it imports by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if _file(name)}
            found |= modules or {node.module}
    return frozenset(found)


def sources() -> dict[str, bytes]:
    """Return the sources on which a run depends, by module: the training and all that it imports.

    Examples
    --------
    >>> needed = sources()
    >>> "rnnmath.numeric.cells.lstm_gradients" in needed, "rnnmath.verify.bench" in needed
    (True, False)
    """
    needed: dict[str, bytes] = {}
    waiting = [ENTRY]
    while waiting:
        module = waiting.pop()
        path = _file(module)
        if path is not None and module not in needed:
            needed[module] = path.read_bytes()
            waiting += _imports(needed[module])
    return needed


def key(task: str, model: str, seed: int = 0, code: Mapping[str, bytes] | None = None) -> str:
    """Return the name of a run: a digest of the sources, of what is run, and of the platform.

    Parameters
    ----------
    task, model, seed
        What is run; sizes and rates stand in the sources.
    code
        The sources, if not those of the package as it is now.

    Examples
    --------
    >>> key("adding", "LSTM", code={"a": b"x"}) == key("adding", "LSTM", code={"a": b"y"})
    False
    """
    code = sources() if code is None else code
    digests = {module: sha256(text).hexdigest() for module, text in sorted(code.items())}
    parts = {"run": [task, model, seed], "platform": here(), "sources": digests}
    return _digest(parts)[:32]


def _digest(data: Any) -> str:
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def read(name: str) -> Record | None:
    """Return the run of a name, or None where there is none, or one that was damaged.

    Examples
    --------
    >>> print(read("no such run"))
    None
    """
    try:
        stored = json.loads((folder() / f"{name}.json").read_bytes())
        if _digest(stored["record"]) != stored["digest"]:
            return None
        return Record.from_json(stored["record"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def kept(name: str, make: Callable[[], Record]) -> Record:
    """Return the run of a name, or make it and keep it; others who ask wait and then read.

    Parameters
    ----------
    name
        From `key`.
    make
        Called at most once, under the lock of the name.

    Raises
    ------
    Unsupported
        If filelock, which holds the lock, is not installed.
    """
    try:
        from filelock import FileLock
    except ImportError:
        msg = "training runs side by side need a lock: pip install 'rnnmath[tests]'"
        raise Unsupported(msg) from None
    folder().mkdir(parents=True, exist_ok=True)
    with FileLock(folder() / f"{name}.lock"):
        found = read(name)
        if found is None:
            found = make()
            data = found.to_json()
            fresh = folder() / f"{name}.new"
            fresh.write_text(json.dumps({"digest": _digest(data), "record": data}), "utf-8")
            fresh.replace(folder() / f"{name}.json")
    return found
