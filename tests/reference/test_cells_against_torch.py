"""LSTM and GRU against PyTorch's own cells and layers, in PyTorch's weight layout."""

import numpy as np
import pytest

from rnnmath.numeric.cells import (
    backward_gru,
    backward_lstm,
    forward_gru,
    forward_lstm,
    gru_from_torch_layout,
    gru_step_jacobian,
    gru_to_torch_layout,
    lstm_from_torch_layout,
    lstm_step_jacobian,
    lstm_to_torch_layout,
    random_gru,
    random_lstm,
)

pytestmark = pytest.mark.reference

# Both sides run in float64 on sums of fewer than 10^3 terms of order one: rounding is near
# 10^3 * 2^-53, about 1e-13.  A wrong gate order or transpose shows in the first digit.
TOLERANCE = 1e-10

n, m, steps, batch = 5, 3, 9, 4
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def close(ours, theirs, name=""):
    """Compare to the tolerance; a name says which array differs."""
    theirs = theirs.detach().numpy() if hasattr(theirs, "detach") else theirs
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)


def arrays_of(module, suffix=""):
    """Return a module's weights as NumPy arrays in the order that the conversions take."""
    return [getattr(module, name + suffix).detach().numpy() for name in WEIGHTS]


def columns(rng, *shape):
    """Draw a float64 array."""
    return rng.normal(size=shape)


def rows(array):
    """Return a tensor with a row a sample from an array with a column a sample."""
    import torch

    return torch.from_numpy(np.swapaxes(array, -1, -2).copy()).requires_grad_()


def layers(kind, seed):
    """Return PyTorch's layer and cell of one kind with the same weights, in float64."""
    import torch

    torch.manual_seed(seed)
    layer = getattr(torch.nn, kind)(m, n).double()
    cell = getattr(torch.nn, kind + "Cell")(m, n).double()
    with torch.no_grad():
        for name in WEIGHTS:
            getattr(cell, name).copy_(getattr(layer, f"{name}_l0"))
    return layer, cell


def compared_weights(ours, layer, hidden_bias):
    """Compare the gradients of weights and biases; hidden_bias is ours in PyTorch's layout."""
    close(ours.U, layer.weight_ih_l0.grad, "weight_ih")
    close(ours.W, layer.weight_hh_l0.grad, "weight_hh")
    close(ours.b[:, 0], layer.bias_ih_l0.grad, "bias_ih")
    close(hidden_bias, layer.bias_hh_l0.grad, "bias_hh")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_lstm_layer(seed):
    """States and every gradient of the LSTM equal those of torch.nn.LSTM and its autograd."""
    rng = np.random.default_rng(seed)
    layer, _ = layers("LSTM", seed)
    network = lstm_from_torch_layout(*arrays_of(layer, "_l0"))
    x, h0, cell0 = (columns(rng, *shape) for shape in ((steps, m, batch), (n, batch), (n, batch)))
    e = columns(rng, steps, n, batch)  # the gradient of a linear loss <e_t, h_t>
    trajectory = forward_lstm(network, x, h0, cell0)
    ours = backward_lstm(network, trajectory, e)

    inputs, start, memory = rows(x), rows(h0[None]), rows(cell0[None])
    states, (_, last) = layer(inputs, (start, memory))
    (states * rows(e)).sum().backward()
    close(trajectory.h[1:], states.permute(0, 2, 1), "h")
    close(trajectory.cell[-1], last[0].T, "c")
    compared_weights(ours, layer, ours.b[:, 0])
    close(ours.x, inputs.grad.permute(0, 2, 1), "x")
    close(ours.h0, start.grad[0].T, "h0")
    close(ours.cell0, memory.grad[0].T, "c0")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gru_layer(seed):
    """States and every gradient of the GRU equal those of torch.nn.GRU and its autograd."""
    rng = np.random.default_rng(seed)
    layer, _ = layers("GRU", seed)
    network = gru_from_torch_layout(*arrays_of(layer, "_l0"))
    x, h0 = columns(rng, steps, m, batch), columns(rng, n, batch)
    e = columns(rng, steps, n, batch)
    trajectory = forward_gru(network, x, h0)
    ours = backward_gru(network, trajectory, e)

    inputs, start = rows(x), rows(h0[None])
    states, _ = layer(inputs, start)
    (states * rows(e)).sum().backward()
    close(trajectory.h[1:], states.permute(0, 2, 1), "h")
    hidden_bias = np.concatenate([ours.b[: 2 * n, 0], ours.b_hn[:, 0]])
    compared_weights(ours, layer, hidden_bias)
    close(ours.x, inputs.grad.permute(0, 2, 1), "x")
    close(ours.h0, start.grad[0].T, "h0")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_lstm_cell_jacobian(seed):
    """The (2n, 2n) local Jacobian equals the one that autograd finds for torch.nn.LSTMCell."""
    import torch

    rng = np.random.default_rng(seed)
    _, cell = layers("LSTM", seed)
    network = lstm_from_torch_layout(*arrays_of(cell))
    x, h0, cell0 = columns(rng, 1, m, batch), columns(rng, n, batch), 3 * columns(rng, n, batch)
    ours = lstm_step_jacobian(network, forward_lstm(network, x, h0, cell0), 1)
    for j in range(batch):
        fixed = torch.from_numpy(x[0, :, j])

        def step(state, fixed=fixed):
            return torch.cat(cell(fixed, (state[:n], state[n:])))

        point = torch.from_numpy(np.concatenate([h0[:, j], cell0[:, j]]))
        close(ours[j], torch.autograd.functional.jacobian(step, point), f"column {j}")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gru_cell_jacobian(seed):
    """The (n, n) local Jacobian equals the one that autograd finds for torch.nn.GRUCell."""
    import torch

    rng = np.random.default_rng(seed)
    _, cell = layers("GRU", seed)
    network = gru_from_torch_layout(*arrays_of(cell))
    x, h0 = columns(rng, 1, m, batch), columns(rng, n, batch)
    ours = gru_step_jacobian(network, forward_gru(network, x, h0), 1)
    for j in range(batch):
        fixed = torch.from_numpy(x[0, :, j])
        theirs = torch.autograd.functional.jacobian(
            lambda state, fixed=fixed: cell(fixed, state), torch.from_numpy(h0[:, j])
        )
        close(ours[j], theirs, f"column {j}")


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "GRU, z to replace"])
def test_our_weights_run_in_torch(kind):
    """Weights of ours, written in PyTorch's layout, give the same states there."""
    import torch

    rng = np.random.default_rng(4)
    x, h0, cell0 = columns(rng, steps, m, 1), columns(rng, n, 1), columns(rng, n, 1)
    if kind == "LSTM":
        network = random_lstm(rng, n, m, 1)
        written, h = lstm_to_torch_layout(network), forward_lstm(network, x, h0, cell0).h
    else:
        network = random_gru(rng, n, m, 1, update="replace" if "replace" in kind else "keep")
        written, h = gru_to_torch_layout(network), forward_gru(network, x, h0).h
    layer, _ = layers(kind[:4].rstrip(","), 0)
    layer.load_state_dict({f"{key}_l0": torch.from_numpy(value) for key, value in written.items()})
    start = rows(h0[None])
    states, _ = layer(rows(x), (start, rows(cell0[None])) if kind == "LSTM" else start)
    close(h[1:], states.permute(0, 2, 1))


def test_a_wrong_gate_order_is_seen():
    """With two gates exchanged the comparison fails, so it can fail."""
    layer, _ = layers("LSTM", 0)
    rng = np.random.default_rng(0)
    order = np.concatenate([np.arange(n, 2 * n), np.arange(n), np.arange(2 * n, 4 * n)])
    network = lstm_from_torch_layout(*(array[order] for array in arrays_of(layer, "_l0")))
    x, h0, cell0 = columns(rng, steps, m, 1), columns(rng, n, 1), columns(rng, n, 1)
    states, _ = layer(rows(x), (rows(h0[None]), rows(cell0[None])))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        close(forward_lstm(network, x, h0, cell0).h[1:], states.permute(0, 2, 1))
