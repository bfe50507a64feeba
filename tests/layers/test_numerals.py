import numpy as np
import pytest

from epochreel.layers.numerals import LETTERS, Numerals
from epochreel.look.style import load
from epochreel.notation.typesetting import character

STYLE = load("dark")


def advance(text):
    return sum(character(letter, STYLE.font.text)[1] for letter in text)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [(0.257, 2, "0.26"), (-0.5, 1, "−0.5"), (-0.004, 2, "0.00"), (-12.6, 0, "−13"), (3, 2, "3.00")],
)
def test_a_number_is_rounded_with_a_true_minus_and_no_minus_before_zero(number, decimals, text):
    assert Numerals(-20, 20, decimals, STYLE).text(number) == text


def test_digits_stand_where_they_stand_whatever_the_number():
    numerals, texts = Numerals(-12, 12, 1, STYLE), ["12.0", "3.5", "−3.5", "−12.0"]
    which, owner, pens = numerals.letters(texts)
    spelt = ["".join(LETTERS[k] for k in which[owner == text]) for text in range(4)]
    assert spelt == texts
    first, last = (np.array([pens[owner == text][end] for text in range(4)]) for end in (0, -1))
    assert last == pytest.approx(advance("12.0") / 2 - advance("0") + advance("−") / 4)
    assert (np.abs(first) <= numerals.width / 2 + 1e-9).all()
    assert pens[owner == 2] == pytest.approx(
        first[2] + np.cumsum([0, advance("−"), advance("3"), advance(".")])
    )


def test_no_texts_have_no_letters():
    assert [len(part) for part in Numerals(0, 1, 1, STYLE).letters([])] == [0, 0, 0]


def test_room_for_a_minus_is_there_where_there_may_be_one():
    assert Numerals(0, 1, 2, STYLE).width == pytest.approx(advance("0.00"))
    assert Numerals(-0.001, 1, 2, STYLE).width == pytest.approx(advance("0.00"))
    assert Numerals(-1, 10, 0, STYLE).width == pytest.approx(advance("00") + 1.5 * advance("−"))
