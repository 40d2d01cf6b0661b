"""Run every part, print the table, write the file: ``python -m bench [--json PATH] [PART ...]``."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from bench.machine import described, one_thread

#: The modules of the parts, in the order of the table; the last need a peer that may be missing.
PARTS = (
    "importing",
    "spectral_norm",
    "long_product",
    "norm_profile",
    "formula",
    "symbolic",
    "bptt",
    "jacobians",
)


def main(arguments: list[str]) -> int:
    """Measure what was asked for; 0 also when targets are missed, 1 when values are wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--seconds", type=float, default=6.0, help="for each line of the table")
    asked = parser.parse_args(arguments)
    one_thread()

    from rich.console import Console

    from bench.measure import measured
    from bench.report import as_table, saved

    console, rows = Console(), []
    for name in asked.parts or PARTS:
        try:
            cases = import_module(f"bench.{name}").cases()
        except ModuleNotFoundError as error:
            console.print(f"[yellow]{name}: left out, {error.name} is not installed")
            continue
        for part in cases:
            rows.append(measured(part, seconds=asked.seconds))
            last = rows[-1]
            console.print(f"{part.name}, {part.case}: {last.ratio:.3g} {last.verdict}")
    console.print(as_table(rows))
    saved(rows, described(), asked.json)
    return int(any(not row.agrees for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
