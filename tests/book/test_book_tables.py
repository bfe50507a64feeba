"""Tables that give their numbers back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from epochreel import Recorder, Run
from epochreel.book.tables import Table, class_columns, palette, scalar_tables, table_of, to_text
from epochreel.layers import Bars, Image
from epochreel.look.ramps import ramp
from tests.layers.planes import Rectangle, canvas

singles = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(singles, singles), min_size=1))
def test_a_float32_comes_back_to_the_last_digit(pairs) -> None:
    values = np.array(pairs, np.float32)
    text = to_text(Table((("x", values[:, 0]), ("y", values[:, 1]))))
    back = np.loadtxt(text.splitlines(), skiprows=1, ndmin=2).astype(np.float32)
    assert (back == values).all()


def test_a_blank_line_ends_each_part_but_the_last() -> None:
    table = Table((("x", np.array([0.5, 1, 2])), ("class", np.array([0, 1, 1]))), (1, 2))
    assert to_text(table) == "x class\n0.5 0\n\n1 1\n2 1\n"


def test_a_table_without_rows_is_its_header() -> None:
    assert to_text(Table((("x", np.empty(0)),))).split() == ["x"]


def test_few_colours_are_classes_in_the_order_of_their_use() -> None:
    red, green = [9, 0, 0, 255], [0, 9, 0, 255]
    colours, which = palette(np.array([green, red, green], np.uint8))
    assert (colours.tolist(), which.tolist()) == ([green, red], [0, 1, 0])
    ((name, column),) = class_columns(np.array([green, red, green], np.uint8))
    assert (name, column.tolist()) == ("class", [0, 1, 0])
    assert class_columns(np.array([green, green], np.uint8)) == ()


def test_many_colours_are_written_out() -> None:
    many = np.column_stack([np.arange(20), np.zeros((20, 2)), np.full(20, 255)]).astype(np.uint8)
    assert [name for name, _ in class_columns(many)] == ["class"]
    assert [name for name, _ in class_columns(many, 16)] == ["red", "green", "blue", "alpha"]


def picture(values) -> Table:
    plane = Rectangle()
    layer = Image(plane, values, low=0, high=1, table=ramp(plane.style, "grey"), y=(0, 4))
    return table_of(layer.marks(canvas())[0])


def test_a_picture_is_a_lattice_of_the_middles_of_its_rectangles() -> None:
    table = picture([[1, 2, 3], [4, 5, 6]])
    assert {name: column.tolist() for name, column in table.columns} == {
        "x": [0.5, 1.5, 2.5] * 2,
        "y": [1, 1, 1, 3, 3, 3],
        "value": [4, 5, 6, 1, 2, 3],
    }
    assert table.lengths == (3, 3)


def test_a_picture_in_colours_is_three_numbers_a_place() -> None:
    table = picture(np.array([[[1, 2, 3], [4, 5, 6]]], np.uint8))
    assert [name for name, _ in table.columns] == ["x", "y", "red", "green", "blue"]
    assert table["green"].tolist() == [2, 5]


def test_lying_bars_are_told_from_the_first_down() -> None:
    (mark,) = Bars(Rectangle(), [5, 7], lying=True, colours=[9, 9, 9, 255]).marks(canvas())
    table = table_of(mark)
    assert [(name, column.tolist()) for name, column in table.columns] == [
        ("y", [0, -1]),
        ("height", [5, 7]),
    ]


def test_whatever_a_scalar_is_called_names_a_column_and_a_file(tmp_path) -> None:
    always = ["loss", "a b", "a-b", "a/b", "", "../x", "ünlü", "x,y=#%"]
    rarely = ["scalars", "rare/one"]
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in range(2):
            recorder.snapshot(epoch, **{name: epoch + i for i, name in enumerate(always)})
        recorder.snapshot(2, **{rarely[0]: 20})
        recorder.snapshot(3, **{rarely[1]: 30})
    tables = scalar_tables(Run.open(tmp_path / "run"))
    assert list(tables) == ["scalars", "rare-one", "scalars-"]
    for kind, table in tables.items():
        (tmp_path / f"{kind}.dat").write_text(to_text(table), encoding="utf-8")
    names, *rows = (tmp_path / "scalars.dat").read_text(encoding="utf-8").splitlines()
    columns = zip(*(row.split(" ") for row in rows), strict=True)
    values = dict(zip(names.split(" "), columns, strict=True))
    assert len(values) == 1 + len(always)
    assert values["epoch"] == ("0", "1")
    expected = ["loss", "a-b-", "a-b", "a-b--", "-", "..-x", "ünlü", "x-y-"]
    for first, word in enumerate(expected):
        assert values[word] == (f"{first}", f"{first + 1}"), word
    assert to_text(tables["rare-one"]) == "epoch rare-one\n3 30\n"
