"""Pictures in words, their marks counted by hand."""

import numpy as np

from epochreel import Arrows, Clip, Lines, Points, Regions
from epochreel.film.rendering import rehearse
from epochreel.film.telling import shown, tell
from epochreel.layers import Bars, Counter, Field, LevelLines
from tests.filming import studio


class Shown(Clip):
    def construct(self):
        white = (255, 255, 255, 255)
        panel = self.panel(self.frame.square(), x=(-1, 1), y=(-1, 1), title="cal(H)")
        ramp = np.tile(np.linspace(-1, 1, 9), (9, 1))
        self.add(
            panel,
            Field(panel, ramp, low=-1, high=1),
            LevelLines(panel, ramp, [-0.5, 0, 0.5], labels=True),
            Regions(panel, [[1, 0], [-1, 0]], [0, 0]),
            Lines(panel, [[-1, 0], [1, 0]]),
            Arrows(panel, [[0, 0]], [[1, 0], [0, 1]], width=3, colours=white),
            Points(panel, np.zeros((1500, 2))),
            Points(panel, [[5, 0], [0, 0.5]]),
            Points(panel, np.zeros((7, 2)), opacity=0.05),
            Bars(panel, [1, 2, 3]),
            Counter(self.epoch, self.style, prefix="epoch~"),
            self.text("Two $x_1$").to_corner(),
        )
        self.wait(1)


def test_marks_are_counted_and_words_are_read(tmp_path):
    with studio(tmp_path):
        scene = rehearse(Shown, theme="dark")
        told = shown(scene)
    assert told == (
        "It shows one field, 3 level lines, 2 regions, one line, 2 arrows, 1,501 points and 3 bars."
        " It reads “0”, “epoch”, “Two x₁” and “H”."
    )


def test_nothing_is_told_of_nothing():
    assert tell([]) == ""
