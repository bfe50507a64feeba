import numpy as np
import pytest

from epochreel.errors import StyleError
from epochreel.look.hues import by_place, paint
from epochreel.look.style import THEMES, load, rgba

STYLE = load("dark")


@pytest.mark.parametrize("theme", THEMES)
def test_names_are_symbols_before_colours_before_the_chrome(theme):
    style = load(theme)
    assert paint(style, "ytilde").tolist() == rgba(style.role("ytilde")).tolist()
    assert paint(style, "aqua").tolist() == rgba(style.palette["aqua"]).tolist()
    assert paint(style, "axis", 0.5).tolist() == rgba(style.chrome.axis, 0.5).tolist()
    assert paint(style, "Q").tolist() == rgba(style.palette["aqua"]).tolist()
    assert paint(style, "loss").tolist() == rgba(style.role("loss")).tolist()


def test_labels_are_classes_and_places_a_scale_between_them():
    labels = np.array([0, 2, 1])
    assert (paint(STYLE, labels) == STYLE.marks(labels)).all()
    ends = paint(STYLE, np.array([0.0, 1.0, 2.0]))
    assert ends[:, :3].tolist() == [rgba(STYLE.class_marks[i])[:3].tolist() for i in (0, -1, -1)]
    between = paint(STYLE, np.array([0.05]))[0, :3]
    both = (rgba(STYLE.class_marks[0])[:3].astype(int) + rgba(STYLE.class_marks[1])[:3]) / 2
    assert np.abs(between - both).max() <= 0.5


@pytest.mark.parametrize("theme", THEMES)
def test_places_are_blends_of_the_corners_and_the_centre(theme):
    style = load(theme)
    corners = np.array([[-2, 2], [2, 2], [2, -2], [-2, -2], [0, 0]])
    named = [rgba(colour).tolist() for colour in style.random_points]
    assert by_place(style, corners, 2.0).tolist() == named
    assert by_place(style, 3 * corners, 2.0).tolist() == named
    top_left, top_right, *_, centre = np.array(named, float)
    edge = by_place(style, np.array([[1, 2]]), 2.0)[0]
    assert np.abs(edge - (0.75 * top_right + 0.25 * top_left)).max() <= 0.5
    inner = by_place(style, np.array([[0, 1]]), 2.0)[0]
    both = np.array(named, float)[:4].T @ [0.375, 0.375, 0.125, 0.125]
    assert np.abs(inner - (both + centre) / 2).max() <= 0.5


def test_bytes_are_colours_already():
    given = np.array([[1, 2, 3, 4]], np.uint8)
    assert (paint(STYLE, given) == given).all()


def test_what_is_no_hue_is_a_sentence():
    with pytest.raises(StyleError, match=r"no symbol or colour 'ytild'; did you mean 'ytilde'\?"):
        paint(STYLE, "ytild")
    with pytest.raises(StyleError, match=r"An array of shape \(2, 3\) is no hue"):
        paint(STYLE, np.zeros((2, 3)))
