"""Pictures in words, their marks counted by hand."""

import numpy as np

from epochreel import Arrows, Clip, Lines, Points, Regions
from epochreel.film.rendering import rehearse
from epochreel.film.telling import shown, tell
from epochreel.layers import Bars, Counter, Field, LevelLines, Stems, Waveform
from epochreel.marks.box import Box
from epochreel.panels.listing import Listing
from tests.filming import studio
from tests.layers.planes import Rectangle, canvas


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


def test_signals_and_code_are_told_of():
    plane = Rectangle()
    layers = Waveform(plane, np.zeros(9000)), Stems(plane, [1, 2])
    marks = [mark for layer in layers for mark in layer.marks(canvas())]
    listing = Listing(Box(-5, -3, 5, 3), "loss.backward()", plane.style)
    assert tell([*marks, *listing[0].marks()]) == (
        "It shows one waveform, 2 stems and 2 points. It reads “loss.backward()”."
    )


class Crowded(Clip):
    def construct(self):
        panel = self.panel(self.frame.square(), x=(0, 5), y=(0, 5), cross=False)
        at = np.stack(np.divmod(np.arange(20), 5), axis=1) + 0.5
        self.add(
            panel.image(np.eye(3)),
            panel.polygons([[0, 0], [1, 0], [0, 1]], at=[[1, 1], [3, 3]]),
            panel.polygons([[0, 0], [1, 0], [0, 1]], outline=True, fill=0.0),
            panel.words(at, [f"n_({k})" for k in range(20)]),
            self.bar_chart(self.frame.square(), [0, 1, 2], limits=(0, 2), lying=True),
        )
        self.wait(1)


def test_of_many_words_the_first_are_read(tmp_path):
    with studio(tmp_path):
        told = shown(rehearse(Crowded, theme="dark"))
    assert told.startswith("It shows one image, 2 lines, 2 areas, one outline and 3 bars.")
    assert told.endswith("“n₁₂”, “n₁₃” and 6 more.")


def test_nothing_is_told_of_nothing():
    assert tell([]) == ""
