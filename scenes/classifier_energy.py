"""The energy of a classifier: valleys dug where the data are, one plane for each class."""

import numpy as np
from manim import DOWN, RIGHT, UP, FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Arrows, Clip, Counter, Pace, Playback, Points, colour_maps
from epochreel.layers import (
    Canvas,
    Field,
    LevelLines,
    LevelLines3D,
    Lines,
    Points3D,
    Surface,
    lattice,
)
from epochreel.layers.bars import Bars
from epochreel.legend import ColourBar
from epochreel.maths import formula
from epochreel.panel import Box
from epochreel.runs.scalars import RecordedScalar
from epochreel.strip import Strip
from epochreel.style import load, rgba
from trainers.classifier_plain import Config, build, data

LAST = 1000  # the epoch at which the energies fill the range below
REACH = (-1.5, 1.5)
RANGE, LEVELS = (0, 35), np.arange(1, 35, 4)
LINEAR_RANGE, LINEAR_LEVELS = (-20, 20), np.arange(-17.5, 20, 2.5)
CLASS, PLACE = 3, 0.888  # the sample, and the landscape: an arm, and a share of it
ARROW = 0.9  # units of the plane for a slope of one
EVERY = 5  # so many samples for a point on screen


class ClassEnergy:
    """F(x, y = k) at points (…, 2): −s_k + log Σ exp s_j, `linear` (0 to 1) taking the sum away."""

    def __init__(self, net, points, k):
        self.net, self.k = net, k
        self.points = np.asarray(points, dtype=np.float32)

    def __call__(self, epoch, linear=0.0):
        s = self.net(epoch, self.points.reshape(-1, 2)).astype(np.float64)
        top = s.max(axis=1)
        total = top + np.log(np.exp(s - top[:, None]).sum(axis=1))
        return ((1 - linear) * total - s[:, self.k]).reshape(self.points.shape[:-1])


class Sample:
    """What the net says of one sample, what is right, and the slope of the loss between them."""

    def __init__(self, net, x, k, classes):
        self.net, self.x, self.k = net, np.asarray(x, dtype=np.float32), k
        self.y = np.eye(classes)[k]

    def s(self, epoch):
        return self.net(epoch, self.x[None])[0].astype(np.float64)

    def softargmax(self, epoch):
        s = self.s(epoch)
        return np.exp(s - s.max()) / np.exp(s - s.max()).sum()

    def slope(self, epoch):
        return self.softargmax(epoch) - self.y

    def slopes(self, epoch):
        """Tips of five arrows that stand side by side."""
        return np.stack([np.arange(len(self.y)), self.slope(epoch)], axis=1)


class Push:
    """The tip of the arrow on a sample in the plane of class k."""

    def __init__(self, sample, k):
        self.sample, self.k = sample, k

    def __call__(self, epoch):
        return self.sample.x + [[0, ARROW * self.sample.slope(epoch)[self.k]]]


class Landscape:
    """An energy at the last epoch as heights from 0 to 1 of its range, on the way to the linear."""

    def __init__(self, energy, table=None):
        self.energy, self.table = energy, table

    def share(self, linear):
        low, high = ((1 - linear) * np.array(RANGE) + linear * np.array(LINEAR_RANGE)).tolist()
        return np.clip((self.energy(LAST, linear) - low) / (high - low), 0, 1)

    def heights(self, linear, risen):
        return risen * self.share(linear)

    def points(self, linear, risen):
        return np.column_stack([self.energy.points, self.heights(linear, risen)])

    def colours(self, linear, risen):
        return self.table[np.rint(255 * self.share(linear)).astype(int)]


class ClassifierEnergy(Clip):
    """Five energies while a net 2 → 100 → 5 trains, the push of one sample, and a landscape."""

    trainer = "classifier_plain"
    layouts = {
        "16:9": {
            "panels": (0.235, 0.1, 1, 1),
            "aside": (0, 0.1, 0.2, 1),
            "landscape": (0.2, 0.1, 1, 1),
            "caption": (0, 0, 1, 0.05),
        },
        "1:1": {
            "panels": (0, 0.34, 1, 1),
            "aside": (0, 0.13, 1, 0.32),
            "landscape": (0, 0.3, 1, 1),
            "caption": (0.04, 0, 0.96, 0.11),
        },
        "9:16": {
            "panels": (0, 0.17, 1, 0.9),
            "aside": (0, 0, 1, 0.15),
            "landscape": (0, 0.22, 1, 0.9),
            "caption": (0.08, 0.92, 0.92, 1),
        },
    }

    def construct(self):
        self.measure()
        self.show_energies()
        self.push_one_sample()
        self.train_all()
        self.raise_landscape()
        self.take_the_sum_away()

    def measure(self):
        """Read the run, and compute every number that the captions say."""
        self.config = config = Config(**self.run.config)
        self.net = Playback(self.run, build(config))
        inputs, labels = (tensor.numpy() for tensor in data(config))
        chosen = CLASS * config.points_per_class + round(PLACE * (config.points_per_class - 1))
        self.sample = Sample(self.net, inputs[chosen], CLASS, config.classes)
        s = self.net(LAST, inputs)
        self.share = 100 * (s.argmax(axis=1) == labels).mean()
        self.inputs, self.labels = inputs[::EVERY], labels[::EVERY]
        self.plane = lattice(REACH, REACH, 61, 61).reshape(61, 61, 2)
        first = [ClassEnergy(self.net, self.inputs, k)(0) for k in range(config.classes)]
        self.first = np.min(first), np.max(first)
        self.loss = RecordedScalar(self.run, "loss")
        kept = self.loss.epochs <= LAST
        self.loss.epochs, self.loss.values = self.loss.epochs[kept], self.loss.values[kept]
        # An energy map is dark where the data are, whatever the theme.
        self.marks = load("dark").classes(config.classes)

    def cells(self):
        """Six squares: one for each class, the last for the readings."""
        area = self.area("panels")
        columns = 3 if area.width > area.height else 2
        rows = 6 // columns
        gap = 0.2
        side = min(
            (area.width - gap * (columns - 1)) / columns, (area.height - gap * (rows - 1)) / rows
        )
        left = area.centre[0] - (columns * (side + gap) - gap) / 2
        top = area.centre[1] + (rows * (side + gap) - gap) / 2
        corners = [
            (left + column * (side + gap), top - row * (side + gap))
            for row in range(rows)
            for column in range(columns)
        ]
        return [Box(x, y - side, x + side, y) for x, y in corners]

    def energy_panel(self, k, box):
        """The plane with the energy of class k: field, level lines, data, name."""
        style = self.style
        panel = self.panel(box, x=REACH, y=REACH, cross=False)
        energy = ClassEnergy(self.net, self.plane, k)
        name = formula(f"bold(y) = {k + 1}", style, size=style.type.label, colour=self.marks[k])
        name.set_stroke(load("dark").chrome.background, 3, background=True)
        name.move_to(panel.corners()[2] + panel.inset(name))
        own = self.labels == k
        return Group(
            Field(panel, energy, low=RANGE[0], high=RANGE[1]),
            LevelLines(panel, energy, LEVELS, labels=True),
            Points(panel, self.inputs[~own], radius=1.5, colours=rgba(style.chrome.level, 0.35)),
            Points(panel, self.inputs[own], radius=2.5, colours=rgba(self.marks[k])),
            name,
        )

    def show_energies(self):
        """Five planes before training: no class suits any point better than another."""
        self.boxes = self.cells()
        self.planes = [
            self.energy_panel(k, box) for k, box in enumerate(self.boxes[: self.config.classes])
        ]
        self.caption(
            "How well does class $bold(y)$ suit point $bold(x)$? Its energy is low where it does.",
            *map(FadeIn, self.planes),
            run_time=1.2,
        )
        self.wait(1)
        self.formulas = self.energy_formula()
        self.play(FadeIn(self.formulas), FadeIn(self.readings(self.boxes[-1])))
        self.wait(1.5)
        low, high = self.first
        self.caption(
            f"Before training it is much the same everywhere: {low:.1f} to {high:.1f} at the data."
        )
        self.wait(1.5)

    def energy_formula(self):
        """F in the area beside the planes, a term a line where that is narrow."""
        area = self.area("aside")
        terms = ["F(bold(x), bold(y)) =", "-bold(y)^top bold(s)", "+ log sum_j exp s_j"]
        if area.height > area.width:
            lines = Group(*[self.formula(term, "label") for term in terms])
            lines.arrange(DOWN, buff=0.3).move_to(area.centre)
            for line in lines:
                line.shift((area.left - line.get_left()[0]) * RIGHT)
            return lines
        return self.formula(" ".join(terms)).move_to(area.centre)

    def readings(self, box):
        """Epoch, loss and what the colours mean."""
        style = self.style
        number = Counter(self.epoch, style)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        top = box.part(0, 0.6, 1, 1)
        number.move_to([top.right - number.width / 2, top.bottom + number.height / 2, 0])
        word.next_to(number, UP, buff=0.16)
        word.shift((top.right - word.get_right()[0]) * RIGHT)
        loss = Strip(
            box.part(0, 0.25, 1, 0.55),
            "loss",
            self.loss,
            self.epoch,
            style,
            colour=style.role("loss"),
            limits=(0, self.loss.values.max()),
        )
        self.bar = ColourBar(
            box.part(0, 0, 1, 0.17),
            style,
            low=RANGE[0],
            high=RANGE[1],
            symbol="F(bold(x), bold(y))",
        )
        self.reading = Group(word, number, loss, self.bar)
        return self.reading

    def push_one_sample(self):
        """One sample, its outputs, and where training pushes its five energies."""
        style, sample, classes = self.style, self.sample, self.config.classes
        self.rings = [self.ring(plane[0], k) for k, plane in enumerate(self.planes)]
        self.charts = self.chart_row()
        outputs, shares, target, slope = self.charts
        self.caption(
            f"One sample $bold(x)$, of class {CLASS + 1}.",
            *map(FadeIn, self.rings),
            FadeOut(self.formulas),
            run_time=1,
        )
        self.wait(0.7)
        self.caption("The net answers with $bold(s)$; right would be $bold(y)$.", FadeIn(outputs))
        self.play(FadeIn(shares), FadeIn(target))
        self.wait(1.5)
        red, blue = rgba(style.palette["red"]), rgba(style.palette["blue"])
        self.pushes = [
            Arrows(
                self.panel(box, x=REACH, y=REACH, cross=False),
                sample.x[None],
                Push(sample, k),
                width=style.line.curve,
                colours=blue if k == CLASS else red,
                halo=rgba(load("dark").chrome.background, 0.6),
            )
            for k, box in zip(range(classes), self.boxes, strict=False)
        ]
        self.caption(
            "Training pushes the energy down in its own class, up in the others.",
            FadeIn(slope),
            *map(FadeIn, self.pushes),
            run_time=1.2,
        )
        self.wait(2.5)

    def ring(self, field, k):
        """The sample where it lies in the plane of class k."""
        panel = self.panel(self.boxes[k], x=REACH, y=REACH, cross=False)
        at, light = self.sample.x[None], self.style.chrome.level
        return Group(
            Points(panel, at, radius=8, colours=rgba(light)),
            Points(panel, at, radius=5.5, colours=rgba(self.marks[CLASS])),
        )

    def chart_row(self):
        """Bars for s, softargmax(s) and y, and arrows for their difference, side by side."""
        sample, style, area = self.sample, self.style, self.area("aside")
        most = np.ceil(max(np.abs(sample.s(epoch)).max() for epoch in (0, LAST / 2, LAST)))
        softargmax = 'op("softargmax")(bold(s))'
        names = ["bold(s)", softargmax, "bold(y)", f"{softargmax} - bold(y)"]
        limits = [(-most, most), (0, 1), (0, 1), (-1, 1)]
        stacked = area.height > area.width
        ends = (1, 0.75, 0.55, 0.35, 0) if stacked else (0, 0.2, 0.45, 0.65, 1)
        charts = []
        for index, (name, (low, high)) in enumerate(zip(names, limits, strict=True)):
            first, last = sorted(ends[index : index + 2])
            if stacked:
                box = area.part(0, first + 0.03, 1, last)
            else:
                box = area.part(first, 0, last - 0.02, 1)
            words = self.formula(name, "label" if stacked else "small")
            words.move_to([box.left + words.width / 2, box.top - 0.15, 0])
            plot = Box(box.left + 0.4, box.bottom, box.right, box.top - 0.45)
            panel = self.panel(plot, x=(-0.6, 4.6), y=(low, high), cross=False)
            axis = Lines(
                panel,
                [[-0.6, 0], [4.6, 0]],
                width=style.line.axis,
                colours=rgba(style.chrome.axis),
            )
            tick = self.text(f"{high:g}", "small", colour=style.chrome.muted)
            tick.move_to([plot.left - 0.1 - tick.width / 2, plot.top - tick.height / 2, 0])
            if index < 3:
                source = (sample.s, sample.softargmax, sample.y)[index]
                marks = Bars(panel, source)
            else:
                red, blue = rgba(style.palette["red"]), rgba(style.palette["blue"])
                feet = np.column_stack([np.arange(5), np.zeros(5)])
                colours = [blue if k == CLASS else red for k in range(5)]
                marks = Arrows(panel, feet, sample.slopes, width=style.line.curve, colours=colours)
            charts.append(Group(words, axis, tick, marks))
        return charts

    def train_all(self):
        """From the first epoch to the last, the arrows shrinking as the valleys form."""
        self.caption("So does every sample, at every epoch: the arms dig their valleys …")
        self.train(250, 6, pace=Pace(speed_up=2))
        self.caption("… and the walls between them grow.")
        self.train(LAST, 8, pace=Pace(speed_up=1.5))
        self.caption(
            f"Epoch {LAST}: for {self.share:.0f}~% of the points their own class costs least."
        )
        self.wait(2.5)

    def raise_landscape(self):
        pass

    def take_the_sum_away(self):
        pass
