"""1988: four patterns learn to pass through two neurons, and their codes make a square."""

from functools import partial

import numpy as np
from _encoder_424 import PLACES, SLOW, SOME, Encoder, bands, coloured
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Counter, Pace, Reading, beat, pair, varying
from epochreel.look.hues import paint
from epochreel.runs.functions import Function
from trainers.encoder_424 import data, order

REACH = 2.1
HUES = "pink", "gold", "aqua", "violet"  # none of them tells of a sign


class Encoder424(Clip):
    """Four patterns pass through two neurons, and come back.

    The first demo of a simulator of 1988: a net as a graph, whose weights are widths and colours.
    Beside it is the plane of its two hidden neurons, in which each pattern is a point. A pattern
    after the other is shown, and the points move apart to the corners of a square, a code of two
    bits; each output cuts off a corner. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "1988: four patterns through two neurons"
    trainer = "encoder_424"
    layout = pair(legend=1.4)
    figure = ("left", "right")

    def measure(self):
        self.net = Encoder(self.run, data(self.config).numpy(), order(self.config))
        self.hues = np.stack([paint(self.style, hue) for hue in HUES])
        self.last, right = self.config.epochs, self.recorded("right")
        lacking = [at for at in range(self.last + 1) if right(at) < 4]
        self.learnt = max(lacking, default=-1) + 1
        self.results = {
            "Patterns shown until all four come back": str(self.learnt),
            "Least magnitude of a code in the end": f"{np.abs(self.net.codes[-1]).min():.2f}",
        }

    def graph(self, values):
        """The nodes with their values (10,), which follow a clock."""
        size, shades = 3.4 * self.style.size.marker, Function(coloured, self.style, values)
        rims = self.left.scatter(PLACES, "axis", size=1.08 * size)
        return Group(rims, self.left.scatter(PLACES, shades, size=size, rank="arrows"))

    @beat("A net and a plane")
    def show_net(self):
        net, clock = self.net, self.epoch
        self.left = self.panel("left", x=(-0.9, 3.9), y=(-0.4, 3.4), cross=False)
        weights = varying(net.weights, clock)
        shades = Function(coloured, self.style, weights)
        edges = self.left.polygons(Function(bands, weights), shades)
        self.nodes, numbers = (
            self.graph(varying(net.nodes, clock)),
            [f'"{k + 1}"' for k in range(4)],
        )
        names = Group(
            *(
                self.left.words(
                    PLACES[at] + [side, 0], numbers, self.hues, towards=(0, 0), size="title"
                )
                for at, side in ((slice(0, 4), -0.6), (slice(6, 10), 0.6))
            )
        )
        self.plane = self.panel("right", reach=REACH, x_label="h_1", y_label="h_2")
        codes = varying(partial(net.between, net.codes), clock)
        dots = self.plane.scatter(codes, self.hues, size=2 * self.style.size.marker)
        self.open(self.left, edges, self.nodes, names, self.plane, dots)
        self.say("Four patterns: in each, one neuron is on.")

    @beat("Shown one by one")
    def learn_slowly(self):
        word = self.text("shown", "label", colour=self.style.chrome.muted)
        count = Counter(self.epoch, self.style, digits=3)
        count = self.formulas(word, count, slot="epoch", gap=0.2)
        error = Reading("loss", "error").strip(
            self.slot("legend"), self.run, self.epoch, self.style
        )
        trails = varying(self.net.trails, self.epoch)
        trails = self.plane.curve(trails, self.hues, width="level", rank="ghosts")
        self.say("Each must come back, through two neurons: a point.", FadeIn(count), FadeIn(error))
        self.add(trails)
        self.train(SLOW, 8)
        self.say("Blue is on, red is off; wide is a strong weight.")
        self.train(SOME, 8)
        self.trails = trails

    @beat("To the corners")
    def learn(self):
        borders = varying(self.net.borders, self.epoch)
        borders = self.plane.curve(borders, self.hues, width="axis", rank="segments")
        held = self.graph(varying(partial(self.net.held, self.net.shown[SOME]), self.epoch))
        self.say("Each output is on beyond a line of its own …", FadeIn(borders), FadeIn(held))
        self.remove(*self.nodes)
        self.train(self.last, 10, pace=Pace(speed_up=4))
        self.say("… and cuts off a corner of a square: two bits.", FadeOut(self.trails))

    @beat("All four", optional=True)
    def test(self):
        which = ValueTracker(0)
        nodes = self.graph(varying(self.net.tested, which))
        spot = varying(self.net.tested, which)[None, 4:6]
        ring = self.plane.scatter(spot, "title", size=3.4 * self.style.size.marker, rank="curves")
        self.say(f"After {self.learnt} all four came back.", FadeIn(nodes), FadeIn(ring))
        for k in range(1, 4):
            self.play(which.animate(rate_func=linear).set_value(k), run_time=1)
            self.wait(0.6)
