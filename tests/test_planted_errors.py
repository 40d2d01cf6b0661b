"""A wrong formula in the theory turns the command line and the site red, and so it stays."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Plant:
    """One line of the theory and the wrong line that takes its place."""

    claim: str
    file: str
    right: str
    wrong: str


PLANTS = (
    Plant(
        "local-jacobian",
        "rnnmath/theory/local_jacobian/step.py",
        "says=(equal(_ONE_STEP, step_matrix(t)),),",
        "says=(equal(_ONE_STEP, multiply(slope_matrix(t), transpose(W))),),",
    ),
    Plant(
        "weight-gradients",
        "rnnmath/theory/jacobian_product/weights.py",
        "_SHARE = multiply(delta(j), transpose(h[j - 1]))",
        "_SHARE = multiply(delta(j), transpose(h[j]))",
    ),
    Plant(
        "product-bound",
        "rnnmath/theory/norm_bound/product.py",
        "says=(at_most(_SIZE, _FACTORS), _power(t - k)),",
        "says=(at_most(_SIZE, _FACTORS), at_most(_SIZE, SpectralNorm(W) ** (t - k))),",
    ),
)


def copy_of_the_project(folder: Path) -> Path:
    """Copy the package, the pages and what the build reads into a folder."""
    for name in ("rnnmath", "docs"):
        ignored = shutil.ignore_patterns("_build", "__pycache__", "jupyter_execute")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    return folder


def plant(folder: Path, planted: Plant) -> None:
    """Replace the right line, which must stand there exactly once."""
    path = folder / planted.file
    text = path.read_text(encoding="utf-8")
    assert text.count(planted.right) == 1, f"{planted.right!r} moved; plant it where it is now"
    path.write_text(text.replace(planted.right, planted.wrong), encoding="utf-8")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the copied project."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def verify(folder: Path, claim: str) -> subprocess.CompletedProcess[str]:
    """Run ``rnnmath verify`` on one claim of the copied project."""
    return run(folder, "rnnmath", "verify", claim)


@pytest.mark.parametrize("planted", PLANTS, ids=lambda planted: planted.claim)
def test_planted_error_turns_verify_red(planted: Plant, tmp_path: Path) -> None:
    """``verify`` exits 0 on the right formula, and 1 on the planted one, which it refutes."""
    folder = copy_of_the_project(tmp_path)
    assert verify(folder, planted.claim).returncode == 0
    plant(folder, planted)
    seen = verify(folder, planted.claim)
    assert seen.returncode == 1, seen.stderr
    assert "0 of 1 claims hold, 1 red" in seen.stdout
    assert "refuted:" in seen.stdout


def test_planted_errors_stop_the_site(tmp_path: Path) -> None:
    """The build stops before any page is written, and names each planted claim as failing."""
    folder = copy_of_the_project(tmp_path)
    for planted in PLANTS:
        plant(folder, planted)
    built = run(folder, "sphinx", "-b", "html", "docs", str(tmp_path / "site"))
    assert built.returncode != 0
    for planted in PLANTS:
        assert f"  {planted.claim}: fails" in built.stderr
    assert not list((tmp_path / "site").glob("*.html"))
