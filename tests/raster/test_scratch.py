import threading

import numpy as np

from epochreel.raster import polygons, polylines
from epochreel.raster.scratch import zeroed
from tests.raster.pictures import WHITE, blank


def test_a_buffer_is_reused_and_grows():
    small = zeroed((3, 4), np.float32)
    assert small.shape == (3, 4)
    assert small.flags.c_contiguous
    assert np.shares_memory(small, zeroed((2, 5), np.float32))
    assert not zeroed((500, 700), np.float32).any()


def test_each_thread_has_its_own():
    others = []
    thread = threading.Thread(target=lambda: others.append(zeroed((3, 4), np.uint8)))
    thread.start()
    thread.join()
    assert not np.shares_memory(others[0], zeroed((3, 4), np.uint8))


def test_whatever_is_drawn_leaves_the_buffers_zeroed():
    generator = np.random.default_rng(0)
    pixels = blank(48, 44)
    for _ in range(400):
        clip = tuple(int(edge) for edge in generator.integers(-5, 60, 4))
        vertices = generator.uniform(-10, 60, (9, 2))
        snapped = np.where(generator.random((9, 2)) < 0.3, np.rint(vertices), vertices)
        polygons(pixels, clip, snapped, [0, 4, 9], WHITE)
        polylines(pixels, clip, snapped, [0, 5, 9], generator.uniform(0, 6), WHITE)
    assert not zeroed((48, 46), np.float32).any()
    assert not zeroed((48, 48), np.uint8).any()
