"""The clip check: every rule over a video, whose frames are decoded once and one at a time."""

from __future__ import annotations

from pathlib import Path

from epochreel import files
from epochreel.checks.flashes import Flashes
from epochreel.checks.legibility import Contrast, small_texts
from epochreel.checks.makeup import makeup
from epochreel.checks.margins import Margins
from epochreel.checks.motion import Jumps, Stills
from epochreel.checks.palette import Palette
from epochreel.checks.rehearsal import texts_of
from epochreel.checks.rules import Finding, Rule
from epochreel.errors import ClipError
from epochreel.film import rendering
from epochreel.media.video import Video, frames

__all__ = ["Finding", "check", "videos"]


def check(path: str | Path) -> list[Finding]:
    """Return what is wrong with a video, in the order of time; nothing, for a clip that is fit.

    With a clip.json beside it, its texts, captions and epochs are held to their rules as well.
    Raises ClipError or PublishError for what is no whole video, and ClipError for one that is
    older than its scene.
    """
    film = Video.open(path)
    found = makeup(film)
    texts = texts_of(film)
    found += small_texts(film, texts)
    rules: list[Rule] = [
        Flashes(film),
        Margins(film),
        Stills(film, texts),
        Jumps(film, texts),
        Palette(film),
        Contrast(film, texts),
    ]
    for frame in frames(film):
        for rule in rules:
            rule.see(frame)
    found += [finding for rule in rules for finding in rule.findings()]
    return sorted(found, key=lambda finding: finding.seconds)


def videos(what: str | Path) -> list[Path]:
    """The video at a path, or the rendered variants of the clip of a name.

    Raises ClipError where there is neither.
    """
    if Path(what).is_file() or Path(what).suffix:
        return [Path(what)]
    scene = rendering.clip_class(what).__name__  # raises for an unknown name
    found = sorted((files.ROOT / "renders" / str(what)).glob(f"*/{scene}.mp4"))
    if not found:
        raise ClipError(f"{what} is not rendered yet; render it with `epochreel render {what}`.")
    return found
