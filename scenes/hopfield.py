"""A Hopfield network: each memory is a valley of its energy, until there are too many."""

from functools import partial

import numpy as np
from _hopfield import Landscape, energy, mixed, picture, shade, steepest, until
from _hopfield_terrain import PLACES, Terrain
from manim import FadeIn, FadeOut, Group, ValueTracker, linear, smooth

from epochreel import Clip, Counter, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.panels.drawing import ranked
from epochreel.panels.layout import boxes, tiles
from epochreel.runs.functions import Function
from trainers.hopfield import SIDE as PIXELS
from trainers.hopfield import corrupted, data

INWARDS = np.array([[1, -1], [-1, -1], [1, 1], [-1, 1]])
AROUND = np.array([[-20, 0], [0, -20], [15, 0], [0, 15]])  # steps away from a memory
NAMES = ["1", "2", "3", "4"]
HEBB = "bold(W) = 1/N sum_k bold(y)_k bold(y)_k^top"
ENERGY = "E = -1/2 bold(y)^top bold(W) bold(y)"


class Hopfield(Clip):
    """Neurons that hold together what was on together remember images.

    Each image leaves its trace in the weights, and becomes a valley of an energy. A corrupted one
    rolls down, one neuron at a time, until it is the image again. With too many memories it ends in
    other valleys. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Memory is a valley"
    trainer = "hopfield"
    layout = hero(second=True, beside=True, aside=1.7).with_shares({"second": 1.4})
    figure = ("hero",)
    poster = 33.0

    def measure(self):
        y = data(self.config)[:1]
        self.memories, start = y[0, :4].numpy(), corrupted(self.config, y)[0, 0].numpy()
        self.w, self.rate, self.ends = (self.recorded(name) for name in ("w", "rate", "ends"))
        w = np.asarray(self.w(4), np.float64)
        self.path = path = steepest(w, start)
        self.land = Landscape(w, self.memories, path, self.config.seed)
        self.falls, self.flips, self.neurons = energy(w, path), len(path) - 1, len(w)
        self.last = self.config.epochs
        rates = np.array([self.rate(k) for k in range(self.last + 1)])
        self.lost = int(np.abs(rates - 0.5).argmin())
        self.half = f"{self.lost / self.neurons:.2f}"
        self.loads = np.column_stack([np.arange(self.last + 1) / self.neurons, rates])
        self.step, self.roll = ValueTracker(0), ValueTracker(0)
        self.results = {
            f"Energy, {self.flips} neurons wrong": f"{self.falls[0]:.1f}",
            "Energy, none wrong": f"{self.falls[-1]:.1f}",
            "Memories for each neuron at which half are lost": self.half,
        }

    def image(self, box, k, state):
        """A state of neurons as pixels in a box, red where it is not as memory k."""
        panel = self.panel(box, x=(0, PIXELS), y=(0, PIXELS), cross=False)
        return panel, panel.image(Function(picture, self.style, self.memories[k], state))

    @beat("Four images")
    def show_images(self):
        self.tiles = boxes(tiles(NAMES, 2, gap=0.35), self.slot("hero").square())
        self.images = [self.image(self.tiles[n], k, self.memories[k]) for k, n in enumerate(NAMES)]
        self.open(*(each for pair in self.images for each in pair))
        self.say(f"Four images, each of {PIXELS**2} neurons, on or off.")

    @beat("A trace in the weights")
    def store(self):
        n = self.neurons
        panel = self.panel(self.slot("second").square(), x=(0, n), y=(0, n), cross=False)
        weights = panel.image(self.w, "signed", high=3 / n)
        rule = self.formulas(HEBB, slot="readings", size="title")
        square = PIXELS * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        shades = [partial(shade, paint(self.style, "title"), k) for k in range(4)]
        frames = [
            panel.polygons(square, varying(each, self.epoch), outline=True, fill=0)
            for (panel, _), each in zip(self.images, shades, strict=True)
        ]
        told = "Neurons that agree are tied together: blue. Others: red."
        self.say(told, *map(FadeIn, (rule, panel, weights)))
        self.add(*frames)
        self.train(4, 8)
        self.remove(*frames)
        self.trace = Group(rule, panel, weights)

    @beat("A landscape")
    def show_landscape(self):
        self.terrain, moves = Terrain(self, self.slot("hero"), self.land), []
        for (panel, image), corner in zip(self.images, self.terrain.corners, strict=True):
            ranked(image, "names")  # above the surface
            moves += panel.transfer(corner, image)
        self.law = self.formulas(ENERGY, slot="readings", size="title")
        change = self.swap(self.trace, Group(self.terrain, self.law))
        told = "Every state has an energy: the images lie in valleys."
        self.say(told, *change, *moves, run_time=2)

    @beat("Recall")
    def recall(self):
        now = varying(partial(mixed, self.path), self.step)
        panel, state = self.image(self.slot("second").square(), 0, now)
        ends = PLACES[:1]
        ball = self.terrain.balls(self.step, self.flips, ends - [self.flips, 0], ends)
        fallen = partial(np.interp, xp=np.arange(self.flips + 1), fp=self.falls)
        given = {"decimals": 1, "size": self.style.type.title, "prefix": "$E =$"}
        value = Counter(self.step, self.style, value=fallen, digits=4, **given)
        law = self.formulas(ENERGY, value, slot="readings", size="title")
        told = f"A corrupted image: {self.flips} of its pixels are wrong."
        self.say(told, *map(FadeIn, (panel, state, ball)), *self.swap(self.law, law))
        self.say("One by one, neurons do what the others ask for …")
        self.play(self.step.animate(rate_func=linear).set_value(self.flips), run_time=7)
        self.say("… downhill, until it is the image again.")
        self.shown = Group(panel, state, law, ball)

    @beat("From all around", optional=True)
    def recall_all(self):
        ends = np.repeat(PLACES, len(AROUND), axis=0)
        starts = ends + (INWARDS[:, None] * AROUND).reshape(-1, 2)
        balls = self.terrain.balls(self.roll, 1, starts, ends)
        self.say("Whatever is like an image rolls to it.", FadeIn(balls))
        self.play(self.roll.animate(rate_func=smooth).set_value(1), run_time=4)
        self.play(FadeOut(balls), run_time=0.6)

    @beat("Too many")
    def store_more(self):
        moves, fresh, far = [], [], self.loads[-1, 0]
        for k, (name, pair) in enumerate(zip(NAMES, self.images, strict=True)):
            moves += pair[0].transfer(self.tiles[name], pair[1])
            fresh += self.image(self.tiles[name], k, self.ends[k])
        self.say("", *map(FadeOut, (self.terrain, self.shown)), *moves, run_time=2)
        self.remove(*(each for pair in self.images for each in pair))
        self.add(*fresh)
        graph = self.graph(
            "second", x=(0, far), y=(0, 1), name='"recalled"', y_marks={0: "0", 1: "1"},
            x_marks={0: "0", far / 2: "K \\/ N", far: f"{far:g}"},
        )  # fmt: skip
        n, plane = self.neurons, graph.panel
        grown = varying(lambda k: until(self.loads, k / n), self.epoch)
        graph.add(plane.curve(self.loads, "y", opacity=self.style.opacity.ghost))
        graph.add(plane.curve(grown, "y"), plane.probe(grown[-1:], "y"))
        count = Counter(self.epoch, self.style, digits=2, suffix=" memories")
        count = self.formulas(count, slot="readings")
        self.say("What recall finds, while more is stored …", *map(FadeIn, (graph, count)))
        self.train(self.lost, 8)
        self.say(f"Half is lost at {self.half} memories for each neuron.")
        self.train(self.last, 5)
        self.say("Too many: recall ends in other valleys.")
