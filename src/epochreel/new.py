"""Begin a clip: a small trainer, its scene and their tests, which work at once and are edited."""

from __future__ import annotations

import keyword
import re
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from epochreel import files
from epochreel.errors import EpochreelError, writing

__all__ = ["begin", "texts"]

PLACES = {
    "trainer": "trainers/{}.py",
    "scene": "scenes/{}.py",
    "test": "tests/trainers/test_{}.py",
}
"""Where the templates of assets/new go, in the project's folder."""


def begin(name: str) -> list[Path]:
    """Write a trainer and a scene of a name into the project, and tests where it has some.

    Returns their paths from the project's folder. Raises EpochreelError for a name that is no
    module's, where a file of it is there already, and where one cannot be written.
    """
    _hold(name)
    written = texts(name)
    if not (files.ROOT / "tests" / "trainers").is_dir():
        del written[Path(PLACES["test"].format(name))]
    there = [path for path in written if (files.ROOT / path).exists()]
    for path in there:
        # What a killed one began, as it was written, is gone on with.
        if len(there) == len(written) or not _holds(files.ROOT / path, written[path]):
            raise EpochreelError(f"There is {path} already; choose another name than {name!r}.")
    with ExitStack() as undo:  # where the disk refuses one of them, none is left
        for path, text in written.items():
            target = files.ROOT / path
            with writing(target, EpochreelError):
                target.parent.mkdir(exist_ok=True)
                with files.whole(target) as aside:
                    aside.write_text(text, encoding="utf-8")
            undo.callback(target.unlink)
        undo.pop_all()
    return list(written)


def _holds(path: Path, text: str) -> bool:
    """Whether there is a file that holds just this text."""
    with suppress(OSError):
        return files.content(path) == text.encode()
    return False


def texts(name: str) -> dict[Path, str]:
    """The files of a clip by their paths from the project's folder."""
    templates = Environment(
        loader=FileSystemLoader(files.ASSETS / "new"),
        autoescape=False,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    names = {"name": name, "class_name": "".join(map(str.capitalize, name.split("_")))}
    return {
        Path(place.format(name)): templates.get_template(f"{kind}.py.j2").render(names)
        for kind, place in PLACES.items()
    }


def _hold(name: str) -> None:
    """Raise EpochreelError for a name that files of Python had better not have."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    snake = re.sub(r"^[\d_]+", "", "_".join(words).lower())
    if snake != name or not name:
        raise EpochreelError(
            f"{name!r} is no name in snake_case; take {snake or 'my_clip'!r} instead."
        )
    # A scene's folder leads the path of imports: scenes/random.py would be Python's `random`.
    if keyword.iskeyword(name) or find_spec(name) is not None:
        raise EpochreelError(f"{name!r} is a name of Python's; take {name + '_clip'!r} instead.")
