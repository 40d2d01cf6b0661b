"""Certificates that a float matrix has a norm below c: a factorization over the rationals.

``‖A‖ < c`` means that ``c² I - Aᵀ A`` is positive definite, and that it is ``L D Lᵀ`` with L unit
lower triangular and D positive.  Whoever multiplies the three back needs no trust in this room.
"""

import hashlib
import io
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, Refuted
from rnnmath.numeric.enclose.scaling import to_floats
from rnnmath.numeric.exact.matrices import cleared, gram, to_matrix

__all__ = ["LARGEST", "certify", "read_npy"]

#: Beyond so many columns the numbers of a certificate get too long to be of use.
LARGEST = 64


def read_npy(data: bytes) -> np.ndarray[Any, Any]:
    """Return the matrix of a .npy file of floats, read without executing anything.

    Raises
    ------
    DomainError
        If it is no such file, or holds other numbers than float32 or float64.

    Examples
    --------
    >>> import io
    >>> buffer = io.BytesIO()
    >>> np.save(buffer, np.eye(2))
    >>> read_npy(buffer.getvalue()).shape
    (2, 2)
    """
    buffer = io.BytesIO(data)
    try:
        array: np.ndarray[Any, Any] = np.lib.format.read_array(buffer, allow_pickle=False)
    except (ValueError, EOFError) as error:
        msg = f"the matrix is no .npy file of numbers: {error}"
        raise DomainError(msg) from None
    if array.dtype.str[1:] not in ("f4", "f8") or buffer.read(1):
        msg = f"the matrix must be float32 or float64, alone in its file, got {array.dtype}"
        raise DomainError(msg)
    return array


def certify(data: bytes, below: Fraction) -> dict[str, Any]:
    """Return a certificate that the matrix of a .npy file has a spectral norm below c.

    Law: ``‖A‖ < c`` iff every pivot of ``c² I - Aᵀ A`` is positive.

    Parameters
    ----------
    data : bytes
        The .npy file: a matrix (m, n) of float32 or float64, n at most 64.
    below : Fraction
        c, positive.

    Returns
    -------
    dict
        Plain data for JSON: ``claim``, ``below``, ``shape``, ``sha256`` of the file, ``L`` and
        ``D`` as hexadecimal fractions.  ``rnnmath.check_certificate`` says what each must satisfy.

    Raises
    ------
    Refuted
        If ``‖A‖ >= c``; the message says which pivot shows it.
    DomainError
        If c is not positive, the matrix is too large, or the file can't be read.
    ShapeMismatch
        If the file holds no matrix.

    Notes
    -----
    Source: derived here; Golub and Van Loan, Matrix Computations (2013), section 4.1.2 for L D Lᵀ.

    Examples
    --------
    >>> import io
    >>> buffer = io.BytesIO()
    >>> np.save(buffer, np.array([[3.0, 0.0], [4.0, 1.0]]))
    >>> certificate = certify(buffer.getvalue(), Fraction(26, 5))
    >>> certificate["below"], certificate["D"][0], certificate["L"][1]
    ('26/5', '0x33/0x19', ['-0x64/0x33', '0x1'])
    >>> certify(buffer.getvalue(), Fraction(5))
    Traceback (most recent call last):
    rnnmath.errors.Refuted: the norm is not below 5: pivot 1 of c^2 I - A'A is 0
    """
    if below <= 0:
        msg = f"c must be positive, got {below}"
        raise DomainError(msg)
    A = to_floats(read_npy(data), "the matrix")
    size = A.shape[1]
    if size > LARGEST:
        msg = f"certificates are for at most {LARGEST} columns, got {size}; see spectral_norm"
        raise DomainError(msg)
    L, D = _factors(A, below)
    return {
        "claim": "the spectral norm is below",
        "below": str(below),
        "shape": list(A.shape),
        "sha256": hashlib.sha256(data).hexdigest(),
        "L": [[_text(entry) for entry in row] for row in L],
        "D": [_text(pivot) for pivot in D],
    }


def _factors(A: Any, below: Fraction) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Return L and D by fraction-free elimination, whose divisions leave no remainder."""
    N, scale = cleared(to_matrix(A))
    p, q = below.numerator, below.denominator
    size = len(N[0])
    M = [[-(q * q) * entry for entry in row] for row in gram(N)]
    for i in range(size):
        M[i][i] += (p * scale) ** 2
    L = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    D, before = [], 1
    for k in range(size):
        pivot = M[k][k]
        if pivot <= 0:
            shown = "0" if pivot == 0 else "negative"
            msg = f"the norm is not below {below}: pivot {k + 1} of c^2 I - A'A is {shown}"
            raise Refuted(msg)
        D.append(Fraction(pivot, before * (q * scale) ** 2))
        for i in range(k + 1, size):
            L[i][k] = Fraction(M[i][k], pivot)
            for j in range(k + 1, i + 1):
                M[i][j] = M[j][i] = (pivot * M[i][j] - M[i][k] * M[j][k]) // before
        before = pivot
    return L, D


def _text(number: Fraction) -> str:
    sign = "-" if number < 0 else ""
    bottom = "" if number.denominator == 1 else f"/{number.denominator:#x}"
    return f"{sign}{abs(number.numerator):#x}{bottom}"
