import numpy as np
import pytest
from manim import RIGHT, Transform, ValueTracker

from epochreel.errors import ClipError
from epochreel.look.style import SHORTER_SIDE, load
from epochreel.marks.box import Box
from epochreel.notation.maths import Typeset
from epochreel.panels.cells import Cells
from epochreel.panels.matrix import Matrix
from epochreel.runs.functions import EPOCH, varying

STYLE = load("dark")
BOX = Box(-3, -2, 3, 2)
GRID = np.arange(6.0).reshape(2, 3) - 2


def matrix(values=GRID, box=BOX, clock=None, **options):
    return Matrix(box, values, STYLE, clock or ValueTracker(0), **options)


def texts(group):
    return [part for part in group.get_family() if isinstance(part, Typeset)]


def within(box, mobject):
    low, high = mobject.get_corner([-1, -1, 0]), mobject.get_corner([1, 1, 0])
    return (low[:2] >= box.corner[:2] - 1e-6).all() and (
        high[:2] <= [box.right + 1e-6, box.top + 1e-6]
    ).all()


SHAPES = [(1, 1), (7, 2), (2, 7), (5, 5), (1, 6), (6, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("decimals", [None, 1])
@pytest.mark.parametrize("box", [BOX, Box(-3.6, -5, 3.6, 5), Box(-6, 0, 6, 3.4)])
def test_cells_and_names_stay_inside_the_box_off_each_other(shape, decimals, box):
    rows, columns = [f"r{r}" for r in range(shape[0])], [f"c{c}" for c in range(shape[1])]
    made = matrix(
        np.ones(shape), box, decimals=decimals, name="bold(W)", rows=rows, columns=columns
    )
    assert within(box, made)
    cells = made.plane.box
    wide, high = cells.width / shape[1], cells.height / shape[0]
    assert high <= wide * (1 + 1e-9) if decimals else high == pytest.approx(wide)
    title, *names = texts(made)
    assert title.get_bottom()[1] > cells.top
    for r, words in enumerate(names[: shape[0]]):
        assert words.get_right()[0] < cells.left
        assert words.get_center()[1] == pytest.approx(cells.top - (r + 0.5) * high, abs=0.1)
    for c, words in enumerate(names[shape[0] :]):
        assert words.get_top()[1] < cells.bottom
        assert words.get_center()[0] == pytest.approx(cells.left + (c + 0.5) * wide)
    assert len({round(words.baseline, 6) for words in names[shape[0] :]}) == 1
    small = STYLE.type.small * SHORTER_SIDE
    assert all(words.cap >= small * 0.99 for words in texts(made))
    assert decimals is None or made.tiles.cap >= small * 0.99


def test_it_fills_its_box_unless_its_cells_are_held():
    assert matrix(np.ones((4, 2))).plane.box == Box(-1, -2, 1, 2)
    assert matrix(np.ones((4, 2)), cell=0.5).plane.box == Box(-0.5, -1, 0.5, 1)


def test_a_vector_is_a_column():
    assert matrix(np.arange(3.0)).shape == (3, 1)
    clock = ValueTracker(2)
    made = matrix(lambda epoch: np.full(3, epoch), clock=clock, high=4)
    assert made.tiles.values["values"].tolist() == [[2], [2], [2]]


def test_the_range_is_symmetric_or_begins_at_zero():
    signed, one_sided, given = matrix(), matrix(hue="orange"), matrix(low=-1, high=7)
    ends = [
        (float(each.tiles.values["low"]), float(each.tiles.values["high"]))
        for each in (signed, one_sided, given, matrix(np.zeros((2, 2))))
    ]
    assert ends == [(-3, 3), (0, 3), (-1, 7), (-1, 1)]


def test_numbers_have_the_room_that_they_need():
    low, high = (
        (made.tiles.numerals.low, made.tiles.numerals.high)
        for made in (
            matrix(hue="orange", high=1, decimals=1),
            matrix(lambda epoch: GRID, hue="orange", high=12, decimals=1),
        )
    )
    assert (low, high) == ((-2, 3), (0, 12))
    assert matrix(np.eye(2), decimals=0).tiles.numerals.low == 0  # no room for a minus


def test_values_follow_the_clock_of_the_clip_and_clocks_of_their_own():
    epoch, share = ValueTracker(1), ValueTracker(3)
    values = varying(lambda e: e * np.ones((2, 2)), EPOCH) * varying(float, share)
    made = matrix(values, clock=epoch, high=10)
    column = made.column(1)
    epoch.set_value(2)
    for each in (made, column):
        each.update(0)
        assert (each.tiles.values["values"] == 6).all()
    assert column.shape == (2, 1)


def test_what_is_taken_out_lies_over_its_own_and_looks_the_same():
    made = matrix(decimals=1, name="bold(W)").scale(0.5).shift(RIGHT)
    parts = [
        (slice(1, 2), slice(2, 3), made.cell(1, 2)),
        (slice(0, 1), slice(0, 3), made.row(0)),
        (slice(0, 2), slice(2, 3), made.column(-1)),
    ]
    box = made.plane.box
    wide, high = box.width / 3, box.height / 2
    for rows, columns, part in parts:
        assert isinstance(part, Cells)
        assert part.tiles.values["values"].tolist() == GRID[rows, columns].tolist()
        lies = part.plane.box
        assert lies.left == pytest.approx(box.left + columns.start * wide)
        assert lies.top == pytest.approx(box.top - rows.start * high)
        assert lies.right == pytest.approx(box.left + columns.stop * wide)
        assert part.tiles.cap * part.tiles.magnification == pytest.approx(made.tiles.cap / 2)
        assert part.tiles.numerals == made.tiles.numerals
        assert not texts(part)


def test_what_has_become_another_is_cut_as_the_other():
    one, other = matrix(), matrix(np.ones((3, 2)), hue="orange", decimals=1)
    animation = Transform(one, other)
    animation.begin()
    animation.finish()
    part = one.column(1).tiles
    assert part.values["values"].tolist() == [[1], [1], [1]]
    assert (part.values["table"] == other.tiles.values["table"]).all()
    assert part.numerals == other.tiles.numerals


def test_a_part_is_shown_as_its_matrix_is():
    shown = np.array([[1, 0, 0.5], [0, 1, 1]])
    assert matrix(shown=shown).column(2).tiles.values["shown"].tolist() == [[0.5], [1]]
    assert matrix(shown=0.5).cell(0, 0).tiles.values["shown"] == 0.5


def test_an_outline_is_around_its_cells_in_its_hue():
    made = matrix()
    box = made.plane.box
    whole, column = made.outline(), made.outline(columns=slice(1, 3), rows=0, hue="violet")
    assert (whole.width, whole.height) == pytest.approx((box.width, box.height))
    assert column.width == pytest.approx(box.width * 2 / 3)
    assert column.get_center()[:2] == pytest.approx(
        (box.left + box.width * 2 / 3, box.top - box.height / 4)
    )
    assert column.get_stroke_color().to_hex().lower() == STYLE.palette["violet"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": np.ones((2, 2, 2))}, r"values \(R, C\) or \(R,\), not .* \(2, 2, 2\)"),
        ({"values": ["a", "b"]}, "Matrix takes numbers as values, not an array of type <U1"),
        ({"values": np.ones((0, 3))}, r"not an array of shape \(0, 3\)"),
        ({"values": lambda epoch: np.ones((2, 2))}, r"bold\(W\) change: say by high=…"),
        ({"rows": ["a"]}, "bold.W. has 2 rows and 1 names"),
        ({"columns": ["a"] * 4}, "bold.W. has 3 columns and 4 names"),
        ({"values": np.ones((40, 40)), "decimals": 2}, "Numbers with 2 decimals do not fit"),
        ({"values": np.ones((2, 2)), "decimals": 30}, "Numbers with 30 decimals do not fit"),
        ({"values": np.ones((40, 40)), "columns": ["ab"] * 40}, "names of rows or columns"),
        ({"name": "bold(W) = bold(U) + bold(V) + bold(W)", "box": Box(0, 0, 1, 4)}, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused(options, message):
    with pytest.raises(ClipError, match=message):
        matrix(**({"name": "bold(W)"} | options))


def test_a_place_outside_is_told():
    for cut in (lambda: matrix().cell(2, 0), lambda: matrix().outline(columns=slice(3, 9))):
        with pytest.raises(ClipError, match="2 rows and 3 columns has no cells there"):
            cut()


def test_matrices_in_boxes_of_one_height_align_whatever_their_names():
    places = [Box(left, -2, left + 2, 2) for left in (-6, -3, 0)]
    made = [
        matrix(np.ones((4, 2)), place, name=name, columns=["g", "a"], cell=0.5, decimals=0)
        for place, name in zip(places, ("bold(x)", "bold(W)_1", "bold(x)^top"), strict=True)
    ]
    assert len({round(each.plane.box.top, 9) for each in made}) == 1
    assert len({round(each.plane.box.height, 9) for each in made}) == 1
    assert len({round(texts(each)[0].baseline, 9) for each in made}) == 1


@pytest.mark.parametrize("decimals", [None, 1])
def test_cells_that_fill_are_as_wide_as_the_box(decimals):
    made = matrix(np.ones((2, 3)), cell=0.5, fill=True, decimals=decimals).plane.box
    assert made.width == pytest.approx(BOX.width)
    assert made.height == pytest.approx(1)
