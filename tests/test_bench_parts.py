"""What the bench compares has one value, and its table can say that a target was missed."""

import json
import sys
from dataclasses import replace
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bench(monkeypatch):
    """Return a function that loads a module of the bench, which is no part of the package."""
    monkeypatch.syspath_prepend(str(ROOT))
    yield lambda name: import_module(f"bench.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "bench"]:
        del sys.modules[name]


SMALL = [
    ("spectral_norm", ("Gaussian", 8)),
    ("spectral_norm", ("orthogonal", 8)),
    ("long_product", (3, 40)),
    ("long_product", (3, 20_000)),
    ("norm_profile", (5, 12)),
    ("formula", (4,)),
    ("symbolic", (2, 2)),
]


@pytest.mark.parametrize(("module", "sizes"), SMALL)
def test_both_ways_give_one_value(bench, module, sizes):
    """Ours and the peer's agree within the tolerance of the part."""
    part = bench(module).case(*sizes)
    assert part.disagreement() <= part.tolerance


def test_proven_norms_give_the_same_value(bench):
    """The upper ends of the enclosures agree with LAPACK's norms."""
    part = bench("norm_profile").case(5, 12, proven=True)
    assert part.disagreement() <= part.tolerance


@pytest.mark.parametrize(("module", "sizes"), SMALL)
def test_a_wrong_value_is_seen(bench, module, sizes):
    """A part whose peer belongs to another case disagrees."""
    part = bench(module).case(*sizes)
    other = bench("formula").case(4) if module != "formula" else bench(module).case(4)
    wrong = {
        "spectral_norm": lambda: part.theirs() * (1 + 1e-9),
        "long_product": lambda: part.theirs() + 1e-3,
        "norm_profile": lambda: part.theirs() * (1 + 1e-6),
        "formula": lambda: other.theirs() + 1e-6,
        "symbolic": lambda: (*part.theirs()[:2], part.theirs()[2] * 2),
    }[module]
    assert replace(part, theirs=wrong).disagreement() > part.tolerance


def measured(bench, target, tolerance=1.0):
    """Return a row for two ways of which ours waits longer."""
    part = bench("part").Part(
        name="waiting",
        case="none",
        peer="no wait",
        ours=lambda: sum(range(20_000)),
        theirs=lambda: sum(range(20)),
        target=target,
        gap=lambda mine, other: 0.5 if mine > other else 0.0,
        tolerance=tolerance,
    )
    return bench("measure").measured(part, seconds=0.0)


def test_a_missed_target_is_shown(bench):
    """The verdict follows ratio and target, and stands in the table; wrong values are never met."""
    rows = [
        measured(bench, 1.0),
        measured(bench, 1e9),
        measured(bench, None),
        measured(bench, 1e9, tolerance=0.1),
    ]
    assert [row.verdict for row in rows] == ["missed", "met", "", "wrong values"]
    assert all(row.lower_quartile <= row.ratio <= row.upper_quartile for row in rows)
    console = Console(width=200, record=True, file=StringIO())
    console.print(bench("report").as_table(rows))
    text = console.export_text()
    assert text.count("missed") == 1
    assert text.count("wrong values") == 1


def test_the_file_keeps_the_machine(bench, tmp_path):
    """The file holds rows with verdicts, threads and versions."""
    path = tmp_path / "results.json"
    bench("report").saved([measured(bench, 1.0)], bench("machine").described(), path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["rows"][0]["verdict"] == "missed"
    assert found["machine"]["threads"]["OPENBLAS_NUM_THREADS"] == "1"
    assert found["machine"]["versions"]["numpy"]
