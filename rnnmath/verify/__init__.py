"""Where theory and numbers meet: every claim is tried, and what holds is written down."""

from rnnmath.verify.bench import examine
from rnnmath.verify.shelf import CHAPTERS, check, find, ledger, refuted, verify

__all__ = ["CHAPTERS", "check", "examine", "find", "ledger", "refuted", "verify"]
