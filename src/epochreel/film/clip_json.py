"""clip.json, beside every rendered video: what the clip is, and what is seen when.

What is made from a clip (captions, chapters, the gallery, the checks) reads this file alone.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from manim import config

from epochreel import Run
from epochreel.errors import ClipError, writing
from epochreel.files import content, whole
from epochreel.film.clip import Clip
from epochreel.film.clip_schema import Described, disagreement
from epochreel.film.cues import Cue
from epochreel.film.telling import shown
from epochreel.notation.plain import plain

__all__ = ["NAME", "SCHEMA", "describe", "drawn_from", "read", "write"]

NAME = "clip.json"
SCHEMA = 1
LARGEST = 100_000_000
"""Bytes; an hour of film takes a tenth of them."""
SCALARS = 500
"""Epochs whose scalars are kept, whether the clip shows them or not."""


def describe(scene: Clip, name: str, quality: str) -> dict[str, Any]:
    """Say what a clip that was played is and shows; times are seconds, texts plain.

    `epochs` holds for each frame of the video the epoch it shows, or None; `scalars` the run's at
    these epochs and at 500 others, closer together at the start, where most happens; `shown` is
    what is on the last frame, in words. Call it while Manim is configured as it was for the scene.
    """
    kind, cues = type(scene), scene.cues
    # Asked for, a run would be recorded; a clip that never did is not about one.
    run: Run | None = scene.__dict__.get("run")
    frames, duration = len(cues.epochs), cues.seconds
    last = (frames - 1) / cues.frame_rate
    # The seconds of a poster are those of the full cut.
    poster = kind.poster if scene.cut == "full" and kind.poster is not None else last
    return {
        "schema": SCHEMA,
        "name": name,
        "class": kind.__name__,
        "title": kind.title or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__),
        # Elsewhere lines are as long as there is room; only paragraphs stay apart.
        "story": re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(kind.__doc__ or "")),
        "aspect": scene.aspect,
        "theme": scene.style.theme,
        "quality": quality,
        "cut": scene.cut,
        "width": config.pixel_width,
        "height": config.pixel_height,
        "frame_rate": cues.frame_rate,
        "frames": frames,
        "duration": duration,
        "trainer": run.trainer if run else None,
        "config": run.config if run else {},
        "run": run.path.name if run else None,
        "digest": run.digest if run else None,
        "results": {plain(label): plain(text) for label, text in scene.results.items()},
        "beats": [
            {**_times(beat, duration), "name": plain(beat.text), "optional": beat.optional}
            for beat in cues.beats
            if beat.start < min(beat.end, duration)
        ],
        "captions": [
            {
                **_times(caption, duration),
                "leaves": round(min(caption.leaves, duration), 4),
                "text": plain(caption.text),
            }
            for caption in cues.captions
        ],
        "epochs": [None if epoch is None else round(epoch, 4) for epoch in cues.epochs],
        "scalars": _scalars(run, cues.epochs) if run else {},
        "poster": min(poster, last),
        "shown": shown(scene),
    }


def drawn_from(scene: Clip) -> str:
    """Return a digest of all that the plays of a scene are drawn from, in order."""
    return hashlib.sha256(" ".join(map(str, scene.renderer.keys)).encode()).hexdigest()[:32]


def _times(cue: Cue, duration: float) -> dict[str, Any]:
    return {"start": round(cue.start, 4), "end": round(min(cue.end, duration), 4)}


def _scalars(run: Run, shown: Sequence[float | None]) -> dict[str, list[float | None]]:
    """The scalars of a run at a choice of epochs; None before and after a scalar was given."""
    if not run.scalars or not len(run.epochs):
        return {}
    first, last = run.epochs[[0, -1]]
    others = first + (last - first) * np.linspace(0, 1, SCALARS) ** 2
    epochs = np.unique(np.rint([*others, *(epoch for epoch in shown if epoch is not None)]))
    epochs = epochs[(epochs >= first) & (epochs <= last)]
    thinned: dict[str, list[float | None]] = {"epochs": epochs.tolist()}
    for name in run.scalars:
        given, values = run.scalar(name)
        if len(given):
            row = np.interp(epochs, given, values, left=np.nan, right=np.nan)
            thinned[name] = [None if np.isnan(value) else float(f"{value:.6g}") for value in row]
    return thinned


def write(described: dict[str, Any], folder: Path) -> Path:
    """Write a description as clip.json into a folder; the file appears when it is whole."""
    path = folder / NAME
    text = json.dumps(described, ensure_ascii=False, indent=1, allow_nan=False)
    with writing(path, ClipError), whole(path) as aside:
        aside.write_bytes(text.encode(errors="replace"))  # of names that are no UTF-8
    return path


def read(folder: str | Path) -> dict[str, Any]:
    """Return what is said of the video in a folder; see `describe`.

    Each value has its type and is within its bounds (see `clip_schema`). Raises
    ClipError where there is no clip.json or it cannot be read.
    """
    path = Path(folder) / NAME
    try:
        told = msgspec.json.decode(content(path, LARGEST), type=dict[str, Any])
        if (schema := told.get("schema", SCHEMA)) != SCHEMA:
            raise ClipError(
                f"{path} has schema {schema!r}, and this version reads {SCHEMA}; "
                "render the clip again."
            )
        if lacking := sorted(Described.__required_keys__ - told.keys()):
            raise ClipError(f"{path} lacks {', '.join(lacking)}; render the clip again.")
        described = msgspec.convert(told, Described)
        reason = disagreement(described)
    except FileNotFoundError:
        raise ClipError(f"There is no {path}; render the clip first.") from None
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        reason = str(error)
    if reason:
        raise ClipError(f"{path} cannot be read; render the clip again ({reason}).")
    return dict(described)
