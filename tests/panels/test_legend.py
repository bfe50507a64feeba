import numpy as np
import pytest

from epochreel.layers import Field, VectorField
from epochreel.look import colour_maps
from epochreel.look.style import load
from epochreel.marks.box import Box
from epochreel.panels.legend import ColourBar, ScaleArrow
from epochreel.panels.panel import Panel
from tests.layers.planes import canvas

STYLE = load("dark")


@pytest.mark.parametrize("box", [Box(-9, -4, -7, 4), Box(-9, -1, 9, 1)])
@pytest.mark.parametrize("symbol", ["", "C(bold(y))"])
def test_a_colour_bar_stays_in_its_box_and_runs_from_low_to_high(box, symbol):
    bar = ColourBar(
        box, STYLE, low=-1, high=3, colour_map="cold_warm", symbol=symbol, ticks=(-1, 3)
    )
    low, high = bar.get_corner([-1, -1, 0]), bar.get_corner([1, 1, 0])
    assert (low[:2] > [box.left - 0.01, box.bottom - 0.01]).all()
    assert (high[:2] < [box.right + 0.01, box.top + 0.01]).all()
    (strip,) = (part for part in bar.get_family() if isinstance(part, Field))
    sheet = canvas()
    strip.draw(sheet)
    rows, columns = np.nonzero(sheet.pixels[..., 3] == 255)
    ends = sheet.pixels[rows.max(), columns.min()], sheet.pixels[rows.min(), columns.max()]
    table = colour_maps.colours(STYLE, "cold_warm").astype(int)
    assert np.abs(ends[0] - table[0]).max() <= 20
    assert np.abs(ends[1] - table[-1]).max() <= 20


def test_ticks_stand_at_their_values():
    box = Box(-9, -4, -7, 4)
    bar = ColourBar(box, STYLE, low=0, high=4, ticks=(0, 1, 4))
    low, one, high = (number.get_center()[1] for number in bar.submobjects[1:4])
    assert (one - low) / (high - low) == pytest.approx(0.25)


def test_a_scale_arrow_is_as_long_as_the_field_draws_such_a_vector():
    panel = Panel(Box(-5, -3, 5, 3), STYLE, x=(0, 10), y=(0, 6))
    key = ScaleArrow(panel, 4, scale=0.5, at=(0.1, 0.1), label="norm(F) = 4", width=20)
    field = VectorField(
        panel, [[1, 0.6]], [[4, 0]], scale=0.5, width=20, halo=key.submobjects[0].values["halo"]
    )
    drawn = [canvas(), canvas()]
    key.submobjects[0].draw(drawn[0])
    field.draw(drawn[1])
    assert (drawn[0].pixels == drawn[1].pixels).all()
    panel.view.set_limits((0, 5), (0, 6))
    key.submobjects[0].draw(longer := canvas())
    columns = [np.ptp(np.nonzero(sheet.pixels[..., 3])[1]) for sheet in (drawn[0], longer)]
    assert columns[1] - columns[0] == pytest.approx(20, abs=1)


@pytest.mark.parametrize("length", [1, 6])
def test_a_scale_arrow_on_a_map_of_colours_stands_on_a_plate(length):
    panel = Panel(Box(-5, -3, 5, 3), STYLE, x=(0, 10), y=(0, 6), mapped=True)
    key = panel.scale_arrow(length, "norm(F)", scale=0.5)
    ground, arrow, words = key.submobjects
    (tail, _), (tip, _) = (ends[0] for ends in arrow.ends())
    assert ground.get_left()[0] < min(words.get_left()[0], tail - 5)
    assert ground.get_right()[0] > max(words.get_right()[0], tip - 5)
    assert ground.get_top()[1] > words.get_top()[1]
    assert ground.get_bottom()[1] < arrow.ends()[0][0][1] - 3
