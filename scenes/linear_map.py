"""Every matrix rotates, stretches, rotates: its singular value decomposition, seen in the plane."""

import numpy as np
import torch
from _svd import DONE, LIT, MIRRORED, MOVED, ROTATED, STRETCHED, WAY, Going, Maps
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth, squish_rate_func

from epochreel import Clip, beat, grid, hero, varying
from epochreel.panels.layout import row
from trainers.classifier_unwarp import affine_r2, data

MATRICES = [
    [[0.6, -0.1], [0.8, 1.0]],
    [[0.5, 1.1], [0.8, 0.3]],  # its determinant is negative
    [[1.0, 0.7], [0.6, 0.5]],  # its determinant is all but zero
]
MIRRORING, FLAT, LEARNT = 1, 2, 3
AFFINE = 300  # the epoch at which the net is almost an affine map
REACH = 1.6
FIRST, THEN = (squish_rate_func(smooth, *half) for half in ((0, 0.45), (0.45, 1)))
CELLS = {"decimals": 1, "high": 2.0, "cell": 1.0}
SHEET = grid((-1, 1), (-1, 1), step=0.25, samples=41).astype(float)
BEFORE = "v", "bold(v)_1", "bold(v)_2"
BETWEEN = "u", "sigma_1", "sigma_2"
BEHIND = "u", "sigma_1 bold(u)_1", "sigma_2 bold(u)_2"


class LinearMap(Clip):
    """Whatever a matrix does to the plane, it is a rotation, a stretch along two axes, a rotation.

    A circle with its two axes becomes an ellipse with its own, once at one stroke and then factor
    by factor: the singular value decomposition. A negative determinant mirrors as well; one near
    zero leaves hardly more than a line. At last we take apart what a net has learnt. After the
    lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Every matrix rotates, stretches, rotates"
    trainer = "classifier_unwarp"
    layout = hero(aside=1.2)
    figure = ("hero",)

    def measure(self):
        inputs, self.labels = data(self.config)
        self.inputs = inputs.double().numpy()
        embedding = self.nets().layer("embedding")
        learnt, sheet = (
            np.float64(embedding(np.float32(points.reshape(-1, 2)))(AFFINE)).reshape(points.shape)
            for points in (self.inputs, SHEET)
        )
        *columns, shift = np.linalg.lstsq(np.c_[self.inputs, np.ones(len(self.inputs))], learnt)[0]
        self.maps = Maps([*MATRICES, np.transpose(columns)], [*np.zeros((3, 2)), shift])
        matrix = self.maps.matrix(LEARNT)
        self.rest = learnt - self.inputs @ matrix.T - shift
        self.bent = sheet - SHEET @ matrix.T - shift
        self.limits = tuple(1.06 * np.abs(learnt).max() * np.array([-1, 1]))
        self.r2 = affine_r2(inputs, torch.tensor(learnt))
        self.at, self.which, self.whole = (ValueTracker(0) for _ in range(3))
        self.results[f"R² of the best affine map at epoch {AFFINE}"] = f"{self.r2:.3f}"

    @beat("A circle and its axes")
    def show_circle(self):
        self.plane = self.panel("hero", reach=REACH)
        self.going = Going(self.plane, self.maps, self.at, self.which, self.whole)
        self.names = self.going.named(*BEFORE)
        sheet = self.plane.grid(self.going.carried(SHEET, self.bent))
        self.open(self.plane, sheet, self.going.circle(), self.names)

    def rename(self, names):
        """Animations that give the axes other names."""
        old, self.names = self.names, self.going.named(*names)
        return self.swap(old, self.names)

    def go(self, to, run_time, *animations):
        """Go on along the way."""
        self.play(self.at.animate.set_value(to), *animations, run_time=run_time)

    def go_all_the_way(self, names):
        """Rotate, stretch, rotate."""
        self.go(ROTATED, 1.4)
        self.go(STRETCHED, 1.4)
        self.go(DONE, 1.4, *self.rename(names))

    def turn_to(self, which, caption, *new):
        """Go back to the circle, and then to another matrix."""
        self.at.set_value(0)
        self.whole.set_value(1)  # which is the same, and leads straight back
        back = self.whole.animate(rate_func=FIRST).set_value(0), *self.rename(BEFORE)
        on = self.which.animate(rate_func=THEN).set_value(which)
        self.say(caption, *back, on, *(FadeIn(each, rate_func=THEN) for each in new), run_time=2.4)

    @beat("A matrix")
    def show_matrix(self):
        maps, (u, sigma, vt) = self.maps, LIT
        places = self.parts("aside", row("W", u, gap=0.3), row(sigma, vt, gap=0.3), gap=0.3)
        w, self.factors = varying(maps.matrix, self.which), Group()
        self.product = self.matrix(places["W"], w, name="bold(W)", **CELLS)
        self.place = self.product.get_center()
        self.product.move_to(self.slot("aside").centre)
        for k, (name, lit) in enumerate(LIT.items()):
            factor = varying(lambda which, k=k: maps.factors(which)[k], self.which)
            shine = varying(lambda at, lit=lit: np.interp(at, WAY, lit), self.at)
            self.factors.add(self.matrix(places[name], factor, name=name, lit=shine, **CELLS))
        self.say("A matrix moves every point of the plane.", FadeIn(self.product))
        self.play(self.whole.animate.set_value(1), *self.rename(BEHIND), run_time=2.4)
        self.say("The circle becomes an ellipse.")

    @beat("Rotate, stretch, rotate")
    def take_apart(self):
        self.goal = self.going.goal()
        move = self.product.animate(rate_func=FIRST).move_to(self.place)
        new = *self.swap(None, self.factors), FadeIn(self.goal)
        back = self.whole.animate.set_value(0), *self.rename(BEFORE)
        self.say("The same again, in three steps.", move, *new, *back, run_time=2)
        self.say("$bold(V)^top$ rotates …")
        self.go(ROTATED, 1.8)
        self.say("… $Sigma$ stretches along the axes …")
        self.go(STRETCHED, 1.8, *self.rename(BETWEEN))
        self.say("… and $bold(U)$ rotates: there it is.")
        self.go(DONE, 1.8, *self.rename(BEHIND))

    @beat("A mirror")
    def mirror(self):
        self.turn_to(MIRRORING, "Another, $det bold(W) < 0$: the same three steps …")
        self.go_all_the_way(BETWEEN)
        self.say("… but $bold(U)$ mirrors as well.")
        self.go(MIRRORED, 2, *self.rename(BEHIND))

    @beat("Almost a line", optional=True)
    def flatten(self):
        self.turn_to(FLAT, "A third, $det bold(W) approx 0$: rotate, stretch, rotate.")
        self.go_all_the_way(BEHIND)
        narrow = 100 * self.maps.factors(FLAT)[1][1, 1]
        self.say(f"Hardly more than a line: one axis keeps {narrow:.0f}~% of its length.")

    @beat("What a net has learnt")
    def take_a_net_apart(self):
        points = self.plane.scatter(self.going.carried(self.inputs, self.rest), self.labels.numpy())
        words = f"A net after {AFFINE} epochs: $bold(h) approx bold(W) bold(x) + bold(b)$."
        self.play(FadeOut(self.goal), run_time=0.4)  # it will be far larger
        self.turn_to(LEARNT, words, points, self.plane.ruler(1))
        mirrors = bool(np.linalg.det(self.maps.matrix(LEARNT)) < 0)
        self.say(f"It, too, rotates, stretches, rotates{', mirrors' * mirrors} …")
        self.go(ROTATED, 1.4)
        self.go(STRETCHED, 2, self.plane.zoom(self.limits, self.limits), FadeIn(self.goal))
        self.go(MIRRORED, 2.4, *self.rename(BEHIND))
        self.add(self.plane.arrows(np.zeros((1, 2)), self.going.centre, "maths"))
        self.say("… and moves, by $bold(b)$.")
        self.go(MOVED, 1.6)
        self.say(f"What the net bends beyond that is little: R²~=~{self.r2:.3f}.")
        self.go(MOVED + 1, 2.4, FadeOut(self.names))
