"""Finite laws of random matrices, polynomials in their entries, and the means of both, exactly.

The mean of a polynomial needs moments of single entries only, however many values a matrix takes;
the mean of anything else is a sum over all values.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from rnnmath.errors import DomainError, Unsupported

__all__ = ["FiniteLaw", "Place", "RandomPolynomial", "gaussian_moment", "random_matrix"]

#: An entry of a random matrix: its name, row and column.
Place = tuple[str, int, int]
Group = tuple[tuple[Fraction, Mapping[Place, Fraction]], ...]


@dataclass(frozen=True)
class FiniteLaw:
    """The law of random matrices that take finitely many values.

    Parameters
    ----------
    shapes : mapping
        Name of each matrix to its shape.
    groups : tuple of groups
        Independent of each other; a group lists ``(probability, {place: value})``.

    Raises
    ------
    DomainError
        If the probabilities of a group are no law, or an entry is in no group or in two.

    Examples
    --------
    >>> coin = tuple((Fraction(1, 2), {("w", 0, 0): Fraction(sign)}) for sign in (-1, 1))
    >>> law = FiniteLaw({"w": (1, 1)}, (coin,))
    >>> [(chance, values["w"].item()) for chance, values in law.outcomes()]
    [(Fraction(1, 2), Fraction(-1, 1)), (Fraction(1, 2), Fraction(1, 1))]
    """

    shapes: Mapping[str, tuple[int, int]]
    groups: tuple[Group, ...]

    def __post_init__(self) -> None:
        for group in self.groups:
            total = sum(chance for chance, _ in group)
            if total != 1 or any(chance < 0 for chance, _ in group):
                msg = f"the probabilities of a group must add up to 1, got {total}"
                raise DomainError(msg)
        places = [place for group in self.groups for place in group[0][1]]
        needed = [
            (name, i, j)
            for name, (rows, cols) in self.shapes.items()
            for i in range(rows)
            for j in range(cols)
        ]
        if sorted(places) != sorted(needed):
            msg = f"each entry stands in one group, got {sorted(places)} for {dict(self.shapes)}"
            raise DomainError(msg)

    def outcomes(self, names: set[str] | None = None) -> Iterator[tuple[Fraction, dict[str, Any]]]:
        """Yield every value of the matrices of these names, or of all, with its probability."""
        wanted = set(self.shapes) if names is None else names
        groups = [
            group for group in self.groups if any(place[0] in wanted for place in group[0][1])
        ]
        for choice in product(*groups):
            values = {name: np.full(self.shapes[name], Fraction(0), object) for name in wanted}
            for _, entries in choice:
                for (name, i, j), value in entries.items():
                    if name in wanted:
                        values[name][i, j] = value
            yield prod((chance for chance, _ in choice), start=Fraction(1)), values

    def moment(self, places: tuple[Place, ...]) -> Fraction:
        """Return the mean of a product of entries; an entry may stand in it more than once."""
        result = Fraction(1)
        for group in self.groups:
            inside = [place for place in places if place in group[0][1]]
            if inside:
                result *= sum(
                    (chance * prod(values[place] for place in inside) for chance, values in group),
                    start=Fraction(0),
                )
        return result


def gaussian_moment(places: tuple[Place, ...]) -> Fraction:
    """Return the mean of a product of independent standard normal entries.

    Formula: ``E g^(2k) = (2k - 1)!!``, and 0 for an odd power.

    Examples
    --------
    >>> g, other = ("G", 0, 0), ("G", 0, 1)
    >>> gaussian_moment((g, g, g, g, other, other)), gaussian_moment((g, g, g))
    (Fraction(3, 1), Fraction(0, 1))
    """
    counts = [places.count(place) for place in set(places)]
    if any(count % 2 for count in counts):
        return Fraction(0)
    return Fraction(prod(prod(range(1, count, 2)) for count in counts))


class RandomPolynomial:
    """A polynomial with rational coefficients in entries of random matrices.

    Parameters
    ----------
    terms : mapping
        A sorted tuple of places to its coefficient.

    Examples
    --------
    >>> w = random_matrix("w", (1, 1))[0, 0]
    >>> square = (w + 1) * (w - 1)
    >>> square.mean(gaussian_moment, {"w"})
    Fraction(0, 1)
    """

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[tuple[Place, ...], Fraction]) -> None:
        self.terms = {key: value for key, value in terms.items() if value}

    @staticmethod
    def _terms(other: Any) -> Mapping[tuple[Place, ...], Any]:
        if isinstance(other, RandomPolynomial):
            return other.terms
        if isinstance(other, int | Fraction | np.integer):
            return {(): other}
        msg = f"no polynomial can be formed with {other!r}"
        raise Unsupported(msg)

    def __add__(self, other: Any) -> "RandomPolynomial":
        total = dict(self.terms)
        for key, value in self._terms(other).items():
            total[key] = total.get(key, Fraction(0)) + value
        return RandomPolynomial(total)

    __radd__ = __add__

    def __neg__(self) -> "RandomPolynomial":
        return self * -1

    def __sub__(self, other: Any) -> "RandomPolynomial":
        return self.__add__(-1 * other)

    def __rsub__(self, other: Any) -> "RandomPolynomial":
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> "RandomPolynomial":
        total: dict[tuple[Place, ...], Fraction] = {}
        right = self._terms(other)
        for left_key, left_value in self.terms.items():
            for key, value in right.items():
                joined = tuple(sorted(left_key + key))
                total[joined] = total.get(joined, Fraction(0)) + left_value * value
        return RandomPolynomial(total)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "RandomPolynomial":
        result = RandomPolynomial({(): Fraction(1)})
        for _ in range(exponent):
            result = result * self
        return result

    def mean(self, moment: Any, names: set[str]) -> Any:
        """Average over the matrices of some names; the others stay in the result."""
        total: dict[tuple[Place, ...], Fraction] = {}
        for key, value in self.terms.items():
            inside = tuple(place for place in key if place[0] in names)
            outside = tuple(place for place in key if place[0] not in names)
            total[outside] = total.get(outside, Fraction(0)) + value * moment(inside)
        left = RandomPolynomial(total)
        return left if set(left.terms) - {()} else left.terms.get((), Fraction(0))


def random_matrix(name: str, shape: tuple[int, int]) -> Any:
    """Return a matrix of symbols, one for each entry.

    Examples
    --------
    >>> random_matrix("W", (2, 3)).shape
    (2, 3)
    """
    rows, cols = shape
    matrix = np.empty(shape, dtype=object)
    for i in range(rows):
        for j in range(cols):
            matrix[i, j] = RandomPolynomial({((name, i, j),): Fraction(1)})
    return matrix
