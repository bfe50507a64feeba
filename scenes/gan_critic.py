"""A critic learns an energy: cold along the data, hot wherever a generator's samples stray."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, FadeIn, FadeOut, Group, LaggedStart

from epochreel import Clip, Counter, Pace, Playback, Points
from epochreel.layers import (
    Energy,
    Field,
    LevelLines,
    LevelLines3D,
    Points3D,
    Surface,
    VectorField,
    lattice,
)
from epochreel.look.style import rgba
from epochreel.panels import ColourBar, ScaleArrow, Strip
from epochreel.runs.scalars import RecordedScalar
from trainers.gan_critic import Config, build, data, fixed_latents

REACH = (-1.6, 1.6)
CLOSE = (-1.3, 1.3)
SAMPLES = 400
ARROWS = 50
FORCE = 0.35  # data units an arrow is long for a slope of 1
LEVELS = np.linspace(0.1, 0.9, 9)


class Forces:
    """−∇C at the samples of an epoch: where the generator is told to move them."""

    def __init__(self, generator, critic, latents):
        self.samples = generator.of(latents)
        self.critic = critic

    def __call__(self, epoch):
        return -self.critic.gradient(epoch, self.samples(epoch))


class GanCritic(Clip):
    """A critic learns an energy, and a generator learns from the critic.

    The critic pushes the energy of the data down and that of the generator's samples up; the
    generator moves its samples downhill. We watch the energy form over 18,000 epochs until the
    data lies in a valley, compare it with where it began, and walk around the valley.
    """

    title = "A critic learns an energy"
    trainer = "gan_critic"
    figure = ("plane", "bar")
    layouts = {
        "16:9": {
            "plane": (0.4375, 0, 0.94, 1),
            "bar": (0.955, 0.05, 1, 0.95),
            "formula": (0, 0.25, 0.40, 0.95),
            "epoch": (0, 0.82, 0.40, 1),
            "critic": (0, 0.62, 0.40, 0.78),
            "generator": (0, 0.43, 0.40, 0.59),
            "gradient": (0, 0.24, 0.40, 0.40),
            "first": (0, 0.2, 0.45, 1),
            "last": (0.55, 0.2, 1, 1),
            "surface": (0.26, 0, 1, 1),
            "caption": (0, 0, 0.40, 0.175),
        },
        "1:1": {
            "plane": (0.22, 0.31, 0.91, 1),
            "bar": (0.935, 0.33, 1, 0.98),
            "formula": (0, 0.126, 1, 0.296),
            "epoch": (0, 0.31, 0.2, 1),
            "critic": (0, 0.14, 0.31, 0.28),
            "generator": (0.345, 0.14, 0.655, 0.28),
            "gradient": (0.69, 0.14, 1, 0.28),
            "first": (0, 0.3, 0.48, 0.9),
            "last": (0.52, 0.3, 1, 0.9),
            "surface": (0, 0.14, 1, 1),
            "caption": (0.08, 0, 0.92, 0.11),
        },
        "9:16": {
            "plane": (0.02, 0.25, 0.86, 0.905),
            "bar": (0.89, 0.29, 1, 0.865),
            "formula": (0, 0, 1, 0.235),
            "epoch": (0, 0.16, 1, 0.235),
            "critic": (0, 0, 0.3, 0.13),
            "generator": (0.35, 0, 0.65, 0.13),
            "gradient": (0.7, 0, 1, 0.13),
            "first": (0.19, 0.465, 0.81, 0.905),
            "last": (0.19, 0, 0.81, 0.44),
            "surface": (0, 0.2, 1, 0.905),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_data_and_samples()
        self.show_energy()
        self.state_losses()
        self.train_both()
        self.compare()
        self.walk_around_valley()

    def measure(self):
        """Read the run, and compute every number that the captions say."""
        run = self.run
        config = self.config = Config(**run.config)
        nets = build(config)
        # The critic swings faster than can be shown without flashes: every sixth snapshot will do.
        epochs = np.union1d(run.epochs[::6], run.epochs[-1])
        self.generator = Playback(run, nets["generator"], net="generator", epochs=epochs)
        self.critic = Playback(run, nets["critic"], net="critic", epochs=epochs)
        self.data = data(config).numpy()
        self.latents = fixed_latents(config, SAMPLES).numpy()
        self.energy = Energy(self.critic, lattice(REACH, REACH, 65, 65))
        last = self.last = int(run.epochs[-1])
        outward = self.data / np.linalg.norm(self.data, axis=1, keepdims=True)
        self.cold = self.critic(last, self.data).mean()
        off = np.concatenate([self.data + 0.3 * outward, self.data - 0.3 * outward])
        self.hot = self.critic(last, off).mean()
        self.results = {
            f"Mean energy of the data at epoch {last}": f"{self.cold:.2f}",
            "Mean energy 0.3 off the data": f"{self.hot:.2f}",
        }

    def show_data_and_samples(self):
        """The cold points first, then the hot ones that an untrained generator draws."""
        self.beat("Data and samples")
        box = self.area("plane").square(0, 0.5)
        self.plane = self.panel(box, x=REACH, y=REACH, x_label="y_1", y_label="y_2")
        self.truth = self.points(self.plane, self.data, "blue", radius=2.4)
        self.samples = self.points(self.plane, self.generator.of(self.latents), "red")
        self.play(FadeIn(self.plane), run_time=0.6)
        self.caption("Points $bold(y)$ of the data are to be cold: low energy.", FadeIn(self.truth))
        self.wait(2.1)
        self.caption(
            "Samples $hat(bold(y)) = G(bold(z))$ of a generator are to be hot.",
            FadeIn(self.samples),
        )
        self.wait(1.8)

    def points(self, panel, positions, colour, **options):
        """Discs with a dark rim, legible on every colour of the energy."""
        style = self.style
        halo = rgba(style.chrome.background)
        return Points(panel, positions, colours=rgba(style.palette[colour]), halo=halo, **options)

    def show_energy(self):
        """The critic's energy before training: almost flat, and random."""
        self.beat("The critic's energy")
        style = self.style
        self.field = Field(
            self.plane, self.energy, low=0, high=self.config.margin, colour_map="cold_warm"
        )
        self.levels = LevelLines(self.plane, self.energy, LEVELS, opacity=0.55)
        self.forces = VectorField(
            self.plane,
            self.generator.of(self.latents[:ARROWS]),
            Forces(self.generator, self.critic, self.latents[:ARROWS]),
            scale=FORCE,
            maximum=1,
            colours=rgba(style.chrome.maths),
            halo=rgba(style.chrome.background, 0.5),
        )
        self.scale = ScaleArrow(self.plane, 1, scale=FORCE, label="norm(nabla C) = 1")
        self.bar = ColourBar(
            self.area("bar"),
            style,
            low=0,
            high=self.config.margin,
            colour_map="cold_warm",
            symbol="C",
        )
        self.add(self.plane, self.field, self.levels, self.truth, self.samples)
        self.add(self.plane.labels)
        self.caption(
            "A critic gives every point an energy $C$. Untrained, it is flat.",
            *map(FadeIn, (self.field, self.levels, self.bar)),
            run_time=1.2,
        )
        self.wait(1.9)

    def state_losses(self):
        """The losses, with what is added to the literal ones marked as such."""
        if not self.beat("The losses", optional=True):
            return
        config = self.config
        muted = self.style.chrome.muted
        beside = self.aspect == "16:9"
        size = "formula" if beside else "caption"
        literal = [
            self.formula("cal(l)_C = C(bold(y)) + [m - C(hat(bold(y))')]^+", size),
            self.formula("cal(l)_G = C(G(bold(z)))", size),
        ]
        size = "caption" if beside else "label"
        added = [
            self.text("Added to the literal losses:", "label", colour=muted),
            self.formula(
                f"hat(bold(y))' = G(bold(z)) + {config.contrastive_noise:g} thin u bold(epsilon)",
                size,
            ),
            self.formula(
                f"+ {config.penalty / 2:g} thin (norm(nabla C(bold(y)))^2 +"
                " norm(nabla C(hat(bold(y))'))^2)",
                size,
            ),
        ]
        box = self.area("formula")
        if beside:
            lines = Group(*literal, *added).arrange(DOWN, buff=0.42, aligned_edge=LEFT)
            lines.move_to(box.centre).align_to([box.left, 0, 0], LEFT)
        else:
            first = Group(*literal).arrange(RIGHT, buff=0.6)
            second = Group(*added[1:]).arrange(RIGHT, buff=0.5)
            lines = Group(first, added[0], second).arrange(DOWN, buff=0.14).move_to(box.centre)
        self.play(*map(FadeIn, literal), run_time=0.8)
        self.caption("Push the data down; push the samples up, to #box[$m = 1$].")
        self.wait(1.5)
        self.play(LaggedStart(*map(FadeIn, added), lag_ratio=0.3), run_time=1.2)
        self.caption("Noise on the samples, and a penalty on slopes: a clear valley.")
        self.wait(2.5)
        self.play(FadeOut(lines), run_time=0.6)

    def readings(self):
        """Epoch, both losses and the generator's gradient, on logarithmic axes."""
        style = self.style
        box = self.area("epoch")
        narrow = self.aspect == "1:1"
        number = Counter(
            self.epoch, style, digits=5, size=style.type.title if narrow else style.type.counter
        )
        word = self.text("epoch", "label", colour=style.chrome.muted)
        if narrow:
            row = Group(word, number).arrange(DOWN, buff=0.2, aligned_edge=RIGHT)
        else:
            row = Group(word, number).arrange(RIGHT, buff=0.3, aligned_edge=DOWN)
        row.move_to([box.left + row.width / 2, box.top - row.height / 2, 0])
        rows = [
            ("critic", "$cal(l)_C$", "critic_loss", "blue"),
            ("generator", "$cal(l)_G$", "generator_loss", "red"),
            ("gradient", "$norm(nabla cal(l)_G)$", "generator_gradient", "orange"),
        ]
        strips = Group()
        for area, name, scalar, colour in rows:
            recorded = RecordedScalar(self.run, scalar)
            averaged = recorded.mean(50).values
            strips.add(
                Strip(
                    self.area(area),
                    name,
                    recorded,
                    self.epoch,
                    style,
                    colour=style.palette[colour],
                    limits=(averaged.min() / 1.5, averaged.max() * 1.5),
                    decimals=2,
                    logarithmic=True,
                    mean=50,
                )
            )
        return Group(row, strips)

    def train_both(self):
        """18,000 epochs, slow where most happens, with two stops."""
        self.beat("Training both")
        self.numbers = self.readings()
        self.play(*map(FadeIn, (self.numbers, self.forces, self.scale)), run_time=0.8)
        self.caption("Samples are pulled downhill by $-nabla C$.")
        self.train(600, 9, pace=Pace(speed_up=40))
        self.caption("Epoch 600: it covers the data, and strays.")
        self.wait(1.7)
        self.caption("The critic raises what lies between the arms …")
        self.train(3000, 8, pace=Pace(speed_up=3))
        self.caption("… and the samples settle on the data.")
        self.train(self.last, 6, pace=Pace(speed_up=8))
        self.wait(0.5)
        self.caption(f"On the data $C$ is {self.cold:.2f} on average; 0.3~off~it, {self.hot:.2f}.")
        self.wait(3)

    def compare(self):
        """Epoch 0 beside the last one."""
        if not self.beat("Before and after", optional=True):
            return
        style = self.style
        hero = Group(self.plane, self.field, self.levels, self.truth, self.samples, self.forces)
        left, right = self.area("first").square(), self.area("last").square()
        first = self.panel(left, x=REACH, y=REACH)
        before = Group(
            first,
            Field(first, self.energy(0), low=0, high=self.config.margin, colour_map="cold_warm"),
            LevelLines(first, self.energy(0), LEVELS, opacity=0.55),
            self.points(first, self.data, "blue", radius=2.4),
            self.points(first, self.generator(0, self.latents), "red"),
        )
        names = Group(
            self.text("epoch 0", "label"),
            self.text(f"epoch {self.last:,}".replace(",", "~"), "label"),
        )
        for name, box in zip(names, (left, right), strict=True):
            name.set_stroke(style.chrome.background, 2, background=True)
            name.move_to(np.array([box.left, box.top, 0]) + self.plane.inset(name))
        self.caption(
            "",
            *map(FadeOut, (self.numbers, self.scale, self.bar)),
            self.plane.labels.animate.set_opacity(0),
        )
        shrink = right.width / self.plane.box.width
        self.play(hero.animate.scale(shrink).move_to(right.centre), run_time=1.2)
        self.play(*map(FadeIn, (before, names)), run_time=0.6)
        self.caption("The same plane, before and after: the data lies in a valley.")
        self.wait(2.5)
        self.play(*map(FadeOut, (hero, before, names)), run_time=0.6)

    def walk_around_valley(self):
        """The energy at the end as a surface, cut at the margin, the data lying on it."""
        if not self.beat("A walk around the valley", optional=True):
            return
        style, margin = self.style, self.config.margin
        space = self.panel3d(
            "surface",
            x=CLOSE,
            y=CLOSE,
            z=(0, margin),
            azimuth=-100,
            elevation=44,
            size=(3, 3, 0.6),
            x_label="y_1",
            y_label="y_2",
            z_label="C",
        )
        heights = Energy(self.critic, lattice(CLOSE, CLOSE, 121, 121))(self.last)
        lying = np.column_stack([self.data, self.critic(self.last, self.data)])
        valley = [
            Surface(space, heights),
            LevelLines3D(space, heights, LEVELS, opacity=0.4),
            Points3D(space, lying, radius=4, colours=rgba(style.palette["blue"])),
        ]
        self.caption(
            "The energy as a surface: a valley, and the data at its bottom.",
            *map(FadeIn, (space, *valley)),
            run_time=1.2,
        )
        self.play(space.orbit(azimuth=20), run_time=9)
        self.wait(1.5)
