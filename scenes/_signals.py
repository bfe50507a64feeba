"""A sound that is made of parts, and what two layers of kernels hear in it."""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

RATE = 8000  # samples a second
TONES = 1661, 1244, 830, 932  # hertz, the melody's in their order
LASTS, GAP = 1600, 800  # samples of a tone, and of a pause
OTHER = 2, 0, 3, 1  # the same tones, but no melody
TAPS = 480  # of a kernel that knows a tone


class Sound:
    """A melody, a click, its tones in another order, a chirp, and the melody again, in noise.

    `samples` (N,) are made from a seed; `begins` are where the melodies begin, and `heard` (4, N),
    0 to 1, is how strongly each tone sounds in a window around each place: the length of what two
    kernels, a quarter of a period apart, make of it. A neuron over four places of it, a tone's
    length apart, is `melody` (N,): it fires where all four tones are there in their order. What a
    clip says of them is `measured`.
    """

    def __init__(self, seed=12345):
        time = np.arange(LASTS) / RATE
        swell = 0.8 * np.sqrt(np.sin(np.pi * (np.arange(LASTS) + 0.5) / LASTS))
        tones = [swell * np.sin(2 * np.pi * f * time) for f in TONES]
        chirp = swell * np.sin(2 * np.pi * (600 + 3000 * time) * time)  # from 600 to 1800 hertz
        tune, pause = np.concatenate(tones), np.zeros(GAP)
        click = pause + (np.arange(GAP) == GAP // 2)
        parts = pause, tune, click, np.concatenate([tones[k] for k in OTHER]), pause, chirp, pause
        clean = np.concatenate([*parts, tune, pause])
        self.begins = np.array([GAP, len(clean) - len(tune) - GAP])
        self.samples = clean + np.random.default_rng(seed).normal(0, 0.03, len(clean))
        self.heard = np.stack([self.hear(f) for f in TONES])
        self.melody = self.fire()
        fires = ", ".join(f"{self.melody[each + 2 * LASTS]:.2f}" for each in self.begins)
        self.measured = {
            f"Likeness of spectra {each} s apart": f"{self.likeness(each):.2f}"
            for each in (0.02, 0.3)
        } | {"What the melody's unit says, at both": fires}

    def hear(self, tone):
        """How strongly a tone sounds around each place, (N,)."""
        places = np.arange(TAPS) - (TAPS - 1) / 2
        hann = np.cos(np.pi * places / TAPS) ** 2
        wave = hann * np.exp(2j * np.pi * tone * places / RATE)
        pair = [np.convolve(self.samples, part, "same") for part in (wave.real, wave.imag)]
        return np.hypot(*pair) / (0.4 * hann.sum())  # 1 for a tone as loud as it is here

    def fire(self):
        """A neuron over four places, (N,), with a bias that all four tones just overcome."""
        offsets = (np.arange(4) * 2 - 3) * LASTS // 2
        count = len(self.samples)
        there = np.arange(count) + offsets[:, None]
        heard = np.take_along_axis(self.heard, np.clip(there, 0, count - 1), axis=1)
        return np.maximum(heard.sum(axis=0) - 3, 0)

    def likeness(self, seconds, window=512, step=64):
        """How alike spectra so far apart are, on the mean: 1 for the same."""
        spectra = np.abs(np.fft.rfft(sliding_window_view(self.samples, window)[::step], axis=1))
        spectra /= np.linalg.norm(spectra, axis=1, keepdims=True)
        apart = round(seconds * RATE / step)
        return float((spectra[:-apart] * spectra[apart:]).sum(axis=1).mean())


@cache
def made():
    """The sound of the clip, made once."""
    return Sound()
