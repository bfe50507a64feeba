"""Letters at any place within a pixel, against Cairo's own picture of each place."""

import numpy as np
import pytest

from epochreel.look.style import load
from epochreel.notation.lettering import corners, lettering
from epochreel.notation.typesetting import formula_writing

STYLE = load("dark")
WRITINGS = tuple(formula_writing(source, STYLE) for source in ('"gable"', "bold(x)_3", "W"))
WHITE = (255, 255, 255, 255)
CLIP = (0, 0, 160, 60)
CAP = 21.5


def stamped(pens, writings=WRITINGS, halo=0.0, plain=True, **options):
    pixels = np.zeros((60, 160, 4), np.uint8)
    sheet = lettering(writings, CAP, halo, plain)
    colours = options.get("colours", np.tile(np.uint8(WHITE), (len(sheet.owner), 1)))
    sheet.stamp(pixels, CLIP, np.asarray(pens, float), colours, 1.0)
    return pixels, sheet


@pytest.mark.parametrize("shift", [(0, 0), (0.25, 0.75), (0.5, 0.5), (-2.75, 1.25)])
@pytest.mark.parametrize("halo", [0.0, 2.5])
def test_each_place_within_a_pixel_is_as_sharp_as_cairo_draws_it(shift, halo):
    pen = np.add((20, 40), shift)
    drawn, _ = stamped([pen], WRITINGS[:1], halo)
    expected = np.zeros_like(drawn)
    for width in {halo, 0.0}:
        WRITINGS[0].whole.stamp(expected, CLIP, pen, CAP, WHITE, 1.0, width)
    apart = np.abs(drawn.astype(int) - expected)
    assert apart.max() <= 32  # of what Cairo counts of an edge within a pixel
    assert apart[expected > 0].mean() < 4


def test_a_place_is_taken_to_the_next_quarter_of_a_pixel():
    near, quarter = stamped([(20.2, 40.1)], WRITINGS[:1]), stamped([(20.25, 40)], WRITINGS[:1])
    np.testing.assert_array_equal(near[0], quarter[0])
    there, _ = stamped([(27.25, 41)], WRITINGS[:1])
    np.testing.assert_array_equal(there, np.roll(quarter[0], (1, 7), axis=(0, 1)))


def test_texts_know_whose_their_masks_are_and_wear_their_colours():
    _, sheet = stamped([(9, 40), (70, 40), (120, 40)], halo=3.0, plain=False)
    assert sheet.owner.tolist() == sorted(sheet.owner.tolist())
    assert set(sheet.owner.tolist()) == {0, 1, 2}
    for owner in range(3):
        assert sheet.halo[sheet.owner == owner].tolist().count(True) == 1
        assert sheet.halo[sheet.owner == owner][0]  # what is behind comes first
    x = [outline for outline, _ in WRITINGS[1].shapes]
    assert (sheet.owner == 1).sum() == 1 + len(x)


def test_one_that_is_nowhere_is_left_out():
    pens = [(9, 40), (np.nan, 40), (np.inf, 3)]
    np.testing.assert_array_equal(stamped(pens)[0], stamped([(9, 40)], WRITINGS[:1])[0])


def test_corners_are_those_of_the_letters():
    low, high = corners(WRITINGS)[2]
    assert low[1] == pytest.approx(0, abs=0.05)  # a W has no descender
    assert high[1] == pytest.approx(1, abs=0.05)
    assert corners(WRITINGS)[0, 0, 1] < -0.2  # a g has one
