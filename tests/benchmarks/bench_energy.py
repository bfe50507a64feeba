"""Energies on screen: a whole render beside its encoding alone, and each layer as its grid grows.

Two scenes at 1080p60 with the encoder's options of manim.cfg: a heat map with 11 level lines, 400
arrows and 500 points, all following the epoch; and a surface of 100 × 70 quads with points while
the viewer walks around it, beside Manim's own Surface of the same resolution. Rounds alternate and
medians are told, since a machine is never quiet.
"""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from manim import Surface as StockSurface
from manim import ThreeDCamera, linear

from epochreel.film.clip import Clip
from epochreel.layers import (
    Canvas,
    Energy,
    Field,
    LevelLines,
    LevelLines3D,
    Points,
    Points3D,
    Surface,
    VectorField,
    lattice,
)
from epochreel.look.style import rgba
from tests.benchmarks.bench_render import FRAMES, RATE, beside_encoding, setting

REACH = (-2.0, 2.0)
POINTS = np.random.default_rng(0).normal(0, 0.7, (500, 2))


def wells(epoch, points):
    """An energy with two wells that deepen."""
    x, y = np.asarray(points, np.float64).T
    return np.tanh(((x * x - 1) ** 2 + y * y) * (0.5 + epoch / 200))


def force(epoch, points):
    """The downhill direction of the wells, without the factor of tanh."""
    x, y = np.asarray(points, np.float64).T
    return -0.2 * np.stack([4 * x * (x * x - 1), 2 * y], axis=1) * (0.5 + epoch / 200)


class Plane(Clip):
    """The energy in the plane."""

    frames = FRAMES

    def construct(self):
        panel = self.panel(self.safe.square(), x=REACH, y=REACH)
        energy = Energy(wells, lattice(REACH, REACH, 101, 101))
        arrows = lattice((-1.9, 1.9), (-1.9, 1.9), 20, 20)
        self.parts = {
            "field 101 × 101": Field(panel, energy, low=0, high=1),
            "11 level lines with numbers": LevelLines(
                panel, energy, np.linspace(0.05, 0.95, 11), labels=True
            ),
            "400 arrows": VectorField(panel, arrows, lambda e: force(e, arrows), scale=0.3),
            "500 points": Points(panel, lambda e: POINTS + 0.05 * force(e, POINTS)),
        }
        self.add(panel, *self.parts.values())
        self.film(panel)

    def film(self, panel):
        self.train(100, self.frames / RATE)


class Space(Plane):
    """The energy as a surface that one walks around."""

    def construct(self):
        panel = self.panel3d(self.safe, x=REACH, y=REACH, z=(0, 1), y_label="y_2")
        energy = Energy(wells, lattice(REACH, REACH, 101, 71))
        heights = wells(0, POINTS)
        self.parts = {
            "surface 100 × 70": Surface(panel, energy),
            "10 level lines on it": LevelLines3D(panel, energy, np.linspace(0.05, 0.95, 10)),
            "500 points on it": Points3D(panel, np.column_stack([POINTS, heights])),
        }
        self.add(panel, self.parts["surface 100 × 70"], self.parts["500 points on it"])
        self.film(panel)

    def film(self, panel):
        self.play(panel.orbit(azimuth=60), run_time=self.frames / RATE, rate_func=linear)


def median_ms(call, arguments):
    """Median milliseconds of a call over these arguments, the first left out."""
    durations = []
    for argument in arguments:
        begin = time.perf_counter()
        call(argument)
        durations.append(time.perf_counter() - begin)
    return 1e3 * statistics.median(durations[1:])


class Sampled(Exception):  # noqa: N818
    """Ends a scene when its layers stand."""


def layers(clip):
    """A scene with its layers, nothing drawn yet."""

    class Stopped(clip):
        def film(self, panel):
            raise Sampled

    scene = Stopped(theme="dark")
    try:
        scene.construct()
    except Sampled:
        return scene
    raise AssertionError("the scene was not stopped")


def canvas():
    pixels = np.zeros((1080, 1920, 4), np.uint8)
    pixels[..., 3] = 255
    return Canvas(pixels, 8 * 16 / 9, 8)


def frame_ms(scene, *parts):
    """Milliseconds of evaluating layers at a new epoch and drawing them, as one frame."""
    sheet = canvas()

    def frame(epoch):
        scene.epoch.set_value(epoch)
        sheet.depths.clear()
        for part in parts:
            part.evaluate()
            part.draw(sheet)

    return median_ms(frame, np.linspace(0, 100, 15))


def orbit_ms(scene, surface):
    """Milliseconds of drawing a surface whose shape stays, from other angles."""
    sheet = canvas()

    def frame(azimuth):
        surface.view.azimuth.set_value(azimuth)
        sheet.depths.clear()
        surface.draw(sheet)

    return median_ms(frame, np.linspace(0, 300, 15))


def stock_ms():
    """Milliseconds of drawing Manim's own Surface of 100 × 70 faces."""
    view = ThreeDCamera(phi=1.05, theta=-1.05)
    shape = StockSurface(
        lambda u, v: np.array([u, v, float(wells(50, [[u, v]])[0])]),
        u_range=REACH,
        v_range=REACH,
        resolution=(100, 70),
    )

    def frame(theta):
        view.set_theta(theta)
        view.reset()
        view.capture_mobjects([shape])

    return median_ms(frame, (-1.0, -0.9, -0.8))


def rows() -> list[tuple[str, float, str]]:
    """Every figure as (name, value, unit)."""
    measured = []
    with tempfile.TemporaryDirectory() as name, setting(name):
        for title, clip in (("plane", Plane), ("orbit", Space)):
            measured += beside_encoding(f"energy, {title}", clip, Path(name))
        for clip in (Plane, Space):
            scene = layers(clip)
            measured += [
                (f"{title}: evaluate and draw", frame_ms(scene, part), "ms")
                for title, part in scene.parts.items()
            ]
        ours, stock = orbit_ms(scene, scene.parts["surface 100 × 70"]), stock_ms()
        measured += [
            ("surface 100 × 70, orbiting: draw", ours, "ms"),
            ("Manim's Surface 100 × 70, orbiting: draw", stock, "ms"),
            ("Manim's Surface ÷ surface", stock / ours, "×"),
        ]
        flat, space = layers(Plane), layers(Space)
        for size in (50, 100, 200, 400):
            measured += growth(flat, space, size)
    return measured


def growth(flat, space, size):
    """Milliseconds of each layer with a grid of size × size."""
    energy = Energy(wells, lattice(REACH, REACH, size, size))
    panel = flat.panel(flat.safe.square(), x=REACH, y=REACH)
    box = space.panel3d(space.safe, x=REACH, y=REACH, z=(0, 1))
    side = size // 10
    places = lattice(REACH, REACH, side, side)
    made = [
        ("field", flat, Field(panel, energy, low=0, high=1)),
        ("level lines", flat, LevelLines(panel, energy, np.linspace(0.05, 0.95, 11))),
        ("surface", space, Surface(box, energy, colours=rgba(space.style.chrome.maths))),
    ]
    grown = [
        (f"{name} {size} × {size}: evaluate and draw", frame_ms(scene, layer), "ms")
        for name, scene, layer in made
    ]
    arrows = VectorField(panel, places, lambda e: force(e, places), scale=0.1)
    return [*grown, (f"{side * side:,} arrows: evaluate and draw", frame_ms(flat, arrows), "ms")]


def main() -> None:
    """Print the figures."""
    for name, value, unit in rows():
        print(f"{name:50} {value:9.2f} {unit}")


if __name__ == "__main__":
    main()
