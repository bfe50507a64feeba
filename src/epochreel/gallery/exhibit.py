"""What the gallery shows of a clip: its films, and everything there is to take home."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from epochreel.errors import ClipError
from epochreel.film import clip_json
from epochreel.gallery.sweeps import steps, sweeps
from epochreel.media.video import opened
from epochreel.publish import targets
from epochreel.publish.captions import Subtitle, to_vtt
from epochreel.publish.chapters import chapters
from epochreel.publish.ledger import NAME as LEDGER
from epochreel.publish.publication import folder_of
from epochreel.publish.targets import STEPPING, Row
from epochreel.publish.thoughts import opening, thoughts

__all__ = ["Exhibit", "Film", "exhibits"]

LARGEST = 1080
"""Pixels of the shorter side of a published film that plays."""
QUALITIES = ("high", "medium", "low", "4k")
"""Which rendering plays: the best, but 4k is too heavy to be stepped through."""
ASPECTS = ("16:9", "1:1", "4:5", "9:16")

WORDS = {
    ".srt": "Subtitles, SubRip",
    ".vtt": "Subtitles, WebVTT",
    ".md": "Description, Markdown",
    "alt.txt": "The poster in words",
    "chapters.txt": "Chapters, for YouTube",
}


@dataclass(frozen=True)
class Film:
    """A rendering of a clip: what its clip.json says, and the video that a page plays of it."""

    described: dict[str, Any]
    rendered: Path
    plays: Path

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as it was rendered."""
        return self.described["width"], self.described["height"]

    @property
    def label(self) -> str:
        """What sets it apart from the clip's other films."""
        said = self.described
        extras = ["print"] * (said["theme"] == "print") + ["short"] * (said["cut"] == "short")
        return " ".join([said["aspect"], *extras])

    @property
    def starts(self) -> float:
        """Seconds at which a look at it begins: where the first training does, or the story."""
        passing = steps(self.described["epochs"])
        for first, _ in sweeps(passing)[:1]:
            return float(passing[first + 1][0] / self.described["frame_rate"])
        return float([0.0, *(beat["start"] for beat in self.described["beats"][:2])][-1])

    def data(self, folder: Path) -> dict[str, Any]:
        """What the scripts of a page in `folder` need to know."""
        said = self.described
        passing = steps(said["epochs"])
        captions = [Subtitle(c["start"], c["end"], c["text"]) for c in said["captions"]]
        return {
            "label": self.label,
            "video": quote(self.plays.relative_to(folder).as_posix()),
            "width": said["width"],
            "height": said["height"],
            "rate": said["frame_rate"],
            "frames": said["frames"],
            "captions": to_vtt(captions) if captions else "",
            "chapters": [{"start": start, "name": name} for start, _, name in chapters(said)],
            "thoughts": [
                {
                    "first": each.first,
                    "opens": opening(said, each),
                    "last": each.last,
                    "chapter": each.beat,
                    "text": each.text,
                }
                for each in thoughts(said)
            ],
            "theme": said["theme"],
            "steps": [frame for frame, _ in passing],
            "epochs": [None if epoch is None else round(epoch, 2) for _, epoch in passing],
            "sweeps": sweeps(passing),
            "run": said["digest"],
        }

    @property
    def scalars(self) -> dict[str, list[float | None]]:
        """What was recorded of the run, unless the epochs shown are those of others.

        A clip that trains by itself, or several runs at once, may go on where its run ends.
        """
        recorded: dict[str, list[float | None]] = self.described["scalars"]
        shown = [epoch for epoch in self.described["epochs"] if epoch is not None]
        last = recorded.get("epochs", [None])[-1]
        return recorded if shown and last is not None and max(shown) <= last else {}


@dataclass(frozen=True)
class Exhibit:
    """A clip and its films; the first is the one that a page opens with."""

    folder: Path
    films: list[Film]

    @property
    def name(self) -> str:
        """The clip's name, which is its folder's."""
        return self.folder.name

    @property
    def described(self) -> dict[str, Any]:
        """What clip.json says of the first film."""
        return self.films[0].described

    @property
    def last_epoch(self) -> int:
        """The last epoch that it passes; 0 where it passes none."""
        said = self.described["epochs"]
        return round(max((epoch for epoch in said if epoch is not None), default=0))

    def data(self) -> dict[str, Any]:
        """What the scripts of its page need to know: the films, and the scalars of their runs."""
        runs = {film.described["digest"]: film.scalars for film in self.films if film.scalars}
        said = self.described
        films = [film.data(self.folder) for film in self.films]
        return {"title": said["title"], "story": said["story"], "films": films, "runs": runs}

    def downloads(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Titles of groups, and their files: path, what it is, bytes."""
        rows = targets.read()
        groups: dict[str, list[dict[str, Any]]] = {
            title: [] for title in ("Films", "Loops", "Pictures", "Compositing", "Words")
        }
        for path in self._published([*rows]):
            row = rows.get(path.name)
            if row is None:
                what = WORDS.get(path.name.replace("-short", ""), WORDS.get(path.suffix, ""))
                groups["Words"].append(self._entry(path, what))
            else:
                groups[_group(row)].append(self._entry(path, _facts(row)))
        for film in self.films:
            said = film.described
            rate = f"{said['frame_rate']:g} fps"
            what = f"{said['width']} × {said['height']}, {rate}, as rendered"
            groups["Films"].append(self._entry(film.rendered, what))
        return [(title, files) for title, files in groups.items() if files]

    def _entry(self, path: Path, what: str) -> dict[str, Any]:
        where = path.relative_to(self.folder).as_posix()
        return {"path": where, "what": what, "size": path.stat().st_size}

    def _published(self, order: list[str]) -> list[Path]:
        """What `epochreel publish` wrote, in the order of its table, the words after it."""
        paths = [
            path
            for path in self.folder.glob(f"{folder_of(self.name).name}*/*")
            if path.is_file() and path.name != LEDGER and not path.name.startswith(".")
        ]
        place = {name: index for index, name in enumerate(order)}
        return sorted(paths, key=lambda p: (p.parent, place.get(p.name, len(order)), p.name))


def exhibits(folder: Path, clip: str | None = None) -> tuple[list[Exhibit], list[str]]:
    """Return what there is to show of the clips in a folder, and a sentence for each fault.

    That is all of them, unless one is named.
    """
    found: list[Film] = []
    faults: list[str] = []
    for path in sorted(folder.glob(f"{escape(clip) if clip else '*'}/*/{clip_json.NAME}")):
        if not path.parent.name.endswith("-alpha"):  # which is to be laid over something else
            try:
                found.append(_film(path.parent))
            except ClipError as error:
                faults.append(str(error))
    clips: dict[Path, dict[str, Film]] = {}
    for film in sorted(found, key=_rank):
        clips.setdefault(film.rendered.parents[1], {}).setdefault(film.label, film)
    return [Exhibit(clip, [*films.values()]) for clip, films in sorted(clips.items())], faults


def _rank(film: Film) -> tuple[bool, bool, int, int]:
    """The plain film first, of several qualities the one to be played."""
    said = film.described
    shape, quality = ASPECTS.index(said["aspect"]), QUALITIES.index(said["quality"])
    return said["cut"] != "full", said["theme"] != "dark", shape, quality


def _film(folder: Path) -> Film:
    described = clip_json.read(folder)
    rendered = folder / f"{described['class']}.mp4"
    if (frames := _frames(rendered)) != described["frames"]:
        raise ClipError(
            f"{rendered} has {frames} frames and its {clip_json.NAME} tells of "
            f"{described['frames']}; render the clip again."
        )
    return Film(described, rendered, _twin(rendered, described) or rendered)


def _twin(rendered: Path, described: dict[str, Any]) -> Path | None:
    """The best of the files published from a rendering that has its frames.

    It is the better one to play: it begins at once and seeks fast.
    """
    folder = rendered.parents[1] / folder_of("", described["theme"]).name
    rows = [
        row
        for row in targets.read().values()
        if row.codec == "h264" and row.aspect == described["aspect"] and _playable(row)
    ]
    for row in sorted(rows, key=lambda row: -row.width):
        path = folder / row.file
        if path.is_file() and path.stat().st_mtime_ns >= rendered.stat().st_mtime_ns:
            with suppress(ClipError):
                if _frames(path) == described["frames"]:
                    return path
    return None


def _playable(row: Row) -> bool:
    return min(row.width, row.height) <= LARGEST


def _frames(video: Path) -> int:
    """The number of frames that a video says it has."""
    if not video.is_file():
        raise ClipError(f"{video} is missing beside its {clip_json.NAME}; render the clip again.")
    with opened(video) as container:
        return int(container.streams.video[0].frames)


def _group(row: Row) -> str:
    if row.still:
        return "Pictures"
    return "Compositing" if row.alpha else "Loops" if row.codec in STEPPING else "Films"


def _facts(row: Row) -> str:
    """What a published file is."""
    if row.codec in STEPPING:  # they step down from their row's size
        return f"{'Animated ' * (row.codec == 'webp')}{row.codec.upper()}"
    rate = "" if row.still else f", {row.frame_rate:g} fps"
    return f"{row.width} × {row.height}{rate}{', transparent' * row.alpha}"
