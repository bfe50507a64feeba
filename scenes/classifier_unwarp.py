"""A classifier unwinds a five-armed spiral: small embedding, affine map, straight boundaries."""

import numpy as np
import torch
from manim import RIGHT, UP, FadeIn, FadeOut, Group, LaggedStart, ValueTracker, smooth

from epochreel import Playback
from epochreel.clip import Clip
from epochreel.diagram import chain, module, variable
from epochreel.layers import Arrows, Lines, Points, Regions, ScaleBar, grid
from epochreel.maths import Counter
from epochreel.runs.scalars import RecordedScalar
from epochreel.style import rgba
from epochreel.timeline import Pace
from trainers.classifier_unwarp import Config, affine_r2, build, data

AFFINE = 300
ARROW_SCALE = 4
GRID = grid((-1.1, 1.1), (-1.1, 1.1), step=0.2, samples=111)
FIRST_REACH = 1.6


class Arrival:
    """Radii of the points while the arms grow outwards one after the other, a clock unit each."""

    def __init__(self, radius, classes, points_per_class):
        self.radius = radius
        along = np.linspace(0, 1, points_per_class)
        self.moments = (0.8 * np.arange(classes)[:, None] + 0.9 * along).ravel()

    def __call__(self, clock):
        grown = np.clip((clock - self.moments) / 0.1, 0, 1)
        return self.radius * grown * grown * (3 - 2 * grown)


def similarity(inputs, outputs):
    """The turn, mirroring and enlargement (2, 2) that brings inputs closest to outputs.

    Orthogonal Procrustes with scale (Schönemann 1966): with UΣVᵀ the SVD of XᵀY, X and Y centred,
    it is UVᵀ tr Σ / ‖X‖².
    """
    x, y = inputs - inputs.mean(axis=0), outputs - outputs.mean(axis=0)
    u, sigma, vt = np.linalg.svd(x.T @ y)
    return u @ vt * sigma.sum() / (x**2).sum()


class Morph:
    """From inputs in similar shape (morph 0) to their embedding at an epoch (morph 1).

    X(t) = α X_out + (1 − α) X_in, α = ((p + 1)^t − 1) / p with p = 2: it speeds up on the way.
    """

    def __init__(self, embedding, inputs, similarity):
        self.embedding = embedding
        self.inputs = np.asarray(inputs, dtype=np.float32)
        self.similar = (self.inputs @ similarity).reshape(-1, 2)

    def __call__(self, epoch, morph):
        alpha = (3**morph - 1) / 2
        embedded = self.embedding(epoch, self.inputs.reshape(-1, 2))
        return (alpha * embedded + (1 - alpha) * self.similar).reshape(self.inputs.shape)


class Row:
    """A parameter of the net as a function of the epoch."""

    def __init__(self, playback, name, scale=1):
        self.playback = playback
        self.name = name
        self.scale = scale

    def __call__(self, epoch):
        return self.scale * self.playback.parameters(epoch)[self.name]


class ClassifierUnwarp(Clip):
    """The net 2 → 100 → 2 → 5 from its first epoch to its last, then its map in one sweep."""

    trainer = "classifier_unwarp"
    layouts = {
        "16:9": {
            "embedding": (0.4375, 0, 1, 1),
            "spiral": (0.4375, 0, 1, 1),
            "formula": (0, 0.35, 0.40, 0.9),
            "diagram": (0, 0.30, 0.40, 1),
            "input": (0, 0.58, 0.236, 1),
            "epoch": (0.26, 0.58, 0.40, 1),
            "loss": (0, 0.385, 0.40, 0.55),
            "accuracy": (0, 0.195, 0.40, 0.36),
            "caption": (0, 0, 0.40, 0.17),
        },
        "1:1": {
            "embedding": (0.32, 0.32, 1, 1),
            "spiral": (0.16, 0.32, 0.84, 1),
            "formula": (0, 0.12, 1, 0.30),
            "diagram": (0, 0.12, 1, 0.30),
            "input": (0, 0.71, 0.29, 1),
            "epoch": (0, 0.32, 0.29, 0.68),
            "loss": (0, 0.14, 0.48, 0.29),
            "accuracy": (0.52, 0.14, 1, 0.29),
            "caption": (0, 0, 1, 0.11),
        },
        "9:16": {
            "embedding": (0.06, 0.255, 0.94, 0.91),
            "spiral": (0.06, 0.255, 0.94, 0.91),
            "formula": (0, 0, 1, 0.24),
            "diagram": (0, 0, 1, 0.24),
            "input": (0, 0, 0.32, 0.24),
            "epoch": (0.37, 0.16, 1, 0.24),
            "loss": (0.37, 0, 0.66, 0.13),
            "accuracy": (0.71, 0, 1, 0.13),
            "caption": (0, 0.92, 1, 1),
        },
    }

    def construct(self):
        self.prepare()
        self.show_data()
        self.show_net()
        self.open_planes()
        self.learn_an_affine_map()
        self.unwind()
        self.sweep()

    def prepare(self):
        """Read the run, and measure what the captions say."""
        run = self.run
        config = Config(**run.config)
        self.config = config
        inputs, labels = data(config)
        self.inputs, self.labels = inputs.numpy(), labels.numpy()
        self.embedding = Playback(run, build(config), layer="embedding")
        self.loss = RecordedScalar(run, "loss")
        self.accuracy = RecordedScalar(run, "accuracy", lambda share: 100 * share)

        def embedded(epoch):
            return self.embedding(epoch, self.inputs)

        def rms(points):
            return float(np.sqrt((points**2).sum(axis=1).mean()))

        last = config.epochs
        self.first_rms = rms(embedded(0))
        self.r2 = affine_r2(inputs, torch.from_numpy(embedded(AFFINE)))
        self.reach = {epoch: 1.06 * np.abs(embedded(epoch)).max() for epoch in (AFFINE, last)}
        self.similarity = similarity(self.inputs, embedded(last))
        self.marks = np.stack([rgba(colour) for colour in self.style.classes(config.classes)])
        self.fills = np.stack([rgba(colour) for colour in self.style.regions(config.classes)])

    def show_data(self):
        """The arms grow outwards one by one; then the formula they are drawn from."""
        style = self.style
        self.plane = self.panel(self.area("spiral").square(), x=(-1.15, 1.15), y=(-1.15, 1.15))
        self.plane_name = self.formula("cal(X)", "title")
        self.plane_name.move_to(self.plane.corners()[2] + self.plane.inset(self.plane_name))
        self.arrival = ValueTracker(0)
        self.lattice = Lines(
            self.plane,
            GRID,
            width=style.line.grid,
            colours=rgba(style.chrome.warped_grid),
            opacity=0.45,
        )
        self.spiral = Points(
            self.plane,
            self.inputs,
            radius=Arrival(style.size.point, self.config.classes, self.config.points_per_class),
            colours=self.marks[self.labels],
            clocks=[self.arrival],
        )
        self.play(FadeIn(self.plane), FadeIn(self.plane_name), run_time=0.8)
        self.add(self.spiral)
        arrived = 0.8 * self.config.classes + 0.3
        self.play(self.arrival.animate(rate_func=smooth).set_value(arrived), run_time=4)
        lines = [
            self.formula("bold(x) = a (sin theta.alt, cos theta.alt)"),
            self.formula("a = 0.2 + 0.8 thin t"),
            self.formula(
                f"theta.alt = (2 pi) / {self.config.classes} (2 t + k) + 0.2 thin epsilon"
            ),
        ]
        box = self.area("formula")
        if self.aspect == "16:9":
            stack = Group(*lines).arrange(-UP, buff=0.55, aligned_edge=-RIGHT)
            stack.move_to(box.centre).shift((box.left - stack.get_left()[0]) * RIGHT)
        else:
            stack = Group(Group(*lines[:2]).arrange(RIGHT, buff=0.8), lines[2]).arrange(-UP)
            stack.move_to(box.centre)
        self.lines = stack
        self.caption(
            "Five arms of a spiral: no straight line tells them apart.",
            LaggedStart(*[FadeIn(line) for line in lines], lag_ratio=0.4),
            run_time=1.6,
        )
        self.wait(1.8)

    def show_net(self):
        """The net as a diagram, in the place of the formula."""
        style = self.style
        direction = UP if self.aspect == "16:9" else RIGHT
        parts = [
            variable("bold(x)", style, observed=True),
            module("f", style, colour="lavender", direction=direction),
            variable("bold(h)", style),
            module("g", style, colour="aqua", direction=direction),
            variable("bold(s)", style),
        ]
        hidden = self.config.hidden
        notes = ["", f"2 → {hidden} → 2", "", f"2 → {self.config.classes}", ""]
        self.net = chain(parts, notes, self.area("diagram"), style, direction=direction)
        self.caption(
            "A net sends each point $bold(x)$ to a point $bold(h)$ of another plane.",
            FadeOut(self.lines),
            LaggedStart(*[FadeIn(part) for part in self.net], lag_ratio=0.35),
            run_time=2.2,
        )
        self.wait(1.5)

    def open_planes(self):
        """The input steps aside; the embedding plane opens with the net as it was initialised."""
        style, clocks = self.style, [self.epoch]
        box = self.area("embedding").square()
        limits = {"x": (-FIRST_REACH, FIRST_REACH), "y": (-FIRST_REACH, FIRST_REACH)}
        panel = self.panel(box, title="cal(H)", x_label="h_1", y_label="h_2", **limits)
        self.hidden_plane = panel
        self.morph = ValueTracker(1)
        both = [self.epoch, self.morph]
        weight, bias = (f"classifier.{name}" for name in ("weight", "bias"))
        self.regions = Regions(
            panel,
            Row(self.embedding, weight),
            Row(self.embedding, bias),
            colours=self.fills,
            clocks=clocks,
            opacity=style.opacity.region,
        )
        self.warped = Lines(
            panel,
            Morph(self.embedding, GRID, self.similarity),
            width=style.line.warped_grid,
            colours=rgba(style.chrome.warped_grid),
            clocks=both,
        )
        self.embedded = Points(
            panel,
            Morph(self.embedding, self.inputs, self.similarity),
            radius=style.size.point,
            colours=self.marks[self.labels],
            clocks=both,
        )
        self.rows = Arrows(
            panel,
            np.zeros((1, 2)),
            Row(self.embedding, weight, ARROW_SCALE),
            width=style.line.arrow,
            colours=self.marks,
            clocks=clocks,
        )
        unit = self.text("1", "small", colour=style.chrome.axis)
        bar = ScaleBar(panel, 1, at=(0.045, 0.04), width=2, colours=rgba(style.chrome.axis))
        unit.move_to([box.left + 0.045 * box.width, box.bottom + 0.04 * box.height, 0])
        unit.shift(0.28 * UP + unit.width / 2 * RIGHT)
        self.scale = Group(bar, unit)

        small = self.area("input").square(0, 1)
        factor = small.width / self.plane.box.width
        moved = Group(self.plane, self.lattice, self.spiral)
        corner = np.array([small.left, small.top, 0.0])
        self.caption("", FadeOut(self.net))
        self.play(
            FadeIn(panel),
            moved.animate.scale(factor).move_to(small.centre),
            self.plane_name.animate.move_to(corner + self.plane.inset(self.plane_name)),
            run_time=1.2,
        )
        self.counters(FadeIn(self.lattice), FadeIn(self.warped))
        self.caption(
            f"Before training the embedding is small: rms $norm(bold(h)) = {self.first_rms:.2f}$.",
            FadeIn(self.embedded),
            FadeIn(self.scale),
        )
        self.wait(1.2)
        self.add(panel, self.regions, self.warped, self.rows, self.embedded, self.scale)
        self.caption(
            f"Rows of weights (arrows, ×{ARROW_SCALE}) claim a region each.",
            FadeIn(self.regions),
            FadeIn(self.rows),
        )
        self.wait(1.5)

    def counters(self, *animations):
        """Epoch, loss and accuracy with their curves, dim where they have not been yet."""
        style = self.style
        box = self.area("epoch")
        number = Counter(self.epoch, style, digits=4)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        if self.aspect == "9:16":
            row = Group(word, number).arrange(RIGHT, buff=0.3, aligned_edge=-UP)
        else:
            row = Group(word, number).arrange(-UP, buff=0.22, aligned_edge=RIGHT)
        row.move_to([box.left + row.width / 2, box.top - row.height / 2, 0])
        strips = Group(
            self.strip(
                "loss",
                self.loss,
                style.role("loss"),
                (0, 1.05 * self.loss.values.max()),
                digits=1,
                decimals=3,
            ),
            self.strip(
                "accuracy",
                self.accuracy,
                style.chrome.maths,
                (0, 105),
                digits=3,
                decimals=1,
                suffix=" %",
            ),
        )
        self.play(FadeIn(row), FadeIn(strips), *animations, run_time=0.8)

    def strip(self, name, scalar, colour, limits, **number):
        """A thin curve over all epochs with a moving marker, its name and value above it."""
        style = self.style
        box = self.area(name)
        word = self.text(name, "label", colour=colour)
        word.move_to([box.left + word.width / 2, box.top - word.height / 2, 0])
        value = Counter(
            self.epoch, style, value=scalar, size=style.type.label, colour=colour, **number
        )
        value.next_to(word, RIGHT, buff=0.25).align_to(word, -UP)
        panel = self.panel(
            box.part(0, 0, 1, 0.68),
            x=(-0.02 * self.config.epochs, 1.02 * self.config.epochs),
            y=(limits[0] - 0.06 * limits[1], limits[1]),
            cross=False,
        )
        axis = np.array([[0, limits[0]], [self.config.epochs, limits[0]]])
        return Group(
            word,
            value,
            Lines(panel, axis, width=style.line.axis, colours=rgba(style.chrome.cross)),
            Lines(panel, scalar.curve, width=2, colours=rgba(colour), opacity=style.opacity.ghost),
            Lines(
                panel,
                scalar.until,
                width=style.line.curve,
                colours=rgba(colour),
                clocks=[self.epoch],
            ),
            Points(
                panel,
                scalar.at,
                radius=style.size.marker,
                colours=rgba(colour),
                clocks=[self.epoch],
            ),
        )

    def learn_an_affine_map(self):
        """Epochs 0 to 300."""
        self.caption("")
        self.train(AFFINE, run_time=8, pace=Pace(speed_up=2))
        self.caption(f"Epoch {AFFINE}: still an affine map of the input ($R^2 = {self.r2:.3f}$).")
        self.wait(2.5)

    def unwind(self):
        """On to the last epoch, slow where most happens, the view widening as the data grows."""
        last = self.config.epochs
        reach = self.reach[last]
        self.caption("Then it unwinds the arms …")
        self.train(
            last,
            15,
            self.hidden_plane.zoom((-reach, reach), (-reach, reach), run_time=15),
            pace=Pace(speed_up=5),
        )
        share = self.accuracy(last)
        self.caption(f"Epoch {last}: straight boundaries separate {share:.1f} % of the points.")
        self.wait(2.5)

    def sweep(self):
        """The trained map as one motion, the boundaries standing still."""
        mirrored = np.linalg.det(self.similarity) < 0
        enlarged = f"×{np.sqrt(abs(np.linalg.det(self.similarity))):.1f}"
        words = f"turned, mirrored, {enlarged}" if mirrored else f"turned, {enlarged}"
        self.caption(
            f"The trained map: from the input ({words}) …",
            FadeOut(self.rows),
            self.morph.animate.set_value(0),
            run_time=2,
        )
        self.wait(1)
        self.caption("… to the embedding.")
        self.play(self.morph.animate(rate_func=smooth).set_value(1), run_time=6)
        self.caption("Unwound.", FadeIn(self.rows))
        self.wait(2.5)
