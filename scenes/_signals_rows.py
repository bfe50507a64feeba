"""A sound in rows below each other: its pitches, and what kernels hear in it."""

import numpy as np
from _signals import RATE, TONES
from manim import RIGHT, Group

from epochreel import varying

PITCHES = 500, 1950  # hertz that are shown


def pitches(clip, place, samples):
    """The spectrogram of samples (N,) in a slot or a box: its panel, and what is in it."""
    panel = clip.panel(place, x=(0, len(samples) / RATE), y=PITCHES, equal=False, cross=False)
    return Group(panel, panel.spectrogram(samples, rate=RATE, window=512, step=32, low=-45))


def legend(clip):
    """The tones in the colours of their kernels, beside the caption."""
    colours, given = clip.style.classes(len(TONES)), {"size": "formula"}
    names = [clip.text(f"{f}~Hz", colour=c, **given) for f, c in zip(TONES, colours, strict=True)]
    return clip.fitted(Group(*names).arrange(RIGHT, buff=0.6), "aside")


def heard(clip, box, values, hues, now):
    """What is heard until `now`, (K, N), each filled in a colour."""
    whole = (0, values.shape[1])
    shown = varying(lambda place: [0, place], now)
    plane = clip.panel(box, x=whole, y=(-0.03, 1.1), equal=False, cross=False)
    # A line up and down at every sample fills what is below.
    filled = np.stack([0 * values, values], axis=-1).reshape(len(values), -1)
    given = {"x": whole, "shown": shown, "width": "arrow"}
    marks = [plane.waveform(*each, **given) for each in zip(filled, hues, strict=True)]
    return [plane, *marks, plane.waveform(np.zeros(2), "axis", **given)]


def window(clip, box, length, taps, now):
    """The frame of a kernel that is `now` at a place of what lies in a box."""
    plane = clip.panel(box, x=(0, length), y=(0, 1), equal=False, cross=False)
    corners = np.array([[-1, 0], [1, 0], [1, 1], [-1, 1]]) * [taps / 2, 1]
    at = varying(lambda place: [place, 0], now)
    return plane.polygons(corners, "gold", at=at, outline=True, fill=0)
