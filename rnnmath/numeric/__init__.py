"""The room of numbers: it runs networks and judges derivatives, and knows none of the theory.

NumPy and the standard library only.
Every function is generic in the number type: float32, float64, complex128, and object arrays of
Fractions or Dual numbers.
Vectors are columns and a batch stands beside them: h_t has shape (n, B), x has shape (T, m, B).
"""

from rnnmath.numeric.activations import ACTIVATIONS, Activation, elu, leaky_relu, polynomial
from rnnmath.numeric.dual import Dual, dual_jacobian
from rnnmath.numeric.exact import (
    Interval,
    determinant,
    frobenius_squared,
    inf_norm,
    interval_max,
    interval_min,
    is_positive_definite,
    is_positive_semidefinite,
    largest_eigenvalue,
    one_norm,
    rank,
    rational_orthogonal,
    smallest_singular_value,
    spectral_norm,
    spectral_radius,
    square_root,
    trace,
    with_singular_values,
)
from rnnmath.numeric.flow import (
    ErrorSignalProfile,
    NormProfile,
    error_signal_profile,
    jacobian_product,
    norm_profile,
    step_jacobian,
)
from rnnmath.numeric.networks import (
    Gradients,
    Loss,
    Trajectory,
    VanillaRNN,
    backward,
    forward,
    linear_loss,
    loss_gradients,
    quadratic_loss,
    random_network,
    total_loss,
)
from rnnmath.numeric.oracles import Estimate, central_difference, complex_step, exact_difference
from rnnmath.numeric.rational import to_fractions
from rnnmath.numeric.replay import Variable, depends_on, replay
from rnnmath.numeric.sensitivity import ROUTES, sensitivity
from rnnmath.numeric.wiring import PLAIN, Wiring

__all__ = [
    "ACTIVATIONS",
    "PLAIN",
    "ROUTES",
    "Activation",
    "Dual",
    "ErrorSignalProfile",
    "Estimate",
    "Gradients",
    "Interval",
    "Loss",
    "NormProfile",
    "Trajectory",
    "VanillaRNN",
    "Variable",
    "Wiring",
    "backward",
    "central_difference",
    "complex_step",
    "depends_on",
    "determinant",
    "dual_jacobian",
    "elu",
    "error_signal_profile",
    "exact_difference",
    "forward",
    "frobenius_squared",
    "inf_norm",
    "interval_max",
    "interval_min",
    "is_positive_definite",
    "is_positive_semidefinite",
    "jacobian_product",
    "largest_eigenvalue",
    "leaky_relu",
    "linear_loss",
    "loss_gradients",
    "norm_profile",
    "one_norm",
    "polynomial",
    "quadratic_loss",
    "random_network",
    "rank",
    "rational_orthogonal",
    "replay",
    "sensitivity",
    "smallest_singular_value",
    "spectral_norm",
    "spectral_radius",
    "square_root",
    "step_jacobian",
    "to_fractions",
    "total_loss",
    "trace",
    "with_singular_values",
]
