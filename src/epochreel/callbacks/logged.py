"""What of that which a library logs is a scalar of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import torch

__all__ = ["scalars"]


def scalars(logged: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers, finite ones alone: what is logged may overflow and the training go on.

    The epoch is left out, which says when and not what.
    """
    found = {
        name: float(value)
        for name, value in logged.items()
        if isinstance(value, Real) or (isinstance(value, torch.Tensor) and value.numel() == 1)
    }
    return {n: value for n, value in found.items() if math.isfinite(value) and n != "epoch"}
