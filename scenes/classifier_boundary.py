"""One boundary in two planes: bent around points at rest, straight between points that moved."""

from itertools import combinations

import numpy as np
from _classifier_boundary import along, borders, carried, detour, edges, length, longest, sampled
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Composition, Function, Pace, Reading, beat, dim, light, pair
from epochreel.layers.morph import morph, similarity
from epochreel.look.hues import paint
from epochreel.look.style import rgba
from trainers.classifier_unwarp import data

AFFINE = 300
REACH = 1.12  # of the plane of the input
HEADS = {"left head": "Input $cal(X)$", "right head": "Embedding $cal(H)$, turned"}


class ClassifierBoundary(Clip):
    """A net that unwinds a spiral, seen in two planes on one clock.

    In the plane of its inputs the points stand still, and the boundaries between the classes bend
    around them; in the plane of its embedding the boundaries are straight, and the points move
    until those part them. One boundary is lit in both. At last the plane of the inputs is carried
    over into the other: its boundaries unbend as the data do. We begin at epoch 300, when the
    net is nearly an affine map. The embedding is drawn turned, so that its arms lie as those of the
    input. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Bending the boundary, unbending the data"
    trainer = "classifier_unwarp"
    # As in the square: what is between the arms would be lost in planes that are low and wide.
    layout = Composition(pair().trees | {"4:5": pair().trees["1:1"]})
    figure = ("left", "right")

    def measure(self):
        self.epoch.set_value(AFFINE)
        self.inputs, self.labels = (tensor.numpy() for tensor in data(self.config))
        net, self.last = self.nets(), self.config.epochs
        embedding = net.layer("embedding")
        turn = similarity(self.inputs, embedding(self.inputs)(self.last))
        self.growth = np.sqrt(abs(np.linalg.det(turn)))
        back = turn.T / self.growth  # turns, and keeps lengths
        self.embed = lambda places: embedding(np.asarray(places, np.float32)) @ back
        self.embedded = self.embed(self.inputs)
        self.classifier = net["classifier.weight"] @ back, net["classifier.bias"]
        self.left = self.panel("left", reach=REACH)
        self.scores, self.ticks = sampled(net, self.left.view.limits)
        self.pairs = list(combinations(range(self.config.classes), 2))
        self.lit = [max(self.pairs, key=lambda pair: length(self.within([pair], self.last)))]
        self.bent = {at: detour(self.within(self.lit, at)) for at in (AFFINE, self.last)}
        self.results = {
            f"Way along the boundary at epoch {at}": f"{bent:.2f} of the straight one"
            for at, bent in self.bent.items()
        }
        accuracy = 100 * self.recorded("accuracy")(self.last)
        self.results[f"Accuracy at epoch {self.last}"] = f"{accuracy:.1f}~%"

    def within(self, pairs, epoch):
        """The longest piece of boundaries among the data, in the plane of the input."""
        return longest(borders(self.scores(epoch), *self.ticks, pairs), 1)

    def marks(self, panel, points, lines, lit):
        """Points of the lit boundary's classes, the others, all boundaries, and the lit one."""
        own, hues = np.isin(self.labels, self.lit), paint(self.style, self.labels)
        return Group(
            *(panel.scatter(points[kept], hues[kept]) for kept in (own, ~own)),
            panel.curve(lines, "maths", width="curve", opacity=0.7),
            panel.curve(lit, "title", width="arrow", rank="arrows"),
        )

    @beat("Two planes")
    def show_planes(self):
        fills = np.stack([rgba(fill)[:3] for fill in self.style.regions(self.config.classes)])
        colours = Function(lambda scores: fills[scores.argmax(axis=-1)][::-1], self.scores)
        left, right, bottom, top = self.left.view.limits
        self.painted = self.left.image(
            colours, x=(left, right), y=(bottom, top), opacity=self.style.opacity.region
        )
        split = self.scores, *self.ticks
        lines = (Function(borders, *split, pairs) for pairs in (self.pairs, self.lit))
        self.bends = self.marks(self.left, self.inputs, *lines)
        self.right = self.panel("right", fit=self.embedded(AFFINE))
        self.regions = self.right.regions(*self.classifier)
        lines = (Function(edges, *self.classifier, pairs) for pairs in (self.pairs, self.lit))
        self.unbends = self.marks(self.right, self.embedded, *lines)
        heads = [self.heading(slot, words) for slot, words in HEADS.items()]
        self.open(
            self.left, self.painted, *self.bends[:3],
            self.right, self.regions, *self.unbends[:3], *heads,
        )  # fmt: skip
        self.say("The same points, as they come in and as the last layer sees them.")
        shown = self.readings(Reading("accuracy", hue="maths", percent=True), slot="legend")
        self.play(*map(FadeIn, (shown, self.right.ruler(1))), run_time=0.8)  # where the title was
        others = Group(self.bends[1], self.unbends[1])
        self.say(
            f"Epoch {AFFINE}: one boundary, lit in both. In $cal(X)$, too, it is nearly straight.",
            *map(FadeIn, (self.bends[3], self.unbends[3])),
            dim(others),
        )

    @beat("It bends, and they move")
    def learn(self):
        self.say("In $cal(X)$ points stand still, and the boundary bends around them.")
        self.train_to(self.last / 3, 8, 2)
        self.say("In $cal(H)$ it stays straight, and points move until it parts them.")
        self.train_to(self.last, 7, 4)

    @beat("Along the boundary", optional=True)
    def walk(self):
        path, walked = self.within(self.lit, self.last), ValueTracker(0)
        places = (self.left, path), (self.right, self.embed(path)(self.last))
        ring = rgba(self.style.chrome.background)
        probes = [
            panel.probe(along(path, line, walked), "title", halo=ring) for panel, line in places
        ]
        bent = self.bent[self.last]
        self.say(f"A walk {bent:.1f} times as long as the straight way …", *map(FadeIn, probes))
        self.play(walked.animate(rate_func=smooth).set_value(1), run_time=5)
        self.say("… is a walk on a straight line.", *map(FadeOut, probes))

    @beat("Carried over")
    def carry(self):
        here = Group(self.bends, self.painted)
        gone = map(FadeOut, (self.unbends, self.regions))
        self.say("Now carry all of $cal(X)$ over …", *gone, light(self.bends))
        split, flown, unbent = self.scores(self.last), ValueTracker(0), ValueTracker(0)
        lines = (borders(split, *self.ticks, pairs) for pairs in (self.pairs, self.lit))
        before = self.inputs, *lines
        box = self.slot("stage")  # whose data are places of the frame
        sky = self.panel(box, x=(box.left, box.right), y=(box.bottom, box.top), cross=False)
        ways = [carried(places, self.left, self.right, self.growth) for places in before]
        flight = self.marks(sky, *(morph(*ends, flown) for ends in ways))
        self.add(flight)
        self.play(flown.animate(rate_func=smooth).set_value(1), dim(here), run_time=2)
        ends = [(self.growth * places, self.embed(places)(self.last)) for places in before]
        landed = self.marks(self.right, *(morph(*each, unbent) for each in ends))
        self.remove(flight)
        self.add(landed)
        self.say("… and through the net: as the data unbend, so do the boundaries.")
        self.play(unbent.animate(rate_func=smooth).set_value(1), run_time=6)
        whole = map(FadeIn, (self.regions, *self.unbends[2:]))
        self.say("To bend the boundary, to unbend the data: one thing.", *whole, light(here))

    def train_to(self, epoch, run_time, speed_up):
        """Train until an epoch whose embedding fills its plane."""
        zoom = self.right.zoom(fit=self.embedded(epoch))
        self.train(epoch, run_time, zoom, pace=Pace(speed_up=speed_up))
