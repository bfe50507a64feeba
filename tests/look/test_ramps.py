"""The colours of numbers in cells."""

import numpy as np
import pytest

from epochreel.errors import StyleError
from epochreel.look.ramps import ink_on, ramp
from epochreel.look.style import contrast, load, rgba


def hexed(colour):
    return "#" + bytes(colour[:3]).hex()


@pytest.mark.parametrize("theme", ["dark", "print"])
def test_a_signed_ramp_is_that_of_a_zero_in_its_middle(theme):
    style = load(theme)
    table = ramp(style)
    assert table[0].tolist() == rgba(style.palette["red"]).tolist()
    assert table[127].tolist() == table[128].tolist() == rgba(style.chrome.cell).tolist()
    assert table[255].tolist() == rgba(style.palette["blue"]).tolist()


def test_a_ramp_of_a_role_goes_from_a_zero_to_its_colour_evenly():
    style = load("dark")
    table = ramp(style, "q").astype(int)
    assert table[0].tolist() == rgba(style.chrome.cell).tolist()
    assert table[255].tolist() == rgba(style.role("q")).tolist()
    assert np.abs(np.diff(table, axis=0)).max() <= 1


def test_a_ramp_of_no_hue_is_refused():
    with pytest.raises(StyleError, match="'sigend'"):
        ramp(load("dark"), "sigend")


@pytest.mark.parametrize("theme", ["dark", "print"])
@pytest.mark.parametrize("hue", ["signed", "a", "k", "grey"])
def test_ink_is_read_on_every_colour_of_a_ramp(theme, hue):
    style = load(theme)
    table = ramp(style, hue)
    for ground, ink in zip(table, ink_on(style, table), strict=True):
        assert contrast(hexed(ground), hexed(ink)) >= 4.5
