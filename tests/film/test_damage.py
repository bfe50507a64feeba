"""Whatever happens on screen, a frame of which only what changed was drawn is one drawn anew."""

from types import SimpleNamespace

import av
import numpy as np
import pytest
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Circle,
    Create,
    FadeIn,
    FadeOut,
    Group,
    ImageMobject,
    LaggedStart,
    Line,
    Rotate,
    Square,
    Succession,
    ValueTracker,
    VGroup,
    Wait,
    always_redraw,
    linear,
)
from PIL import Image

from epochreel import raster
from epochreel.film import camera, writer
from epochreel.film.camera import FrameCamera
from epochreel.film.clip import Clip
from epochreel.film.damage import TILE, Damage, Piece, changed, outline
from epochreel.film.frames import Reel
from epochreel.layers import Arrows, Canvas, Counter, Lines, Points, Regions, VectorField, View
from epochreel.layers.layer import Layer
from epochreel.layers.space import Orbit
from epochreel.look.style import load, rgba
from epochreel.notation import maths
from epochreel.panels.panel3d import Panel3D
from tests.film.test_camera import clip, disc, rgb, square
from tests.filming import film, studio

# --- tiles


@pytest.mark.parametrize("seed", range(20))
def test_rectangles_are_the_tiles_that_what_was_damaged_touches(seed):
    generator = np.random.default_rng(seed)
    width, height = generator.integers(1, 200, 2).tolist()
    damage, tiles = Damage(width, height), set()
    for _ in range(generator.integers(0, 6)):
        left, top = generator.integers(-40, 220, 2).tolist()
        right, bottom = (np.array([left, top]) + generator.integers(0, 90, 2)).tolist()
        damage.add((left, top, right, bottom))
        tiles |= {
            (x // TILE, y // TILE)
            for x in range(max(left, 0), min(right, width))
            for y in range(max(top, 0), min(bottom, height))
        }
    painted = np.zeros((height, width), int)
    for left, top, right, bottom in damage.rectangles().tolist():
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        painted[top:bottom, left:right] += 1
    expected = [[(x // TILE, y // TILE) in tiles for x in range(width)] for y in range(height)]
    np.testing.assert_array_equal(painted, expected)
    assert bool(damage) == bool(tiles)


def test_all_of_a_frame_is_one_rectangle_and_none_of_it_is_none():
    damage = Damage(1920, 1080)
    assert damage.rectangles().tolist() == []
    damage.add()
    assert damage.rectangles().tolist() == [[0, 0, 1920, 1080]]
    damage.clear()
    assert damage.rectangles().tolist() == []


def test_nothing_is_damaged_by_a_rectangle_that_is_empty_or_beyond_the_frame():
    damage = Damage(64, 64)
    for rectangle in ((8, 8, 8, 20), (20, 8, 8, 20), (-30, 0, 0, 64), (64, 0, 90, 64)):
        damage.add(rectangle)
    assert not damage


# --- parts


def parts(*rows):
    return {key: Piece(key, (x, 0, x + 16, 16), look) for key, x, look in rows}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([("a", 0, 1)], [("a", 0, 1)], [], id="the same"),
        pytest.param([("a", 0, 1)], [("a", 0, 2)], [0], id="another look"),
        pytest.param([("a", 0, None)], [("a", 0, None)], [0], id="an unknown look"),
        pytest.param([("a", 0, 1)], [("a", 64, 2)], [0, 64], id="moved"),
        pytest.param([("a", 0, 1)], [], [0], id="gone"),
        pytest.param([], [("a", 64, 1)], [64], id="new"),
        pytest.param(
            [("a", 0, 1), ("b", 64, 1)], [("b", 64, 1), ("a", 0, 1)], range(0, 128, 16), id="order"
        ),
        pytest.param(None, [("a", 0, 1)], range(0, 128, 16), id="nothing known"),
    ],
)
def test_what_is_not_as_it_was_is_damaged(before, now, expected):
    damage = Damage(128, 16)
    changed(None if before is None else parts(*before), parts(*now).values(), damage)
    assert [x for x in range(0, 128, 16) if damage.touches((x, 0, x + 16, 16))] == [*expected]


def test_what_can_only_be_drawn_as_a_whole_spreads_the_damage_and_a_picture_does_not():
    chain = [Piece(index, (24 * index, 0, 24 * index + 32, 16), "same") for index in range(4)]
    chain.append(Piece("picture", (96, 0, 256, 16), "same", whole=False))
    before = {part.key: part for part in chain}
    damage = Damage(256, 16)
    changed(before, [Piece(0, (0, 0, 32, 16), "other"), *chain[1:]], damage)
    assert damage.rectangles().tolist() == [[0, 0, 112, 16]]


def test_shades_that_are_known_and_equal_are_not_damaged():
    was, now = np.zeros((2, 1, 8), np.int64)
    was[0, :6], now[0, 1:7] = [0, 7, -1, -1, 7, 5], [0, -1, -1, 3, 5, 4]
    before = Piece("a", (0, 0, 128, 16), shades=was)
    damage = Damage(128, 16)
    changed({"a": before}, [Piece("a", (0, 0, 128, 16), shades=now)], damage)
    assert damage.tiles[0].tolist() == [False, True, True, True, True, False, True, False]
    moved = Damage(128, 16)
    changed({"a": before}, [Piece("a", (0, 0, 120, 16), shades=was)], moved)
    assert moved.tiles[0].tolist() == [False, *5 * [True], False, False]


# --- frames


class Speck(Layer):
    """A layer that says neither what it covers nor how it looks: a pixel that follows a clock."""

    def __init__(self, clock):
        super().__init__([[0, 0, 0]])
        self.clock = clock

    def is_moved_by(self, animated):
        return self.clock in animated

    def draw(self, canvas):
        place = round(9 * self.clock.get_value()) % canvas.pixels.shape[1]
        canvas.pixels[3, place] = 255


class Scenery(Clip):
    """Random things of every kind that overlap, come, go, move, fade and turn in random plays."""

    seed = 0

    def construct(self):
        generator = self.generator = np.random.default_rng(self.seed)
        self.clock = ValueTracker(0)
        self.turning = ValueTracker(0)
        things = [self.thing(index) for index in range(9)]
        self.add(*[things[index] for index in generator.permutation(9)[:6]])
        for _ in range(4):
            chosen = [things[index] for index in generator.permutation(9)[:3]]
            animations = [self.happening(each) for each in chosen]
            if generator.random() < 0.5:
                animations.append(self.clock.animate(rate_func=linear).increment_value(1.3))
            if generator.random() < 0.3:
                animations = [Succession(*animations, Wait(0.25))]
            elif generator.random() < 0.4:
                animations = [LaggedStart(*animations, lag_ratio=0.6)]
            self.play(*animations, run_time=1.5)
            if generator.random() < 0.3:
                self.wait(0.5)

    def thing(self, index):
        place = [*self.generator.uniform((-5, -3), (5, 3)), 0]
        opacity = self.generator.choice([0.3, 0.7, 1.0])
        colour = self.style.palette["orange"]
        if index == 0:
            return square("green", opacity).shift(place)
        if index == 1:
            return Circle(0.8, color=colour, stroke_width=12).shift(place)
        if index == 2:
            return Group(disc(*place[:2], opacity=opacity), disc(*place[:2], 40.0, "blue"))
        if index == 3:
            return disc(lambda e: [[4 * np.sin(e), 1]], opacity=opacity, clocks=[self.clock])
        if index == 4:
            return Counter(self.clock, self.style).shift(place)
        if index == 5:
            return maths.text("a few words", self.style).shift(place)
        if index == 6:
            pixels = self.generator.integers(0, 256, (6, 8, 4), np.uint8)
            return ImageMobject(pixels).scale_to_fit_height(2).shift(place)
        if index == 7:
            sides = VGroup(Line(LEFT, UP), Line(UP, RIGHT)).set_stroke(colour, 20)
            return VGroup(sides, square("red", 0.4, 1)).shift(place)
        return always_redraw(
            lambda: square("blue", 0.5, 1).shift((self.clock.get_value() - 1) * RIGHT + DOWN)
        )

    def happening(self, thing):
        kind = self.generator.integers(6)
        place = [*self.generator.uniform((-4, -3), (4, 3)), 0]
        if thing not in self.mobjects:
            return FadeIn(thing, shift=0.5 * UP)
        if kind == 0:
            return FadeOut(thing)
        if kind == 1 and isinstance(thing, VGroup | Square | Circle):
            return Rotate(thing, 1.0)
        if kind == 2 and isinstance(thing, Circle):
            return Create(thing)
        if kind == 3 and type(thing) is not Group:
            return thing.animate.set_opacity(self.generator.uniform(0, 1))
        if kind == 4:
            return thing.animate(rate_func=lambda t: round(2 * t) / 2).move_to(place)
        return thing.animate(rate_func=linear).shift(np.array(place) / 3)


class Spaces(Clip):
    """Spaces with depth beside words: one turns, one stands still below, one above what moves."""

    def construct(self):
        panels = [
            Panel3D(
                self.frame.part(*area),
                self.style,
                clock=self.epoch,
                x=(-1, 1),
                y=(-1, 1),
                z=(-1, 1),
            )
            for area in ((0, 0, 0.5, 1), (0.4, 0, 1, 0.6), (0.5, 0.4, 1, 1))
        ]
        x, y = np.meshgrid(*[np.linspace(-1, 1, 9)] * 2)
        for panel in panels:
            panel.surface(lambda epoch: np.sin(2 * x + epoch) * y)
            panel.scatter(np.random.default_rng(1).uniform(-1, 1, (30, 3)))
        words = maths.text("over it all", self.style)
        self.add(panels[0], words, *panels[1:])
        self.play(words.animate(rate_func=linear).shift(2 * DOWN), run_time=1)
        self.play(Orbit(panels[1].view, azimuth=40), words.animate.shift(UP), run_time=1)
        self.wait(0.5)


@pytest.fixture
def watched(monkeypatch):
    """Every frame of a film: as it was drawn, as one drawn anew, and its planes."""
    seen = []
    update, convert = camera.FrameRenderer.update_frame, writer.to_video_frame

    def updated(self, scene, mobjects=None, **options):
        update(self, scene, mobjects, **options)
        if self.static_image is not None:
            anew = FrameCamera()
            anew.background = self.camera.background
            anew.set_pixel_array(self.static_image)
            anew.hold(self.camera.still, self.camera.below)
            anew.parts = None
            anew.redraw(self.static_image, mobjects)
            seen.append((self.camera.pixel_array.copy(), anew.pixel_array))

    def converted(pixels, *how):
        frame = convert(pixels, *how)
        if frame.format.name == "yuv420p":
            fresh = convert(pixels, "yuv420p")
            for plane, other in zip(frame.planes, fresh.planes, strict=True):
                np.testing.assert_array_equal(np.array(plane), np.array(other))
        return frame

    monkeypatch.setattr(camera.FrameRenderer, "update_frame", updated)
    monkeypatch.setattr(writer, "to_video_frame", converted)
    return seen


def assert_as_drawn_anew(seen):
    assert seen
    for number, (frame, anew) in enumerate(seen):
        np.testing.assert_array_equal(frame, anew, f"frame {number}")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("theme", ["dark", "print"])
def test_a_film_of_anything_is_the_same_as_drawn_anew_and_so_are_its_planes(
    tmp_path, watched, seed, theme
):
    film(type("Film", (Scenery,), {"seed": 2 * seed + (theme == "print")}), tmp_path, theme=theme)
    assert_as_drawn_anew(watched)


class Plane(Clip):
    """All layers that say which tiles they paint, and in what, while a panel zooms and fades."""

    def construct(self):
        plane = self.panel(self.frame.part(0.1, 0.1, 0.8, 0.95), x=(-2, 2), y=(-1, 1))
        turning = np.array([[1.0, 0.2], [-0.5, 1], [-0.5, -1]])
        places = np.random.default_rng(0).uniform(-1, 1, (30, 2))
        dim, bright = rgba(self.style.chrome.maths, 0.5), rgba(self.style.palette["red"])
        regions = Regions(plane, lambda e: turning + 0.1 * e, lambda e: [0, 0.1 * e, 0])
        halo = {"colours": bright, "halo": dim}
        layers = [
            regions,
            Lines(plane, lambda e: places.reshape(3, 10, 2) * (1 + 0.2 * e), width=20),
            Points(plane, lambda e: places + 0.1 * e, radius=30, **halo),
            Arrows(plane, [[0, 0]], lambda e: places[:4] * (1 + e), width=30, **halo),
            VectorField(plane, places[5:9], lambda e: places[:4] * e, width=10),
        ]
        self.add(plane, *layers, maths.text("above", self.style))
        self.play(self.epoch.animate(rate_func=linear).set_value(1.5), run_time=2)
        self.play(regions.animate.set_opacity(0.9), plane.zoom((-1, 1)), run_time=1)
        self.play(Group(plane, *layers).animate.shift(0.3 * RIGHT).scale(0.8), run_time=1)
        self.play(FadeOut(regions), self.epoch.animate.set_value(0), run_time=1)


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_what_is_known_of_its_tiles_is_drawn_as_if_anew(tmp_path, watched, theme):
    film(Plane, tmp_path, theme=theme)
    assert_as_drawn_anew(watched)


def test_of_regions_only_the_boundaries_are_drawn_again():
    clock = ValueTracker(0)
    canvas = Canvas(np.zeros((144, 256, 4), np.uint8), 128 / 9, 8.0)
    layer = Regions(
        SimpleNamespace(
            view=View((-8, 8), (-4.5, 4.5)),
            style=load("dark"),
            clock=clock,
            corners=lambda: np.array([[-64 / 9, -4, 0], [64 / 9, -4, 0], [-64 / 9, 4, 0]]),
        ),
        [[1, 0], [-1, 0]],
        lambda at: [at, -at],
    )
    first = outline(layer, canvas)
    clock.set_value(0.1)
    layer.update(0)
    damage = Damage(256, 144)
    changed({layer: first}, [outline(layer, canvas)], damage)
    assert damage.tiles.any(axis=0).nonzero()[0].tolist() == [7, 8]


def test_spaces_hide_what_they_hide_when_drawn_anew(tmp_path, watched):
    film(Spaces, tmp_path)
    assert_as_drawn_anew(watched)


@pytest.mark.parametrize(
    "options",
    [
        {"transparent": True, "format": "mov", "video_codec": "qtrle", "pixel_format": "argb"},
        {"format": "png-sequence"},
    ],
    ids=["transparent", "pictures"],
)
def test_films_of_other_kinds_are_the_same_as_drawn_anew(tmp_path, watched, options):
    film(type("Film", (Scenery,), {"seed": 31}), tmp_path, **options)
    assert_as_drawn_anew(watched)


def test_the_pictures_of_a_sequence_have_straight_alpha(tmp_path):
    def construct(self):
        self.add(moving := square(opacity=0.5))
        self.play(moving.animate.shift(RIGHT), run_time=0.5)

    film(clip(construct), tmp_path, format="png-sequence", transparent=True)
    first, _ = (np.asarray(Image.open(path)) for path in sorted(tmp_path.rglob("*.png")))
    np.testing.assert_allclose(first[72, 128], [*rgb("blue"), 128], atol=2)


def test_frames_of_a_reel_are_the_same_in_any_order(tmp_path):
    with studio(tmp_path):
        kind = type("Film", (Scenery,), {"seed": 5})
        reel = Reel(kind)
        times = np.arange(reel.frames) / reel.frame_rate
        in_turn = [reel.frame(time) for time in times]
        for number in np.random.default_rng(0).permutation(reel.frames):
            np.testing.assert_array_equal(reel.frame(times[number]), in_turn[number])


def test_what_says_nothing_of_itself_is_drawn_in_every_frame(tmp_path, watched):
    def construct(self):
        clock = ValueTracker(0)
        self.add(square(), Speck(clock), disc(opacity=0.5))
        self.play(clock.animate(rate_func=linear).set_value(1), run_time=2)

    film(clip(construct), tmp_path)
    assert_as_drawn_anew(watched)
    assert len({frame.tobytes() for frame, _ in watched}) == 8


def test_only_what_changed_is_drawn_and_converted(tmp_path, monkeypatch):
    """A word fades and then stands, far from a disc that moves to and fro."""
    drawn, areas = [], []
    draw, convert = FrameCamera.draw, raster.yuv420
    monkeypatch.setattr(
        FrameCamera, "draw", lambda self, *what: (drawn.append(len(what[0])), draw(self, *what))[1]
    )
    monkeypatch.setattr(
        raster, "yuv420", lambda *given: (areas.extend(given[-1]), convert(*given))[1]
    )
    made = writer.to_video_frame

    def at_once(pixels, kind, planes, damage):
        """Hand over a copy, so that every frame is the one before."""
        frame = made(pixels, kind, planes, damage)
        planes.done(frame)
        return av.VideoFrame.from_ndarray(frame.to_ndarray(), format=kind)

    monkeypatch.setattr(writer, "to_video_frame", at_once)

    def construct(self):
        small = disc(x=lambda t: [[4 + t, 0]], radius=20, clocks=[clock := ValueTracker(0)])
        small.points *= 0.1
        small.points += 3 * RIGHT
        word = square(side=1).shift(5 * LEFT)
        self.add(small, word)
        self.play(
            FadeOut(word, run_time=1, rate_func=linear),
            clock.animate(rate_func=linear, run_time=3).set_value(1),
        )

    film(clip(construct), tmp_path)
    # The static picture, which is empty; both; both move for a second; then the disc alone.
    assert drawn == [0, *5 * [2], *7 * [1]]
    assert areas[0].tolist() == [0, 0, 256, 144]
    width = [right - left for left, _, right, _ in areas[-7:]]
    assert len(areas[-7:]) == 7
    assert max(width) <= 64
