"""From a net's inputs to its outputs in one continuous motion."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.runs.functions import Function, varying

__all__ = ["morph", "similarity"]


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


def morph(before: ArrayLike | Function, after: ArrayLike | Function, clock: Hashable,
          power: float = 2.0) -> Function:  # fmt: skip
    """Places on their way from before a map (…, D) to behind it, as a clock goes from 0 to 1.

    α after + (1 − α) before with α = ((p + 1)ᵗ − 1) / p: they speed up, the more the larger the
    `power` p > 0. The clock is a ValueTracker of t in [0, 1].
    """
    alpha = varying(lambda t: ((power + 1) ** t - 1) / power, clock)
    moved: Function = alpha * after + (1 - alpha) * before
    return moved
