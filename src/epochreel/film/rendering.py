"""Render a clip by its name in any of its shapes, themes and qualities, with one progress bar."""

from __future__ import annotations

import configparser
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from manim import config, logger, tempconfig
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from epochreel import Run, files
from epochreel.errors import ClipError
from epochreel.film import clip_json
from epochreel.film.clip import CUTS, Clip
from epochreel.film.encoding import at_work, kept_by_disk
from epochreel.film.scenes import clips, scene_file, scenes_folder
from epochreel.panels.compositions import ASPECTS
from epochreel.runs.sources import imported

__all__ = [
    "QUALITIES",
    "clip_class",
    "clips",
    "configured",
    "rehearse",
    "render",
    "scenes_folder",
    "size",
    "stem",
]

QUALITIES = {"low": (480, 15), "medium": (720, 30), "high": (1080, 60), "4k": (2160, 60)}
"""Pixels of the frame's shorter side, and frames a second."""

PRORES = {
    "transparent": True,
    "format": "mov",
    "video_codec": "prores_ks",
    "pixel_format": "yuva444p10le",
    "video_encoder_options": {
        "profile": "4444",
        "alpha_bits": "16",
        "vendor": "apl0",
        # A fixed quantiser, 6 in FFmpeg's units of 118: within 3 levels of what is drawn, half the
        # size and a sixth of the time of the rate control, which fills up what ProRes allows.
        "flags": "+qscale",
        "global_quality": str(6 * 118),
    },
}
"""Manim's settings for a clip on no background: Apple ProRes 4444 with straight alpha."""


def clip_class(name: str | Path | type[Clip]) -> type[Clip]:
    """The one Clip class that a scene file defines; `name` is a clip's name or a file's path.

    The class itself, as a notebook has it, is given back.
    """
    if isinstance(name, type):
        return name
    path = scene_file(name)
    if (folder := str(path.resolve().parent)) not in sys.path:
        sys.path.insert(0, folder)  # as `manim` does: a scene may import what lies beside it
    module = imported(path, f"scenes.{path.stem}")
    found = [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Clip) and member.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise ClipError(f"{path} defines {len(found)} Clip classes; a scene file defines one.")
    return found[0]


def size(aspect: str, quality: str) -> tuple[int, int]:
    """The width and height of a frame in pixels, both even, as encoders want them."""
    (side, _), ratio = QUALITIES[quality], ASPECTS[aspect]
    return 2 * round(side * max(ratio, 1) / 2), 2 * round(side / min(ratio, 1) / 2)


def stem(name: str | Path | type[Clip]) -> str:
    """What a clip is called among files: its class, where it has no file of its own."""
    return name.__name__ if isinstance(name, type) else Path(name).stem


@contextmanager
def configured(
    name: str | Path | type[Clip],
    aspect: str = "16:9",
    theme: str = "dark",
    quality: str = "high",
    cut: str = "full",
    alpha: bool = False,
) -> Iterator[Path]:
    """Set Manim up for a variant of a clip and give the folder that the video goes to.

    The plain variant goes where `manim scenes/NAME.py` puts it, so both share what they drew.
    """
    variant = (("aspect", aspect, ASPECTS), ("quality", quality, QUALITIES), ("cut", cut, CUTS))
    for what, value, known in variant:
        if value not in known:
            raise ClipError(f"There is no {what} {value!r}; choose from {', '.join(known)}.")
    side, rate = QUALITIES[quality]
    width, height = size(aspect, quality)
    own = stem(name)
    shape = "" if aspect == "16:9" else "-" + aspect.replace(":", "x")
    paper = "" if theme == "dark" else f"-{theme}"
    length = "" if cut == "full" else f"-{cut}"
    ground = "-alpha" if alpha else ""
    folder = files.ROOT / "renders" / own / f"{side}p{rate}{shape}{paper}{length}{ground}"
    logger.setLevel("WARNING")
    with tempconfig({}):
        try:
            config.digest_file(files.settings())
        except (configparser.Error, ValueError, OSError) as error:
            reason = " ".join(str(error).split())
            raise ClipError(f"{files.settings()} cannot be read ({reason}); mend it.") from error
        config.update(
            {
                "input_file": str(scenes_folder() / f"{own}.py"),
                "pixel_width": width,
                "pixel_height": height,
                "frame_rate": rate,
                "media_dir": str(files.ROOT / "renders"),
                "video_dir": str(folder),
                "verbosity": "WARNING",
                "progress_bar": "none",
                **(PRORES if alpha else {}),
            }
        )
        yield folder


def render(
    name: str | Path | type[Clip],
    *,
    aspect: str = "16:9",
    theme: str = "dark",
    quality: str = "high",
    cut: str = "full",
    alpha: bool = False,
    run: Run | None = None,
    force: bool = False,
    progress: bool = True,
    observer: Callable[[int, int], None] | None = None,
) -> Path:
    """Render a clip, reusing every play that is already drawn, and return the video's path.

    What the clip is and shows when is written beside it (see `clip_json`). The short `cut` plays
    no optional beats. With `alpha` the video is ProRes 4444 and transparent where the clip shows
    its background. `run` replaces the recording of the clip's own trainer. `force` draws
    everything again. `progress` draws a bar on stderr; an `observer`, called with the frames that
    are done and their total, hears of it instead. Raises ClipError for an unknown clip, aspect
    ratio, theme, quality or cut, a clip that plays nothing, and a disk that refuses to be written
    to.
    """
    with configured(name, aspect, theme, quality, cut, alpha) as folder, kept_by_disk(folder):
        if not files.is_text(str(folder)):
            raise ClipError(
                f"A film cannot be written to {str(folder)!r}; give it a name in UTF-8."
            )
        scene_class = clip_class(name)
        other = run is not None
        if run is None and (scene_class.trainer or scene_class.run_path):
            run = scene_class(theme=theme).run
        lengths: list[int] = []
        rehearse(
            scene_class,
            theme=theme,
            run=run,
            cut=cut,
            watch=lambda _, frames: lengths.append(frames),
        )
        total = sum(lengths)
        columns: tuple[Any, ...] = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("frame {task.completed} of {task.total}"),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        hidden = observer is not None or not progress
        with Progress(*columns, console=Console(stderr=True), disable=hidden) as bar:
            task = bar.add_task(scene_class.__name__, total=total)
            done = 0

            def advance(frames: int) -> None:
                nonlocal done
                done += frames
                bar.update(task, completed=done)
                if observer is not None:
                    observer(done, total)

            scene = scene_class(theme=theme, run=run, cut=cut, observer=advance)
            scene.renderer.redraw = force
            writer = scene.renderer.file_writer
            # Nobody draws a transparent clip's gigabytes again and again while it is written.
            with at_work(writer.partial_movie_directory, not alpha):
                # Past Clip.render, which turns errors into exits for the command `manim`.
                scene.perform(keep=not alpha)
        video = scene.movie
        described = clip_json.describe(scene, stem(name), quality)
        if not (alpha or other):  # which are not what the clip check would draw
            described["drawn_from"] = clip_json.drawn_from(scene)
        clip_json.write(described, video.parent)
        return video


def rehearse(
    scene_class: type[Clip],
    *,
    theme: str,
    run: Run | None = None,
    cut: str = "full",
    keyed: bool = False,
    watch: Callable[[Clip, int], None] | None = None,
) -> Clip:
    """Play a clip without drawing, in the shape that Manim is configured for; return the scene.

    `watch` is called with the scene and the number of frames when a play has begun. The keys
    of its plays are worked out if `keyed`. Raises ClipError for a clip that plays nothing.
    """

    def observe(frames: int) -> None:
        if watch is not None:
            watch(scene, frames)

    with tempconfig({"dry_run": True}):
        scene = scene_class(theme=theme, run=run, cut=cut, observer=observe)
        scene.perform(rehearsal=True, keyed=keyed)
    if not scene.renderer.keys:
        raise ClipError(
            f"{scene_class.__name__} plays nothing; let a beat or `construct` play an animation."
        )
    return scene
