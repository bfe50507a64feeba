"""Texts while a clip is played, in the middle of plays too: off each other, in place, readable.

Nothing is drawn for it, so that all this is known before a clip is rendered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from manim import Mobject, config

from epochreel.checks.legibility import small_texts
from epochreel.checks.rules import Finding
from epochreel.checks.texts import Text, text_of
from epochreel.film import clip_json, rendering
from epochreel.film.clip import Clip
from epochreel.film.reading import reading_time
from epochreel.layers import Canvas, Counter
from epochreel.layers.drawn import drawing_order
from epochreel.marks.box import Box
from epochreel.marks.kinds import Words
from epochreel.media.video import Video
from epochreel.notation.maths import Typeset
from epochreel.notation.plain import plain
from epochreel.publish.captions import unreadable

__all__ = ["beyond", "moments", "overlaps", "rehearsed", "words_on"]

SEEN = 0.05
"""The opacity from which on a text is in the way of another."""
SLACK = 0.02
"""Manim units by which texts may touch, or stand out of the safe area."""
QUARTERS = 4


def rehearsed(
    name: str | Path,
    *,
    aspect: str = "16:9",
    theme: str = "dark",
    cut: str = "full",
    tell: Callable[[Finding], None] = lambda finding: None,
) -> list[Finding]:
    """Return what is wrong with the texts of a clip, rendered or not, in the order of time.

    Captions too short to be read; and at the quarters and the end of each play texts that lie on
    each other, leave the safe area, or are too small when the play ends. Each is told of once,
    when it is first seen; what lies wrong is handed to `tell` as soon as it is. Raises ClipError
    for an unknown clip or variant.
    """
    found: dict[tuple[str, ...], Finding] = {}
    ends: list[Text] = []

    def look(scene: Clip, frames: int) -> None:
        before = len(scene.cues.epochs)
        for number in moments(frames) if not scene.is_current_animation_frozen_frame() else [0]:
            scene.seek(number / config.frame_rate)
            words, seconds = words_on(scene.mobjects), (before + number) / config.frame_rate
            for rule, texts, figure, limit, sentence in _faults(words, scene.safe):
                if (fault := (rule, *map(said, texts))) not in found:
                    found[fault] = Finding(rule, seconds, figure, limit, sentence)
                    tell(found[fault])
        ends.extend(replace(text_of(each), start=seconds, end=seconds) for each in words)

    with rendering.configured(name, aspect, theme, "low", cut):
        kind = rendering.clip_class(name)
        scene = rendering.rehearse(kind, theme=theme, cut=cut, watch=look)
        captions = clip_json.describe(scene, Path(name).stem, "low")["captions"]
        frame = Video(Path(name), config.pixel_width, config.pixel_height, config.frame_rate)
        small = small_texts(frame, [text for text in ends if text.glyphs])
    return sorted([*found.values(), *small, *_hasty(captions)], key=lambda each: each.seconds)


def moments(frames: int, parts: int = QUARTERS) -> list[int]:
    """The frames of a play, counted from 0, that are looked at: evenly spaced, and the last."""
    return sorted({*(frames * part // parts for part in range(1, parts)), frames - 1})


def words_on(mobjects: Iterable[Mobject]) -> list[Words]:
    """The formulas, words and counters that can be seen among mobjects and their parts.

    Words that a layer draws as a part of its picture, as numbers in level lines, are none.
    """
    pixels = np.zeros((1, 1, 4), np.uint8)  # what these say does not depend on it
    canvas = Canvas(pixels, config.frame_width, config.frame_height)
    found: list[Words] = []
    for each in drawing_order(mobjects):
        if isinstance(each, Typeset):
            found += each.marks()
        elif isinstance(each, Counter):
            found += [mark for mark in each.marks(canvas) if isinstance(mark, Words)]
    return [words for words in found if words.opacity > SEEN and words.glyphs]


def overlaps(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """The numbers of each two boxes of which one lies on the other."""

    def depth(one: Box, other: Box) -> float:
        across = min(one.right, other.right) - max(one.left, other.left)
        return min(across, min(one.top, other.top) - max(one.bottom, other.bottom))

    pairs = combinations(range(len(boxes)), 2)
    return [(i, j) for i, j in pairs if depth(boxes[i], boxes[j]) > SLACK]


def beyond(box: Box, safe: Box) -> float:
    """Manim units by which a box stands out of the safe area; 0 where it does not."""
    out = max(
        safe.left - box.left, safe.bottom - box.bottom, box.right - safe.right, box.top - safe.top
    )
    return out if out > SLACK else 0.0


def area(words: Words) -> Box:
    """What a text covers; of a number also what its other digits will."""
    return words.slots or words.box


def said(words: Words) -> str:
    """A text in plain words; a number that counts is the same text whatever it shows."""
    return (
        "a number" if words.slots else plain(f"${words.source}$" if words.maths else words.source)
    )


def _faults(
    words: Sequence[Words], safe: Box
) -> Iterator[tuple[str, tuple[Words, ...], float, float, str]]:
    """Rule, texts, figure, limit and sentence of all that is wrong at a moment."""
    boxes = [area(each) for each in words]
    for i, j in overlaps(boxes):
        one, other = words[i], words[j]
        sentence = f"“{said(other)}” lies on “{said(one)}”: let one leave first, or move it."
        yield "overlap", (one, other), 1, 0, sentence
    for each, box in zip(words, boxes, strict=True):
        if out := beyond(box, safe):
            sentence = (
                f"“{said(each)}” stands {out:.2f} units outside the safe area: move it inwards, "
                "or set it smaller."
            )
            yield "safe area", (each,), out, 0, sentence


def _hasty(captions: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """The captions that cannot be read in their time."""
    for caption in captions:
        for sentence in unreadable({"captions": [caption]}):
            shown, needed = caption["end"] - caption["start"], reading_time(caption["text"])
            yield Finding("reading time", caption["start"], shown, needed, sentence)
