"""Node and sum: what copies forward adds backward, and what adds forward copies backward."""

import numpy as np
from _crossbar import Crossbar
from _joint import Joint, cells
from _node_and_sum import Figure
from manim import FadeIn, FadeOut, Group, LaggedStart, ReplacementTransform

from epochreel import Clip, beat, diagram
from epochreel.panels.layout import boxes, column, row, slot

GO = 0.8  # seconds to an operation, and from it
# Inputs, and slopes of a cost at the outputs: small numbers that are easily added.
NODE, SUM = ([2.0], [1.0, -3.0, 5.0]), ([4.0, -2.0, 1.0], [2.0])
MANY = [2.0, -3.0, 4.0], [1.0, 2.0, -2.0, 3.0, 3.0]
FIRST, SECOND = ([2.0, 4.0, 3.0], [-2.0]), ([5.0, 4.0, 3.0], [-2.0])


class NodeAndSum(Clip):
    """A node copies what comes in, a sum adds it; going backward they change places.

    The slopes of a cost that come back to a node add up, and that of a sum is copied to all that
    was added. Many nodes together are a matrix of zeros and ones: each of its rows picks an input,
    and its transpose adds what comes back along the wires that had branched. A maximum makes such a
    row by itself, and routes. All slopes are those of PyTorch's autograd. After the lectures of
    Alfredo Canziani and Yann LeCun.
    """

    title = "What copies forward adds backward"
    layout = diagram(caption=1.1)
    figure = ("stage",)

    def measure(self):
        self.wide = self.aspect == "16:9"
        self.node, self.sum, self.many = (
            Joint("node", *NODE),
            Joint("sum", *SUM),
            Joint("many", *MANY),
        )
        self.first, self.second = (Joint("max", *each) for each in (FIRST, SECOND))
        joints = self.node, self.sum, self.many, self.first, self.second
        error = max(np.abs(each.g @ each.G - each.back).max() for each in joints)
        self.results = {
            "Slopes at three copies, added": f"{self.node.back[0]:g}",
            "Slope at a sum, copied": ", ".join(f"{slope:g}" for slope in self.sum.back),
            "Most that a transposed matrix is off torch's gradient": f"{error:.0e}",
        }

    def spots(self, *names):
        """Boxes of things that stand beside each other, or below each other in a tall frame."""
        tree = row(*names, gap=0.7) if self.wide else column(*names, gap=0.3)
        return list(boxes(tree, self.slot("stage")).values())

    @beat("Forward")
    def go_forward(self):
        left, right = self.spots(*"ab")
        self.twins = first, second = Figure(self, left, self.node), Figure(self, right, self.sum)
        self.open(first.before, second.before, first.s, second.s)
        self.say("A node copies …", FadeOut(first.s), FadeOut(second.s))
        self.go(first)
        self.say("… a sum adds.")
        self.go(second)

    def go(self, figure, backward=False, sign=None):
        """Numbers travel through an operation, which may change its sign meanwhile."""
        given = figure.enter(backward)  # one after the other, that each is seen
        self.play(LaggedStart(*given, lag_ratio=0.5), run_time=GO + 0.2 * (len(given) - 1))
        if sign is not None:
            self.play(FadeOut(figure.op), FadeIn(sign, scale=0.3), run_time=0.6)
        self.play(*figure.leave(backward), run_time=GO)
        self.play(FadeIn(figure.back if backward else figure.s), run_time=0.4)

    @beat("Backward")
    def go_backward(self):
        first, second = self.twins
        self.signs = Group(first.sign("sum"), second.sign("node"))
        self.say("Backward, the slopes at all copies add up …", FadeIn(first.g))
        self.go(first, True, self.signs[0])
        self.say("… and the slope of a sum is copied.", FadeIn(second.g))
        self.go(second, True, self.signs[1])
        self.say("Backward, each of them is the other.")

    @beat("Many nodes")
    def wire(self):
        bar = self.bar = Crossbar(self, self.slot("stage"), self.many)
        old, new = Group(*(twin.whole for twin in self.twins), self.signs), Group(*bar, bar.x)
        self.say("Many nodes: each output picks an input.", *self.swap(old, new), run_time=1.4)
        self.play(LaggedStart(*map(bar.forward, bar.outputs), lag_ratio=0.3), run_time=2.4)
        self.play(FadeIn(bar.s), run_time=0.4)

    @beat("They add up")
    def unwire(self):
        bar = self.bar
        told = "Backward, the same wires: where they had branched, slopes add up."
        self.say(told, FadeIn(bar.g), FadeIn(bar.back))
        for output in bar.outputs:
            self.play(*bar.backward(output), run_time=0.8)

    @beat("A matrix")
    def fill(self):
        bar = self.bar
        told = "A one for each node, zeros elsewhere: a matrix $bold(G)$."
        self.say(told, *self.swap(Group(bar.wires, bar.dots), bar.G), run_time=1.4)
        self.say("Its rows pick: $bold(s) = bold(G) bold(x)$.", FadeOut(bar.s))
        self.play(bar.multiply(), run_time=2)
        rule = "nabla_(bold(x)) C = bold(G)^top nabla_(bold(s)) C"
        self.say(f"Its columns add: ${rule}$.", FadeOut(bar.back))
        self.play(bar.transpose(), run_time=2)

    @beat("A maximum", optional=True)
    def route(self):
        tree = (row if self.wide else column)(slot("figure", share=1.9), "ones")
        parts = boxes(tree, self.slot("stage"))
        first, second = (Figure(self, parts["figure"], j) for j in (self.first, self.second))
        rows = [self.ones(parts["ones"], each, name="bold(G)") for each in (first, second)]
        moves = self.swap(self.bar.whole, first.before)
        self.say("A maximum lets the largest pass …", *moves, run_time=1.4)
        self.go(first)
        self.say("… and sends the slope back the same way.", FadeIn(first.g))
        self.go(first, True)
        self.say("It picks its own row of $bold(G)$ …", FadeIn(rows[0]))
        second.turn()
        old, new = Group(first.s, first.back, rows[0]), Group(second.s, second.back, rows[1])
        moves = ReplacementTransform(first.x, second.x), FadeOut(first), FadeIn(second)
        self.say(
            "… another where another is the largest.", *moves, *self.swap(old, new), run_time=2
        )
        self.remove(first.op, first.heading, first.g)
        self.add(second.whole)
        self.maximum, self.row = second, rows[1]

    def ones(self, box, figure, larger=1, **options):
        """The matrix of an operation, with cells so many times as large as those of its figure."""
        high = larger * figure.side
        return cells(self, box, figure.joint.G, cell=high, fill=False, **options)

    @beat("Three matrices", optional=True)
    def compare(self):
        joints = self.node, self.sum, self.second
        tree = column("figure", "ones") if self.wide else row(slot("figure", share=1.9), "ones")
        parts = [boxes(tree, spot) for spot in self.spots(*"abc")]
        each = zip(parts, joints, strict=True)
        figures = [Figure(self, at["figure"], joint).turn() for at, joint in each]
        larger = 1.5 if self.wide else 1.1
        new = [self.ones(at["ones"], f, larger) for at, f in zip(parts, figures, strict=True)]
        new += [figure.whole for figure in figures[:2]]
        move = ReplacementTransform(self.maximum.whole, figures[2].whole)
        change = move, *self.swap(self.row, Group(*new))
        self.say("Each is a matrix of zeros and ones.", *change, run_time=2)
        self.say("Backward it is transposed: what copied adds, what added copies.")
