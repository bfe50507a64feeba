import copy
import dataclasses
import os
import re
import socket
from pathlib import Path

import numpy as np
import pytest
import typst
from manim import DOWN, RIGHT, FadeIn, FadeOut, Square, ValueTracker, VMobject, tempconfig

from epochreel.errors import ClipError
from epochreel.layers import Counter
from epochreel.layers.layer import Canvas
from epochreel.look import formats
from epochreel.look.style import SHORTER_SIDE, THEMES, load, rgba
from epochreel.notation.maths import Typeset, baseline, code, formula, text
from epochreel.notation.typesetting import character

STYLE = load("dark")
themes = pytest.mark.parametrize("theme", THEMES)


def fills(mobject: VMobject) -> list[str]:
    return [glyph.get_fill_color().to_hex().lower() for glyph in mobject.submobjects]


def canvas(height: int = 270) -> Canvas:
    pixels = np.zeros((height, height * 16 // 9, 4), np.uint8)
    return Canvas(pixels, SHORTER_SIDE * 16 / 9, SHORTER_SIDE)


def drawn(counter: Counter, height: int = 270) -> np.ndarray:
    frame = canvas(height)
    counter.draw(frame)
    return frame.pixels


# --- sizes


def test_the_cap_height_is_what_was_asked_for() -> None:
    for size in (0.022, 0.06):
        letter = text("H", STYLE, size=size)
        assert letter.height == pytest.approx(size * SHORTER_SIDE, rel=1e-3)
        assert formula("H", STYLE, size=size).height == pytest.approx(letter.height, rel=1e-2)


def test_the_default_sizes_are_those_of_the_style() -> None:
    assert text("H", STYLE).height == pytest.approx(STYLE.type.caption * 8, rel=1e-3)
    assert formula("H", STYLE).height == pytest.approx(STYLE.type.formula * 8, rel=1e-2)


def test_letters_match_whatever_stands_beside_them() -> None:
    alone, among = text("x", STYLE), text("xgjH", STYLE)
    assert among.submobjects[0].height == pytest.approx(alone.height)
    assert formula("x", STYLE).height == pytest.approx(formula("x/y", STYLE).submobjects[0].height)


def test_the_baseline_lies_under_the_letters_and_follows_them() -> None:
    words = text("Hgj", STYLE)
    assert baseline(words) == pytest.approx(words.submobjects[0].get_bottom()[1], abs=1e-3)
    assert baseline(words) > words.get_bottom()[1]
    words.scale(2).shift(3 * RIGHT + DOWN)
    assert baseline(words) == pytest.approx(words.submobjects[0].get_bottom()[1], abs=1e-3)
    assert baseline(copy.deepcopy(words)) == baseline(words)
    # 1 stands on the baseline, with the fraction's bar as well as without.
    for source in ("1", "1 + x/y"):
        maths = formula(source, STYLE)
        assert baseline(maths) == pytest.approx(maths.submobjects[0].get_bottom()[1], abs=2e-3)


def test_lines_break_at_the_width() -> None:
    source = "one two three four five six seven eight"
    line, broken = text(source, STYLE), text(source, STYLE, width=3)
    assert len(broken.submobjects) == len(line.submobjects)
    assert broken.width <= 3 < line.width
    assert broken.height > 2 * line.height


@pytest.mark.parametrize(("align", "side"), [("left", -1), ("center", 0), ("right", 1)])
def test_lines_are_aligned(align: str, side: int) -> None:
    lines = text("H \\ HHHHHH", STYLE, align=align)
    edge = lines.get_x() + side * lines.width / 2
    first = lines.submobjects[0]
    assert first.get_x() + side * first.width / 2 == pytest.approx(edge, abs=0.02)


def test_lines_in_a_formula_are_filled_and_scale() -> None:
    fraction = formula("1/2", STYLE)
    bar = min(fraction.submobjects, key=lambda part: part.height)
    thickness = bar.height
    assert 0 < thickness < 0.1 * fraction.height
    assert bar.get_fill_opacity() == 1
    assert bar.get_stroke_width() == 0
    fraction.scale(3)
    assert bar.height == pytest.approx(3 * thickness)


# --- colours


@themes
@pytest.mark.parametrize(
    ("source", "roles"),
    [
        ("h", ["h"]),
        ("bold(h)", ["h"]),
        ("h_1", ["h", "h"]),
        ("bold(x)_(i j)", ["x", "x", "x"]),
        ("x", ["x"]),
        ("y", ["y"]),
        ("y'", ["yprime", "yprime"]),
        ("theta", ["theta"]),
        ("cal(H)", ["space_h"]),
        ("cal(X)", ["space_x"]),
        ("cal(H)_1", ["space_h", "space_h"]),
        ("cal(L)", ["loss"]),
        ("tilde(y)", ["ytilde", "ytilde"]),
        ("tilde(bold(y))", ["ytilde", "ytilde"]),
        ("hat(y)", ["yhat", "yhat"]),
        ("check(y)", ["ycheck", "ycheck"]),
        ("tilde(y)_1", ["ytilde", "ytilde", "ytilde"]),
        ("tilde(z)", ["ztilde", "ztilde"]),
        ("F", ["F"]),
        ("F_oo", ["F_inf", "F_inf"]),
        ("F_beta", ["F_beta", "beta"]),
        ("bold(k)", ["k"]),
        ("k", [None]),
        ("N", [None]),
        ("x + 1", ["x", None, None]),
        ("(h)", [None, "h", None]),
        ("exp x", [None, None, None, "x"]),
        ('"hxy"', [None, None, None]),
        ("RR", [None]),
        ("W", [None]),
        ("bold(W)_q", ["W", "W"]),
        ("K V s", [None, None, None]),
        ("bold(Q) bold(K) bold(V)", ["Q", "K", "V"]),
        ("bold(X)^top bold(H)", ["X", "X", "H"]),
        ("tilde(bold(Y)) - bold(Y)", ["Ytilde", "Ytilde", None, "Y"]),
        ("bold(s)_1 bold(a) bold(A)", ["s", "s", "a", "A"]),
        ("bold(g)", ["g"]),
    ],
)
def test_symbols_wear_their_colours(theme: str, source: str, roles: list[str | None]) -> None:
    style = load(theme)
    expected = [style.chrome.maths if role is None else style.role(role) for role in roles]
    assert sorted(fills(formula(source, style))) == sorted(expected)


def test_words_are_left_alone() -> None:
    assert set(fills(formula("softargmax", STYLE))) == {STYLE.chrome.maths}
    assert set(fills(text("a hexagon by x", STYLE))) == {STYLE.chrome.maths}


def test_symbols_keep_their_colour_in_text_of_another() -> None:
    words = text("see $x$", STYLE, colour=STYLE.chrome.muted)
    assert fills(words) == [STYLE.chrome.muted] * 3 + [STYLE.role("x")]


def test_a_context_changes_the_meaning_of_a_symbol() -> None:
    assert fills(formula("bold(v)", STYLE)) == [STYLE.role("v")]
    assert fills(formula("bold(v)", STYLE, context="vae")) == [STYLE.palette["green"]]


def test_a_colour_moves_nothing() -> None:
    source = "$ x_1^2 + (h - tilde(y)) / sin y = bold(k)_i - bold(F)_oo + sum_(y) y' cal(H)^y $"
    bare = f'#set text(font: "{STYLE.font.text}")\n'
    bare += f'#show math.equation: set text(font: "{STYLE.font.maths}")\n'
    compiler = typst.Compiler(ignore_system_fonts=True)
    places = []
    for preamble in (bare, formats.typst(STYLE)):
        image = compiler.compile(input=(preamble + source).encode(), format="svg").decode()
        places.append(re.findall(r'<g transform="([^"]*)"', image))
    assert len(places[0]) > 20
    assert places[0] == places[1]


# --- errors


def test_a_source_that_typst_refuses_is_a_sentence() -> None:
    with pytest.raises(ClipError) as caught:
        formula("softmax(h)", STYLE)
    message = str(caught.value)
    assert message.startswith("Typst cannot set 'softmax(h)': unknown variable: softmax (")
    assert "\n" not in message
    with pytest.raises(ClipError, match=re.escape("Typst cannot set '#[': unclosed delimiter.")):
        text("#[", STYLE)


def test_no_file_can_be_typeset_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    for path in ("secret.txt", "/secret.txt", "../secret.txt"):
        with pytest.raises(ClipError, match=r"Typst cannot set .*; a clip's texts read no files"):
            text(f'#read("{path}")', STYLE)


PACKAGES = (
    '#import "@preview/cetz:0.3.0": *',
    '#import "@local/mine:1.0.0": *',
    '#import "@pre" + "view/cetz:0.3.0": *',
    '#let name = "@preview/cetz:0.3.0"; #import name',
    '#include "\\u{40}preview/cetz:0.3.0"',
    '#dictionary(std).at("ev" + "al")("imp" + "ort \\"@preview/cetz:0.3.0\\"")',
)


@pytest.mark.parametrize("excepted", [None, "*", "packages.typst.org"])
@pytest.mark.parametrize("source", PACKAGES)
def test_no_package_is_asked_for_however_it_is_named(
    monkeypatch: pytest.MonkeyPatch, source: str, excepted: str | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        proxy = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("https_proxy", proxy)
        if excepted:
            monkeypatch.setenv("NO_PROXY", excepted)
        before = dict(os.environ)
        with pytest.raises(ClipError, match=r"packages are not fetched; write what is") as told:
            text(source, STYLE)
        assert os.environ == before
        with pytest.raises(BlockingIOError):  # nobody called
            listening.accept()
    assert str(told.value).startswith(f"Typst cannot set {source!r}: ")
    assert "Dns" not in str(told.value.__cause__)


def test_a_package_s_name_may_be_shown() -> None:
    code([('import "@preview/cetz:0.3.0"', STYLE.palette["aqua"])], STYLE, size=0.03)
    text('#"@preview/cetz:0.3.0"', STYLE)


def test_a_font_s_name_is_a_name_whatever_is_in_it() -> None:
    name = 'None", size: 1pt); #panic("\\'
    font = dataclasses.replace(STYLE.font, text=name, maths=name, code=name)
    style = dataclasses.replace(STYLE, font=font)
    plain = text("Ab", style).height
    assert plain == pytest.approx(text("Ab", STYLE).height, rel=0.1)  # in the font of last resort
    code([("print(1)", STYLE.palette["aqua"])], style, size=0.03)


@pytest.mark.parametrize("sign", ['"', "\\"])
def test_a_sign_that_ends_strings_is_a_character(sign: str) -> None:
    outline, advance = character(sign, STYLE.font.code)
    assert not outline.empty
    assert advance > 0


@pytest.mark.parametrize("source", ["", "  ", "$ $"])
def test_nothing_to_typeset_is_a_sentence(source: str) -> None:
    with pytest.raises(ClipError, match="There is nothing to typeset in"):
        text(source, STYLE)


def test_an_unknown_alignment_is_a_sentence() -> None:
    with pytest.raises(ClipError, match="aligned 'middle': choose left, center or right"):
        text("a", STYLE, align="middle")


def test_a_square_has_no_baseline() -> None:
    with pytest.raises(ClipError, match="A Square has no baseline"):
        baseline(Square())


# --- counters


def test_a_counter_sits_on_its_baseline() -> None:
    tracker = ValueTracker(0)
    counter = Counter(tracker, STYLE, digits=3).shift(0.37 * DOWN)
    row = canvas().to_pixels([[0, baseline(counter), 0]])[0, 1]
    rows = []
    for value in (111, 241, 412):  # digits with flat feet
        tracker.set_value(value)
        painted = np.flatnonzero(drawn(counter).any(axis=(1, 2)))
        rows.append(painted.max())
        assert abs(painted.max() + 1 - row) < 1.2
    assert len(set(rows)) == 1


def test_digits_do_not_move_when_others_change() -> None:
    tracker = ValueTracker(1848)
    counter = Counter(tracker, STYLE)
    before = drawn(counter)
    columns = np.flatnonzero(before.any(axis=(0, 2)))
    tracker.set_value(1841)
    after = drawn(counter)
    changed = np.flatnonzero((before != after).any(axis=(0, 2)))
    last_slot = columns.min() + (columns.max() - columns.min()) * 0.7
    assert changed.size > 0
    assert changed.min() > last_slot


def test_a_counter_is_as_tall_and_as_coloured_as_asked() -> None:
    counter = Counter(ValueTracker(1), STYLE, digits=1, size=0.2, colour=STYLE.role("loss"))
    picture = drawn(counter)
    painted = np.flatnonzero(picture.any(axis=(1, 2)))
    assert len(painted) == pytest.approx(0.2 * 270, abs=2)
    solid = picture[picture[..., 3] == 255]
    assert (solid == rgba(STYLE.role("loss"))).all()


def test_a_counter_agrees_with_the_same_number_typeset() -> None:
    from epochreel.film.camera import FrameCamera

    counter = Counter(ValueTracker(2048), STYLE, size=0.1).shift(0.123 * RIGHT)
    number = text("2048", STYLE, size=0.1)
    number.shift([counter.get_right()[0] - number.get_right()[0], 0, 0])
    number.shift([0, baseline(counter) - baseline(number), 0])
    pictures = []
    for mobject in (counter, number):
        camera = FrameCamera(
            pixel_width=480, pixel_height=270, frame_width=8 * 16 / 9, frame_height=8
        )
        camera.capture_mobjects([mobject])
        pictures.append(camera.pixel_array[..., 0].astype(int))
    # The side bearing of the last digit is the one thing that differs: at most two pixels.
    difference = min(
        np.abs(pictures[0] - np.roll(pictures[1], shift, axis=1)).sum() for shift in range(-3, 1)
    )
    assert difference < 0.25 * pictures[1].sum()


@pytest.mark.parametrize(
    ("value", "options", "shown"),
    [
        (7, {}, "7"),
        (2000, {}, "2000"),
        (0.0264, {"digits": 1, "decimals": 3}, "0.026"),
        (0.9996, {"digits": 1, "decimals": 3}, "1.000"),
        (-0.0001, {"digits": 1, "decimals": 3}, "0.000"),
        (-3.26, {"digits": 2, "decimals": 1}, "−3.3"),
        (18000, {"digits": 5}, "18\N{THIN SPACE}000"),
        (999, {"digits": 5}, "999"),
    ],
)
def test_what_a_counter_shows(value: float, options: dict[str, int], shown: str) -> None:
    counter = Counter(ValueTracker(value), STYLE, **options)
    assert counter.shown() == shown
    drawn(counter)


def test_a_counter_can_show_a_function_of_its_tracker() -> None:
    counter = Counter(ValueTracker(300), STYLE, value=lambda epoch: epoch / 1000, decimals=2)
    assert counter.shown() == "0.30"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (10000, "A counter of 4 digits cannot show 10000"),
        (float("nan"), "A counter cannot show nan"),
        (float("inf"), "A counter cannot show inf"),
    ],
)
def test_what_a_counter_cannot_show_is_a_sentence(value: float, sentence: str) -> None:
    with pytest.raises(ClipError, match=sentence):
        drawn(Counter(ValueTracker(value), STYLE))


def test_a_counter_needs_a_digit() -> None:
    with pytest.raises(ClipError, match="cannot have 0 digits"):
        Counter(ValueTracker(), STYLE, digits=0)


def test_prefix_and_suffix_stand_on_the_same_baseline() -> None:
    counter = Counter(ValueTracker(12), STYLE, digits=2, prefix="H ", suffix=" H")
    prefix, suffix = counter.submobjects
    left, right = counter.points[0, 0], counter.points[1, 0]
    assert isinstance(prefix, Typeset)
    for words in (prefix, suffix):
        assert words.get_bottom()[1] == pytest.approx(baseline(counter), abs=1e-3)
        assert baseline(words) == pytest.approx(baseline(counter), abs=1e-3)
    space = 0.1 * SHORTER_SIDE * STYLE.type.counter
    assert prefix.get_right()[0] + space < left
    assert suffix.get_left()[0] - space > right


def test_a_counter_follows_shift_scale_and_opacity() -> None:
    counter = Counter(ValueTracker(8), STYLE, digits=1, prefix="H")
    whole = drawn(counter)
    unit = round(canvas().unit)
    assert (
        drawn(counter.copy().shift(RIGHT * unit / canvas().unit)) == np.roll(whole, unit, axis=1)
    ).all()
    twice = counter.copy().scale(2)
    tall, short = (np.flatnonzero(p.any(axis=(1, 2))).size for p in (drawn(twice), whole))
    assert tall == pytest.approx(2 * short, abs=3)
    faint = counter.copy().set_opacity(0.5)
    assert drawn(faint)[..., 3].max() in (127, 128)
    assert faint.submobjects[0].submobjects[0].get_fill_opacity() == 0.5


def test_a_counter_of_no_size_is_not_drawn() -> None:
    assert not drawn(Counter(ValueTracker(8), STYLE).scale(0)).any()


@pytest.mark.parametrize(("animation", "opacity"), [(FadeIn, 0.25), (FadeOut, 0.75)])
def test_a_counter_fades_with_its_prefix(animation: type, opacity: float) -> None:
    tracker = ValueTracker(8)
    counter = Counter(tracker, STYLE, digits=1, prefix="H")
    with tempconfig({"dry_run": True}):
        play = animation(counter, rate_func=lambda t: t)
        play.begin()
        play.interpolate(0.25)
    assert counter.opacity == pytest.approx(opacity)
    assert counter.submobjects[0].submobjects[0].get_fill_opacity() == pytest.approx(opacity)
    assert counter.tracker is tracker


def test_a_copy_shares_the_tracker_that_moves_it() -> None:
    tracker = ValueTracker(8)
    copied = Counter(tracker, STYLE).copy()
    assert copied.is_moved_by({tracker})
    assert not copied.is_moved_by({ValueTracker()})
    tracker.set_value(9)
    assert copied.shown() == "9"
