"""How loud a signal is, at each time and frequency."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import ClipError

__all__ = ["SILENCE", "decibels"]

SILENCE = -120.0
"""Decibels below which nothing is told apart."""


def decibels(samples: ArrayLike, window: int, step: int) -> NDArray[np.float64]:
    """The short-time Fourier transform of samples (N,) in decibels, (window // 2 + 1, frames).

    Row k is the frequency k rate / window; column j looks at the `window` samples from j `step` on,
    through Hann's window. A sine of amplitude 1 on a row's frequency has 0 dB there; what is
    fainter than `SILENCE` is held at that. Raises ClipError for fewer samples than two windows
    take, a window of fewer than 2 samples, or a step of none.
    """
    signal = np.asarray(samples, dtype=np.float64)
    if window < 2 or step < 1:
        raise ClipError(
            f"A spectrogram cannot have windows of {window} samples every {step}: give it a window "
            "of 2 or more and a step of 1 or more."
        )
    if signal.ndim != 1 or len(signal) < window + step:
        raise ClipError(
            f"A spectrogram with windows of {window} samples every {step} needs {window + step} of "
            f"them in one row, not an array of shape {signal.shape}: choose shorter windows."
        )
    hann = np.sin(np.pi * np.arange(window) / window) ** 2
    frames = np.lib.stride_tricks.sliding_window_view(signal, window)[::step]
    spectrum = np.abs(np.fft.rfft(frames * hann, axis=1)).T * 2 / hann.sum()
    return np.asarray(20 * np.log10(np.maximum(spectrum, 10 ** (SILENCE / 20))))
