"""The only module that knows Manim's inside: its camera, renderer, writer, and how a scene plays.

Four things differ from stock Manim. Layers paint themselves into the frame, between Manim's own
mobjects; what does not change during a play is rasterised once, also where it lies above something
that moves; frames reach the encoder as BT.709 planes, tagged as such, so that a decoded frame
shows the stylesheet's colours; and a play is drawn again when its key (see `key`) says so. Files
appear under their names only when they are whole.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from manim import Camera, Mobject, Scene, config
from manim.animation.animation import Animation
from manim.renderer.cairo_renderer import CairoRenderer
from manim.scene.scene_file_writer import SceneFileWriter
from manim.utils.exceptions import EndSceneEarlyException
from numpy.typing import NDArray
from PIL import Image

from epochreel import raster
from epochreel.files import whole
from epochreel.film.encoding import SegmentEncoder, at_work, is_sound, join, to_video_frame
from epochreel.film.key import ground, play_key
from epochreel.layers.layer import Canvas, Depth, Layer

__all__ = ["EndSceneEarlyException", "FrameCamera", "FrameRenderer", "FrameScene", "moved_by"]

Frame = NDArray[np.uint8]


def moved_by(animations: Iterable[Animation], mobjects: Iterable[Mobject]) -> set[Mobject]:
    """All members of these mobjects' families that can change while the animations play."""
    animated = {
        member
        for animation in animations
        for part in _parts(animation)
        for member in part.mobject.get_family()
    }
    moved = set(animated)
    layers = []
    for mobject in mobjects:
        for member in mobject.get_family():
            if isinstance(member, Layer):
                layers.append(member)
                if member.is_moved_by(animated):
                    moved.add(member)
            elif member.updaters:
                moved.update(member.get_family())
    # A picture of some of a space's layers could not be hidden by the others.
    spaces = {layer.space for layer in moved if isinstance(layer, Layer)} - {None}
    return moved.union(layer for layer in layers if layer.space in spaces)


def _parts(animation: Animation) -> Iterable[Animation]:
    """What an animation is made of: a group of animations moves nothing by itself."""
    parts = getattr(animation, "animations", ())
    if not parts:
        yield animation
    for part in parts:
        yield from _parts(part)


class FrameCamera(Camera):
    """A camera that also draws layers, and draws what stands still only once a play."""

    pixel_array: Frame
    frame_rate: float

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.depths: dict[Hashable, Depth] = {}
        self.hold(set())

    def hold(self, still: set[Mobject], below: dict[Hashable, Depth] | None = None) -> None:
        """Begin a play in which these mobjects stand still and may be drawn once.

        `below` is what the play's static picture holds of every space.
        """
        self.still, self.below = still, below or {}
        self.pictures: dict[tuple[int, ...], tuple[Frame, int, int]] = {}

    def capture_mobjects(self, mobjects: Iterable[Mobject], **options: Any) -> None:
        """Draw the mobjects in order on the pixel array."""
        shown = self.get_mobjects_to_display(mobjects, **options)
        self.depths = {space: depth.copy() for space, depth in self.below.items()}
        for is_still, group in itertools.groupby(shown, lambda mobject: mobject in self.still):
            if is_still:
                self._draw_still(list(group))
            else:
                self.draw(list(group))

    def draw(self, mobjects: list[Mobject]) -> None:
        """Draw these mobjects, none of their submobjects, as they are."""
        for is_layer, group in itertools.groupby(mobjects, lambda m: isinstance(m, Layer)):
            if is_layer:
                canvas = Canvas(self.pixel_array, self.frame_width, self.frame_height, self.depths)
                for layer in group:
                    if layer.opacity > 0:
                        layer.draw(canvas)
            else:
                super().capture_mobjects(group, include_submobjects=False)

    def display_image_mobject(self, image_mobject: Any, pixel_array: Frame) -> None:
        """Draw an ImageMobject by the perspective of its corners.

        The stock method makes its canvas in a way that Pillow 13 refuses.
        """
        straight = image_mobject.get_pixel_array()
        height, width = straight.shape[:2]
        corners = self.points_to_subpixel_coords(image_mobject, image_mobject.points)
        across, down = corners[1] - corners[0], corners[2] - corners[0]
        if abs(across[0] * down[1] - across[1] * down[0]) < 1:  # it covers no pixel
            return
        places = [(0, 0), (width, 0), (0, height), (width, height)]
        equations = []
        for (x, y), (u, v) in zip(corners, places, strict=True):
            equations.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
            equations.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        coefficients = np.linalg.solve(equations, np.ravel(places).astype(np.float64))
        premultiplied = straight.astype(np.uint16)
        premultiplied[..., :3] = (premultiplied[..., :3] * premultiplied[..., 3:] + 127) // 255
        picture = Image.fromarray(premultiplied.astype(np.uint8)).transform(
            (self.pixel_width, self.pixel_height),
            Image.Transform.PERSPECTIVE,
            tuple(coefficients),
            image_mobject.resampling_algorithm,
        )
        everything = (0, 0, self.pixel_width, self.pixel_height)
        raster.over(pixel_array, everything, np.array(picture), 0, 0, 1.0)

    def _draw_still(self, mobjects: list[Mobject]) -> None:
        """Composite a picture of these mobjects that is drawn when first needed in a play."""
        key = tuple(id(mobject) for mobject in mobjects)
        if key not in self.pictures:
            frame: Frame = self.pixel_array
            self.pixel_array = np.zeros_like(frame)
            try:
                self.draw(mobjects)
                picture = self.pixel_array
            finally:
                self.pixel_array_to_cairo_context.pop(id(self.pixel_array), None)
                self.pixel_array = frame
            self.pictures[key] = _cropped(picture)
        picture, left, top = self.pictures[key]
        if picture.size:
            everything = (0, 0, self.pixel_width, self.pixel_height)
            raster.over(self.pixel_array, everything, picture, left, top, 1.0)


def _cropped(picture: Frame) -> tuple[Frame, int, int]:
    """The part of a picture that is not transparent, and its left and top."""
    inked = picture.view(np.uint32)[..., 0]  # four channels at a time
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return picture[:0, :0], 0, 0
    top, left = int(rows[0]), int(columns[0])
    return np.ascontiguousarray(picture[top : rows[-1] + 1, left : columns[-1] + 1]), left, top


class FrameWriter(SceneFileWriter):
    """A writer that copies a frame only once, into the encoder's planes."""

    def write_frame(self, pixels: Frame, *, repeat: int = 1) -> None:
        """Queue the pixels for the encoder, or save them; the caller may go on using them."""
        if self.output_spec.is_video:
            if self._current_encode_job is not None:
                frame = to_video_frame(pixels, self.video_encoder.pixel_format)
                super().write_frame(frame, repeat=repeat)
        else:
            super().write_frame(pixels, repeat=repeat)

    def output_image(self, image: Any) -> None:
        """Save one frame of a PNG sequence with straight alpha."""
        super().output_image(type(image).fromarray(raster.straight(np.asarray(image))))

    def save_image(self, pixels: Frame) -> None:
        """Save a still with straight alpha."""
        super().save_image(raster.straight(pixels))

    def combine_files(
        self, input_files: list[str], output_file: Path, create_gif: bool = False, *args: Any
    ) -> None:
        """Join segments aside and rename, so that a killed run leaves no broken clip."""
        output_file = Path(output_file)
        output_file.parent.mkdir(parents=True, exist_ok=True)
        with whole(output_file) as aside:
            if create_gif:
                super().combine_files(input_files, aside, create_gif, *args)
            else:
                join(input_files, aside, self.video_encoder.frame_rate)

    def is_drawn(self, key: str, frames: int | None) -> bool:
        """Whether there is a sound segment of a play, of so many frames where that is known."""
        # Manim's own answer, which looks at the name alone, waits for one that is being written.
        return self.is_already_cached(key) and is_sound(self.output_plan.segment_path(key), frames)

    def _create_segment_encoder(self, target: Path) -> SegmentEncoder:
        return SegmentEncoder(target=target, spec=self.video_encoder)


class FrameRenderer(CairoRenderer):
    """The renderer of a clip: `observer(frames)` hears of every frame that is done.

    `keys` are those of the plays so far; in a rehearsal, where nothing is drawn, they are None
    unless `keyed`. With `redraw` nothing that is drawn already is taken. With a `share`, which says
    of a play by its number whether it is to be drawn here, others are passed over, and the
    segments are left to whoever joins them.
    """

    def __init__(self, observer: Callable[[int], None] | None = None, **options: Any) -> None:
        super().__init__(file_writer_class=FrameWriter, camera_class=lambda: FrameCamera(**options))
        self.observer = observer
        self.keys: list[str | None] = []
        self.keyed = self.redraw = False
        self.share: Callable[[int], bool] | None = None
        self._ground = ""

    def play(self, scene: Scene, *animations: Any, **options: Any) -> None:
        """Draw a play, or take the segment that is drawn already.

        This is the stock method but for what decides between the two.
        """
        self.skip_animations = self._original_skipping_status
        self.update_skipping_status()
        if self.share is not None and not self.share(self.num_plays):
            self.skip_animations = True
        scene.compile_animation_data(*animations, **options)
        key = segment = None
        if self.keyed or not self.skip_animations:
            self._ground = self._ground or ground(scene)
            key = play_key(scene, self._ground)
        if self.skip_animations:
            self.time += scene.duration
        elif config.disable_caching:
            segment = f"uncached_{self.num_plays:05}"
        else:
            segment = key
            frames = None if scene.stop_condition else self._frames(scene)
            if not self.redraw and self.file_writer.is_drawn(key, frames):
                self.skip_animations = True
                self.time += scene.duration
        self.keys.append(key)
        self.animations_hashes.append(segment)
        self.file_writer.add_partial_movie_file(segment)
        self.file_writer.begin_animation(not self.skip_animations, animation_index=self.num_plays)
        scene.begin_animations()
        self.save_static_frame_data(scene, scene.static_mobjects)
        if scene.is_current_animation_frozen_frame():
            if not self.skip_animations:
                self.update_frame(scene, scene.moving_mobjects)
            self.freeze_current_frame(scene.duration)
        else:
            scene.play_internal()
        self.file_writer.end_animation(not self.skip_animations)
        self.num_plays += 1

    def scene_finished(self, scene: Scene) -> None:
        """Join the segments, or, of a share of the plays, let them be written to their ends."""
        if self.share is None:
            super().scene_finished(scene)
        else:
            self.file_writer.join_all_encode_jobs()

    def _frames(self, scene: Scene) -> int:
        """How many frames the play that a scene has compiled is long."""
        frames: int = round(scene.duration * self.camera.frame_rate)
        return frames if scene.is_current_animation_frozen_frame() else max(frames, 1)

    def save_static_frame_data(self, scene: Scene, static_mobjects: Iterable[Mobject]) -> None:
        """Draw what lies below the first moving mobject, unless the play is skipped."""
        self.camera.hold(set())
        self.static_image = None
        if not self.skip_animations:
            # Each stands for itself: a part of a mobject that stands still may be moving.
            self.update_frame(scene, static_mobjects, include_submobjects=False)
            self.static_image = self.get_frame()
            family = set(scene.get_mobject_family_members())
            still = family - moved_by(scene.animations, scene.mobjects)
            self.camera.hold(still, self.camera.depths)
        elif self.observer is not None:
            self.observer(round(scene.duration * self.camera.frame_rate))

    def update_frame(
        self, scene: Scene, mobjects: Iterable[Mobject] | None = None, **options: Any
    ) -> None:
        """Draw the mobjects, all by default, over the play's static picture.

        The stock method takes an empty list for "all" and so draws translucent things twice.
        """
        options.pop("ignore_skipping", None)
        if self.static_image is None:
            self.camera.reset()
        else:
            self.camera.set_frame_to_background(self.static_image)
        self.camera.capture_mobjects(scene.mobjects if mobjects is None else mobjects, **options)

    def render(self, scene: Scene, time: float, moving_mobjects: Any = None) -> None:
        """Draw one frame and hand it on."""
        if self.skip_animations:
            return
        self.update_frame(scene, moving_mobjects)
        self.add_frame(self.camera.pixel_array)

    def freeze_current_frame(self, duration: float) -> None:
        """Repeat the current frame; durations are whole frames, to the nearest."""
        self.add_frame(self.camera.pixel_array, round(duration * self.camera.frame_rate))

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:
        """Write a frame `num_frames` times and tell the observer."""
        super().add_frame(frame, num_frames)
        if self.observer is not None and not self.skip_animations:
            self.observer(num_frames)


class FrameScene(Scene):
    """A scene that plays as `FrameRenderer` draws: whole frames, and what moves found for it."""

    renderer: FrameRenderer

    def perform(
        self,
        preview: bool = False,
        *,
        rehearsal: bool = False,
        keyed: bool = False,
        keep: bool = True,
    ) -> bool:
        """Play the scene from start to end, and draw it; otherwise as Manim's `render`.

        A `rehearsal` draws nothing, and works the keys out if `keyed`. Where segments are not to
        be kept, they go with the last process that is at work on them.
        """
        renderer, writer = self.renderer, self.renderer.file_writer
        renderer.keyed, renderer._original_skipping_status = keyed, rehearsal
        if rehearsal or not writer.output_spec.is_video:
            return bool(super().render(preview))
        with at_work(writer.partial_movie_directory, keep):
            return bool(super().render(preview))

    @property
    def movie(self) -> Path:
        """Where the film of this scene goes."""
        return Path(self.renderer.file_writer.movie_file_path)

    def seek(self, seconds: float) -> None:
        """Bring the animations that are playing to a time since their start."""
        super().update_to_time(seconds)

    def update_to_time(self, t: float) -> None:
        """Bring the animations that are playing to a time since their start, as Manim does."""
        self.seek(t)

    def get_moving_mobjects(self, *animations: Animation) -> list[Mobject]:
        """All mobjects from the first one on that changes while the animations play."""
        moved = moved_by(animations, self.mobjects)
        mobjects = self.get_mobject_family_members()
        first = next((i for i, mobject in enumerate(mobjects) if mobject in moved), len(mobjects))
        return list(mobjects[first:])

    def get_time_progression(self, run_time: float, *args: Any, **options: Any) -> Any:
        """Frame times, whole frames to the nearest, without the drift of added steps."""
        progression = super().get_time_progression(run_time, *args, **options)
        if not self.renderer.skip_animations:
            count = max(round(run_time * config.frame_rate), 1)
            progression.iterable = np.arange(count) / config.frame_rate
        return progression
