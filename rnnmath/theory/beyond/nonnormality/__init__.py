"""Fixed matrices that are not normal: how high their powers can rise before they vanish."""

from rnnmath.theory.beyond.nonnormality.henrici import HENRICI
from rnnmath.theory.beyond.nonnormality.kreiss import KREISS
from rnnmath.theory.beyond.nonnormality.schur import HENRICI_SCHUR

__all__ = ["CLAIMS", "HENRICI", "HENRICI_SCHUR", "KREISS"]

CLAIMS = (KREISS, HENRICI_SCHUR, HENRICI)
