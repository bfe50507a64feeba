import pytest
from torch import nn

from epochreel.diagrams.nets import net_diagram, sizes
from epochreel.errors import ClipError
from epochreel.look.style import load
from epochreel.marks.box import Box

STYLE = load("dark")
NET = nn.Sequential(nn.Linear(2, 100), nn.ReLU(), nn.Linear(100, 2))


def test_sizes_are_those_of_the_linear_layers():
    assert sizes(NET) == [2, 100, 2]
    assert sizes(nn.ReLU()) == []


@pytest.mark.parametrize("box", [Box(0, 0, 4.5, 5.5), Box(0, 0, 7.2, 1.3)])
def test_a_net_is_drawn_from_its_module_and_fits(box):
    nets = {"encoder": NET, "decoder": nn.Linear(2, 5)}
    parts = {"encoder": ("f", "bold(h)"), "decoder": ("g", "bold(s)")}
    drawn = net_diagram(nets, parts, "bold(x)", box, STYLE)
    assert len(drawn) == 9  # five shapes, four arrows
    assert drawn.width <= box.width + 1e-6
    assert drawn.height <= box.height + 1e-6
    assert drawn.get_center() == pytest.approx(box.centre, abs=1e-6)
    colours = [drawn[at][0].get_stroke_color().to_hex().lower() for at in (2, 6)]
    assert colours == [STYLE.role("f"), STYLE.role("g")]


def test_a_submodule_is_a_part_and_an_unknown_one_a_sentence():
    box = Box(0, 0, 9, 2)
    assert len(net_diagram({"net": NET}, {"0": ("f", "h")}, "x", box, STYLE)) == 5
    with pytest.raises(ClipError, match=r"no part 'encodr'; did you mean 'encoder'\?"):
        net_diagram({"encoder": NET}, {"encodr": ("f", "h")}, "x", box, STYLE)
