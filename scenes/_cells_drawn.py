"""What cells say, drawn: pictures, curves over the places of a bar, and bars over directions."""

from dataclasses import replace

import numpy as np
from _simple_and_complex_cells import ANGLES, FAR, PHASES, WAYS, complex_cells
from manim import Group

from epochreel import varying
from epochreel.panels.compositions import Composition
from epochreel.panels.layout import boxes, column, row, slot, tiles
from epochreel.runs.functions import Function

SLOTS = "patch", "map", "graph"
HEAD, GAP = 0.45, 0.1
ENDS = -0.75, 1.05  # of what cells say
STROKE = 0.2  # half the length of a direction's stroke, in Manim units


def composed(aspect, length):
    """A patch and a map of what cells say, squares of a length, beside a graph or above it."""
    patch, shown, graph = (
        column(slot(f"{name} head", length=HEAD), name, gap=GAP) for name in SLOTS
    )
    high, told = length + HEAD + GAP, slot("caption", length=1.0)
    if aspect == "16:9":
        squares = [replace(each, length=length) for each in (patch, shown)]
        whole = row(*squares, graph, gap=0.25, length=high)
        return column("rest", whole, "rest", told, gap=GAP)
    if aspect == "1:1":
        squares = column(*(replace(each, length=high) for each in (patch, shown)), gap=0.15)
        return column(row(replace(squares, length=length), graph), told, gap=0.15)
    parts = [row(patch, shown, gap=0.3, length=high), graph]
    return column(*([told, *parts] if aspect == "9:16" else [*parts, told]), gap=0.25)


SQUARES = {"16:9": 4.65, "1:1": 2.4, "4:5": 3.45, "9:16": 3.45}
LAYOUT = Composition({aspect: composed(aspect, length) for aspect, length in SQUARES.items()})


def picture(clip, box, values, count, hue="signed", high=0.75):
    """Numbers (count, count) as a picture in a square: its panel, and what is in it."""
    panel = clip.panel(box.square(), x=(0, count), y=(0, count), cross=False)
    return Group(panel, panel.image(values, hue, high=high))


def spread(clip, filters, high):
    """All filters (WAYS, PHASES, n, n) in the graph's place, those of a direction in a line."""
    box = clip.slot("graph").around(clip.slot("graph head"))
    order, upright = np.arange(WAYS * PHASES).reshape(WAYS, PHASES), box.height > box.width
    order = (order if upright else order.T).ravel()
    names = list(map(str, order))
    spots = boxes(tiles(names, PHASES if upright else WAYS, gap=0.08), box)
    flat = filters.reshape(-1, *filters.shape[-2:])
    count = filters.shape[-1]
    shown = [picture(clip, spots[str(k)], flat[k], count, high=high) for k in order]
    return Group(*(part for each in shown for part in each))


def until(values, low, high):
    """The points (S, 2) of a curve from one place to another."""
    x = np.clip(values[:, 0], low, high)
    return np.column_stack([x, np.interp(x, *values.T)])


class Traces:
    """Curves over the place where the bar is, which follows a clock."""

    def __init__(self, clip, places, place):
        marks = {-FAR: f"-{FAR:g}", 0: '"place of the bar"', FAR: f"{FAR:g}"}
        self.graph = clip.graph(
            "graph", x=(-FAR, FAR), y=ENDS, x_marks=marks, y_marks={0: "0", 1: "1"}
        )
        self.plane, self.places, self.place = self.graph.panel, places, place
        self.graph.add(self.plane.curve([(-FAR, 0), (FAR, 0)], "cross", width="axis"))

    def faint(self, values, hue):
        """Curves of values (K, S), to compare with."""
        lines = np.stack([np.column_stack([self.places, each]) for each in values])
        return self.plane.curve(lines, hue, opacity=0.4)

    def drawn(self, values, hue, forth=True):
        """Of values (S,) where the bar is, the curve behind it, to the right or back, and all."""
        line, now = np.column_stack([self.places, values]), self.place
        behind = varying(lambda at: until(line, *((-FAR, at) if forth else (at, FAR))), now)
        head = varying(lambda at: [(at, np.interp(at, *line.T))], now)
        curves = (self.plane.curve(each, hue, width="arrow") for each in (behind, line))
        return self.plane.probe(head, hue), *curves


class Chart(Group):
    """Bars for what complex cells of all directions say to an image, with their strokes below."""

    def __init__(self, clip, bank, image):
        places = boxes(column("bars", slot("ways", length=0.5), gap=0.05), clip.slot("graph"))
        limits = (-0.6, WAYS - 0.4)
        bars = clip.panel(places["bars"], x=limits, y=(0, ENDS[1]), equal=False, cross=False)
        ways = clip.panel(places["ways"], x=limits, y=(-0.5, 0.5), equal=False, cross=False)
        unit = places["ways"].width / (limits[1] - limits[0]), places["ways"].height
        turn = np.radians(ANGLES)
        half = STROKE * np.stack([np.cos(turn), np.sin(turn)], axis=1) / unit
        middle = np.column_stack([np.arange(WAYS), np.zeros(WAYS)])
        ground = bars.curve([(limits[0], 0), (limits[1], 0)], "axis", width="axis")
        strokes = ways.segments(middle - half, middle + half, "x", width="arrow")
        said = Function(complex_cells, bank, image)
        super().__init__(bars, bars.bars(said, "ytilde"), ground, ways, strokes)
