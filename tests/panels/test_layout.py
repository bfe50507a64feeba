import pytest

from epochreel.errors import ClipError
from epochreel.marks.box import Box
from epochreel.panels.compositions import ASPECTS, diagram, hero, multiples, pair
from epochreel.panels.layout import boxes, centred, column, names, row, scaled, slot, tiles
from epochreel.panels.limits import filling, holding

BOX = Box(0, 0, 10, 4)


def test_shares_divide_what_fixed_lengths_and_gaps_leave():
    tree = row("a", slot("b", share=3), slot("c", length=1), gap=0.5)
    found = boxes(tree, BOX)
    assert found["a"] == Box(0, 0, 2, 4)
    assert found["b"] == Box(2.5, 0, 8.5, 4)
    assert found["c"] == Box(9, 0, 10, 4)


def test_a_column_goes_down_and_groups_have_boxes_of_their_own():
    tree = row(column("top", slot("bottom", length=1), gap=0, name="left"), "right", gap=0)
    found = boxes(tree, BOX)
    assert found["left"] == Box(0, 0, 5, 4)
    assert found["top"] == Box(0, 1, 5, 4)
    assert found["bottom"] == Box(0, 0, 5, 1)
    assert list(names(tree)) == ["left", "top", "bottom", "right"]


def test_a_ratio_takes_what_it_needs_and_leaves_others_their_least():
    assert boxes(row(slot("hero", ratio=1), "rest", gap=0), BOX)["hero"] == Box(0, 0, 4, 4)
    crowded = row(slot("hero", ratio=3), slot("rest", least=2), gap=0)
    assert boxes(crowded, BOX)["hero"] == Box(0, 0, 8, 4)
    upright = column(slot("hero", ratio=5), "rest", gap=0)
    assert boxes(upright, BOX)["hero"] == Box(0, 2, 10, 4)


def test_parts_of_given_lengths_stand_in_the_middle():
    found = boxes(centred(slot("a", length=1), slot("b", length=2), gap=1), BOX)
    assert found["a"] == Box(3, 0, 4, 4)
    assert found["b"] == Box(5, 0, 7, 4)


def test_tiles_are_of_one_size_and_what_is_over_is_the_rest():
    found = boxes(tiles(list("abcd"), 3, gap=1, name="all"), Box(0, 0, 8, 5))
    assert found["all"] == Box(0, 0, 8, 5)
    assert found["a"] == Box(0, 3, 2, 5)
    assert found["c"] == Box(6, 3, 8, 5)
    assert found["d"] == Box(0, 0, 2, 2)
    assert found["rest"].left == 3


def test_a_factor_is_a_word():
    tree = scaled(row("a", slot("b", length=2), gap=0), {"a": 3.0, "b": 2.0})
    assert boxes(tree, BOX)["b"] == Box(6, 0, 10, 4)


@pytest.mark.parametrize(
    "composition",
    [
        hero(),
        hero(inset=True, bar=True, under=True),
        hero(second=True),
        hero(second=True, beside=True),
        pair(bar=True),
        pair(feet=True),
        multiples(2),
        multiples(5),
        multiples(9),
        diagram(),
    ],
)
@pytest.mark.parametrize("aspect", ASPECTS)
def test_slots_lie_in_the_frame_apart_from_each_other(composition, aspect):
    height = 7.2 if aspect == "16:9" else 7.2 / ASPECTS[aspect] * (0.756 if aspect == "9:16" else 1)
    box = Box(0, 0, 12.8 if aspect == "16:9" else 7.2, height)
    found = composition.slots(aspect, box)
    groups = {"aside", "all", "stage", "title"}
    assert {"caption", "title", "stage"} <= set(found)
    for name, each in found.items():
        assert each.width > 0.3, name
        assert each.height > 0.3, name
        assert box.left - 1e-9 <= each.left < each.right <= box.right + 1e-9
        assert box.bottom - 1e-9 <= each.bottom < each.top <= box.top + 1e-9
    inner = [found[name] for name in found if name not in groups]
    for i, one in enumerate(inner):
        for other in inner[:i]:
            across = min(one.right, other.right) - max(one.left, other.left)
            up = min(one.top, other.top) - max(one.bottom, other.bottom)
            assert min(across, up) <= 1e-9


def test_every_shape_has_the_same_slots():
    for composition in (hero(inset=False, bar=True, under=True), pair(feet=True), multiples(5)):
        slots = [set(composition.slots(aspect, Box(0, 0, 9, 9))) for aspect in ASPECTS]
        assert all(each - {"rest"} == slots[0] - {"rest"} for each in slots)


@pytest.mark.parametrize("aspect", ["4:5", "9:16"])
def test_head_and_foot_stand_beside_their_panel_in_tall_frames(aspect):
    found = pair(feet=True).slots(aspect, Box(0, 0, 7.2, 9))
    for side in ("left", "right"):
        panel, head, foot = (found[f"{side}{part}"] for part in ("", " head", " foot"))
        assert panel.right < head.left == foot.left
        assert (head.top, foot.bottom) == pytest.approx((panel.top, panel.bottom))
        assert foot.top < head.bottom


def test_a_slot_that_is_not_there_is_a_sentence():
    with pytest.raises(ClipError, match=r"no slot 'captoin'; did you mean 'caption'\?"):
        hero(captoin=2)
    with pytest.raises(ClipError, match="cannot be 0 times as large"):
        hero(caption=0)
    with pytest.raises(ClipError, match="2 or more panels, not 1"):
        multiples(1)
    assert hero(hero_bar=2, bar=True).slots("1:1", BOX)["hero bar"].width == pytest.approx(1.7)


def test_limits_hold_the_data_with_a_margin():
    (left, right), (bottom, top) = holding([[0, 0], [10, 5]], 0.1)
    assert [left, right, bottom, top] == pytest.approx([-1, 11, -1, 6])
    (left, right), _ = holding([[3, 3]])
    assert left < 3 < right
    with pytest.raises(ClipError, match="no finite point"):
        holding([[float("nan"), 1]])


def test_limits_fill_a_box_at_equal_units():
    assert filling((-1, 1), (-1, 1), BOX) == ((-2.5, 2.5), (-1, 1))
    assert filling((0, 10), (0, 1), BOX) == ((0, 10), (-1.5, 2.5))
