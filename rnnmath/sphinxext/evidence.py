"""Verify the ledger once a build; a red claim stops it."""

import hashlib
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from rnnmath.claim import Claim, Evidence
from rnnmath.verify import ledger, verify

__all__ = ["evidence_of", "gather_evidence", "refuse_red", "source_fingerprint"]

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parent.parent


def source_fingerprint() -> str:
    """Name the state of the package's sources by a hash.

    Examples
    --------
    >>> source_fingerprint() == source_fingerprint()
    True
    >>> len(source_fingerprint())
    16
    """
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def refuse_red(evidence: Iterable[Evidence]) -> None:
    """Raise when any claim is red.

    Raises
    ------
    ExtensionError
        With the id, the verdict and the trouble of every red claim.
    """
    red = [record for record in evidence if not record.green]
    if not red:
        return
    lines = [
        f"  {record.id}: {record.verdict.value}"
        + "".join(f"\n    - {reason}" for reason in record.trouble)
        for record in red
    ]
    ids = " ".join(record.id for record in red)
    msg = (
        f"{len(red)} red claim{'s' if len(red) > 1 else ''}, no page is written:\n"
        + "\n".join(lines)
        + f"\nSee more with: python -m rnnmath verify {ids}"
    )
    raise ExtensionError(msg)


def gather_evidence(app: Sphinx) -> None:
    """Verify every claim before any page is read, in as many processes as ``sphinx-build -j``."""
    claims = len(ledger())
    turns = count(1)

    def tell(claim: Claim) -> None:
        logger.info("verifying claims... [%3d%%] %s", 100 * next(turns) // claims, claim.id)

    config = app.config
    found = verify(
        seed=config.rnnmath_seed,
        cases=config.rnnmath_cases,
        processes=app.parallel,
        on_progress=tell,
    )
    refuse_red(found)
    app.env.rnnmath_evidence = {record.id: record for record in found}  # type: ignore[attr-defined] # Sphinx lets extensions keep data there


def evidence_of(env: BuildEnvironment) -> dict[str, Evidence]:
    """Return the evidence of this build, by claim id, in shelf order."""
    found: dict[str, Evidence] = env.rnnmath_evidence  # type: ignore[attr-defined] # set by gather_evidence
    return found
