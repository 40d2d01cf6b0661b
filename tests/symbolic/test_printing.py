"""Printing: one expression, one way to write it, and no two expressions written alike."""

import pytest
from sympy import (
    BlockMatrix,
    Function,
    Identity,
    Inverse,
    Lambda,
    MatMul,
    MatPow,
    MatrixSymbol,
    Max,
    Piecewise,
    Product,
    S,
    Symbol,
    Transpose,
    exp,
    pi,
    sqrt,
    symbols,
    tanh,
)
from sympy import latex as sympy_latex

from rnnmath.symbolic.activations import catalogue
from rnnmath.symbolic.calculus import Jacobian, Pullback
from rnnmath.symbolic.derivation import Derivation, Relation, Rule, Statement
from rnnmath.symbolic.nodes import (
    Elementwise,
    IndexedSum,
    InnerProduct,
    OrderedProduct,
    Softmax,
    elementwise,
    hadamard,
)
from rnnmath.symbolic.norms import (
    ActivationSupremum,
    ConditionNumber,
    FrobeniusNorm,
    InfinityNorm,
    LargestEigenvalue,
    MaxAbs,
    MinAbs,
    OneNorm,
    Rank,
    SmallestSingularValue,
    SpectralNorm,
    SpectralRadius,
    VectorNorm,
)
from rnnmath.symbolic.notation import L as LOSS
from rnnmath.symbolic.notation import (
    LocalDerivative,
    T,
    TimeIndexed,
    TotalDerivative,
    U,
    V,
    W,
    a,
    b,
    delta,
    error_at,
    f,
    f_prime,
    gamma,
    h,
    j,
    k,
    loss_at,
    n,
    o,
    t,
    x,
)
from rnnmath.symbolic.printing import derivation_latex, displayed_latex, latex, plain
from rnnmath.symbolic.tidy import diag

z = MatrixSymbol("z", n, 1)
D = diag(Elementwise(f_prime, a[j]))
J = MatMul(D, W)
NORM = SpectralNorm(W)


PRINTED = [
    # the alphabet
    (h[t - 1], "h_{t-1}", "h[t - 1]"),
    (TimeIndexed("c_f", n)[t], "c_{f,t}", "c_f[t]"),
    (MatrixSymbol("h_0", n, 1), "h_{0}", "h_0"),
    (Symbol("lambda") * W, r"\lambda W", "lambda*W"),
    (LOSS, "L", "L"),
    (loss_at(t), "L_{t}", "L[t]"),
    (MatMul(W, U).T, r"U^{\top} W^{\top}", "U.T*W.T"),
    (Inverse(W), "W^{-1}", "W**(-1)"),
    (Identity(n) - W, "I - W", "I - W"),
    (-2 * W, "-2 W", "-2*W"),
    (W * h[t - 1] + U * x[t] + b, "U x_{t} + W h_{t-1} + b", "U*x[t] + W*h[t - 1] + b"),
    # element-wise maps: bodies applied, no arrows
    (Elementwise(f, W * h[t]), "f(W h_{t})", "f(W*h[t])"),
    (Elementwise(Function("phi"), b), r"\phi(b)", "phi(b)"),
    (Elementwise(Function("act"), b), r"\operatorname{act}(b)", "act(b)"),
    (elementwise(tanh, a[t]), r"\tanh(a_{t})", "tanh(a[t])"),
    (elementwise(lambda u: 1 - tanh(u) ** 2, a[t]), r"1 - \tanh^{2}(a_{t})", "1 - tanh(a[t])**2"),
    (elementwise(lambda u: 1 - u, W * z + b), "1 - (W z + b)", "1 - (W*z + b)"),
    (elementwise(lambda u: u**2, W * z), r"(W z)^{\odot 2}", "(W*z)**2"),
    (elementwise(lambda u: u * (1 - u), W * z), r"(W z) \odot (1 - W z)", "(W*z) .* (1 - W*z)"),
    (W * elementwise(lambda u: u * (1 - u), z), r"W (z \odot (1 - z))", "W*(z .* (1 - z))"),
    (elementwise(lambda u: Max(0, u), z), r"\max(0, z)", "max(0, z)"),
    (
        elementwise(lambda u: exp(-(u**2) / 2) / sqrt(2 * pi), z),
        r"\frac{\sqrt{2} e^{-\frac{z^{\odot 2}}{2}}}{2 \sqrt{\pi}}",
        "sqrt(2)*exp(-z**2/2)/(2*sqrt(pi))",
    ),
    # products of Jacobians
    (J, r"\operatorname{diag}(f'(a_{j}))\,W", "diag(f'(a[j]))*W"),
    (
        OrderedProduct(J, (j, k + 1, t)),
        r"\prod_{j=k+1}^{t} (\operatorname{diag}(f'(a_{j}))\,W)",
        "prod_{j=k + 1..t} (diag(f'(a[j]))*W)",
    ),
    (
        MatMul(MatPow(W, t - k), OrderedProduct(D, (j, k + 1, t))),
        r"W^{t - k} \prod_{j=k+1}^{t} \operatorname{diag}(f'(a_{j}))",
        "W**(t - k)*prod_{j=k + 1..t} diag(f'(a[j]))",
    ),
    (
        MatMul(OrderedProduct(D, (j, k + 1, t)), MatPow(W, t - k)),
        r"\left(\prod_{j=k+1}^{t} \operatorname{diag}(f'(a_{j}))\right)\,W^{t - k}",
        "(prod_{j=k + 1..t} diag(f'(a[j])))*W**(t - k)",
    ),
    (
        IndexedSum(delta(t) * h[t - 1].T, (t, 1, T)),
        r"\sum_{t=1}^{T} \delta_{t} h_{t-1}^{\top}",
        "sum_{t=1..T} delta[t]*h[t - 1].T",
    ),
    # derivatives
    (TotalDerivative(h[t], h[k]), r"\frac{\partial h_{t}}{\partial h_{k}}", "dh[t]/dh[k]"),
    (TotalDerivative(LOSS, W), r"\frac{\partial L}{\partial W}", "dL/dW"),
    (delta(t), r"\delta_{t}", "delta[t]"),
    (delta(k, only=t), r"\delta_{k}^{(t)}", "delta[k]^(t)"),
    (Transpose(delta(k, only=t)), r"\delta_{k}^{(t)\,\top}", "delta[k]^(t).T"),
    (error_at(t), "e_{t}", "e[t]"),
    (
        TotalDerivative(loss_at(t), o[k]),
        r"\frac{\partial L_{t}}{\partial o_{k}}",
        "dL[t]/do[k]",
    ),
    (
        LocalDerivative(h[t], b),
        r"\left.\frac{\partial h_{t}}{\partial b}\right|_{h_{t-1}}",
        "(dh[t]/db at fixed h[t - 1])",
    ),
    (
        Jacobian(W * h[t] + b, h[t]),
        r"\frac{\partial}{\partial h_{t}} (W h_{t} + b)",
        "d/dh[t] (W*h[t] + b)",
    ),
    (
        Pullback(Elementwise(f, h[t]), h[t], delta(t)),
        r"\frac{\partial}{\partial h_{t}} \langle \delta_{t},\, f(h_{t}) \rangle",
        "d/dh[t] <delta[t], f(h[t])>",
    ),
    (
        hadamard(Elementwise(f_prime, a[t]), V.T * error_at(t) + W.T * delta(t + 1)),
        r"f'(a_{t}) \odot (V^{\top} e_{t} + W^{\top} \delta_{t+1})",
        "f'(a[t]) .* (V.T*e[t] + W.T*delta[t + 1])",
    ),
    (
        hadamard(Elementwise(f_prime, a[t]), W.T * delta(t + 1)),
        r"f'(a_{t}) \odot (W^{\top} \delta_{t+1})",
        "f'(a[t]) .* (W.T*delta[t + 1])",
    ),
    (
        W.T * hadamard(Elementwise(f_prime, a[t]), delta(t + 1)),
        r"W^{\top} (f'(a_{t}) \odot \delta_{t+1})",
        "W.T*(f'(a[t]) .* delta[t + 1])",
    ),
    # other nodes
    (Softmax(W * z), r"\operatorname{softmax}(W z)", "softmax(W*z)"),
    (InnerProduct(b, z), r"b^{\top} z", "b.T*z"),
    (gamma * InnerProduct(b, W * z), r"\gamma ((W z)^{\top} b)", "gamma*((W*z).T*b)"),
    (
        BlockMatrix([[W, D], [D, W]]),
        r"\begin{bmatrix} W & \operatorname{diag}(f'(a_{j})) \\ "
        r"\operatorname{diag}(f'(a_{j})) & W \end{bmatrix}",
        "[[W, diag(f'(a[j]))], [diag(f'(a[j])), W]]",
    ),
    # norms
    (NORM, r"\lVert W \rVert", "||W||"),
    (FrobeniusNorm(W), r"\lVert W \rVert_{F}", "||W||_F"),
    (OneNorm(W), r"\lVert W \rVert_{1}", "||W||_1"),
    (InfinityNorm(W), r"\lVert W \rVert_{\infty}", "||W||_inf"),
    (VectorNorm(z), r"\lVert z \rVert", "||z||"),
    (MaxAbs(z), r"\max_{i} \lvert z_{i} \rvert", "max_i |z_i|"),
    (
        MaxAbs(Elementwise(f_prime, a[t])) * NORM,
        r"(\max_{i} \lvert f'(a_{t})_{i} \rvert)\,\lVert W \rVert",
        "(max_i |f'(a[t])_i|)*||W||",
    ),
    (MinAbs(a[t]), r"\min_{i} \lvert (a_{t})_{i} \rvert", "min_i |a[t]_i|"),
    (SmallestSingularValue(W), r"\sigma_{\min}(W)", "sigma_min(W)"),
    (SpectralRadius(W), r"\rho(W)", "rho(W)"),
    (LargestEigenvalue(W), r"\lambda_{\max}(W)", "lambda_max(W)"),
    (Rank(W), r"\operatorname{rank}(W)", "rank(W)"),
    (ConditionNumber(W), r"\operatorname{cond}(W)", "cond(W)"),
    (ActivationSupremum(f), r"\gamma", "gamma"),
    (ActivationSupremum(tanh), r"\gamma_{\tanh}", "gamma_tanh"),
    (
        (gamma * NORM) ** (t - k),
        r"(\gamma \lVert W \rVert)^{t - k}",
        "(gamma*||W||)**(t - k)",
    ),
    (
        Product(SpectralNorm(J), (j, k + 1, t)),
        r"\prod_{j=k+1}^{t} \lVert \operatorname{diag}(f'(a_{j}))\,W \rVert",
        "prod_{j=k + 1..t} ||diag(f'(a[j]))*W||",
    ),
    (
        (1 - gamma**k) / (1 - gamma),
        r"\frac{1 - \gamma^{k}}{1 - \gamma}",
        "(1 - gamma**k)/(1 - gamma)",
    ),
    (gamma / (1 - gamma) ** 2, r"\frac{\gamma}{(1 - \gamma)^{2}}", "gamma/(1 - gamma)**2"),
    (gamma * NORM <= 1, r"\gamma \lVert W \rVert \le 1", "gamma*||W|| <= 1"),
]


@pytest.mark.parametrize(("expr", "tex", "text"), PRINTED, ids=[case[2] for case in PRINTED])
def test_prints_as_a_paper(expr, tex, text):
    """Every node prints in the notation of the theory, in LaTeX and in plain text."""
    assert latex(expr) == tex
    assert plain(expr) == text


def test_no_two_expressions_print_alike():
    """Different expressions of the list print differently, norms of a matrix and a vector apart."""
    for printer in (latex, plain):
        printed = [printer(case[0]) for case in PRINTED]
        assert len(set(printed)) == len(printed)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (MatMul(W, MatMul(U, x[t])), MatMul(MatMul(W, U), x[t])),
        (W * OrderedProduct(J, (j, 1, t)), OrderedProduct(J, (j, 1, t)) * W),
        (hadamard(z, W * b), W * hadamard(z, b)),
        (MatPow(MatMul(W, W + Identity(n)), k), MatMul(W, MatPow(W + Identity(n), k))),
        (gamma / (2 * NORM), gamma * NORM / 2),
        (TotalDerivative(h[t], b), LocalDerivative(h[t], b)),
        (delta(k), delta(k, only=t)),
        (IndexedSum(delta(j), (j, 1, t)) + b, IndexedSum(delta(j) + b, (j, 1, t))),
        (MaxAbs(z) ** 2, MaxAbs(elementwise(lambda u: u**2, z))),
    ],
)
def test_brackets_separate_what_differs(left, right):
    """Two formulas that differ in their bracketing or their meaning never print alike."""
    assert latex(left) != latex(right)
    assert plain(left) != plain(right)


@pytest.mark.parametrize("case", PRINTED, ids=[case[2] for case in PRINTED])
def test_braces_and_fences_balance(case):
    """Every LaTeX output closes what it opens, and plain text is ASCII on one line."""
    tex = latex(case[0])
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\left") == tex.count(r"\right")
    assert tex.count("(") == tex.count(")")
    assert tex.count(r"\lVert") == tex.count(r"\rVert")
    assert plain(case[0]).isascii()
    assert "\n" not in plain(case[0])


def test_no_arrow_and_no_bound_letter():
    """A Lambda never prints as an arrow, and nested bodies don't mix up their arguments."""
    inner = elementwise(lambda u: 1 - u, z)
    outer = elementwise(lambda u: u**2 + 1, inner)
    assert plain(outer) == "(1 - z)**2 + 1"
    assert latex(outer) == r"(1 - z)^{\odot 2} + 1"
    piecewise = latex(elementwise(lambda u: Piecewise((u, u > 0), (u / 10, True)), z))
    assert "mapsto" not in piecewise
    assert "u" not in piecewise.replace("quad", "")


def test_printing_leaves_the_expression_alone():
    """Printing twice gives the same text, also after a printer met a nested body."""
    expr = elementwise(lambda u: 1 - tanh(u) ** 2, W * h[t])
    assert latex(expr) == latex(expr)
    assert plain(expr) == plain(expr)


@pytest.mark.parametrize(
    ("relation", "tex"),
    [
        (Relation.EQUAL, "="),
        (Relation.AT_MOST, r"\le"),
        (Relation.LESS, r"\lt"),
        (Relation.AT_LEAST, r"\ge"),
        (Relation.GREATER, r"\gt"),
        (Relation.IFF, r"\iff"),
    ],
)
def test_statement_prints_its_relation(relation, tex):
    """A statement prints left side, relation, right side; no raw angle bracket, which HTML eats."""
    statement = Statement(NORM, relation, S.One)
    assert latex(relation) == tex
    assert latex(statement) == rf"\lVert W \rVert {tex} 1"
    assert plain(statement) == f"||W|| {relation.value} 1"
    assert str(statement) == plain(statement)


A, B, C = (MatrixSymbol(name, n, n) for name in "ABC")
LOOSE = Rule("100% loose_rule", "", Relation.AT_MOST, lambda *_: True)


def test_derivation_is_an_aligned_chain():
    """A derivation prints what it supposes, then its chain with the escaped rule beside a row."""
    chain = Derivation(SpectralNorm(A), given=(Statement(k, Relation.AT_MOST, t),)).then(
        LOOSE, SpectralNorm(A), SpectralNorm(B)
    )
    assert derivation_latex(chain).splitlines() == [
        r"\begin{array}{l}",
        r"\text{given } k \le t \\[0.4em]",
        r"\begin{aligned}",
        r"& \lVert A \rVert \le \lVert B \rVert && \text{100\% loose\_rule}",
        r"\end{aligned}",
        r"\end{array}",
    ]
    assert str(chain) == "||A||\n  <= ||B||    [100% loose_rule]"
    assert chain._repr_latex_() == f"$$\n{derivation_latex(chain)}\n$$"
    assert latex(chain) == derivation_latex(chain)


def test_long_rows_break_before_terms():
    """A sum too long for one row stands one term a line, and no term is lost."""
    terms = [OrderedProduct(J, (j, symbols(f"k{place}"), t)) for place in range(4)]
    total = terms[0] + terms[1] + terms[2] - terms[3]
    chain = Derivation(A).then(Rule("unroll", "", Relation.EQUAL, lambda *_: True), A, total)
    lines = derivation_latex(chain).splitlines()
    assert len(lines) == 2 + 1 + 4
    assert lines[2].endswith(r"&& \text{unroll} \\")
    assert all(line.startswith(r"&\qquad {} ") for line in lines[3:6])
    assert sum(r"\qquad {} -" in line for line in lines) == 1
    assert latex(total).count(r"\prod") == 4


def test_long_right_side_is_displayed_over_several_lines():
    """A statement is broken before the terms of its right side if that is long, and then only."""
    terms = [OrderedProduct(J, (j, symbols(f"k{place}"), t)) for place in range(4)]
    total = terms[0] + terms[1] + terms[2] - terms[3]
    lines = displayed_latex(Statement(A, Relation.AT_MOST, total)).splitlines()
    assert lines[1].startswith(r"A &\le ")
    assert len(lines) == 2 + 4
    assert sum(line.count(r"\prod") for line in lines) == 4
    short = Statement(A, Relation.AT_MOST, terms[0] + terms[1])
    assert displayed_latex(short) == latex(short)


def test_nodes_print_themselves_in_notebooks():
    """A node renders as a paper in a notebook and inside SymPy's own latex, with its brackets."""
    one_minus = elementwise(lambda u: 1 - u, z)
    assert h[t]._repr_latex_() == r"$\displaystyle h_{t}$"
    assert sympy_latex(W * h[t]) == "W h_{t}"
    assert sympy_latex(W * one_minus) == r"W \left(1 - z\right)"
    assert repr(h[t - 1]) == "h[t - 1]"


def test_lambda_supremum_names_its_function():
    """The supremum of a function without a name prints what it is the supremum of."""
    u = Symbol("u", real=True)
    cubic = ActivationSupremum(Lambda(u, u**3))
    assert plain(cubic * NORM) == "(sup_u |d/du (u**3)|)*||W||"
    assert r"\sup_{u}" in latex(cubic)
    gelu_tanh = ActivationSupremum(catalogue()["gelu_tanh"].function)
    assert plain(gelu_tanh * NORM) == "gamma_gelu_tanh*||W||"
    assert latex(gelu_tanh) == r"\gamma_{\text{gelu tanh}}"
