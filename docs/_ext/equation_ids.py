"""Give each equation its id once.

The theme wraps a displayed formula in a container that copies the formula's ids; two elements with
one id are not valid HTML, so the copy goes.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

__all__ = ["setup"]


class UniqueEquationIds(SphinxPostTransform):
    """Strip the ids of the theme's wrapper, right after the theme has made it."""

    formats = ("html",)
    default_priority = 501

    def run(self, **kwargs: Any) -> None:
        """Clear the ids of every wrapper whose child carries the same ones."""
        del kwargs
        for wrapper in self.document.findall(nodes.container):
            if "math-wrapper" in wrapper["classes"]:
                wrapper["ids"] = []
                wrapper["names"] = []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(UniqueEquationIds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
