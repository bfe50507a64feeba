"""A graph net: attention that is given, for the graph says who may speak."""

from dataclasses import asdict, replace

import numpy as np
from _graph_net import REACH, Society, between
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, pair, varying
from epochreel.look.style import rgba
from epochreel.runs import training
from epochreel.runs.recorded import Recording

FAINT = 0.35  # opacity of an edge
QUIET = 0.3  # of that, while nobody speaks
MEASURED, MADE = "what each has measured, $bold(x)$", "what a net makes of it, $bold(h)$"
NODE = 20  # one of those that are not told


class GraphNet(Clip):
    """Nodes of a graph have measured two noisy numbers, and few are told their community.

    A net that sees the numbers of one node alone learns those that are told and is often wrong
    with the others. Where neighbours may speak, a layer adds the mean of what they say, attention
    that the graph gives; means are less noisy, communities come apart, and the colours of the few
    fill the graph. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "The graph says who may speak"
    trainer = "graph_net"
    layout = pair()
    figure = ("left", "right")

    def measure(self):
        silent = replace(self.config, edges=False)
        self.runs = {"no edges": training.record(self.trainer, **asdict(silent))}
        self.alone = Recording(self.runs["no edges"], self.trainer)
        self.nodes, self.last = Society(self.config), self.config.epochs
        self.right = [
            f"{100 * each.recorded('accuracy')(self.last):.0f} %"
            for each in (self.alone, self.recording)
        ]
        spreads = [f"{self.nodes.off(each):.2f}" for each in (self.nodes.x, self.nodes.means)]
        self.results = {
            "Right of those that are not told, with no edges": self.right[0],
            "The same with edges": self.right[1],
            "Mean distance from the middle of the community, of x and of means": ", ".join(spreads),
        }

    def dots(self, hue, positions):
        """Nodes in both panels, those that are told with a rim."""
        told, shown = self.nodes.told, Group()
        for panel, at in ((self.left, self.nodes.places), (self.plane, positions)):
            size = self.style.size.marker * (1.3 if panel is self.left else 1)
            shown.add(panel.scatter(at[told], "title", size=1.45 * size, rank="curves"))
            shown.add(panel.scatter(at, hue, size=size, halo=rgba(panel.ink.chrome.background)))
        return shown

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

    def net_of(self, recording, start, clock):
        """What a net makes of its nodes: their places and colours, and where it decides."""
        h, p = (recording.recorded(name) for name in "hp")
        classifier = recording.nets()
        weights, biases = (classifier[f"classifier.{name}"] for name in ("weight", "bias"))
        dots = self.dots(self.nodes.colours(self.style, p), between(start, h, clock))
        accuracy = Reading("accuracy", "right", percent=True, decimals=0, run=recording.run)
        return Group(
            self.plane.regions(weights, biases), dots, self.readings(accuracy, slot="legend")
        )

    def learn(self, recording, start, clock, told):
        """Let a net take the place of what it sees, and learn."""
        shown = self.net_of(recording, start, clock)
        head = self.heading("right head", MADE)
        self.say(told[0], *self.swap(self.head, head), FadeOut(self.start), FadeIn(shown))
        self.play(clock.animate(rate_func=smooth).set_value(1), run_time=1.6)
        self.say(told[1])
        self.train(self.last, 5, pace=Pace(speed_up=4))
        self.head = head
        return shown

    @beat("Alone")
    def learn_alone(self):
        self.say("First nobody speaks.", self.voice.animate.set_value(QUIET))
        clock = ValueTracker(0)
        told = "A net moves them, and decides.", "It learns those that are told …"
        self.shown = self.learn(self.alone, self.nodes.x, clock, told)
        self.say(f"… and of the others {self.right[0]} come out right.")

    @beat("Once more")
    def begin_again(self):
        head = self.heading("right head", MEASURED)
        back = *self.swap(self.head, head), FadeOut(self.shown), FadeIn(self.start)
        told = "Once more, and now neighbours may speak."
        self.say(told, *back, self.voice.animate.set_value(1), run_time=1.4)
        self.epoch.set_value(0)
        self.head = head

    @beat("One node", optional=True)
    def ask(self):
        nodes, sent, chosen = self.nodes, ValueTracker(0), [NODE]
        pairs = nodes.into(NODE)
        one = self.left.network(nodes.places, pairs, edge_hue="a")
        messages = one.messages(sent, "x")
        near = self.plane.segments(nodes.x[pairs[:, 0]], nodes.means[pairs[:, 1]], "a")
        probes = (
            self.left.probe(nodes.places[chosen], "a"),
            self.plane.probe(nodes.means[chosen], "a"),
        )
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
        clock = ValueTracker(0)
        told = "The same net, with neighbours.", "It learns the same few …"
        self.learn(self.recording, self.nodes.means, clock, told)
        self.say(f"… and of the others {self.right[1]} come out right.")
        self.say(f"Alone {self.right[0]}, with what neighbours say {self.right[1]}.")
