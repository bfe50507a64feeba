"""The field of a denoising autoencoder: the arrow from each place of the plane to its answer."""

import numpy as np
import torch

from epochreel import varying
from trainers.denoising_autoencoder import spiral


def field(net, places):
    """The arrows (N, 2) at places (N, 2), a function of the epoch."""
    return net(places) - places


def norm(arrows):
    """‖v‖ of arrows (N, 2)."""
    return np.sqrt((arrows**2).sum(axis=-1))


def places(limits, spacing, corner=(0, 0)):
    """Places (N, 2) so far apart over limits (left, right, bottom, top), about their middle.

    There are none in the bottom left corner, so much of the width and of the height.
    """
    left, right, bottom, top = limits
    axes = []
    for low, high in ((left, right), (bottom, top)):
        count = int((high - low) // spacing)
        axes.append((low + high) / 2 + spacing * (np.arange(count) - (count - 1) / 2))
    lattice = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    shares = (lattice - [left, bottom]) / [right - left, top - bottom]
    return lattice[(shares > corner).any(axis=1)].astype(np.float32)


def between(start, end, clock):
    """What is on its straight way from a start to an end, a share that a clock tells."""
    return start + varying(float, clock) * (end - start)


def blend(hues, *clocks):
    """A colour (4,) that goes from one of the hues to the next as each clock goes from 0 to 1."""
    first, *others = (hue.astype(float) for hue in hues)

    def now(*shares):
        colour = first
        for share, other in zip(shares, others, strict=True):
            colour = colour + share * (other - colour)
        return np.rint(colour).astype(np.uint8)

    return varying(now, *clocks)


class Between:
    """What lies between two arms of the spiral, on lines from the inner to the outer one.

    `ridge` (L, 2) are the places where the arrows are shortest about the middle of each line;
    their mean length is there `still`, and `longest` on the way to either arm. One line is `across`
    (S, 2), the lengths of its arrows are its `profile` (S,), and number `lowest` is the ridge's.
    """

    def __init__(self, net, epoch, config, lines=41, samples=801):
        turn = np.linspace(0.03, config.turns - 1, lines)
        inner, outer = (
            spiral(torch.tensor(turns / config.turns), config.turns).numpy()[:, None]
            for turns in (turn, turn + 1)
        )
        across = inner + np.linspace(0, 1, samples)[:, None] * (outer - inner)
        found = field(net, across.reshape(-1, 2).astype(np.float32))(epoch)
        length = norm(found).reshape(lines, samples)
        quarter = samples // 4
        lowest = quarter + length[:, quarter:-quarter].argmin(axis=1)
        each, middle = np.arange(lines), lines // 2
        self.ridge, self.still = across[each, lowest], length[each, lowest].mean()
        self.longest = length.max(axis=1).mean()
        self.across, self.profile, self.lowest = across[middle], length[middle], lowest[middle]
