"""The front door is short, literal, and each name opens."""

import importlib.util
import subprocess
import sys

import pytest

import rnnmath

NAMES = [
    "OrderedProduct",
    "RnnmathError",
    "TimeIndexed",
    "check",
    "enclose",
    "gradient",
    "jacobian",
    "lambdify",
    "latex",
    "ledger",
    "norm_bound",
    "plain",
    "singular_value_bound",
    "trace_gradient",
    "trace_jacobian",
]


def test_public_names_are_pinned() -> None:
    """A name enters or leaves the front door on purpose."""
    assert rnnmath.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_name_opens_in_a_fresh_interpreter(name: str) -> None:
    """Each name loads by itself, whatever was imported before."""
    code = f"import rnnmath; assert rnnmath.{name}.__name__.endswith({name!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_each_name_is_the_object_of_its_room() -> None:
    """The front door hands out the very object that the room defines."""
    for name, room in rnnmath._ROOMS.items():
        assert getattr(rnnmath, name) is getattr(importlib.import_module(room), name)


def test_no_name_hides_a_module() -> None:
    """No public name is the name of a module, whose import would replace it."""
    for name in rnnmath.__all__:
        assert importlib.util.find_spec(f"rnnmath.{name}") is None


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name fails as Python users expect."""
    with pytest.raises(AttributeError, match="no attribute 'jacobean'"):
        _ = rnnmath.jacobean


def test_version_is_that_of_the_package() -> None:
    """The version comes from the package's metadata."""
    from importlib.metadata import version

    assert rnnmath.__version__ == version("rnnmath")
    assert "jacobian" in dir(rnnmath)
