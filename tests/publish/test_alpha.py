"""The films without a background, laid over any colour, look as if rendered on that colour."""

import dataclasses
import shutil

import numpy as np
import pytest
from manim import config
from PIL import ImageColor

from epochreel import files
from epochreel.film import rendering, writer
from epochreel.look.style import load
from epochreel.media.probe import probe
from epochreel.publish.targets import read
from epochreel.publish.transcode import transcode
from tests.publish.filmed import rgba_pictures

ROWS = read()
GROUNDS = {"PURE_GREEN": "lime", "WHITE": "white", "BLACK": "black"}
"""Manim's names of colours, and everybody else's."""

SCENE = """
import os

from manim import RIGHT, FadeIn, Square, linear
from epochreel import Clip, Points
from epochreel.look.style import rgba


class Edges(Clip):
    def construct(self):
        if "GROUND" in os.environ:
            self.camera.background_color = os.environ["GROUND"]
            self.camera.init_background()
        panel = self.panel(self.safe, x=(-3, 3), y=(-2, 2), equal=False, title="cal(H)")
        square = Square(2.2, stroke_width=0, fill_opacity=1, fill_color=self.style.class_marks[0])
        blue = rgba(self.style.class_marks[9])
        points = Points(panel, [[0.8, 0.5], [1.7, -0.4]], radius=130, colours=blue)
        self.add(panel, square.rotate(0.4).shift(3 * RIGHT), points, self.text("Warm *edges*."))
        self.play(FadeIn(square.copy().shift(7.5 * -RIGHT), rate_func=linear), run_time=0.5)
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The film without a background, and the frames that are drawn on each colour."""
    folder = tmp_path_factory.mktemp("edges")
    (folder / "scenes").mkdir()
    (folder / "scenes" / "edges.py").write_text(SCENE)
    shutil.copy(files.ROOT / "manim.cfg", folder)
    convert, drawn = writer.to_video_frame, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "ROOT", folder)
        patch.setitem(rendering.QUALITIES, "low", (288, 4))
        films = {"none": rendering.render("edges", quality="low", alpha=True, progress=False)}
        patch.setattr(
            writer,
            "to_video_frame",
            lambda pixels, *how: (drawn.append(pixels[..., :3].copy()), convert(pixels, *how))[1],
        )
        for name in GROUNDS:
            patch.setenv("GROUND", name)
            rendering.render("edges", quality="low", force=True, progress=False)
            films[name] = np.array(drawn)
            drawn.clear()
    return films


def row(name):
    return dataclasses.replace(ROWS[name], width=512, height=288, frame_rate=4)


def test_the_rendering_is_prores_with_alpha(films):
    found = probe(films["none"])
    row("alpha.mov").check(found)
    assert (found.faststart, found.edited) == (True, False)
    assert films["none"].parent.name == "288p4-alpha"
    assert not (films["none"].parent / ".segments").exists()
    assert not config.transparent


@pytest.mark.parametrize(("name", "worst"), [("alpha.mov", 3), ("alpha.webm", 16)])
def test_over_any_colour_it_is_what_is_drawn_on_it(films, tmp_path, name, worst):
    transcode(films["none"], tmp_path / name, row(name))
    row(name).check(probe(tmp_path / name))
    layers = rgba_pictures(tmp_path / name).astype(float)
    alpha = layers[..., 3:] / 255
    assert alpha.min() == 0
    assert alpha.max() == 1
    edges = ((alpha > 0.05) & (alpha < 1))[..., 0]
    assert edges.sum() > 1000
    for ground, colour in GROUNDS.items():
        laid = layers[..., :3] * alpha + np.array(ImageColor.getrgb(colour)) * (1 - alpha)
        gap = laid - films[ground]
        assert np.percentile(np.abs(gap), 99) < worst, ground
        # An edge is as faithful as the rest, and neither darker nor brighter than it should be.
        assert np.percentile(np.abs(gap[edges]), 99) < worst, ground
        assert np.abs(gap[edges].mean(axis=0)).max() < 1.5, ground


def test_a_hidden_pixel_has_its_neighbours_colour(films):
    layers = rgba_pictures(films["none"]).astype(float)
    colour = np.array(ImageColor.getrgb(load("dark").class_marks[9]))
    alpha = layers[0, ..., 3]
    seen = (np.abs(layers[0, ..., :3] - colour).max(axis=-1) < 6) & (alpha > 250)
    hidden = np.zeros_like(seen)
    hidden[:, 3:] = seen[:, :-3]
    hidden &= alpha == 0
    assert hidden.sum() > 20
    assert np.abs(layers[0, hidden, :3] - colour).mean() < 12
