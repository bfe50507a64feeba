import random

import numpy as np
import pytest
from manim import (
    LEFT,
    RIGHT,
    UP,
    Circle,
    Create,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    ReplacementTransform,
    Square,
    Succession,
    Transform,
    ValueTracker,
    VGroup,
    always_redraw,
)

from epochreel import EPOCH, Clip, Points, varying
from epochreel.errors import ClipError
from epochreel.film import rendering, writer
from epochreel.film.frames import Reel, frame
from epochreel.marks.box import Box
from epochreel.panels import multiply
from tests.filming import film, studio
from tests.scenes.test_scenes import TINY


class Restless(Clip):
    """What Manim's own mobjects keep, and where: closures, targets, parts that come and go."""

    def construct(self):
        tracker = ValueTracker(-2)  # reached through a closure alone
        line = always_redraw(lambda: Line(LEFT, tracker.get_value() * RIGHT + UP))
        dots = VGroup(*(Dot().shift(i * RIGHT) for i in range(3)))
        self.add(line, dots)
        self.play(tracker.animate.set_value(2), run_time=1)
        square = Square().shift(2 * LEFT)
        self.play(Transform(dots[1], square), dots[0].animate.shift(UP), run_time=1)
        dots[0].points += 0.5  # in place, between two plays
        self.wait(0.5)
        circle = Circle()
        self.play(Succession(Create(circle), FadeOut(dots), run_time=2))
        circle.become(Square())
        self.remove(line)
        self.play(FadeIn(dots), circle.animate.scale(2), run_time=1)
        circle.set_opacity(0.5)
        self.wait(0.5)


class Multiplied(Clip):
    """Matrices that follow the epoch while they are multiplied, and become others."""

    def construct(self):
        left, right = self.safe.part(0, 0, 0.45, 1), self.safe.part(0.55, 0, 1, 1)
        grid = np.arange(6.0).reshape(2, 3) - 2
        w = self.matrix(left, lambda epoch: grid + epoch, high=9, decimals=1, name="bold(W)")
        x = self.matrix(left.part(0, 0, 1, 0.2), grid.T)
        product = self.matrix(right, lambda epoch: (grid + epoch) @ grid.T, high=9, decimals=0)
        self.add(w, x)
        self.play(multiply(w, x, product), self.epoch.animate.set_value(3), run_time=2)
        self.play(product.column(1).animate.shift(LEFT), run_time=0.5)
        other = self.matrix(right, np.ones((2, 3)), hue="orange", decimals=1)
        self.play(ReplacementTransform(w, other), self.epoch.animate.set_value(0), run_time=1)
        self.play(Transform(product, x), FadeOut(other), run_time=1)


class Moved(Clip):
    """Labels, polygons, an image and bars that follow the epoch, fade and become others."""

    def construct(self):
        left, right = self.safe.part(0, 0, 0.6, 1), self.safe.part(0.65, 0, 1, 1)
        panel = self.panel(left, x=(0, 8), y=(0, 6), cross=False)
        at = varying(lambda epoch: np.array([[1 + epoch, 3], [7 - epoch / 2, 1]]), EPOCH)
        image = panel.image(np.eye(6, 8) * (1 + varying(float, EPOCH)), "signed", high=4)
        labels = panel.words(at, ["bold(x)", '"a word"'], towards=(1, 0))
        window = panel.polygons([[0, 0], [2, 0], [2, 2]], "a", at=at, turn=90, outline=True)
        chart = self.bar_chart(right, at.sum(axis=1), names=["a", "b"], limits=(0, 9), decimals=1)
        self.add(image, labels, window)
        self.play(FadeIn(chart), self.epoch.animate.set_value(2), run_time=2)
        other = panel.polygons([[0, 0], [1, 0], [1, 3]], "h", at=[[4, 1], [2, 2]], outline=True)
        self.play(Transform(window, other), FadeOut(image), run_time=2)
        self.play(panel.zoom((2, 6), (1, 4)), self.epoch.animate.set_value(0), run_time=2)


class Still(Clip):
    def construct(self):
        self.add(Square())


@pytest.fixture
def handed_on(monkeypatch, tmp_path):
    """Render a clip and give every frame that the encoder was handed."""
    frames = []
    write_frame = writer.FrameWriter.write_frame

    def note(self, pixels, *, repeat=1):
        frames.extend([pixels.tobytes()] * repeat)
        write_frame(self, pixels, repeat=repeat)

    def rendered(scene_class, **options):
        with monkeypatch.context() as patch:
            patch.setattr(writer.FrameWriter, "write_frame", note)
            film(scene_class, tmp_path, **options)
        return frames

    return rendered


def held_to_the_film(frames, reel, count):
    """So many of the reel's frames, in a random order and some twice, are the film's."""
    assert reel.frames == len(frames)
    chosen = random.Random(0).choices(range(reel.frames), k=count)
    for number in [*chosen, 0, reel.frames - 1]:
        drawn = reel.frame(number / reel.frame_rate).tobytes()
        assert drawn == frames[number], f"frame {number} differs"


@pytest.mark.parametrize(
    ("aspect", "theme", "rate"), [("16:9", "dark", 4), ("9:16", "dark", 3), ("1:1", "print", 15)]
)
def test_frames_in_any_order_are_those_of_the_film(tmp_path, handed_on, aspect, theme, rate):
    tiny = rendering.clip_class(TINY)
    frames = handed_on(tiny, theme=theme, aspect=aspect, rate=rate)
    with studio(tmp_path, aspect=aspect, rate=rate):
        reel = Reel(tiny, theme=theme)
    held_to_the_film(frames, reel, 40)


@pytest.mark.parametrize("scene_class", [Restless, Multiplied, Moved])
def test_what_mobjects_keep_is_put_back(tmp_path, handed_on, scene_class):
    frames = handed_on(scene_class)
    with studio(tmp_path):
        reel = Reel(scene_class)
    assert len(set(frames)) > 15
    held_to_the_film(frames, reel, 80)


@pytest.mark.parametrize("name", ["classifier_unwarp", "gan_critic"])
def test_frames_of_clips_in_any_order_are_those_of_the_film(tmp_path, recorded, handed_on, name):
    scene_class = rendering.clip_class(name)
    run = recorded(scene_class.trainer)
    frames = handed_on(scene_class, run=run, rate=1)
    with studio(tmp_path, rate=1):
        reel = Reel(scene_class, run=run)
    held_to_the_film(frames, reel, 40)


def test_a_reel_ends_with_the_play_that_holds_the_last_moment(tmp_path):
    with studio(tmp_path):
        whole, part = Reel(Restless), Reel(Restless, until=1.5)
    assert (whole.seconds, part.seconds) == (6, 2)
    np.testing.assert_array_equal(part.frame(1.5), whole.frame(1.5))


def test_a_reel_that_ends_early_leaves_the_last_words_unread(tmp_path):
    class Spoken(Restless):
        def construct(self):
            self.say("It goes on and on, and so this is to be read for a while.")
            super().construct()

    with studio(tmp_path):
        whole, part = Reel(Spoken), Reel(Spoken, until=0.5)
    assert part.seconds < 1 < 6 < whole.seconds
    np.testing.assert_array_equal(part.frame(0.5), whole.frame(0.5))


def test_a_moment_shows_the_frame_that_is_on_screen(tmp_path):
    with studio(tmp_path):  # four frames a second
        reel = Reel(Restless)
    shown = [reel.frame(seconds).tobytes() for seconds in (0.25, 0.49, 0.5)]
    assert shown[0] == shown[1] != shown[2]
    assert reel.frame(6).tobytes() == reel.frame(5.9).tobytes()
    assert [reel.play_at(seconds) for seconds in (0, 0.9, 1, 2.4, 6)] == [0, 0, 1, 2, 5]


@pytest.mark.parametrize("seconds", [6.1, -0.1, float("nan")])
def test_a_moment_outside_the_clip_is_one_sentence(tmp_path, seconds):
    with studio(tmp_path):
        reel = Reel(Restless)
    with pytest.raises(ClipError, match=rf"Restless lasts 6 s; choose .* not {seconds}"):
        reel.frame(seconds)


def test_a_clip_that_plays_nothing_is_one_sentence(tmp_path):
    with studio(tmp_path), pytest.raises(ClipError, match="Still plays nothing"):
        Reel(Still)


def test_a_frame_by_name_has_the_size_of_its_variant():
    assert frame(TINY, 1.2, aspect="1:1", theme="print", quality="low").shape == (480, 480, 4)
    with pytest.raises(ClipError, match=r"There is no aspect '2:1'"):
        frame(TINY, 1.2, aspect="2:1")
    with pytest.raises(ClipError, match=r"Tiny lasts 3\.13 s; .* not 3\.2"):
        frame(TINY, 3.2, quality="low")


def test_slots_are_shares_of_the_frame(tmp_path):
    class Slotted(Restless):
        def slots(self):
            return {"left": Box(self.frame.left, self.frame.bottom, 0, self.frame.top)}

    tiny = rendering.clip_class(TINY)
    with studio(tmp_path, aspect="1:1"):
        laid_out, slotted = Reel(tiny, until=0), Reel(Slotted, until=0)
    # The safe area is 5 to 95 % of the frame, 8 units high; 2.65 of them are below the hero.
    plane = laid_out.slots["hero"]
    np.testing.assert_allclose(
        [plane.left, plane.bottom, plane.right, plane.top], [0.05, 0.05 + 2.65 / 8, 0.95, 0.95]
    )
    assert slotted.slots == {"left": Box(0, 0, 0.5, 1)}
    safe = laid_out.safe
    np.testing.assert_allclose(
        [safe.left, safe.bottom, safe.right, safe.top], [0.05] * 2 + [0.95] * 2
    )


class Turning(Clip):
    """A point that follows the epoch: onward, back, and once more in another play."""

    def construct(self):
        self.panel_of_points()
        self.wait(0.5)
        self.train(100, 1)
        self.train(40, 1)
        self.train(80, 1)
        self.wait(0.5)

    def panel_of_points(self):
        panel = self.panel(self.safe, reach=1.5)
        self.add(panel, Points(panel, lambda e: np.array([[np.cos(e), np.sin(e)]]), radius=14))


class Standing(Turning):
    """The same point at one epoch."""

    at = 0.0

    def construct(self):
        self.epoch.set_value(self.at)
        self.panel_of_points()
        self.wait(0.5)


@pytest.mark.parametrize("epoch", [0, 37.3, 61.7, 100])
def test_a_frame_at_an_epoch_shows_just_that(tmp_path, epoch):
    with studio(tmp_path):
        reel = Reel(Turning)
        expected = Reel(type("At", (Standing,), {"at": epoch})).frame(0)
        before = reel.frame(1.5)
        np.testing.assert_array_equal(reel.passing(epoch), expected)
        np.testing.assert_array_equal(reel.frame(1.5), before)


def test_an_epoch_that_is_not_shown_is_told(tmp_path):
    with studio(tmp_path):
        with pytest.raises(ClipError, match=r"Turning shows epochs 0 to 100, not 101; choose one"):
            Reel(Turning).passing(101)
        with pytest.raises(ClipError, match="Standing shows no training; ask for a moment"):
            Reel(Standing).passing(0)
