import numpy as np
import pytest
from manim import ValueTracker

from epochreel import raster
from epochreel.errors import ClipError
from epochreel.layers import Waveform
from epochreel.runs.functions import varying
from tests.layers.planes import INSIDE, WHITE, Rectangle, canvas, drawn, width

PLANE = (0, 10), (-3, 3)


def line(samples, thick, x=(0, 10)):
    """The line through all samples, drawn as one."""
    sheet = canvas()
    places = np.linspace(*x, len(samples))
    vertices = np.column_stack([50 + 10 * places, 50 - 10 * np.asarray(samples)])
    raster.polylines(sheet.pixels, (50, 20, 150, 80), vertices, [0, len(samples)], thick, WHITE)
    return sheet.pixels


def waveform(samples, thick=3.0, plane=PLANE, **options):
    return Waveform(Rectangle(*plane), samples, width=width(thick), colours=WHITE, **options)


@pytest.mark.parametrize("thick", [1, 3, 5])
@pytest.mark.parametrize("count", [7, 60, 150, 400, 3000])
def test_it_is_the_line_through_all_samples_however_many_a_pixel_has(count, thick):
    time = np.linspace(0, 1, count)
    smooth = 2 * np.sin(7 * time) + 0.5 * np.cos(40 * time)
    rough = np.random.default_rng(0).uniform(-2, 2, count) * time
    for samples, most in ((smooth, 0.8), (rough, 10)):
        found, expected = (
            each[INSIDE][..., 3].astype(float)
            for each in (drawn(waveform(samples, thick)), line(samples, thick))
        )
        assert np.abs(found - expected).mean() < most
        assert found.sum() == pytest.approx(expected.sum(), rel=0.12 if thick == 1 else 0.04)


def test_a_single_sample_among_thousands_is_seen():
    samples = np.zeros(20_000)
    samples[12_345] = 2.5
    pixels = drawn(waveform(samples, 1))
    column = 50 + 100 * 12_345 // 19_999
    assert pixels[26:50, column - 1 : column + 2, 3].max(axis=1).min() > 60
    assert not pixels[:40, : column - 3].any()


def test_only_what_is_shown_is_drawn_and_a_head_may_play_it():
    head = ValueTracker(0)
    played = waveform(np.ones(500), shown=varying(lambda t: [2, 2 + t], head))
    assert not drawn(played).any()
    head.set_value(5)
    played.update()
    columns = np.flatnonzero(drawn(played)[..., 3].any(axis=0))
    assert (columns[0], columns[-1]) == pytest.approx((70 - 1.5, 120 + 0.5), abs=1)
    assert (drawn(played)[39:41, 72:118] == WHITE).all()


def test_it_stands_between_the_ends_it_is_given():
    columns = np.flatnonzero(drawn(waveform(np.zeros(50), x=(3, 6)))[..., 3].any(axis=0))
    assert (columns[0], columns[-1]) == pytest.approx((80 - 1.5, 110 + 0.5), abs=1)


@pytest.mark.parametrize("gap", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_not_finite_breaks_the_line(gap):
    samples = np.zeros(11)
    samples[5] = gap
    broken = waveform(samples)
    pixels = drawn(broken)
    assert (pixels[50, 55:88] == WHITE).all()
    assert not pixels[:, 92:108].any()
    (mark,) = broken.marks(canvas())
    assert len(mark.polygons) == 2
    assert mark.polygons[0][:, 0].max() < 4.3 < 5.7 < mark.polygons[1][:, 0].min()


def test_a_thin_line_is_faint():
    assert drawn(waveform(np.full(30, 0.05), 0.5))[..., 3].max() == pytest.approx(128, abs=1)


def test_no_samples_and_one():
    assert not drawn(waveform([])).any()
    assert (drawn(waveform([1]))[39:41, 52:148] == WHITE).all()
    with pytest.raises(ClipError, match=r"Waveform takes samples \(N,\)"):
        waveform(np.zeros((2, 30)))


def test_whole_numbers_as_recorded_sound_has_them():
    samples = np.array([30_000, -30_000] * 200, np.int16)
    plane = (0, 10), (-60_000, 60_000)
    np.testing.assert_array_equal(
        drawn(waveform(samples, plane=plane)), drawn(waveform(samples.astype(float), plane=plane))
    )


def test_it_follows_a_zoom():
    samples = np.sin(np.linspace(0, 60, 900))
    whole, zoomed = waveform(samples), waveform(samples)
    zoomed.view.set_limits((2, 4), (-3, 3))
    near = drawn(waveform(samples, plane=((2, 4), (-3, 3)), x=(0, 10)))
    np.testing.assert_array_equal(drawn(zoomed), near)
    assert (drawn(zoomed) != drawn(whole)).any()
