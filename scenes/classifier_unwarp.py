"""A classifier unwinds a five-armed spiral: small embedding, affine map, straight boundaries."""

import numpy as np
import torch
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, LaggedStart, ValueTracker, smooth

from epochreel import Arrows, Clip, Counter, Lines, Pace, Playback, Points, Regions, grid
from epochreel.diagrams.chain import chain, module, variable
from epochreel.layers import ScaleBar
from epochreel.layers.morph import Morph, similarity
from epochreel.look.style import rgba
from epochreel.panels import Strip
from epochreel.runs.scalars import RecordedScalar
from trainers.classifier_unwarp import Config, affine_r2, build, data

AFFINE = 300
GRID = grid((-1.1, 1.1), (-1.1, 1.1), step=0.2, samples=111)
FIRST_REACH = 1.6


class Arrival:
    """Radii of the points while the arms grow outwards, each a little after the one before."""

    def __init__(self, radius, classes, points_per_class):
        self.radius = radius
        along = np.linspace(0, 1, points_per_class)
        self.moments = (0.8 * np.arange(classes)[:, None] + 0.9 * along).ravel()

    def __call__(self, clock):
        grown = np.clip((clock - self.moments) / 0.1, 0, 1)
        return self.radius * grown * grown * (3 - 2 * grown)


class ClassifierUnwarp(Clip):
    """A net learns to tell the five arms of a spiral apart.

    Its last layer can only draw straight boundaries, so the two layers before it must first unwind
    the arms. We watch them do it in the plane of the two hidden units: before training, while they
    learn an affine map, and while the map bends; then the trained map in one sweep, from the
    points as they were to the points as the last layer sees them.
    """

    title = "A classifier unwinds a spiral"
    trainer = "classifier_unwarp"
    figure = ("embedding",)
    layouts = {
        "16:9": {
            "embedding": (0.4375, 0, 1, 1),
            "spiral": (0.4375, 0, 1, 1),
            "formula": (0, 0.35, 0.40, 0.9),
            "diagram": (0, 0.30, 0.40, 1),
            "input": (0, 0.58, 0.236, 1),
            "epoch": (0.26, 0.58, 0.40, 1),
            "loss": (0, 0.40, 0.40, 0.56),
            "accuracy": (0, 0.225, 0.40, 0.385),
            "caption": (0, 0, 0.40, 0.175),
        },
        "1:1": {
            "embedding": (0.32, 0.32, 1, 1),
            "spiral": (0.18, 0.36, 0.82, 1),
            "formula": (0, 0.14, 1, 0.35),
            "diagram": (0.02, 0.145, 0.98, 0.345),
            "input": (0, 0.71, 0.29, 1),
            "epoch": (0, 0.32, 0.29, 0.68),
            "loss": (0, 0.145, 0.48, 0.285),
            "accuracy": (0.52, 0.145, 1, 0.285),
            "caption": (0.08, 0, 0.92, 0.11),
        },
        "9:16": {
            "embedding": (0.06, 0.25, 0.94, 0.905),
            "spiral": (0.06, 0.25, 0.94, 0.905),
            "formula": (0, 0, 1, 0.24),
            "diagram": (0, 0, 1, 0.24),
            "input": (0, 0, 0.28, 0.235),
            "epoch": (0.32, 0.16, 1, 0.235),
            "loss": (0.32, 0, 0.64, 0.13),
            "accuracy": (0.68, 0, 1, 0.13),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_data()
        self.show_net()
        self.open_planes()
        self.learn_an_affine_map()
        self.unwind()
        self.sweep()

    def measure(self):
        """Read the run, and compute every number that the captions say."""
        run = self.run
        self.config = Config(**run.config)
        inputs, labels = data(self.config)
        self.inputs, self.colours = inputs.numpy(), self.style.marks(labels)
        self.embedding = Playback(run, build(self.config), layer="embedding")
        self.loss = RecordedScalar(run, "loss")
        self.accuracy = RecordedScalar(run, "accuracy", lambda share: 100 * share)
        first, affine, last = (self.embedding(e, self.inputs) for e in (0, AFFINE, run.epochs[-1]))
        self.first_rms = np.sqrt((first**2).sum(axis=1).mean())
        self.r2 = affine_r2(inputs, torch.from_numpy(affine))
        self.affine_reach, self.last_reach = 1.06 * np.abs(affine).max(), 1.06 * np.abs(last).max()
        self.similarity = similarity(self.inputs, last)
        end = int(run.epochs[-1])
        self.results = {
            "rms $norm(bold(h))$ before training": f"{self.first_rms:.2f}",
            f"R² of the best affine map at epoch {AFFINE}": f"{self.r2:.3f}",
            f"Loss at epoch {end}": f"{self.loss(end):.2g}",
            f"Accuracy at epoch {end}": f"{self.accuracy(end):.1f}~%",
        }

    def show_data(self):
        """The arms grow outwards one by one; then the formula they are drawn from."""
        self.beat("Five arms of a spiral")
        style, config = self.style, self.config
        self.plane = self.panel(self.area("spiral").square(), x=(-1.25, 1.25), y=(-1.25, 1.25))
        self.plane_name = self.formula("cal(X)", "title")
        self.plane_name.move_to(self.plane.corners()[2] + self.plane.inset(self.plane_name))
        self.lattice = Lines(self.plane, GRID, opacity=style.opacity.grid)
        arrivals = Arrival(style.size.point, config.classes, config.points_per_class)
        arrival = ValueTracker(0)
        self.spiral = Points(
            self.plane,
            self.inputs,
            radius=arrivals,
            colours=self.colours,
            clocks=[arrival],
        )
        self.play(*map(FadeIn, (self.plane, self.lattice, self.plane_name)), run_time=0.8)
        self.add(self.spiral)
        arrived = arrivals.moments.max() + 0.1
        self.play(arrival.animate(rate_func=smooth).set_value(arrived), run_time=4)
        x, a, angle = (
            self.formula("bold(x) = a (sin theta.alt, cos theta.alt)"),
            self.formula("a = 0.2 + 0.8 thin t"),
            self.formula(f"theta.alt = (2 pi) / {config.classes} (2 t + k) + 0.2 thin epsilon"),
        )
        box = self.area("formula")
        if self.aspect == "16:9":
            self.lines = Group(x, a, angle).arrange(DOWN, buff=0.55, aligned_edge=LEFT)
            self.lines.move_to(box.centre).align_to([box.left, 0, 0], LEFT)
        else:
            self.lines = Group(Group(x, a).arrange(RIGHT, buff=0.8), angle).arrange(DOWN, buff=0.2)
            self.lines.move_to(box.centre)
        self.caption(
            "Five arms of a spiral: no straight line tells them apart.",
            LaggedStart(FadeIn(x), FadeIn(a), FadeIn(angle), lag_ratio=0.4),
            run_time=1.6,
        )
        self.wait(1.8)
        self.play(FadeOut(self.lines), run_time=0.5)

    def show_net(self):
        """The net as a diagram, in the place of the formula."""
        if not self.beat("The net", optional=True):
            return
        style = self.style
        direction = UP if self.aspect == "16:9" else RIGHT
        parts = [
            variable("bold(x)", style, observed=True),
            module("f", style, colour="lavender", direction=direction),
            variable("bold(h)", style),
            module("g", style, colour="aqua", direction=direction),
            variable("bold(s)", style),
        ]
        notes = ["", f"2 → {self.config.hidden} → 2", "", f"2 → {self.config.classes}", ""]
        net = chain(parts, notes, self.area("diagram"), style, direction=direction)
        self.caption(
            "A net sends each point $bold(x)$ to a point $bold(h)$ of another plane.",
            LaggedStart(*[FadeIn(part) for part in net], lag_ratio=0.35),
            run_time=2.2,
        )
        self.wait(1.8)
        self.caption("", FadeOut(net))

    def open_planes(self):
        """The input steps aside; the embedding plane opens with the net as it was initialised."""
        self.beat("The plane of the embedding")
        small = self.area("input").square(0, 1)
        moved = Group(self.plane, self.lattice, self.spiral)
        name = self.plane_name.copy().scale(self.style.type.label / self.style.type.title)
        name.move_to(np.array([small.left, small.top, 0]) + self.plane.inset(name))
        self.film_embedding()
        self.play(
            moved.animate.scale(small.width / self.plane.box.width).move_to(small.centre),
            self.plane_name.animate.become(name),
            FadeIn(self.hidden_plane),
            run_time=2,
        )
        self.play(FadeIn(self.warped), FadeIn(self.readings()), run_time=0.8)
        self.caption(
            f"Before training the embedding is small: rms $norm(bold(h)) = {self.first_rms:.2f}$.",
            FadeIn(self.embedded),
            FadeIn(self.scale),
        )
        self.wait(2.5)
        order = [self.regions, self.warped, self.embedded, self.rows, self.scale]
        self.add(self.hidden_plane, *order, self.hidden_plane.labels)
        self.caption(
            "Each row of the last weights (an arrow) claims a region.",
            FadeIn(self.regions),
            FadeIn(self.rows),
        )
        self.wait(2.6)

    def film_embedding(self):
        """The embedding plane: regions, warped grid, points, arrows and a scale."""
        style = self.style
        box = self.area("embedding").square()
        reach = (-FIRST_REACH, FIRST_REACH)
        panel = self.panel(box, x=reach, y=reach, title="cal(H)", x_label="h_1", y_label="h_2")
        self.hidden_plane = panel
        self.morph = ValueTracker(1)
        clocks = [self.epoch, self.morph]
        weight = self.embedding.parameter("classifier.weight")
        self.regions = Regions(panel, weight, self.embedding.parameter("classifier.bias"))
        self.warped = Lines(panel, Morph(self.embedding, GRID, self.similarity), clocks=clocks)
        self.embedded = Points(
            panel,
            Morph(self.embedding, self.inputs, self.similarity),
            colours=self.colours,
            clocks=clocks,
        )
        # Weights have a scale of their own: a plane of theirs, laid over that of the embedding.
        reach = 2 * np.abs(weight(self.run.epochs[-1])).max() * np.array([-1, 1])
        self.rows = Arrows(
            self.panel(box, x=reach, y=reach),
            np.zeros((1, 2)),
            weight,
            width=style.line.arrow,
            colours=style.marks(np.arange(self.config.classes)),
            halo=rgba(style.chrome.background, 0.6),
        )
        at = (0.045, 0.04)
        bar = ScaleBar(panel, 1, at=at, width=style.line.axis, colours=rgba(style.chrome.axis))
        unit = self.text("1", "small", colour=style.chrome.axis)
        unit.move_to(box.part(*at, 1, 1).corner + np.array([unit.width / 2, 0.28, 0]))
        self.scale = Group(bar, unit)

    def readings(self):
        """Epoch, loss and accuracy, the curves dim where training has not been yet."""
        style = self.style
        box = self.area("epoch")
        number = Counter(self.epoch, style)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        if self.aspect == "9:16":
            row = Group(word, number).arrange(RIGHT, buff=0.3, aligned_edge=DOWN)
        else:
            row = Group(word, number).arrange(DOWN, buff=0.22, aligned_edge=RIGHT)
        row.move_to([box.left + row.width / 2, box.top - row.height / 2, 0])
        loss = Strip(
            self.area("loss"),
            "loss",
            self.loss,
            self.epoch,
            style,
            colour=style.role("loss"),
            limits=(0, self.loss.values.max()),
        )
        accuracy = Strip(
            self.area("accuracy"),
            "accuracy",
            self.accuracy,
            self.epoch,
            style,
            colour=style.chrome.maths,
            limits=(0, 100),
            digits=3,
            decimals=1,
            suffix=" %",
        )
        return Group(row, loss, accuracy)

    def learn_an_affine_map(self):
        """Epochs 0 to 300."""
        self.beat("First, an affine map")
        reach = (-self.affine_reach, self.affine_reach)
        self.caption("")
        self.train(AFFINE, 8, self.hidden_plane.zoom(reach, reach), pace=Pace(speed_up=2))
        self.caption(f"Epoch {AFFINE}: an affine map of the input (R²~=~{self.r2:.3f}).")
        self.wait(3.2)

    def unwind(self):
        """On to the last epoch, slow where most happens, the view widening as the data grows."""
        self.beat("Then it unwinds the arms")
        last = int(self.run.epochs[-1])
        reach = (-self.last_reach, self.last_reach)
        self.caption("Then it unwinds the arms …")
        self.train(last, 15, self.hidden_plane.zoom(reach, reach), pace=Pace(speed_up=5))
        share = self.accuracy(last)
        self.caption(f"Epoch {last}: straight boundaries separate {share:.1f}~% of the points.")
        self.wait(3.4)

    def sweep(self):
        """The trained map as one motion, the boundaries standing still."""
        if not self.beat("From the input to the embedding", optional=True):
            return
        area = np.linalg.det(self.similarity)
        turned = "turned" if area > 0 else "mirrored, turned"
        self.caption(
            f"The trained map: from the input ({turned}, ×{np.sqrt(abs(area)):.1f}) …",
            FadeOut(self.rows),
            self.morph.animate.set_value(0),
            run_time=2,
        )
        self.wait(2)
        self.caption("… to the embedding.")
        self.play(self.morph.animate(rate_func=smooth).set_value(1), run_time=5.4)
        self.caption("Unwound.", FadeIn(self.rows))
        self.wait(2.5)
