"""Weight sharing: a convolution is a big matrix with tied weights, whose gradients add up."""

import numpy as np
from _weight_sharing import Tied, places
from manim import FadeIn, FadeOut, Group, LaggedStart, ValueTracker

from epochreel import Clip, beat, diagram, varying
from epochreel.look.hues import paint
from epochreel.panels.products import CellByCell, outer

HIGH = 6.0  # the number whose colour is full
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


class WeightSharing(Clip):
    """A convolution is a matrix in which three weights stand again and again.

    A kernel slides over a signal; the same is done by one big matrix whose rows hold it, each a
    place further on. Going backward, every entry of the matrix has a slope of its own, and what is
    tied is one number: so its slopes add up, which is what torch has for the kernel. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Tied weights add their gradients"
    layout = diagram(caption=1.1)
    figure = ("stage",)

    def measure(self):
        tied = self.tied = Tied()
        self.rows, self.columns = tied.dense.shape
        self.taps = len(tied.w)
        self.spots, self.high = places(
            self.slot("stage"), self.aspect == "16:9", self.rows, self.columns, self.taps
        )
        error = np.abs(tied.one_hot.T @ tied.slopes[tuple(tied.places.T)] - tied.own).max()
        self.results = {
            "Entries of the matrix, and weights": f"{tied.dense.size}, {self.taps}",
            "Most that the sums are off torch's gradient": f"{error:.0e}",
        }

    def cells(self, place, name, values, **options):
        """A matrix of numbers; all have one scale."""
        given = {"cell": self.high, "fill": True, "high": HIGH, "decimals": 0} | options
        return self.matrix(self.spots[place], values, name=name, **given)

    def slopes(self, place, symbol, values, **options):
        """Slopes of the cost, in a green frame."""
        matrix = self.cells(place, f"nabla_({symbol}) C", values, **options)
        return matrix.add(matrix.outline(hue="green"))

    def rims(self, matrix, at):
        """Frames around cells (N, 2) in the colours of their weights, which are told in turn."""
        rows, columns = matrix.shape
        plane = self.panel(matrix.plane.box, x=(0, columns), y=(0, rows), equal=False, cross=False)
        corners = SQUARE + np.array([[c, rows - 1 - r] for r, c in at])[:, None]
        middle = corners.mean(axis=1, keepdims=True)
        hues = paint(self.style, np.arange(self.taps))[np.arange(len(at)) % self.taps]
        return plane.polygons(middle + 0.9 * (corners - middle), hues, outline=True, fill=0)

    @beat("A kernel")
    def show(self):
        tied = self.tied
        self.x = self.cells("x", "bold(x)^top", tied.x[None])
        self.w = self.cells("w", "bold(w)^top", tied.w[None])
        self.w_rims = self.rims(self.w, [(0, k) for k in range(self.taps)])
        self.dense = self.cells("W", "tilde(bold(W))", tied.dense)
        self.dense_rims = self.rims(self.dense, tied.places)
        self.s = self.cells("s", "bold(s)", tied.s)
        later = self.dense, self.dense_rims, self.s
        self.open(self.x, self.w, self.w_rims, *later)
        told = "A signal $bold(x)$, and a kernel $bold(w)$ of three weights."
        self.say(told, *map(FadeOut, later))

    @beat("One big matrix")
    def slide(self):
        self.say("It slides along: each place of it is a row of one big matrix.")
        copies = [self.w.row(0) for _ in range(self.rows)]
        moves = [
            each.animate.move_to(self.dense.outline(rows=i, columns=slice(i, i + self.taps)))
            for i, each in enumerate(copies)
        ]
        self.play(LaggedStart(*moves, lag_ratio=0.5), run_time=4)
        self.play(FadeIn(self.dense), FadeIn(self.dense_rims), run_time=0.8)
        self.remove(*copies)
        count = len(self.tied.places)
        self.say(f"{count} of its entries are tied: they are only {self.taps} numbers.")
        self.say("Times the signal, it is the convolution.")
        self.play(
            CellByCell(
                self.s,
                [
                    (self.dense, lambda computed: computed.sum(axis=1, keepdims=True)),
                    (self.x, lambda _: np.ones(self.x.shape)),
                ],
            ),
            run_time=4,
        )

    @beat("Slopes of their own")
    def go_backward(self):
        tied, apart = self.tied, ValueTracker(0)
        band = np.zeros(tied.dense.shape)
        band[tuple(tied.places.T)] = 1
        lit = varying(lambda share: 1 - 0.85 * share * (1 - band), apart)
        self.free = self.slopes("W", "tilde(bold(W))", tied.slopes, lit=lit)
        g = self.slopes("s", "bold(s)", tied.g)
        told = "Backward: the slopes of a cost at $bold(s)$."
        old = Group(self.dense, self.dense_rims, self.s)
        self.say(told, *self.swap(old, g), run_time=1.4)
        frame = FadeIn(Group(*self.free[2:]))  # all but the numbers
        self.say("Were they free, each entry would have a slope of its own.", frame)
        self.play(outer(g, self.x, self.free), run_time=6.4)
        told = "But only the tied ones are weights."
        self.say(told, apart.animate.set_value(1), FadeIn(self.dense_rims))

    @beat("They add up")
    def add_up(self):
        tied, count = self.tied, ValueTracker(0)
        total = self.slopes("slope", "bold(w)", varying(tied.added, count)[None])
        rims = self.rims(total, [(0, k) for k in range(self.taps)])
        self.say("What is tied is one number: its slopes add up.", FadeIn(total), FadeIn(rims))
        for i in range(self.rows):
            cells = [self.free.cell(i, i + k) for k in range(self.taps)]
            moves = [each.animate.move_to(total.outline(columns=k)) for k, each in enumerate(cells)]
            self.play(*moves, count.animate.set_value(i + 1), run_time=0.8)
            self.remove(*cells)
        self.total = total

    @beat("As torch has it")
    def compare(self):
        own = self.cells("w", 'bold(w)".grad"', self.tied.own[None])
        rims = self.rims(own, [(0, k) for k in range(self.taps)])
        new = Group(own, rims)
        told = "The gradient that torch has for the kernel is the same."
        self.say(told, *self.swap(Group(self.w, self.w_rims), new), run_time=1.4)

    @beat("As a formula", optional=True)
    def write(self):
        rule = "nabla_(bold(w)) C = bold(G)^top nabla_(tilde(bold(w))) C"
        self.say(f"#box[$tilde(bold(w)) = bold(G) bold(w)$,] so #box[${rule}$.]")
