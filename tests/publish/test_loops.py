import dataclasses

import numpy as np
import pytest
from PIL import Image, ImageColor, ImageSequence

from epochreel.look.style import load
from epochreel.media.probe import probe
from epochreel.publish.loops import NEAR, STEPS, loop, palette
from epochreel.publish.targets import read
from tests.publish.filmed import film, noise, rgb

ROWS = read()
STYLE = load("dark")


def row(name, **changed):
    size = {"width": 256, "height": 144, "frame_rate": 10}
    return dataclasses.replace(ROWS[name], **size | changed)


def frames(path):
    with Image.open(path) as image:
        return np.array(
            [np.asarray(shown.convert("RGB")) for shown in ImageSequence.Iterator(image)]
        )


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return film(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.mark.parametrize(("name", "tolerance"), [("loop.gif", 0), ("loop.webp", 12)])
def test_a_loop_is_clean(tmp_path, clip, name, tolerance):
    loop(clip, tmp_path / name, row(name), STYLE)
    found = probe(tmp_path / name)
    row(name).check(found)
    assert (found.width, found.height, found.frames) == (256, 144, 20)
    with Image.open(tmp_path / name) as image:
        assert image.info["loop"] == 0  # for ever
    shown = frames(tmp_path / name)
    # Flat areas have the stylesheet's colours, without a speck of dithering.
    assert shown[:, 100:].max() <= tolerance
    square = shown[5, 45:75, 53:83]
    assert np.abs(square - rgb("green")).max() <= tolerance
    assert np.abs(square.mean(axis=(0, 1)) - rgb("green")).max() <= 3
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["loop.gif", "loop.webp"])
def test_a_loop_steps_down_until_it_fits(tmp_path, name):
    clip = film(tmp_path / "clip.mp4", picture=noise, frames=10)
    loop(clip, tmp_path / name, row(name), STYLE)
    free = probe(tmp_path / name)
    held = row(name, largest=free.size / 3e6)
    loop(clip, tmp_path / name, held, STYLE)
    found = probe(tmp_path / name)
    held.check(found)
    assert found.frames < free.frames
    assert found.width <= free.width
    assert found.width / found.height == pytest.approx(16 / 9, rel=0.02)


def test_the_last_step_is_left_to_the_row(tmp_path):
    clip = film(tmp_path / "clip.mp4", picture=noise, frames=4)
    loop(clip, tmp_path / "loop.gif", row("loop.gif", largest=1e-6), STYLE)
    assert probe(tmp_path / "loop.gif").width == 2 * round(256 * STEPS[-1].size / 2)


def test_steps_become_smaller():
    weights = [step.weight for step in STEPS]
    assert weights == sorted(weights, reverse=True)
    assert STEPS[0].weight == 1


def test_the_palette_is_the_stylesheets_and_what_else_is_seen():
    black, green = (np.array(ImageColor.getrgb(c)) for c in ("black", STYLE.palette["green"]))
    seen = np.array([black + 3, green - NEAR, (12, 120, 13), (200, 10, 240)], np.uint8)
    colours = palette(seen, STYLE)
    assert colours.shape == (256, 3)
    told = {tuple(colour) for colour in colours.tolist()}
    assert {(0, 0, 0), tuple(green.tolist()), (12, 120, 13), (200, 10, 240)} <= told
    assert not told & {tuple((black + 3).tolist()), tuple((green - NEAR).tolist())}
    for name in STYLE.palette.values():
        assert ImageColor.getrgb(name) in told


def test_a_clip_of_all_colours_fills_the_palette():
    seen = np.random.default_rng(0).integers(0, 256, (256, 3)).astype(np.uint8)
    assert palette(seen, STYLE).shape == (256, 3)
