"""What the clip of a tricycle shows beside it: a goal, paths, charts and graphs over time."""

from functools import partial

import numpy as np
from _tricycle import HUES, until
from manim import Group

from epochreel import Composition, varying
from epochreel.look.hues import paint
from epochreel.panels.layout import boxes, column, row, slot
from trainers.tricycle import GOAL

CAPTION, ROAD, EPOCH = (
    slot("caption", length=0.85), slot("road", length=2.7), slot("epoch", share=0.6)
)  # fmt: skip
TOLD = row(slot("law", share=1.6), "cost", EPOCH, length=0.9)
ASIDE = column(slot("law", length=0.6), row("cost", EPOCH), gap=0.15)
LAYOUT = Composition(
    {
        "16:9": column("road", row(ASIDE, "phi", "a", length=2.0), CAPTION, gap=0.3),
        "1:1": column(ROAD, row("phi", "a"), TOLD, CAPTION, gap=0.25),
        "4:5": column(ROAD, "phi", "a", TOLD, CAPTION, gap=0.25),
        "9:16": column(CAPTION, ROAD, "phi", "a", TOLD, gap=0.25),
    }
)
LIMITS = {"x": (-0.4, 9.2), "y": (-0.55, 2.45)}


class Chart(Group):
    """A control over time in a slot of a clip: bars on a line that reach to `most`, a heading."""

    def __init__(self, clip, name, heading, most, steps):
        places = boxes(column(slot("head", length=0.4), "chart", gap=0.1), clip.slot(name))
        self.most, ends = 1.15 * most, (-0.7, steps - 0.3)
        limits = {"x": ends, "y": (-self.most, self.most)}
        self.panel = clip.panel(places["chart"], **limits, equal=False, cross=False)
        line = self.panel.curve([(x, 0) for x in ends], "axis", width="axis")
        super().__init__(self.panel, line, clip.heading(places["head"], heading))

    def hand(self, time):
        """What shows which of them acts now."""
        ends = varying(lambda now: [[now - 0.5, y] for y in (-self.most, self.most)], time)
        return self.panel.curve(ends, "muted", width="level")


def goal(road):
    """A ring where the tricycle should be."""
    turn = 2 * np.pi * np.arange(48) / 48
    ring = 0.12 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return road.polygons(ring, "y", at=GOAL, outline=True, fill=0)


def planned(road, drives, epoch, which):
    """The path of a plan, in its colour, with its steps."""
    hues = np.stack([paint(road.style, hue) for hue in HUES.values()])
    hue = varying(lambda k: hues[int(k)], which)
    path = varying(drives.path, epoch, which)
    return Group(road.curve(path, hue, width="arrow"), road.scatter(path[1:], hue, size="marker"))


def over_time(clip, name, symbol, of, time):
    """A graph in a slot of what each plan has over time, as far as that has come."""
    values = [of(k) for k in range(len(HUES))]
    low, high = min(0, np.min(values)), np.max(values)
    up = {0: "0", float(np.floor(high)): f"{np.floor(high):.0f}"}
    steps = len(values[0]) - 1
    graph = clip.graph(
        name, x=(0, steps), y=(low, high), x_marks={0: "0", steps: "T"}, y_marks=up, name=symbol
    )
    for hue, each in zip(HUES.values(), values, strict=True):
        curve = varying(partial(until, each), time)
        graph.add(graph.panel.curve(curve, hue, width="arrow"))
    return graph
