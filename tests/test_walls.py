"""Import arrows go one way; a heavy library is loaded only by the room that needs it.

symbolic -> claim -> theory -> verify <- numeric.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import rnnmath

PACKAGE = Path(rnnmath.__file__).parent

#: What each room may import of the package (itself and errors included), and which libraries.
ROOMS = {
    "errors": (set(), set()),
    "symbolic": ({"errors", "symbolic"}, {"sympy", "mpmath"}),
    # generated code runs on arrays: this room alone knows both languages
    "symbolic/codegen": ({"errors", "symbolic"}, {"sympy", "numpy"}),
    "claim": ({"errors", "symbolic", "claim"}, set()),
    "theory": ({"errors", "symbolic", "claim", "theory"}, {"sympy"}),
    "numeric": ({"errors", "numeric"}, {"numpy", "jaxtyping"}),
    "experiments": (
        {"errors", "numeric", "experiments"},
        {"numpy", "sklearn", "filelock"},
    ),
    "verify": (
        {"errors", "symbolic", "claim", "theory", "numeric", "experiments", "verify"},
        {"sympy", "numpy", "mpmath", "jaxtyping"},
    ),
    # the checker of certificates shares nothing with whoever makes them
    "check_certificate": (set(), set()),
}


def imports(source: str) -> set[str]:
    """Return every module that a source imports, at any depth of the code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                found.add("relative import")
            elif node.module == "rnnmath":
                found |= {f"rnnmath.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
    return found


def breaches(room: str, source: str) -> set[str]:
    """Return the imports of a source that its room may not make."""
    rooms, libraries = ROOMS[room]
    wrong = set()
    for module in imports(source):
        top, _, rest = module.partition(".")
        if top == "rnnmath":
            allowed = rest.partition(".")[0] in rooms
        else:
            allowed = top in libraries or top in sys.stdlib_module_names
        if not allowed:
            wrong.add(module)
    return wrong


def files(room: str) -> list[Path]:
    """Return the sources of a room."""
    folder = PACKAGE / room
    inner = [PACKAGE / other for other in ROOMS if other.startswith(f"{room}/")]
    if not folder.is_dir():
        return [PACKAGE / f"{room}.py"]
    return sorted(path for path in folder.rglob("*.py") if not set(inner) & set(path.parents))


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_they_may(room: str) -> None:
    """No room imports against the arrows, at top level or inside a function."""
    assert files(room)
    wrong = {str(path): breaches(room, path.read_text(encoding="utf-8")) for path in files(room)}
    assert {path: found for path, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("numeric", "import sympy"),
        ("numeric", "def f():\n    from rnnmath.symbolic.nodes import Softmax"),
        ("numeric", "from rnnmath import jacobian"),
        ("symbolic", "from rnnmath.numeric import flow"),
        ("symbolic", "import numpy as np"),
        ("theory", "from rnnmath.verify import check"),
        ("claim", "from rnnmath.theory import program"),
        ("theory", "from . import program"),
        ("verify", "import torch"),
    ],
)
def test_the_wall_can_fail(room: str, line: str) -> None:
    """A planted import against the arrows is found in each room."""
    assert breaches(room, line)


HEAVY = ("sympy", "numpy", "matplotlib", "torch", "jax", "rich", "scipy")


def loaded_by(statement: str) -> set[str]:
    """Return the heavy libraries that a fresh interpreter loads for a statement."""
    code = f"{statement}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_import_is_light() -> None:
    """``import rnnmath`` loads no heavy library."""
    assert loaded_by("import rnnmath") == set()


def test_numeric_room_loads_numpy_alone() -> None:
    """The numeric room runs without SymPy."""
    assert loaded_by("import rnnmath.numeric") == {"numpy"}


def test_lightness_check_can_fail() -> None:
    """Using a symbolic name loads SymPy, and the check sees it."""
    assert "sympy" in loaded_by("import rnnmath\nrnnmath.jacobian")
