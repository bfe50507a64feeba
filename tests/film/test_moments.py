import pytest

from epochreel.errors import ClipError
from epochreel.film.frames import Reel
from epochreel.film.moments import Moments
from epochreel.film.rendering import clip_class
from tests.filming import studio


@pytest.fixture
def reel(story):
    with studio(story.parent):
        return Reel(clip_class(story))


def test_seconds_and_beats(reel):
    texts = ("0.5,2", "First, a wait", "The x", "2.25")
    assert Moments(texts).of(reel) == [0.5, 2, 0, 1, 2.25]


def test_what_is_no_moment_is_one_sentence(reel):
    with pytest.raises(ClipError, match=r"no moment 'First a wait': .* did you mean 'First, a w"):
        Moments(("First a wait",)).of(reel)


def test_every_so_many_seconds_before_the_end(reel):
    assert Moments(every=1).of(reel) == [0, 1, 2]


def test_so_many_from_the_first_frame_to_the_last(reel):
    last = (reel.frames - 1) / reel.frame_rate
    assert Moments(count=1).of(reel) == [0]
    assert Moments(count=2).of(reel) == [0, last]
    assert len(Moments(count=10**6).of(reel)) == reel.frames


def test_how_far_to_play():
    assert Moments(("1,7.5", "3")).last == 7.5
    assert Moments(("1", "The x")).last == Moments().last == Moments(every=2).last == float("inf")
