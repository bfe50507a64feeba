"""A clip of a few frames with a bit of everything, for tests of how clips are rendered."""

import numpy as np
from manim import RIGHT, UP, FadeIn

from epochreel import Clip, Counter, Lines, Points, grid, hero
from epochreel.look.style import rgba


def spiral(epoch):
    angle = np.linspace(0, 6, 40) + epoch / 50
    return np.stack([angle * np.cos(angle), angle * np.sin(angle)], axis=1) / 6


class Tiny(Clip):
    layout = hero()

    def construct(self):
        style = self.style
        panel = self.panel(self.slot("hero").square(), x=(-1.5, 1.5), y=(-1.5, 1.5), title="cal(H)")
        lattice = Lines(panel, grid((-1, 1), (-1, 1), 0.5, 2), opacity=style.opacity.grid)
        points = Points(panel, spiral, radius=14, colours=rgba(style.palette["green"]))
        number = Counter(self.epoch, style, digits=3).move_to(self.slot("aside").centre)
        self.play(FadeIn(panel), FadeIn(lattice), run_time=0.5)
        self.add(points, number)
        self.caption("Spirals *turn*.", run_time=0.5)
        self.train(100, 1)
        self.play(points.animate.shift(0.2 * UP + 0.2 * RIGHT), run_time=0.5)
        self.wait(0.5)
