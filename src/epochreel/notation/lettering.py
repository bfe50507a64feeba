"""Many short texts that move: drawn once at every place within a pixel, stamped by one call."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel import raster
from epochreel.notation.typesetting import Outline, Writing

__all__ = ["Sheet", "corners", "lettering"]

STEPS = 4
"""Places a pixel that are told apart along each side: a quarter is not seen to move."""

FAR = 1e6  # pixels, beyond any picture


@dataclass(frozen=True, eq=False)
class Sheet:
    """The masks of some writings, in the order of drawing.

    Mask m is of writing `owner[m]`; `coverage` holds it from `starts[m]` on at STEPS × STEPS places
    within a pixel, each of `sizes[m]`, height and width, whose first pixel is `corners[m]` pixels
    from that of its pen. `colours` (M, 4) are straight RGBA; `halo` (M,) tells masks that set off
    what follows from its ground.
    """

    coverage: NDArray[np.uint8]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    corners: NDArray[np.int64]
    owner: NDArray[np.int64]
    colours: NDArray[np.uint8]
    halo: NDArray[np.bool_]

    def of(self, masks: NDArray[np.int64]) -> Sheet:
        """Some of the masks, which may be among them more than once, each as a writing."""
        return Sheet(
            coverage=self.coverage,
            starts=self.starts[masks],
            sizes=self.sizes[masks],
            corners=self.corners[masks],
            owner=np.arange(len(masks)),
            colours=self.colours[masks],
            halo=self.halo[masks],
        )

    def stamp(
        self,
        pixels: NDArray[np.uint8],
        clip: tuple[int, int, int, int],
        pens: NDArray[np.float64],
        colours: ArrayLike,
        opacity: float,
    ) -> None:
        """Paint the masks in colours (M, 4), the pens of the writings at places in pixels (N, 2).

        A pen at a place that is far away, or not finite, draws nothing.
        """
        near: NDArray[np.bool_] = np.all(np.abs(pens) < FAR, axis=1)
        held = np.where(near[:, None], pens, 0)
        steps = np.rint(STEPS * held).astype(np.int64)[self.owner]
        pixel, within = steps // STEPS, steps % STEPS
        starts = self.starts + (within @ [1, STEPS]) * self.sizes.prod(axis=1)
        drawn = near[self.owner]
        raster.sprites(
            pixels,
            clip,
            self.coverage,
            starts[drawn],
            self.sizes[drawn],
            (pixel + self.corners)[drawn],
            np.asarray(colours)[drawn],
            opacity,
        )


@functools.lru_cache(maxsize=16)  # of 200 labels one takes 10 MB
def lettering(writings: tuple[Writing, ...], cap: float, halo: float, plain: bool) -> Sheet:
    """Draw writings with capitals of `cap` pixels and halos as wide as `halo`.

    All of a `plain` one is one mask, and otherwise each of its shapes.
    """
    masks, places, owner, colours, around = [], [], [], [], []
    for index, writing in enumerate(writings):
        (_, ink), *_ = writing.shapes
        letters = [(writing.whole, ink)] if plain else writing.shapes
        parts = [(writing.whole, ink, halo)] if halo else []
        for outline, colour, width in [*parts, *((*letter, 0.0) for letter in letters)]:
            if not outline.empty:
                mask, left, top = _phases(outline, cap, width)
                masks.append(mask)
                places.append((left, top))
                owner.append(index)
                colours.append(colour)
                around.append(width > 0)
    return Sheet(
        coverage=np.concatenate([mask.ravel() for mask in masks]),
        starts=np.cumsum([0, *(mask.size for mask in masks[:-1])]),
        sizes=np.array([mask.shape[2:] for mask in masks]),
        corners=np.array(places),
        owner=np.array(owner),
        colours=np.array(colours),
        halo=np.array(around),
    )


@functools.lru_cache(maxsize=1024)
def _phases(outline: Outline, cap: float, halo: float) -> tuple[NDArray[np.uint8], int, int]:
    """An outline at every place within a pixel, (STEPS, STEPS, h, w), first those further down.

    Returns the column and the row of the first pixel, too, which are the same for all.
    """
    fine, left, top = outline.cover((0, 0), STEPS * cap, STEPS * halo, 1, 0)
    room = []
    for start, length in zip((top, left), fine.shape, strict=True):
        before = start % STEPS  # fine cells from the edge of a pixel
        pixels = -(-(before + length + STEPS - 1) // STEPS)
        room.append((before + STEPS - 1, STEPS * pixels - before - length))
    cells = np.pad(fine, room).astype(np.uint16)
    for axis in (0, 1):  # what STEPS cells from each one on hold together
        count = cells.shape[axis] - STEPS + 1
        parts = [cells.take(range(k, k + count), axis) for k in range(STEPS)]
        cells = np.sum(parts, axis=0, dtype=np.uint16)
    means = ((cells + STEPS**2 // 2) // STEPS**2).astype(np.uint8)
    rows, columns = (side // STEPS for side in means.shape)
    places = means.reshape(rows, STEPS, columns, STEPS)[:, ::-1, :, ::-1].transpose(1, 3, 0, 2)
    return np.ascontiguousarray(places), left // STEPS, top // STEPS


@functools.lru_cache(maxsize=64)
def corners(writings: tuple[Writing, ...]) -> NDArray[np.float64]:
    """The lowest and the highest places of each, from its pen, in caps, (N, 2, 2)."""
    return np.array([[writing.whole.low, writing.whole.high] for writing in writings])
