"""List what is longer than the house style wants, measured on the sources of the build.

``{long-rooms}`` prints the modules with more than 250 lines and the functions whose code takes
more than 30, docstring apart.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["long_functions", "long_modules", "setup"]

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES, FUNCTION_LINES = 250, 30


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def long_modules(root: Path) -> list[tuple[str, int]]:
    """Return the modules that are too long, the longest first, with their lines."""
    lines = ((name, len(text.splitlines())) for name, text in _sources(root))
    return sorted((found for found in lines if found[1] > MODULE_LINES), key=lambda it: -it[1])


def long_functions(root: Path) -> list[tuple[str, int]]:
    """Return the functions whose code is too long, the longest first, with their lines."""
    found = [
        (f"{function.name}() in {name}", lines)
        for name, text in _sources(root)
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for lines in [_code_lines(function)]
        if lines > FUNCTION_LINES
    ]
    return sorted(found, key=lambda it: -it[1])


def _code_lines(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


class LongRoomsDirective(SphinxDirective):
    """Show both lists."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph and a list for each kind."""
        kinds = (
            (f"Modules of more than {MODULE_LINES} lines:", long_modules(ROOT / "rnnmath")),
            (f"Functions of more than {FUNCTION_LINES}:", long_functions(ROOT / "rnnmath")),
        )
        shown: list[nodes.Node] = []
        for title, found in kinds:
            listing = nodes.bullet_list()
            for name, lines in found or [("none", 0)]:
                line = nodes.paragraph("", "", nodes.literal(name, name))
                line += nodes.Text(f", {lines}" if lines else "")
                listing += nodes.list_item("", line)
            shown += [nodes.paragraph("", title), listing]
        return shown


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("long-rooms", LongRoomsDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
