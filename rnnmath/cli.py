"""The command line: ``verify`` tries the ledger, ``certify`` and ``check`` prove norms of files."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from rnnmath.errors import RnnmathError

if TYPE_CHECKING:
    from rnnmath.claim import Evidence

__all__ = ["main"]


def _natural(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        msg = f"expected a whole number from 0 on, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return value


def _positive(text: str) -> int:
    value = _natural(text)
    if value == 0:
        msg = "expected at least 1, got 0"
        raise argparse.ArgumentTypeError(msg)
    return value


def _fraction(text: str) -> Fraction:
    try:
        value = Fraction(text) if len(text) <= 40 and "e" not in text.lower() else Fraction(0)
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if value <= 0:
        msg = f"expected a positive number such as 1.25 or 5/4, got {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rnnmath", description="Verified mathematics of gradients in recurrent networks."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser(
        "verify", help="try claims of the ledger; exit 1 if anything is red"
    )
    verify.add_argument("ids", nargs="*", metavar="ID", help="claims to try; all without any")
    verify.add_argument("--seed", type=_natural, default=0, help="seed of every draw (default 0)")
    verify.add_argument("--cases", type=_positive, help="cases drawn from each draw")
    verify.add_argument(
        "--processes",
        type=_positive,
        default=os.cpu_count() or 1,
        help="claims tried side by side (default: one for each processor)",
    )
    verify.add_argument("--json", type=Path, metavar="FILE", help="write the evidence to FILE")
    certify = commands.add_parser(
        "certify", help="prove that a matrix of floats has a spectral norm below C"
    )
    certify.add_argument("matrix", type=Path, metavar="W.npy")
    certify.add_argument("--below", type=_fraction, required=True, metavar="C", help="as 1.25, 5/4")
    certify.add_argument("--json", type=Path, required=True, metavar="CERT.json", help="a new file")
    check = commands.add_parser("check", help="check such a proof; exit 1 if it is refused")
    check.add_argument("certificate", type=Path, metavar="CERT.json")
    check.add_argument("matrix", type=Path, metavar="W.npy")
    return parser


def _show(records: Sequence["Evidence"]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for name in ("claim", "verdict", "status", "cases", "mutants", "hyp.", "tight"):
        table.add_column(name, overflow="fold")
    for record in records:
        table.add_row(
            record.id,
            f"[{'green' if record.green else 'red'}]{record.verdict.value}[/]",
            record.status.value,
            f"{record.admissible}/{record.drawn}",
            f"{record.mutants.reached}/{record.mutants.total}",
            f"{record.hypotheses.reached}/{record.hypotheses.total}",
            f"{record.tightness['largest']:.3f}" if record.tightness else "",
        )
    console = Console()
    console.print(table)
    for record in records:
        for line in record.trouble:
            console.print(f"[red]{record.id}[/]: {escape(line)}", soft_wrap=True)
    red = sum(not record.green for record in records)
    console.print(f"{len(records) - red} of {len(records)} claims hold, {red} red")


def _verify(options: argparse.Namespace) -> int:
    from rich.progress import Progress

    from rnnmath.experiments import ensure
    from rnnmath.verify import find, ledger, verify
    from rnnmath.verify.evaluate.outcomes import untrained

    if options.json is not None and not options.json.parent.is_dir():
        msg = f"--json {options.json}: the folder {options.json.parent} does not exist; create it"
        raise RnnmathError(msg)
    wanted = {claim.id: claim for claim in map(find, options.ids)}
    claims = tuple(wanted.values()) or ledger()
    total = len(claims)
    with Progress(transient=True) as progress:
        if runs := untrained(claims):
            trained = progress.add_task("training", total=len(runs))
            ensure(runs, lambda *_: progress.advance(trained))
        task = progress.add_task("verify", total=total)
        records = verify(
            options.ids,
            seed=options.seed,
            cases=options.cases,
            processes=min(options.processes, total),
            on_progress=lambda claim: progress.update(task, description=claim.id, advance=1),
        )
    _show(records)
    if options.json is not None:
        text = json.dumps([record.to_json() for record in records], indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0 if all(record.green for record in records) else 1


def _certify(options: argparse.Namespace) -> int:
    from rnnmath.errors import Refuted
    from rnnmath.numeric.certificates import certify

    if options.json.exists():
        msg = f"--json {options.json} exists already; nothing is overwritten, give a new name"
        raise RnnmathError(msg)
    try:
        certificate = certify(options.matrix.read_bytes(), options.below)
    except Refuted as error:
        sys.stdout.write(f"not certified: {error}\n")
        return 1
    options.json.write_text(json.dumps(certificate, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"certified: the norm of {options.matrix} is below {options.below}\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    from rnnmath import check_certificate

    return check_certificate.main([str(options.certificate), str(options.matrix)])


_COMMANDS = {"verify": _verify, "certify": _certify, "check": _check}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 green, 1 red, 2 misused.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; the default is ``sys.argv[1:]``.

    Examples
    --------
    >>> main(["verify", "local-jacobean"])
    2
    """
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except (RnnmathError, OSError) as error:
        sys.stderr.write(f"rnnmath: {error}\n")
        return 2
