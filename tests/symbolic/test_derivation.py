"""A derivation is believed for its steps alone: every forged one is refused."""

from dataclasses import FrozenInstanceError, replace

import pytest
from sympy import (
    Function,
    ImmutableDenseMatrix,
    MatrixSymbol,
    Max,
    Product,
    Sum,
    Symbol,
    symbols,
)

from rnnmath.errors import BadDerivation
from rnnmath.symbolic.calculus import Jacobian, trace_gradient, trace_jacobian
from rnnmath.symbolic.derivation import (
    Derivation,
    Relation,
    Rule,
    Statement,
    Step,
    check,
    compose,
)
from rnnmath.symbolic.nodes import Elementwise, IndexedSum, InnerProduct
from rnnmath.symbolic.norms import SpectralNorm
from rnnmath.symbolic.notation import size, time
from rnnmath.symbolic.tidy import diag

n = size("n")
W, A, B = (MatrixSymbol(name, n, n) for name in "WAB")
h, v = MatrixSymbol("h", n, 1), MatrixSymbol("v", n, 1)
f = Function("f")
a, b, c = (Symbol(name, nonnegative=True) for name in "abc")
positive = Symbol("p", positive=True)
negative = Symbol("q", negative=True)
anything = Symbol("y", real=True)
j, k, t = time("j"), time("k"), time("t")

PROOF = trace_jacobian((W * (W * h).applyfunc(f)).applyfunc(f), h)
EQ, LE, LT, GE, GT, IFF = Relation


def axiom(relation, name="axiom"):
    """Return a rule that is believed, so that only its place in the chain is judged."""
    return Rule(name, "", relation, lambda *_: True)


def test_true_derivations_check():
    """What the calculus traces is accepted."""
    check(PROOF)
    check(trace_gradient(InnerProduct(v, (W * h).applyfunc(f)), W))
    check(Derivation(a))


TABLE = {
    (EQ, EQ): EQ, (EQ, LE): LE, (LE, EQ): LE, (LE, LE): LE, (LE, LT): LT, (LT, LE): LT,
    (LT, LT): LT, (LT, EQ): LT, (EQ, GE): GE, (GE, GE): GE, (GE, GT): GT, (GT, GE): GT,
    (GT, EQ): GT, (EQ, IFF): IFF, (IFF, IFF): IFF, (IFF, EQ): IFF,
}  # fmt: skip


@pytest.mark.parametrize("first", Relation)
@pytest.mark.parametrize("second", Relation)
def test_relations_compose_by_the_table(first, second):
    """= then <= is <=, <= then < is <; every clash is refused."""
    if (first, second) in TABLE:
        assert compose(first, second) == TABLE[first, second]
    elif first == EQ:
        assert compose(first, second) == second
    elif second == EQ or first == second:
        assert compose(first, second) == first
    else:
        with pytest.raises(BadDerivation, match="can't go on"):
            compose(first, second)


def forged(position, **changes):
    """Return the proof with one step changed."""
    steps = list(PROOF.steps)
    steps[position] = replace(steps[position], **changes)
    return replace(PROOF, steps=tuple(steps))


RULES = {step.rule.name: step.rule for step in PROOF.steps}
FORGED = {
    "the name of another rule": forged(0, rule=RULES["constant factor"]),
    "an unknown name": forged(0, rule=replace(PROOF.steps[0].rule, name="magic")),
    "another relation": forged(0, rule=replace(PROOF.steps[0].rule, relation=LE)),
    "another law": forged(0, rule=replace(PROOF.steps[0].rule, law="1=2")),
    "a claim it does not rest on": forged(0, rule=replace(PROOF.steps[0].rule, claim="chain")),
    "a focus elsewhere": forged(1, focus=Jacobian(v, h)),
    "a focus of another kind": forged(1, focus=W),
    "a wrong result": forged(1, result=W * Jacobian(h, h)),
    "a wrong line": forged(1, after=PROOF.steps[0].before),
    "a wrong beginning": replace(PROOF, start=Jacobian(v, h)),
    "a skipped line": replace(PROOF, steps=PROOF.steps[:1] + PROOF.steps[2:]),
    "a doubled line": replace(PROOF, steps=PROOF.steps[:1] + PROOF.steps),
    "lines in another order": replace(PROOF, steps=PROOF.steps[::-1]),
    "a hidden assumption": forged(0, given=(Statement(k, LE, t),)),
    "assumptions dropped": replace(PROOF, given=(Statement(k, LE, t),)),
    "a forged premise": forged(0, premises=(forged(1, result=W),)),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_derivations_are_refused(case):
    """Each forgery of a true derivation is refused."""
    with pytest.raises(BadDerivation):
        check(FORGED[case])


def test_a_rule_that_differentiates_nothing_is_refused():
    """A forged focus without a rule is refused as a step, not with another error."""
    rule = replace(PROOF.steps[0].rule)
    focus = Jacobian(Elementwise(f, h * v.T) * v, h)
    with pytest.raises(BadDerivation, match="does not lead"):
        check(Derivation(focus).then(rule, focus, W))


def stepped(whole, relation, focus=a, result=b, given=()):
    """Return a chain of one believed inequality that acts inside ``whole``."""
    return Derivation(whole, given=given).then(axiom(relation), focus, result)


GROWING = {
    "alone": a,
    "sum": a + anything,
    "product": c * a,
    "square": a**2,
    "root": a ** Symbol("r", positive=True),
    "maximum": Max(a, c),
    "nested": (c * a + 1) ** 2 * positive,
    "sum over a range": Sum(a * c, (k, 1, t)),
    "product over a range": Product(a * c, (k, 1, t)),
    "norm of a nonnegative matrix": SpectralNorm(ImmutableDenseMatrix([[a, c], [1, a]])),
}


@pytest.mark.parametrize("relation", [LE, GE])
@pytest.mark.parametrize("case", GROWING)
def test_an_inequality_may_act_where_the_rest_grows_with_it(case, relation):
    """Inside sums, products by nonnegative factors and powers the step is accepted."""
    proof = stepped(GROWING[case], relation)
    check(proof)
    assert proof.relation == relation


NOT_GROWING = {
    "negative coefficient": -2 * a,
    "coefficient of no sign": anything * a,
    "difference": c - a,
    "quotient": c / a,
    "negative power": a ** (-2),
    "exponent": c**a,
    "exponent of no sign": a**anything,
    "base of no sign": (a + negative) ** 2,
    "product with a difference": a * (a - c),
    "function": f(a),
    "matrix with a negative entry": SpectralNorm(ImmutableDenseMatrix([[a, -1]])),
    "limit of a sum": Sum(c, (k, 0, a)),
}


@pytest.mark.parametrize("relation", [LE, GE])
@pytest.mark.parametrize("case", NOT_GROWING)
def test_an_inequality_elsewhere_is_refused(case, relation):
    """Where the rest need not grow with the focus, the step is refused."""
    with pytest.raises(BadDerivation):
        check(stepped(NOT_GROWING[case], relation))


def test_an_inequality_between_possible_negatives_is_refused():
    """``y <= b`` says nothing about ``y^2``: the lower side must be nonnegative."""
    with pytest.raises(BadDerivation, match="possible negatives"):
        check(stepped(c * anything, LE, focus=anything))
    with pytest.raises(BadDerivation, match="possible negatives"):
        check(stepped(c * a, GE, result=anything))


def test_a_factor_that_is_nonnegative_by_luck_is_refused_downward():
    """``m (m - 1)`` at a positive integer m need not fall with m to a real lower bound."""
    m = Symbol("m", integer=True, positive=True)
    with pytest.raises(BadDerivation, match="need not grow"):
        check(stepped(m * (m - 1), GE, focus=m, result=b))


def test_a_strict_inequality_needs_strict_growth():
    """``c a < c b`` does not follow from ``a < b`` where c may be zero; ``p a < p b`` does."""
    for whole in (c * a, Max(a, c), a * c + anything, Sum(a * c, (k, 1, t))):
        with pytest.raises(BadDerivation, match="need not grow"):
            check(stepped(whole, LT))
    for whole in (a, positive * a, a + c, (positive * a + 1) ** 2):
        check(stepped(whole, LT))


def test_an_equivalence_acts_on_the_whole_only():
    """``iff`` relates statements; inside an expression it means nothing."""
    check(stepped(a, IFF))
    with pytest.raises(BadDerivation, match="relates statements"):
        check(stepped(2 * a, IFF))


def test_a_part_of_a_flat_product_is_no_focus():
    """``a b`` is no node of ``2 a b``: nothing would be replaced, and nothing proved."""
    with pytest.raises(BadDerivation, match="does not stand in"):
        check(Derivation(2 * a * b).then(axiom(LT), a * b, c))


def test_clashing_relations_are_refused():
    """<= then >= proves nothing."""
    proof = stepped(a, LE).then(axiom(GE), b, c)
    with pytest.raises(BadDerivation, match="can't go on"):
        check(proof)


def test_an_assumption_about_a_free_index_is_not_used_on_a_bound_one():
    """Given something of j, a step on ``M_j`` inside ``sum_j`` is refused: that j is another."""
    given = (Statement(j, EQ, k),)
    inside = IndexedSum(j * A, (j, 1, t))
    proof = stepped(inside, EQ, focus=j * A, result=k * A, given=given)
    with pytest.raises(BadDerivation, match="rename one of them"):
        check(proof)
    check(stepped(j * A + B, EQ, focus=j * A, result=k * A, given=given))


def test_the_statement_is_what_the_chain_proves():
    """Start, composed relation and end; the assumptions of premises count in ``uses``."""
    inner = Derivation(a).then(Rule("x", "", LE, lambda *_: True, claim="other"), a, b)
    named = Rule("r", "", LE, lambda *_: True, claim="mine")
    proof = Derivation(c * a).then(named, a, b, premises=(inner,))
    assert proof.statement == Statement(c * a, LE, c * b)
    assert proof.uses == {"mine", "other"}
    assert Derivation(a).statement == Statement(a, EQ, a)


def test_derivations_are_frozen():
    """A derivation is data: it can't be changed after it was checked."""
    with pytest.raises(FrozenInstanceError):
        PROOF.steps = ()
    with pytest.raises(FrozenInstanceError):
        PROOF.steps[0].after = W
    assert isinstance(PROOF.steps[0], Step)


def test_the_trace_reads_rule_by_rule():
    """The steps of a two-layer Jacobian are the four rules of the text."""
    names = [step.rule.name for step in PROOF.steps]
    assert names == ["element-wise", "constant factor"] * 2
    inner = W * h
    slope = Function("f'")
    outer = W * Elementwise(f, inner)
    assert PROOF.end == diag(Elementwise(slope, outer)) * W * diag(Elementwise(slope, inner)) * W
    y = symbols("y")
    assert y not in PROOF.end.free_symbols


def test_an_index_that_is_free_and_bound_is_not_captured():
    """What is given of a free index may not rewrite its namesake under a sum."""
    from rnnmath.symbolic.notation import TimeIndexed

    x, y = TimeIndexed("x", n), TimeIndexed("y", n)
    given = (Statement(x[j], EQ, y[j]),)
    both = x[j] + IndexedSum(x[j], (j, 1, t))
    forged = Derivation(both, given=given).then(axiom(EQ), x[j], y[j])
    with pytest.raises(BadDerivation, match="the index j is bound"):
        check(forged)
    check(Derivation(x[j] + v, given=given).then(axiom(EQ), x[j], y[j]))


def test_nothing_is_rewritten_inside_a_derivative():
    """Equal values need not vary alike: W h = v does not make the Jacobian of W h zero."""
    given = (Statement(W * h, EQ, v),)
    forged = Derivation(Jacobian(W * h, h), given=given).then(axiom(EQ), W * h, v)
    with pytest.raises(BadDerivation, match="inside the derivative"):
        check(forged)
