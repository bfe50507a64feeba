"""Frames of a clip below a cell, at a moment of the clip or at an epoch of its training."""

from __future__ import annotations

import html
import io
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from epochreel.errors import ClipError
from epochreel.film.clip import Clip
from epochreel.film.frames import Reel
from epochreel.film.moments import Moments
from epochreel.notebook.sizes import shown_size
from epochreel.notebook.tracebacks import begun_by_the_scene

__all__ = ["Still", "still", "stills"]

QUALITY = {"quality": "medium"}
"""By default: sharper than it is shown, as screens may be, and drawn as fast as a slider moves."""


@dataclass(frozen=True)
class Still:
    """A frame, uint8 RGB (height, width, 3), which a notebook shows; `alt` says what it is."""

    pixels: NDArray[np.uint8] = field(repr=False)
    alt: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        # The alternative text needs HTML; where there is none, as in a PDF, it is the picture.
        written = io.BytesIO()
        Image.fromarray(self.pixels).save(written, format="PNG", compress_level=3)
        content = b64encode(written.getvalue()).decode()
        width, height = shown_size(self.pixels.shape[1], self.pixels.shape[0])
        shown = (
            f'<img width="{width}" height="{height}" style="max-width: 100%; height: auto" '
            f'alt="{html.escape(self.alt)}" src="data:image/png;base64,{content}"/>'
        )
        return {"text/html": shown, "image/png": content, "text/plain": repr(self)}


@begun_by_the_scene
def still(
    clip: str | Path | type[Clip],
    at: float | str | None = None,
    *,
    epoch: float | None = None,
    **variant: Any,
) -> Still:
    """Return a frame of a clip: the class, its name in scenes/, or the path of its file.

    `at` are seconds, or a beat, where it begins; `epoch` is one that a training comes to in the
    clip. With neither it is the last frame. For `variant` see `Reel.of`: aspect, theme, quality,
    run and cut.

    Raises ClipError for a clip, a moment or an epoch that there is not.
    """
    if epoch is not None:
        if at is not None:
            raise ClipError(f"A still is at {at!r} or at epoch {epoch:g}; ask for one of them.")
        return stills(clip, **variant)(epoch)
    moments = Moments(() if at is None else (str(at),))
    reel = Reel.of(clip, until=moments.last, **QUALITY | variant)
    last = (reel.frames - 1) / reel.frame_rate
    seconds = last if at is None else moments.of(reel)[-1]
    return _shown(reel, reel.frame(seconds), f"at {seconds:g} s")


@begun_by_the_scene
def stills(clip: str | Path | type[Clip], **variant: Any) -> Callable[[float], Still]:
    """Return a function from epochs to frames of a clip, as `still` gives them.

    The clip is played once, and stays as it is then: each frame costs no more than drawing it,
    so that `run.widget(stills(Mine))` follows its slider.
    """
    reel = Reel.of(clip, **QUALITY | variant)

    @begun_by_the_scene
    def at(epoch: float) -> Still:
        return _shown(reel, reel.passing(epoch), f"at epoch {epoch:g}")

    return at


def _shown(reel: Reel, frame: NDArray[np.uint8], when: str) -> Still:
    title = reel.scene.title or type(reel.scene).__name__
    return Still(np.ascontiguousarray(frame[..., :3]), f"{title}, {when}")
