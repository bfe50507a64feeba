"""Which tensors and numbers a run can hold."""

import math
from numbers import Real
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.parameter import is_lazy

from epochreel.errors import RunError

__all__ = ["RECORDED", "as_array", "as_number", "require_values"]

WHOLE = {torch.bool, torch.int8, torch.int16, torch.int32, torch.int64}
UNSIGNED = {torch.uint8, torch.uint16, torch.uint32, torch.uint64}
FLOATS = {torch.float16, torch.bfloat16, torch.float32, torch.float64}
RECORDED = WHOLE | UNSIGNED | FLOATS | {torch.complex64}
"""The dtypes of nets: those that safetensors and NumPy know, and bfloat16, which float32 holds."""


def require_values(tensor: torch.Tensor, what: str, dtypes: set[torch.dtype] = RECORDED) -> None:
    """Raise RunError, beginning with `what`, for a tensor without dense values of these dtypes."""
    if is_lazy(tensor):
        raise RunError(f"{what} has no shape yet: call its module once before recording.")
    if tensor.is_meta:
        raise RunError(
            f"{what} is on the device meta, where tensors have no values: "
            "make it on another, or fill it after to_empty(device='cpu')."
        )
    if hasattr(tensor, "full_tensor"):  # a DTensor, whose class is slow to import
        raise RunError(
            f"{what} is in parts, one in each process, which cannot be recorded: save checkpoints "
            "of the whole state_dict, and read them with `epochreel import`."
        )
    if tensor.layout != torch.strided or tensor.is_nested:
        kind = "nested" if tensor.is_nested else str(tensor.layout).removeprefix("torch.")
        remedy = "to_padded_tensor(0)" if tensor.is_nested else "to_dense()"
        raise RunError(f"{what} is {kind}, which cannot be recorded: make it dense by {remedy}.")
    if tensor.dtype not in dtypes:
        raise RunError(
            f"{what} has dtype {tensor.dtype}, which cannot be recorded: "
            "turn it into float32 by float() or dequantize()."
        )


def as_array(value: torch.Tensor | NDArray[Any], name: str) -> NDArray[Any]:
    """Return a tensor handed to a snapshot, as an array that can be recorded in its own dtype."""
    if isinstance(value, torch.Tensor):
        try:
            array = _numpy(value)
        except (RuntimeError, TypeError, ValueError):  # asked afterwards, which costs nothing
            require_values(value, f"The tensor {name!r}")
            array = _numpy(value.resolve_conj().resolve_neg())
    else:
        array = value
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise RunError(
            f"The tensor {name!r} has dtype {array.dtype}, which cannot be recorded: "
            "hand over booleans, integers or real numbers."
        )
    return array


def _numpy(tensor: torch.Tensor) -> NDArray[Any]:
    tensor = tensor.detach().cpu()
    # numpy has no bfloat16.
    array: NDArray[Any] = (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()
    return array


def as_number(value: Any, name: str) -> float:
    """Return a number handed to a snapshot, in whatever type; infinite beyond a float's range."""
    if isinstance(value, (torch.Tensor, np.ndarray, np.generic)):
        try:
            value = value.item()
        except (RuntimeError, ValueError):
            if isinstance(value, torch.Tensor):
                require_values(value, f"The scalar {name!r}")
            raise
    if not isinstance(value, Real):
        raise RunError(
            f"{name!r} is a {type(value).__name__}, which cannot be recorded: "
            "hand over modules, real numbers, tensors or arrays."
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf  # whatever its sign: it is refused
