import numpy as np
import pytest
from manim import tempconfig

from epochreel.checks.texts import text_of
from epochreel.errors import ClipError
from epochreel.film.key import digest
from epochreel.look.style import SHORTER_SIDE, THEMES, load
from epochreel.marks.box import Box
from epochreel.notation.plain import plain
from epochreel.panels.listing import Listing

BOX = Box(-6, -3, 4, 3)
STYLE = load("dark")
STEPS = """
    for epoch in range(10):  # again and again
        loss = cost(net(x), y)

        optimiser.zero_grad()
        loss.backward()
        optimiser.step("now")
"""


def doubled(value):
    return 2 * value


def listing(source=STEPS, theme="dark", box=BOX, **options):
    return Listing(box, source, load(theme), **options)


def fills(line):
    return [glyph.get_fill_color().to_hex().lower() for glyph in line]


def played(animation):
    built = animation.build()
    built.begin()
    built.finish()


def test_each_line_is_a_text_that_says_what_is_written():
    code = listing()
    said = [plain(line.source) for line in code]
    assert said == [" ".join(line.split()) for line in STEPS.splitlines() if line.strip()]
    for line in code:
        (words,) = line.marks()
        assert len(words.glyphs) == len("".join(plain(line.source).split()))
        assert words.cap == pytest.approx(code[0].cap)


def test_letters_stand_in_columns_and_lines_as_far_apart():
    code = listing()
    drops = -np.diff([line.baseline for line in code])
    assert drops == pytest.approx(drops[0] * np.array([1, 2, 1, 1]), rel=1e-3)  # a blank line
    # "for epoch" and, four further in, "loss = cost": their "o" are the second and the sixth.
    upper, lower = code[0][1], code[1][1]
    advance = code[0][3].get_center()[0] - upper.get_center()[0]  # to the "e", two places on
    assert lower.get_center()[0] - upper.get_center()[0] == pytest.approx(
        4 * (code[1][3].get_center()[0] - code[1][2].get_center()[0]), rel=0.02
    )
    assert advance > 0


@pytest.mark.parametrize("theme", THEMES)
def test_it_fills_its_box_with_letters_of_one_size_and_no_more(theme):
    wide, tall = Box(-3.5, -3, 3.5, 3), Box(-7, -1.2, 7, 1.2)
    for box in (wide, tall, BOX):
        code = listing(theme=theme, box=box)
        assert code.width <= box.width
        assert code.height <= box.height
        assert code.get_center()[:2] == pytest.approx(box.centre[:2], abs=0.2)
        assert code[0].cap <= load(theme).type.formula * SHORTER_SIDE * 1.001
    for box in (wide, tall):
        code = listing(theme=theme, box=box)
        assert max(code.width / box.width, code.height / box.height) > 0.9


def test_the_stylesheet_says_how_large_a_capital_is():
    code = listing("H = 1")
    assert code[0][0].height == pytest.approx(STYLE.type.formula * SHORTER_SIDE, rel=1e-2)
    assert code[0].cap == pytest.approx(code[0][0].height, rel=1e-2)


def test_what_does_not_fit_is_a_sentence():
    sentence = r"30 lines of code, the longest of 6 characters, do not fit: .* room for \d+ of \d+;"
    with pytest.raises(ClipError, match=sentence):
        listing("x += 1\n" * 30)
    with pytest.raises(ClipError, match="1 lines of code, the longest of 300 characters"):
        listing("x" * 300)


@pytest.mark.parametrize("theme", THEMES)
def test_kinds_of_tokens_wear_their_colours_and_symbols_theirs(theme):
    style = load(theme)
    first, second, *_ = listing(theme=theme)
    assert fills(first)[:3] == [style.code["Keyword"]] * 3
    assert fills(first)[3:8] == [style.chrome.maths] * 5
    assert fills(first)[8:10] == [style.code["Operator.Word"]] * 2
    assert fills(first)[10:15] == [style.code["Name.Builtin"]] * 5
    assert fills(first)[-14:] == [style.code["Comment"]] * 14
    assert fills(second)[:4] == [style.role("loss")] * 4
    assert fills(second)[-2:] == [style.role("y"), style.code["Punctuation"]]


def test_a_line_is_lit_and_the_others_are_muted_until_all_are_lit_again():
    code = listing()
    before = [fills(line) for line in code]
    played(code.light(5))
    assert fills(code[3]) == before[3]
    for index in (0, 1, 2, 4):
        assert set(fills(code[index])) == {STYLE.chrome.muted}
    played(code.light("zero_grad", 2))
    assert fills(code[1]) == before[1]
    begin = len("optimiser.")
    assert fills(code[2])[begin : begin + 9] == before[2][begin : begin + 9]
    assert set(fills(code[2])[:begin] + fills(code[2])[begin + 9 :]) == {STYLE.chrome.muted}
    played(code.light())
    assert [fills(line) for line in code] == before


def test_a_phrase_is_lit_wherever_it_stands():
    code = listing()
    played(code.light("optimiser"))
    lit = [sum(colour != STYLE.chrome.muted for colour in fills(line)) for line in code]
    assert lit == [0, 0, 9, 0, 9]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (3, "There is no line 3 to light: choose from 1, 2, 4, 5, 6."),
        ("loss.backwards()", r"nowhere says 'loss.backwards\(\)'; did you mean 'loss.backward"),
        ("", "nowhere says ''"),
    ],
)
def test_what_is_not_there_cannot_be_lit(wanted, sentence):
    with pytest.raises(ClipError, match=sentence):
        listing().light(wanted)


def test_a_function_shows_its_own_source_and_of_any_source_some_lines():
    code = listing(doubled)
    assert [plain(line.source) for line in code] == ["def doubled(value):", "return 2 * value"]
    assert [plain(line.source) for line in listing(doubled, lines=(2, 2))] == ["return 2 * value"]
    with pytest.raises(ClipError, match=r"The source of <built-in function len> cannot be read"):
        listing(len)
    with pytest.raises(ClipError, match="no code from line 2 to line 9 of 2"):
        listing(doubled, lines=(2, 9))
    with pytest.raises(ClipError, match="no code from line 1 to line 0 of 0"):
        listing("  \n")


def test_it_is_known_by_what_it_says():
    same, other = digest(listing()), digest(listing(STEPS.replace("10", "11")))
    assert digest(listing()) == same != other


def test_signs_of_markup_are_signs():
    source = 'd = {"#": r"\\$_*`"}  # $x$ [a] -- ~'
    (line,) = listing(source)
    assert len(line) == len("".join(source.split()))
    assert plain(line.source) == " ".join(source.replace("`", "'").split())


def test_dimmed_lines_are_large_enough_and_known_as_muted():
    code = listing(box=Box(-6, -1.2, 1, 1.2))
    played(code.light(1))
    with tempconfig({"frame_width": 128 / 9, "frame_height": 8.0}):
        (words,) = code[1].marks()
        text = text_of(words)
    assert words.colour[:3].tolist() == list(bytes.fromhex(STYLE.chrome.muted[1:]))
    assert text.cap >= 0.022 * 0.999
