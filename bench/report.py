"""The table, and the file that the site reads."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.measure import Row

__all__ = ["as_table", "saved"]

STYLES = {"met": "green", "missed": "yellow", "wrong values": "red", "": "dim"}


def as_table(rows: Sequence[Row]) -> Table:
    """Return a table of the ratios beside their targets."""
    table = Table(title="our time / their time, interleaved in one process, one thread")
    for heading in ("part", "case", "peer"):
        table.add_column(heading)
    for heading in ("ratio", "quartiles", "target", "rounds"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for row in rows:
        table.add_row(
            row.name,
            row.case,
            row.peer,
            f"{row.ratio:.3g}",
            f"{row.lower_quartile:.3g} to {row.upper_quartile:.3g}",
            "" if row.target is None else f"<= {row.target:.3g}",
            str(row.rounds),
            f"[{STYLES[row.verdict]}]{row.verdict}",
        )
    return table


def saved(rows: Sequence[Row], machine: dict[str, Any], path: Path) -> None:
    """Write machine and rows as JSON."""
    now = datetime.now(UTC).date().isoformat()
    lines = [asdict(row) | {"verdict": row.verdict} for row in rows]
    text = json.dumps({"date": now, "machine": machine, "rows": lines}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
