"""Milliseconds a frame of marks whose number grows, drawn at 1080p: medians, one thread.

Each case draws something else at each call, as in a clip whose values change.
"""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from manim import ValueTracker

from epochreel.layers import Canvas
from epochreel.layers.layer import Layer
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels import Matrix, Panel
from tests.benchmarks.bench_raster import milliseconds

STYLE = load("dark")
BOX = Box(-4, -4, 4, 4)
STEPS = 25

Case = tuple[str, Callable[[ValueTracker], Layer]]


def tiles(side: int, decimals: int | None = None) -> Case:
    """A matrix that fills the frame's height."""
    values = np.random.default_rng(0).normal(size=(STEPS, side, side))

    def build(clock: ValueTracker) -> Layer:
        matrix = Matrix(
            BOX, lambda step: values[int(step)], STYLE, clock, high=3.0, decimals=decimals
        )
        return matrix.tiles

    return f"tiles, {side} × {side}{'' if decimals is None else ' with numbers'}", build


def samples(count: int) -> Case:
    """A noisy signal across the frame, played by a head that moves on."""
    signal = np.random.default_rng(0).normal(scale=0.25, size=count).astype(np.float32)
    wide = Box(-64 / 9, -3, 64 / 9, 3)

    def build(clock: ValueTracker) -> Layer:
        panel = Panel(wide, STYLE, x=(0, 1), y=(-1, 1), clock=clock)
        return panel.waveform(signal, shown=lambda step: [0, 1 - step / 1000])

    return f"waveform, {count:,} samples", build


def labels(count: int) -> Case:
    """Words all over the frame that drift, each in its halo."""
    generator = np.random.default_rng(0)
    start, drift = generator.random((2, count, 2))
    words = [f'"w{index}"' for index in range(count)]

    def build(clock: ValueTracker) -> Layer:
        panel = Panel(Box(-64 / 9, -4, 64 / 9, 4), STYLE, x=(0, 1), y=(0, 1), clock=clock)
        return panel.words(lambda step: start + step * (drift - 0.5) / 1000, words)

    return f"labels, {count}", build


def picture(side: int) -> Case:
    """A picture that fills the frame's height."""
    values = np.random.default_rng(0).random((STEPS, side, side), np.float32)

    def build(clock: ValueTracker) -> Layer:
        panel = Panel(BOX, STYLE, x=(0, side), y=(0, side), clock=clock)
        return panel.image(lambda step: values[int(step)])

    return f"image, {side} × {side}", build


def cases() -> Iterator[Case]:
    """What is measured: a name, and what makes a layer that follows a clock of `STEPS` steps."""
    yield from map(tiles, (16, 64, 128))
    yield tiles(8, decimals=2)
    yield from map(labels, (50, 200, 800))
    yield from map(picture, (32, 512))
    yield from map(samples, (1_600, 16_000, 160_000))


def rows() -> list[tuple[str, float, str]]:
    """One (name, value, unit) for each case."""
    canvas = Canvas(np.zeros((1080, 1920, 4), np.uint8), 8 * 16 / 9, 8.0)
    measured = []
    for name, build in cases():
        clock = ValueTracker(0)
        layer, steps = build(clock), itertools.cycle(range(STEPS))

        def draw(layer: Layer = layer, clock: ValueTracker = clock, steps=steps) -> None:  # type: ignore[no-untyped-def]
            clock.set_value(next(steps))
            layer.update(0)
            layer.draw(canvas)

        measured.append((name, milliseconds(draw), "ms"))
    return measured


def main() -> None:
    for name, value, unit in rows():
        print(f"{name:40} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
