"""A classifier unwinds a five-armed spiral: small embedding, affine map, straight boundaries."""

import numpy as np
import torch
from manim import FadeIn, FadeOut, LaggedStart, ValueTracker, smooth

from epochreel import Clip, Pace, Reading, beat, grid, hero
from epochreel.layers.morph import morph, similarity
from trainers.classifier_unwarp import affine_r2, data

AFFINE = 300
GRID = grid((-1.1, 1.1), (-1.1, 1.1), step=0.2, samples=111)
FIRST_REACH = 1.6


class ClassifierUnwarp(Clip):
    """A net learns to tell the five arms of a spiral apart.

    Its last layer can only draw straight boundaries, so the two layers before it must first unwind
    the arms. We watch them do it in the plane of the two hidden units: before training, while they
    learn an affine map, and while the map bends; then the trained map in one sweep, from the
    points as they were to the points as the last layer sees them. After the lectures of Alfredo
    Canziani and Yann LeCun.
    """

    title = "A classifier unwinds a spiral"
    trainer = "classifier_unwarp"
    layout = hero(inset=True)
    figure = ("hero",)

    def measure(self):
        inputs, labels = data(self.config)
        self.inputs, self.labels = inputs.numpy(), labels.numpy()
        self.net = self.nets()
        embedding = self.net.layer("embedding")
        self.embedded, self.warped = embedding(self.inputs), embedding(GRID.reshape(-1, 2))
        self.last = self.config.epochs
        first, affine, last = map(self.embedded, (0, AFFINE, self.last))
        self.rms = np.sqrt((first**2).sum(axis=1).mean())
        self.r2 = affine_r2(inputs, torch.tensor(affine))
        self.reaches = [1.06 * np.abs(each).max() for each in (affine, last)]
        self.turn = similarity(self.inputs, last)
        self.accuracy = 100 * float(self.recorded("accuracy")(self.last))
        self.results = {
            "rms $norm(bold(h))$ before training": f"{self.rms:.2f}",
            f"R² of the best affine map at epoch {AFFINE}": f"{self.r2:.3f}",
            f"Loss at epoch {self.last}": f"{self.recorded('loss')(self.last):.2g}",
            f"Accuracy at epoch {self.last}": f"{self.accuracy:.1f}~%",
        }

    @beat("Five arms of a spiral")
    def show_data(self):
        self.plane = self.panel(self.slot("hero").square(), reach=1.25, title="cal(X)")
        lattice = self.plane.grid(GRID, faint=True)
        self.spiral = lattice, self.plane.scatter(self.inputs, self.labels)
        self.open(self.plane, *self.spiral)
        k = self.config.classes
        formulas = self.formulas(
            "bold(x) = a (sin theta.alt, cos theta.alt), quad a = 0.2 + 0.8 thin t",
            f"theta.alt = (2 pi) / {k} (2 t + k) + 0.2 thin epsilon",
        )
        self.say("Five arms of a spiral: no straight line tells them apart.")
        self.play(LaggedStart(*map(FadeIn, formulas), lag_ratio=0.4), run_time=1.4)
        self.wait(1.5)
        self.say("", FadeOut(formulas), run_time=0.5)

    @beat("The net", optional=True)
    def show_net(self):
        net = self.net_diagram({"embedding": ("f", "bold(h)"), "classifier": ("g", "bold(s)")})
        self.say(
            "A net sends each point $bold(x)$ to a point $bold(h)$ of another plane.",
            LaggedStart(*map(FadeIn, net), lag_ratio=0.35),
            run_time=2.2,
        )
        self.say("", FadeOut(net))

    @beat("The plane of the embedding")
    def open_planes(self):
        small = self.slot("inset").square(0, 1)
        self.hidden = self.panel(
            "hero", reach=FIRST_REACH, title="cal(H)", x_label="h_1", y_label="h_2"
        )
        self.morph = ValueTracker(1)
        points = morph(self.inputs @ self.turn, self.embedded, self.morph)
        lines = morph(GRID @ self.turn, self.warped.reshape(GRID.shape), self.morph)
        weights, biases = self.net["classifier.weight"], self.net["classifier.bias"]
        self.regions = self.hidden.regions(weights, biases)
        # Weights have a scale of their own: a plane of theirs, laid over that of the embedding.
        reach = 2 * np.abs(weights(self.last)).max()
        self.rows = self.panel("hero", reach=reach, cross=False).arrows(
            np.zeros((1, 2)), weights, np.arange(self.config.classes), width="arrow"
        )
        self.play(*self.plane.transfer(small, *self.spiral), run_time=1.6)
        readings = self.readings("loss", Reading("accuracy", hue="maths", percent=True))
        self.play(*map(FadeIn, (self.hidden, self.hidden.grid(lines), readings)), run_time=0.8)
        self.say(
            f"Before training the embedding is small: rms $norm(bold(h)) = {self.rms:.2f}$.",
            FadeIn(self.hidden.scatter(points, self.labels)),
            FadeIn(self.hidden.ruler(1)),
        )
        self.say(
            "Each row of the last weights (an arrow) claims a region.",
            *map(FadeIn, (self.regions, self.rows)),
        )

    @beat("First, an affine map")
    def learn_an_affine_map(self):
        self.say("")
        self.train(AFFINE, 8, self.zoom(self.reaches[0]), pace=Pace(speed_up=2))
        self.say(f"Epoch {AFFINE}: an affine map of the input (R²~=~{self.r2:.3f}).")

    @beat("Then it unwinds the arms")
    def unwind(self):
        self.say("Then it unwinds the arms …")
        self.train(self.last, 15, self.zoom(self.reaches[1]), pace=Pace(speed_up=5))
        self.say(
            f"Epoch {self.last}: straight boundaries separate {self.accuracy:.1f}~% of the points."
        )

    @beat("From the input to the embedding", optional=True)
    def sweep(self):
        area = np.linalg.det(self.turn)
        turned = "turned" if area > 0 else "mirrored, turned"
        self.say(
            f"The trained map: from the input ({turned}, ×{np.sqrt(abs(area)):.1f}) …",
            FadeOut(self.rows),
            self.morph.animate.set_value(0),
            run_time=2,
        )
        self.say("… to the embedding.")
        self.play(self.morph.animate(rate_func=smooth).set_value(1), run_time=5.4)
        self.say("Unwound.", FadeIn(self.rows))

    def zoom(self, reach):
        """The eased view of so far to all sides."""
        return self.hidden.zoom((-reach, reach), (-reach, reach))
