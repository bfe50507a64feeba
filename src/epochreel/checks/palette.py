"""The palette: every flat area has a colour of the stylesheet, or a blend of it with the ground."""

from __future__ import annotations

import functools
from dataclasses import astuple

import numpy as np
from numpy.typing import NDArray

from epochreel.checks.rules import Finding, spans
from epochreel.look.colour_maps import colours
from epochreel.look.style import Style, load, rgba
from epochreel.media.video import Bytes, Picture, Video

__all__ = ["Palette", "known"]

EVERY = 0.5
"""Seconds between the frames that are looked at."""
FLAT = 2
"""Levels by which luma and chroma may differ over a flat area of 4 × 4 pixels."""
BITS = 3
"""Colours are told apart in steps of 8 levels; a neighbouring step will do as well."""
AREA = 0.004
"""The share of the frame that may have other colours: where translucent things overlap."""


class Palette:
    """Look at flat areas, a frame every half second."""

    def __init__(self, film: Video) -> None:
        self.known = known(film.style.theme)
        self.due = 0.0
        self.off: list[tuple[float, float, str]] = []

    def see(self, frame: Picture) -> None:
        """Note the share of a frame whose colours are unknown, and the most frequent of them."""
        if frame.seconds < self.due:
            return
        self.due = frame.seconds + EVERY
        flat, size = _flat(frame)
        bins = flat >> BITS
        unknown = flat[~self.known[bins[:, 0], bins[:, 1], bins[:, 2]]]
        if (share := len(unknown) / size) > AREA:
            steps, counts = np.unique(unknown >> BITS, axis=0, return_counts=True)
            most = np.median(
                unknown[(unknown >> BITS == steps[counts.argmax()]).all(axis=1)], axis=0
            )
            self.off.append((frame.seconds, share, bytes(most.astype(np.uint8)).hex()))

    def findings(self) -> list[Finding]:
        """Every stretch of frames with other colours."""
        found = []
        for start, end in spans((seconds for seconds, _, _ in self.off), 1.5 * EVERY):
            within = [off for off in self.off if start <= off[0] <= end]
            _, share, colour = max(within, key=lambda off: off[1])
            sentence = (
                f"{share:.1%} of the frame (until {end:.1f} s) has colours off the palette, most "
                f"of it near #{colour}: take them from the stylesheet."
            )
            found.append(Finding("palette", start, share, AREA, sentence))
        return found


@functools.cache
def known(theme: str) -> NDArray[np.bool_]:
    """Which colours a theme may show (32, 32, 32), by red, green and blue in steps of 8 levels.

    Colours of the palette, the chrome, the classes, the colour maps and the map of random points,
    each blended with the background; and those of the colour maps in the shade.
    """
    style = load(theme)
    maps = np.concatenate([colours(style, name)[:, :3] for name in ("energy", "cold_warm")])
    solid = np.concatenate([_named(style), maps, _random_points(style)])
    table = np.zeros((32, 32, 32), bool)
    for ground, lit in ((rgba(style.chrome.background)[:3], solid), (np.zeros(3), maps)):
        for share in np.linspace(0, 1, 65):
            blend = np.rint(ground + share * (lit - ground)).astype(int) >> BITS
            table[tuple(blend.T)] = True
    grown = np.pad(table, 1)
    for axis in range(3):
        grown = grown | np.roll(grown, 1, axis) | np.roll(grown, -1, axis)
    return np.asarray(grown[1:-1, 1:-1, 1:-1])


def _named(style: Style) -> NDArray[np.float64]:
    names = [*style.palette.values(), *astuple(style.chrome)]
    for count in range(1, 12):
        names += [*style.regions(count), *style.classes(count)]
    return np.array([rgba(name)[:3] for name in names], np.float64)


def _random_points(style: Style) -> NDArray[np.float64]:
    """Blends of the four corners and the centre, over the square and from its centre outwards."""
    top_left, top_right, bottom_right, bottom_left, centre = (
        rgba(colour)[:3].astype(float) for colour in style.random_points
    )
    x, y, z = (share.reshape(-1, 1) for share in np.meshgrid(*[np.linspace(0, 1, 17)] * 3))
    edge = (1 - y) * ((1 - x) * top_left + x * top_right) + y * (
        (1 - x) * bottom_left + x * bottom_right
    )
    return np.asarray(z * edge + (1 - z) * centre)


def _flat(frame: Picture) -> tuple[NDArray[np.int64], int]:
    """Colours RGB (N, 3) of the flat places on a grid of every fourth pixel, and its size."""
    luma, blue, red = frame.planes
    rows, columns = luma.shape[0] // 4 * 4, luma.shape[1] // 4 * 4

    def corners(plane: Bytes, step: int) -> NDArray[np.int16]:
        reach = step - 1
        whole = plane[: rows * step // 4, : columns * step // 4].astype(np.int16)
        return np.stack([whole[i::step, j::step] for i in (0, reach) for j in (0, reach)])

    planes = [corners(luma, 4), corners(blue, 2), corners(red, 2)]
    flat = np.all([np.ptp(plane, axis=0) <= FLAT for plane in planes], axis=0)
    y, u, v = (plane[0][flat].astype(np.float64) for plane in planes)
    y, u, v = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    colour = np.stack([y + 1.5748 * v, y - 0.1873 * u - 0.4681 * v, y + 1.8556 * u], axis=-1)
    return np.clip(np.rint(255 * colour), 0, 255).astype(int), flat.size
