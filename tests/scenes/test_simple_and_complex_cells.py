"""What the clip of cells claims, for each of its directions: a wave here, a calm hill, a way."""

import sys

import numpy as np
import pytest
import torch

from epochreel.files import ROOT

WAYS = range(8)
PLACES = np.linspace(-9, 9, 37)


@pytest.fixture
def cells(monkeypatch):
    """The file beside the scene."""
    monkeypatch.syspath_prepend(ROOT / "scenes")
    import _simple_and_complex_cells

    yield _simple_and_complex_cells
    sys.modules.pop("_simple_and_complex_cells")


def test_filters_are_blind_to_even_light_and_two_of_them_are_the_others_negatives(cells):
    bank = cells.bank()
    assert bank.sum(axis=(2, 3)) == pytest.approx(0, abs=1e-12)
    assert bank[:, 2:] == pytest.approx(-bank[:, :2])
    # A quarter turn takes the first direction to the fifth, pixel by pixel.
    assert np.rot90(bank[0, 0]) == pytest.approx(bank[4, 0])


@pytest.mark.parametrize("seed", [12345, 1, 7])
def test_what_cells_say_is_a_correlation_at_every_place(cells, seed):
    image = np.random.default_rng(seed).normal(size=(cells.SIDE, cells.SIDE))
    filters = cells.bank()[2]
    found = cells.simple(filters, image)
    expected = torch.nn.functional.conv2d(
        torch.tensor(image)[None, None], torch.tensor(filters)[:, None]
    )
    assert found == pytest.approx(expected[0].numpy())
    assert cells.energy(filters, image) == pytest.approx(np.linalg.norm(found, axis=0))


@pytest.mark.parametrize("way", WAYS)
def test_a_simple_cell_flickers_where_a_complex_cell_stays_calm(cells, way):
    filters, middle = cells.bank()[way], (cells.SIDE - cells.TAPS) // 2
    images = [cells.bar(place, cells.ANGLES[way]) for place in PLACES]
    one = np.array([cells.simple(filters, image)[0, middle, middle] for image in images])
    assert one.max() > 0.65
    assert one.min() < -0.3
    assert np.abs(one[[0, -1]]).max() < 0.02  # silent where the bar is elsewhere
    # Between them it turns from no to yes and back to no.
    signs = np.sign(one[np.abs(one) > 0.1])
    assert np.count_nonzero(np.diff(signs)) == 2
    pooled = np.stack([cells.energy(filters, image) for image in images])
    # A cell in the middle: one hill over the bar's places, where the phases are pooled.
    hill = pooled[:, middle, middle]
    away = np.abs(PLACES)
    assert hill[away < 1].min() > 0.97 * hill.max()
    assert (np.diff(hill[PLACES < -1]) > 0).all()
    assert (np.diff(hill[PLACES > 1]) < 0).all()
    assert hill[away > 8].max() < 0.05
    whole = pooled.max(axis=(1, 2))
    assert np.ptp(whole) / whole.max() < 0.015


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", [-9, 0.4, 9])
def test_complex_cells_know_which_way_wherever_it_is(cells, way, place):
    said = cells.complex_cells(cells.bank(), cells.bar(place, cells.ANGLES[way]))
    assert said.argmax() == way
    others = np.delete(said, way)
    assert others.max() < 0.7 * said[way]


def test_what_the_clip_measures_is_what_the_cells_say(cells):
    found = cells.Cells()
    assert found.change == pytest.approx(0.0026, abs=1e-4)
    assert found.pooled == pytest.approx(np.linalg.norm(found.simple, axis=0))
    assert (found.whole >= found.others.max(axis=0)).all()
    assert found.whole.max() == pytest.approx(1, abs=0.01)
    peaks = found.places[found.others.argmax(axis=1)]
    assert (np.diff(peaks) > 2).all()


def test_a_bar_turned_by_half_a_turn_is_the_same(cells):
    assert cells.bar(0, 67.5 + 180) == pytest.approx(cells.bar(0, 67.5))
    lying = cells.bar(2.5, 0)
    assert lying[:, 16].argmax() == 18  # 2.5 below the middle, which is between 15 and 16
    assert lying[18].sum() == pytest.approx(14)  # 7 pixels to either side
