"""A graph net: attention that is given, for the graph says who may speak."""

import numpy as np
from _graph_net import REACH, Society, alone, between, reading, told_right
from _graph_net_gates import Gates
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth, squish_rate_func

from epochreel import Clip, Pace, beat, pair, varying

FAINT = 0.35  # opacity of an edge
QUIET = 0.3  # of that, while nobody speaks
MEASURED, MADE = "what each has measured, $bold(x)$", "what a net makes of it, $bold(h)$"
GATED = "bold(h) = bold(x) + (bold(U x) + sum_j bold(a)_j ⊙ bold(V x)_j)^+"
RESULTS = (
    "Right of those that are not told, with no edges and with edges",
    "Right where a third are broken, with gates and with gates held half open",
    "Mean distance from the middle of the community, of x and of means",
)
NODE = 20  # one of those that are not told


class GraphNet(Clip):
    """Nodes of a graph have measured two noisy numbers, and few are told their community.

    A net that sees the numbers of one node alone learns those that are told and is often wrong
    with the others. Where neighbours may speak, a layer adds the mean of what they say, attention
    that the graph gives; means are less noisy, communities come apart, and the colours of the few
    fill the graph. Where some are broken, gates learn not to hear them. After the lectures of
    Alfredo Canziani and Yann LeCun.
    """

    title = "The graph says who may speak"
    trainer = "graph_net"
    layout = pair()
    figure = ("left", "right")

    def measure(self):
        self.nodes, self.last = Society(self.config), self.config.epochs
        self.gates = Gates(self.config, self.nodes)
        self.alone = alone(self.config)
        self.runs = {"no edges": self.alone.run, "gates": self.gates.recording.run}
        self.right = told_right((self.alone, self.recording), self.last)
        spreads = [f"{self.nodes.off(each):.2f}" for each in (self.nodes.x, self.nodes.means)]
        measured = self.right, self.gates.right, spreads
        self.results = {name: ", ".join(pair) for name, pair in zip(RESULTS, measured, strict=True)}

    def named(self, words):
        """Let the plane be named otherwise."""
        old, self.head = self.head, self.heading("right head", words)
        return self.swap(old, self.head)

    def dots(self, hue, positions):
        """Nodes in the graph, and at positions (N, 2) in the plane."""
        return self.nodes.dots(hue, (self.left, self.nodes.places), (self.plane, positions))

    @beat("A graph")
    def show(self):
        nodes = self.nodes
        self.left = self.panel("left", fit=nodes.places, cross=False, equal=False)
        self.plane = self.panel("right", reach=REACH, equal=False, mapped=True)
        self.voice, self.mean = ValueTracker(1), ValueTracker(0)
        opacity = FAINT * varying(float, self.voice) * np.ones(len(nodes.pairs))
        self.net = self.left.network(nodes.places, nodes.pairs, opacity, edge_hue="axis").lines
        self.seen = between(nodes.x, nodes.means, self.mean)
        self.start = self.dots(nodes.colours(self.style), self.seen)
        self.head = self.heading("right head", MEASURED)
        joined = self.heading("left head", "who is joined to whom")
        self.open(joined, self.left, self.net, self.plane, self.start, self.head)
        self.say("Each node of a graph has measured two numbers.")
        self.say(f"{nodes.told.sum()} of {len(nodes.x)} are told their community.")

    def learn(self, recording, start, told):
        """Let a net take the place of what it sees, and learn."""
        h, p, clock = recording.recorded("h"), recording.recorded("p"), ValueTracker(0)
        weights, biases = (recording.nets()[f"classifier.{name}"] for name in ("weight", "bias"))
        self.decided = self.dots(self.nodes.colours(self.style, p), between(start, h, clock))
        numbers = self.readings(reading(recording.run), slot="legend")
        self.shown = Group(self.plane.regions(weights, biases), self.decided, numbers)
        self.say(told[0], *self.named(MADE), FadeOut(self.start), FadeIn(self.shown))
        self.play(clock.animate(rate_func=smooth).set_value(1), run_time=1.6)
        self.say(told[1])
        self.train(self.last, 4, pace=Pace(speed_up=4))

    @beat("Alone")
    def learn_alone(self):
        self.say("First nobody speaks.", self.voice.animate.set_value(QUIET))
        told = "A net moves them, and decides.", "It learns those that are told …"
        self.learn(self.alone, self.nodes.x, told)
        self.say(f"… and of the others {self.right[0]} come out right.")

    @beat("Once more")
    def begin_again(self):
        back = *self.named(MEASURED), FadeOut(self.shown), FadeIn(self.start)
        told = "Once more, and now neighbours may speak."
        self.say(told, *back, self.voice.animate.set_value(1), run_time=1.4)
        self.epoch.set_value(0)

    @beat("One node", optional=True)
    def ask(self):
        nodes, sent, pairs = self.nodes, ValueTracker(0), self.nodes.into(NODE)
        one = self.left.network(nodes.places, pairs, edge_hue="a")
        messages = one.messages(sent, "x")
        near = self.plane.segments(nodes.x[pairs[:, 0]], nodes.means[pairs[:, 1]], "a")
        seats = {self.left: nodes.places, self.plane: nodes.means}
        probes = [panel.probe(at[[NODE]], "a") for panel, at in seats.items()]
        told = "The vector $bold(a)$ of a node has a 1 for each neighbour: who may speak."
        self.say(told, FadeIn(one.lines), FadeIn(probes[0]))
        self.play(FadeIn(messages), sent.animate.set_value(1), run_time=2)
        told = "Their mean comes in: #box[$bold(h) = f(bold(U x) + bold(V X a) \\/ d)$.]"
        self.say(told, FadeOut(messages), FadeIn(near), FadeIn(probes[1]))
        self.let_read()
        self.play(*map(FadeOut, (one.lines, near, *probes)), run_time=0.6)

    @beat("All at once")
    def speak(self):
        nodes, sent = self.nodes, ValueTracker(0)
        both = np.concatenate([nodes.pairs, nodes.pairs[:, ::-1]])
        messages = self.left.network(nodes.places, both).messages(sent, "x")
        self.say("All speak at once, and noise averages out.", FadeIn(messages))
        self.play(sent.animate.set_value(1), self.mean.animate.set_value(1), run_time=3)
        self.play(FadeOut(messages), run_time=0.4)

    @beat("Together")
    def learn_together(self):
        told = "The same net, with neighbours.", "It learns the same few …"
        self.learn(self.recording, self.nodes.means, told)
        alone, together = self.right
        self.say(f"… and of the others {together} come out right; alone it was {alone}.")

    @beat("Broken ones")
    def break_some(self):
        self.measured = self.gates.measured(self)
        gone = FadeOut(self.plane), *self.named(MEASURED)
        kept = Group(*self.decided[:2])  # in the graph, which stays lit below what comes
        self.decided.remove(*kept)
        self.add(kept)
        come = FadeIn(self.measured[0]), FadeOut(kept, rate_func=squish_rate_func(smooth, 0.5, 1))
        told = "At each measurement a third break, and say noise."
        self.say(told, *gone, *come, *self.swap(self.shown, self.measured[1]), run_time=1.2)
        self.epoch.set_value(0)

    @beat("Gates")
    def open_gates(self):
        gone = *map(FadeOut, (self.net, *self.measured)), *self.named("how open gates are")
        told = f"Each speaks through a gate: #box[${GATED}$.]"
        self.say(told, *gone, *map(FadeIn, self.gates.decided(self)), run_time=1.2)
        self.say("It learns to close the gates for what broken ones say.")
        self.train(self.last, 5, pace=Pace(speed_up=4))
        gated, held = self.gates.right
        self.say(f"With gates {gated} come out right, with all of them half open {held}.")
