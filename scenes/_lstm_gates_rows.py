"""A string, the gates that it opens, what is remembered, and what is said: rows over time."""

from functools import partial

import numpy as np
from _lstm_gates import UNITS
from _rnn_echo_rows import columns, shaded
from manim import Group

from epochreel import varying
from epochreel.look.hues import paint
from epochreel.runs.functions import Function
from trainers.lstm_gates import CLASSES, SYMBOLS

ROWS = {"x": (0.0, 0.0), "i": (1.1, 0.62), "f": (4.0, 0.62), "c": (6.9, 1.0), "said": (12.3, 0.0)}
"""Lower edges of the rows, and how tall a cell of them is."""
HUES = {"i": "a", "f": "a", "c": "signed"}


def shares(symbol, share):
    """How much of X, symbol 0, or Y is seen where a place holds so much of Y: never of both."""
    return max(0.0, 2 * share - 1 if symbol else 1 - 2 * share)


def visible(ink, symbol, share):
    """The colour (1, 4) of X or Y then."""
    return shaded(ink, [shares(symbol, share)])


def standing(at, symbol, share):
    """Where it stands (1, 2): out of sight while nothing is seen of it, or its rim would be."""
    return np.array([[at, 0.0 if shares(symbol, share) else -9.0]])


class Rows:
    """Rows over the steps of a string of numbers (T,), in a panel."""

    def __init__(self, clip, slot, x, places):
        self.style, self.x, self.places, steps = clip.style, x, places, len(x)
        limits = {"x": (-1.9, steps - 0.4), "y": (-0.8, ROWS["said"][0] + 1)}
        self.panel = clip.panel(slot, equal=False, cross=False, **limits)

    def name(self, row, source):
        """The symbol of a row, before it."""
        bottom, tall = ROWS[row]
        at = [[-1.3, bottom + UNITS * tall / 2]]
        return self.panel.words(at, [source], towards=(0, 0), size="formula")

    def names(self):
        """The symbols of all rows."""
        return (*(self.name(row, f"bold({row})") for row in HUES), self.name("said", "tilde(y)"))

    def letters(self, *shares):
        """The string, with clocks for how much of Y its two places hold."""
        others = [at for at in range(len(self.x)) if at not in self.places]
        given = {"towards": (0, 0), "size": "label"}
        words = [f'"{SYMBOLS[self.x[at]]}"' for at in others]
        drawn = Group(self.panel.words([[at, 0] for at in others], words, "muted", **given))
        ink = paint(self.style, "x")
        for at, share in zip(self.places, shares, strict=True):
            for k, symbol in enumerate("XY"):
                colours = varying(partial(visible, ink, k), share)
                place = varying(partial(standing, at, k), share)
                drawn.add(self.panel.words(place, [f'"{symbol}"'], colours, **given))
        return drawn

    def row(self, name, values):
        """Gates or memory (T, H) as columns."""
        bottom, tall = ROWS[name]
        return columns(self.panel, values, bottom, (len(self.x), UNITS), tall, HUES[name])

    def answers(self, said):
        """The four classes, each as full as it is probable, (4,)."""
        panel, up = self.panel, ROWS["said"][0]
        at = np.array([[len(self.x) * (k + 0.22) / 4, up] for k in range(len(CLASSES))])
        size, given = 2.8 * self.style.size.marker, {"rank": "points"}
        ink = paint(self.style, "ytilde")
        words = [f'"{name}"' for name in CLASSES]
        return Group(
            panel.scatter(at, "ytilde", size=size, opacity=1, **given),
            panel.scatter(at, "background", size=0.84 * size, opacity=1, **given),
            panel.scatter(at, Function(shaded, ink, said), size=size, opacity=1, **given),
            panel.words(at + np.array([0.7, 0]), words, "maths", towards=(1, 0), size="label"),
        )

    def drawn(self, found, *shares):
        """All that a net makes of the string, and the string."""
        rows = Group(*(self.row(name, found[name]) for name in HUES))
        return rows.add(self.answers(found["said"]), self.letters(*shares))
