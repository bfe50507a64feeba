"""A bar on a patch, filters that look for one, and cells that pool what they say."""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

SIDE, TAPS = 32, 16  # pixels of the patch, and of a filter
WAYS, PHASES = 8, 4
ANGLES = 180 / WAYS * np.arange(WAYS)  # degrees of the bars that filters look for
WAVE, SPREAD, ASPECT = 8.0, 2.6, 0.5  # pixels of a filter's wave and width; its width to its length
WAY = 3  # whose cells are followed
LONG, THICK = 7.0, 1.3  # pixels from the bar's middle to its end and its side
FAR = 9.0  # pixels that the bar goes to either side


def across(x, y, angle):
    """Along a bar at an angle in degrees, and across it: right of it where it stands, (…, 2)."""
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.stack([cosine * x + sine * y, sine * x - cosine * y])


def grid(size):
    """Pixels' middles x to the right and y upwards from the middle, (size, size) each."""
    steps = np.arange(size) - (size - 1) / 2
    return np.meshgrid(steps, -steps)


def bar(place, angle):
    """A bright bar (SIDE, SIDE), 0 to 1, whose middle is so many pixels across from the patch's."""
    along, off = across(*grid(SIDE), angle)
    ends = np.clip(LONG + 0.5 - np.abs(along), 0, 1)
    return ends * np.exp(-0.5 * ((off - place) / THICK) ** 2)


def bank():
    """Gabor filters (WAYS, PHASES, TAPS, TAPS): a wave across a bar, a quarter later each.

    None answers to an even light. They are so large that the root of the four's summed squares is 1
    at most for a bar of WAY.
    """
    filters = np.empty((WAYS, PHASES, TAPS, TAPS))
    for way, angle in enumerate(ANGLES):
        along, off = across(*grid(TAPS), angle)
        hull = np.exp(-0.5 * (off**2 + (ASPECT * along) ** 2) / SPREAD**2)
        for phase in range(PHASES):
            wave = np.cos(2 * np.pi * off / WAVE - np.pi / 2 * phase)
            filters[way, phase] = hull * (wave - (hull * wave).sum() / hull.sum())
    return filters / energy(filters[WAY], bar(0, ANGLES[WAY])).max()


def simple(filters, image):
    """What filters (PHASES, TAPS, TAPS) say at all places of an image, (PHASES, h, w)."""
    windows = sliding_window_view(image, (TAPS, TAPS))
    return np.tensordot(filters, windows, axes=([1, 2], [2, 3]))


def energy(filters, image):
    """The root of their summed squares, (h, w)."""
    return np.sqrt((simple(filters, image) ** 2).sum(axis=0))


def complex_cells(bank, image):
    """The most of these at any place for each way of a bank, (WAYS,)."""
    return np.array([energy(filters, image).max() for filters in bank])


class Cells:
    """What cells say to a bar of WAY at `places` (S,) across the patch.

    `simple` (PHASES, S) are those in the middle, `pooled` (S,) is the root of their summed squares,
    `others` (K, S) the same at other places, and `whole` (S,) the complex cell's, the most of all.
    It changes by a share `change`.
    """

    def __init__(self):
        self.bank, self.places = bank(), np.linspace(-FAR, FAR, 145)
        filters, middle = self.bank[WAY], (SIDE - TAPS) // 2
        images = [bar(place, ANGLES[WAY]) for place in self.places]
        said = np.stack([simple(filters, image) for image in images])
        pooled = np.sqrt((said**2).sum(axis=1))
        # Places of cells in the way of the bar, through the middle.
        step = np.array([np.cos(np.radians(ANGLES[WAY])), np.sin(np.radians(ANGLES[WAY]))])
        rows, columns = middle + np.rint(np.outer([-7, -3.5, 3.5, 7], step)).astype(int).T
        self.simple, self.pooled = said[:, :, middle, middle].T, pooled[:, middle, middle]
        self.others, self.whole = pooled[:, rows, columns].T, pooled.max(axis=(1, 2))
        self.change = float(np.ptp(self.whole) / self.whole.max())


@cache
def measured():
    """The cells, measured once."""
    return Cells()
