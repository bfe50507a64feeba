"""The only module that knows Manim's inside: its camera, renderer, writer, and how a scene plays.

Four things differ from stock Manim. Layers paint themselves into the frame, between Manim's own
mobjects; what does not change during a play is rasterised once, also where it lies above something
that moves, and of a frame only that is drawn, and converted, which is not as it was the frame
before (see `damage`); frames reach the encoder as BT.709 planes, tagged as such, so that a decoded
frame shows the stylesheet's colours; and a play is drawn again when its key (see `key`) says so.
Files appear under their names only when they are whole.
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
from manim.utils.exceptions import EndSceneEarlyException
from numpy.typing import NDArray
from PIL import Image

from epochreel import raster
from epochreel.film.damage import Damage, Piece, Rectangle, changed, outline
from epochreel.film.encoding import at_work
from epochreel.film.key import ground, play_key
from epochreel.film.moving import moved_by
from epochreel.film.stretches import stretches
from epochreel.film.writer import FrameWriter, segment_name
from epochreel.layers.layer import Canvas, Depth, Layer

__all__ = ["EndSceneEarlyException", "FrameCamera", "FrameRenderer", "FrameScene", "moved_by"]

Frame = NDArray[np.uint8]


class FrameCamera(Camera):
    """A camera that also draws layers, and draws what stands still only once a play."""

    pixel_array: Frame
    frame_rate: float

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.damage = Damage(self.pixel_width, self.pixel_height)
        self.damage.add()
        self.depths: dict[Hashable, Depth] = {}
        self.hold(set())

    def hold(self, still: set[Mobject], below: dict[Hashable, Depth] | None = None) -> None:
        """Begin a play in which these mobjects stand still and may be drawn once.

        The frame shows the play's static picture, and `below` is what that holds of every space.
        """
        self.still, self.below = still, below or {}
        self.pictures: dict[Hashable, tuple[Frame, Rectangle]] = {}
        self.parts: dict[Hashable, Piece] | None = {}

    def capture_mobjects(self, mobjects: Iterable[Mobject], **options: Any) -> None:
        """Draw the mobjects in order on the pixel array, whatever that shows."""
        self.depths, self.parts = {}, None
        self.damage.add()
        self.draw(self.get_mobjects_to_display(mobjects, **options))

    def redraw(self, ground: Frame, mobjects: Iterable[Mobject], **options: Any) -> None:
        """Make the frame show the mobjects over the play's static picture: draw what changed."""
        shown = self.get_mobjects_to_display(mobjects, **options)
        drawn = self._parts(shown)
        damage = Damage(self.pixel_width, self.pixel_height)
        changed(self.parts, [part for part, _ in drawn], damage)
        self.parts = {part.key: part for part, _ in drawn}
        self.damage.add(damage)
        areas = damage.rectangles()
        raster.put(self.pixel_array, areas, ground)
        touched = ((part, what) for part, what in drawn if damage.touches(part.area))
        for moves, group in itertools.groupby(touched, lambda each: isinstance(each[1], Mobject)):
            if moves:
                self.draw([mobject for _, mobject in group], damage)
                continue
            for part, picture in group:
                raster.over(self.pixel_array, areas, picture, *part.covers[:2], 1.0)

    def _parts(self, shown: list[Mobject]) -> list[tuple[Piece, Any]]:
        """What a frame is made of: pictures of what stands still, and the mobjects that move."""
        before, found = self.parts or {}, list[tuple[Piece, Any]]()
        canvas = Canvas(self.pixel_array, self.frame_width, self.frame_height)
        self.depths = {}
        for is_still, group in itertools.groupby(shown, lambda mobject: mobject in self.still):
            if is_still:
                members = list(group)
                key = tuple(id(mobject) for mobject in members)
                picture, covers = self._picture(key, members)
                found.append((Piece(key, covers, look=key, whole=False), picture))
            else:
                found += [(outline(each, canvas, before.get(each)), each) for each in group]
        return found

    def draw(self, mobjects: list[Mobject], damage: Damage | None = None) -> None:
        """Draw these mobjects, none of their submobjects, as they are, at least where damaged."""
        tiles = None if damage is None else damage.tiles
        for is_layer, group in itertools.groupby(mobjects, lambda m: isinstance(m, Layer)):
            if is_layer:
                sides = self.frame_width, self.frame_height
                canvas = Canvas(self.pixel_array, *sides, self.depths, tiles)
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

    def _picture(self, key: Hashable, mobjects: list[Mobject]) -> tuple[Frame, Rectangle]:
        """The picture of mobjects that stand still, drawn when first needed in a play."""
        if key not in self.pictures:
            below = ((space, depth.copy()) for space, depth in self.below.items())
            self.depths = self.depths or dict(below)
            frame: Frame = self.pixel_array
            self.pixel_array = np.zeros_like(frame)
            try:
                self.draw(mobjects)
                picture = self.pixel_array
            finally:
                self.pixel_array_to_cairo_context.pop(id(self.pixel_array), None)
                self.pixel_array = frame
            self.pictures[key] = _cropped(picture)
        return self.pictures[key]


def _cropped(picture: Frame) -> tuple[Frame, Rectangle]:
    """The part of a picture that is not transparent, and where it stands in it."""
    inked = picture.view(np.uint32)[..., 0]  # four channels at a time
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return picture[:0, :0], (0, 0, 0, 0)
    (left, right), (top, bottom) = (
        (int(found[0]), int(found[-1]) + 1) for found in (columns, rows)
    )
    return np.ascontiguousarray(picture[top:bottom, left:right]), (left, top, right, bottom)


class FrameRenderer(CairoRenderer):
    """The renderer of a clip: `observer(frames)` hears of every frame that is done.

    `keys` are those of the plays so far; in a rehearsal, where nothing is drawn, they are None
    unless `keyed`. With `redraw` nothing that is drawn already is taken.
    """

    def __init__(self, observer: Callable[[int], None] | None = None, **options: Any) -> None:
        super().__init__(file_writer_class=FrameWriter, camera_class=lambda: FrameCamera(**options))
        self.observer = observer
        self.keys: list[str | None] = []
        self.keyed = self.redraw = False
        self._ground = ""
        self._is_open = False
        self._wanted: dict[range, int] = {}
        """The stretches of a play that are to be drawn, each with the place of its segment."""

    def init_scene(self, *arguments: Any) -> None:
        """Make the writer, which is told what the camera draws again."""
        super().init_scene(*arguments)
        self.file_writer.damage = self.camera.damage

    def play(self, scene: FrameScene, *animations: Any, **options: Any) -> None:
        """Draw the stretches of a play, but for those whose segments are drawn already.

        This is the stock method but for what decides what is drawn, and for the stretches.
        """
        self.skip_animations = self._original_skipping_status
        self.update_skipping_status()
        scene.compile_animation_data(*animations, **options)
        key = None
        if self.keyed or not self.skip_animations:
            self._ground = self._ground or ground(scene)
            key = play_key(scene, self._ground)
        self.keys.append(key)
        self._wanted = {}
        if self.skip_animations:
            self._note(None)
        else:
            self._plan(scene, f"uncached_{self.num_plays:05}" if config.disable_caching else key)
            self.skip_animations = not self._wanted
        if self.skip_animations:
            self.time += scene.duration
        scene.begin_animations()
        self.save_static_frame_data(scene, scene.static_mobjects)
        if scene.is_current_animation_frozen_frame():
            if not self.skip_animations:
                self.update_frame(scene, scene.moving_mobjects)
                for stretch in self._wanted:
                    self._begin(stretch)
                    self.add_frame(self.camera.pixel_array, len(stretch))
        else:
            scene.play_internal()
        self._end()
        self.num_plays += 1

    def _plan(self, scene: FrameScene, key: str | None) -> None:
        """Name the segments of the play that a scene has compiled, and find what is missing."""
        frames = self._frames(scene)
        # How long a play is that waits for a condition shows when it is played.
        known = not scene.stop_condition
        cut = stretches(frames, self.camera.frame_rate)
        if scene.goes_by_steps:
            cut = [range(frames)]
        for stretch in cut:
            segment = segment_name(key, stretch)
            place = self._note(segment)
            count = len(stretch) if known else None
            anew = self.redraw or config.disable_caching
            if anew or not self.file_writer.is_drawn(segment, count):
                self._wanted[stretch] = place
        if self._wanted and len(self._wanted) < len(cut):
            drawn = sum(len(stretch) for stretch in cut if stretch not in self._wanted)
            self.time += drawn / self.camera.frame_rate
            if self.observer is not None:
                self.observer(drawn)

    def _note(self, segment: str | None) -> int:
        """Add a segment to those of the film, and return its place among them."""
        self.animations_hashes.append(segment)
        self.file_writer.add_partial_movie_file(segment)
        return len(self.file_writer.partial_movie_files) - 1

    def _begin(self, stretch: range) -> None:
        """Begin the segment of a stretch, which ends the one before."""
        self._end()
        self.file_writer.begin_animation(True, animation_index=self._wanted[stretch])
        self._is_open = True

    def _end(self) -> None:
        """End the segment that is being written, if one is."""
        if self._is_open:
            self.file_writer.end_animation(True)
            self._is_open = False

    def wanted(self) -> Iterable[int]:
        """The frames of the play that are to be drawn."""
        return itertools.chain.from_iterable(self._wanted)

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
        mobjects = scene.mobjects if mobjects is None else mobjects
        if self.static_image is None:
            self.camera.reset()
            self.camera.capture_mobjects(mobjects, **options)
        else:
            self.camera.redraw(self.static_image, mobjects, **options)

    def render(self, scene: Scene, time: float, moving_mobjects: Any = None) -> None:
        """Draw one frame and hand it on."""
        if self.skip_animations:
            return
        number = round(time * self.camera.frame_rate)
        for stretch in self._wanted:
            if stretch.start == number:
                self._begin(stretch)
        self.update_frame(scene, moving_mobjects)
        self.add_frame(self.camera.pixel_array)

    def add_frame(self, frame: Frame, num_frames: int = 1) -> None:
        """Write a frame `num_frames` times and tell the observer."""
        super().add_frame(frame, num_frames)
        if self.observer is not None and not self.skip_animations:
            self.observer(num_frames)


class FrameScene(Scene):
    """A scene that plays as `FrameRenderer` draws: whole frames, and what moves found for it."""

    renderer: FrameRenderer
    goes_by_steps = False
    """Whether the play adds up steps of time or waits for a condition, and is drawn as one."""
    is_one_piece = False
    """Whether the scene has such a play, or sound, and so can only be drawn by one process."""

    def add_sound(self, *arguments: Any, **options: Any) -> None:
        """Add a sound as Manim does, also where the last play was drawn already."""
        self.is_one_piece = True
        renderer = self.renderer
        skipping, renderer.skip_animations = (
            renderer.skip_animations,
            renderer._original_skipping_status,
        )
        super().add_sound(*arguments, **options)
        renderer.skip_animations = skipping

    def compile_animation_data(self, *animations: Any, **options: Any) -> Any:
        """Compile a play as Manim does, and note whether it can be drawn from anywhere."""
        compiled = super().compile_animation_data(*animations, **options)
        family = self.get_mobject_family_members()
        steps = self.updaters or any(mobject.has_time_based_updater() for mobject in family)
        self.goes_by_steps = bool(steps or self.stop_condition)
        self.is_one_piece = self.is_one_piece or self.goes_by_steps
        return compiled

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
        """All mobjects from the first one on that changes while the animations play.

        A group that stands still draws nothing itself, and its parts may lie further below.
        """
        moved = moved_by(animations, self.mobjects)
        mobjects = self.get_mobject_family_members()
        first = next((i for i, mobject in enumerate(mobjects) if mobject in moved), len(mobjects))
        return [each for each in mobjects[first:] if each in moved or each.has_points()]

    def get_time_progression(self, run_time: float, *args: Any, **options: Any) -> Any:
        """Frame times, whole frames to the nearest, without the drift of added steps."""
        progression = super().get_time_progression(run_time, *args, **options)
        if not self.renderer.skip_animations:
            progression.iterable = np.array([*self.renderer.wanted()]) / config.frame_rate
        return progression
