"""Milliseconds per call of every drawing kernel on a 1080p frame: medians, one thread."""

import itertools
import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from epochreel import raster

WIDTH, HEIGHT = 1920, 1080
CLIP = (0, 0, WIDTH, HEIGHT)
CLASSES = 5


def milliseconds(call: Callable[[], object], repeats: int = 25) -> float:
    call()  # compiles, or loads what was compiled
    durations = []
    for _ in range(repeats):
        begin = time.perf_counter()
        call()
        durations.append(time.perf_counter() - begin)
    return 1e3 * statistics.median(durations)


def rows() -> list[tuple[str, float, str]]:
    """One (name, value, unit) for each kernel."""
    generator = np.random.default_rng(0)
    frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    frame[..., 3] = 255
    size = np.array([WIDTH, HEIGHT], np.float32)
    palette = generator.integers(0, 256, (CLASSES, 4)).astype(np.uint8)
    palette[:, 3] = 255
    measured = []

    def measure(name: str, call: Callable[[], object]) -> None:
        measured.append((name, milliseconds(call), "ms"))

    for count, radius in ((1_000, 4), (5_000, 4), (10_000, 4), (100_000, 4), (100_000, 1.5)):
        # other places at each call, as in a clip: branches must not be learnt
        places = itertools.cycle(generator.random((25, count, 2), np.float32) * size)
        colours = palette[np.arange(count) % CLASSES]
        measure(
            f"discs, {count:,} of radius {radius}",
            lambda p=places, r=radius, k=colours: raster.discs(frame, CLIP, next(p), r, k),
        )

    across, along = np.meshgrid(np.linspace(0, 1, 40), np.linspace(0, 1, 201), indexing="ij")
    bent = 0.02 * np.sin(12 * along)
    grid = np.stack([np.stack([across + bent, along], 2), np.stack([along, across + bent], 2)])
    vertices = grid.reshape(-1, 2) * size
    offsets = np.arange(81) * 201
    grey = (128, 128, 128, 255)
    measure(
        "polylines, 80 of 200 segments, 1 px",
        lambda: raster.polylines(frame, CLIP, vertices, offsets, 1, grey),
    )

    angles = np.arange(CLASSES) * math.tau / CLASSES
    planes = np.stack([np.cos(angles), np.sin(angles)], 1)
    planes = np.column_stack([planes, -planes @ (450, 450)])
    measure(
        "wedges, 5 over 900 × 900",
        lambda: raster.wedges(frame, (0, 0, 900, 900), planes, palette, 0.3),
    )

    tails = np.full((CLASSES, 2), (960, 540))
    tips = tails + 400 * np.stack([np.cos(angles), np.sin(angles)], 1)
    measure("arrows, 5", lambda: raster.arrows(frame, CLIP, tails, tips, 6, 30, 24, palette))

    corners = generator.random((1_000, 1, 2)) * size + 20 * generator.random((1_000, 5, 2))
    measure(
        "polygons, 1,000 of 5 corners",
        lambda: raster.polygons(
            frame, CLIP, corners.reshape(-1, 2), np.arange(1_001) * 5, palette[0]
        ),
    )
    measure(
        "rectangle, full frame",
        lambda: raster.rectangle(frame, CLIP, 0.5, 0.5, WIDTH - 0.5, HEIGHT - 0.5, grey, 0.5),
    )

    mask = generator.integers(0, 256, (60, 400)).astype(np.uint8)
    measure("stamp, 400 × 60", lambda: raster.stamp(frame, CLIP, mask, 100, 100, grey))
    sparse = np.zeros_like(frame)
    sparse[200:300] = 128
    measure("over, full frame, a tenth covered", lambda: raster.over(frame, CLIP, sparse, 0, 0))
    veil = np.full_like(frame, 128)
    measure("over, full frame, covered", lambda: raster.over(frame, CLIP, veil, 0, 0))

    luma = np.empty((HEIGHT, WIDTH), np.uint8)
    chroma = np.empty((2, HEIGHT // 2, WIDTH // 2), np.uint8)
    measure("yuv420", lambda: raster.yuv420(frame, luma, *chroma))
    measure("straight", lambda: raster.straight(veil))
    return measured


def main() -> None:
    for name, value, unit in rows():
        print(f"{name:40} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
