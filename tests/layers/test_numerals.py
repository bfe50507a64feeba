import pytest

from epochreel.layers.numerals import Numerals
from epochreel.notation.typesetting import character

FONT = "New Computer Modern"


def advance(text):
    return sum(character(letter, FONT)[1] for letter in text)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [(0.257, 2, "0.26"), (-0.5, 1, "−0.5"), (-0.004, 2, "0.00"), (-12.6, 0, "−13"), (3, 2, "3.00")],
)
def test_a_number_is_rounded_with_a_true_minus_and_no_minus_before_zero(number, decimals, text):
    assert Numerals(-20, 20, decimals, FONT).text(number) == text


def test_digits_stand_where_they_stand_whatever_the_number():
    numerals = Numerals(-12, 12, 1, FONT)
    ends = {}
    for text in ("12.0", "3.5", "−3.5", "−12.0"):
        *_, (_, last) = numerals.pens(text)
        ends[text] = last
        (_, first), *_ = numerals.pens(text)
        assert abs(first) <= numerals.width / 2 + 1e-9
    assert len({round(last, 9) for last in ends.values()}) == 1
    aside = advance("−") / 4
    assert ends["12.0"] == pytest.approx(advance("12.0") / 2 - advance("0") + aside)


def test_room_for_a_minus_is_there_where_there_may_be_one():
    assert Numerals(0, 1, 2, FONT).width == pytest.approx(advance("0.00"))
    assert Numerals(-0.001, 1, 2, FONT).width == pytest.approx(advance("0.00"))
    assert Numerals(-1, 10, 0, FONT).width == pytest.approx(advance("00") + 1.5 * advance("−"))
