"""The long short-term memory cell."""

from typing import Any

from sympy import tanh

from rnnmath.symbolic.activations.records import logistic
from rnnmath.symbolic.cells.gated import bias, drive, gate, hidden_weight, input_weight
from rnnmath.symbolic.cells.record import Cell, define
from rnnmath.symbolic.nodes import elementwise, hadamard
from rnnmath.symbolic.notation import TimeIndexed, h, n, parameter, t, x
from rnnmath.symbolic.tidy import add, multiply

__all__ = ["lstm"]


def lstm(*, forget_gate: bool = True, peephole: bool = False) -> Cell:
    """Return the LSTM, whose states are h and the cell state c.

    Formula: ``c_t = f_t o c_{t-1} + i_t o g_t``, ``h_t = o_t o tanh(c_t)``, with gates i, f, o =
    sigma(W h_{t-1} + U x_t + b) and candidate g = tanh(W_g h_{t-1} + U_g x_t + b_g).

    Parameters
    ----------
    forget_gate : bool
        Without it ``f_t = 1``: the cell of 1997.
    peephole : bool
        Adds ``p_i o c_{t-1}`` and ``p_f o c_{t-1}`` to the gates i and f, and ``p_o o c_t`` to o.

    Notes
    -----
    Source: Hochreiter and Schmidhuber (1997); forget gate of Gers, Schmidhuber and Cummins (2000);
    peepholes of Gers, Schraudolph and Schmidhuber (2002).

    Examples
    --------
    >>> from rnnmath.symbolic.cells import state_jacobian
    >>> from rnnmath.symbolic.printing import plain
    >>> for equation in lstm().equations[1:4]:
    ...     print(equation)
    f[t] = logistic(U_f*x[t] + W_f*h[t - 1] + b_f)
    g[t] = tanh(U_g*x[t] + W_g*h[t - 1] + b_g)
    c[t] = c[t - 1] .* f[t] + g[t] .* i[t]
    >>> for term in state_jacobian(lstm()).blocks[1, 0].args:
    ...     print(plain(term))
    diag((f[t] .* (1 - f[t])) .* c[t - 1])*W_f
    diag((i[t] .* (1 - i[t])) .* g[t])*W_i
    diag((1 - g[t]**2) .* i[t])*W_g
    >>> print(plain(state_jacobian(lstm(forget_gate=False)).blocks[1, 1]))
    I
    """
    cell = TimeIndexed("c", n)
    letters = "ifo" if forget_gate else "io"
    peep = {letter: parameter(f"p_{letter}", n, 1) for letter in letters if peephole}

    def opened(letter: str, seen: Any) -> Any:
        terms = [multiply(hidden_weight(letter), h[t - 1])]
        if peephole:
            terms.append(hadamard(peep[letter], seen))
        return define(gate(letter), elementwise(logistic, drive(letter, *terms)))

    kept = hadamard(gate("f"), cell[t - 1]) if forget_gate else cell[t - 1]
    equations = (
        *(opened(letter, cell[t - 1]) for letter in letters if letter != "o"),
        define(gate("g"), elementwise(tanh, drive("g"))),
        define(cell[t], add(kept, hadamard(gate("i"), gate("g")))),
        opened("o", cell[t]),
        define(h[t], hadamard(gate("o"), elementwise(tanh, cell[t]))),
    )
    parameters = [
        make(letter)
        for make in (hidden_weight, input_weight, bias)
        for letter in (*letters[:-1], "g", "o")
    ]
    name = "LSTM" + ("" if forget_gate else " without forget gate")
    name += " with peepholes" if peephole else ""
    before, after = (h[t - 1], cell[t - 1]), (h[t], cell[t])
    return Cell(name, equations, before, after, x[t], (*parameters, *peep.values()))
