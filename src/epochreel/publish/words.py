"""All that is said about a clip in words, written beside it from its clip.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from epochreel.files import tidy
from epochreel.film import clip_json
from epochreel.media.ffmpeg import published
from epochreel.publish.captions import subtitles, to_srt, to_vtt
from epochreel.publish.chapters import time_code, youtube

__all__ = ["alt_text", "description", "write_words"]

CREDITS = """\
Filmed with Epochreel: a training was recorded, and every frame shows the net as it was at its \
epoch. Trained with PyTorch, drawn with Manim, typeset by Typst in New Computer Modern. The \
colours are ColorBrewer's, by Cynthia A. Brewer, https://colorbrewer2.org."""


def write_words(folder: str | Path) -> list[Path]:
    """Write captions, chapters, description and alt text beside the video in a folder.

    They are CLASS.srt and CLASS.vtt, where the clip has captions, chapters.txt, where YouTube
    would make chapters of its beats, description.md, and alt.txt about the poster. A file that
    says so already is left alone. Returns the paths.

    Raises ClipError where clip.json is missing or a caption cannot be read in its time,
    PublishError where a file cannot be written.
    """
    folder = Path(folder)
    described = clip_json.read(folder)
    tidy(folder)  # also where nothing is to be written any more
    name, cues = described["class"], subtitles(described)
    texts = {
        f"{name}.srt": to_srt(cues) if cues else "",
        f"{name}.vtt": to_vtt(cues) if cues else "",
        "chapters.txt": _chapter_list(described),
        "description.md": description(described),
        "alt.txt": alt_text(described, described["poster"]) + "\n",
    }
    paths = []
    for path, text in ((folder / name, text) for name, text in texts.items()):
        if not text:
            path.unlink(missing_ok=True)
            continue
        paths.append(path)
        if not path.is_file() or path.read_bytes() != text.encode():
            with published(path) as aside:
                aside.write_bytes(text.encode())
    return paths


def description(described: dict[str, Any]) -> str:
    """Return a clip's description in Markdown: what it shows, how it was made, what was measured.

    `described` is what clip.json says.
    """
    sections = [f"# {described['title']}", described["story"]]
    if listed := _chapter_list(described):
        # Two spaces end a line in Markdown; the platform wants each chapter on a line of its own.
        sections += ["## Chapters", listed.rstrip().replace("\n", "  \n")]
    if described["results"]:
        rows = [f"- {label}: {text}" for label, text in described["results"].items()]
        sections += ["## Measured", "\n".join(rows)]
    if described["trainer"]:
        sections += ["## Training", _training(described)]
    sections += ["## Credits", CREDITS]
    return "\n\n".join(sections) + "\n"


def alt_text(described: dict[str, Any], seconds: float) -> str:
    """Return what a still from a moment of the clip is, for those who do not see it.

    `described` is what clip.json says.
    """
    frame = min(int(seconds * described["frame_rate"] + 0.5), described["frames"] - 1)
    parts = [f"A frame of the clip “{described['title']}”"]
    if (beat := _at(described["beats"], seconds)) is not None:
        parts.append(f"part “{beat['name']}”")
    if described["epochs"] and (epoch := described["epochs"][frame]) is not None:
        parts.append(f"epoch {epoch:.0f}")
    sentences = [f"{', '.join(parts)}."]
    if (caption := _at(described["captions"], seconds)) is not None:
        sentences.append(f"Its caption reads: “{caption['text']}”")
    if frame == described["frames"] - 1 and described.get("shown"):
        sentences.append(described["shown"])
    summary, *_ = described["story"].split("\n\n")
    sentences.append(" ".join(summary.split()))
    return " ".join(sentences)


def _at(cues: list[dict[str, Any]], seconds: float) -> dict[str, Any] | None:
    """The beat or caption on screen at a time."""
    return next((cue for cue in cues if cue["start"] <= seconds < cue["end"]), None)


def _chapter_list(described: dict[str, Any]) -> str:
    return "".join(f"{time_code(start)} {name}\n" for start, name in youtube(described))


def _training(described: dict[str, Any]) -> str:
    """The trainer, its config and what one needs to repeat it."""
    values = dict(described["config"])
    rows = [f"- Trainer: `{described['trainer']}`"]
    if "seed" in values:
        rows.append(f"- Seed: {values.pop('seed')}")
    rows += [f"- {name.replace('_', ' ').capitalize()}: {v}" for name, v in values.items()]
    rows.append(f"- Run: `{described['run']}` (digest {described['digest']})")
    return "\n".join(rows)
