"""Watch a clip being played: what is to be read in a few frames of each play, and some of these.

No file is written, and only what is looked at is drawn: that costs a tenth of filming the clip.
"""

import hashlib
import itertools
import math
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from manim import config
from numpy.typing import NDArray

from epochreel import Run
from epochreel.checks.words import QUARTERS, area, beyond, moments, overlaps, words_on
from epochreel.film import clip_json, rendering
from epochreel.film.clip import Clip
from epochreel.marks.box import Box
from tests.filming import studio

RATE = 60
SAMPLED = range(0, 1000, 8)
"""The plays that are drawn alone, in another process, to be compared with those of the whole."""
EVERY = range(1000)


@dataclass(frozen=True)
class Moment:
    """A frame of a play, as it was played; `picture` is premultiplied RGBA, if it was drawn."""

    play: int
    is_last: bool
    epoch: float
    beat: int
    texts: list[Box]
    picture: NDArray[np.uint8] | None


@dataclass
class Watched:
    """What was seen of a clip."""

    name: str | Path
    given: Run | None
    aspect: str
    scene: Clip | None = None
    safe: Box | None = None
    described: dict = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    @property
    def ends(self) -> list[Moment]:
        """The last frame of each play."""
        return [moment for moment in self.moments if moment.is_last]

    @property
    def ends_of_beats(self) -> list[Moment]:
        """The last frame of each part of the story."""
        beats = itertools.groupby(self.ends, lambda moment: moment.beat)
        return [list(moments)[-1] for _, moments in beats]

    @property
    def before_training(self) -> Moment:
        """The last frame of the last play before the epoch moves, or of the play in the middle.

        No two kinds of processor repeat a long training to the last digit.
        """
        first = self.moments[0].epoch
        still = list(itertools.takewhile(lambda moment: moment.epoch == first, self.moments))
        ends = [moment for moment in still if moment.is_last]
        return self.ends[len(self.ends) // 2] if len(still) == len(self.moments) else ends[-1]

    def traces(self) -> dict[int, tuple[str, list[str]]]:
        """For each of the SAMPLED plays that was drawn its cache key and digests of its frames."""
        keys = self.scene.renderer.keys
        drawn: dict[int, tuple[str, list[str]]] = {}
        for moment in self.moments:
            if moment.picture is not None and moment.play in SAMPLED:
                digests = drawn.setdefault(moment.play, (keys[moment.play], []))[1]
                digests.append(hashlib.sha256(moment.picture.tobytes()).hexdigest())
        return drawn


def watch(
    name: str | Path,
    folder: Path,
    *,
    run: Run | None = None,
    aspect: str = "16:9",
    theme: str = "dark",
    cut: str = "full",
    drawn: Container[int] = (),
    ended: Container[int] = (),
    samples: int = QUARTERS,
    undrawn: bool = True,
    until: int | None = None,
) -> Watched:
    """Play a clip and look at so many frames of each play, evenly spaced and the last among them.

    Without `undrawn`, plays that are not drawn are passed over, as those are whose frames a film
    has already.

    The plays whose numbers are in `drawn` are drawn at these frames as for a film, those in `ended`
    at their ends alone, by themselves; that of number `until` is the last to be played.
    """
    watched = Watched(name, run, aspect)
    kind = rendering.clip_class(name)

    def few(frames: int) -> NDArray[np.float64]:
        """The seconds within a play of the frames that are looked at."""
        return np.array(moments(frames, samples)) / RATE

    def play(self: Clip, *animations, **options) -> None:
        self.renderer._original_skipping_status = self.renderer.num_plays not in drawn
        watched.safe = self.safe
        kind.play(self, *animations, **options)
        if watched.moments:
            watched.moments[-1] = replace(watched.moments[-1], is_last=True)

    def get_time_progression(self: Clip, *arguments, **options):
        progression = kind.get_time_progression(self, *arguments, **options)
        if not self.renderer.skip_animations:
            progression.iterable = few(len(progression.iterable))
        return progression

    def look(scene: Clip, frames: int) -> None:
        """Hear of a play that begins and is passed over, or of a frame that was drawn."""
        if not scene.renderer.skip_animations:
            note(scene, scene.renderer.camera.pixel_array.copy())
            return
        if not undrawn:
            return
        waits = scene.is_current_animation_frozen_frame()
        for seconds in [None] if waits else few(frames):
            if seconds is not None:
                scene.update_to_time(seconds)
            note(scene, None)
        if scene.renderer.num_plays in ended:
            watched.moments[-1] = replace(watched.moments[-1], picture=still(scene))

    def still(scene: Clip) -> NDArray[np.uint8]:
        camera = scene.renderer.camera
        camera.reset()
        camera.capture_mobjects(scene.mobjects)
        return camera.pixel_array.copy()

    def note(scene: Clip, picture: NDArray[np.uint8] | None) -> None:
        watched.moments.append(
            Moment(
                play=scene.renderer.num_plays,
                is_last=False,
                epoch=scene.epoch.get_value(),
                beat=len(scene.cues.beats),
                texts=[area(words) for words in words_on(scene.mobjects)],
                picture=picture,
            )
        )

    members = {"play": play, "get_time_progression": get_time_progression}
    # In its own module: the keys of its plays are made of the file that it comes from.
    members |= {"__module__": kind.__module__, "__doc__": kind.__doc__}
    scene_class = type(kind.__name__, (kind,), members)
    last = -1 if until is None else until
    with studio(folder, aspect=aspect, rate=RATE, upto_animation_number=last):
        watched.scene = rendering.rehearse(scene_class, theme=theme, run=run, cut=cut, watch=look)
        watched.described = clip_json.describe(watched.scene, name, "high")
        assert config.dry_run is False
    return watched


def traces(
    name: str | Path, run: Path | None, folder: Path, until: int
) -> dict[int, tuple[str, list[str]]]:
    """The traces of plays that are drawn with all others passed over, for another process."""
    given = None if run is None else Run.open(run)
    return watch(name, folder, run=given, drawn=SAMPLED, undrawn=False, until=until).traces()


# --- what is seen


def faults(moment: Moment, watched: Watched) -> Iterator[str]:
    """A sentence for each two texts that lie on each other, and each that leaves the safe area."""
    where = f"in play {moment.play} of beat {moment.beat}"
    for one, other in overlaps(moment.texts):
        yield f"{where} {moment.texts[one]} lies on {moment.texts[other]}"
    for box in moment.texts:
        if out := beyond(box, watched.safe):
            yield f"{where} {box} is {out:.3f} units outside"


def beyond_margins(moment: Moment, watched: Watched) -> str:
    """A sentence if anything but background is drawn outside the safe area."""
    height, width = moment.picture.shape[:2]
    margins = (0.05, 0.12, 0.05, 0.20) if watched.aspect == "9:16" else (0.05, 0.05, 0.05, 0.05)
    # Pixels are large here: what ends at the edge covers a part of one beyond.
    left, right = (math.floor(margin * width) - 1 for margin in margins[::2])
    top, bottom = (math.floor(margin * height) - 1 for margin in margins[1::2])
    margin = np.ones((height, width), bool)
    margin[top : height - bottom, left : width - right] = False
    ground = np.round(255 * np.array(watched.scene.camera.background_color.to_rgb()))
    drawn = moment.picture[margin][:, :3]
    wrong = np.argwhere(margin)[np.abs(drawn - ground).max(axis=1) > 4]
    if not len(wrong):
        return ""
    return f"play {moment.play} draws at row and column {wrong[0]} of {height, width}"
