"""Parameters of many epochs as text: whole numbers of 8 or 16 bits, and the scale of each tensor.

A tensor of an epoch is low + step · q, with q from 0 to 2ᵇ − 1, so that what a page reads differs
from what was recorded by half a step at most.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUDGET", "chosen", "packed"]

BUDGET = 960_000
"""Bytes of the parameters as text; the points and the steps beside them take little."""
FINE = 60
"""Where so many epochs fit with 16 bits, none is thinned further for the sake of finer steps."""
MOST = 120
"""Epochs: more are not told apart."""
SCALE = 8
"""Bytes of a tensor's low and step."""

Tensors = Sequence[NDArray[np.float64]]


def chosen(epochs: NDArray[np.int64], numbers: int, tensors: int) -> tuple[NDArray[np.int64], int]:
    """Return those of the wanted epochs that there is room for, evenly among them, and the bits.

    Nothing is left of the epochs where not even two have room.
    """
    room = {
        bits: int(BUDGET * 3 / 4 // (numbers * bits // 8 + tensors * SCALE)) for bits in (16, 8)
    }
    wanted = min(len(epochs), MOST)
    bits = 16 if room[16] >= min(wanted, FINE) else 8
    count = min(wanted, room[bits])
    if count < min(len(epochs), 2):
        return epochs[:0], bits
    return epochs[np.unique(np.linspace(0, len(epochs) - 1, count).round().astype(int))], bits


def packed(epochs: Sequence[Tensors], bits: int) -> dict[str, Any]:
    """Return flat tensors, the same at each epoch, as JSON holds them: base64, little-endian."""
    most = 2**bits - 1
    scales = np.empty((len(epochs), len(epochs[0]), 2), "<f4")
    whole = np.empty((len(epochs), sum(map(len, epochs[0]))), f"<u{bits // 8}")
    for row, tensors in enumerate(epochs):
        start = 0
        for place, values in enumerate(tensors):
            low = np.float32(values.min())
            step = np.float32((values.max() - low) / most)  # 0 where all are the same
            scales[row, place] = low, step
            rounded = np.rint((values - low) / (np.float64(step) or 1)).clip(0, most)
            whole[row, start : start + len(values)] = rounded
            start += len(values)
    return {
        "bits": bits,
        "sizes": [len(values) for values in epochs[0]],
        "scales": base64.b64encode(scales.tobytes()).decode(),
        "values": base64.b64encode(whole.tobytes()).decode(),
    }
