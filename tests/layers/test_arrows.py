import numpy as np
import pytest
from manim import ValueTracker

from epochreel.layers import Arrows
from tests.layers.planes import RED, WHITE, Rectangle, drawn, width


def arrows(tips, plane=None, tails=((0, 0),), **options):
    options.setdefault("colours", WHITE)
    return Arrows(plane or Rectangle((-5, 5), (-3, 3)), tails, tips, width=width(2), **options)


@pytest.mark.parametrize(("view", "tip"), [(((-5, 5), (-3, 3)), 130), (((-5, 15), (-3, 3)), 90)])
def test_an_arrow_goes_from_its_tail_to_its_tip(view, tip):
    alpha = drawn(arrows([[3, 0]], Rectangle(*view)))[..., 3]
    tail = 50 + round(100 * 5 / (view[0][1] + 5))
    covered = np.flatnonzero(alpha[50])
    assert covered[0] == pytest.approx(tail, abs=1.01)
    assert covered[-1] + 1 == pytest.approx(tip, abs=1.01)
    # A shaft of 2 pixels, and a head of 3.4 times that 4 × 2 pixels behind the tip.
    assert (alpha[:, tail + 6] / 255).sum() == pytest.approx(2, abs=0.05)
    heights = (alpha / 255).sum(axis=0)
    assert heights.max() == pytest.approx(6.8 * 7.5 / 8, abs=0.2)
    assert heights.argmax() == tip - 8


def test_arrows_from_one_tail_have_their_own_colours():
    pixels = drawn(arrows([[4, 0], [-4, 0]], colours=[RED, WHITE]))
    assert pixels[50, 120].tolist() == list(RED)
    assert pixels[50, 80].tolist() == list(WHITE)


def test_each_may_have_its_own_tail():
    alpha = drawn(arrows([[4, 2], [4, -2]], tails=[[-4, 2], [0, -2]]))[..., 3]
    assert alpha[30, 65] == 255
    assert alpha[70, 65] == 0
    assert alpha[70, 110] == 255


def test_an_arrow_without_length_draws_nothing():
    assert not drawn(arrows([[0, 0]])).any()


def test_tips_may_follow_a_clock():
    clock = ValueTracker(1)
    layer = arrows(lambda t: [[t, 0]], clocks=[clock])
    clock.set_value(3)
    layer.update(0)
    assert (drawn(layer) == drawn(arrows([[3, 0]]))).all()


def test_a_halo_lies_around_every_arrow():
    plain = drawn(arrows([[4, 0]]), scale=4)
    pixels = drawn(arrows([[4, 0]], halo=RED), scale=4)
    assert (pixels[plain[..., 3] == 255] == WHITE).all()
    ring = (plain[..., 3] == 0) & (pixels[..., 3] == 255)
    assert (pixels[ring] == RED).all()
    # Two pixels of the stylesheet on either side of the shaft.
    beside = (pixels[:, 440, 3] / 255).sum() - (plain[:, 440, 3] / 255).sum()
    assert beside == pytest.approx(4 * 400 / 1080, abs=0.05)
