"""Frames of a clip as PNG files, for slides, papers and a look at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from epochreel import files
from epochreel.errors import ClipError, writing
from epochreel.film.moments import Moments
from epochreel.film.shots import Shot, shots, variants

__all__ = ["write_pictures"]


def write_pictures(
    name: str | Path,
    at: Sequence[str],
    *,
    aspects: str = "16:9",
    themes: str = "dark",
    quality: str = "high",
    cut: str = "full",
    output: Path | None = None,
) -> Iterator[Path]:
    """Write the frames of a clip at moments (see `Moments`) and give the path of each.

    `output` is a folder, by default renders/NAME/stills, in which names tell clip, second, aspect
    and theme; or one PNG, where there is one frame to write. Raises ClipError for what is unknown,
    a moment past the end, and a file that cannot be written.
    """
    wanted = variants(name, aspects, themes)
    folder = output or files.ROOT / "renders" / Path(name).stem / "stills"
    for shot in shots(
        name,
        wanted,
        Moments(tuple(at)),
        quality=quality,
        cut=cut,
    ):
        target = folder
        if folder.suffix != ".png":
            target = folder / _file_name(Path(name).stem, shot)
        elif shot.count * len(wanted) > 1:
            raise ClipError(
                f"{folder} is one file for {shot.count * len(wanted)} frames; give a folder."
            )
        yield _write(shot, target)


def _file_name(name: str, shot: Shot) -> str:
    shape = shot.variant.aspect.replace(":", "x")
    return f"{name}-{shot.seconds:g}s-{shape}-{shot.variant.theme}.png"


def _write(shot: Shot, target: Path) -> Path:
    with writing(target, ClipError):
        target.parent.mkdir(parents=True, exist_ok=True)
        with files.whole(target) as aside:
            Image.fromarray(shot.pixels).save(aside, format="PNG")
    return target
