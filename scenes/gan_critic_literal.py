"""The literal losses beside the stabilised ones: samples equally good, energy leaking in one."""

import numpy as np
from manim import DOWN, FadeIn, FadeOut, Group

from epochreel import Clip, Counter, Pace, Playback, Points
from epochreel.layers import Energy, Field, LevelLines, lattice
from epochreel.look.style import rgba
from epochreel.panels import ColourBar
from epochreel.runs import training
from trainers.gan_critic import Config, build, data, fixed_latents

REACH = (-1.6, 1.6)
SAMPLES = 400
LEVELS = np.linspace(0.1, 0.9, 9)


class Side:
    """One training: its nets, what it draws, and what is measured at its end."""

    def __init__(self, run):
        config = Config(**run.config)
        nets = build(config)
        # The critic swings faster than can be shown without flashes: every ninth snapshot will do.
        epochs = np.union1d(run.epochs[::9], run.epochs[-1])
        self.generator = Playback(run, nets["generator"], net="generator", epochs=epochs)
        self.critic = Playback(run, nets["critic"], net="critic", epochs=epochs)
        self.data = data(config).numpy()
        self.plane = lattice(REACH, REACH, 65, 65)
        self.energy = Energy(self.critic, self.plane)
        self.samples = self.generator.of(fixed_latents(config, SAMPLES))
        last = run.epochs[-1]
        self.near = 100 * (self.distance(self.samples(last)) < 0.1).mean()
        far = self.plane[self.distance(self.plane) > 0.3]
        self.leak = 100 * (self.critic(last, far) < config.margin / 2).mean()

    def distance(self, points):
        """From points (N, 2) to the nearest point of the data."""
        return np.linalg.norm(points[:, None] - self.data[None], axis=2).min(axis=1)


class GanCriticLiteral(Clip):
    """Two critics of one system on one clock, which differ in their losses alone.

    One trains with the losses as they are written, the other with noise on the samples and a
    penalty on slopes. Both generators end with their samples on the data; but the energy of the
    first leaks: it is cold where there is no data.
    """

    title = "What literal losses do to a critic"
    trainer = "gan_critic"
    figure = ("literal", "stable", "bar")
    layouts = {
        "16:9": {
            "literal": (0, 0.2, 0.45, 1),
            "stable": (0.5, 0.2, 0.95, 1),
            "bar": (0.958, 0.24, 1, 0.96),
            "epoch": (0.62, 0.005, 0.95, 0.135),
            "caption": (0, 0, 0.58, 0.15),
        },
        "1:1": {
            "literal": (0, 0.36, 0.485, 0.845),
            "stable": (0.515, 0.36, 1, 0.845),
            "bar": (0.2, 0.22, 0.8, 0.29),
            "epoch": (0.25, 0.87, 0.75, 0.99),
            "caption": (0.08, 0, 0.92, 0.12),
        },
        "9:16": {
            "literal": (0, 0.46, 0.6, 0.905),
            "stable": (0, 0, 0.6, 0.445),
            "bar": (0.66, 0.5, 0.8, 0.88),
            "epoch": (0.62, 0.16, 1, 0.3),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.runs = {"literal": self.record_literal(), "stable": self.run}
        self.literal, self.stable = map(Side, self.runs.values())
        for name, side in (("literal", self.literal), ("noise and penalty", self.stable)):
            self.results[f"Samples within 0.1 of the data, {name}"] = f"{side.near:.0f}~%"
            self.results[f"Of the plane 0.3 off the data cold, {name}"] = f"{side.leak:.1f}~%"
        self.state_losses()
        self.show_planes()
        self.train_both()
        self.judge()

    def record_literal(self):
        """The run with the same config but for the two additions."""
        literal = {**self.run.config, "contrastive_noise": 0.0, "penalty": 0.0}
        return training.record(self.trainer, Config(**literal))

    def state_losses(self):
        """What differs, written where the planes will be."""
        if not self.beat("Two sets of losses", optional=True):
            return
        config = Config(**self.run.config)
        muted = self.style.chrome.muted
        noise, half = f"{config.contrastive_noise:g}", f"{config.penalty / 2:g}"
        left = [
            self.text("The literal losses", "label", colour=muted),
            self.formula("cal(l)_C = C(bold(y)) + [m - C(hat(bold(y)))]^+", "caption"),
            self.formula("hat(bold(y)) = G(bold(z))", "caption"),
        ]
        right = [
            self.text("with noise and a penalty on slopes", "label", colour=muted),
            self.formula("cal(l)_C = C(bold(y)) + [m - C(hat(bold(y))')]^+", "caption"),
            self.formula(
                f"+ {half} thin (norm(nabla C(bold(y)))^2 + norm(nabla C(hat(bold(y))'))^2)",
                "label",
            ),
            self.formula(f"hat(bold(y))' = G(bold(z)) + {noise} thin u bold(epsilon)", "caption"),
        ]
        boxes = self.area("literal").square(), self.area("stable").square()
        if self.aspect == "1:1":  # which is too narrow for both, side by side
            boxes = self.safe.part(0, 0.6, 1, 1), self.safe.part(0, 0.18, 1, 0.6)
        columns = Group()
        for box, lines in zip(boxes, (left, right), strict=True):
            column = Group(*lines).arrange(DOWN, buff=0.35)
            column.scale(min(1, 0.98 * box.width / column.width)).move_to(box.centre)
            columns.add(column)
        self.play(FadeIn(columns[0]), run_time=0.8)
        self.wait(1.5)
        self.caption("Two critics of one system differ in this alone.", FadeIn(columns[1]))
        self.wait(3)
        self.play(FadeOut(columns), run_time=0.6)

    def show_planes(self):
        """Both planes before training, the same."""
        self.beat("Before training")
        style = self.style
        left, right = (
            self.side(*each)
            for each in (
                (self.literal, "literal", "literal"),
                (self.stable, "stable", "noise + penalty"),
            )
        )
        box = self.area("epoch")
        number = Counter(self.epoch, style, digits=5)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        word.next_to(number, DOWN, buff=0.15).align_to(number, np.array([1.0, 0, 0]))
        reading = Group(number, word).move_to(box.centre)
        reading.align_to([box.right, 0, 0], np.array([1.0, 0, 0]))
        bar = ColourBar(self.area("bar"), style, low=0, high=1, colour_map="cold_warm", symbol="C")
        self.caption(
            "Data cold, samples hot; the critic's energy $C$ behind them.",
            *map(FadeIn, (left, right, reading, bar)),
            run_time=1.2,
        )
        self.wait(2.5)

    def side(self, side, area, name):
        """A plane with everything in it."""
        style = self.style
        panel = self.panel(self.area(area).square(), x=REACH, y=REACH, cross=False)
        label = self.text(name, "label")
        label.set_stroke(style.chrome.background, 2, background=True)
        label.move_to(panel.corners()[2] + panel.inset(label))
        halo = rgba(style.chrome.background)
        cold, hot = rgba(style.palette["blue"]), rgba(style.palette["red"])
        return Group(
            panel,
            Field(panel, side.energy, low=0, high=1, colour_map="cold_warm"),
            LevelLines(panel, side.energy, LEVELS, opacity=0.55),
            Points(panel, side.data, radius=2.4, colours=cold, halo=halo),
            Points(panel, side.samples, colours=hot, halo=halo),
            label,
        )

    def train_both(self):
        """The same clock for both."""
        self.beat("Training both")
        last = int(self.run.epochs[-1])
        stops = [round(last / 30), round(last / 6), last]
        self.caption("Both begin alike …")
        self.train(stops[0], 10, pace=Pace(speed_up=15))
        self.caption("… then the energies part …")
        self.train(stops[1], 8, pace=Pace(speed_up=3))
        self.caption("… and both end with samples on the data.")
        self.train(stops[2], 6, pace=Pace(speed_up=8))
        self.wait(0.5)

    def judge(self):
        """What is measured at the end."""
        self.beat("What is measured")
        literal, stable = self.literal, self.stable
        self.caption(
            f"Samples within 0.1 of the data: {literal.near:.0f}~% and {stable.near:.0f}~%."
        )
        self.wait(2.5)
        self.caption(
            "Colder than a half, though 0.3 off the data: "
            f"{literal.leak:.0f}~% of the plane, and {stable.leak:.1f}~%."
        )
        self.wait(4)
