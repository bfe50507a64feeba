"""What the clip of vectors and functions claims, on three functions."""

import sys

import numpy as np
import pytest
from scipy import integrate

from epochreel.files import ROOT

SEEDS = (0, 1, 7)


@pytest.fixture
def refining(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _refining

    yield _refining
    sys.modules.pop("_refining")


@pytest.fixture(params=SEEDS)
def function(request):
    """A function of [−1, 1], or of the middle of [−1, 1]²: waves, above zero."""
    size, turn = np.random.default_rng(request.param).uniform(0.5, 2, (2, 4))
    return lambda x, y=0.0: sum(
        a * (1 + np.sin(k * x + t) * np.cos(k * y))
        for k, (a, t) in enumerate(zip(size, turn, strict=True), start=1)
    )


@pytest.fixture
def line(refining, function):
    return refining.Line(np.zeros(2), np.arange(5.0), function)


def density(x):
    return (1 + np.cos(np.pi * x)) / 2


def enclosed(polygon):
    """The area in a polygon (S, 2), whichever way around."""
    x, y = polygon.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def test_there_are_twice_as_many_each_time_at_the_middles_of_parts(refining):
    assert refining.PLACES[0] == pytest.approx([-0.8, -0.4, 0, 0.4, 0.8])
    assert [len(places) for places in refining.PLACES] == [5 * 2**n for n in range(8)]
    assert [refining.count(at) for at in (0, 0.1, 1, 1.5, 7)] == [5, 10, 10, 20, 640]
    assert np.diff(refining.PLACES[3]) == pytest.approx(2 / 40)


def test_numbers_begin_where_their_parents_were(refining, line):
    for level in range(refining.TIMES):
        parents = line.levels[level].repeat(2)
        assert refining.between(line.levels, level + 1e-9) == pytest.approx(parents, abs=1e-6)
        half_way = (parents + line.levels[level + 1]) / 2
        assert refining.between(line.levels, level + 0.5) == pytest.approx(half_way)
        assert refining.between(line.levels, level + 1) is line.levels[level + 1]
        # So no bar jumps: two halves stand where one stood.
        left, right = refining.edges(level + 1e-9)
        before = refining.edges(level)
        assert left[::2] == pytest.approx(before[0], abs=1e-6)
        assert right[1::2] == pytest.approx(before[1], abs=1e-6)
        assert right[::2] == pytest.approx(left[1::2], abs=1e-6)


def test_a_sum_becomes_the_integral_and_an_inner_product_that_of_the_product(line, function):
    whole = integrate.quad(function, -1, 1)[0]
    mean = integrate.quad(lambda x: density(x) * function(x), -1, 1)[0]
    for weighted, integral in enumerate((whole, mean)):
        assert line.area(weighted, 7) == pytest.approx(integral, abs=1e-3)  # as it is written
        errors = [abs(line.area(weighted, at) - integral) for at in range(8)]
        assert errors[-1] < 0.01 * max(errors[0], 0.01)
    assert integrate.quad(density, -1, 1)[0] == pytest.approx(1)
    assert [2 * np.mean(p) for p in line.weights] == pytest.approx([1] * 8)


def test_the_bars_fill_that_area_when_there_is_no_gap_left(refining, line):
    areas = [enclosed(line.bars(1, at, 0)) for at in (0, 3, refining.TIMES)]
    gaps = [refining.GAP * (1 - at / refining.TIMES) for at in (0, 3, refining.TIMES)]
    filled = [line.area(0, at) * (1 - gap) for at, gap in zip((0, 3, 7), gaps, strict=True)]
    assert areas == pytest.approx(filled)
    left, right = refining.edges(refining.TIMES)
    assert right[:-1] == pytest.approx(left[1:])
    assert (left[0], right[-1]) == pytest.approx((-1, 1))


def test_a_vector_answers_to_its_index_and_turns_into_values_at_places(line, function):
    assert [line.looked_up(k)[1] for k in range(5)] == [0, 1, 2, 3, 4]
    assert line.heights(0, 0, 0).tolist() == [0, 1, 2, 3, 4]
    assert line.heights(1, 0, 0) == pytest.approx(function(np.array([-0.8, -0.4, 0, 0.4, 0.8])))
    assert line.dots(0, 0).tolist() == [[0, 0]] * 5
    assert line.dots(1, 7)[:, 0] == pytest.approx(np.linspace(-1, 1, 1281)[1::2])


def test_the_plane_continues_the_line_and_holds_as_much_as_its_integral(refining, line, function):
    plane = refining.Plane(lambda points: function(*points.T))
    assert plane.levels[0][2] == pytest.approx(line.levels[0])
    flat = plane.numbers(0, 0)
    assert flat[2] == pytest.approx(line.levels[0])
    assert not flat[[0, 1, 3, 4]].any()
    assert plane.blocks(1, refining.DEEP).shape == (322, 322, 3)
    held = 4 * plane.levels[-1].mean()
    whole = integrate.dblquad(lambda y, x: function(x, y), -1, 1, -1, 1)[0]
    assert held == pytest.approx(whole, abs=1e-3)
