"""What the clip of vectors and functions is made of: a chart, and rows of formulas and numbers."""

from functools import partial

import numpy as np
from _refining import FIRST, PLACES, count, stairs
from manim import Group, smooth

from epochreel import varying
from epochreel.layers import Numbers
from epochreel.look.style import SHORTER_SIDE
from epochreel.panels.layout import boxes, row, slot

SPAN, TICK = (-1.13, 1.03), 5  # what a chart shows across; energies between two of its lines
CELL = np.array([[-1, 0], [-1, 1], [1, 1], [1, 0]]) / [FIRST, 1]


class Chart(Group):
    """A line's numbers as bars in the panel `upper`, and as a row of cells in `lower`."""

    def __init__(self, line, upper, lower):
        self.line, self.upper, self.lower = line, upper, lower
        ticks = np.arange(0, line.top, TICK)
        lines = upper.curve([[(-1, y), (1, y)] for y in ticks], "cross", rank="grid")
        told = ticks[1 : len(ticks) - (line.top - ticks[-1] < TICK / 2)]  # the rest is the name's
        marks = [(-1, y) for y in told], [f'"{y:g}"' for y in told]
        scale = upper.words(*marks, "muted", towards=(-1, 0))
        heights = varying(line.heights, *line.clocks)
        cells = lower.image(heights[None], "F", high=line.top, x=(-1, 1), y=(0, 1))
        bars = upper.polygons(varying(line.bars, *line.clocks), "F")
        name = upper.words([(-1, line.top)], ["F"], towards=(-1, -1), size="label")
        super().__init__(upper, lower, lines, scale, name, cells, bars)
        tops = np.stack([PLACES[0] + 0 * heights, heights], axis=1)
        self.numbers = Numbers(upper, tops, heights, decimals=1)

    def stairs(self, levels, hue, scale=1.0):
        """The line over numbers, which becomes the curve of a function."""
        steps = varying(partial(stairs, levels, scale), self.line.doubled)
        return self.upper.curve(steps, hue, width="arrow", rank="segments")

    def under(self, places, words):
        """Names below the cells."""
        return self.lower.words([(x, 0) for x in places], words, "axis", towards=(0, -1))

    def pointer(self, index):
        """What shows the number at the index of a clock."""
        place = varying(self.line.looked_up, index)
        bar, foot = place[None], place * [1, 0]
        return Group(
            self.upper.segments(bar * [1, 0], bar, "title", width="curve", rank="arrows"),
            self.upper.probe(bar, "title"),
            self.lower.polygons(CELL, "title", at=foot, outline=True, fill=0),
        )


class Told:
    """What a clip says beside its chart: `rows` are boxes by name, `written` what stands there."""

    def write(self, line, words):
        """Animations that put a formula or a number into a row, and away what was there."""
        if isinstance(words, str):
            words = self.heading(self.rows[line], f"${words}$", "formula")
        old, self.written[line] = self.written.get(line), words
        return self.swap(old, words)

    def dotted(self, places, shrink, *clocks):
        """Dots at places of the plane, the smaller the more the last of the clocks makes them."""
        radius = varying(lambda at: 8 * (FIRST / count(at)) ** shrink, clocks[-1])
        places = varying(places, *clocks)
        return self.plane.scatter(places, "title", size=radius, rank="probes")

    def number(self, line, clock, value, prefix, decimals=0):
        """Animations that write a number which follows a clock, close behind its prefix."""
        box = self.rows[line]
        parts = boxes(row(slot("words", share=2), "number", gap=0), box)
        words = self.heading(parts["words"], f"${prefix} =$", "formula")
        panel = self.panel(box, x=(box.left, box.right), y=(-1, 1), equal=False, cross=False)
        end, size = [(words.get_right()[0], 0)], words.cap / SHORTER_SIDE
        values = varying(lambda at: [value(at)], clock)
        told = {"decimals": decimals, "towards": (1, 0), "size": size}
        return self.write(line, Group(words, Numbers(panel, end, values, **told)))

    def go(self, clock, to, run_time, *animations, rate_func=smooth):
        """Let a clock go on beside other animations."""
        going = clock.animate(rate_func=rate_func).set_value(to)
        self.play(going, *animations, run_time=run_time)
