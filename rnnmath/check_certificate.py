"""Check a certificate that a matrix has a norm below c, with the standard library alone.

The certificate holds a unit lower triangular L and a positive D with ``L D Lᵀ = c² I - Aᵀ A``
exactly; so the right side is positive definite, and ``‖A v‖ < c ‖v‖`` for every v that is not zero.
Run it as ``python check_certificate.py CERT.json W.npy``, or as ``rnnmath check``.
"""

import ast
import hashlib
import json
import struct
import sys
from fractions import Fraction
from typing import Any

__all__ = ["main", "number", "read_matrix", "reason_to_refuse"]


def read_matrix(data: bytes) -> list[list[Fraction]]:
    """Return the entries of a .npy file of float32 or float64 as they are, exactly."""
    if data[:6] != b"\x93NUMPY":
        msg = "the matrix is no .npy file"
        raise ValueError(msg)
    wide = data[6] > 1
    start = 12 if wide else 10
    end = start + int.from_bytes(data[8:start], "little")
    header = ast.literal_eval(data[start:end].decode("latin1"))
    order, kind = header["descr"][0], {"f8": "d", "f4": "f"}[header["descr"][1:]]
    rows, cols = header["shape"]
    numbers = [Fraction(x) for x in struct.unpack(f"{order}{rows * cols}{kind}", data[end:])]
    if header["fortran_order"]:
        return [numbers[i::rows] for i in range(rows)]
    return [numbers[i * cols : (i + 1) * cols] for i in range(rows)]


def number(text: str) -> Fraction:
    """Read ``p/q`` or ``p``, each decimal or, with 0x in front, hexadecimal."""
    p, _, q = text.partition("/")
    return Fraction(int(p, 0), int(q or "1", 0))


def reason_to_refuse(certificate: dict[str, Any], data: bytes) -> str | None:
    """Return why a certificate proves nothing about a matrix, or None if it proves ``‖A‖ < c``."""
    try:
        A = read_matrix(data)
        c = number(certificate["below"])
        L = [[number(entry) for entry in row] for row in certificate["L"]]
        D = [number(entry) for entry in certificate["D"]]
        n = len(A[0])
        same_file = hashlib.sha256(data).hexdigest() == certificate["sha256"]
    except (ArithmeticError, AttributeError, LookupError, SyntaxError) as error:
        return f"it can't be read: {error!r}"
    except (TypeError, ValueError, struct.error) as error:
        return f"it can't be read: {error!r}"
    if not same_file:
        return "it was made for another file"
    if not (c > 0 and len(D) == len(L) == n and all(d > 0 for d in D)):
        return "c and D must be positive, and D and L must have one entry or row for each column"
    if any(len(row) != n or row[i] != 1 or any(row[i + 1 :]) for i, row in enumerate(L)):
        return "L is not unit lower triangular"
    for i in range(n):
        for j in range(i + 1):
            product = sum(L[i][k] * D[k] * L[j][k] for k in range(j + 1))
            if product != (c * c if i == j else 0) - sum(row[i] * row[j] for row in A):
                return f"L D L' differs from c^2 I - A'A at row {i}, column {j}"
    return None


def main(paths: list[str]) -> int:
    """Check the two files; 0 if the certificate is accepted, 1 if it is refused."""
    with open(paths[0], "rb") as text, open(paths[1], "rb") as matrix:
        data = matrix.read()
        try:
            reason = reason_to_refuse(json.load(text), data)
        except ValueError as error:
            reason = f"it is no JSON: {error}"
    sys.stdout.write(f"refused: {reason}\n" if reason else "accepted: the norm is below c\n")
    return 1 if reason else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
