"""Logic: a neuron is a soft gate, two layers fold the plane, and diodes are gates as well."""

from _diode_circuit import Circuit, limits
from _diodes import levels, output, voltages
from _logic_gates import ADDER, INPUTS, LAYOUT, NEURON, TWO_LAYERS, Told, named, side_by_side
from _logic_neurons import CORNERS, SHARP, SOFT, most_right, results, right, sums
from _logic_square import REACH, Square, beside_plane
from manim import FadeIn, FadeOut, Group, ValueTracker, VGroup, linear

from epochreel import Clip, Counter, beat, varying


class LogicNeurons(Told, Clip):
    """A neuron with large weights is a gate, and gates add.

    The sigmoid of a weighted sum of two bits is a soft step over their plane. It sharpens with the
    weights: AND, OR and NOT are one step in other places. No step is XOR; but two neurons fold the
    plane so that a third can cut off what belongs together. XOR and AND add two bits. Diodes make
    the same gates: the higher of two voltages is OR, the lower AND. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "A neuron is a soft gate"
    layout = LAYOUT
    figure = ("net", "values")

    def measure(self):
        self.at, self.k, self.fold = ValueTracker(0), ValueTracker(SOFT), ValueTracker(0)
        self.most, self.results = most_right(), results()

    @beat("A neuron")
    def show_neuron(self):
        self.places = beside_plane(self.slot("values"))
        self.plane = self.panel(self.places["plane"], x=REACH, y=REACH, cross=False)
        self.square = Square(self.plane)
        self.field, self.line, self.discs = self.square.neuron(self.at, self.k)
        self.net, self.axes = self.one(NEURON), self.name_axes("x")
        self.law = self.formulas(*self.written("and"), slot="law", gap=0.3)
        shown = self.field, self.line, self.discs, self.net, self.axes, self.law
        self.open(self.plane, *shown)
        self.say("A neuron adds up two bits, and squashes the sum.")

    @beat("AND")
    def sharpen(self):
        self.say("Larger weights make its step sharp …")
        self.play(self.k.animate.set_value(SHARP), run_time=2.4)
        self.say("… until it is AND.", *self.become(self.one(named("and"))), run_time=1.2)

    def change(self, told, to, net, *law):
        """Let the neuron become another one, at a place of its way."""
        changes = *self.become(net), *self.rewrite(*law)
        self.say(told, self.at.animate.set_value(to), *changes, run_time=2)

    @beat("OR, and NOT")
    def move(self):
        told = self.written("or")
        self.change("Move the line, and it is OR.", 1, self.one(named("or")), *told)
        alone, told = self.one(named("not"), {"x": INPUTS["x"]}), self.written("not")
        self.change("Turn it, and it is NOT.", 2, alone, *told)

    @beat("XOR")
    def try_one(self):
        count = Counter(
            self.at, self.style, value=lambda at: right(at).sum(), digits=1,
            size=self.style.type.formula, prefix="right:~", suffix="~of 4",
        )  # fmt: skip
        old, self.discs = self.discs, self.square.judged(self.at)
        self.change("XOR is 1 in two opposite corners.", 3, self.one(NEURON), count)
        self.play(*self.swap(old, self.discs), run_time=0.8)
        self.say(f"However a line turns, {self.most} of 4 are the most.")
        self.play(self.at.animate(rate_func=linear).set_value(4), run_time=4)

    def go(self, fold, letter, run_time, *animations):
        """Fold the plane, or unfold it."""
        old, self.axes = self.axes, self.name_axes(letter)
        changes = *self.swap(old, self.axes), *animations
        self.play(self.fold.animate.set_value(fold), *changes, run_time=run_time)

    @beat("Two layers")
    def fold_plane(self):
        sheet, ones = self.square.folded(self.fold)
        changes = *self.rewrite('h_1 = "OR"', 'h_2 = "NAND"'), *self.swap(self.discs, ones)
        changes += *self.rebuild(TWO_LAYERS, "x, z -> or, nand -> and -> y"), FadeIn(sheet)
        told = "Two neurons fold the plane …"
        self.say(told, FadeOut(self.field, self.line), *changes, run_time=2)
        self.go(1, "h", 3.2)
        cut = self.square.cut()
        self.say("… until two corners meet, which a third cuts off.", FadeIn(cut))
        self.say("Unfolded, it is a stripe: XOR.", FadeOut(cut))
        self.go(0, "x", 2.4)
        stripe = self.square.stripe()
        self.play(FadeIn(stripe), FadeOut(sheet), run_time=0.8)
        self.wait(1)
        self.shown = Group(self.plane, stripe, ones, self.axes)

    @beat("Adding bits")
    def add_bits(self):
        count = sums()
        asked = VGroup(self.formula(f"{a} + {b} =", "counter") for a, b, *_ in count)
        told = VGroup(self.formula(f"{c}{s}", "counter") for *_, c, s in count)
        table = VGroup(*asked, *told).arrange_in_grid(cols=2, flow_order="dr", buff=(0.35, 0.6))
        left, right = side_by_side(self.slot("net"), self.slot("values"))
        self.fitted(table, right)
        changes = [*self.rewrite("x_1 + x_2 = 2 c + s"), *self.swap(self.shown, asked)]
        changes += self.rebuild(ADDER, "x, z -> xor -> s", "x, z -> and -> c", slot=left)
        self.say("XOR and AND add two bits.", *changes, run_time=1.6)
        for (a, b, c, s), words in zip(count, told, strict=True):
            self.send({("x", "xor"): a, ("x", "and"): a})
            self.send({("z", "xor"): b, ("z", "and"): b})
            self.send({("xor", "s"): s, ("and", "c"): c}, FadeIn(words))
        self.shown = Group(self.net, table)

    @beat("Diodes", optional=True)
    def use_diodes(self):
        walk, turned = ValueTracker(0), ValueTracker(0)
        panel = self.panel("net", fit=limits(self.slot("net")), cross=False)
        self.net, plane = Circuit(panel, walk, turned), self.plane
        spot = varying(lambda at: voltages(at)[None], walk)
        new = Group(
            self.net, plane, self.axes, self.square.field(lambda t, x: output(x, t), turned),
            plane.curve(varying(levels, turned), "title", width="level"),
            self.square.discs(varying(lambda t: output(CORNERS, t), turned)),
            plane.scatter(spot, "title", size="marker", rank="probes"),
        )  # fmt: skip
        changes = *self.swap(self.shown, new), *self.rewrite("tilde(y) = max(x_1, x_2)")
        self.say("Diodes: the higher voltage wins, so OR is max.", *changes, run_time=1.6)
        self.play(walk.animate.set_value(1), run_time=4)
        changes = turned.animate.set_value(1), *self.rewrite("tilde(y) = min(x_1, x_2)")
        self.say("Turned around, the lower one wins: AND is min.", *changes, run_time=2)
        self.play(walk.animate.set_value(2), run_time=4)
