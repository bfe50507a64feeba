"""Curves over their spread, and a net whose units come and go."""

from itertools import pairwise

import numpy as np
from manim import UP, Group, smooth

from epochreel import varying
from epochreel.look.hues import paint

TALL = 1000  # far out of any plane
FOOT, HEAD = 0.45, 1.15  # of the highest spread: room below zero for numbers, and above


def curves(x, predictions):
    """One line for each of predictions (K, S) at places x (S,), (K, S, 2)."""
    return np.stack([predictions * 0 + x, predictions], axis=-1)


def band(x, low, high):
    """The outline, (2 S, 2), of what lies between two curves (S,) over x (S,)."""
    edges = np.concatenate([low, high[::-1]])
    return np.stack([edges * 0 + np.concatenate([x, x[::-1]]), edges], axis=1)


TOGETHER = 10  # passes come in: a single one that goes another way would make the spread leap


def at_pass(values, passed):
    """What passes (P, …) give, one after the other; between two it goes smoothly."""
    before = min(int(passed), len(values) - 2)
    share = smooth(passed - before)
    return (1 - share) * values[before] + share * values[before + 1]


def entered(passed, passes, slowly):
    """How far each of the passes has come in (P,): the first ones by themselves, then several."""
    numbers = np.arange(passes)
    starts = np.interp(numbers, [0, slowly, passes - 1], [0, slowly, passes - TOGETHER])
    return np.clip((passed - starts) / np.where(numbers > slowly, TOGETHER, 1), 0, 1)


def spread_so_far(values, passed, slowly):
    """The standard deviation (S,) of the first of passes (P, S); the latest count as they come."""
    # Squared, for a deviation grows as the root of a weight: all at once.
    weights = entered(min(passed + 1, len(values)), len(values), slowly) ** 2
    mean = np.average(values, axis=0, weights=weights)
    return np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights))


def faint(colour, shares):
    """A colour (4,) at each of the opacities (N,), 0 to 1."""
    colours = np.tile(colour, (len(shares), 1))
    colours[:, 3] = np.rint(255 * shares)
    return colours


class Planes(Group):
    """The plane of curves, "hero", over that of their spread, "under", which has a `name`.

    `panel` makes one of a slot. The data lie within ± the first of the `marks` on the x axis;
    `heights` are the limits of the curves, `top` is the highest spread.
    """

    def __init__(self, panel, name, marks, reach, heights, top):
        shape = {"x": (-reach, reach), "equal": False}
        self.upper = panel("hero", y=heights, y_label="tilde(y)", **shape)
        self.lower = panel("under", y=(-FOOT * top, HEAD * top), cross=False, **shape)
        end, box = marks[0], self.lower.box
        strip = np.array([[-end, -TALL], [end, -TALL], [end, TALL], [-end, TALL]])
        floor = np.array([[-TALL, 0], [TALL, 0]])
        at = np.array([[sign * mark, 0] for mark in marks for sign in (-1, 1)])
        ticks = [f"{tick:g}" for tick in at[:, 0]]
        super().__init__(
            self.upper,
            self.lower,
            *(plane.polygons(strip, "y", fill=0.12) for plane in (self.upper, self.lower)),
            self.lower.curve(floor, "axis", width="axis", rank="grid"),
            self.lower.words(at, ticks, "axis", towards=(0, -1)),
            self.lower.words([[0, 0]], ["x"], towards=(0, -1), size="label"),
            name.move_to([box.centre[0], box.top, 0], UP),
        )

    def zoom(self, reach, heights, top):
        """Animations of both to other limits."""
        x = -reach, reach
        return self.upper.zoom(x, heights), self.lower.zoom(x, (-FOOT * top, HEAD * top))

    def hill(self, x, spread):
        """A spread (S,) over x (S,) as an area and its edge."""
        edge = np.stack([spread * 0 + x, spread], axis=1)
        area = self.lower.polygons(band(x, spread * 0, spread), "red", fill=0.3)
        return Group(area, self.lower.curve(edge, "red"))


class ThinnedNet(Group):
    """A net from x up to ỹ, of whose hidden units those are lit that the masks of a pass keep.

    `masks` are two, (P, 1, H); `passed` is the clock that counts passes, the last of which are not
    shown beyond `until`.
    """

    def __init__(self, panel, masks, passed, until):
        first, second = (np.asarray(mask)[:, 0] > 0 for mask in masks)
        ends = np.ones((len(first), 1), bool)
        layers = [ends, first, second, ends]
        kept = np.concatenate(layers, axis=1).astype(float)
        sizes = [layer.shape[1] for layer in layers]
        places = np.array(
            [[(n + 0.5) / size, k] for k, size in enumerate(sizes) for n in range(size)]
        )
        starts = np.cumsum([0, *sizes])
        numbers = [np.arange(start, end) for start, end in pairwise(starts)]
        pairs = [np.stack(np.meshgrid(*each), -1).reshape(-1, 2) for each in pairwise(numbers)]
        edges = np.concatenate(pairs)
        starts, ends = places[edges].swapaxes(0, 1)
        unit = paint(panel.ink, "h")

        def units(at):
            return faint(unit, np.maximum(at_pass(kept, min(at, until)), 0.2))

        def tips(at):  # a wire to or from a unit that goes draws back
            whole = at_pass(kept, min(at, until))[edges].prod(axis=1)[:, None]
            return starts + whole * (ends - starts)

        super().__init__(
            panel.segments(starts, varying(tips, passed), "axis", opacity=0.35),
            panel.scatter(places, varying(units, passed), size="marker"),
            panel.words(places[[0, -1]], ["x", "tilde(y)"], towards=(1, 0), size="label"),
        )
