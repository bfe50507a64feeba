"""The clip check: every rule over a video, whose frames are decoded once and one at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from epochreel import files
from epochreel.checks.flashes import Flashes
from epochreel.checks.legibility import Contrast
from epochreel.checks.makeup import makeup
from epochreel.checks.margins import Margins
from epochreel.checks.motion import Jumps, Stills
from epochreel.checks.palette import Palette
from epochreel.checks.rehearsal import texts_of
from epochreel.checks.rules import Finding, Rule
from epochreel.checks.words import rehearsed
from epochreel.film import rendering
from epochreel.film.shots import ALL, variants
from epochreel.look.style import THEMES
from epochreel.media.video import Video, frames

__all__ = ["Finding", "check", "subjects", "videos"]


def check(path: str | Path) -> list[Finding]:
    """Return what is wrong with a video, in the order of time; nothing, for a clip that is fit.

    With a clip.json beside it, its texts, captions and epochs are held to their rules as well.
    Raises ClipError or PublishError for what is no whole video, and ClipError for one that is
    older than its scene.
    """
    film = Video.open(path)
    found = makeup(film)
    texts = texts_of(film)
    if clip := film.clip:
        found += rehearsed(
            clip["name"], aspect=clip["aspect"], theme=clip["theme"], cut=clip["cut"]
        )
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


def subjects(
    what: str | Path, aspects: str = ALL, themes: str | None = None
) -> list[tuple[str, Callable[[], list[Finding]]]]:
    """What there is to check of a video, or of a clip, and what finds the faults of each.

    Of a clip, by its name or its scene's file, these are its rendered variants among the aspects
    and themes (lists with commas; without `themes` all), and its texts in those that are not
    rendered (without `themes` the dark ones). Raises ClipError for an unknown clip, aspect or
    theme.
    """
    found = videos(what)
    if Path(what) in found:
        return [(str(what), partial(check, what))]
    wanted = variants(what, aspects, themes or THEMES[0])
    shapes = {variant.aspect for variant in wanted}
    looks = {variant.theme for variant in wanted} if themes else set(THEMES)
    films = [Video.open(path) for path in found]
    kept = [film for film in films if film.aspect in shapes and film.style.theme in looks]
    done = {
        (film.aspect, film.style.theme) for film in kept if film.clip.get("cut", "full") == "full"
    }
    missing = [(v.aspect, v.theme) for v in wanted if (v.aspect, v.theme) not in done]
    return [
        *((str(film.path), partial(check, film.path)) for film in kept),
        *(
            (
                f"{what} {aspect} {theme} (not rendered)",
                partial(rehearsed, what, aspect=aspect, theme=theme),
            )
            for aspect, theme in missing
        ),
    ]


def videos(what: str | Path) -> list[Path]:
    """The video at a path, or the rendered variants of a clip, of which there may be none.

    Raises ClipError for an unknown clip.
    """
    path = Path(what)
    if path.suffix != ".py" and (path.is_file() or path.suffix):
        return [path]
    scene = rendering.clip_class(what).__name__  # raises for an unknown name
    return sorted((files.ROOT / "renders" / path.stem).glob(f"*/{scene}.mp4"))
