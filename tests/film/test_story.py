"""Beats in order, captions that wait to be read, and a first and last frame at rest."""

import itertools

import numpy as np
import pytest
from manim import RIGHT, FadeIn, Group, Square, ValueTracker

from epochreel.film import rendering
from epochreel.film.clip import Clip
from epochreel.film.reading import reading_time
from epochreel.film.story import CLOSING, OPENING, beat
from epochreel.layers import Counter
from epochreel.marks.box import Box
from epochreel.notation.maths import baseline
from tests.filming import SIZES, film, studio


def told(folder, scene_class, **options):
    """A clip played without drawing, at a rate of whole hundredths."""
    with studio(folder, rate=60):
        return rendering.rehearse(scene_class, theme="dark", **options)


class Ordered(Clip):
    order = ()

    def measure(self):
        self.order = ("measure",)

    @beat("Second in the alphabet")
    def zebra(self):
        self.order += ("zebra",)
        self.wait(0.5)

    @beat("Aside", optional=True)
    def aside(self):
        self.order += ("aside",)
        self.wait(0.5)

    def helper(self):
        self.order += ("helper",)

    @beat("First in the alphabet")
    def aardvark(self):
        self.order += ("aardvark",)
        self.helper()
        self.wait(0.5)


def test_beats_are_played_as_they_are_written_and_optional_ones_fall_away(tmp_path):
    full = told(tmp_path, Ordered)
    assert full.order == ("measure", "zebra", "aside", "aardvark", "helper")
    assert [cue.text for cue in full.cues.beats] == [
        "Second in the alphabet",
        "Aside",
        "First in the alphabet",
    ]
    assert [cue.optional for cue in full.cues.beats] == [False, True, False]
    short = told(tmp_path, Ordered, cut="short")
    assert short.order == ("measure", "zebra", "aardvark", "helper")
    assert short.timeline.duration == 1


def test_a_caption_stands_until_it_is_read(tmp_path):
    first, second = "A caption of some forty-two characters, so.", "Short."

    class Talks(Clip):
        def construct(self):
            self.say(first)
            self.say(second)

    scene = told(tmp_path, Talks)
    one, two = scene.cues.captions
    assert one.end - one.start >= reading_time(first)
    assert one.end - one.start < reading_time(first) + 1
    assert scene.timeline.duration - two.start >= reading_time(second) + CLOSING
    # Whole frames at 15, 30 and 60 a second.
    for stretch in scene.timeline.stretches:
        assert stretch.run_time * 15 == pytest.approx(round(stretch.run_time * 15))


def test_what_is_played_meanwhile_counts_as_reading_time(tmp_path):
    class Trains(Clip):
        def construct(self):
            self.say("A caption of some forty-two characters, so.")
            self.train(10, 6)
            self.say("")

    scene = told(tmp_path, Trains)
    assert len(scene.timeline.stretches) == 3 + 1  # said, trained, cleared, and the last frame
    assert scene.timeline.duration == pytest.approx(0.8 + 6 + 0.8 + CLOSING)


@pytest.mark.parametrize("aspect", SIZES)
def test_the_first_frame_is_the_subject_under_the_title(tmp_path, aspect):
    class Opens(Clip):
        title = "A title that is long enough to be broken"

        def construct(self):
            self.open(Square().move_to(self.slot("hero").centre))
            self.headlined, self.room = self._headline.copy(), self.slot("title")
            self.say("Begun.")

    with studio(tmp_path, aspect=aspect, rate=15):
        scene = rendering.rehearse(Opens, theme="dark")
        assert scene.timeline.stretches[0].run_time == OPENING
        title, slot = scene.headlined, scene.room
        assert slot.left - 1e-6 <= title.get_left()[0]
        assert title.get_right()[0] <= slot.right + 1e-6
        assert slot.bottom - 1e-6 <= title.get_bottom()[1]
        assert title.get_top()[1] <= slot.top + 1e-6
        assert scene._headline is None  # it has left
    frame = film(Opens, tmp_path, aspect=aspect, rate=2)
    assert frame.video.is_file()


def test_no_two_captions_are_seen_at_once(tmp_path):
    opacities = []

    class Changes(Clip):
        def construct(self):
            self.say("One.")
            old = self._caption
            self.say("Two.", FadeIn(Square()))
            self.old, self.new = old, self._caption

        def update_to_time(self, t):
            super().update_to_time(t)
            shown = [
                max(glyph.get_fill_opacity() for glyph in m.submobjects)
                for m in self.mobjects
                if type(m).__name__ == "Typeset"
            ]
            opacities.append(sorted(shown)[-2:])

    film(Changes, tmp_path, rate=30)
    assert all(len(pair) < 2 or min(pair) < 0.02 for pair in opacities)


def test_what_takes_anothers_place_is_seen_after_it_has_gone():
    old, new = Square(fill_opacity=1), Square(fill_opacity=1)
    leave, arrive = Clip.swap(old, new)
    assert (leave.mobject, arrive.mobject) == (old, new)
    shares = np.linspace(0, 1, 101)
    gone, come = (np.array([each.rate_func(t) for t in shares]) for each in (leave, arrive))
    assert np.minimum(1 - gone, come).max() == pytest.approx(0, abs=1e-9)
    assert (gone[-1], come[-1]) == pytest.approx((1, 1))
    (alone,) = Clip.swap(None, new)
    assert alone.rate_func(0.4) == pytest.approx(0)


def test_counters_stand_among_formulas(tmp_path):
    with studio(tmp_path, aspect="1:1"):
        clip = Clip(theme="dark")
        number = Counter(ValueTracker(0), clip.style)
        lines = clip.formulas("y = x", number)
    assert lines[1] is number
    box = clip.slot("aside")
    assert box.left <= lines.get_left()[0] < lines.get_right()[0] <= box.right
    assert lines[0].get_right()[0] < number.get_left()[0] or number.get_top()[1] < lines[0].get_y()


def test_a_group_of_counters_stands_on_the_baseline_of_the_formula_beside_it(tmp_path):
    with studio(tmp_path):
        clip = Clip(theme="dark")
        pair = Group(*(Counter(ValueTracker(0), clip.style) for _ in range(2))).arrange(RIGHT)
        formula, numbers = clip.formulas("y", pair, slot=Box(-5, 0, 5, 0.5))
    assert numbers.get_left()[0] > formula.get_right()[0]
    assert baseline(numbers[0]) == pytest.approx(baseline(formula))


def test_lines_are_balanced(tmp_path):
    words = "Epoch 2000: straight boundaries separate almost all of the points."
    with studio(tmp_path, aspect="1:1"):
        scene = Ordered(theme="dark")
        for width in (4.0, 5.0, 6.0):
            plain = scene.text(words, width=width)
            even = scene.text(words, width=width, balanced=True)
            assert even.height == pytest.approx(plain.height, rel=0.02)
            assert even.width <= plain.width + 1e-6
            tops = np.array([glyph.get_y() for glyph in even.submobjects])
            lines = np.split(np.arange(len(tops)), np.flatnonzero(np.diff(tops) < -0.25) + 1)
            widths = [
                even.submobjects[line[-1]].get_right()[0] - even.submobjects[line[0]].get_left()[0]
                for line in lines
            ]
            assert min(widths) > 0.5 * max(widths)


def test_only_some_plays_end_without_words(tmp_path):
    class Talks(Clip):
        def construct(self):
            for word in ("One.", "Two.", "Three."):
                self.say(word)

    scene = film(Talks, tmp_path, rate=15, from_animation_number=1, upto_animation_number=1)
    assert scene.video.is_file()


def test_reading_time_is_that_of_subtitles():
    assert reading_time("a" * 34) == 2
    assert reading_time("") == 1
    for shorter, longer in itertools.pairwise(["a" * n for n in (1, 17, 40, 80)]):
        assert reading_time(shorter) <= reading_time(longer)
