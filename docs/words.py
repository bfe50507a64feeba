"""What scenes say about matrices, diagrams, graphs, pictures, signals and code, word by word.

Each word is a part of a clip. Its name, its docstring, its lines and the picture half-way through
it make the page docs/words.md, so that what is told there is what is drawn: see `page`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

import numpy as np
from manim import ValueTracker
from numpy.typing import ArrayLike, NDArray
from torch.nn.functional import mse_loss

from epochreel import Clip, Recorder, Run, beat, dim, pair, varying
from epochreel.diagrams import (
    Edge,
    cost,
    decoder,
    delay,
    encoder,
    gate,
    module,
    operation,
    variable,
)
from epochreel.panels import multiply, outer
from epochreel.panels.layout import slot

normal = np.random.default_rng(3).normal

WEIGHTS = normal(size=(3, 4))
INPUT = normal(size=4)
GRADIENT = normal(size=3)
TOKENS = ["the", "cat", "sat", "on", "it"]
SCORES = 2 * np.eye(5)[::-1] + normal(0, 0.5, (5, 5))

PLACES = np.array([[0.6, 0.5], [1.9, 2.2], [3.2, 0.4], [4.6, 2.0], [6.0, 0.8]])
ROADS = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4)]
TRAILER = np.array([[-3.3, -0.45], [-0.3, -0.45], [-0.3, 0.45], [-3.3, 0.45]])
CAB = np.array([[0, -0.42], [0.9, -0.42], [1.3, -0.3], [1.3, 0.3], [0.9, 0.42], [0, 0.42]])

ROWS, COLUMNS = np.mgrid[-1:1:24j, -1:1:24j]
RING = np.exp(-(((np.hypot(ROWS, COLUMNS) - 0.6) / 0.18) ** 2))
EDGES = np.diff(RING, axis=1)

SECONDS = np.arange(16_000) / 16_000
SPEECH = normal(0, 0.3, 16_000) * np.abs(np.sin(9 * SECONDS) * np.sin(4 * SECONDS)) ** 1.5
SIREN = np.sin(np.cumsum(2 * np.pi * (1000 + 700 * np.sin(12 * SECONDS)) / 16_000))


def softargmax(scores: ArrayLike) -> NDArray[np.float64]:
    """Return weights whose columns sum to 1."""
    return np.exp(scores) / np.exp(scores).sum(axis=0)


def step(net, x, y, optimiser):
    """Train a net for a step, as the clips show it."""
    loss = mse_loss(net(x), y)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss


def recorded(folder: Path) -> Run:
    """Return a run whose attention becomes sharp."""
    with Recorder.create(folder / "run", trainer="words") as recorder:
        for epoch in recorder.epochs(20):
            recorder.snapshot(epoch, attention=softargmax(epoch / 4 * SCORES))
    return Run.open(folder / "run")


def word(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a method the part of a clip that shows a word, and clear the screen after it."""

    def decorate(method: Callable[..., None]) -> Callable[..., None]:
        @wraps(method)
        def shown(self: Clip) -> None:
            start = self.timeline.duration
            method(self)
            if self.timeline.duration == start:
                self.wait(1)
            self.clear()

        shown.word = name
        return beat(name)(shown)

    return decorate


CHAIN = {
    "x": variable("bold(x)", observed=True),
    "one": module("bold(W)_1"),
    "relu": module("(·)^+"),
    "two": module("bold(W)_2"),
    "s": variable("bold(s)"),
    "C": cost("C"),
}


class Words(Clip):
    """Each word of the vocabulary alone on the stage."""

    layout = pair()

    @word("Matrices")
    def matrices(self):
        """Numbers as cells: positive ones blue, negative ones red, a zero nearly black.

        Values are (R, C), or (R,), which is a column, and may follow the epoch; then `high` tells
        how far they go. Without `decimals` there is room for 128 × 128. `Transform` counts from one
        matrix to another.
        """
        w = self.matrix("stage", WEIGHTS, name="bold(W)", decimals=2, rows=["1", "2", "3"])
        self.add(w, w.outline(rows=1))

    @word("Columns that leave their matrix")
    def columns(self):
        """`row`, `column` and `cell` lie over their own, to be moved, and follow the same values.

        A `hue` other than "signed" is a role, for values from 0 on.
        """
        weights = softargmax(SCORES)
        a = self.matrix("left", weights, hue="a", decimals=1, rows=TOKENS, columns=TOKENS)
        self.add(a, a.column(2).set_x(self.slot("right").centre[0]))

    @word("Products, cell by cell")
    def products(self):
        """A row and a column light up, and their cell appears; `add` does so element by element."""
        slots = self.parts("stage", slot("W", share=2), "x", "s")
        w = self.matrix(slots["W"], WEIGHTS, name="bold(W)", decimals=1, cell=0.8)
        x = self.matrix(slots["x"], INPUT, name="bold(x)", decimals=1, cell=0.8)
        s = self.matrix(slots["s"], WEIGHTS @ INPUT, name="bold(s)", decimals=1, cell=0.8)
        self.add(w, x)
        self.play(multiply(w, x, s), run_time=4)

    @word("Outer products")
    def outer_products(self):
        """Two vectors, standing or lying, make a matrix: how the gradient of weights is built."""
        slots = self.parts("stage", slot("g", share=0.3), "x", "W")
        built = np.outer(GRADIENT, INPUT)
        g = self.matrix(slots["g"], GRADIENT, name="bold(g)", decimals=1, cell=0.8)
        x = self.matrix(slots["x"], INPUT[None], name="bold(x)^top", decimals=1, cell=0.8)
        w = self.matrix(slots["W"], built, name="bold(g) bold(x)^top", decimals=1, cell=0.8)
        self.add(g, x)
        self.play(outer(g, x, w), run_time=4)

    @word("Diagrams")
    def diagrams(self):
        """Nodes by names, and lines that say who feeds whom; where they stand follows from that.

        There are variables, modules that grow with their label, encoders and decoders, costs, sums,
        gates, delays. What feeds only one node stands beside it.
        """
        nodes = {
            "y": variable("bold(y)", observed=True, note="a sample"),
            "f": encoder("f"),
            "h": variable("bold(h)"),
            "g": decoder("g"),
            "yt": variable("tilde(bold(y))"),
            "C": cost("C"),
            "R": cost("R"),
        }
        self.add(self.diagram("stage", nodes, ["y -> f -> h -> g -> yt -> C", "h -> R"]))

    @word("Cells unrolled in time")
    def unrolled(self):
        """One description for each step; a side input stands beside what it feeds."""
        nodes = {"h0": variable("bold(h)_0")}
        for t in (1, 2, 3):
            nodes |= {f"x{t}": variable(f"bold(x)_{t}", observed=True), f"f{t}": module("f")}
            nodes |= {f"h{t}": variable(f"bold(h)_{t}")}
        steps = ["x1 -> f1", "x2 -> f2", "x3 -> f3"]
        self.add(self.diagram("stage", nodes, ["h0 -> f1 -> h1 -> f2 -> h2 -> f3 -> h3", *steps]))

    @word("Gates")
    def gates(self):
        """AND, NAND, OR, XOR and NOT, a node ● where a wire splits: a half adder."""
        nodes = {
            "x": variable("x_1"),
            "z": variable("x_2"),
            "xor": gate("xor"),
            "and": gate("and"),
            "sum": variable("s"),
            "carry": variable("c"),
        }
        lines = ["x, z -> xor -> sum", "x, z -> and -> carry"]
        self.add(self.diagram("stage", nodes, lines))

    @word("Sums, and loops through a delay")
    def loops(self):
        """What closes a circle leads back.

        An `Edge` is a line with more to say: a `label`, a `hue`, a `route`, sides of its nodes.
        """
        nodes = {
            "x": variable("bold(x)", observed=True),
            "+": operation("+"),
            "f": module("f"),
            "h": variable("bold(h)"),
            "delay": delay(),
        }
        lines = [Edge("x -> +", label="bold(W)"), "+ -> f -> h -> delay -> +"]
        self.add(self.diagram("stage", nodes, lines, route="elbow"))

    @word("What flows through a diagram")
    def flows(self):
        """A value goes from node to node, forward in its symbol's colour, `backward` in green."""
        net = self.diagram("stage", CHAIN, ["x -> one -> relu -> two -> s -> C"])
        self.add(net)
        self.wait(0.2)
        self.play(net.flow("C", "s", "two", "relu", value="∂C", backward=True), run_time=4)

    @word("Diagrams that rearrange into others")
    def rearranging(self):
        """What both have under one name moves; all else leaves before, or comes after.

        The scene then holds the other one in its place.
        """
        net = self.diagram("stage", CHAIN, ["x -> one -> relu -> two -> s -> C"])
        nodes = {name: CHAIN[name] for name in ("x", "two", "s", "C")}
        other = self.diagram("stage", nodes, ["x -> two -> s", "s, x -> C"])
        self.play(*net.into(other), run_time=2)
        self.remove(*net)
        self.add(other)

    @word("To dim, and to light again")
    def dimming(self):
        """`dim` takes back what is not looked at, whatever it is; `light` is its exact reverse."""
        net = self.diagram("stage", CHAIN, ["x -> one -> relu -> two -> s -> C"])
        self.play(dim(net, but=[net.node("one"), net.node("relu")]), run_time=0.5)
        self.wait(0.5)

    @word("Networks")
    def networks(self):
        """Nodes with places in the data; weights, 0 to 1, are how opaque their edges are.

        `messages` follow a clock along the edges.
        """
        weights = np.linspace(0.3, 1, len(ROADS))
        net = self.panel("stage", fit=PLACES).network(PLACES, ROADS, weights, hue="h")
        sent = ValueTracker(0)
        self.add(net, net.messages(sent, "x"))
        self.play(sent.animate.set_value(1), run_time=2)

    @word("Words at places of the data")
    def labels(self):
        """A label in Typst's notation for each position (N, 2), which it follows: tokens.

        `towards` is the side on which it stands.
        """
        panel = self.panel("stage", x=(-1, 7), y=(-1, 3), cross=False)
        names = [f'"{token}"' for token in TOKENS]
        self.add(panel, panel.probe(PLACES, "v"))
        self.add(panel.words(PLACES, names, "v", towards=(0, 1), size="formula"))

    @word("Polygons that turn and move")
    def polygons(self):
        """Each is turned by degrees about (0, 0), and that is put `at` a place.

        Both may follow a clock: a truck drives, a window slides.
        """
        road = self.panel("stage", x=(-4, 2), y=(-1, 2), cross=False)
        truck = road.polygons(TRAILER, "h", at=[0, 0.8], turn=12, outline=True)
        self.add(road, truck, road.polygons(CAB, "x", at=[0, 0.8], turn=40, outline=True))

    @word("Images, patches and receptive fields")
    def images(self):
        """A sharp square for each number, the first row on top.

        Colours are "grey", "signed" or a role's; bytes (h, w, 3) are red, green and blue.
        """
        image, edges = (self.panel(side, x=(0, 24), y=(0, 24)) for side in ("left", "right"))
        patch = np.array([[4, 15], [9, 15], [9, 20], [4, 20]])
        self.add(image.image(RING), image.polygons(patch, "gold", outline=True, fill=0))
        self.add(edges.image(EDGES, "signed", high=0.4))

    @word("Waveforms")
    def waveforms(self):
        """The line through any number of samples: sound as it is recorded.

        Only what lies between two places is `shown`, the second being a head that plays.
        """
        panel = self.panel("stage", x=(0, 1), y=(-1, 1), equal=False)
        head = ValueTracker(0)
        played = panel.waveform(SPEECH, "h", shown=varying(lambda now: [0, now], head))
        self.add(panel, panel.waveform(SPEECH, "muted"), played)
        self.play(head.animate.set_value(1), run_time=2)

    @word("Sequences, and a window that slides over them")
    def stems(self):
        """A sequence's numbers (N,) as points on stems, for signals of few samples.

        The window is a polygon; where `at` follows a clock it slides.
        """
        panel = self.panel("stage", x=(-1, 32), y=(-1.3, 1.3), equal=False)
        window = np.array([[-0.5, -1.2], [4.5, -1.2], [4.5, 1.2], [-0.5, 1.2]])
        self.add(panel, panel.stems(np.sin(np.arange(32) / 3), "x"))
        self.add(panel.polygons(window, "gold", at=[12, 0], outline=True, fill=0.1))

    @word("Spectrograms")
    def spectrograms(self):
        """How loud each frequency is at each time: seconds across, hertz upwards."""
        panel = self.panel("stage", x=(0, 1), y=(0, 3000), equal=False)
        self.add(panel.spectrogram(SIREN, rate=16_000, window=512, step=64, low=-60))

    @word("Bar charts")
    def bar_charts(self):
        """A vector as bars with names, which lie where names have no room beside each other."""
        weights = softargmax(SCORES[:, 1])
        self.add(self.bar_chart("left", weights, limits=(0, 1), names=TOKENS, hue="a"))
        self.add(self.bar_chart("right", WEIGHTS[0], limits=(-3, 3), hue="x", decimals=1))

    @word("Code")
    def listings(self):
        """Python, or a function's own lines, of which one is lit while it happens beside it."""
        code = self.code("stage", step, lines=(3, 7))
        self.add(code)
        self.play(code.light("loss.backward()"), run_time=0.5)
        self.wait(0.5)

    @word("Tensors that were recorded")
    def tensors(self):
        """What `recorder.snapshot(epoch, attention=…)` was handed, as a function of the epoch."""
        attention = self.recorded("attention")
        self.add(self.matrix("stage", attention, name="bold(A)", hue="a", high=1, decimals=2))
        self.train(20, 2)

    @word("Symbols in their colours")
    def symbols(self):
        """A symbol wears its role's colour by being written, capitals too."""
        weights = 'bold(a) = "softargmax"_beta (bold(K)^top bold(q))'
        columns = "bold(H) = f(bold(X))"
        mix = "bold(h) = bold(V) bold(a)"
        self.add(self.formulas(columns, weights, mix, slot="stage", size="title"))
