"""Training as a walk: a net's parameters go down their loss, and its embedding unwinds."""

from functools import partial

import numpy as np
from _loss_landscape import Landscape, walked
from manim import UP, FadeIn, FadeOut

from epochreel import Clip, Pace, beat, hero, varying
from epochreel.look.hues import paint
from epochreel.look.style import load
from trainers.classifier_unwarp import data

HALF = 300
EVERY = 5  # so many samples for a point on screen
LEVELS = np.geomspace(0.05, 3.2, 13)
FIRST_REACH = 1.6
BEYOND = 0.03, 0.16  # of its slot, the room of a box that turns little, not round


class LossLandscape(Clip):
    """Training walks down a landscape.

    A net is a point in the space of its parameters. Through the 2,001 points that a classifier was
    while it unwound a spiral we lay a plane, through the first, the last and one in between; the
    ground is that plane, the height is the net's own loss. It goes down steeply while the embedding
    grows, then turns and follows the valley while the arms unwind. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "Training is a walk"
    trainer = "classifier_unwarp"
    layout = hero(second=True, beside=True, aside=1.3, readings=0.7)
    figure = ("hero", "second")

    def measure(self):
        self.last = self.config.epochs
        land = self.land = Landscape(self.run, self.config, (0, HALF, self.last))
        self.size = land.walk.shape[1]
        loss = self.recorded("loss")
        first, half, last = (float(loss(epoch)) for epoch in (0, HALF, self.last))
        self.gone = f"{100 * (first - half) / (first - last):.0f}~%"
        self.way = f"{100 * land.way[HALF]:.0f}~%"
        self.share = f"{100 * land.share:.1f}~%"
        self.results = {
            "Variance of the walk in the plane": self.share,
            f"Loss gone at epoch {HALF}": self.gone,
            f"Way behind at epoch {HALF}": self.way,
            f"Loss at epoch {self.last}": f"{last:.2g}",
        }

    @beat("A landscape")
    def show_landscape(self):
        land = self.land
        (left, right), (bottom, top) = land.x, land.y
        high = land.heights.max()
        size = right - left, top - bottom, 0.8 * (top - bottom)
        across, up = BEYOND
        self.space = self.panel3d(
            self.slot("hero").part(-across, -up, 1 + across, 1 + up),
            x=land.x, y=land.y, z=(0, high), size=size, azimuth=-66, elevation=28,
            x_label="bold(v)_1", y_label="bold(v)_2", z_label="cal(L)",
        )  # fmt: skip
        ground = self.space.surface(
            land.heights, colour_map="energy", low=-0.45 * high, high=1.15 * high
        )
        lying = land.lying()
        way = varying(partial(walked, lying), self.epoch)
        ink = load("dark")  # on a map of colours, which is the same in both themes
        orange, white = paint(ink, "theta"), paint(ink, "maths")
        self.line = self.space.curve(way, orange, width="arrow", hidden=0.4)
        self.walker = self.space.scatter(
            way[-1:], orange, size=1.5 * self.style.size.marker, hidden=0.4
        )
        self.pauses = {epoch: walked(lying, epoch)[-1:] for epoch in (0, HALF, self.last)}
        self.stops = [self.space.scatter(self.pauses[at], white, size="marker") for at in (0, HALF)]
        self.open(self.space, ground, self.space.levels(land.heights, LEVELS), self.walker)
        self.formula_lines = self.formulas(
            f"bold(theta) in bb(R)^{self.size}",
            "bold(theta) = bold(theta)_0 + alpha_1 bold(v)_1 + alpha_2 bold(v)_2",
        )
        self.say(f"{self.size} numbers make a net: one point.")
        self.play(FadeIn(self.formula_lines[0]))  # where the title may have been
        self.say("The height is its loss $cal(L)$.")
        ground = f"The ground: the plane through epochs 0, {HALF} and {self.last}."
        self.say(ground, FadeIn(self.formula_lines[1]))

    @beat("Down the slope")
    def go_down(self):
        inputs, labels = (each.numpy()[::EVERY] for each in data(self.config))
        net = self.nets()
        embedding = net.layer("embedding")(inputs)
        self.reaches = [1.06 * np.abs(embedding(at)).max() for at in (HALF, self.last)]
        self.hidden = self.panel("second", reach=FIRST_REACH, title="cal(H)")
        regions = self.hidden.regions(net["classifier.weight"], net["classifier.bias"])
        points = self.hidden.scatter(embedding, labels)
        shown = self.hidden, regions, points, self.hidden.ruler(1), self.readings("loss"), self.line
        self.say("", FadeOut(self.formula_lines), run_time=0.6)
        self.say("Untrained: five classes in a heap.", *map(FadeIn, shown))
        self.say("Every epoch is a step down the slope …")
        self.train(HALF, 7, self.zoom(self.reaches[0]), pace=Pace(speed_up=1.5))
        self.say(f"Epoch {HALF}: {self.gone} of the loss is gone …", *map(FadeIn, self.stops))
        self.say(f"… after {self.way} of the way.")

    @beat("Along the valley")
    def follow_valley(self):
        self.say("Then it bends, and the arms unwind …")
        self.train(
            self.last, 12, self.zoom(self.reaches[1]), self.space.orbit(azimuth=-78, elevation=46),
            pace=Pace(speed_up=4),
        )  # fmt: skip
        self.say("… down to the bottom.")

    @beat("From above", optional=True)
    def look_down(self):
        self.say("From above: the whole walk.")
        self.play(self.space.orbit(azimuth=-84, elevation=66), run_time=4)
        names = [self.name(f"{epoch}", at) for epoch, at in self.pauses.items()]
        self.say(f"{self.share} of its variance lies in this plane.", *map(FadeIn, names))

    def name(self, words, at):
        """Words above a place (1, 3) on the surface, as it is seen now."""
        drawn = self.text(words, "label", colour=self.style.chrome.title)
        drawn.set_stroke(self.style.chrome.background, 2, background=True)
        return drawn.move_to(self.space.to_scene(at)[0] + 2.5 * drawn.cap * UP)

    def zoom(self, reach):
        """The eased view of the embedding so far to all sides."""
        return self.hidden.zoom((-reach, reach), (-reach, reach))
