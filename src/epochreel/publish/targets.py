"""The rows of `assets/platforms.toml`: what each platform takes, and whether a file obeys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from epochreel.errors import PublishError, choices
from epochreel.files import ASSETS, toml
from epochreel.media.probe import Probe
from epochreel.panels.compositions import ASPECTS

__all__ = ["CAPTIONS", "CODECS", "PLATFORMS", "Row", "choose", "read"]

PLATFORMS = ASSETS / "platforms.toml"

CAPTIONS = "captions"
"""The target that is words alone and has no row."""

CODECS = {
    "h264": (".mp4", "yuv420p"),
    "gif": (".gif", "pal8"),
    "webp": (".webp", "yuv420p"),
    "png": (".png", "rgb24"),
    "jpeg": (".jpg", "yuvj444p"),
    "prores": (".mov", "yuva444p10le"),
    "vp9": (".webm", "yuva420p"),
}
"""How a file is named and how its pixels are kept, by codec."""

STEPPING = ("gif", "webp")
"""Codecs whose files become smaller and slower until they are not too large."""

STILL = ("png", "jpeg")

LARGEST = 16384
"""Pixels of a side."""


@dataclass(frozen=True)
class Row:
    """What a file must be; see the head of `assets/platforms.toml` for the units."""

    file: str
    target: str
    width: int
    height: int
    aspect: str
    frame_rate: float
    codec: str
    pixel_format: str
    bit_rate: float
    longest: float
    largest: float
    audio: bool
    pages: tuple[str, ...]

    @property
    def still(self) -> bool:
        """Whether the file is one picture."""
        return self.codec in STILL

    @property
    def alpha(self) -> bool:
        """Whether the file is transparent where the clip shows its background."""
        return self.pixel_format.startswith("yuva")

    def admits(self, found: Probe) -> bool:
        """Whether a file obeys the row."""
        return next(iter(self._faults(found)), None) is None

    def check(self, found: Probe) -> None:
        """Raise PublishError with the figure and the limit where a file breaks its row."""
        for fault in self._faults(found):
            raise PublishError(f"{found.path} {fault} (row {self.file!r} of {PLATFORMS.name}).")

    def _faults(self, found: Probe) -> Iterator[str]:
        size, limit = (found.width, found.height), (self.width, self.height)
        steps = self.codec in STEPPING
        if (found.codec, found.pixel_format) != (self.codec, self.pixel_format):
            yield (
                f"holds {found.codec} in {found.pixel_format}, not {self.codec} "
                f"in {self.pixel_format}"
            )
        larger = found.width > self.width or found.height > self.height
        if larger if steps else size != limit:
            yield f"is {size[0]} × {size[1]}, not {'within ' * steps}{limit[0]} × {limit[1]}"
        if found.size > self.largest * 1e6:
            yield f"has {found.size / 1e6:.4g} MB; {self.target} takes at most {self.largest:g} MB"
        if not self.still:
            yield from self._moving_faults(found)

    def _moving_faults(self, found: Probe) -> Iterator[str]:
        rate, limit = found.frame_rate, self.frame_rate
        if rate > 1.001 * limit or (self.codec not in STEPPING and rate < 0.999 * limit):
            yield f"has {rate:.4g} frames a second, not {limit:g}"
        if found.duration > self.longest + 1 / limit:
            yield (f"lasts {found.duration:.4g} s; {self.target} takes at most {self.longest:g} s")
        if found.bit_rate > self.bit_rate * 1e6:
            yield (
                f"has {found.bit_rate / 1e6:.4g} Mbit/s; {self.target} takes at most "
                f"{self.bit_rate:g}"
            )
        if found.audio and not self.audio:
            yield f"has sound ({found.audio}), which {self.target} does not take"
        if self.alpha and not found.alpha:
            yield "has no alpha"
        if self.codec in ("h264", "prores", "vp9") and found.colours != "bt709":
            yield f"is tagged {found.colours or 'with no colours'}, not bt709"
        if self.codec == "h264":
            yield from self._master_faults(found)

    def _master_faults(self, found: Probe) -> Iterator[str]:
        """What YouTube asks of an upload, and every other platform is glad of."""
        if found.profile != "High":
            yield f"has the H.264 profile {found.profile}, not High"
        if found.group > self.frame_rate / 2 or not found.closed:
            yield (
                f"has {'a closed' if found.closed else 'an open'} GOP of {found.group} frames, "
                f"not a closed one of at most {self.frame_rate / 2:g}"
            )
        if not found.faststart:
            yield "has its index at the end, so that it cannot start while it loads"
        if found.edited:
            yield "has an edit list, which upsets YouTube and Instagram"


def read(path: Path = PLATFORMS) -> dict[str, Row]:
    """Return the rows by the names of their files.

    Raises PublishError for a row with a missing, unknown or impossible entry.
    """
    try:
        tables = toml(path)
    except OSError as error:
        raise PublishError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise PublishError(f"{path} is not valid TOML: {error}.") from error
    return {file: _row(file, entries, path) for file, entries in tables.items()}


def choose(targets: Iterable[str] | None, rows: dict[str, Row]) -> tuple[list[Row], bool]:
    """Return the rows of these targets, all for None, and whether captions are among them.

    Raises PublishError for an unknown target.
    """
    known = [*dict.fromkeys(row.target for row in rows.values()), CAPTIONS]
    wanted = known if targets is None else list(targets)
    for target in wanted:
        if target not in known:
            raise PublishError(f"There is no target {target!r}; {choices(target, known)}")
    return [row for row in rows.values() if row.target in wanted], CAPTIONS in wanted


def _row(file: str, entries: Any, path: Path) -> Row:
    where = f"In {path}, the row {file!r}"
    if not isinstance(entries, dict):
        raise PublishError(f"{where} is {entries!r} but must be a table.")
    keys = [field.name for field in fields(Row) if field.name != "file"]
    for key in entries:
        if key not in keys:
            raise PublishError(f"{where} has an unknown key {key!r}; {choices(key, keys)}")
    for key in keys:
        if key not in entries:
            raise PublishError(f"{where} lacks the key {key!r}.")
        if rule := _rule(key, entries[key]):
            raise PublishError(f"{where} has {key} = {entries[key]!r}, which must be {rule}.")
    row = Row(file=file, **{**entries, "pages": tuple(entries["pages"])})
    if fault := _contradiction(row):
        raise PublishError(f"{where} {fault}.")
    return row


def _rule(key: str, value: Any) -> str:
    """Return what a value must be, or nothing where it is."""
    number = type(value) in (int, float)
    if key in ("width", "height"):
        sized = type(value) is int and 0 < value <= LARGEST and value % 2 == 0
        return "" if sized else f"an even number up to {LARGEST}"
    if key == "frame_rate":
        moving = number and 0 <= value <= 1000
        return "" if moving else "a number of frames a second, up to 1000, 0 for a still"
    if key in ("bit_rate", "longest", "largest"):
        return "" if number and value > 0 else "a number above 0, or inf"
    if key == "audio":
        return "" if type(value) is bool else "true or false"
    if key == "pages":
        addresses = isinstance(value, list) and value
        told = addresses and all(str(page).startswith("https://") for page in value)
        return "" if told else "a list of addresses, https://…"
    known = {"aspect": list(ASPECTS), "codec": list(CODECS)}.get(key)
    if known:
        return "" if value in known else f"one of {', '.join(known)}"
    return "" if isinstance(value, str) and value else "a text in quotes"


def _contradiction(row: Row) -> str:
    """Return in what way a row's entries do not fit together, or nothing where they do."""
    suffix, pixel_format = CODECS[row.codec]
    plain = Path(row.file).name == row.file and row.file.isprintable()
    if Path(row.file).suffix != suffix or not plain:
        return f"holds {row.codec}, so its name must be a plain one that ends in {suffix}"
    if row.pixel_format != pixel_format:
        return f"has pixel_format = {row.pixel_format!r}; {row.codec} is kept in {pixel_format!r}"
    if row.still != (row.frame_rate == 0):
        kind = "a still, which has frame_rate = 0" if row.still else "not a still"
        return f"has frame_rate = {row.frame_rate:g}, but {row.codec} is {kind}"
    ratio = row.width / row.height / ASPECTS[row.aspect]
    if not row.still and abs(ratio - 1) > 0.01:
        return f"is {row.width} × {row.height}, which is not {row.aspect}"
    return ""
