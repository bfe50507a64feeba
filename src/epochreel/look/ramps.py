"""The colours of numbers in cells: from that of a zero to a hue, or to one on either side."""

from __future__ import annotations

import functools
import itertools

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.look.hues import paint
from epochreel.look.style import Style, luminance, rgba

__all__ = ["ink_on", "ramp"]


@functools.cache
def ramp(style: Style, hue: str = "signed") -> NDArray[np.uint8]:
    """Return the colours of values from the lowest to the highest, straight RGBA (256, 4).

    "signed" is red, the colour of a zero in the middle, blue, for values from −m to m; any other
    hue begins at that of a zero, for values from 0 to m. Raises StyleError for an unknown hue.
    """
    stops = ["red", "cell", "blue"] if hue == "signed" else ["cell", hue]
    anchors = np.stack([paint(style, stop) for stop in stops]).astype(np.float64)
    # Each part ends on its anchors, so that two steps in the middle are a zero's.
    steps = 256 // (len(stops) - 1)
    parts = [np.linspace(*ends, steps) for ends in itertools.pairwise(anchors)]
    table = np.concatenate(parts)
    rounded: NDArray[np.uint8] = np.rint(table).astype(np.uint8)
    rounded.setflags(write=False)
    return rounded


def ink_on(style: Style, colours: ArrayLike) -> NDArray[np.uint8]:
    """Return what is read best on colours (N, 4): black or white, (N, 4), at least 4.5 : 1."""
    inks = np.stack([rgba(style.chrome.background), rgba(style.chrome.title)])
    grounds = luminance(np.asarray(colours)[:, :3])[:, None] + 0.05
    ratios = grounds / (luminance(inks[:, :3]) + 0.05)
    return np.asarray(inks[np.argmax(np.maximum(ratios, 1 / ratios), axis=1)])
