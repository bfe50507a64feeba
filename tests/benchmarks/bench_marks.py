"""Matrices, diagrams, graphs, charts and signals: a clip of them beside its encoding, and growth.

The clip has six of them on screen, all following the epoch, at 1080p60. Then come milliseconds a
frame of marks whose number grows, drawn at 1080p: medians, one thread. Each draws something else at
each call, as in a clip whose values change.
"""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from manim import Mobject, ValueTracker

from epochreel.diagrams import cost, decoder, encoder, variable
from epochreel.film.clip import Clip
from epochreel.layers import Canvas
from epochreel.layers.layer import Layer
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.marks.kinds import Floats
from epochreel.panels import Matrix, Panel
from tests.benchmarks.bench_raster import milliseconds
from tests.benchmarks.bench_render import FRAMES, RATE, beside_encoding, setting
from tests.filming import Areas

STYLE = load("dark")
BOX = Box(-4, -4, 4, 4)
WIDE = Box(-64 / 9, -3, 64 / 9, 3)
STEPS = 25

Case = tuple[str, Callable[[ValueTracker], Mobject]]


def turning(*shape: int) -> Callable[[float], Floats]:
    """Normal numbers of a shape that change all the time."""
    ends = np.random.default_rng(0).normal(size=(2, *shape))
    return lambda epoch: np.tensordot([np.cos(epoch / 20), np.sin(epoch / 20)], ends, 1)


class Marks(Clip):
    """Numbers in cells, a map of tiles, bars, a flow, a signal that plays, labels that move."""

    layout = Areas(
        {
            "16:9": {
                name: (x, y, x + 0.31, y + 0.47)
                for name, (y, x) in zip(
                    ("cells", "tiles", "bars", "net", "signal", "names"),
                    itertools.product((0.53, 0), (0, 0.345, 0.69)),
                    strict=True,
                )
            }
        }
    )
    frames = FRAMES

    def construct(self) -> None:
        cells = self.matrix("cells", turning(5, 5), name="bold(W)", decimals=1, high=3)
        tiles = self.matrix("tiles", turning(64, 64), high=3)
        bars = self.bar_chart("bars", turning(8), limits=(-3, 3), hue="h", decimals=1)
        nodes = {"y": variable("bold(y)"), "f": encoder("f"), "h": variable("bold(h)")}
        nodes |= {"g": decoder("g"), "C": cost("C")}
        net = self.diagram("net", nodes, ["y -> f -> h -> g -> C"])
        signal = np.random.default_rng(0).normal(scale=0.25, size=16_000).astype(np.float32)
        sound = self.panel("signal", x=(0, 1), y=(-1, 1), equal=False)
        wave = sound.waveform(signal, "h", shown=lambda epoch: [0, epoch / 100])
        plane = self.panel("names", reach=3)
        tokens = [f"bold(h)_{number}" for number in range(30)]
        places = turning(30, 2)
        self.add(cells, tiles, bars, net, sound, wave, plane)
        self.add(plane.scatter(places, "h"), plane.words(places, tokens))
        self.train(100, self.frames / RATE, net.flow("y", "f", "h", "g", "C"))


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

    def build(clock: ValueTracker) -> Layer:
        panel = Panel(WIDE, STYLE, x=(0, 1), y=(-1, 1), clock=clock)
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


def edges(count: int) -> Case:
    """A network whose nodes move and whose weights change."""
    nodes = max(count // 10, 20)
    places = turning(nodes, 2)
    weights = turning(count)
    pairs = np.random.default_rng(0).integers(0, nodes, (count, 2))

    def build(clock: ValueTracker) -> Mobject:
        panel = Panel(BOX, STYLE, x=(-3, 3), y=(-3, 3), clock=clock)
        return panel.network(places, pairs, lambda step: np.abs(weights(step)) / 3)

    return f"network, {count:,} edges of {nodes:,} nodes", build


def cases() -> Iterator[Case]:
    """What is measured: a name, and what makes layers that follow a clock of `STEPS` steps."""
    yield from map(tiles, (16, 64, 128))
    yield tiles(8, decimals=2)
    yield from map(labels, (50, 200, 800))
    yield from map(picture, (32, 512))
    yield from map(samples, (1_600, 16_000, 160_000))
    yield from map(edges, (100, 1_000, 10_000))


def rows() -> list[tuple[str, float, str]]:
    """The clip beside its encoding; then one (name, value, unit) for each case."""
    with tempfile.TemporaryDirectory() as folder, setting(folder):
        measured = beside_encoding("six kinds of marks", Marks, Path(folder))
    canvas = Canvas(np.zeros((1080, 1920, 4), np.uint8), 8 * 16 / 9, 8.0)
    for name, build in cases():
        clock = ValueTracker(0)
        parts, steps = build(clock), itertools.cycle(range(STEPS))
        layers = [each for each in parts.get_family() if isinstance(each, Layer)]

        def draw(layers=layers, clock=clock, steps=steps) -> None:  # type: ignore[no-untyped-def]
            clock.set_value(next(steps))
            for layer in layers:
                layer.update(0)
                layer.draw(canvas)

        measured.append((name, milliseconds(draw), "ms"))
    return measured


def main() -> None:
    for name, value, unit in rows():
        print(f"{name:40} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
