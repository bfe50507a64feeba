"""Colours beyond the edge: what an encoder wants of the pixels that nobody sees."""

import numpy as np

from epochreel.raster.arguments import Pixels, packed_image
from epochreel.raster.compiling import kernel
from epochreel.raster.picture import straight

BESIDE, ACROSS = 2, 3  # a step to a neighbour and to a diagonal one, in half pixels
REACH = 24
ALPHA, COLOUR = np.uint32(24), np.uint32(0xFFFFFF)


def bled(pixels: Pixels) -> Pixels:
    """Return a copy (H, W, 4) with straight alpha, its transparent pixels coloured near an edge.

    A codec mixes the colours of neighbours, and black beyond an edge would darken it. So a pixel of
    no alpha takes the colour of the nearest one that is seen, up to 12 pixels away (the larger its
    alpha, the further its colour goes); its alpha stays 0.
    Raises ValueError for a wrong shape or type.
    """
    copy = straight(pixels)
    image = packed_image("pixels", copy)
    if image.size and image.any():
        _bled(image, image.copy(), np.empty(image.shape, np.uint8))
    return copy


@kernel
def _bled(image, source, cost):  # type: ignore[no-untyped-def]
    """Carry colours outwards in two sweeps: Borgefors' chamfer distance with weights 2 and 3."""
    height, width = image.shape
    for row in range(height):
        for column in range(width):
            alpha = image[row, column] >> ALPHA
            # The colour of a faint pixel is rough, so a better one a few pixels away is preferred.
            own = (255 - alpha) >> 5 if alpha > 0 else REACH
            best = int(own)
            origin = source[row, column]
            if column > 0 and cost[row, column - 1] + BESIDE < best:
                best, origin = cost[row, column - 1] + BESIDE, source[row, column - 1]
            if row > 0:
                if cost[row - 1, column] + BESIDE < best:
                    best, origin = cost[row - 1, column] + BESIDE, source[row - 1, column]
                if column > 0 and cost[row - 1, column - 1] + ACROSS < best:
                    best, origin = cost[row - 1, column - 1] + ACROSS, source[row - 1, column - 1]
                if column < width - 1 and cost[row - 1, column + 1] + ACROSS < best:
                    best, origin = cost[row - 1, column + 1] + ACROSS, source[row - 1, column + 1]
            cost[row, column], source[row, column] = best, origin
    for row in range(height - 1, -1, -1):
        for column in range(width - 1, -1, -1):
            best = int(cost[row, column])
            origin = source[row, column]
            if column < width - 1 and cost[row, column + 1] + BESIDE < best:
                best, origin = cost[row, column + 1] + BESIDE, source[row, column + 1]
            if row < height - 1:
                if cost[row + 1, column] + BESIDE < best:
                    best, origin = cost[row + 1, column] + BESIDE, source[row + 1, column]
                if column < width - 1 and cost[row + 1, column + 1] + ACROSS < best:
                    best, origin = cost[row + 1, column + 1] + ACROSS, source[row + 1, column + 1]
                if column > 0 and cost[row + 1, column - 1] + ACROSS < best:
                    best, origin = cost[row + 1, column - 1] + ACROSS, source[row + 1, column - 1]
            cost[row, column], source[row, column] = best, origin
            if image[row, column] >> ALPHA == 0:
                image[row, column] = origin & COLOUR
