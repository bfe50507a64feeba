import itertools

import numpy as np
import pytest
from manim import FadeIn, ValueTracker

from epochreel.errors import ClipError
from epochreel.film.camera import moved_by
from epochreel.film.clip import Clip
from epochreel.layers import Canvas, Curves3D, LevelLines3D, Points3D, Surface
from epochreel.layers.stage import Stage
from epochreel.look import colour_maps
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.panel3d import Panel3D
from tests.filming import decoded, film, segments

STYLE = load("dark")
WHITE = (255, 255, 255, 255)
RED = (255, 0, 0, 255)
FLAT = np.zeros((9, 9))


def panel(box=None, **options):
    options = {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1), "size": (2, 2, 2)} | options
    return Panel3D(box or Box(-5, -5, 5, 5), STYLE, **options)


def canvas():
    return Canvas(np.zeros((200, 200, 4), np.uint8), 10.0, 10.0)


def drawn(*layers):
    sheet = canvas()
    for layer in layers:
        layer.draw(sheet)
    return sheet.pixels


def middle(pixels):
    """Centre of gravity of the coverage: column, row."""
    rows, columns = np.indices(pixels.shape[:2]) + 0.5
    weight = pixels[..., 3].astype(float)
    return np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()


def point(space, *place, **options):
    return Points3D(space, [place], radius=40, colours=WHITE, **options)


def test_closer_it_is_larger_about_the_same_middle_and_may_reach_beyond_its_box():
    whole, half = (panel(Box(-5, -4, 3, 4), closer=times).box for times in (1, 1.5))
    assert whole == Box(-5, -4, 3, 4)
    assert (half.left, half.bottom, half.right, half.top) == pytest.approx((-7, -6, 5, 6))


def test_the_viewer_stands_where_the_angles_say():
    space = panel(azimuth=0, elevation=0)  # on the x axis: y to the right, z up
    right, up = (middle(drawn(point(space, *place))) - 100 for place in ((0, 1, 0), (0, 0, 1)))
    assert right == pytest.approx([right[0], 0], abs=0.1)
    assert right[0] > 20
    assert up == pytest.approx([0, -right[0]], abs=0.1)
    space.azimuth.set_value(90)  # on the y axis: x to the left
    assert middle(drawn(point(space, 1, 0, 0))) - 100 == pytest.approx(-right, abs=0.1)
    space.elevation.set_value(90)  # from above, y down: x to the left
    assert (middle(drawn(point(space, 0, 1, 0))) - 100)[1] > 20


def test_to_scene_and_a_layer_agree():
    space = panel(Box(-3, -2, 4, 3), azimuth=20, elevation=35, x_label="x_1")
    sheet = Canvas(np.zeros((800, 800, 4), np.uint8), 8.0, 8.0)
    point(space, 0.5, -1, 0.2).draw(sheet)
    x, y, z = space.to_scene([[0.5, -1, 0.2]])[0]
    assert [x, y] == pytest.approx((middle(sheet.pixels) - 400) / 100 * [1, -1], abs=0.002)
    assert z == 0


def test_what_is_near_is_larger():
    space = panel(azimuth=0, elevation=0)
    near, far = (middle(drawn(point(space, x, 1, 0)))[0] - 100 for x in (1, -1))
    assert near > 1.1 * far


def test_the_box_of_a_space_is_where_it_stands_now():
    space = panel(Box(-4, -3, 0, 1))
    assert space.box == Box(-4, -3, 0, 1)
    assert space.shift([2, 0, 0]).box == Box(-2, -3, 2, 1)


@pytest.mark.parametrize("azimuth", [-60, 0, 33, 170])
@pytest.mark.parametrize("elevation", [5, 30, 85])
@pytest.mark.parametrize("size", [(2, 2, 1), (1, 3, 3)])
def test_the_box_fits_from_everywhere(azimuth, elevation, size):
    space = panel(Box(-4, -3, 4, 3), azimuth=azimuth, elevation=elevation, size=size)
    corners = np.array(list(itertools.product((-1, 1), repeat=3)))
    places = point(space, 0, 0, 0).place(canvas(), corners)
    assert (np.abs(places[:, 0] - 100) < 80).all()
    assert (np.abs(places[:, 1] - 100) < 60).all()


def test_a_surface_hides_what_is_behind_it_and_nothing_before_it():
    space = panel(azimuth=20, elevation=90)
    sheet = Surface(space, FLAT, colours=RED, shaded=False)
    assert drawn(sheet)[100, 100].tolist() == list(RED)
    below, above = point(space, 0, 0, -0.9), point(space, 0, 0, 0.9)
    assert drawn(sheet, below)[100, 100].tolist() == list(RED)
    assert drawn(sheet, above)[100, 100].tolist() == list(WHITE)
    line = [[-0.5, 0, -0.9], [0.5, 0, -0.9]]
    assert (drawn(sheet, Curves3D(space, line)) == drawn(sheet)).all()
    seen = drawn(sheet, Curves3D(space, line, hidden=0.5, width=40))[100, 100]
    assert seen[1] == pytest.approx(128, abs=3)


def test_what_lies_on_a_surface_is_seen():
    space = panel(elevation=35)
    sheet, dot = Surface(space, FLAT, colours=RED, shaded=False), point(space, 0, 0, 0)
    line = Curves3D(space, [[-0.5, 0, 0], [0.5, 0, 0]], width=40, colours=WHITE)
    for layer in (dot, line):
        bare = drawn(layer)[..., 3] == 255
        assert bare.sum() > 30
        assert (drawn(sheet, layer)[bare] == WHITE).all()


def test_hidden_things_shine_through_a_translucent_surface():
    space = panel(elevation=90)
    sheet, below = Surface(space, FLAT, colours=RED, shaded=False), point(space, 0, 0, -0.9)
    for opacity in (0, 0.25, 1):
        seen = drawn(sheet.set_opacity(opacity), below)[100, 100, 1]
        assert seen == pytest.approx(255 * (1 - opacity), abs=2)


def test_panels_do_not_hide_each_other():
    one, other = panel(elevation=90), panel(elevation=90)
    pixels = drawn(Surface(one, FLAT, colours=RED), point(other, 0, 0, -0.9))
    assert pixels[100, 100].tolist() == list(WHITE)


def test_heights_have_the_colours_of_the_map_and_stay_in_the_box():
    space = panel(elevation=90, azimuth=-90)
    table = colour_maps.colours(STYLE, "cold_warm")
    pixels = drawn(Surface(space, np.linspace([-3] * 5, [3] * 5, 5), shaded=False))
    rows = np.flatnonzero(pixels[:, 100, 3] == 255)
    assert pixels[rows[-1], 100].tolist() == table[0].tolist()
    assert pixels[rows[0], 100].tolist() == table[-1].tolist()
    held = Surface(space, FLAT + 7).vertices()
    assert held[..., 2].tolist() == (FLAT + 1).tolist()
    assert held[0, 0].tolist() == [-1, -1, 1]
    assert held[0, -1].tolist() == [1, -1, 1]


def test_a_surface_may_be_made_of_vertices_and_have_a_range_of_its_own():
    space = panel(elevation=90)
    heights = Surface(space, FLAT, low=0, high=2, shaded=False)
    vertices = Surface(space, heights.vertices(), low=0, high=2, shaded=False)
    assert (drawn(vertices) == drawn(heights)).all()
    assert drawn(heights)[100, 100].tolist() == colour_maps.colours(STYLE, "cold_warm")[0].tolist()


def test_light_darkens_what_turns_away():
    space = panel(elevation=90)
    slope = np.linspace([-1] * 5, [1] * 5, 5)
    lit, plain = (drawn(Surface(space, slope, colours=WHITE, shaded=s)) for s in (True, False))
    assert plain[100, 100].tolist() == list(WHITE)
    assert 150 < lit[100, 100, 0] < 255


def test_level_lines_lie_on_their_surface_or_on_the_floor():
    space = panel(elevation=0, azimuth=-90)
    ramp = np.linspace([-1] * 21, [1] * 21, 21).T  # the height is x
    for at, expected in ((None, 0.5), (-1, -1)):
        lines = LevelLines3D(space, ramp, [0.5, 9], at=at, width=20)
        place = lines.place(canvas(), [[0.5, -1, expected], [0.5, 1, expected]])[:, :2]
        assert middle(drawn(lines)) == pytest.approx(place.mean(axis=0), abs=1.5)
    assert not drawn(LevelLines3D(space, ramp, [9])).any()


def test_each_level_has_its_colour():
    space = panel(elevation=90, azimuth=-90)
    ramp = np.linspace([-1] * 21, [1] * 21, 21).T
    pixels = drawn(LevelLines3D(space, ramp, [-0.5, 0.5], width=40, colours=[RED, WHITE]))
    left, right = (
        pixels[:, half].max(axis=(0, 1)).tolist() for half in (slice(100), slice(100, 200))
    )
    assert (left, right) == ([255, 0, 0, 255], list(WHITE))


def test_quantities_follow_the_clock():
    space = panel(elevation=60, azimuth=0)
    layer = point(space, 0, 0, 0)
    moving = Points3D(space, lambda t: [[0, 0, t]], radius=40, colours=WHITE)
    lines = LevelLines3D(space, lambda t: FLAT + np.linspace(-1, 1, 9) - t, [0])
    before = drawn(lines)
    assert (drawn(moving) == drawn(layer)).all()
    space.clock.set_value(0.5)
    for each in (moving, lines):
        each.update(0)
    assert (drawn(moving) == drawn(point(space, 0, 0, 0.5))).all()
    assert (drawn(lines) != before).any()


def test_the_picture_moves_with_the_panel_and_is_clipped_to_it():
    space = panel(Box(-3, -3, 3, 3), elevation=90)
    here = point(space, 0, 0, 0)
    moved = here.copy().shift([0.5, 0, 0])
    assert (drawn(moved)[:, 10:] == drawn(here)[:, :-10]).all()
    far = Points3D(space, [[2.4, 0, 0]], radius=300, colours=WHITE)
    alpha = drawn(far)[..., 3]
    assert alpha.any()
    assert not alpha[:, :40].any()
    assert not alpha[:, 160:].any()


def test_an_orbit_is_eased_and_keeps_what_is_not_named():
    space = panel(azimuth=10, elevation=20)
    orbit = space.orbit(azimuth=110)
    orbit.begin()
    orbit.interpolate(0.5)
    assert (space.azimuth.get_value(), space.elevation.get_value()) == pytest.approx((60, 20))
    orbit.interpolate(0.1)
    assert 10 < space.azimuth.get_value() < 20
    orbit.interpolate(1)
    assert space.azimuth.get_value() == pytest.approx(110)


def test_layers_of_one_space_move_together():
    space, other = panel(), panel()
    clock = ValueTracker(0)
    sheet, dot = Surface(space, FLAT), point(space, 0, 0, 0)
    moving = Points3D(space, lambda t: [[t, 0, 0]], clocks=[clock])
    apart = Surface(other, FLAT)
    stage = [part for part in space.get_family() if isinstance(part, Stage)]
    mobjects = [space, other, sheet, dot, moving, apart]
    together = {sheet, dot, moving, *stage}
    for animation in (
        clock.animate.build() if hasattr(clock.animate, "build") else FadeIn(dot),
        FadeIn(sheet),
        space.orbit(azimuth=3),
        FadeIn(space.azimuth),
    ):
        moved = moved_by([animation], mobjects)
        assert together <= moved
        assert apart not in moved


@pytest.mark.parametrize("step", np.linspace(0, 360, 25))
def test_nothing_of_the_stage_jumps_as_it_turns(step):
    space = panel(azimuth=step, x_label="x", y_label="y", z_label="z")
    layers = [part for part in space.get_family() if hasattr(part, "project")]
    before = drawn(*layers).astype(float)
    space.azimuth.set_value(step + 0.01)
    assert np.abs(drawn(*layers) - before).max() < 40


def test_axes_have_names():
    named, bare = panel(x_label="y_1", y_label="y_2", z_label="F"), panel()
    pictures = [
        drawn(*(part for part in space.get_family() if hasattr(part, "project")))
        for space in (named, bare)
    ]
    assert (pictures[0] != pictures[1]).any()


class Turning(Clip):
    def construct(self):
        space = self.panel3d(self.frame, x=(-1, 1), y=(-1, 1), z=(-1, 1), elevation=60)
        sheet = Surface(space, FLAT, colours=RED, shaded=False)
        self.dots = Points3D(space, [[0.5, 0, -0.8], [-0.5, 0, 0.8]], radius=60, colours=WHITE)
        title = self.text("over it all", "small").to_corner([-1, 1, 0])
        self.add(space, sheet, title, self.dots)
        self.wait(0.5)
        self.play(title.animate.shift([0.5, 0, 0]), run_time=0.5)
        self.play(FadeIn(self.text("more", "small").to_corner([1, 1, 0])), run_time=0.5)
        self.play(FadeIn(Points3D(space, [[0.9, 0.9, -0.9]], colours=WHITE)), run_time=0.5)


def test_a_space_is_filmed_twice_alike(tmp_path):
    for name in ("one", "other"):
        film(Turning, tmp_path / name)
    assert segments(tmp_path / "one") == segments(tmp_path / "other")
    assert len(segments(tmp_path / "one")) == 4


def test_what_stands_still_hides_in_every_play(tmp_path):
    """Though the title between surface and points moves, and both are pictures of their own."""
    scene = film(Turning, tmp_path)
    _, frames, _ = decoded(scene.video)
    sheet = Canvas(np.zeros((144, 256, 4), np.uint8), 8 * 16 / 9, 8)
    places = scene.dots.place(sheet, scene.dots.values["positions"])
    (hidden, seen) = (tuple(np.floor(place[1::-1]).astype(int)) for place in places)
    assert len(frames) == 8
    for frame in frames:
        assert frame[seen] == pytest.approx([255, 255, 255], abs=6)
        assert frame[hidden] == pytest.approx([255, 0, 0], abs=40)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"z": (1, 1)}, "z limits 1…1 are empty"),
        ({"x": (2, 1)}, "x limits 2…1 are empty"),
        ({"size": (1, 0, 1)}, "sides of a box must be positive"),
    ],
)
def test_limits_must_span_a_box(options, sentence):
    with pytest.raises(ClipError, match=sentence):
        panel(**options)


def test_a_surface_is_a_grid_with_a_range():
    with pytest.raises(ClipError, match="range 2…1 of a surface's colours is empty"):
        Surface(panel(), FLAT, low=2, high=1)
    with pytest.raises(ClipError, match=r"Surface takes shape \(h, w\) or \(h, w, 3\) with"):
        drawn(Surface(panel(), [1, 2, 3]))


def test_light_tells_the_sides_of_a_valley_apart_and_keeps_their_colour():
    across = np.abs(np.linspace(-1, 1, 9))
    space, colour = panel(), np.array([200, 120, 40, 255])
    for valley in (np.tile(across, (9, 1)), np.tile(across[:, None], (1, 9))):
        lit = Surface(space, valley, colours=colour).lit.astype(float)
        share = lit[..., :3] / colour[:3]
        assert np.ptp(share, axis=2).max() < 0.03  # of one hue
        assert share.min() > 0.7
        assert share.max() <= 1
        near, far = sorted([share[1, 1].mean(), share[-2, -2].mean()])
        assert far - near > 0.1
