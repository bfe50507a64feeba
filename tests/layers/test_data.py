import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import RIGHT, UP, ValueTracker, linear

from epochreel import EPOCH, varying
from epochreel.errors import ClipError
from epochreel.layers import DataLayer, Points, View, Zoom
from tests.layers.planes import FACTORIES, INSIDE, Rectangle, canvas, drawn

BACKGROUNDS = [(0, 0, 0, 255), (255, 255, 255, 255), (30, 200, 90, 255)]


@pytest.fixture(params=FACTORIES)
def make(request):
    return FACTORIES[request.param]


def over(pixels, background):
    """Premultiplied pixels composited over an opaque colour."""
    alpha = pixels[..., 3:].astype(float) / 255
    return pixels + (1 - alpha) * np.array(background)


@pytest.mark.parametrize(
    ("view", "data", "pixels"),
    [
        (((0, 10), (0, 6)), [[0, 0], [10, 6], [2, 1]], [[50, 80], [150, 20], [70, 70]]),
        # Zoomed in fourfold: 40 pixels a unit; what lies outside the limits lies outside the plane.
        (((5, 7.5), (0, 1.5)), [[5, 0], [6, 1], [4, 2]], [[50, 80], [90, 40], [10, 0]]),
        # Unequal units: 2 pixels a unit across, 30 up.
        (((-20, 30), (-1, 1)), [[0, 0]], [[90, 50]]),
    ],
)
def test_data_to_pixels_by_hand(view, data, pixels):
    layer = DataLayer(Rectangle(*view))
    assert layer.to_pixels(canvas(), data) == pytest.approx(np.array(pixels))
    assert layer.to_pixels(canvas(scale=2), data) == pytest.approx(2 * np.array(pixels))
    assert layer.clip(canvas()) == (50, 20, 150, 80)


def test_a_moved_or_scaled_layer_takes_its_data_along():
    layer = DataLayer(Rectangle())
    layer.shift(2 * RIGHT + UP)
    assert layer.to_pixels(canvas(), [[0, 0]]).tolist() == [[70, 70]]
    layer.shift(-2 * RIGHT - UP).scale(0.5)
    # About its centre, pixel (100, 50).
    assert layer.to_pixels(canvas(), [[5, 3], [0, 0]]).tolist() == [[100, 50], [75, 65]]
    assert layer.clip(canvas()) == (75, 35, 125, 65)


@pytest.mark.parametrize("shape", [(2,), (7, 2), (3, 7, 2)])
def test_any_number_of_points_becomes_pixels(shape):
    count = int(np.prod(shape)) // 2
    assert DataLayer(Rectangle()).to_pixels(canvas(), np.zeros(shape)).shape == (count, 2)


def test_nothing_leaks_out_of_the_plane(make):
    for zoom in (((0, 10), (0, 6)), ((-2, 6), (-1.2, 3.6))):
        pixels = drawn(make(Rectangle(*zoom)))
        assert pixels[INSIDE].any()
        pixels[INSIDE] = 0
        assert not pixels.any()


def test_it_is_alpha_correct_on_a_transparent_frame(make):
    for opacity in (1.0, 0.4):
        clear = drawn(make(Rectangle(), opacity=opacity))
        assert (clear[..., :3] <= clear[..., 3:]).all()
        for background in BACKGROUNDS:
            opaque = drawn(make(Rectangle(), opacity=opacity), background=background)
            assert (opaque[..., 3] == 255).all()
            assert np.abs(over(clear, background) - opaque).max() <= 2.5


def test_half_the_opacity_is_half_the_paint(make):
    whole, half = (
        drawn(make(Rectangle(), opacity=opacity))[..., 3].astype(int) for opacity in (1.0, 0.5)
    )
    # Where two of a layer's shapes overlap, each is translucent.
    assert (half <= whole).all()
    assert (half >= whole / 2 - 1).all()
    assert half[whole == 255].min() == pytest.approx(127.5, abs=1)
    assert not drawn(make(Rectangle(), opacity=0.0)).any()


def test_drawing_changes_nothing_and_repeats_itself(make):
    layer = make(Rectangle())
    assert (drawn(layer) == drawn(layer)).all()


def test_shifting_a_layer_by_whole_pixels_shifts_its_picture(make):
    there = drawn(make(Rectangle()).shift(2 * RIGHT + UP))
    assert (there == np.roll(drawn(make(Rectangle())), (-10, 20), axis=(0, 1))).all()


class Source:
    """Positions that tell how often they were asked for."""

    def __init__(self):
        self.calls = []

    def __call__(self, *instants):
        self.calls.append(instants)
        return np.array([(*instants, 0)[:2]])


def test_a_quantity_is_a_function_of_the_clocks_in_their_order():
    source, first, second = Source(), ValueTracker(2), ValueTracker(5)
    layer = Points(Rectangle(), source, radius=3, colours=(0, 0, 0, 255), clocks=[first, second])
    assert layer.values["positions"].tolist() == [[2, 5]]
    second.set_value(7)
    layer.update(0)
    assert layer.values["positions"].tolist() == [[2, 7]]


def test_what_is_asked_for_is_evaluated_once_at_the_clocks_of_the_last_update():
    source, clock = Source(), ValueTracker(2)
    layer = Points(Rectangle(), source, radius=3, colours=(0, 0, 0, 255), clocks=[clock])
    for _ in range(3):
        layer.update(0.1)
        assert layer.copy().values["positions"].tolist() == [[2, 0]]
    assert source.calls == [(2.0,)]
    for instant in (3, 4):
        clock.set_value(instant)
        layer.update(0.1)
    assert source.calls == [(2.0,)]  # nobody has asked
    clock.set_value(5)  # after the update: not yet
    for _ in range(2):
        assert layer.values["positions"].tolist() == [[4, 0]]
    assert source.calls == [(2.0,), (4.0,)]


def test_a_function_brings_its_own_clocks_the_planes_for_the_epoch():
    asked, plane, share, width = [], Rectangle(), ValueTracker(0.5), ValueTracker(3)
    source = varying(lambda e: asked.append(e) or np.array([[1.0, 2], [3, 4]]) * e, EPOCH)
    layer = Points(
        plane,
        varying(lambda t: t, share) * source + 1,
        radius=varying(lambda w: 2 * w, width),
        colours=lambda e: np.full((2, 4), e),
    )
    assert layer.clocks == (share, plane.clock, width)
    twin = layer.copy()
    assert twin.clocks == layer.clocks
    plane.clock.set_value(4)
    for each in (layer, twin):
        each.update(0)
        assert each.values["positions"].tolist() == [[3, 5], [7, 9]]
        assert each.values["radius"] == 6
        assert each.values["colours"].tolist() == [[4] * 4] * 2
    width.set_value(5)
    layer.update(0)
    assert layer.values["radius"] == 10
    assert asked == [0, 4]
    assert layer.is_moved_by({share})
    assert not layer.is_moved_by({ValueTracker(0)})


def test_one_function_on_two_planes_follows_each():
    planes = [Rectangle(), Rectangle()]
    source = varying(lambda e: np.array([[e, 0.0]]), EPOCH)
    layers = [Points(plane, source, radius=3, colours=(0, 0, 0, 255)) for plane in planes]
    planes[1].clock.set_value(2)
    for layer in layers:
        layer.update(0)
    assert [layer.values["positions"][0, 0] for layer in layers] == [0, 2]


def test_given_clocks_are_those_of_every_quantity():
    plane, own = Rectangle(), ValueTracker(7)
    source = varying(lambda e: np.array([[e, 0.0]]), EPOCH)
    layer = Points(plane, source, radius=lambda e: e, colours=(0, 0, 0, 255), clocks=[own])
    assert layer.clocks == (own,)
    assert layer.values["positions"].tolist() == [[7, 0]]


def test_a_copy_goes_by_the_same_clocks_sources_and_view():
    clock, plane = ValueTracker(2), Rectangle()
    layer = Points(plane, Source(), radius=3, colours=(0, 0, 0, 255), clocks=[clock])
    twin = layer.copy()
    assert twin.clocks[0] is clock
    assert twin.view is plane.view
    assert twin.sources["positions"] is layer.sources["positions"]
    clock.set_value(4)
    twin.update(0)
    assert (twin.values["positions"][0, 0], layer.values["positions"][0, 0]) == (4, 2)


def test_clocks_and_views_move_a_layer():
    clock, plane = ValueTracker(2), Rectangle()
    layer = Points(plane, Source(), radius=3, colours=(0, 0, 0, 255), clocks=[clock])
    assert layer.is_moved_by({clock})
    assert layer.is_moved_by({plane.view})
    assert not layer.is_moved_by({ValueTracker(2), Rectangle().view})


def test_limits_are_what_was_set():
    view = View((-1, 2), (0.5, 8))
    assert view.limits == (-1, 2, 0.5, 8)
    assert view.set_limits((0, 1), (2, 3)).limits == (0, 1, 2, 3)
    assert view.shift(UP).limits == (0, 1, 2, 3)


@pytest.mark.parametrize("bad", [(1, 1), (2, 1), (0, np.inf), (np.nan, 1)])
def test_empty_limits(bad):
    with pytest.raises(ClipError, match=r"The y limits .* are empty; put the smaller first"):
        View((0, 1), bad)
    with pytest.raises(ClipError, match=r"The x limits .* are empty"):
        View((0, 1), (0, 1)).set_limits(bad, (0, 1))


def zoomed(start, end, alpha, rate_func=linear):
    view = View(*start)
    zoom = Zoom(view, *end, rate_func=rate_func)
    zoom.begin()
    zoom.interpolate(alpha)
    return view.limits


def test_a_zoom_multiplies_the_span_by_equal_factors_in_equal_times():
    start, end = ((-1, 1), (-2, 2)), ((-16, 16), (-32, 32))
    widths = [
        right - left for left, right, *_ in (zoomed(start, end, t) for t in (0, 0.25, 0.5, 1))
    ]
    assert widths == pytest.approx([2, 4, 8, 32])


def test_a_zoom_reaches_its_limits_exactly():
    assert zoomed(((0, 0.3), (0.1, 0.7)), ((-1e3, 7.7), (0.2, 1e4)), 1) == (-1e3, 7.7, 0.2, 1e4)
    assert zoomed(((0, 0.3), (0.1, 0.7)), ((-1e3, 7.7), (0.2, 1e4)), 0) == (0, 0.3, 0.1, 0.7)


corners = st.floats(-100, 100)
spans = st.floats(0.01, 1000)


@given(corners, spans, corners, spans, st.floats(0, 1))
def test_a_zoom_keeps_the_point_still_that_both_views_show_in_one_place(low, span, to, wide, alpha):
    left, right, bottom, top = zoomed(((low, low + span), (0, 1)), ((to, to + wide), (0, 1)), alpha)
    assert (bottom, top) == pytest.approx((0, 1))
    assert min(span, wide) * (1 - 1e-9) <= right - left <= max(span, wide) * (1 + 1e-9)
    if abs(span - wide) > 0.01 * span:
        share = (low - to) / (wide - span)  # of the width, from the left, where nothing moves
        fixed = low + share * span
        assert left + share * (right - left) == pytest.approx(
            fixed, abs=1e-6 * (1 + abs(share) * 1e3)
        )


def test_a_zoom_between_views_of_one_size_pans():
    assert zoomed(((0, 2), (0, 1)), ((10, 12), (0, 1)), 0.5)[:2] == pytest.approx((5, 7))


def test_a_zoom_starts_from_the_view_that_it_finds():
    view = View((0, 1), (0, 1))
    zoom = Zoom(view, (0, 8), (0, 8), rate_func=linear)
    view.set_limits((0, 2), (0, 2))
    zoom.begin()
    assert view.limits == (0, 2, 0, 2)
    zoom.interpolate(0.5)
    assert view.limits == pytest.approx((0, 4, 0, 4))


def test_a_zoom_to_empty_limits():
    with pytest.raises(ClipError, match="are empty"):
        Zoom(View((0, 1), (0, 1)), (1, 0), (0, 1))
