"""Milliseconds per call of every drawing kernel on a 1080p frame: medians, one thread."""

import itertools
import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

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
    tops, depths = generator.random((2, WIDTH, 3)) * HEIGHT / 2
    measure(
        "ribbon, 3 slices a pixel of random edges",
        lambda: raster.ribbon(frame, CLIP, 0, tops, tops + depths, grey),
    )

    mask = generator.integers(0, 256, (60, 400)).astype(np.uint8)
    measure("stamp, 400 × 60", lambda: raster.stamp(frame, CLIP, mask, 100, 100, grey))
    sparse = np.zeros_like(frame)
    sparse[200:300] = 128
    measure("over, full frame, a tenth covered", lambda: raster.over(frame, CLIP, sparse, 0, 0))
    veil = np.full_like(frame, 128)
    measure("over, full frame, covered", lambda: raster.over(frame, CLIP, veil, 0, 0))

    measure_energies(frame, measure)

    luma = np.empty((HEIGHT, WIDTH), np.uint8)
    chroma = np.empty((2, HEIGHT // 2, WIDTH // 2), np.uint8)
    measure("yuv420", lambda: raster.yuv420(frame, luma, *chroma))
    measure("straight", lambda: raster.straight(veil))
    return measured


def measure_energies(
    frame: NDArray[np.uint8], measure: Callable[[str, Callable[[], object]], None]
) -> None:
    """Measure what draws a scalar function, on grids of growing size."""
    levels = np.linspace(-1, 1, 11)
    grey, white = (128, 128, 128, 255), (255, 255, 255, 255)
    table = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    table[:, 3] = 255
    edges = (0.0, 0.0, float(WIDTH), float(HEIGHT))
    for columns, lines in ((50, 30), (200, 120), (800, 480)):
        x, y = np.meshgrid(np.linspace(-3, 3, columns), np.linspace(-2, 2, lines))
        values = (np.sin(2 * x) * np.cos(3 * y)).astype(np.float32)
        name = f"{columns} × {lines}"
        measure(
            f"field, {name}",
            lambda v=values: raster.field(frame, CLIP, v, *edges, table, -1, 1),
        )
        measure(
            f"level lines, 11, {name}",
            lambda v=values: raster.level_lines(frame, CLIP, v, *edges, levels, 2, white),
        )
    measure(
        "field, 200 × 120, translucent",
        lambda: raster.field(frame, CLIP, values[::4, ::4], *edges, table, -1, 1, 0.3),
    )
    depth = raster.depth_buffer(CLIP)
    for columns, lines in ((50, 35), (100, 70), (200, 140)):
        x, y = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, lines + 1))
        vertices = np.stack([x * WIDTH, y * HEIGHT, 100 * np.sin(6 * x) * np.cos(4 * y)], -1)
        colours = np.full((*x.shape, 4), 255, np.uint8)
        colours[..., 0] = 255 * x

        def surface(v: NDArray[np.float64] = vertices, c: NDArray[np.uint8] = colours) -> None:
            depth.fill(np.inf)
            raster.surface(frame, depth, CLIP, v, c)

        measure(f"surface, {columns} × {lines} quads", surface)
    generator = np.random.default_rng(1)
    centres = generator.random((500, 3)) * (WIDTH, HEIGHT, -200)
    measure("discs3d, 500", lambda: raster.discs3d(frame, depth, CLIP, centres, 4, grey))
    turns = np.linspace(0, 60, 2_000)
    spiral = np.column_stack(
        [960 + 8 * turns * np.cos(turns), 540 + 8 * turns * np.sin(turns), -200 + 0 * turns]
    )
    measure(
        "polylines3d, 2,000 segments",
        lambda: raster.polylines3d(frame, depth, CLIP, spiral, [0, len(spiral)], 2, white),
    )


def main() -> None:
    for name, value, unit in rows():
        print(f"{name:40} {value:8.2f} {unit}")


if __name__ == "__main__":
    main()
