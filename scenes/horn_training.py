"""A horn, trained: the model's surface grows from a cylinder over a cone to where the data lie."""

import numpy as np
import torch
from manim import DOWN, RIGHT, FadeIn, Group, LaggedStart

from epochreel import Clip, Counter, Lines, Pace, Playback
from epochreel.layers import Curves3D, Points3D, Surface
from epochreel.look.style import rgba
from epochreel.notation.maths import baseline
from epochreel.panels import Strip
from epochreel.runs.scalars import RecordedScalar
from trainers.horn_ebm import Config, build, data, direction, radii

REACH = 15  # of y₁ and y₂
ALONG = np.linspace(0, 1, 41)
AROUND = direction(torch.linspace(0, 2 * torch.pi, 97)).numpy()
SHADES = ("pink", "gold", "aqua")  # of a point, from x = 0 to 1
CONE, BENT = 120, 200


class Model:
    """The surface of a net f over the epochs, and its radii as functions of x."""

    def __init__(self, playback):
        self.playback = playback

    def axes(self, epoch):
        """f(x) along the horn, (X, 2)."""
        return self.playback(epoch, ALONG[:, None]).astype(np.float64)

    def surface(self, epoch):
        """f(x) ⊙ g(z) as (x, y₁, y₂), (X, Z, 3)."""
        return stand(self.axes(epoch)[:, None] * AROUND)

    def rings(self, epoch):
        """The ellipses at every eighth part of x, (L, Z, 3)."""
        return self.surface(epoch)[::5]

    def ribs(self, epoch):
        """Eight lines of constant z along the surface, (L, X, 3)."""
        return self.surface(epoch)[:, :-1:12].swapaxes(0, 1)

    def first(self, epoch):
        """|f₁(x)| over x, (X, 2)."""
        return np.stack([ALONG, np.abs(self.axes(epoch)[:, 0])], axis=1)

    def second(self, epoch):
        """|f₂(x)| over x, (X, 2)."""
        return np.stack([ALONG, np.abs(self.axes(epoch)[:, 1])], axis=1)

    def radius(self, epoch):
        """The mean of both radii over x, (X,)."""
        return np.abs(self.axes(epoch)).mean(axis=1)

    def widening(self, epoch):
        """The radius at x = 1 over that at x = 0."""
        radius = self.radius(epoch)
        return float(radius[-1] / radius[0])

    def straightness(self, epoch):
        """Share R² of the radius's variance that a straight line over x explains."""
        return float(np.corrcoef(ALONG, self.radius(epoch))[0, 1] ** 2)


def stand(y):
    """Points y (X, Z, 2) over ALONG as (x, y₁, y₂), (X, Z, 3)."""
    x = np.broadcast_to(ALONG[:, None, None], (*y.shape[:2], 1))
    return np.concatenate([x, y], axis=2)


class HornTraining(Clip):
    """A net with a latent puts a surface through data in (x, y₁, y₂).

    At each x the data lie on an ellipse that grows with x. The surface begins as a thin cylinder,
    becomes a cone, and bends into a horn; beside it stand its radii over x and those of the data.
    """

    trainer = "horn_ebm"
    title = "Training a horn: cylinder, cone, horn"
    figure = ("space",)
    layouts = {
        "16:9": {
            "space": (0.34, 0, 1, 1),
            "epoch": (0, 0.86, 0.34, 1),
            "loss": (0, 0.66, 0.34, 0.82),
            "profile": (0, 0.24, 0.34, 0.6),
            "caption": (0, 0, 0.36, 0.175),
        },
        "1:1": {
            "space": (0.2, 0.36, 1, 1),
            "epoch": (0, 0.8, 0.2, 1),
            "loss": (0.56, 0.155, 1, 0.33),
            "profile": (0, 0.155, 0.5, 0.365),
            "caption": (0.08, 0, 0.92, 0.11),
        },
        "9:16": {
            "space": (0, 0.28, 1, 0.9),
            "epoch": (0.58, 0.16, 1, 0.25),
            "loss": (0.58, 0, 1, 0.12),
            "profile": (0, 0, 0.52, 0.25),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_data()
        self.show_model()
        self.train_it()
        self.turn()

    def measure(self):
        """Read the run, and what the captions say."""
        run = self.run
        config = Config(**run.config)
        x, y = data(config)
        self.points = torch.cat([x, y], dim=1).numpy()
        stops = np.stack([rgba(self.style.palette[name]) for name in SHADES]).astype(float)
        shades = [np.interp(self.points[:, 0], np.linspace(0, 1, 3), c) for c in stops.T]
        self.colours = np.rint(shades).T.astype(np.uint8)
        self.model = Model(Playback(run, build(config)))
        self.truth = radii(torch.from_numpy(ALONG)).numpy()
        self.loss = RecordedScalar(run, "loss")
        self.last = int(run.epochs[-1])
        cone, radius = min(CONE, self.last), self.truth.mean(axis=1)
        self.results = {
            f"R² of the radius as a straight line at epoch {cone}": (
                f"{self.model.straightness(cone):.3f}"
            ),
            f"Widening at epoch {self.last}": f"{self.model.widening(self.last):.1f}-fold",
            "Widening of the data": f"{radius[-1] / radius[0]:.1f}-fold",
        }

    def show_data(self):
        """The points, with a walk around them."""
        self.beat("The data")
        self.space = self.panel3d(
            "space",
            x=(0, 1),
            y=(-REACH, REACH),
            z=(-REACH, REACH),
            size=(1.3, 1, 1),
            azimuth=-100,
            elevation=20,
            x_label="x",
            y_label="y_1",
            z_label="y_2",
        )
        self.data = Points3D(self.space, self.points, radius=4.5, colours=self.colours)
        # Below the points, which are hidden by what was drawn before them.
        violet = rgba(self.style.role("ytilde"))
        self.surface = Surface(self.space, self.model.surface, colours=violet, opacity=0)
        pale = rgba(self.style.chrome.level)
        self.mesh = [
            Curves3D(self.space, lines, width=self.style.line.level, colours=pale, opacity=0)
            for lines in (self.model.rings, self.model.ribs)
        ]
        self.play(FadeIn(self.space), run_time=0.8)
        self.add(self.surface, *self.mesh)
        self.caption(
            f"{len(self.points)} samples: at each $x$, $bold(y)$ lies on an ellipse …",
            FadeIn(self.data),
        )
        self.play(self.space.orbit(azimuth=-60), run_time=4)
        self.caption("… that grows with $x$.")
        self.wait(1)

    def show_model(self):
        """The untrained surface and the readings."""
        self.beat("The untrained model")
        model = self.model
        radius = model.radius(0)
        self.caption(
            f"Untrained, the model is a thin cylinder: radius~{radius.mean():.1f}.",
            self.surface.animate.set_opacity(0.65),
            *[lines.animate.set_opacity(0.35) for lines in self.mesh],
        )
        self.wait(1.5)
        self.play(LaggedStart(*map(FadeIn, self.readings()), lag_ratio=0.3), run_time=1.6)
        self.wait(0.5)

    def readings(self):
        """Epoch, loss, and the radii over x beside those of the data."""
        style = self.style
        box = self.area("epoch")
        number = Counter(self.epoch, style)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        if self.aspect == "1:1":
            word.next_to(number, DOWN, buff=0.15, aligned_edge=RIGHT)
        else:
            word.next_to(number, RIGHT, buff=0.25)
            word.shift([0, baseline(number) - baseline(word), 0])
        row = Group(number, word)
        row.move_to([box.left + row.width / 2, box.top - row.height / 2, 0])
        loss = Strip(
            self.area("loss"),
            "loss: mean $F_oo$",
            self.loss,
            self.epoch,
            style,
            colour=style.role("loss"),
            limits=(self.loss.values.min(), self.loss.values.max()),
            digits=2,
            decimals=2,
            logarithmic=True,
        )
        return row, loss, self.profile()

    def profile(self):
        """|f₁| and |f₂| over x, those of the data faint behind them."""
        style, model = self.style, self.model
        box = self.area("profile")
        panel = self.panel(
            box.part(0, 0.2, 1, 0.8), x=(-0.01, 1.01), y=(-0.3, 1.02 * REACH), cross=False
        )
        first, second = rgba(style.palette["lavender"]), rgba(style.palette["yellow"])
        axis = Lines(
            panel, [[0, 0], [1, 0]], width=style.line.axis, colours=rgba(style.chrome.axis)
        )
        limit = Lines(
            panel, [[0, REACH], [1, REACH]], width=style.line.axis, colours=rgba(style.chrome.cross)
        )
        truths = [
            Lines(
                panel,
                np.stack([ALONG, radius], axis=1),
                width=style.line.axis,
                colours=paint,
                opacity=0.8,
            )
            for radius, paint in zip(self.truth.T, (first, second), strict=True)
        ]
        curves = [
            Lines(panel, source, width=style.line.arrow, colours=paint)
            for source, paint in ((model.first, first), (model.second, second))
        ]
        names = Group(
            self.formula("abs(f_1 (x))", "label").set_color(style.palette["lavender"]),
            self.formula("abs(f_2 (x))", "label").set_color(style.palette["yellow"]),
            self.text("thin: data", "small", colour=style.chrome.muted),
        )
        names.arrange(RIGHT, buff=0.35)
        names.move_to([box.left + names.width / 2, box.top - names.height / 2, 0])
        ticks = Group()
        for source, at in (("0", (0, 0)), ("x", (0.5, 0)), ("1", (1, 0))):
            ticks.add(self.formula(source, "small").move_to(panel.to_scene(*at) + 0.24 * DOWN))
        height = self.text(f"{REACH}", "small", colour=style.chrome.muted)
        height.move_to(panel.to_scene(0, REACH) + 0.2 * DOWN + height.width / 2 * RIGHT)
        return Group(panel, axis, limit, *truths, *curves, names, ticks, height)

    def train_it(self):
        """Cylinder, cone, horn, while one walks on around it."""
        self.beat("Cylinder, cone, horn")
        model, space = self.model, self.space
        cone, bent = min(CONE, self.last), min(BENT, self.last)
        self.caption("It swells towards the data …")
        self.train(60, 6, space.orbit(azimuth=-68), pace=Pace(speed_up=2))
        self.caption("… opens …")
        self.train(cone, 3, space.orbit(azimuth=-72))
        straight = model.straightness(cone)
        self.caption(f"Epoch {cone}: a cone, its radius a straight line (R²~=~{straight:.3f}).")
        self.wait(2.8)
        self.caption("… and bends …")
        self.train(bent, 4, space.orbit(azimuth=-80))
        self.train(self.last, 6, space.orbit(azimuth=-90), pace=Pace(speed_up=5))
        radius = self.truth.mean(axis=1)
        wider = f"{model.widening(self.last):.1f}", f"{radius[-1] / radius[0]:.1f}"
        self.caption(f"… into the horn: it widens {wider[0]}-fold, the data {wider[1]}-fold.")
        self.wait(2.9)

    def turn(self):
        """Once around the trained horn."""
        if not self.beat("Once around", optional=True):
            return
        self.play(self.space.orbit(azimuth=300), run_time=12)
        self.wait(1.5)
