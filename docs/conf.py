"""The site: every build runs the cells and typesets the formulas; no page loads from elsewhere."""

import os
import shutil
import sys
import tomllib
from pathlib import Path

from rnnmath.sphinxext.evidence import source_fingerprint

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

project = "rnnmath"
author = "The rnnmath maintainers"
copyright = "2026, The rnnmath maintainers"  # noqa: A001 -- Sphinx reads this name
version = release = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"][
    "version"
]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinxcontrib.bibtex",
    "sphinx_copybutton",
    "sphinx_design",
    "rnnmath.sphinxext",
    "accessible",
    "katex_build",
    "equation_ids",
    "long_rooms",
    "module_table",
    "plain_docstrings",
    "self_contained",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "jupyter_execute", "_ipython"]
suppress_warnings = ["config.cache"]

# Pages ---------------------------------------------------------------------------------------
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
numfig = True
math_number_all = False

# Cells ---------------------------------------------------------------------------------------
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
# Read only by drafts, which set nb_execution_mode=cache on the command line.  A cache is keyed by a
# page's cells alone; the hash keeps them apart for each state of the package.
nb_execution_cache_path = str(HERE.parent / ".jupyter_cache" / source_fingerprint())


def _kernel_profile() -> Path:
    """Lay out a profile for the kernels: neither cells nor a user's settings style figures."""
    directory = HERE / "_build" / "ipython"
    profile = directory / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "_ipython" / "ipython_kernel_config.py", profile)
    return directory


os.environ["IPYTHONDIR"] = str(_kernel_profile())
os.environ["MATPLOTLIBRC"] = str(HERE / "_static" / "rnnmath.mplstyle")
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # the kernel of this environment, not a user's
os.environ.pop("MPLBACKEND", None)  # the kernel chooses the inline one

# Reference -----------------------------------------------------------------------------------
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
# Names of other projects are not looked up, which would take the network; our own must resolve.
nitpick_ignore_regex = [("py:.*", r"(?!rnnmath\.).*")]

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "alpha"
bibtex_reference_style = "author_year"

# Look ----------------------------------------------------------------------------------------
html_theme = "furo"
html_title = "rnnmath"
html_static_path = ["_static"]
html_css_files = ["rnnmath.css"]
html_js_files = [("scrollable.js", {"defer": "defer"})]
html_math_renderer = "katex"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b63a5",
        "color-brand-content": "#0b63a5",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7fb8e6",
        "color-brand-content": "#7fb8e6",
    },
}
copybutton_exclude = ".linenos, .gp, .go"
