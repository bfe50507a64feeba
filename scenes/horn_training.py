"""A horn, trained: the model's surface grows from a cylinder over a cone to where the data lie."""

import numpy as np
import torch
from manim import FadeIn

from epochreel import Clip, Pace, Reading, beat, hero
from epochreel.look.hues import paint
from trainers.horn_ebm import data, direction, radii

REACH = 15  # of y₁ and y₂
ALONG = np.linspace(0, 1, 41)
AROUND = direction(torch.linspace(0, 2 * torch.pi, 97)).numpy()
SHADES = "pink", "gold", "aqua"  # of a point, from x = 0 to 1
SWOLLEN, CONE, BENT = 60, 120, 200


class HornTraining(Clip):
    """A net with a latent puts a surface through data in (x, y₁, y₂).

    At each x the data lie on an ellipse that grows with x. The surface begins as a thin cylinder,
    becomes a cone, and bends into a horn; beside it stand its radii over x and those of the data.
    After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Training a horn: cylinder, cone, horn"
    trainer = "horn_ebm"
    layout = hero(second=True, beside=True, aside=1.15)
    figure = ("hero",)

    def measure(self):
        self.points = torch.cat(data(self.config), dim=1).numpy()
        self.last = self.config.epochs
        self.axes = self.nets()(ALONG[:, None])
        self.radii = np.abs(self.axes)
        self.truth = radii(torch.from_numpy(ALONG)).numpy()
        x = np.broadcast_to(ALONG[:, None, None], (*np.shape(ALONG), len(AROUND), 1))
        self.shape = np.concatenate([x, self.axes[:, None] * AROUND], axis=2)
        radius, true = self.radii.mean(axis=1), self.truth.mean(axis=1)
        self.thin = f"{radius(0).mean():.1f}"
        self.straight = f"{np.corrcoef(ALONG, radius(CONE))[0, 1] ** 2:.3f}"
        self.wider = f"{radius(self.last)[-1] / radius(self.last)[0]:.1f}"
        self.results = {
            f"R² of the radius as a straight line at epoch {CONE}": self.straight,
            f"Widening at epoch {self.last}": f"{self.wider}-fold",
            "Widening of the data": f"{true[-1] / true[0]:.1f}-fold",
        }

    @beat("The data")
    def show_data(self):
        self.space = self.panel3d(
            "hero", x=(0, 1), y=(-REACH, REACH), z=(-REACH, REACH), size=(1.5, 1, 1),
            azimuth=-100, elevation=14, x_label="x", y_label="y_1", z_label="y_2",
        )  # fmt: skip
        stops = np.stack([paint(self.style, shade) for shade in SHADES])
        places = np.linspace(0, 1, len(SHADES))
        hues = [np.interp(self.points[:, 0], places, channel) for channel in stops.T]
        hues = np.rint(hues).T.astype(np.uint8)
        self.open(self.space, self.space.scatter(self.points, hues, size=4.5))
        self.say(
            f"{len(self.points)} samples: at each $x$, $bold(y)$ lies on an ellipse …",
            self.space.orbit(azimuth=-60),
            run_time=4,
        )
        self.say("… that grows with $x$.")

    @beat("The untrained model")
    def show_model(self):
        surface = self.space.surface(self.shape, "ytilde", opacity=0.65)
        rings, ribs = self.shape[::5], np.swapaxes(self.shape[:, :-1:12], 0, 1)
        mesh = [
            self.space.curve(lines, "level", width="level", opacity=0.35) for lines in (rings, ribs)
        ]
        self.say(
            f"Untrained, the model is a thin cylinder: radius~{self.thin}.",
            *map(FadeIn, (surface, *mesh)),
        )
        loss = Reading("loss", logarithmic=True, decimals=2)
        self.say(
            "Beside it, its two radii over $x$.",
            *map(FadeIn, (self.readings(loss), self.profile())),
        )

    def profile(self):
        """|f₁| and |f₂| over x, those of the data thin behind them."""
        marks = {0: "0", 0.5: "x", 1: "1"}
        graph = self.graph(
            "second", x=(0, 1), y=(0, REACH), x_marks=marks, y_marks={REACH: f"{REACH}"}
        )
        panel, corners = graph.panel, ((0, REACH), (0.24, REACH))
        for k, hue in enumerate(("lavender", "yellow")):
            graph.add(
                panel.curve(np.stack([ALONG, self.truth[:, k]], axis=1), hue, width="axis"),
                panel.curve(np.stack([ALONG, self.radii[:, k]], axis=1), hue, width="arrow"),
            )
            name = panel.symbol(f"abs(f_{k + 1})", corners[k], (1, -1))
            graph.add(name.set_color(self.style.palette[hue]))
        return graph

    @beat("Cylinder, cone, horn")
    def train_it(self):
        self.say("It swells towards the data …")
        self.train(SWOLLEN, 6, self.space.orbit(azimuth=-68), pace=Pace(speed_up=2))
        self.say("… opens …")
        self.train(CONE, 3, self.space.orbit(azimuth=-72))
        self.say(f"A cone: its radius is a straight line (R²~=~{self.straight}).")
        self.say("It bends …")
        self.train(BENT, 4, self.space.orbit(azimuth=-76))
        self.train(self.last, 6, self.space.orbit(azimuth=-80), pace=Pace(speed_up=5))
        self.say(f"… into a horn that widens {self.wider}-fold.")

    @beat("Once around", optional=True)
    def turn(self):
        self.say("From all sides: the samples lie on it.")
        self.play(self.space.orbit(azimuth=300), run_time=12)
