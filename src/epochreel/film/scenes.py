"""Where the clips' files are."""

from __future__ import annotations

from pathlib import Path

from epochreel import files
from epochreel.errors import ClipError, choices

__all__ = ["clips", "scene_file", "scenes_folder"]


def scenes_folder() -> Path:
    """The folder of the clips' files."""
    return files.ROOT / "scenes"


def clips() -> list[str]:
    """Names of all clips: the files of the scenes folder."""
    return sorted(path.stem for path in scenes_folder().glob("[!_]*.py"))


def scene_file(name: str | Path) -> Path:
    """The file of a clip, by its name or the path of a .py file; ClipError if there is none."""
    path = Path(name) if str(name).endswith(".py") else scenes_folder() / f"{name}.py"
    if not path.is_file():
        raise ClipError(f"There is no clip {str(name)!r}; {choices(name, clips())}")
    return path
