import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epochreel.errors import ClipError
from epochreel.film.timeline import Pace, Timeline

shares = st.floats(0, 1)
speed_ups = st.floats(0.01, 100)
eases = st.floats(0, 0.5)
paces = st.builds(Pace, speed_ups, eases)
seconds = st.floats(0.01, 100)
epochs = st.floats(0, 1e5)


@st.composite
def timelines(draw):
    """A few stretches of training, forwards only, and holds."""
    timeline = Timeline(draw(epochs))
    for _ in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            timeline = timeline.hold(draw(seconds))
        else:
            to = timeline.last_epoch + draw(epochs)
            timeline = timeline.train(to, draw(seconds), draw(paces))
    return timeline


def test_the_example_of_the_module():
    timeline = Timeline().hold(2).train(to=300, run_time=6).hold(1)
    assert timeline.duration == 9
    assert timeline.last_epoch == 300
    # Symmetric ease: half the epochs lie behind at half the time.
    assert [timeline.epoch(t) for t in (0, 2, 5, 8, 9)] == pytest.approx([0, 0, 150, 300, 300])


@pytest.mark.parametrize(
    ("alpha", "share"),
    [
        (0, 0),
        # The speed rises to 1 within 0.2, so half of 0.2 is lost at either end: 0.8 in all.
        (0.2, 0.1 / 0.8),
        (0.3, 0.2 / 0.8),
        (0.5, 0.5),
        (0.8, 0.7 / 0.8),
        # u = 1/2: 0.2 (1/8 − 1/32)
        (0.1, 0.2 * 3 / 32 / 0.8),
        (1, 1),
    ],
)
def test_an_eased_pace_by_hand(alpha, share):
    assert Pace(1, 0.2)(alpha) == pytest.approx(share)


@pytest.mark.parametrize(
    ("speed_up", "alpha", "share"), [(4, 0.5, 1 / 3), (9, 0.5, 1 / 4), (0.25, 0.5, 2 / 3)]
)
def test_a_geometric_pace_by_hand(speed_up, alpha, share):
    assert Pace(speed_up, 0)(alpha) == pytest.approx(share)


@given(speed_ups)
def test_speed_up_is_the_ratio_of_the_last_speed_to_the_first(speed_up):
    pace, step = Pace(speed_up, 0), 1e-5
    ratio = (pace(1) - pace(1 - step)) / (pace(step) - pace(0))
    assert ratio == pytest.approx(speed_up, rel=1e-3)


@given(st.floats(0.02, 0.5), speed_ups)
def test_an_eased_pace_starts_and_ends_at_rest(ease, speed_up):
    pace, step = Pace(speed_up, ease), 1e-4 * ease
    even = Pace(speed_up, 0)
    assert pace(step) < 1e-3 * step * max(speed_up, 1 / speed_up)
    assert 1 - pace(1 - step) < 1e-3 * max(even(1) - even(1 - step), step) * 100


@given(paces, shares, shares)
def test_a_pace_rises_from_0_to_1(pace, first, second):
    assert pace(0) == 0
    assert pace(1) == pytest.approx(1)
    low, high = sorted((first, second))
    assert -1e-12 <= pace(low) <= pace(high) + 1e-12 <= 1 + 1e-9


@given(paces, shares)
def test_the_inverse_speed_up_is_the_pace_played_backwards(pace, alpha):
    backwards = Pace(1 / pace.speed_up, pace.ease)
    assert backwards(1 - alpha) == pytest.approx(1 - pace(alpha), abs=1e-7)


@given(paces, st.floats(-10, 0), st.floats(1, 10))
def test_a_pace_stays_within_its_time(pace, before, after):
    assert pace(before) == 0
    assert pace(after) == pace(1)


@given(shares)
def test_a_speed_up_next_to_1_is_even(alpha):
    for nearly in (1 - 1e-7, 1 - 1e-10, 1, 1 + 1e-10, 1 + 1e-7):
        assert Pace(nearly, 0)(alpha) == pytest.approx(alpha, abs=1e-6)


@given(timelines(), shares, shares)
def test_training_forwards_never_goes_back(timeline, first, second):
    low, high = sorted((first * timeline.duration, second * timeline.duration))
    slack = 1e-9 * (1 + timeline.last_epoch)
    assert timeline.first_epoch - slack <= timeline.epoch(low) <= timeline.epoch(high) + slack
    assert timeline.epoch(high) <= timeline.last_epoch + slack


@given(timelines())
def test_there_are_no_jumps_between_stretches(timeline):
    ends = np.cumsum([stretch.run_time for stretch in timeline.stretches])
    for end, stretch in zip(ends, timeline.stretches, strict=True):
        for moment in (end - 1e-9, end, end + 1e-9):
            assert timeline.epoch(moment) == pytest.approx(stretch.end, rel=1e-4, abs=1e-2)


@given(timelines(), st.floats(0, 1e3))
def test_before_and_after_the_clip_the_epoch_stands_still(timeline, away):
    assert timeline.epoch(-away) == timeline.first_epoch
    assert timeline.epoch(timeline.duration + away) == pytest.approx(timeline.last_epoch)


def test_training_may_go_back():
    timeline = Timeline(100).train(0, run_time=2)
    assert [timeline.epoch(t) for t in (0, 1, 2)] == pytest.approx([100, 50, 0])


def test_an_empty_timeline_stays_at_its_first_epoch():
    assert Timeline(7).epoch(3) == Timeline(7).last_epoch == 7
    assert Timeline(7).duration == 0


def test_a_timeline_is_immutable():
    start = Timeline()
    start.hold(1)
    assert start == Timeline()


@pytest.mark.parametrize("value", [0, -1, np.inf, np.nan])
def test_a_speed_up_that_is_no_ratio(value):
    with pytest.raises(ClipError, match=f"speed-up of {value} is no ratio"):
        Pace(speed_up=value)


@pytest.mark.parametrize("value", [-0.1, 0.51, np.nan])
def test_an_ease_that_is_no_share(value):
    with pytest.raises(ClipError, match=f"ease of {value} is not a share from 0 to 0.5"):
        Pace(ease=value)


@pytest.mark.parametrize("value", [0, -2, np.inf, np.nan])
def test_a_run_time_that_cannot_be_played(value):
    for build in (lambda: Timeline().hold(value), lambda: Timeline().train(5, value)):
        with pytest.raises(ClipError, match=f"run time of {value} s cannot be played"):
            build()
