"""How a paper writes an expression, apart from the glyphs: order, brackets, bodies applied.

LaTeX and plain text share everything here and differ in their glyphs only (``printing``).
"""

from typing import Any

from sympy import Dummy, Lambda, Mul, Pow, S, fraction
from sympy.printing.precedence import PRECEDENCE, precedence

from rnnmath.symbolic.notation import TimeScalar, TimeVector

__all__ = [
    "ADD",
    "ATOM",
    "BIG",
    "EXTREMES",
    "HADAMARD",
    "MUL",
    "NORMS",
    "POW",
    "WORDS",
    "PaperPrinter",
]

ADD: int = PRECEDENCE["Add"]
MUL: int = PRECEDENCE["Mul"]
POW: int = PRECEDENCE["Pow"]
ATOM: int = PRECEDENCE["Atom"]
HADAMARD, BIG, INNER = MUL - 5, MUL - 2, MUL - 1

_LEVELS = {
    "Add": ADD,
    "MatAdd": ADD,
    "HadamardProduct": HADAMARD,
    "OrderedProduct": BIG,
    "IndexedSum": BIG,
    "Product": BIG,
    "Sum": BIG,
    "MaxAbs": BIG,
    "MinAbs": BIG,
    "Curvature": BIG,
    "Expectation": BIG,
    "MeanMatrix": BIG,
    "InnerProduct": INNER,
    "Jacobian": BIG,
    "Pullback": BIG,
    "Pow": POW,
    "MatPow": POW,
    "Transpose": POW,
    "Inverse": POW,
    "TotalDerivative": POW,
    "LocalDerivative": POW,
    "StateGradient": POW,
    "WeightSensitivity": POW,
    "exp": POW,
}


NORMS = {  # the subscript of the bars
    "SpectralNorm": "",
    "VectorNorm": "",
    "FrobeniusNorm": "F",
    "OneNorm": "1",
    "InfinityNorm": "inf",
}
WORDS = {  # the word before the bracketed argument
    "SmallestSingularValue": "sigma_min",
    "SpectralRadius": "rho",
    "LargestEigenvalue": "lambda_max",
    "Rank": "rank",
    "ConditionNumber": "cond",
    "DiagMatrix": "diag",
    "Softmax": "softmax",
    "Trace": "tr",
    "Determinant": "det",
}
EXTREMES = {"MaxAbs": "max", "MinAbs": "min"}


class PaperPrinter:
    """The structure that both printers share; mixed in before a SymPy printer.

    A subclass gives the glyphs, the methods that raise ``NotImplementedError`` here.
    """

    dot: str
    fraction_level: int
    _print: Any
    _as_ordered_terms: Any

    def __init__(self, settings: Any = None) -> None:
        super().__init__(settings)  # type: ignore[call-arg]  # the SymPy printer that follows
        self._arguments: dict[Any, Any] = {}

    def _brackets(self, text: str) -> str:
        raise NotImplementedError

    def _quotient(self, top: str, bottom: str, levels: tuple[int, int] = (ATOM, ATOM)) -> str:
        raise NotImplementedError

    def _power(self, base: str, exponent: str) -> str:
        raise NotImplementedError

    def _joined(self, factors: list[str]) -> str:
        raise NotImplementedError

    def level(self, expr: Any) -> int:
        """Tell how tightly an expression holds together as it is printed."""
        if expr in self._arguments:
            return self.level(self._arguments[expr])
        name = type(expr).__name__
        if name == "Elementwise" and isinstance(expr.function, Lambda):
            return self._body_level(expr.function)
        if name == "Mul" and not _is_negative(expr):
            return MUL if fraction(expr, exact=True)[1] == 1 else self.fraction_level
        if name in ("Mul", "MatMul"):
            return ADD if _is_negative(expr) else MUL
        if name == "ActivationSupremum":
            return BIG if self._supremum_name(expr) is None else ATOM
        if name in ("TotalDerivative", "LocalDerivative") and self._signal(expr) is not None:
            return ATOM
        if name == "Pow" and expr.exp.is_Rational and expr.exp.is_negative:
            return self.fraction_level
        return int(_LEVELS.get(name, precedence(expr)))

    def _body_level(self, function: Lambda) -> int:
        (variable,) = function.variables
        body = function.expr
        if body.is_Mul and sum(factor.has(variable) for factor in body.args) > 1:
            return HADAMARD
        return self.level(body)

    def parenthesize(
        self, item: Any, level: int, is_neg: bool = False, strict: bool = False
    ) -> str:
        """Print an item, in brackets when it holds together less tightly than ``level``."""
        text = str(self._print(item))
        held = self.level(item)
        loose = held < level if strict else held <= level
        return self._brackets(text) if loose or (is_neg and strict) else text

    def _signal(self, derivative: Any) -> tuple[str, Any, Any] | None:
        """Name a derivative that has a letter of its own: ``(letter, index, only)``."""
        of, wrt = derivative.args[:2]
        if not isinstance(wrt, TimeVector) or isinstance(of, TimeVector) or of.name != "L":
            return None
        if type(derivative).__name__ == "LocalDerivative":
            return None
        only = of.index if isinstance(of, TimeScalar) else None
        if wrt.name == "a":
            return "delta", wrt.index, only
        if wrt.name == "o" and only == wrt.index:
            return "e", wrt.index, None
        return None

    def _print_Elementwise(self, expr: Any) -> str:
        if not isinstance(expr.function, Lambda):
            return self._applied(expr.function, str(self._print(expr.argument)))
        stand_in = Dummy("u", real=True)
        self._arguments[stand_in] = expr.argument
        try:
            return str(
                self._print(expr.function.expr.xreplace({expr.function.variables[0]: stand_in}))
            )
        finally:
            del self._arguments[stand_in]

    def _applied(self, function: Any, argument: str, exponent: str | None = None) -> str:
        raise NotImplementedError

    def _print_Symbol(self, expr: Any, **settings: Any) -> str:
        if expr in self._arguments:
            return str(self._print(self._arguments[expr]))
        return str(super()._print_Symbol(expr, **settings))  # type: ignore[misc]  # SymPy's printer

    _print_Dummy = _print_Symbol  # noqa: N815

    def _signed_sum(self, terms: list[Any]) -> list[tuple[str, str]]:
        """Print the terms of a sum as (sign, text), a positive term first where there is one."""
        ordered = sorted(terms, key=_is_negative) if _is_negative(terms[0]) else terms
        signed = []
        for place, term in enumerate(ordered):
            negative = _is_negative(term)
            shown = -term if negative else term
            big = type(shown).__name__ in ("IndexedSum", "Sum") and place < len(ordered) - 1
            text = self.parenthesize(shown, BIG if big else ADD)
            signed.append(("-" if negative else "+", text))
        return signed

    def terms(self, expr: Any) -> list[tuple[str, str]]:
        """Print the terms of a sum in a paper's order as (sign, text)."""
        if expr.is_Matrix:
            return self._signed_sum(sorted(expr.args, key=_place_in_sum))
        return self._signed_sum(self._as_ordered_terms(expr))

    def _print_Add(self, expr: Any, **_: Any) -> str:
        (sign, first), *rest = self.terms(expr)
        head = f"-{first}" if sign == "-" else first
        return head + "".join(f" {sign} {text}" for sign, text in rest)

    _print_MatAdd = _print_Add  # noqa: N815

    def _print_Mul(self, expr: Any) -> str:
        negative = _is_negative(expr)
        top, bottom = fraction(-expr if negative else expr, exact=True)
        sign = "-" if negative else ""
        if bottom == 1:
            return sign + self._product(top)
        levels = (self.level(top), self.level(bottom))
        return sign + self._quotient(self._product(top, True), self._product(bottom, True), levels)

    def _product(self, expr: Any, whole: bool = False) -> str:
        if not expr.is_Mul:
            return str(self._print(expr)) if whole else self.parenthesize(expr, MUL, strict=True)
        factors = _grouped(list(expr.as_ordered_factors()))
        bound = (
            [factor for factor in factors if factor.has(*self._arguments)]
            if self._arguments
            else []
        )
        if len(bound) > 1:
            plain = [self.parenthesize(factor, MUL) for factor in factors if factor not in bound]
            entries = self.dot.join(self.parenthesize(factor, MUL) for factor in bound)
            return self._joined([*plain, entries])
        return self._joined(self._factors(factors))

    def _factors(self, factors: list[Any]) -> list[str]:
        last = len(factors) - 1
        return [
            str(self._print(factor))
            if place == last and self.level(factor) == BIG
            else self.parenthesize(factor, MUL, strict=not factor.is_Matrix and place == 0)
            for place, factor in enumerate(factors)
        ]

    def _print_Pow(self, expr: Any, **_: Any) -> str:
        base, exponent = expr.args
        if exponent.is_Rational and exponent.is_negative:
            below = Pow(base, -exponent)
            return self._quotient("1", str(self._print(below)), (ATOM, self.level(below)))
        if exponent.is_Rational and exponent == S.Half:
            return self._root(str(self._print(base)))
        if base.is_Function and not base.is_Piecewise and len(base.args) == 1:
            raised = self._raised(base, str(self._print(exponent)))
            if raised is not None:
                return raised
        shown = str(self._print(exponent))
        if base in self._arguments:
            shown = self._entrywise(shown)
        return self._power(self.parenthesize(base, POW), shown)

    def _root(self, text: str) -> str:
        raise NotImplementedError

    def _raised(self, function: Any, exponent: str) -> str | None:
        raise NotImplementedError

    def _entrywise(self, exponent: str) -> str:
        raise NotImplementedError

    def _print_MatMul(self, expr: Any) -> str:
        coefficient, matrices = expr.as_coeff_matrices()
        negative = _is_negative(expr)
        scalar = -coefficient if negative else coefficient
        factors = ([] if scalar == 1 else [scalar]) + list(matrices)
        if len(factors) == 1:
            return "-" * negative + self.parenthesize(factors[0], ADD)
        return "-" * negative + self._joined(self._factors(factors))

    def _print_HadamardProduct(self, expr: Any) -> str:
        factors = sorted(
            expr.args, key=lambda factor: type(factor).__name__ in ("MatAdd", "MatMul")
        )
        return self.dot.join(self.parenthesize(factor, MUL) for factor in factors)

    def _print_MatPow(self, expr: Any) -> str:
        return self._power(self.parenthesize(expr.base, POW), str(self._print(expr.exp)))

    def _print_Inverse(self, expr: Any) -> str:
        return self._power(self.parenthesize(expr.arg, POW), "-1")

    def _supremum_name(self, expr: Any) -> str | None:
        """Name the function of an activation supremum: "" for f, None for one without a name."""
        from rnnmath.symbolic.activations import catalogue

        if not isinstance(expr.function, Lambda):
            return "" if expr.function.__name__ == "f" else str(expr.function.__name__)
        entries = catalogue().values()
        return next((entry.name for entry in entries if type(expr)(entry.function) == expr), None)

    def _print_Identity(self, expr: Any) -> str:  # noqa: ARG002
        return "I"

    def _print_ZeroMatrix(self, expr: Any) -> str:  # noqa: ARG002
        return "0"

    def _ranged(self, sign: str, index: Any, lower: Any, upper: Any) -> str:
        raise NotImplementedError

    def _print_OrderedProduct(self, expr: Any) -> str:
        ranged = self._ranged("prod", expr.index, expr.lower, expr.upper)
        return ranged + self._multiplicand(expr.term)

    def _print_IndexedSum(self, expr: Any) -> str:
        return self._ranged("sum", expr.index, expr.lower, expr.upper) + self._summand(expr.term)

    def _print_Product(self, expr: Any) -> str:
        ranged = "".join(self._ranged("prod", *limits) for limits in expr.limits)
        return ranged + self._multiplicand(expr.function)

    def _print_Sum(self, expr: Any) -> str:
        ranged = "".join(self._ranged("sum", *limits) for limits in expr.limits)
        return ranged + self._summand(expr.function)

    def _entry(self, vector: Any) -> str:
        """Print the entry i of a column."""
        text = str(self._print(vector))
        level = self.level(vector)
        if level <= MUL or (not text.endswith(")") and (level < ATOM or "_" in text)):
            text = self._brackets(text)
        return self._indexed(text)

    def _indexed(self, text: str) -> str:
        raise NotImplementedError

    def _multiplicand(self, term: Any) -> str:
        """Print what stands under a product sign: more than one factor goes in brackets."""
        return str(self._print(term)) if self.level(term) == BIG else self.parenthesize(term, MUL)

    def _summand(self, term: Any) -> str:
        """Print what stands under a sum sign: a sum goes in brackets."""
        return self.parenthesize(term, ADD)


def _is_negative(expr: Any) -> bool:
    if expr.is_Matrix:
        coefficient = expr.as_coeff_matrices()[0] if type(expr).__name__ == "MatMul" else S.One
        return bool(coefficient.as_coeff_Mul()[0].is_negative)
    return bool(expr.as_coeff_Mul()[0].is_negative)


def _place_in_sum(term: Any) -> int:
    name = type(term).__name__
    bare_column = name in ("MatrixSymbol", "TimeVector") and term.shape[1] == 1
    return 0 if name == "Identity" else 2 if bare_column else 1


def _grouped(factors: list[Any]) -> list[Any]:
    """Write ``x**m * y**m`` as ``(x*y)**m`` for an exponent that is not a number."""
    kept: list[Any] = []
    for factor in factors:
        symbolic = factor.is_Pow and not factor.exp.is_number
        at = next(
            (
                place
                for place, other in enumerate(kept)
                if symbolic and other.is_Pow and other.exp == factor.exp
            ),
            None,
        )
        if at is None:
            kept.append(factor)
        else:
            base = Mul(kept[at].base, factor.base, evaluate=False)
            kept[at] = Pow(base, factor.exp, evaluate=False)
    return kept
