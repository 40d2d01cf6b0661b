"""List the modules of a room from the files themselves, so that none can be forgotten.

``{modules} rnnmath.symbolic`` is a table of every module below that package: its name, the first
sentence of its docstring and its public names.  A module with a full entry somewhere is linked.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["Module", "modules_of", "setup"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """What a module says of itself."""

    name: str
    says: str
    names: tuple[str, ...]


def modules_of(package: str, root: Path = ROOT) -> Iterator[Module]:
    """Yield the package and every public module below it, read from the sources."""
    folder = root.joinpath(*package.split("."))
    for path in sorted(folder.rglob("*.py")):
        dotted = path.relative_to(root).with_suffix("").parts
        name = ".".join(dotted[:-1] if dotted[-1] == "__init__" else dotted)
        if any(part.startswith("_") for part in name.split(".")):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        opening = (ast.get_docstring(tree) or "").partition("\n\n")[0]
        yield Module(name, " ".join(opening.split()), tuple(_public(tree)))


def _public(tree: ast.Module) -> list[str]:
    """Return the names in a literal ``__all__``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


class ModulesDirective(SphinxDirective):
    """Show the table of one package."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        table = nodes.table(classes=["module-table"])
        group = nodes.tgroup(cols=2)
        group += [nodes.colspec(colwidth=1), nodes.colspec(colwidth=2)]
        head = nodes.row()
        for title in ("module", "what it holds"):
            head += nodes.entry("", nodes.paragraph("", title))
        group += nodes.thead("", head)
        body = nodes.tbody()
        for module in modules_of(self.arguments[0]):
            body += self.row(module)
        group += body
        table += group
        return [table]

    def row(self, module: Module) -> nodes.Node:
        """Return the row of one module."""
        link = pending_xref(
            "",
            refdoc=self.env.docname,
            refdomain="py",
            reftype="mod",
            reftarget=module.name,
            refexplicit=True,
            refwarn=False,
            nitpick_ignore=True,
        )
        shown = module.name.removeprefix("rnnmath.")
        link += nodes.literal(shown, shown)
        says = nodes.entry("", nodes.paragraph("", "", *self.parse_inline(_spoken(module.says))[0]))
        if module.names:
            names = nodes.paragraph(classes=["module-names"])
            names += nodes.Text(", ".join(module.names))
            says += names
        row = nodes.row()
        row += [nodes.entry("", nodes.paragraph("", "", link)), says]
        return row


def _spoken(text: str) -> str:
    """Turn the double backquotes of docstrings into the single ones of the pages."""
    return text.replace("``", "`")


def _leave_plain(
    app: Sphinx, env: Any, node: pending_xref, contnode: nodes.Element
) -> nodes.Element | None:
    """Print the name as text where the module has no full entry."""
    del app, env
    return contnode if node.get("nitpick_ignore") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("modules", ModulesDirective)
    app.connect("missing-reference", _leave_plain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
