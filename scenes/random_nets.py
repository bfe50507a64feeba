"""Random nets: what nets do to a plane before any training, and how depth adds to it."""

import _random_nets as nets
import numpy as np
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, beat, multiples
from epochreel.layers.morph import morph
from epochreel.look.hues import by_place, paint
from epochreel.panels.layout import boxes, column, slot

NETS = range(1, 6)
KINDS = {"shallow": (1, "tanh"), "deep": (4, "ReLU")}
REACH, COLOURED = 3.6, 1.8
SIDES, HUES = {"tanh": -0.2, "ReLU": 0.2}, {"tanh": "aqua", "ReLU": "orange"}


class RandomNets(Clip):
    """Nets with random weights, as they are before any training, already bend the plane.

    A thousand points go through five nets with one hidden layer of tanh, and through five with four
    hidden layers of ReLU; what comes out is centred, turned and enlarged, to be compared. How well
    the best affine map explains it, R², says how little it is bent. A hundred nets of each kind
    tell what is due to depth, and what to ReLU. After the lectures of Alfredo Canziani and Yann
    LeCun.
    """

    title = "Untrained nets already bend space"
    layout = multiples(6, aside=1.3)
    figure = ("all",)

    def measure(self):
        # The nets are numbered by their seeds.
        self.r2 = {name: nets.spread_of_r2(*kind)[list(NETS)] for name, kind in KINDS.items()}
        for f in nets.FUNCTIONS:
            first, *_, last = (f"{depth:.0f}: {r2:.2f}" for depth, r2 in nets.median_r2(f))
            self.results[f"Median R², {f}, by hidden layers"] = f"{first}, {last}"

    def moved(self, k):
        """Points and lines, as nets of number k send them, one kind after the other; k 0: as is."""
        places = nets.SEEN
        for name, kind in KINDS.items() if k else ():
            there = nets.comparable(nets.net(*kind, k, nets.SEEN), 0.95 * REACH)
            places = morph(places, there, self.clocks[name])
        count = len(nets.POINTS)
        return places[:count], places[count:].reshape(nets.GRID.shape)

    @beat("A cloud")
    def show_cloud(self):
        self.clocks = {name: ValueTracker(0) for name in KINDS}
        colours, box = by_place(self.style, nets.POINTS, COLOURED), self.slot("all").square()
        self.planes = []
        for k in (0, *NETS):
            panel = self.panel(box, reach=REACH)
            points, lines = self.moved(k)
            marks = panel.grid(lines, width="curve"), panel.scatter(points, colours, size="marker")
            self.planes.append((panel, *marks))
        self.open(*self.planes[0])
        self.shown = self.network("shallow")
        words = f"{len(nets.POINTS):,} points, and {len(NETS)} nets with random weights."
        self.say(words, *self.swap(None, self.shown))

    @beat("Five nets with one hidden layer")
    def go_shallow(self):
        parts = column("plane", slot("words", length=0.4), gap=0.05)
        self.tiles = [boxes(parts, self.slot(str(k + 1))) for k in (0, *NETS)]
        self.add(*(mark for plane in self.planes for mark in plane))
        moves = [
            move
            for tile, (panel, *marks) in zip(self.tiles, self.planes, strict=True)
            for move in panel.transfer(tile["plane"].square(), *marks)
        ]
        self.play(*moves, run_time=2)
        self.name = self.written("input", self.tiles[0])
        self.play(FadeIn(self.name), run_time=0.6)
        self.pass_through("shallow", "Never trained, and yet they bend the plane.")

    def written(self, words, places):
        """Words in their part of some places."""
        return self.fitted(self.text(words, "label"), places["words"])

    @beat("What R² says", optional=True)
    def explain(self):
        self.say("R² = 1 would be an affine map, without a bend.")

    def pass_through(self, name, words):
        """Let the points go through nets of one kind, and write how far from affine they are."""
        self.play(self.clocks[name].animate(rate_func=smooth).set_value(1), run_time=4)
        self.numbers = Group()
        for r2, tile in zip(self.r2[name], self.tiles[1:], strict=True):
            self.numbers.add(self.written(f"R² = {r2:.2f}", tile))
        self.say(words, FadeIn(self.numbers))

    def network(self, name):
        """The first of the nets of a kind: the larger a weight, the less transparent its edge."""
        depth, function = KINDS[name]
        places = boxes(column(slot("words", length=0.4), "net", gap=0.2), self.slot("aside"))
        nodes, roles, edges, strengths = nets.sketch(depth, NETS[0])
        if places["net"].height > places["net"].width:
            nodes = nodes[:, ::-1]
        panel = self.panel(places["net"], fit=nodes, equal=False, cross=False)
        colours = np.stack([paint(self.style, role) for role in roles])
        drawn = panel.network(nodes, edges, strengths, hue=colours, edge_hue="W")
        return Group(panel, drawn, self.written(function, places))

    @beat("Five nets with four hidden layers")
    def go_deep(self):
        old, self.shown = Group(self.shown, self.numbers), self.network("deep")
        back = self.clocks["shallow"].animate.set_value(0)
        self.say("Four hidden layers, and ReLU.", *self.swap(old, self.shown), back, run_time=2)
        self.pass_through("deep", "These fold it, some nearly flat.")

    @beat("A hundred nets of each kind")
    def compare(self):
        places = boxes(column(slot("words", length=0.5), "graph", gap=0.2), self.slot("stage"))
        limits = {"x": (0.5, nets.DEPTHS[-1] + 1), "y": (0, 1)}
        marks = {depth: str(depth) for depth in nets.DEPTHS}, {0: "0", 0.5: "0.5", 1: "1"}
        graph = self.graph(places["graph"], **limits, x_marks=marks[0], y_marks=marks[1])
        words = self.written("R² by number of hidden layers, and its median", places)
        gone = Group(self.shown, self.numbers, self.name, *self.planes[0])
        self.say("Is it the depth, or ReLU?", FadeOut(gone))
        depth, f = KINDS["deep"]
        spots = [graph.panel.to_scene(depth + SIDES[f], r2) for r2 in self.r2["deep"]]
        moves = [
            Group(*plane).animate.scale(0.06).move_to(spot)
            for plane, spot in zip(self.planes[1:], spots, strict=True)
        ]
        self.play(FadeIn(graph, words), *moves, run_time=2)
        words = f"{nets.COUNT} nets of each kind. With tanh, depth hardly matters."
        self.say(words, FadeIn(self.drawn(graph, "tanh")))
        changes = [FadeOut(mark) for plane in self.planes[1:] for mark in plane]
        changes.append(FadeIn(self.drawn(graph, "ReLU")))
        self.say("With ReLU, the deeper, the more they bend.", *changes)

    def drawn(self, graph, f):
        """R² of all nets with a function, over depth, and their medians as a line."""
        across = SIDES[f] + np.linspace(-0.15, 0.15, nets.COUNT)
        r2 = {depth: nets.spread_of_r2(depth, f) for depth in nets.DEPTHS}
        dots = [np.stack([depth + across, each], axis=1) for depth, each in r2.items()]
        line = np.add(nets.median_r2(f), [SIDES[f], 0])
        end, names = [[nets.DEPTHS[-1] + 0.4, line[-1, 1]]], [f'"{f}"', f"{line[-1, 1]:.2f}"]
        sides = [[1, 0.8], [1, -0.8]]
        return Group(
            graph.panel.scatter(np.concatenate(dots), HUES[f], size="point_large", opacity=0.6),
            graph.panel.curve(line, HUES[f], width="arrow"),
            graph.panel.probe(line, HUES[f]),
            graph.panel.words(2 * end, names, HUES[f], towards=sides, size="label"),
        )
