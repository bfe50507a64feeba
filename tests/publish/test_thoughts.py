"""Where a film is stopped while somebody speaks over it."""

import pytest

from epochreel.publish.thoughts import Thought, opening, thoughts
from tests.publish.described import beats, captions, described


def told(*parts, **given):
    """The thoughts of a clip of two beats, 4 s and 6 s, with these captions."""
    spoken = captions(*parts)
    for caption, leaves in zip(spoken["captions"], given.pop("leaves", ()), strict=False):
        caption["leaves"] = leaves
    return thoughts(described(**beats(("One", 4), ("Two", 6)), **spoken, frames=100, **given))


def test_a_thought_ends_while_its_caption_is_whole_and_the_last_with_the_film():
    found = told(("First.", 1, 4.36), ("Second.", 4.36, 10), leaves=(4.0, 10))
    assert found == [
        Thought(0, 0, 0), Thought(1, 39, 0, "First."), Thought(40, 99, 1, "Second."),
    ]  # fmt: skip


def test_a_caption_belongs_to_the_beat_that_says_it():
    # The next beat waits until it is read.
    assert told(("First.", 3.5, 6.0), leaves=(5.64,))[1] == Thought(1, 55, 0, "First.")


def test_a_clip_json_that_tells_no_fades_is_taken_to_have_usual_ones():
    assert told(("First.", 1, 4.36))[1].last == 39
    assert told(("Soon gone.", 4.0, 4.1))[2].last > 39  # which leaves before a usual fade


def test_what_a_beat_shows_without_a_caption_is_a_thought_of_its_own():
    assert told(("First.", 1, 2.36)) == [
        Thought(0, 0, 0), Thought(1, 19, 0, "First."), Thought(20, 39, 0), Thought(40, 99, 1),
    ]  # fmt: skip
    # But not its last moment.
    assert [each.last for each in told(("First.", 1, 3.86))] == [0, 34, 99]


@pytest.mark.parametrize(
    ("caption", "opens"),
    [
        (("First.", 1, 3.86), 40),  # the beat ends a moment after its caption
        (("First.", 3.5, 6.0), 60),  # the next one waits until it is read
        (("First.", 3.5, 11), 99),  # to its end
    ],
)
def test_a_beat_opens_when_it_has_begun_and_the_words_before_it_are_gone(caption, opens):
    spoken = described(**beats(("One", 4), ("Two", 6)), **captions(caption), frames=100)
    spoken["captions"][0]["leaves"] = caption[2] - 0.36
    assert opening(spoken, Thought(35, 99, 1)) == opens


def test_the_first_frame_of_a_film_is_what_it_opens_on():
    assert opening(described(), Thought(0, 0, 0)) == 0


def test_a_clip_of_no_beats_and_captions_is_one_thought():
    assert thoughts(described()) == [Thought(0, 0, 0), Thought(1, 599, 0)]


@pytest.mark.parametrize("frames", [1, 2])
def test_a_film_of_next_to_nothing_has_its_frames(frames):
    found = thoughts(described(**beats(("One", frames / 10)), frames=frames))
    assert found == [Thought(0, 0, 0), Thought(1, 1, 0)][:frames]
