import pytest

from epochreel.film.stretches import SECONDS, stretches


@pytest.mark.parametrize(
    ("frames", "lengths"),
    [
        (0, [0]),
        (1, [1]),
        (449, [449]),  # under one and a half stretches of 300
        (451, [225, 226]),
        (600, [300, 300]),
        (1000, [333, 333, 334]),
    ],
)
def test_a_play_is_cut_into_like_lengths(frames, lengths):
    assert SECONDS * 60 == 300
    cut = stretches(frames, 60)
    assert [len(each) for each in cut] == lengths
    assert [frame for each in cut for frame in each] == list(range(frames))


def test_the_rate_decides_how_many_frames_a_stretch_has():
    assert [len(each) for each in stretches(150, 15.0)] == [75, 75]
    assert len(stretches(150, 60.0)) == 1
