"""Integer polynomials: characteristic polynomial, root counts on the line and in a disk."""

from fractions import Fraction
from itertools import pairwise
from math import gcd

from rnnmath.numeric.exact.matrices import Integers, definite, shifted

__all__: list[str] = []

# A polynomial is the list of its integer coefficients, highest degree first, without a leading 0.
Polynomial = list[int]


def characteristic_polynomial(N: Integers) -> Polynomial:
    """Return det(z I - N) by the recursion of Faddeev and LeVerrier."""
    n = len(N)
    coefficients = [1]
    product = [[0] * n for _ in range(n)]
    for k in range(1, n + 1):
        summed = [
            [entry + (coefficients[-1] if i == j else 0) for j, entry in enumerate(row)]
            for i, row in enumerate(product)
        ]
        columns = list(zip(*summed, strict=True))
        product = [[sum(map(int.__mul__, row, column)) for column in columns] for row in N]
        coefficients.append(-sum(product[i][i] for i in range(n)) // k)
    return coefficients


def value_at(p: Polynomial, numerator: int, denominator: int = 1) -> int:
    """Return denominator^degree p(numerator/denominator), which has the sign of p there."""
    total, power = 0, 1
    for coefficient in p:
        total = total * numerator + coefficient * power
        power *= denominator
    return total


def derivative(p: Polynomial) -> Polynomial:
    """Return p', of degree one less."""
    degree = len(p) - 1
    return [c * (degree - i) for i, c in enumerate(p[:-1])]


def _primitive(p: Polynomial) -> Polynomial:
    content = gcd(*p)
    return [c // content for c in p]


def _remainder(p: Polynomial, q: Polynomial) -> Polynomial:
    """Return a positive multiple of the remainder of p by q, without leading zeros."""
    rest, lead = list(p), abs(q[0])
    sign = 1 if q[0] > 0 else -1
    while len(rest) >= len(q):
        head = rest[0] * sign
        rest = [lead * c - head * (q[i] if i < len(q) else 0) for i, c in enumerate(rest)][1:]
    while rest and rest[0] == 0:
        rest = rest[1:]
    return rest


def common_divisor(p: Polynomial, q: Polynomial) -> Polynomial:
    """Return the primitive greatest common divisor, with a positive leading coefficient."""
    while q:
        rest = _remainder(p, q) if len(p) >= len(q) else p
        p, q = q, (_primitive(rest) if rest else [])
    p = _primitive(p)
    return p if p[0] > 0 else [-c for c in p]


def quotient(p: Polynomial, divisor: Polynomial) -> Polynomial:
    """Return the primitive multiple of p/divisor; the division must leave no remainder."""
    rest, result = [Fraction(c) for c in p], []
    while len(rest) >= len(divisor):
        factor = rest[0] / divisor[0]
        result.append(factor)
        rest = [c - factor * (divisor[i] if i < len(divisor) else 0) for i, c in enumerate(rest)][
            1:
        ]
    scale = 1
    for c in result:
        scale = scale * c.denominator // gcd(scale, c.denominator)
    return _primitive([int(c * scale) for c in result])


def squarefree(p: Polynomial) -> Polynomial:
    """Return the polynomial with the same roots, each of them simple."""
    return quotient(p, common_divisor(p, derivative(p))) if len(p) > 1 else p


def sturm_chain(p: Polynomial) -> list[Polynomial]:
    """Return the Sturm chain of a polynomial with simple roots."""
    chain = [p, _primitive(derivative(p))]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        chain.append([-c for c in _primitive(rest)])
    return chain


def roots_above(chain: list[Polynomial], numerator: int, denominator: int) -> int:
    """Count the real roots > numerator/denominator of the polynomial that heads a Sturm chain."""
    there = _variations([value_at(p, numerator, denominator) for p in chain])
    return there - _variations([p[0] for p in chain])


def _variations(values: list[int]) -> int:
    signs = [v > 0 for v in values if v]
    return sum(a != b for a, b in pairwise(signs))


def greatest_integer_root(p: Polynomial, above: int) -> int | None:
    """Return the greatest root of a monic real-rooted p if it is an integer, else None.

    Newton's iteration from a point ``above`` all roots falls monotonically to the greatest root;
    rounded up it stops within the degree of p of that root.
    """
    simple = squarefree(p)
    slope = derivative(simple)
    x = above
    while step := value_at(simple, x) // value_at(slope, x):
        x -= step
    root = next((c for c in range(x, x - len(simple), -1) if value_at(simple, c) == 0), None)
    return root if root is not None and not roots_above(sturm_chain(simple), root, 1) else None


def squared_roots(p: Polynomial) -> Polynomial:
    """Return the polynomial of the same degree whose roots are the squares of the roots of p."""
    signed = [c if i % 2 == 0 else -c for i, c in enumerate(p)]
    product = [0] * (2 * len(p) - 1)
    for i, x in enumerate(p):
        for j, y in enumerate(signed):
            product[i + j] += x * y
    return product[::2]


def rescaled(p: Polynomial, factor: int) -> Polynomial:
    """Return p(factor z), whose roots are those of p divided by the factor."""
    n = len(p) - 1
    return [c * factor ** (n - i) for i, c in enumerate(p)]


def _stretched(p: Polynomial, radius: Fraction) -> Polynomial:
    """Return an integer multiple of p(radius z)."""
    return [c * radius.denominator**i for i, c in enumerate(rescaled(p, radius.numerator))]


def _schur_cohn(p: Polynomial) -> Integers:
    """Return H_ij = Σ_k (a_{n-i+k} a_{n-j+k} - a_{i-k} a_{j-k}), k = 0..min(i, j).

    Schur and Cohn: H is positive definite iff all roots lie in the open unit disk.
    By continuity H is positive semidefinite if none lies outside.
    """
    a = p[::-1]
    n = len(a) - 1
    return [
        [
            sum(a[n - i + k] * a[n - j + k] - a[i - k] * a[j - k] for k in range(min(i, j) + 1))
            for j in range(n)
        ]
        for i in range(n)
    ]


def _verdict_from_leading_bits(p: Polynomial) -> bool | None:
    """Return True if H is surely positive definite, False if surely not semidefinite, else None.

    With coefficients cut to ``kept`` bits, each of the at most 2n products in an entry of H is off
    by at most 2^(kept+1) + 1, so the spectral norm of the error is at most ``slack``.
    """
    size, n = max(abs(c).bit_length() for c in p), len(p) - 1
    for kept in (512, 2048):
        if size <= 2 * kept:
            return None
        H = _schur_cohn([c >> (size - kept) for c in p])
        slack = 2 * n * n * ((1 << (kept + 1)) + 1)
        if definite(shifted(H, 1, -slack)):
            return True
        if not definite(shifted(H, 1, slack)):
            return False
    return None


def all_inside(p: Polynomial, radius: Fraction) -> bool:
    """Decide whether every complex root has modulus < radius, for radius > 0."""
    a = _stretched(p, radius)
    if len(a) == 1:
        return True
    verdict = _verdict_from_leading_bits(a)
    return definite(_schur_cohn(a)) if verdict is None else verdict


def none_outside(p: Polynomial, radius: Fraction) -> bool:
    """Decide whether every complex root has modulus <= radius, for radius > 0.

    The divisor g that p shares with its mirror image in the circle holds all roots on the circle;
    the cofactor has none there.
    By Cohn (1922) the roots of g, which mirror each other, all lie on the circle iff those of g'
    do not lie outside.
    """
    a = _stretched(p, radius)
    while a[-1] == 0:
        a.pop()
    if len(a) == 1:
        return True
    verdict = _verdict_from_leading_bits(a)
    if verdict is not None:
        return verdict
    g = common_divisor(a, a[::-1])
    if not all_inside(quotient(a, g), Fraction(1)):
        return False
    return len(g) == 1 or none_outside(derivative(g), Fraction(1))
