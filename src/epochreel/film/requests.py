"""What is drawn of a clip elsewhere: a request for a variant, its cut list, segments of that.

`plan` and `draw` are called in a worker of a crew, who keeps the clip that it drew of last, played
and ready for any of its frames.
"""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import numpy as np
from manim import config, logger, tempconfig
from numpy.typing import NDArray

from epochreel import Run, files
from epochreel.crew.crew import Shared
from epochreel.errors import ClipError
from epochreel.film import clip_json, rendering
from epochreel.film.encoding import Planes, SegmentEncoder, kept_by_disk, to_video_frame
from epochreel.film.frames import Reel
from epochreel.film.moments import Moments
from epochreel.film.stretches import stretches
from epochreel.film.writer import FrameWriter, segment_name
from epochreel.marks.box import Box
from epochreel.runs import training

__all__ = ["CutList", "Request", "Segment", "draw", "expose", "plan"]

Picture = NDArray[np.uint8]

PLACES, SAMPLE = 8, 10
"""Where in a clip frames are drawn to learn what one costs, and how many there."""


@dataclass(frozen=True)
class Request:
    """A variant of a clip; `scene` is the path of its file, within the project relative to it.

    `run` replaces the recording of the clip's own trainer; `lent` are the runs that it asks for,
    by their names in `training.LENT`.
    """

    scene: str
    aspect: str = "16:9"
    theme: str = "dark"
    quality: str = "high"
    cut: str = "full"
    alpha: bool = False
    run: Shared | None = field(default=None, compare=False, repr=False)
    lent: dict[str, Shared] = field(default_factory=dict, compare=False, repr=False)
    settings: Any = field(default=None, compare=False, repr=False)
    """A copy of Manim's `config` for it, so that no other machine has settings of its own."""

    @classmethod
    def of(cls, name: str | Path, **variant: Any) -> Request:
        """The request for a clip, by its name or its file; raises ClipError if there is none."""
        path, root = Path(inspect.getfile(rendering.clip_class(name))), files.ROOT.resolve()
        inside = path.resolve().is_relative_to(root)
        request = cls(str(path.resolve().relative_to(root) if inside else path), **variant)
        with request.configured():
            return replace(request, settings=config.copy())

    @property
    def path(self) -> Path:
        """The file of the scene on this machine."""
        return files.ROOT / self.scene

    @property
    def title(self) -> str:
        """What it is called before people."""
        parts = [self.aspect, self.theme, self.quality]
        parts += ["short"] * (self.cut != "full") + ["alpha"] * self.alpha
        return f"{self.path.stem} {' '.join(parts)}"

    def configured(self) -> Any:
        """Set Manim up for it; see `rendering.configured`."""
        return rendering.configured(
            self.path, self.aspect, self.theme, self.quality, self.cut, self.alpha
        )

    @contextmanager
    def prepared(self) -> Iterator[None]:
        """Set Manim up as it was where this was requested, with the runs that are lent."""
        logger.setLevel("WARNING")
        before = training.LENT
        with tempconfig({}):
            config.update(self.settings)
            config.media_dir = str(files.ROOT / "renders")
            training.LENT = {name: shared.path() for name, shared in self.lent.items()}
            try:
                yield
            finally:
                training.LENT = before

    def borrowing(self, name: str, run: Shared) -> Request:
        """The same request with a run lent."""
        return replace(self, lent={**self.lent, name: run})


@dataclass(frozen=True)
class Segment:
    """A stretch of a play: its name in the cache, and its frames, counted from the clip's first."""

    name: str
    frames: range


@dataclass(frozen=True)
class CutList:
    """What a variant is made of: its segments in their order, and what clip.json says of it.

    There are no segments where the clip is of one piece. `ready` are the seconds of processor time
    that it took to get there, and `frame` those that a frame takes, where it was measured.
    """

    segments: tuple[Segment, ...]
    described: dict[str, Any]
    ready: float
    frame: float = math.nan

    @property
    def frames(self) -> int:
        """The number of frames."""
        return int(self.described["frames"])


class _Ready:
    """A variant that was played, so that any of its segments can be drawn."""

    def __init__(self, request: Request) -> None:
        started = time.process_time()
        with request.prepared():
            kind = rendering.clip_class(request.path)
            run = None if request.run is None else Run.open(request.run.path())
            writer = kind(theme=request.theme, run=run, cut=request.cut).renderer.file_writer
            assert isinstance(writer, FrameWriter)
            self.encoder = writer.video_encoder
            self.planes = Planes()
            self.reel = Reel(kind, theme=request.theme, run=run, cut=request.cut, keyed=True)
            scene = self.reel.scene
            described = clip_json.describe(scene, request.path.stem, request.quality)
            if not (request.alpha or request.run):  # which are not what the clip check would draw
                described["drawn_from"] = clip_json.drawn_from(scene)
            segments = (
                Segment(segment_name(str(key), stretch), range(*_within(play, stretch)))
                for key, play in zip(scene.renderer.keys, self.reel.plays, strict=True)
                for stretch in stretches(len(play), self.reel.frame_rate)
            )
            whole = () if scene.is_one_piece else tuple(segments)
            self.plan = CutList(whole, described, time.process_time() - started)

    def draw(self, frames: range, target: Path) -> None:
        """Draw frames of one play into a file."""
        encoder = SegmentEncoder(target=target, spec=self.encoder, planes=self.planes)
        kind, damage = self.encoder.pixel_format, self.reel.scene.renderer.camera.damage
        try:
            for number in frames:
                picture = to_video_frame(self.reel.draw(number), kind, self.planes, damage)
                if self.reel.stands_still(number):
                    encoder.write_frame(picture, repeat=len(frames))
                    break
                encoder.write_frame(picture)
        except BaseException:
            encoder.abort()
            raise
        encoder.finish()


def _within(play: range, stretch: range) -> tuple[int, int]:
    return play.start + stretch.start, play.start + stretch.stop


@lru_cache(maxsize=1)
def _ready(request: Request) -> _Ready:
    return _Ready(request)


def plan(request: Request, measured: bool = False) -> CutList:
    """Play a variant without drawing and say what it is made of.

    If `measured`, frames are drawn at some even distances to learn what one costs: twice from the
    same start, one frame and several, so that what each beginning costs falls out. Raises
    RunMissingError for a run that it was not lent, and whatever the scene raises.
    """
    ready = _ready(request)
    if not measured:
        return ready.plan
    segments = ready.plan.segments
    seconds, frames = 0.0, 0
    with TemporaryDirectory() as folder:
        for segment in segments[:: max(len(segments) // PLACES, 1)]:
            for sign, sample in ((-1, segment.frames[:1]), (1, segment.frames[: 1 + SAMPLE])):
                started = time.process_time()
                ready.draw(sample, Path(folder) / "sample")
                seconds += sign * (time.process_time() - started)
                frames += sign * len(sample)
    return replace(ready.plan, frame=seconds / frames if frames else math.nan)


def draw(request: Request, segments: Sequence[Segment]) -> list[bytes]:
    """Draw segments of a variant and return the bytes of their files.

    Raises ClipError where this machine would draw something else than who planned it.
    """
    ready = _ready(request)
    contents = []
    for segment in segments:
        if segment not in ready.plan.segments:
            raise ClipError(
                f"{request.title} comes out otherwise here than where it was planned; give all "
                "machines the same Python, libraries and settings."
            )
        with kept_by_disk(Path(gettempdir())), TemporaryDirectory() as folder:
            target = Path(folder) / segment.name
            ready.draw(segment.frames, target)
            contents.append(target.read_bytes())
    return contents


def expose(
    request: Request, moments: Moments
) -> tuple[dict[str, Box], list[tuple[float, int, Picture]]]:
    """Draw the frames at some moments, no more of the clip being played than they need.

    Return the boxes of the layout's slots (see `Reel.slots`), and of each frame its second, the
    number of its play, and its pixels: RGB, uint8 (height, width, 3), for a clip is opaque.
    """
    with request.prepared():
        kind = rendering.clip_class(request.path)
        reel = Reel(kind, theme=request.theme, cut=request.cut, until=moments.last)
        frames = [
            (seconds, reel.play_at(seconds), np.ascontiguousarray(reel.frame(seconds)[..., :3]))
            for seconds in moments.of(reel)
        ]
        return reel.slots, frames
