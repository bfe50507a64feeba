"""Backprop, module by module: values go up a net, the slope of its cost comes back down."""

import numpy as np
from _backprop import FAST, Workbench
from manim import FadeIn, Group, ReplacementTransform

from epochreel import Clip, beat, diagram
from epochreel.diagrams.nodes import cost, module, variable
from epochreel.panels.products import add, outer

NODES = {
    "x": variable("bold(x)", observed=True),
    "hidden": module("bold(W)_1"),
    "relu": module("(dot)^+"),
    "output": module("bold(W)_2"),
    "log": module("log sigma"),
    "cost": cost("-bold(y)^top bold(o)"),
    "y": variable("bold(y)", observed=True),
}
EDGES = ["x -> hidden -> relu -> output -> log -> cost", "y -> cost"]
PARAMETERS = "W1", "b1", "W2", "b2"
SHARES = {"low": 0.0, "high": 1.0, "hue": "ytilde"}
HIDDEN = {"low": 0.0, "hue": "h"}
TARGET = {"low": 0.0, "high": 1.0, "decimals": 0, "hue": "y"}
SHORT = {"decimals": 1}  # all that x and the first weights have


class Backprop(Workbench, Clip):
    """One sample goes through a net, and the slope of its cost comes back, module by module.

    Going forward, each module computes its output from its input. Going backward, each is handed
    the slope of the cost at its output; from that and its input it has the slope of its parameters,
    and hands the slope at its input to the module before. A second sample adds to the slopes of the
    parameters, then these take a step. All numbers are those of PyTorch's autograd. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Backprop, module by module"
    trainer = "backprop"
    layout = diagram(net=0.42)
    figure = ("net", "values")

    def measure(self):
        self.first, self.second = (
            {name: self.recorded(name)(0)[k] for name in self.run.tensors if name not in PARAMETERS}
            for k in (0, 1)
        )
        self.first |= {name: self.recorded(name)(0) for name in PARAMETERS}
        self.costs = [self.recorded("cost")(epoch) for epoch in (0, 1)]
        for k, sample in enumerate(("first", "second")):
            change = " → ".join(f"{costs[k]:.2f}" for costs in self.costs)
            self.results[f"Cost of the {sample} sample, before and after the step"] = change

    @beat("A chain of modules")
    def show_net(self):
        self.whole, self.net = (self.diagram(slot, NODES, EDGES) for slot in ("stage", "net"))
        self.open(self.whole)
        self.say("A chain of modules ends in a cost. How does each weight move it?")

    @beat("Forward")
    def go_forward(self):
        sample = self.first
        aside = ReplacementTransform(self.whole, self.net)
        self.say("Forward: a module makes its output of its input.", aside, run_time=1.2)
        self.multiply(1, "x", "s1", SHORT, "")
        places = self.places((7, {"s1": 1, "h": 1}))
        s1 = self.cells(places["s1"], "bold(s)_1", sample["s1"])
        h = self.cells(places["h"], "bold(h)", sample["h"], **HIDDEN)
        self.put("ReLU lets pass what is positive.", [s1], self.net.flow("hidden", "relu"))
        self.compute(h, (s1, np.asarray), run_time=FAST)
        self.multiply(2, "h", "s", HIDDEN, "The next module takes it from there.")

    def multiply(self, k, given, output, options, caption):
        """A linear module: the input lies above the weights, its output comes at their right."""
        sample, symbol = self.first, "bold(s)_1" if k == 1 else "bold(s)"
        rows, columns = sample[f"W{k}"].shape
        wide = 0.85 * columns
        places = self.places(
            (1, {"input": wide, "": 0.85, "rest": 1}),
            (rows, {"weights": wide, "bias": 0.85, "output": 1}),
        )
        above = self.cells(places["input"], f"bold({given})^top", sample[given][None], **options)
        weights = self.cells(places["weights"], f"bold(W)_{k}", sample[f"W{k}"], **SHORT)
        bias = self.cells(places["bias"], f"bold(b)_{k}", sample[f"b{k}"], **SHORT)
        result = self.cells(places["output"], symbol, sample[output])
        way = ("x", "hidden") if k == 1 else ("relu", "output")
        self.put(caption, [above, weights, bias], self.net.flow(*way))
        self.compute(
            result,
            (weights, lambda computed: computed.sum(axis=1, keepdims=True)),
            (bias, np.asarray),
            (above, lambda _: np.ones(above.shape)),
        )

    @beat("The cost")
    def reach_the_cost(self):
        sample = self.first
        places = self.places((5, {"s": 1, "o": 1, "y": 1}), (0.2, {"C": 4}))
        s, o = (self.cells(places[name], f"bold({name})", sample[name]) for name in "so")
        y = self.cells(places["y"], "bold(y)", sample["y"], **TARGET)
        value = self.formulas(
            f"C = -bold(y)^top bold(o) = {sample['cost']:.2f}", slot=places["C"], size="label"
        )
        self.put("Then the logarithm of softargmax, $sigma$.", [s], self.net.flow("output", "log"))
        self.compute(o, (s, lambda _: np.ones(s.shape)), run_time=FAST)
        chosen = Group(y, value)
        self.say("The target picks one number: the cost.", self.net.flow("log", "cost"))
        self.keep(FadeIn(chosen), chosen, 0.8)

    @beat("Backward")
    def go_backward(self):
        sample = self.first
        places = self.places((5, {"p": 1, "y": 1, "slope": 1, "bias": 1}))
        p = self.cells(places["p"], "sigma(bold(s))", np.exp(sample["o"]), **SHARES)
        y = self.cells(places["y"], "bold(y)", sample["y"], **TARGET)
        slopes = self.slopes(places["slope"], "bold(s)", sample["s.grad"])
        bias = self.slopes(places["bias"], "bold(b)_2", sample["b2.grad"])
        self.put(
            "Backward: the slope of the cost at $bold(s)$ is $sigma(bold(s)) - bold(y)$.",
            [p, y],
            self.net.flow("cost", "log", "output", backward=True),
        )
        self.compute(slopes, (p, np.asarray), (y, np.asarray))
        self.say("The bias has the very same slope.")
        self.keep(FadeIn(bias), bias, 0.8)
        self.weigh(2, "h", "s", HIDDEN, "The weights have that slope times their input.")
        self.hand_on()
        self.gate()
        self.weigh(1, "x", "s1", SHORT, "And so on, down to the first weights.")

    def weigh(self, k, given, output, options, caption):
        """The slopes of weights, cell by cell: those of the output times the input."""
        sample, symbol = self.first, "bold(s)_1" if k == 1 else "bold(s)"
        rows, columns = sample[f"W{k}"].shape
        self.spots = self.places(
            (1, {"input": columns, "rest": 1}), (rows, {"weights": columns, "slope": 1})
        )
        above = self.cells(
            self.spots["input"], f"bold({given})^top", sample[given][None], **options
        )
        self.given = self.slopes(self.spots["slope"], symbol, sample[f"{output}.grad"])
        result = self.slopes(self.spots["weights"], f"bold(W)_{k}", sample[f"W{k}.grad"])
        self.put(caption, [above, self.given])
        self.keep(outer(self.given, above, result), result)

    def hand_on(self):
        """The slopes at the input of the second weights: those at the output, through them."""
        sample, slopes = self.first, self.given
        weights = self.cells(self.spots["weights"], "bold(W)_2", sample["W2"], **SHORT)
        back = self.slopes(self.spots["input"], "bold(h)", sample["h.grad"][None])
        same = slopes.copy()
        self.put(
            "The slope at their input goes on to the module before.",
            [weights, same],
            self.net.flow("output", "relu", backward=True),
        )
        self.compute(
            back,
            (weights, lambda computed: np.repeat(computed, weights.shape[0], axis=0)),
            (same, lambda _: np.ones(same.shape)),
        )

    def gate(self):
        """ReLU's slopes: those behind it, where it let something pass."""
        sample = self.first
        places = self.places((7, {"back": 1, "h": 1, "slope": 1}))
        back = self.slopes(places["back"], "bold(h)", sample["h.grad"])
        h = self.cells(places["h"], "bold(h)", sample["h"], **HIDDEN)
        slopes = self.slopes(places["slope"], "bold(s)_1", sample["s1.grad"])
        self.put(
            "Where ReLU let nothing pass, nothing comes back.",
            [back, h],
            self.net.flow("relu", "hidden", backward=True),
        )
        self.compute(slopes, (back, np.asarray), (h, np.asarray), run_time=FAST)

    @beat("A second sample adds", optional=True)
    def add_the_second(self):
        first, both = (sample["W1.grad"] for sample in (self.first, self.second))
        places = self.places((7, {"first": 2, "second": 2, "both": 2}))
        one = self.cells(places["first"], '"first"', first)
        own = self.cells(places["second"], '"second"', both - first)
        total = self.slopes(places["both"], "bold(W)_1", both)
        self.put("A second sample adds its slopes to those of the first.", [one, own])
        self.keep(add(one, own, total), total)

    @beat("A step")
    def step(self):
        places = self.places((7, {"weights": 2, "slope": 2}))
        weights = self.cells(places["weights"], "bold(W)_1", self.recorded("W1"))
        slopes = self.slopes(places["slope"], "bold(W)_1", self.second["W1.grad"])
        self.put("Then all weights step against their slopes.", [weights, slopes])
        self.train(1, 2)
        (one, two), (less, least) = self.costs
        self.say(f"The costs fall: {one:.2f} to {less:.2f}, and {two:.2f} to {least:.2f}.")
