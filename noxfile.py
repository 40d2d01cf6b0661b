"""Every check of the project as one command; each session builds its own environment.

nox                 # everything that must be green before a change is done
nox -s tests        # one session
nox -l              # the list, with a line on each
"""

import shutil
import sys
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "docs"]
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True

ROOT = Path(__file__).parent
PYTHON_SOURCES = ["rnnmath", "tests", "docs", "bench", "conftest.py", "noxfile.py"]
TEST_WORKERS = "2"


@nox.session
def lint(session: nox.Session) -> None:
    """Check style with ruff. Example: ``nox -s lint``; to repair: ``nox -s lint -- --fix``."""
    session.install("ruff>=0.17,<0.18")
    present = [name for name in PYTHON_SOURCES if (ROOT / name).exists()]
    session.run("ruff", "check", *session.posargs, *present)
    if "--fix" in session.posargs:
        session.run("ruff", "format", *present)
    else:
        session.run("ruff", "format", "--check", *present)


@nox.session
def types(session: nox.Session) -> None:
    """Check the package with mypy --strict. Example: ``nox -s types``."""
    session.install("-e", ".[docs]", "mypy>=2.4,<3", "types-docutils")
    session.run("mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run tests, docstring examples and pages. Example: ``nox -s tests -- tests/numeric -x``."""
    session.install("-e", ".[docs,tests]")
    session.run("pytest", "-n", TEST_WORKERS, "--dist", "loadfile", *session.posargs)


@nox.session
def reference(session: nox.Session) -> None:
    """Compare with PyTorch and JAX, on Python 3.11. Example: ``nox -s reference``."""
    if sys.version_info[:2] != (3, 11):
        session.skip("the reference comparison pins one build of each engine, for Python 3.11")
    session.install("-e", ".[tests]", "torch==2.13.0", "jax==0.10.2")
    session.run("pytest", "-m", "reference", "tests/reference", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against peers, on Python 3.11. Example: ``nox -s bench -- --json out.json bptt``."""
    if sys.version_info[:2] != (3, 11):
        session.skip("the comparison pins one build of each engine, for Python 3.11")
    session.install("-e", ".[tests]", "torch==2.13.0", "jax==0.10.2")
    session.run("python", "-m", "bench", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site cold; any warning, cell or claim stops it. Example: ``nox -s docs``."""
    session.install("-e", ".[docs]")
    shutil.rmtree(ROOT / "docs" / "_build", ignore_errors=True)
    options = ["-n", "-W", "-T", "-E", "-a", "-j", "auto", "-b", "html"]
    session.run("sphinx-build", *options, *session.posargs, "docs", "docs/_build/html")


@nox.session
def draft(session: nox.Session) -> None:
    """Serve the site with live reload and cached cells. Example: ``nox -s draft -- --port 8001``.

    A draft proves nothing: its cells may come from the cache, which docs/conf.py keeps apart for
    each state of the package.
    """
    session.install("-e", ".[docs]", "sphinx-autobuild")
    session.run(
        "sphinx-autobuild",
        *["-D", "nb_execution_mode=cache"],
        *["--watch", "rnnmath", "--watch", "CHANGELOG.md"],
        *["--ignore", "docs/_build", "--re-ignore", "__pycache__"],
        *session.posargs,
        "docs",
        "docs/_build/draft",
    )
