r"""Formulas as a paper prints them: LaTeX that KaTeX and MathJax take, and plain ASCII text."""

from collections.abc import Sequence
from typing import Any

from sympy.printing.latex import latex_escape

from rnnmath.symbolic.derivation import Derivation, Relation, Statement
from rnnmath.symbolic.printing.paper_latex import PaperLatexPrinter, node_latex
from rnnmath.symbolic.printing.paper_plain import PaperStrPrinter

__all__ = ["derivation_latex", "displayed_latex", "latex", "node_latex", "plain"]

_RELATIONS = {
    Relation.EQUAL: "=",
    Relation.AT_MOST: r"\le",
    Relation.LESS: r"\lt",
    Relation.AT_LEAST: r"\ge",
    Relation.GREATER: r"\gt",
    Relation.IFF: r"\iff",
}
_LONG_ROW = 110
_LONG_BESIDE_RULE = 84
_SHORT_CHAIN = 70


def latex(expr: Any) -> str:
    r"""Print an expression, a relation or a statement as LaTeX.

    The result is math-mode LaTeX without delimiters, valid in KaTeX and MathJax.

    Parameters
    ----------
    expr : expression, Relation, Statement or Derivation
        What to print.  A derivation prints as :func:`derivation_latex` has it.

    Returns
    -------
    str
        LaTeX.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import TimeIndexed, delta, h, n, t, W
    >>> from rnnmath.symbolic.tidy import diag
    >>> from rnnmath.symbolic.nodes import elementwise
    >>> from sympy import Function, tanh
    >>> a = TimeIndexed("a", n)
    >>> print(latex(diag(elementwise(Function("f'"), a[t])) * W))
    \operatorname{diag}(f'(a_{t}))\,W
    >>> print(latex(elementwise(lambda u: 1 - tanh(u) ** 2, a[t])))
    1 - \tanh^{2}(a_{t})
    >>> print(latex(delta(t, only=n)))
    \delta_{t}^{(n)}
    """
    if isinstance(expr, Derivation):
        return derivation_latex(expr)
    if isinstance(expr, Statement):
        return f"{latex(expr.lhs)} {_RELATIONS[expr.relation]} {latex(expr.rhs)}"
    if isinstance(expr, Relation):
        return _RELATIONS[expr]
    return str(PaperLatexPrinter().doprint(expr))


def plain(expr: Any) -> str:
    """Print an expression, a relation or a statement as one line of ASCII text.

    Matrix products are ``*``, products entry by entry ``.*``.

    Parameters
    ----------
    expr : expression, Relation, Statement or Derivation
        What to print.

    Returns
    -------
    str
        Plain text.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import delta, h, k, t, TotalDerivative, W
    >>> plain(W.T * delta(t + 1))
    'W.T*delta[t + 1]'
    >>> plain(TotalDerivative(h[t], h[k]))
    'dh[t]/dh[k]'
    """
    if isinstance(expr, Derivation):
        lines = [plain(expr.start)]
        lines += [
            f"  {plain(step.relation)} {plain(step.after)}    [{step.rule.name}]"
            for step in expr.steps
        ]
        return "\n".join(lines)
    if isinstance(expr, Statement):
        return f"{plain(expr.lhs)} {plain(expr.relation)} {plain(expr.rhs)}"
    if isinstance(expr, Relation):
        return str(expr.value)
    return str(PaperStrPrinter().doprint(expr))


def displayed_latex(statement: Statement) -> str:
    r"""Print a statement for a line of its own, broken before the terms of a long right side.

    Parameters
    ----------
    statement : Statement
        The statement.

    Returns
    -------
    str
        LaTeX without delimiters: that of :func:`latex`, or an ``aligned`` environment.

    Examples
    --------
    >>> from rnnmath.symbolic.notation import W
    >>> from sympy import MatMul
    >>> print(displayed_latex(Statement(W, Relation.EQUAL, W * W + W)))
    W = W^{2} + W
    >>> long = MatMul(*[W.T, W] * 20, evaluate=False)
    >>> displayed_latex(Statement(W, Relation.EQUAL, long + W)).count(r"\\")
    1
    """
    right = _row(statement.rhs)
    if "\n" not in right:
        return latex(statement)
    left = f"{latex(statement.lhs)} &{_RELATIONS[statement.relation]} {right}"
    return f"\\begin{{aligned}}\n{left}\n\\end{{aligned}}"


def derivation_latex(
    derivation: Derivation, beside: Sequence[str] | None = None, *, given: bool = True
) -> str:
    r"""Print a derivation as an ``aligned`` chain, a row a step, the rule beside each row.

    A row that would be too long is broken before the terms of its sum; a short chain of one step
    is one row.

    Parameters
    ----------
    derivation : Derivation
        The chain.
    beside : sequence of str, optional
        Words for each step, in place of the name of its rule.
    given : bool
        Whether what the chain supposes stands above it.

    Returns
    -------
    str
        LaTeX of an ``aligned`` environment without delimiters.

    Examples
    --------
    >>> from sympy import MatrixSymbol
    >>> from rnnmath.symbolic.derivation import Rule
    >>> A, B = MatrixSymbol("A", 2, 2), MatrixSymbol("B", 2, 2)
    >>> swap = Rule("commute", "AB=BA", Relation.EQUAL, lambda focus, result, step: False)
    >>> chain = Derivation(A * B).then(swap, A * B, B * A)
    >>> print(derivation_latex(chain))
    \begin{aligned}
    & A B = B A && \text{commute}
    \end{aligned}
    >>> print(derivation_latex(chain.then(swap, B * A, A * B)))
    \begin{aligned}
    & A B \\
    &= B A && \text{commute} \\
    &= A B && \text{commute}
    \end{aligned}
    """
    words = [step.rule.name for step in derivation.steps] if beside is None else beside
    rows = ["& " + _row(derivation.start)]
    for step, said in zip(derivation.steps, words, strict=True):
        note = rf" && \text{{{latex_escape(said)}}}"
        rows.append(f"&{_RELATIONS[step.relation]} {_row(step.after, note)}")
    if len(rows) == 2 and len(plain(derivation.statement)) <= _SHORT_CHAIN:
        rows = [f"{rows[0]} {rows[1][1:]}"]
    chain = "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"
    if not given or not derivation.given:
        return chain
    lines = [*_supposed(derivation.given), chain]
    return "\\begin{array}{l}\n" + " \\\\[0.4em]\n".join(lines) + "\n\\end{array}"


def _supposed(facts: Sequence[Statement]) -> list[str]:
    """Print what is supposed: on one row where it is short, else on a row a fact."""
    shown = [latex(fact) for fact in facts]
    if sum(len(plain(fact)) for fact in facts) <= _SHORT_CHAIN:
        shown = [r",\; ".join(shown)]
    return [
        rf"\text{{given }} {shown[0]}",
        *(rf"\phantom{{\text{{given }}}} {row}" for row in shown[1:]),
    ]


def _row(expr: Any, beside: str = "") -> str:
    """Print one row; the rule stands beside its first line."""
    whole, limit = latex(expr), _LONG_BESIDE_RULE if beside else _LONG_ROW
    if len(plain(expr)) <= limit or type(expr).__name__ not in ("Add", "MatAdd"):
        return whole + beside
    printer = PaperLatexPrinter()
    (sign, first), *rest = printer.terms(expr)
    lines = [("-" if sign == "-" else "") + first + beside]
    lines += [rf"&\qquad {{}} {sign} {text}" for sign, text in rest]
    return " \\\\\n".join(lines)
