import numpy as np
import pytest
from manim import ValueTracker

from epochreel.errors import ClipError
from epochreel.layers import Numbers
from epochreel.layers.drawn import drawn_by
from epochreel.look.style import SHORTER_SIDE, load
from epochreel.marks.box import Box
from epochreel.marks.kinds import Words
from epochreel.notation.maths import Typeset
from epochreel.panels.bar_chart import BarChart
from epochreel.runs.functions import EPOCH, varying
from tests.layers.planes import canvas

STYLE = load("dark")
BOX = Box(-2, -1, 2, 1)
NAMES = ["$x_1$", "two", "$bold(h)$", "4"]
BOXES = {"16:9": BOX, "1:1": Box(-1.5, -1.5, 1.5, 1.5), "9:16": Box(-1, -2.5, 1, 2.5)}


def chart(values=(0.5, 1, 0, 0.25), box=BOX, **options):
    return BarChart(box, STYLE, values, **({"limits": (0, 1)} | options))


def written(made):
    """Its texts that are no numbers at bars, by their source."""
    return {part.source: part for part in made if isinstance(part, Typeset)}


def words(made):
    return [
        mark
        for part in made.get_family()
        for mark in drawn_by(part, canvas()) or ()
        if isinstance(mark, Words)
    ]


def test_the_bars_stand_inside_the_box_below_their_symbol():
    made = chart([1, -2, 3, 4, 5], name="bold(s)", limits=(-8, 8))
    left, right = made.panel.to_scene(0, 0), made.panel.to_scene(4, 0)
    assert BOX.left < left[0] < right[0] < BOX.right
    assert left[1] == pytest.approx((made.panel.box.bottom + made.panel.box.top) / 2)
    symbol, number = written(made)["bold(s)"], written(made)["8"]
    for mobject in (symbol, number):
        assert mobject.get_left()[0] >= BOX.left - 1e-6
        assert mobject.get_top()[1] <= BOX.top + 0.02
    assert number.get_right()[0] < made.panel.box.left
    assert symbol.get_bottom()[1] > made.panel.box.top


def test_a_symbol_is_no_wider_than_its_chart():
    narrow = Box(-0.5, -1, 0.5, 1)
    name = 'op("softargmax")(bold(s))'
    symbol = written(chart(box=narrow, name=name))[name]
    assert symbol.width == pytest.approx(narrow.width)
    assert symbol.get_left()[0] == pytest.approx(narrow.left)


@pytest.mark.parametrize("shape", BOXES)
@pytest.mark.parametrize("lying", [False, True])
@pytest.mark.parametrize("decimals", [None, 2])
def test_everything_is_inside_its_box_and_off_everything_else(shape, lying, decimals):
    box = BOXES[shape]
    made = chart(box=box, names=NAMES, name="bold(a)", lying=lying, decimals=decimals)
    boxes = [each.box for each in words(made)]
    assert len(boxes) >= 4
    for each in boxes:
        assert box.left - 0.02 <= each.left
        assert each.right <= box.right + 0.02
        assert box.bottom - 0.02 <= each.bottom
        assert each.top <= box.top + 0.02
    for index, one in enumerate(boxes):
        for other in boxes[:index]:
            apart = max(
                one.left - other.right,
                other.left - one.right,
                one.bottom - other.top,
                other.bottom - one.top,
            )
            assert apart > 0


def test_names_stand_below_their_bars_on_one_baseline():
    made = chart(names=NAMES)
    assert not made.lying
    names = [written(made)[name] for name in NAMES]
    for index, name in enumerate(names):
        assert name.get_center()[0] == pytest.approx(made.panel.to_scene(index, 0)[0])
        assert name.baseline == pytest.approx(names[0].baseline)
        assert name.cap == pytest.approx(STYLE.type.small * SHORTER_SIDE)


def test_lying_bars_have_their_names_at_the_left_the_first_uppermost():
    made = chart(names=NAMES, lying=True)
    edges = [written(made)[name].get_right()[0] for name in NAMES]
    assert edges == pytest.approx([edges[0]] * 4)
    heights = [written(made)[name].baseline for name in NAMES]
    assert heights == sorted(heights, reverse=True)
    assert edges[0] < made.panel.to_scene(0, 0)[0]


def test_bars_lie_where_their_names_have_no_room_beside_each_other():
    long = ["a long name", "another one", "and a third", "the last"]
    assert chart(names=long).lying
    assert not chart(names=long, box=Box(-6, -1, 6, 1)).lying
    assert not chart(names=long, lying=False).lying


def test_of_too_many_names_every_second_or_third_is_written():
    count = 24
    names = [f"$n_({k})$" for k in range(count)]
    for lying in (False, True):
        made = chart(np.zeros(count), names=names, lying=lying)
        shown = [int(name[4:-2]) for name in written(made) if name.startswith("$n_")]
        step = shown[1]
        assert step > 1
        assert shown == list(range(0, count, step))


@pytest.mark.parametrize("lying", [False, True])
def test_bars_and_numbers_follow_the_clock_and_no_number_jumps(lying):
    clock = ValueTracker(-0.01)
    values = varying(lambda epoch: np.array([epoch, 0.5]), EPOCH)
    made = chart(values, limits=(-1, 1), decimals=1, lying=lying, clock=clock)
    numbers = next(part for part in made if isinstance(part, Numbers))
    places = []
    for epoch in (-0.01, 0.01, 1):
        clock.set_value(epoch)
        made.update()
        places.append(numbers.marks(canvas())[0].box.centre[:2])
    assert made.bars.values["heights"].tolist() == [1, 0.5]
    assert [mark.source for mark in numbers.marks(canvas())] == ["1.0", "0.5"]
    assert np.abs(places[1] - places[0]).max() < 0.05
    grown = (places[2] - places[1])[0 if lying else 1]
    assert grown > 0.3


def test_a_plain_function_and_a_list_are_values_too():
    clock = ValueTracker(0)
    made = chart(lambda epoch: [epoch, 1], decimals=0, clock=clock)
    clock.set_value(1)
    made.update()
    assert [each.source for each in words(made)][-2:] == ["1", "1"]
    assert chart([1, 2, 3]).bars.values["heights"].tolist() == [1, 2, 3]


def test_names_and_bars_are_as_many():
    with pytest.raises(ClipError, match="A chart of 4 bars takes 4 names, not 2"):
        chart(names=["a", "b"])


def test_a_box_without_room_is_told():
    with pytest.raises(ClipError, match="A chart of 4 bars has no room in a box of 4 ×"):
        chart(box=Box(-2, 0, 2, 0.4), names=NAMES, decimals=1, name="bold(a)")
    with pytest.raises(ClipError, match=r"has no room in a box of 0\.3 × 4 units"):
        chart(box=Box(0, 0, 0.3, 4), names=NAMES, decimals=1)
