"""A clip to be published: what it is rendered as, and which files come from that."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from epochreel import files
from epochreel.checks.check import check
from epochreel.errors import PublishError
from epochreel.film import clip_json, rendering
from epochreel.film.clip import Clip
from epochreel.film.requests import Request
from epochreel.look.style import load
from epochreel.media.ffmpeg import Observer, published
from epochreel.media.probe import probe
from epochreel.publish.chapters import embed
from epochreel.publish.ledger import Ledger, digest, sources
from epochreel.publish.loops import loop
from epochreel.publish.stills import still
from epochreel.publish.targets import CAPTIONS, Row
from epochreel.publish.transcode import transcode
from epochreel.publish.words import write_words

__all__ = ["Publication", "Rendering", "folder_of"]

MAKERS = {
    "h264": ("transcode", "chapters"),
    "vp9": ("transcode",),
    "prores": ("transcode",),
    "gif": ("loops",),
    "webp": ("loops",),
    "png": ("stills",),
    "jpeg": ("stills",),
    CAPTIONS: ("words", "captions", "chapters"),
}
"""The modules that write a kind of file: where their code changes, it is written anew."""


@dataclass(frozen=True)
class Rendering:
    """A rendering of a clip that files are made from."""

    aspect: str
    quality: str
    cut: str = "full"
    alpha: bool = False

    def __str__(self) -> str:
        """Its name in the ledger and for people."""
        extras = ["short cut"] * (self.cut != "full") + ["no background"] * self.alpha
        return ", ".join([f"{self.aspect} {self.quality}", *extras])


@dataclass(frozen=True)
class Product:
    """A file to be published, a digest of what it is made from, and what makes it."""

    path: Path
    made_from: str
    make: Callable[[Observer], None]


class Publication:
    """A clip in a theme; `words` says whether captions and descriptions are wanted."""

    def __init__(self, name: str, rows: Sequence[Row], words: bool, theme: str) -> None:
        self.name, self.rows, self.words, self.theme = name, rows, words, theme
        self.scene: type[Clip] = rendering.clip_class(name)
        self.folder = folder_of(name, theme)
        self.ledger = Ledger.open(self.folder, self._inputs())
        self.lock = Lock()  # several files of a clip may end at once
        self.failed: set[Rendering] = set()
        """The variants that a crew could not render."""

    def _inputs(self) -> str:
        file = rendering.scenes_folder() / f"{self.name}.py"
        return digest([sources(file, self.scene.trainer, self.scene.run_path), self.theme])

    # --- what there is to do

    def known_length(self, aspect: str, cut: str) -> float | None:
        """Seconds of a cut, if it was played since anything changed."""
        return self.ledger.lengths.get(f"{aspect} {cut}")

    def length(self, aspect: str, cut: str) -> float:
        """Seconds of a cut, found by playing it without drawing."""
        if (seconds := self.known_length(aspect, cut)) is None:
            with rendering.configured(self.name, aspect, self.theme, "high", cut):
                scene = rendering.rehearse(self.scene, theme=self.theme, cut=cut)
            seconds = scene.cues.seconds
            self.note_length(aspect, cut, seconds)
        return seconds

    def note_length(self, aspect: str, cut: str, seconds: float) -> None:
        """Note the seconds of a cut that was played."""
        self.ledger.lengths[f"{aspect} {cut}"] = seconds
        self.ledger.inputs = self._inputs()  # playing it recorded the runs that were missing

    def unknown_lengths(self) -> list[tuple[str, str]]:
        """The aspects and cuts that must be played before it is known what to render."""
        unknown: dict[tuple[str, str], None] = {}

        def length(aspect: str, cut: str) -> float | None:
            if (seconds := self.known_length(aspect, cut)) is None:
                unknown[aspect, cut] = None
            return seconds

        self.variants(length)
        return list(unknown)

    def unrendered(self) -> list[Rendering]:
        """The variants to be rendered, as far as is known without playing the clip."""
        variants, _ = self.variants(self.known_length)
        return [variant for variant in variants if not self.ledger.has_video(str(variant))]

    def request(self, variant: Rendering) -> Request:
        """What to ask a crew for to have a variant."""
        return Request.of(self.name, theme=self.theme, **asdict(variant))

    def variants(
        self, length: Callable[[str, str], float | None]
    ) -> tuple[dict[Rendering, list[Row]], list[str]]:
        """What to render with the rows that come from it, and why other rows cannot be met.

        `length` gives the seconds of an aspect and a cut, if they are known.
        """
        wanted: dict[Rendering, list[Row]] = {}
        faults = []
        if self.words:
            wanted[Rendering("16:9", "high")] = []
        for row in self.rows:
            small = min(row.width, row.height) <= rendering.QUALITIES["high"][0]
            cut = "full" if (length(row.aspect, "full") or 0) <= row.longest else "short"
            seconds = length(row.aspect, cut) or 0
            if seconds > row.longest:
                faults.append(
                    f"{self.name} cannot become {row.file}: its short cut lasts {seconds:.4g} s "
                    f"and {row.target} takes at most {row.longest:g} s; make more of its beats "
                    "optional."
                )
            else:
                variant = Rendering(row.aspect, "high" if small else "4k", cut, row.alpha)
                wanted.setdefault(variant, []).append(row)
        return wanted, faults

    def missing(self) -> Iterator[Path]:
        """The videos and files that would be written, by what is known without playing the clip."""
        variants, _ = self.variants(self.known_length)
        for variant, rows in variants.items():
            if self.ledger.has_video(str(variant)):
                products = self.products(variant, rows)
                yield from (product.path for product in products if not self.is_made(product))
            else:
                with rendering.configured(self.name, theme=self.theme, **asdict(variant)) as folder:
                    yield folder / f"{self.scene.__name__}{'.mov' if variant.alpha else '.mp4'}"
                yield from (self.folder / row.file for row in rows)
                if self._is_told(variant):
                    yield self._description(variant)

    def is_made(self, product: Product) -> bool:
        """Whether a file is there, from the same sources, and untouched."""
        return self.ledger.has_file(product.path, product.made_from)

    def _is_told(self, variant: Rendering) -> bool:
        return self.words and (variant.aspect, variant.quality, variant.alpha) == (
            "16:9",
            "high",
            False,
        )

    def _description(self, variant: Rendering) -> Path:
        return self.folder / f"description{'-short' if variant.cut != 'full' else ''}.md"

    # --- doing it

    def record(self) -> None:
        """Record the clip's run if it is missing and the clip is to be played."""
        if not self.ledger.lengths and (self.scene.trainer or self.scene.run_path):
            with rendering.configured(self.name, theme=self.theme):
                self.scene(theme=self.theme).run  # noqa: B018

    def render(self, variant: Rendering, observer: Observer) -> Path | None:
        """Render a variant unless it is there; return its path if it had to be."""
        if self.ledger.has_video(str(variant)):
            return None
        try:
            video = rendering.render(
                self.name,
                theme=self.theme,
                progress=False,
                observer=lambda done, total: observer(done / total),
                **asdict(variant),
            )
        except (OSError, RuntimeError) as error:  # Manim's encoder tells of a full disk so
            raise PublishError(
                f"{self.name} cannot be rendered as {variant}: {error}; the next run goes on here."
            ) from error
        self.note_rendered(variant, video)
        return video

    def note_rendered(self, variant: Rendering, video: Path) -> None:
        """Note where a variant was rendered to."""
        with self.lock:
            self.ledger.note_video(str(variant), video)

    def check(self, variant: Rendering) -> None:
        """Hold a variant to the clip check, unless it passed as it is.

        Raises PublishError with all that is wrong.
        """
        key = str(variant)
        rules = sorted((files.PACKAGE / "checks").glob("*.py"))
        passed = digest([self.ledger.videos[key]["digest"], *(rule.read_bytes() for rule in rules)])
        if variant.alpha or variant.quality != "high" or self.ledger.checked.get(key) == passed:
            return  # 4k shows what the others show
        if findings := check(self.video(variant)):
            raise PublishError(
                "\n".join(
                    f"{self.name} {key} at {finding.seconds:.1f} s: {finding.sentence}"
                    for finding in findings
                )
            )
        with self.lock:
            self.ledger.checked[key] = passed
            self.ledger.save()

    def video(self, variant: Rendering) -> Path:
        """Where a variant was rendered to."""
        return Path(self.ledger.videos[str(variant)]["path"])

    def products(self, variant: Rendering, rows: Sequence[Row]) -> list[Product]:
        """The files that come from a rendered variant."""
        held = self.ledger.videos[str(variant)]["digest"]
        ground = repr(load(self.theme))
        products = []
        for row in rows:
            made_from = digest([held, repr(row), ground, _code(row.codec)])
            path = self.folder / row.file
            products.append(Product(path, made_from, partial(self._write, variant, row)))
        if self._is_told(variant):
            made_from = digest([held, _code(CAPTIONS)])
            path = self._description(variant)
            products.append(Product(path, made_from, partial(self._tell, variant)))
        return products

    def make(self, product: Product, observer: Observer) -> Path | None:
        """Make a file unless it is there; return its path if it had to be."""
        if self.is_made(product):
            return None
        product.make(observer)
        with self.lock:
            self.ledger.note_file(product.path, product.made_from)
        return product.path

    def _write(self, variant: Rendering, row: Row, observer: Observer) -> None:
        """Write a row's file and read it back; what breaks its row is not published."""
        video, style = self.video(variant), load(self.theme)
        described = clip_json.read(video.parent)
        with published(self.folder / row.file) as target:
            if row.still:
                still(video, target, row, style, described["poster"])
            elif row.codec in ("gif", "webp"):
                loop(video, target, row, style, observer=observer)
            else:
                transcode(video, target, row, observer=observer)
            if row.codec == "h264":
                embed(target, described)
            row.check(probe(target))

    def _tell(self, variant: Rendering, observer: Observer) -> None:
        """Write the words beside the video, and publish them with the name of their cut."""
        suffix = "-short" if variant.cut != "full" else ""
        for path in write_words(self.video(variant).parent):
            target = self.folder / f"{path.stem}{suffix}{path.suffix}"
            with published(target) as aside:
                shutil.copyfile(path, aside)


def folder_of(name: str, theme: str = "dark") -> Path:
    """The folder of a clip's published files."""
    paper = "" if theme == "dark" else f"-{theme}"
    return files.ROOT / "renders" / name / f"published{paper}"


def _code(kind: str) -> str:
    """Digest of the modules that write a kind of file."""
    modules = [files.PACKAGE / "publish" / f"{module}.py" for module in MAKERS[kind]]
    return digest(path.read_bytes() for path in [*modules, files.PACKAGE / "media" / "ffmpeg.py"])
