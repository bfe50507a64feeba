"""Legible texts and points, and colours of the palette, on pictures whose contrast is known."""

from dataclasses import replace

import numpy as np
import pytest

from epochreel import Points
from epochreel.checks.legibility import Contrast, small_texts
from epochreel.checks.palette import Palette, known
from epochreel.checks.rehearsal import texts_of
from epochreel.checks.texts import Glyph, Text
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.layers import Points3D
from epochreel.look.colour_maps import colours
from epochreel.look.style import contrast, load, rgba
from epochreel.media.video import Video, frames
from tests.publish.filmed import film
from tests.scenes import tiny

STYLE = load("dark")
WIDTH, HEIGHT, RATE = 256, 144, 10


def hexed(colour):
    return "#" + bytes(colour).hex()


def bars(ink, ground, halo=None):
    """Four letters of 8 × 24 pixels: bars of two pixels in ink between four of ground."""
    pixels = np.full((HEIGHT, WIDTH, 4), 255, np.uint8)
    pixels[..., :3] = ground
    glyphs = []
    for left in range(80, 144, 16):
        if halo is not None:
            pixels[56:88, left - 4 : left + 12, :3] = halo
        pixels[60:84, left : left + 2, :3] = ink
        pixels[60:84, left + 6 : left + 8, :3] = ink
        box = (left / WIDTH, 60 / HEIGHT, (left + 8) / WIDTH, 84 / HEIGHT)
        glyphs.append(Glyph(box, tuple(ink)))
    return pixels, Text(0, 0.5, 24 / HEIGHT, tuple(glyphs))


def findings(path, picture, texts):
    watched = Video.open(film(path, frames=8, rate=RATE, picture=lambda _: picture))
    rule = Contrast(watched, texts)
    for frame in frames(watched):
        rule.see(frame)
    return rule.findings()


@pytest.mark.parametrize(
    ("ink", "ground"),
    [((252, 252, 252), (0, 0, 0)), ((128, 128, 128), (70, 70, 70)), ((0, 0, 0), (110, 110, 110)),
     ((255, 255, 179), (220, 220, 220))],
)  # fmt: skip
def test_contrast_is_that_of_wcag(tmp_path, ink, ground):
    picture, text = bars(ink, ground)
    found = findings(tmp_path / "film.mp4", picture, [text])
    truth = contrast(hexed(ink), hexed(ground))
    assert [finding.rule for finding in found] == ["contrast"] * (truth < 4.5)
    for finding in found:
        assert finding.figure == pytest.approx(truth, rel=0.1)
        assert finding.seconds == pytest.approx(0.4)


def test_what_is_muted_translucent_or_a_point_needs_less(tmp_path):
    picture, text = bars((128, 128, 128), (45, 45, 45))  # 3.5:1
    path = tmp_path / "film.mp4"
    assert findings(path, picture, [text])
    muted = tuple(rgba(STYLE.chrome.muted)[:3].tolist())
    quiet = [Glyph(glyph.box, muted) for glyph in text.glyphs]
    assert not findings(path, picture, [replace(text, glyphs=tuple(quiet))])
    assert not findings(path, picture, [replace(text, opacity=0.9)])
    assert not findings(path, picture, [replace(text, points=True)])
    assert not findings(path, picture, [replace(text, detail=True)])
    fainter, text = bars((110, 110, 110), (60, 60, 60))
    assert findings(path, fainter, [replace(text, points=True)])[0].limit == 3


def test_a_halo_is_ground_enough(tmp_path):
    light = (230, 230, 230)
    picture, text = bars(light, (190, 190, 190))
    assert findings(tmp_path / "film.mp4", picture, [text])
    picture, text = bars(light, (190, 190, 190), halo=(0, 0, 0))
    assert not findings(tmp_path / "film.mp4", picture, [text])


def test_what_is_hidden_outside_or_too_small_is_not_measured(tmp_path):
    path = tmp_path / "film.mp4"
    picture, text = bars((128, 128, 128), (70, 70, 70))
    nothing = np.full_like(picture, 255)
    assert not findings(path, nothing, [text])
    assert not findings(path, picture, [replace(text, cap=0.05)])
    outside = tuple(Glyph((1.1, 0.5, 1.2, 0.6), glyph.colour) for glyph in text.glyphs)
    assert not findings(path, picture, [replace(text, glyphs=outside)])


def test_text_must_be_large_enough_for_a_phone(tmp_path):
    glyph = Glyph((0.1, 0.2, 0.2, 0.3), (255, 255, 255))
    wide, high = Video(tmp_path, 1920, 1080, 60), Video(tmp_path, 1080, 1920, 60)
    fine, small = Text(0, 1, 0.022, (glyph,)), Text(2, 3, 0.018, (glyph,))
    assert not small_texts(wide, []) + small_texts(wide, [fine]) + small_texts(high, [fine])
    (finding,) = small_texts(wide, [fine, small])
    # 360 pixels wide, a frame of 16:9 is 202.5 high.
    assert (finding.figure, finding.limit) == pytest.approx((0.018 * 202.5, 0.022 * 202.5))
    assert "10% from the left and 20% from the top" in finding.sentence
    (finding,) = small_texts(high, [small])
    assert finding.figure == pytest.approx(0.018 * 360)
    assert not small_texts(wide, [replace(small, points=True)])


# --- what a scene says


@pytest.fixture
def filmed_tiny(monkeypatch, tmp_path):
    """What clip.json would say of the tiny clip."""
    monkeypatch.setattr(rendering, "clip_class", lambda _: tiny.Tiny)
    clip = {"name": "tiny", "aspect": "16:9", "theme": "dark", "quality": "low", "cut": "full"}
    return Video(tmp_path / "Tiny.mp4", 854, 480, 15, {**clip, "frames": 47})


def test_a_rehearsal_finds_texts_counters_and_points(filmed_tiny):
    texts = texts_of(filmed_tiny)
    by_end = {}
    for text in texts:
        by_end.setdefault(round(text.end * 15), []).append(text)
    assert list(by_end) == [8, 16, 31, 39, 47]
    caption, number = (
        [text for text in by_end[31] if bool(text.slots) is counts] for counts in (False, True)
    )
    sizes = [getattr(STYLE.type, size) for size in ("caption", "label", "title")]
    for text in caption:
        assert min(abs(text.cap - size) for size in sizes) < 2e-4
    (counter,) = number
    assert counter.cap == pytest.approx(STYLE.type.counter)
    assert len(counter.glyphs) == 3  # 100
    left, top, right, bottom = counter.box
    assert 0.05 <= left < right <= 0.5
    assert 0.05 <= top < bottom <= 0.5


def test_points_that_lie_apart_are_measured_and_crowds_are_not(filmed_tiny, monkeypatch):
    class Dots(tiny.Tiny):
        def construct(self):
            panel = self.panel(self.frame.square(), x=(-1, 1), y=(-1, 1))
            green, faint = rgba(STYLE.palette["green"]), rgba(STYLE.palette["green"], 0.2)
            places = np.array([[0, 0], [0.5, 0.5], [0.51, 0.5], [-0.5, 0.5], [0.999, 0]])
            colours = np.stack([green, green, green, faint, green])
            self.add(Points(panel, places, radius=9, colours=colours))
            self.add(Points(panel, places[:1], radius=9, opacity=0.3))
            self.wait(1)

    monkeypatch.setattr(rendering, "clip_class", lambda _: Dots)
    known = replace(filmed_tiny, clip=filmed_tiny.clip | {"frames": 15})
    (dots,) = (text for text in texts_of(known) if text.points)
    assert dots.cap == pytest.approx(2 * 9 / 1080)
    (glyph,) = dots.glyphs
    assert glyph.colour == tuple(rgba(STYLE.palette["green"])[:3])
    assert np.multiply(glyph.box, [854, 480, 854, 480]) == pytest.approx(
        [427 - 4, 240 - 4, 427 + 4, 240 + 4]
    )


def test_what_names_an_axis_is_a_detail_and_points_in_space_are_not_measured(
    filmed_tiny, monkeypatch
):
    class Space(tiny.Tiny):
        def construct(self):
            limits = {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)}
            space = self.panel3d(self.frame.square(), azimuth=-90, z_label="C", **limits)
            self.add(space, Points3D(space, [[-0.5, 0, 0.9]], radius=9))
            self.wait(1)
            space.azimuth.set_value(-45)  # from one post to the next
            self.wait(1)

    monkeypatch.setattr(rendering, "clip_class", lambda _: Space)
    known = replace(filmed_tiny, clip=filmed_tiny.clip | {"frames": 30})
    (name,) = texts_of(known)
    assert name.detail
    assert (name.start, name.end) == pytest.approx((1, 2))
    assert name.cap == pytest.approx(STYLE.type.label)
    tiny_one = replace(name, cap=0.01)
    assert not small_texts(known, [tiny_one])
    assert small_texts(known, [replace(tiny_one, detail=False)])


def test_a_number_in_a_cell_is_a_text_as_any_other(filmed_tiny, monkeypatch):
    class Table(tiny.Tiny):
        def construct(self):
            table = self.matrix(self.frame, [[1.5], [-1]], decimals=1)
            self.add(table)
            self.wait(1)
            self.add(table.scale(0.1))
            self.wait(1)

    monkeypatch.setattr(rendering, "clip_class", lambda _: Table)
    known = replace(filmed_tiny, clip=filmed_tiny.clip | {"frames": 30})
    large, *_, small = texts_of(known)
    assert [large.detail, small.detail] == [False, False]
    assert large.cap == pytest.approx(10 * small.cap)
    assert not small_texts(known, [large])
    assert small_texts(known, [large, small])


def test_labels_and_numbers_at_bars_are_texts_as_any_other(filmed_tiny, monkeypatch):
    class Labelled(tiny.Tiny):
        def construct(self):
            panel = self.panel(self.frame, x=(0, 2), y=(0, 2), cross=False)
            self.add(panel.words([[1, 1]], ["bold(x)"]))
            self.add(self.bar_chart(self.safe, [1, 2], limits=(0, 2), decimals=1))
            self.wait(1)

    monkeypatch.setattr(rendering, "clip_class", lambda _: Labelled)
    known = replace(filmed_tiny, clip=filmed_tiny.clip | {"frames": 15})
    found = texts_of(known)
    assert len(found) == 4  # and the number at the upper limit
    assert not any(text.detail for text in found)
    assert [len(text.glyphs) for text in found if text.slots] == [1, 1]
    assert [text.cap for text in found] == pytest.approx([STYLE.type.small] * 4)


def test_a_scene_that_changed_since_must_be_rendered_again(filmed_tiny):
    longer = replace(filmed_tiny, clip=filmed_tiny.clip | {"frames": 99})
    with pytest.raises(ClipError, match="has 99 frames and its scene 47; render the clip again"):
        texts_of(longer)
    assert texts_of(replace(filmed_tiny, clip={})) == []


# --- palette


def painted(colour):
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[40:90, 60:140, :3] = colour
    return pixels


def off_palette(path, colour):
    watched = Video.open(film(path, frames=12, rate=RATE, picture=lambda _: painted(colour)))
    rule = Palette(watched)
    for frame in frames(watched):
        rule.see(frame)
    return rule.findings()


def test_colours_of_the_stylesheet_and_their_blends_are_known(tmp_path):
    aqua = rgba(STYLE.palette["aqua"])[:3].astype(float)
    for colour in (
        aqua,
        0.3 * aqua,
        colours(STYLE, "energy")[200, :3],
        rgba(STYLE.regions(5)[0])[:3],
    ):
        assert not off_palette(tmp_path / "film.mp4", colour)


@pytest.mark.parametrize("colour", [(0, 255, 0), (255, 0, 255), (0, 255, 255), (255, 0, 0)])
def test_other_colours_are_told(tmp_path, colour):
    (finding,) = off_palette(tmp_path / "film.mp4", colour)
    assert (finding.rule, finding.seconds) == ("palette", 0)
    assert finding.figure == pytest.approx(50 * 80 / (WIDTH * HEIGHT), abs=0.01)


def test_the_palette_is_less_than_half_of_all_colours():
    for theme in ("dark", "print"):
        assert known(theme).mean() < 0.5
        for colour in load(theme).palette.values():
            assert known(theme)[tuple(rgba(colour)[:3] >> 3)]
