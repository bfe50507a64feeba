"""From a net's inputs to its outputs in one continuous motion."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Morph", "similarity"]


def similarity(inputs: ArrayLike, outputs: ArrayLike) -> NDArray[np.float64]:
    """The turn, mirroring and enlargement (D, D) that brings inputs (N, D) closest to outputs.

    `inputs @ similarity(inputs, outputs)` has the inputs' shape at the outputs' size and bearing.
    Orthogonal Procrustes with scale (Schönemann 1966): with U Σ Vᵀ the singular value
    decomposition of XᵀY, X and Y centred, it is U Vᵀ tr Σ / ‖X‖².
    """
    x, y = np.asarray(inputs, dtype=np.float64), np.asarray(outputs, dtype=np.float64)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    u, sigma, vt = np.linalg.svd(x.T @ y)
    return np.asarray(u @ vt * sigma.sum() / (x**2).sum())


class Morph:
    """Points on their way from their place before a map to their place behind it.

    `morph(epoch, t)` is α X_out(epoch) + (1 − α) X_in with α = ((p + 1)ᵗ − 1) / p, t in [0, 1]: it
    speeds up on the way, the more the larger p > 0. `inputs` (…, D) are what `outputs(epoch, x)`
    maps, x being (N, D); X_in is `inputs @ similarity`.
    """

    def __init__(
        self,
        outputs: Callable[[float, NDArray[np.float32]], NDArray[np.float32]],
        inputs: ArrayLike,
        similarity: ArrayLike,
        power: float = 2.0,
    ) -> None:
        self.outputs = outputs
        self.inputs = np.asarray(inputs, dtype=np.float32)
        self.before = (self.inputs @ np.asarray(similarity)).reshape(-1, self.inputs.shape[-1])
        self.power = power

    def __call__(self, epoch: float, t: float) -> NDArray[np.float64]:
        """Where the points are at an epoch, a share t of the way, in the shape of the inputs."""
        alpha = ((self.power + 1) ** t - 1) / self.power
        behind = self.outputs(epoch, self.inputs.reshape(self.before.shape))
        return np.asarray(alpha * behind + (1 - alpha) * self.before).reshape(self.inputs.shape)
