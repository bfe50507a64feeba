"""Tables that give their numbers back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from epochreel.book.tables import Table, class_columns, palette, to_text

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
