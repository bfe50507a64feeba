import math
from fractions import Fraction
from types import SimpleNamespace

import av
import numpy as np
import pytest
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    AnimationGroup,
    Circle,
    FadeIn,
    FadeOut,
    Group,
    ImageMobject,
    Rectangle,
    ReplacementTransform,
    Square,
    Succession,
    Transform,
    ValueTracker,
    VGroup,
    always_redraw,
    linear,
)
from PIL import Image, ImageColor

from epochreel.film import writer
from epochreel.film.camera import FrameCamera, moved_by
from epochreel.film.clip import Clip
from epochreel.layers import Points, View
from epochreel.look.style import THEMES, load, rgba
from epochreel.marks.box import Box
from tests.filming import decoded, film, segments, studio
from tests.pictures import assert_same_picture

STYLE = load("dark")


def clip(construct, **members):
    """A Clip class with this construct, under one name wherever it comes from."""
    return type("Film", (Clip,), {"construct": construct, **members})


def disc(x=0.0, y=0.0, radius=108.0, colour="red", opacity=1.0, **options):
    """A layer: a disc of 0.8 units radius on a panel that fills the frame; x may be a function."""
    plane = SimpleNamespace(
        view=View((-7, 7), (-4, 4)),
        style=STYLE,
        clock=ValueTracker(0),
        corners=lambda: np.array([[-7.0, -4, 0], [7, -4, 0], [-7, 4, 0]]),
    )
    return Points(
        plane,
        x if callable(x) else [[x, y]],
        radius=radius,
        colours=rgba(STYLE.palette[colour]),
        opacity=opacity,
        **options,
    )


def square(colour="blue", opacity=1.0, side=2.0):
    return Square(side, stroke_width=0, fill_opacity=opacity, fill_color=STYLE.palette[colour])


def rgb(colour):
    return np.array(ImageColor.getrgb(STYLE.palette[colour]))


@pytest.fixture
def at(tmp_path):
    """Pixels that a list of mobjects gives, and the colour at scene coordinates of a picture."""
    with studio(tmp_path):
        yield lambda picture, x, y: picture[
            round((0.5 - y / 8) * picture.shape[0]),
            round(picture.shape[1] / 2 + x / 8 * picture.shape[0]),
        ]


def directly(mobjects):
    """What the camera draws with nothing held back, on a frame 8 units high."""
    view = FrameCamera(frame_height=8, frame_width=8 * 16 / 9)
    view.capture_mobjects(mobjects)
    return view.pixel_array.copy()


# --- layers among Manim's mobjects


def test_a_layer_lies_above_what_was_added_before_and_below_what_was_added_after(at):
    picture = directly([square().shift(LEFT), disc(), square("green").shift(RIGHT)])
    assert at(picture, -0.5, 0)[:3] == pytest.approx(rgb("red"), abs=1)
    assert at(picture, 0.5, 0)[:3] == pytest.approx(rgb("green"), abs=1)
    assert at(picture, -1.5, 0)[:3] == pytest.approx(rgb("blue"), abs=1)


def test_a_z_index_wins_over_the_order(at):
    low, layer = square(side=4).set_z_index(-1), disc()
    assert at(directly([layer, low]), 0, 0)[:3] == pytest.approx(rgb("red"), abs=1)
    assert at(directly([layer, low.set_z_index(0)]), 0, 0)[:3] == pytest.approx(rgb("blue"), abs=1)


def test_a_layer_within_a_group_is_drawn(at):
    assert at(directly([Group(square(), Group(disc()))]), 0, 0)[:3] == pytest.approx(
        rgb("red"), abs=1
    )


def test_a_translucent_layer_lets_what_is_below_through(at):
    picture = directly([square(side=4), disc(opacity=0.25)])
    assert at(picture, 0, 0)[:3] == pytest.approx(0.75 * rgb("blue") + 0.25 * rgb("red"), abs=1.5)


def test_a_picture_stands_where_it_is_put_and_fades(at):
    """Four pixels, each a unit wide; Pillow 13 refused Manim's own way."""
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[..., 3] = 255
    colours = ["red", "green", "blue", "orange"]
    for (row, column), colour in zip(np.ndindex(2, 2), colours, strict=True):
        pixels[row, column, :3] = rgb(colour)
    picture = ImageMobject(pixels).set_resampling_algorithm(0)  # the nearest pixel
    picture.height = 2
    for opacity, share in ((1.0, 1.0), (0.5, 128 / 255)):
        shown = directly([picture.copy().set_opacity(opacity).shift(RIGHT)])
        quarters = [(0.5, 0.5), (1.5, 0.5), (0.5, -0.5), (1.5, -0.5)]
        for (x, y), colour in zip(quarters, colours, strict=True):
            assert at(shown, x, y)[:3] == pytest.approx(share * rgb(colour), abs=1.5)
        assert not at(shown, -0.5, 0.5)[:3].any()


def test_a_picture_seen_from_its_edge_is_nothing(at):
    picture = ImageMobject(np.full((2, 2, 4), 255, np.uint8)).stretch(0, 0)
    assert not directly([picture])[..., :3].any()


# --- what moves


def test_what_is_animated_moves_with_all_its_parts():
    group, other = VGroup(square(), VGroup(square())), square()
    moved = moved_by([Succession(AnimationGroup(FadeOut(group)))], [group, other])
    assert {group, *group.get_family()} <= moved
    assert other not in moved


def test_a_group_of_animations_moves_nothing_by_itself():
    moving, still = Square(), Square()
    group = VGroup(moving, still)
    assert moved_by([AnimationGroup(FadeOut(moving), group=group)], [group]) == {moving}


def test_layers_move_by_their_clocks_and_mobjects_by_their_updaters():
    clock, still = disc(clocks=[clock := ValueTracker(0)]), disc()
    updated = VGroup(square()).add_updater(lambda mobject: None)
    animation = SimpleNamespace(mobject=clock.clocks[0], animations=[])
    moved = moved_by([animation], [clock, still, updated])
    assert moved >= {clock, updated, updated[0]}
    assert still not in moved


# --- stills


def play_of(below, moving, above, animation):
    """A play of one second with mobjects that stand still below and above one that moves."""

    def construct(self):
        self.add(*below, moving, *above)
        self.play(animation(moving), run_time=1)

    return clip(construct)


@pytest.fixture
def frames(monkeypatch):
    """Every frame that was handed to the encoder, as premultiplied RGBA."""
    seen = []
    convert = writer.to_video_frame

    def record(pixels, *how):
        seen.append(pixels.copy())
        return convert(pixels, *how)

    monkeypatch.setattr(writer, "to_video_frame", record)
    return seen


def test_what_stands_still_above_looks_the_same_as_drawn_directly(tmp_path, frames, monkeypatch):
    below = [square("grey", 0.6, 5), disc(-1, 1, opacity=0.4)]
    above = [
        disc(1, 0.5, opacity=0.6),
        Circle(1.5, color=STYLE.palette["orange"], stroke_width=9).shift(DOWN),
        square("green", 0.3).shift(LEFT),
    ]

    def construct(self):
        self.add(*below, moving := square(), *above)
        self.play(moving.animate(rate_func=linear).shift(4 * RIGHT), run_time=1)

    film(clip(construct), tmp_path)
    expected = []
    for step in range(4):
        moving = square().shift(4 * RIGHT * step / 4)
        with studio(tmp_path):
            expected.append(directly([*below, moving, *above]))
    assert len(frames) == 4
    for frame, picture in zip(frames, expected, strict=True):
        assert_same_picture(frame, picture, 1, folder=tmp_path)


def test_what_stands_still_is_drawn_once_a_play(tmp_path, monkeypatch):
    drawn = []
    draw = FrameCamera.draw
    monkeypatch.setattr(
        FrameCamera, "draw", lambda self, *what: (drawn.append(len(what[0])), draw(self, *what))
    )

    def construct(self):
        self.add(square(), moving := disc(), square().shift(UP), disc())
        self.play(moving.animate.shift(RIGHT), run_time=2)

    film(clip(construct), tmp_path)
    # Once below, once above (two mobjects), and the moving one eight times.
    assert sorted(drawn) == sorted([1, 2] + 8 * [1])


def test_what_stands_still_keeps_its_order_in_a_group_that_was_added_last(tmp_path, frames, at):
    def construct(self):
        moving = square().shift(4 * LEFT)
        ground, above = disc().set_z_index(-2), square("green", side=1).set_z_index(-1)
        self.add(moving, above, Group(ground))
        self.play(moving.animate.shift(LEFT), run_time=1)

    film(clip(construct), tmp_path)
    for frame in frames:
        assert at(frame, 0, 0)[:3] == pytest.approx(rgb("green"), abs=1)
        assert at(frame, 0, 0.8)[:3] == pytest.approx(rgb("red"), abs=1)


def test_where_caching_is_off_a_second_film_is_drawn_again(tmp_path, frames):
    for colour in ("blue", "red"):
        moving = play_of([], square(colour), [], lambda mobject: mobject.animate.shift(RIGHT))
        film(moving, tmp_path, disable_caching=True)
    assert len(frames) == 8
    assert (frames[0] != frames[4]).any()


def test_a_translucent_mobject_is_not_drawn_twice_while_nothing_moves(tmp_path, frames, at):
    def construct(self):
        self.add(square(opacity=0.5), disc(2, opacity=0.5))
        self.wait(1)

    film(clip(construct), tmp_path)
    assert len(frames) == 1
    assert at(frames[0], 0, 0)[:3] == pytest.approx(rgb("blue") / 2, abs=1)
    assert at(frames[0], 2, 0)[:3] == pytest.approx(rgb("red") / 2, abs=1)


def test_a_moving_part_of_a_mobject_that_stands_still_is_drawn_once(tmp_path, frames, at):
    def construct(self):
        part = square("green", 0.5, side=1)
        self.add(square(side=4).add(part))
        self.play(part.animate(rate_func=linear).shift(4 * RIGHT), run_time=1)

    film(clip(construct), tmp_path)
    # Half-way, nothing of it is left where it came from.
    assert at(frames[2], 0, 0)[:3] == pytest.approx(rgb("blue"), abs=1)
    assert at(frames[0], 0, 0)[:3] == pytest.approx((rgb("blue") + rgb("green")) / 2, abs=1)


def test_mobjects_that_are_made_anew_every_frame_are_never_stale(tmp_path, frames, at):
    def construct(self):
        clock = ValueTracker(-3)
        self.add(always_redraw(lambda: VGroup(square().move_to([clock.get_value(), 0, 0]))))
        self.play(clock.animate(rate_func=linear).set_value(3), run_time=2)

    film(clip(construct), tmp_path)
    for step, frame in enumerate(frames):
        x = -3 + 6 * step / 8
        assert at(frame, x, 0)[:3] == pytest.approx(rgb("blue"), abs=1)
        assert not at(frame, x - 1.5, 0)[:3].any()


# --- animations of layers


def test_fading_and_moving_a_layer_fades_and_moves_its_pixels(tmp_path, frames, at):
    def construct(self):
        layer = disc()
        self.play(FadeIn(layer, rate_func=linear), run_time=1)
        self.play(layer.animate(rate_func=linear).shift(4 * RIGHT), run_time=1)
        self.play(layer.animate(rate_func=linear).set_opacity(0.5), run_time=1)
        self.play(FadeOut(layer, rate_func=linear), run_time=1)
        self.wait(0.25)

    film(clip(construct), tmp_path)
    shares = [at(frame, 0, 0)[0] / rgb("red")[0] for frame in frames[:4]]
    assert shares == pytest.approx([0, 0.25, 0.5, 0.75], abs=0.01)
    for step, frame in enumerate(frames[4:8]):
        assert at(frame, step, 0)[0] == pytest.approx(rgb("red")[0], abs=1)
        assert not at(frame, step - 1.2, 0)[:3].any()
    shares = [at(frame, 4, 0)[0] / rgb("red")[0] for frame in frames[8:16]]
    assert shares == pytest.approx([1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125], abs=0.01)
    assert not frames[16][..., :3].any()


def test_scaling_and_transforming_a_layer(tmp_path, frames, at):
    def construct(self):
        layer = disc(4, 0)
        self.add(layer)
        self.play(layer.animate(rate_func=linear).scale(0.5), run_time=1)
        target = layer.copy().shift(2 * UP).set_opacity(0)
        self.play(Transform(layer, target, rate_func=linear), run_time=1)

    film(clip(construct), tmp_path)
    for step, frame in enumerate(frames[:4]):
        assert at(frame, 4 - 2 * step / 4, 0)[0] == pytest.approx(rgb("red")[0], abs=1)
    for step, frame in enumerate(frames[4:]):
        assert at(frame, 2, 2 * step / 4)[0] == pytest.approx((1 - step / 4) * rgb("red")[0], abs=2)


@pytest.mark.parametrize("kind", [Transform, ReplacementTransform])
def test_a_layer_becomes_another_of_its_kind_while_a_clock_goes_on(tmp_path, frames, at, kind):
    def construct(self):
        clock = ValueTracker(0)
        layer = disc(lambda t: [[-4, 4 * t - 2]], clocks=[clock])
        target = disc(lambda t: [[4, 4 * t - 2]], colour="blue", clocks=[clock])
        self.add(layer)
        # The clock comes last, when Manim has asked the layers already.
        become = kind(layer, target, rate_func=linear)
        self.play(become, clock.animate(rate_func=linear).set_value(1), run_time=1)
        self.play(clock.animate(rate_func=linear).set_value(0), run_time=1)

    film(clip(construct), tmp_path)
    for step, frame in enumerate(frames[:4]):
        share = step / 4
        mixed = (1 - share) * rgb("red") + share * rgb("blue")
        assert at(frame, -4 + 8 * share, 4 * share - 2)[:3] == pytest.approx(mixed, abs=1)
    for step, frame in enumerate(frames[4:8]):
        assert at(frame, 4, 2 - step)[:3] == pytest.approx(rgb("blue"), abs=1)
        assert not at(frame, -4, 2 - step)[:3].any()


# --- colours and tags of files


def palette_clip(names):
    """All colours of a palette side by side, 4 in a row, to the edges of the frame."""

    def construct(self):
        columns, rows = 4, math.ceil(len(names) / 4)
        frame = self.frame
        for index, name in enumerate(names):
            row, column = divmod(index, columns)
            box: Box = frame.part(
                column / columns, row / rows, (column + 1) / columns, (row + 1) / rows
            )
            tile = Rectangle(width=box.width, height=box.height, stroke_width=0, fill_opacity=1)
            self.add(tile.set_fill(self.style.palette[name]).move_to(box.centre))
        self.wait(0.5)

    return clip(construct)


@pytest.mark.parametrize("theme", THEMES)
def test_a_decoded_frame_shows_the_colours_of_the_stylesheet(tmp_path, theme):
    names = list(load(theme).palette)
    scene = film(palette_clip(names), tmp_path, theme=theme, scale=2)
    _, (picture, *_), _ = decoded(scene.video)
    height, width = picture.shape[:2]
    for index, name in enumerate(names):
        row, column = divmod(index, 4)
        x, y = (column + 0.5) / 4 * width, (1 - (row + 0.5) / math.ceil(len(names) / 4)) * height
        patch = picture[int(y) - 8 : int(y) + 8, int(x) - 8 : int(x) + 8].reshape(-1, 3)
        expected = ImageColor.getrgb(load(theme).palette[name])
        assert np.abs(patch - np.array(expected)).max() <= 3, name


def test_segments_and_the_whole_are_tagged_as_bt709_of_limited_range(tmp_path):
    scene = film(palette_clip(list(STYLE.palette)), tmp_path)
    paths = [scene.video, *(tmp_path / "segments").glob("*.mp4")]
    assert len(paths) == 2
    for path in paths:
        _, _, context = decoded(path)
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tags == (1, 1, 1, 1)  # BT.709 thrice, and "tv"


# --- time


DURATIONS = (0.25, 0.26, 0.3, 1 / 3, 0.7, 1.1, 2.49)


def test_waits_and_plays_are_whole_frames_to_the_nearest(tmp_path):
    def construct(self):
        self.add(mobject := square())
        for duration in DURATIONS:
            self.wait(duration)
            self.play(mobject.animate.shift(RIGHT), run_time=duration)

    rate = 15
    scene = film(clip(construct), tmp_path, rate=rate)
    names = scene.renderer.file_writer.partial_movie_files
    counts = [len(decoded(name)[0]) for name in names]
    # 0.25 s are 3.75 frames, 0.3 s 4.5: of two equally near numbers the even one.
    assert counts[0::2] == counts[1::2] == [4, 4, 4, 5, 10, 16, 37]
    times, pictures, _ = decoded(scene.video)
    assert len(pictures) == sum(counts)
    assert times == [Fraction(index, rate) for index in range(len(times))]


def test_joints_of_plays_that_are_a_frame_or_two_long(tmp_path):
    """Their packets come in the order of their frames, those of longer plays do not."""

    def construct(self):
        self.add(mobject := square())
        for count in (1, 9, 2, 1, 12, 3):
            self.play(mobject.animate.shift(0.5 * RIGHT), run_time=count / 10)

    scene = film(clip(construct), tmp_path, rate=10)
    times, pictures, _ = decoded(scene.video)
    assert times == [Fraction(index, 10) for index in range(28)]
    columns = np.arange(pictures.shape[2])
    places = [(picture[72, :, 2] * columns).sum() / picture[72, :, 2].sum() for picture in pictures]
    assert (np.diff(places) > -0.1).all()


def test_a_play_shorter_than_a_frame_is_one_frame(tmp_path, frames):
    def construct(self):
        self.add(mobject := square())
        self.play(mobject.animate.shift(RIGHT), run_time=0.01)

    film(clip(construct), tmp_path)
    assert len(frames) == 1


# --- files


def names_under(folder):
    """Names of all files, save the one that processes at work in a folder lock."""
    names = (path.name for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != ".segments.lock")


def with_records(names):
    return sorted([*names, *(name.replace(".mp4", ".json") for name in names)])


def test_an_exception_in_construct_leaves_no_file_under_a_final_name(tmp_path):
    def construct(self):
        self.add(mobject := square())
        self.play(mobject.animate.shift(RIGHT), run_time=1)

        def stumble(mobject):
            if mobject.get_x() > 2:
                raise ArithmeticError

        self.play(mobject.add_updater(stumble).animate.shift(2 * RIGHT), run_time=1)

    with pytest.raises(ArithmeticError):
        film(clip(construct), tmp_path)
    assert len(segments(tmp_path)) == 1  # the play that was finished
    assert names_under(tmp_path) == with_records(segments(tmp_path))


def test_a_failing_encoder_leaves_no_file_under_a_final_name(tmp_path, monkeypatch):
    written = writer.SegmentEncoder.write_frame

    def full(self, frame, *, repeat=1):
        if self.frames == 2:
            raise OSError(28, "No space left on device")
        written(self, frame, repeat=repeat)

    monkeypatch.setattr(writer.SegmentEncoder, "write_frame", full)

    def construct(self):
        self.add(mobject := square())
        self.play(mobject.animate.shift(RIGHT), run_time=1)

    with pytest.raises(OSError, match="No space left"):
        film(clip(construct), tmp_path)
    assert names_under(tmp_path) == []


def test_an_encoder_that_fails_at_the_end_leaves_no_file_either(tmp_path, monkeypatch):
    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer.SegmentEncoder, "finish", full)
    with pytest.raises(OSError, match="No space left"):
        film(clip(lambda self: self.wait(1)), tmp_path)
    assert names_under(tmp_path) == []


def test_joining_that_fails_leaves_no_clip_and_spares_the_old_one(tmp_path, monkeypatch):
    scene = film(clip(lambda self: self.wait(1)), tmp_path)
    before = scene.video.read_bytes()

    def broken(inputs, output, rate):
        output.write_bytes(b"half a clip")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "join", broken)
    with pytest.raises(OSError, match="No space left"):
        film(clip(lambda self: self.wait(2)), tmp_path)
    assert scene.video.read_bytes() == before
    assert not list(tmp_path.glob("*part*"))


def test_what_a_killed_run_left_is_not_taken_for_a_segment(tmp_path, frames):
    filmed = clip(lambda self: self.wait(1))
    scene = film(filmed, tmp_path)
    (name,) = scene.renderer.file_writer.partial_movie_files
    expected = segments(tmp_path)
    path = tmp_path / "segments" / name
    path.unlink()
    path.with_name(f".0123456789ab.part-{path.name}").write_bytes(b"truncated")
    frames.clear()
    film(filmed, tmp_path)
    assert len(frames) == 1
    assert segments(tmp_path) == expected
    assert not list(tmp_path.rglob("*.part*"))


# --- the cache


def twice(first, second, folder, frames):
    """Frames drawn for each of two clips in one folder."""
    counts = []
    for filmed in (first, second):
        frames.clear()
        film(filmed, folder)
        counts.append(len(frames))
    return tuple(counts)


def moving(shift, colour="blue"):
    def construct(self):
        self.add(mobject := square(colour))
        self.play(mobject.animate.shift(RIGHT), run_time=1)
        self.play(mobject.animate.shift(shift), run_time=1)

    return clip(construct)


def test_a_second_render_draws_nothing(tmp_path, frames, monkeypatch):
    film(moving(UP), tmp_path)
    monkeypatch.setattr(FrameCamera, "draw", lambda *_: pytest.fail("drawn again"))
    count = len(frames)
    film(moving(UP), tmp_path)
    assert len(frames) == count == 8


def test_a_rate_of_whole_frames_is_one_rate_however_it_is_written(tmp_path, frames):
    film(moving(UP), tmp_path, rate=4)
    frames.clear()
    film(moving(UP), tmp_path, rate=4.0)  # as Manim reads it from manim.cfg
    assert not frames


def test_a_change_redraws_the_plays_that_it_touches(tmp_path, frames):
    assert twice(moving(UP), moving(DOWN), tmp_path, frames) == (8, 4)
    assert twice(moving(UP), moving(UP, "green"), tmp_path, frames) == (0, 8)


def test_the_quantities_of_a_layer_are_part_of_the_key(tmp_path, frames):
    def one(x):
        return clip(lambda self: (self.add(disc(x)), self.wait(1)))

    assert twice(one(0), one(1e-3), tmp_path, frames) == (1, 1)
    assert twice(one(0), one(0), tmp_path, frames) == (0, 0)


# --- transparency


@pytest.mark.parametrize("suffix", ["mov", "webm"])
def test_transparent_output_has_straight_alpha(tmp_path, suffix):
    """Over white, the edge of a white disc on nothing is white all along."""

    def construct(self):
        self.add(disc(-2, colour="grey"), square("grey").rotate(0.3).shift(2 * RIGHT))
        self.play(FadeIn(disc(0, 2, colour="grey"), rate_func=linear), run_time=1)

    scene = film(clip(construct), tmp_path, transparent=True, format=suffix, scale=2)
    assert scene.video.suffix == f".{suffix}"
    name = {"webm": "libvpx-vp9", "mov": "qtrle"}[suffix]
    with av.open(scene.video) as container:
        stream = container.streams.video[0]
        decoder = av.CodecContext.create(name, "r")
        decoder.extradata = stream.codec_context.extradata
        decoder.width, decoder.height = stream.width, stream.height
        if name == "qtrle":
            frame = next(iter(container.decode(stream)))
        else:
            packets = iter(container.demux(stream))
            frames = []
            while not frames:
                frames = decoder.decode(next(packets))
            frame = frames[0]
        picture = frame.reformat(format="rgba", src_colorspace="itu709").to_ndarray().astype(float)
    colour, alpha = picture[..., :3], picture[..., 3:]
    assert alpha.min() == 0
    assert alpha.max() == 255
    edge = (alpha[..., 0] > 16) & (alpha[..., 0] < 240)
    assert edge.sum() > 100
    tolerance = 1 if suffix == "mov" else 40  # chroma and luma of an edge are lossy in VP9
    assert np.abs(colour[edge].mean(axis=0) - rgb("grey")).max() <= tolerance


def test_colours_without_a_matrix_are_not_tagged_with_one(tmp_path):
    """A player that believes the tag would stretch the contrast of full-range RGB."""
    scene = film(clip(lambda self: self.wait(0.5)), tmp_path, transparent=True, format="mov")
    with av.open(scene.video) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_range) == (2, 0)  # both unspecified


def test_a_gif_has_every_frame(tmp_path):
    def construct(self):
        self.add(mobject := square())
        self.play(mobject.animate.shift(RIGHT), run_time=1)
        self.wait(0.5)

    scene = film(clip(construct), tmp_path, format="gif")
    assert scene.video.suffix == ".gif"
    times, pictures, _ = decoded(scene.video)
    assert times == [Fraction(index, 4) for index in range(6)]
    # Manim writes GIF in 256 fixed colours, dithered.
    assert np.abs(pictures[0, 64:80, 120:136].mean(axis=(0, 1)) - rgb("blue")).max() < 48


def test_stills_and_sequences_have_straight_alpha(tmp_path):
    def construct(self):
        self.add(disc(colour="grey", opacity=0.5))
        self.wait(0.25)

    scene = film(clip(construct), tmp_path, transparent=True, save_last_frame=True, format=None)
    picture = np.asarray(Image.open(scene.video))
    assert picture[72, 128].tolist() == [*rgb("grey"), 128]
    assert not picture[0, 0].any()
