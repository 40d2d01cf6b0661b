"""Examples are tests: README, pages and docstrings run in one engine, Sybil."""

import os
from doctest import ELLIPSIS
from pathlib import Path

from hypothesis import settings
from sybil import Sybil
from sybil.parsers.myst import DocTestDirectiveParser, PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser
from sybil.sybil import SybilCollection

ROOT = Path(__file__).resolve().parent

# Elsewhere every run draws anew; a check of a change must not depend on luck.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# A page that draws must not look for a screen.
os.environ.setdefault("MPLBACKEND", "agg")

# Exception text is compared and whitespace counts; "..." is the one licence, for long messages.
# No skip parser: an example that cannot run does not belong on a page.
PAGE_PARSERS = (
    DocTestDirectiveParser(optionflags=ELLIPSIS),
    PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
)

front = Sybil(PAGE_PARSERS, path=str(ROOT), filenames=["README.md"])
pages = Sybil(PAGE_PARSERS, path=str(ROOT / "docs"), pattern="*.md")
docstrings = Sybil([DocTestParser(ELLIPSIS)], path=str(ROOT / "rnnmath"), pattern="*.py")

pytest_collect_file = SybilCollection([front, pages, docstrings]).pytest()
