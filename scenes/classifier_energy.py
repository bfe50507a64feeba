"""The energy of a classifier: valleys dug where the data are, one plane for each class."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Group, ScaleInPlace, ValueTracker, smooth

from epochreel import Arrows, Clip, Counter, Pace, Playback, Points
from epochreel.layers import Bars, Field, LevelLines, LevelLines3D, Points3D, Surface, lattice
from epochreel.look import colour_maps
from epochreel.look.style import load, rgba
from epochreel.notation.maths import baseline, formula
from epochreel.panels import Chart, ColourBar, Strip
from epochreel.runs.scalars import RecordedScalar
from trainers.classifier_plain import Config, build, data

LAST = 1000  # the epoch at which the energies fill the range below
REACH = (-1.5, 1.5)
RANGE, LEVELS = (0, 35), np.arange(1, 35, 4)
LINEAR_RANGE, LINEAR_LEVELS = (-20, 20), np.arange(-17.5, 20, 2.5)
CLASS, PLACE = 3, 0.888  # the sample, and the landscape: an arm, and a share of it
ARROW = 1.2  # units of the plane for a slope of one
ASIDE = [[0.94, 0.34], [-0.34, 0.94]]  # a turn by 20 degrees, away from the names
NEARER = 1.4  # how much nearer the landscape is while it is seen from above
RIM = 1.4  # radii of a dark rim, which keeps points apart from the map under them
EVERY = 5  # so many samples for a point on screen
VIEW = {"azimuth": -90, "elevation": 90, "x_label": "x_1", "y_label": "x_2"}  # from above
SOFTARGMAX = 'op("softargmax")(bold(s))'
SYMBOLS = "F(bold(x), bold(y))", "-bold(y)^top bold(s)"
NAMES = "bold(s)", SOFTARGMAX, "bold(y)", f"{SOFTARGMAX} - bold(y)"  # of four charts
CHARTS = {  # their places in the area aside
    "16:9": [(0, 0.78, 1, 1), (0, 0.58, 1, 0.75), (0, 0.38, 1, 0.55), (0, 0.03, 1, 0.35)],
    "1:1": [(0, 0, 0.18, 1), (0.2, 0, 0.45, 1), (0.47, 0, 0.65, 1), (0.67, 0, 1, 1)],
    "9:16": [(0, 0.54, 0.46, 1), (0.54, 0.54, 1, 1), (0, 0, 0.46, 0.46), (0.54, 0, 1, 0.46)],
}
DARK = load("dark")  # an energy map is dark where the data are, whatever the theme


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


class Push:
    """The tip of the arrow on a sample in the plane of class k."""

    def __init__(self, sample, k):
        self.sample, self.k = sample, k

    def __call__(self, epoch):
        x, y = self.sample.x
        return np.array([[x, y + ARROW * self.sample.slope(epoch)[self.k]]])


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
    """A classifier has an energy for each class: low where the class suits the point.

    Before training the energies of the five classes are alike everywhere. One sample shows where
    training pushes them, all samples together dig valleys and leave walls between them. One of the
    energies is then seen as a landscape, with and without the sum over the classes.
    """

    title = "The energy of a classifier"
    trainer = "classifier_plain"
    figure = ("panels",)
    layouts = {
        "16:9": {
            "panels": (0.235, 0.1, 1, 1),
            "aside": (0, 0.1, 0.2, 1),
            "landscape": (0.21, 0.08, 1, 1),
            "legend": (0, 0.4, 0.2, 1),
            "caption": (0, 0, 1, 0.05),
        },
        "1:1": {
            "panels": (0, 0.36, 1, 1),
            "aside": (0, 0.15, 1, 0.34),
            "landscape": (0, 0.37, 1, 1),
            "legend": (0, 0.14, 1, 0.36),
            "caption": (0.04, 0, 0.96, 0.11),
        },
        "9:16": {
            "panels": (0, 0.39, 1, 0.885),
            "aside": (0, 0, 1, 0.36),
            "landscape": (0, 0.28, 1, 0.9),
            "legend": (0, 0.05, 1, 0.22),
            "caption": (0.04, 0.92, 0.96, 1),
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
        self.share = 100 * (self.net(LAST, inputs).argmax(axis=1) == labels).mean()
        self.inputs, self.labels = inputs[::EVERY], labels[::EVERY]
        self.plane = lattice(REACH, REACH, 61, 61).reshape(61, 61, 2)
        first = [ClassEnergy(self.net, self.inputs, k)(0) for k in range(config.classes)]
        self.first = f"{np.min(first):.1f} to {np.max(first):.1f}"
        self.loss = RecordedScalar(self.run, "loss")
        kept = self.loss.epochs <= LAST
        self.loss.epochs, self.loss.values = self.loss.epochs[kept], self.loss.values[kept]
        self.results = {
            "Energies at the data before training": self.first,
            f"Loss at epoch {LAST}": f"{self.loss(LAST):.2g}",
            f"Accuracy at epoch {LAST}": f"{self.share:.1f}~%",
        }
        self.marks = DARK.classes(config.classes)
        self.column = self.aspect == "16:9"  # what stands beside the planes is one
        self.radii = self.style.size.point * np.array([0.6, 1])  # of the others, of its own

    def signs(self, style):
        """Cold for the class that is pushed down, hot for the others, (K, 4)."""
        names = ["blue" if k == CLASS else "red" for k in range(self.config.classes)]
        return np.stack([rgba(style.palette[name]) for name in names])

    def energy_panel(self, k, box):
        """The plane with the energy of class k: field, level lines, data, name."""
        panel = self.panel(box, x=REACH, y=REACH, cross=False)
        energy = ClassEnergy(self.net, self.plane, k)
        own = self.labels == k
        size, gap = (DARK.type.label, 0.2) if box.width > 2.8 else (DARK.type.small, 0.12)
        name = formula(f"y = {k + 1}", DARK, size=size)
        name.set_stroke(DARK.chrome.background, 4, background=True)
        name.move_to([box.left + gap + name.width / 2, box.bottom + gap + name.height / 2, 0])
        faint, ground = rgba(DARK.chrome.level, 0.35), rgba(DARK.chrome.background)
        return Group(
            Field(panel, energy, low=RANGE[0], high=RANGE[1]),
            LevelLines(panel, energy, LEVELS, labels=True, ray=self.uphill(k), words=[name]),
            Points(panel, self.inputs[~own], radius=self.radii[0], colours=faint),
            Points(panel, self.inputs[own], radius=RIM * self.radii[1], colours=ground),
            Points(panel, self.inputs[own], radius=self.radii[1], colours=rgba(self.marks[k])),
            name,
        )

    def uphill(self, k):
        """From near the middle to the border of the plane, up the hill across from arm k."""
        away = -self.inputs[self.labels == k].mean(axis=0) @ ASIDE
        return np.outer([0.3, REACH[1]], away / np.abs(away).max())

    def show_energies(self):
        """Five planes before training: no class suits any point better than another."""
        self.beat("Five energies")
        self.boxes = self.area("panels").squares(3, 2, gap=0.2)
        self.planes = list(map(self.energy_panel, range(self.config.classes), self.boxes))
        self.caption(
            "How well does class $bold(y)$ suit point $bold(x)$? Its energy is low where it does.",
            *map(FadeIn, self.planes),
            run_time=1.2,
        )
        self.wait(1)
        self.formulas = self.energy_terms("aside")
        self.play(FadeIn(self.formulas), FadeIn(self.readings(self.boxes[-1])))
        self.wait(1.5)
        self.caption(f"Before training it is much the same everywhere: {self.first} at the data.")
        self.wait(3.4)

    def energy_terms(self, area):
        """F in an area, a term a line where that is a column."""
        terms = ["F(bold(x), bold(y)) =", "-bold(y)^top bold(s)", "+ log sum_j exp s_j"]
        size = "label" if self.column else "formula"
        parts = Group(*[self.formula(term, size) for term in terms])
        if self.column:
            parts.arrange(DOWN, buff=0.3, aligned_edge=LEFT).move_to(self.area(area).centre)
            return parts.align_to([self.area(area).left, 0, 0], LEFT)
        parts.arrange(RIGHT, buff=0.14).move_to(self.area(area).centre)
        for part in parts:
            part.shift((baseline(parts[0]) - baseline(part)) * UP)
        return parts

    def readings(self, box):
        """Epoch, loss and what the colours mean."""
        style = self.style
        size = style.type.counter if box.width > 2.8 else style.type.title
        number = Counter(self.epoch, style, size=size)
        number.move_to([box.right, box.top - 0.34 * box.height, 0], aligned_edge=DOWN + RIGHT)
        word = self.text("epoch", "label", colour=style.chrome.muted)
        word.align_to([box.left, 0, 0], LEFT)
        word.shift((baseline(number) - baseline(word)) * UP)
        ends, aqua = (0, self.loss.values.max()), style.role("loss")
        place = box.part(0, 0.25, 1, 0.55)
        loss = Strip(place, "loss", self.loss, self.epoch, style, colour=aqua, limits=ends)
        low, high = RANGE
        bar = ColourBar(box.part(0, 0, 1, 0.17), style, low=low, high=high, symbol=SYMBOLS[0])
        self.reading = Group(word, number, loss, bar)
        return self.reading

    def push_one_sample(self):
        """One sample, its outputs, and where training pushes its five energies."""
        self.beat("The push of one sample")
        spaces = [self.panel(box, x=REACH, y=REACH, cross=False) for box in self.boxes[:-1]]
        self.rings = list(map(self.ring, spaces))
        self.pushes = list(map(self.push, spaces, range(self.config.classes)))
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
        derivative = f"partial cal(L) \\/ partial bold(s) = {NAMES[3]}"
        self.caption(f"The loss has the slope ${derivative}$.", FadeIn(slope))
        self.wait(2.1)
        self.caption(
            "So training pushes the energy of its own class down, the others up.",
            *map(FadeIn, self.pushes),
            run_time=1.2,
        )
        self.wait(3)

    def ring(self, panel):
        """The sample where it lies."""
        at, size = self.sample.x[None], self.style.size
        return Group(
            Points(panel, at, radius=RIM * size.marker, colours=rgba(DARK.chrome.background)),
            Points(panel, at, radius=size.marker, colours=rgba(DARK.chrome.level)),
            Points(panel, at, radius=size.point_large, colours=rgba(self.marks[CLASS])),
        )

    def push(self, panel, k):
        """The slope of the loss in s_k as an arrow on the sample, up or down."""
        return Arrows(
            panel,
            self.sample.x[None],
            Push(self.sample, k),
            width=self.style.line.curve,
            colours=self.signs(DARK)[k],
            halo=rgba(DARK.chrome.background, 0.6),
        )

    def chart_row(self):
        """Bars for s, softargmax(s) and y, and for the difference of these two."""
        sample, area, count = self.sample, self.area("aside"), self.config.classes
        most = np.ceil(max(np.abs(sample.s(epoch)).max() for epoch in (0, LAST / 2, LAST)))
        limits = [(-most, most), (0, 1), (0, 1), (-1, 1)]
        size = self.style.type.small if self.aspect == "1:1" else self.style.type.label
        charts = [
            Chart(area.part(*place), name, count, self.epoch, self.style, limits=ends, size=size)
            for place, name, ends in zip(CHARTS[self.aspect], NAMES, limits, strict=True)
        ]
        sources = sample.s, sample.softargmax, sample.y, sample.slope
        paints = None, None, None, self.signs(self.style)
        for chart, heights, paint in zip(charts, sources, paints, strict=True):
            chart.add(Bars(chart.panel, heights, colours=paint))
        return charts

    def train_all(self):
        """From the first epoch to the last, the arrows shrinking as the valleys form."""
        self.beat("Training digs valleys")
        self.caption("Every sample pushes so, epoch after epoch: the arms dig valleys …")
        self.train(250, 5, pace=Pace(speed_up=2))
        self.caption("… and the walls between them grow.")
        self.train(LAST, 7, pace=Pace(speed_up=1.5))
        self.caption(
            f"{self.share:.0f}~% of the points have their lowest energy in their own class."
        )
        self.wait(3.4)

    def raise_landscape(self):
        """The plane of one class grows and becomes a landscape in which the data lie."""
        if not self.beat("One energy as a landscape", optional=True):
            return
        plane = self.planes[CLASS]
        beside = [self.reading, *self.charts, *self.rings, *self.pushes, *self.planes]
        beside.remove(plane)
        growth, middle = self.film_landscape()
        self.caption("", *map(FadeOut, beside))
        self.play(plane.animate.scale(growth).move_to(middle), run_time=1.4)
        self.caption(
            f"Class {CLASS + 1}: its own points lie in the valley, the others on the slopes.",
            FadeIn(self.solid),
            run_time=1,
        )
        self.remove(plane)
        self.terms, self.bars = self.legend()
        self.play(
            self.space.orbit(azimuth=-190, elevation=30, run_time=3),
            self.risen.animate(run_time=3).set_value(1),
            # It rises while it is scaled; `animate` would leave a copy behind in the cache's key.
            # It is small before its corners come round, which would leave the safe area.
            ScaleInPlace(self.solid, 1 / NEARER, suspend_mobject_updating=False, run_time=1.8),
            *map(FadeIn, (self.terms, self.bars[0])),
        )
        self.lines = self.level_lines(LEVELS, RANGE, 0)
        self.play(FadeIn(self.lines, run_time=1), self.space.orbit(azimuth=-265, run_time=4))
        self.wait(0.6)

    def film_landscape(self):
        """Surface and data in space; how much larger the plane is from above there, and where."""
        points = lattice(REACH, REACH, 91, 91).reshape(91, 91, 2)
        table = colour_maps.colours(self.style, "energy")
        self.shape = Landscape(ClassEnergy(self.net, points, CLASS), table)
        data = Landscape(ClassEnergy(self.net, self.inputs, CLASS))
        self.linear, self.risen = clocks = [ValueTracker(0), ValueTracker(0)]
        space = self.panel3d("landscape", x=REACH, y=REACH, z=(0, 1), size=(3, 3, 1.5), **VIEW)
        low, high = space.to_scene([[REACH[0], REACH[0], 0], [REACH[1], REACH[1], 0]])
        growth = (high[0] - low[0]) / self.boxes[CLASS].width
        colours = np.stack([rgba(mark) for mark in self.marks])[self.labels]
        radii = growth * self.radii[(self.labels == CLASS).astype(int)]
        shape = Surface(space, self.shape.heights, colours=self.shape.colours, clocks=clocks)
        dots = Points3D(space, data.points, radius=radii, colours=colours, clocks=clocks)
        self.space, self.solid = space, Group(space, shape, dots).scale(NEARER)
        return NEARER * growth, space.box.centre + NEARER * ((low + high) / 2 - space.box.centre)

    def level_lines(self, levels, limits, linear):
        """Lines at these levels of the energy, on the surface as it is at the end."""
        shares = (levels - limits[0]) / np.ptp(limits)
        return LevelLines3D(self.space, self.shape.heights(linear, 1), shares)

    def legend(self):
        """F term by term, and below it a colour bar for each range."""
        area = self.area("legend")
        terms = self.energy_terms("legend").align_to([0, area.top, 0], UP)
        box = area.part(0, 0, 1, 0.53 if self.column else 0.36)
        return terms, [
            ColourBar(box, self.style, low=low, high=high, symbol=symbol)
            for symbol, (low, high) in zip(SYMBOLS, (RANGE, LINEAR_RANGE), strict=True)
        ]

    def take_the_sum_away(self):
        """The negative linear output instead."""
        if not self.beat("Without the sum over the classes", optional=True):
            return
        self.caption(
            "Without the sum over the classes: the negative linear output.",
            *map(FadeOut, (self.lines, self.terms[2], self.bars[0])),
        )
        rest = Group(*self.terms[:2])
        aside = 0 if self.column else self.safe.centre[0] - rest.get_center()[0]
        self.play(
            self.linear.animate(rate_func=smooth).set_value(1),
            rest.animate.shift(aside * RIGHT),
            FadeIn(self.bars[1]),
            run_time=2,
        )
        lines = self.level_lines(LINEAR_LEVELS, LINEAR_RANGE, 1)
        self.play(FadeIn(lines, run_time=1), self.space.orbit(azimuth=-220, run_time=4))
        self.caption("Low for compatible pairs $(bold(x), bold(y))$, high~for~the~others.")
        self.wait(2.8)
