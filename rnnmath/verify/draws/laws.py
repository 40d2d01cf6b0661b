"""Drawn laws of random matrices: what each named kind means, entry by entry."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from rnnmath.errors import DomainError
from rnnmath.numeric.moments import FiniteLaw, Group

__all__ = ["drawn_law"]

Rng = np.random.Generator
_Points = tuple[tuple[Fraction, Fraction], ...]


def _even(*pairs: tuple[Any, Any]) -> _Points:
    """Return values with their probabilities, each value with either sign."""
    points: list[tuple[Fraction, Fraction]] = []
    for value, chance in pairs:
        signs = (1, -1) if value else (1,)
        points += [(Fraction(sign * value), Fraction(chance) / len(signs)) for sign in signs]
    return tuple(points)


_HALF, _THIRD, _SIXTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)

#: Laws of one entry of variance 1, but for the two last.
_ENTRIES: Mapping[str, _Points] = {
    "signs": _even((1, 1)),
    #: the normal law's mean, variance, third and fourth moment
    "like normal": _even((0, _HALF), (1, _THIRD), (2, _SIXTH)),
    "rare": _even((0, Fraction(3, 4)), (2, Fraction(1, 4))),
    #: mean 0, but not symmetric; variance 2
    "lopsided": ((Fraction(2), _THIRD), (Fraction(-1), 2 * _THIRD)),
    #: mean 1, variance 1
    "shifted": ((Fraction(0), _HALF), (Fraction(2), _HALF)),
}


def _groups(name: str, rows: int, cols: int, points: _Points, tied: str) -> list[Group]:
    """Return one group an entry, or one for all entries that are tied to be equal."""
    places = [(name, i, j) for i in range(rows) for j in range(cols)]
    together: dict[Any, list[Any]] = {}
    for place in places:
        key = {"free": place, "rows": place[1], "columns": place[2], "all": 0}[tied]
        together.setdefault(key, []).append(place)
    return [
        tuple((chance, dict.fromkeys(equal, value)) for value, chance in points)
        for equal in together.values()
    ]


def drawn_law(
    rng: Rng, sizes: Mapping[str, Any], wanted: Mapping[str, Any]
) -> tuple[FiniteLaw, dict[str, Any]]:
    """Return a law, with the variance and the fourth moment of an entry of each matrix.

    Parameters
    ----------
    rng : numpy.random.Generator
    sizes : mapping
        Values of the names that shapes are given in.
    wanted : mapping
        Name of each matrix to ``(rows, cols, kind)`` or ``(rows, cols, kind, options)``.
        Kinds: signs, like normal, rare, lopsided, shifted.  Options: ``scale`` (drawn if not
        given); ``tied``, entries that are always equal: rows, columns or all; ``equals``, the
        name of a matrix of the same shape that this one always equals.

    Raises
    ------
    DomainError
        If a kind has no meaning.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> law, known = drawn_law(rng, {"n": 2}, {"W": ("n", 1, "signs", {"scale": 3})})
    >>> len(list(law.outcomes())), known
    (4, {'v': Fraction(9, 1), 'mu_4': Fraction(81, 1)})
    """
    shapes: dict[str, tuple[int, int]] = {}
    groups: list[Group] = []
    known: dict[str, Any] = {}
    for name, (rows, cols, kind, *more) in wanted.items():
        options = more[0] if more else {}
        height, width = (
            int(sizes[side]) if isinstance(side, str) else side for side in (rows, cols)
        )
        shapes[name] = (height, width)
        if kind not in _ENTRIES:
            msg = f"no law {kind!r} of an entry; there are {', '.join(_ENTRIES)}"
            raise DomainError(msg)
        scale = Fraction(options.get("scale", Fraction(int(rng.integers(1, 9)), 4)))
        points = tuple((scale * value, chance) for value, chance in _ENTRIES[kind])
        if not known:
            centre = _moment(points, 1)
            known["v"] = _moment(tuple((value - centre, p) for value, p in points), 2)
            known["mu_4"] = _moment(points, 4)
        if "equals" in options:
            groups = [_doubled(group, options["equals"], name) for group in groups]
        else:
            groups += _groups(name, height, width, points, options.get("tied", "free"))
    return FiniteLaw(shapes, tuple(groups)), known


def _moment(points: _Points, order: int) -> Fraction:
    return sum((chance * value**order for value, chance in points), start=Fraction(0))


def _doubled(group: Group, original: str, copy: str) -> Group:
    """Give every entry of one matrix in a group to another matrix as well."""
    return tuple(
        (
            chance,
            {
                **values,
                **{
                    (copy, i, j): value
                    for (name, i, j), value in values.items()
                    if name == original
                },
            },
        )
        for chance, values in group
    )
