import errno
import importlib.util
import os
import threading

import numpy as np
import pytest
from numba.core import caching

from epochreel import raster
from epochreel.raster import (
    compiling,
    disc,
    fields,
    levels,
    marks3d,
    picture,
    polygon,
    polyline,
    rectangles,
    ribbons,
    surfaces,
    touching,
    wedge,
    yuv,
)
from tests.mutations import LONG, mutations, others, put_in_place
from tests.raster.pictures import WHITE, blank, whole

KERNELS = [
    disc._discs,
    polyline._polylines,
    polygon._polygons,
    wedge._wedges,
    wedge._wedge_shades,
    touching._touched,
    touching._areas,
    rectangles._rectangle,
    ribbons._ribbon,
    picture._stamp,
    picture._over,
    picture._put,
    picture._straight,
    yuv._yuv420,
    fields._field,
    levels._level_lines,
    surfaces._surface,
    marks3d._polylines,
    marks3d._discs,
]


TABLE = np.zeros((256, 4), np.uint8)


def read_only(array):
    array.flags.writeable = False
    return array


def test_every_kernel_is_compiled_for_one_kind_of_arguments():
    pixels = blank()
    clip = whole(pixels)
    for make in (list, np.asarray, np.float32, np.asfortranarray, lambda x: read_only(np.array(x))):
        points = make([(3.0, 4.0), (20.0, 9.0), (12.0, 30.0)])
        raster.discs(pixels, clip, points, make([1.0, 2.0, 3.0]), WHITE, 1)
        raster.polylines(pixels, clip, points, (0, 3), 2, [WHITE])
        raster.polygons(pixels, tuple(np.array(clip)), points, np.array((0, 3), np.int32), WHITE)
        raster.arrows(pixels, clip, points, points[::-1], 2, 5, 5, np.array(WHITE))
        planes = make([(1.0, 2.0, 3.0), (3.0, 2.0, 1.0)])
        raster.wedges(pixels, clip, planes, [WHITE, WHITE])
        raster.wedges(pixels, clip, planes, [WHITE, WHITE], 1, np.zeros((3, 3), np.bool_))
        raster.wedge_shades(pixels, clip, planes, [WHITE, WHITE])
        raster.touched(pixels, clip, points, points, make([1.0, 2.0, 3.0]))
        raster.areas(np.ones((3, 3), np.bool_), 40, 40)
        raster.rectangle(pixels, clip, np.float32(1), 2, 3.5, 4, WHITE)
        raster.ribbon(pixels, clip, np.int32(2), points, points, WHITE)
        values = make(np.arange(12.0).reshape(3, 4))
        table = read_only(np.zeros((256, 4), np.uint8)) if make is list else np.zeros_like(TABLE)
        raster.field(pixels, clip, values, 1, 2, np.float32(30), 30, table, 0, 9)
        raster.level_lines(pixels, clip, values, 1, 2, 30, 30.5, make([3.0, 4.0]), 2, WHITE)
        depth = raster.depth_buffer(clip)
        vertices = make(np.arange(27.0).reshape(3, 3, 3) % 7)
        raster.surface(pixels, depth, clip, vertices, np.zeros((3, 3, 4), np.uint8))
        raster.polylines3d(pixels, depth, clip, vertices[0], (0, 3), 2, [WHITE])
        raster.discs3d(pixels, depth, clip, vertices[0], make([1.0, 2.0, 3.0]), WHITE)
    for source in (blank(8, 8), read_only(blank(8, 8))):
        raster.over(pixels, clip, source, np.int32(1), 2, np.float32(0.5))
        raster.stamp(pixels, clip, source[..., 0], 1, 2, WHITE)
        raster.straight(source)
        raster.put(blank(8, 8), clip, source)
        for padding in (0, 24):
            luma = np.empty((8, 8 + padding), np.uint8)[:, :8]
            chroma = np.empty((2, 4, 4 + padding), np.uint8)[:, :, :4]
            raster.yuv420(source, luma, *chroma)
    assert [len(kernel.signatures) for kernel in KERNELS] == [1] * len(KERNELS)


def test_other_threads_run_while_a_kernel_draws():
    """The first disc is there and the last is not: seen from here, the kernel is at work."""
    centres = np.full((200_000, 2), 20.0, np.float32)
    centres[-1] = 60
    for _ in range(20):
        pixels = blank(80, 80)
        arguments = (pixels, whole(pixels), centres, 8, WHITE)
        thread = threading.Thread(target=raster.discs, args=arguments)
        thread.start()
        seen = False
        while thread.is_alive() and not seen:
            seen = pixels[20, 20, 3] == 255 and pixels[60, 60, 3] == 0
        thread.join()
        assert pixels[60, 60, 3] == 255
        if seen:
            return
    raise AssertionError("no other thread ran while discs were drawn: is the GIL released?")


# --- the cache


@pytest.fixture
def double(tmp_path, monkeypatch):
    """Import a kernel of a file of its own, as another process would."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "package").mkdir()
    file = tmp_path / "package" / "doubling.py"
    file.write_text(
        "from epochreel.raster.compiling import kernel\n\n"
        "@kernel\ndef double(x):\n    return 2 * x\n"
    )

    def imported():
        specification = importlib.util.spec_from_file_location("doubling", file)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        assert module.double(3) == 6
        return bool(module.double.stats.cache_hits)

    return imported


def test_a_kernel_is_compiled_once_and_again_after_an_edit_of_a_helper(double, monkeypatch):
    assert [double(), double()] == [False, True]
    monkeypatch.setattr(compiling, "HELPERS", b"edited")
    assert [double(), double()] == [False, True]


def test_where_the_package_cannot_be_written_to_kernels_are_kept_for_the_user(double, tmp_path):
    (tmp_path / "package" / "__pycache__").touch()  # which stops root as well
    assert [double(), double()] == [False, True]
    assert list((tmp_path / "home").rglob("*.nbc"))


def test_where_nothing_can_be_written_kernels_are_not_kept(double, tmp_path):
    (tmp_path / "package" / "__pycache__").touch()
    (tmp_path / "home").touch()
    assert [double(), double()] == [False, False]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_fills_up_keeps_no_kernel_from_drawing(double, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(compiling.KernelFiles, "_save_data", refuse)
    assert [double(), double()] == [False, False]


def test_one_killed_while_it_keeps_a_kernel_leaves_none_of_an_earlier_version(
    tmp_path, monkeypatch
):
    """Between Numba's index, which is written first, and what it leads to."""
    file = tmp_path / "multiplying.py"

    def multiplied(factor):
        file.write_text(
            "from epochreel.raster.compiling import kernel\n\n"
            f"@kernel\ndef multiply(x):\n    return {factor} * x\n"
        )
        os.utime(file, (factor, factor))
        specification = importlib.util.spec_from_file_location("multiplying", file)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module.multiply(1)

    def killed(*_):
        raise KeyboardInterrupt

    assert multiplied(2) == 2
    for factor in (3, 2):  # back to the first as well
        with monkeypatch.context() as patch:
            patch.setattr(caching.IndexDataCacheFile, "_save_data", killed)
            with pytest.raises(KeyboardInterrupt):
                multiplied(factor)
        assert multiplied(factor) == factor
    assert not list(tmp_path.rglob("*.tmp.*"))
    assert not list(tmp_path.rglob(".*.part-*"))


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("count", [6, pytest.param(300, marks=pytest.mark.slow)])
def test_a_damaged_cache_is_made_again(double, tmp_path, suffix, count):
    assert [double(), double()] == [False, True]
    (path,) = tmp_path.rglob(f"*.{suffix}")
    for mutated in mutations(path.read_bytes(), count):
        path.write_bytes(mutated)
        assert [double(), double()] == [False, True]


@pytest.mark.parametrize("count", [1000, LONG])
def test_no_mutated_cache_is_unpickled(double, tmp_path, monkeypatch, count):
    double()
    monkeypatch.setattr(caching, "pickle", None)  # which would be missed
    for path in (*tmp_path.rglob("*.nbi"), *tmp_path.rglob("*.nbc")):
        cached = compiling.KernelFiles(str(path.parent), "", None)
        cached._index_path = str(path)
        for mutated in mutations(path.read_bytes(), count):
            path.write_bytes(mutated)
            assert cached._load_index() == {}
            assert cached._load_data(path.name) is None


@others
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_what_is_no_file_is_no_cache(double, tmp_path, suffix, kind):
    double()
    (path,) = tmp_path.rglob(f"*.{suffix}")
    put_in_place(kind, path)
    assert not double()
    assert double() is (kind != "folder")  # which nothing takes the place of
