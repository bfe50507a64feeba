"""What several nets say of the same places, what they all say, and an energy as a landscape."""

from dataclasses import replace

import numpy as np
from _classifier_energy import RANGE, energies

from epochreel import varying
from epochreel.layers import lattice
from epochreel.look import colour_maps
from epochreel.look.style import rgba
from trainers.model_energies import data

NETS = {
    "wide": "2 -> 100 -> 5",
    "tanh": "2 -> 100 -> 5",
    "plane": "2 -> 100 -> 2 -> 5",
    "deep": "2 -> 4 times 10 -> 5",
}
EDGE = 1.5  # how far from the middle data may be; beyond there is none
LEVELS = np.arange(1, 35, 4)
NEARBY = 61  # samples of an energy over a panel, up and down
SAMPLES, STEPS = 361, 81  # of a picture and of a landscape, along the shorter side
TOP = 90  # of the energies in a landscape; what is higher is cut off
STRENGTH = 0.6  # of the colours of classes
SIZE = (1, 1, 0.45)
CLOSER = 1.4  # of a landscape, as near as the flat map in its place


def chosen(nets, points, epoch):
    """The class of the lowest energy at points (N, 2) for each net, (nets, N)."""
    points = np.asarray(points, dtype=np.float32)
    return np.stack([energies(net, points)(epoch).argmin(axis=1) for net in nets])


def unanimous(classes):
    """Whether all nets choose the same of classes (nets, N), (N,)."""
    return (classes == classes[0]).all(axis=0)


def agreement(nets, config, reach):
    """Accuracies on new points (nets,), and how often all agree there and off the data, in %.

    Off the data is the square that reaches so far to all sides, less the disc that holds them.
    """
    points, labels = (tensor.numpy() for tensor in data(replace(config, seed=config.seed + 1)))
    square = lattice((-reach, reach), (-reach, reach), SAMPLES, SAMPLES)
    off = square[np.hypot(*square.T) > EDGE]
    here, there = (chosen(nets, each, config.epochs) for each in (points, off))
    shares = (here == labels).mean(axis=1), unanimous(here).mean(), unanimous(there).mean()
    return [100 * share for share in shares]


def highest(nets, epoch, points, k):
    """The highest energy of class k at points (N, 2) for each net."""
    return [energies(net, points)(epoch)[:, k].max() for net in nets]


def energy_map(panel, net, k, epoch=None, scale=1):
    """The energy of class k over a panel while a net trains, or at an epoch.

    It goes `scale` times as far as the panel reaches now.
    """
    left, right, bottom, top = (scale * edge for edge in panel.view.limits)

    def energy(points):
        found = energies(net, points)[:, k]
        return found if epoch is None else found(epoch)

    given = {"samples": round(scale * NEARBY), "x": (left, right), "y": (bottom, top)}
    return panel.energy(energy, **RANGE, levels=LEVELS, numbers=False, **given)


def choices(nets, config, limits, style, common):
    """What nets choose at last over limits (left, right, bottom, top), a picture (h, w, 3) each.

    A class has its colour. While the clock `common` goes from 0 to 1, that of the ground takes the
    places where they do not all choose the same, until the pictures are one.
    """
    ground, *fills = (
        rgba(colour)[:3].astype(float)
        for colour in (style.chrome.background, *style.regions(config.classes))
    )
    left, right, bottom, top = limits
    unit = min(right - left, top - bottom) / SAMPLES
    columns, rows = round((right - left) / unit), round((top - bottom) / unit)
    classes = chosen(nets, lattice((left, right), (bottom, top), columns, rows), config.epochs)
    # A lattice is counted from below, a picture from above.
    classes = classes.reshape(-1, rows, columns)[:, ::-1]
    apart = ~unanimous(classes)[..., None]
    pictures = (ground + STRENGTH * (np.array(fills) - ground))[classes]
    gone = varying(lambda share: share * apart, common)
    return [picture + gone * (ground - picture) for picture in pictures]


class Landscape:
    """The energy of class k in space, over the middle of a panel, and points (N, 2) that lie on it.

    `risen` is a clock from 0, when all is flat and seen from above, to 1.
    """

    def __init__(self, clip, panel, net, k, points, risen):
        reach, epoch = panel.view.limits[3], clip.last
        limits = {"x": (-reach, reach), "y": (-reach, reach), "z": (0, 1)}
        self.space = clip.panel3d(
            panel.box, **limits, size=SIZE, closer=CLOSER, azimuth=-90, elevation=90, stage=False
        )
        floor = lattice((-reach, reach), (-reach, reach), STEPS, STEPS)

        def energy(points):
            return energies(net, points)(epoch)[:, k]

        def raised(energy):
            return varying(float, risen) * np.clip(energy / TOP, 0, 1)

        values = energy(floor).reshape(STEPS, STEPS)
        shares = np.clip((values - RANGE["low"]) / (RANGE["high"] - RANGE["low"]), 0, 1)
        colours = colour_maps.colours(clip.style, "energy")[np.rint(255 * shares).astype(int)]
        self.surface = self.space.surface(raised(values), colours=colours)
        self.lying = np.column_stack([points, raised(energy(points))])

    def drawn(self, hues, size):
        """All that is seen of it."""
        return self.space, self.surface, self.space.scatter(self.lying, hues, size=size)
