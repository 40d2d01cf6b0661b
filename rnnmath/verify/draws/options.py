"""Options of draws are plain data; a misspelt one must not pass unread."""

from collections.abc import Iterable, Sequence

from rnnmath.errors import DomainError

__all__ = ["require_known"]


def require_known(options: Iterable[str], known: Sequence[str]) -> None:
    """Raise unless every option is one that is read.

    Raises
    ------
    DomainError
        With the options that there are.

    Examples
    --------
    >>> require_known({"size": {}}, ("sizes", "scalars"))
    Traceback (most recent call last):
    rnnmath.errors.DomainError: a draw has no option size; there are sizes, scalars
    """
    unread = [name for name in options if name not in known]
    if unread:
        msg = f"a draw has no option {', '.join(unread)}; there are {', '.join(known)}"
        raise DomainError(msg)
