import copy
import pickle
import re
import string
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import typst

from epochreel.errors import StyleError
from epochreel.look import formats
from epochreel.look.colour_maps import colours
from epochreel.look.style import SHEET, THEMES, _read, contrast, load, rgba
from tests.mutations import LONG, little_memory, mutations, others, outcomes, put_in_place

ROOT = SHEET.parents[1]
BOOK = ("#9e0142", "#f98e52", "#ffffbe", "#86cfa5", "#5e4fa2")

themes = pytest.mark.parametrize("theme", THEMES)


def edited(folder: Path, old: str, new: str) -> Path:
    sheet = folder / "style.toml"
    text = SHEET.read_text("utf-8")
    assert text.count(old) >= 1
    sheet.write_text(text.replace(old, new, 1), "utf-8")
    return sheet


# --- values


def test_contrast_agrees_with_the_published_ratios() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    # WebAIM's worked figures for the greys at the edge of AA.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#949494", "#ffffff") == pytest.approx(3.03, abs=0.005)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.0, abs=0.005)


def test_rgba_is_straight_bytes() -> None:
    colour = rgba("#8dd3c7", 0.5)
    assert colour.dtype == np.uint8
    assert colour.tolist() == [0x8D, 0xD3, 0xC7, 128]


def test_the_book_colours_are_exact() -> None:
    style = load("dark")
    assert style.palette["aqua"] == "#8dd3c7"
    assert style.regions(5) == BOOK
    assert style.chrome.background == "#000000"
    assert style.opacity.region == 0.3


def test_regions_agree_with_matplotlib_for_any_number_of_classes() -> None:
    spectral = matplotlib.colormaps["Spectral"]
    for count in range(1, 12):
        position = np.arange(count) / max(count - 1, 1)
        expected = spectral(position, bytes=True)[:, :3]
        found = np.array([rgba(colour)[:3] for colour in load("dark").regions(count)])
        assert np.abs(found.astype(int) - expected).max() <= 1


@themes
def test_text_reaches_4_5_to_1(theme: str) -> None:
    style = load(theme)
    text = {name: getattr(style.chrome, name) for name in ("title", "maths", "muted", "axis")}
    lines = {name: getattr(style.chrome, name) for name in ("grid", "warped_grid")}
    symbols = {name: style.role(name) for name in style.symbols}
    for name, colour in {**style.palette, **text, **lines, **symbols}.items():
        assert contrast(colour, style.chrome.background) >= 4.5, name


@themes
@pytest.mark.parametrize("count", range(1, 13))
def test_marks_reach_3_to_1(theme: str, count: int) -> None:
    style = load(theme)
    for colour in style.classes(count):
        assert contrast(colour, style.chrome.background) >= 3, colour


def lab(colour: str) -> np.ndarray:
    """CIE L*a*b* under D65, in which 2.3 is a just noticeable difference."""
    encoded = rgba(colour)[:3] / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
        / [0.9505, 1.0, 1.089]
    )
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@themes
def test_the_marks_of_five_classes_are_far_apart_and_keep_their_hue(theme: str) -> None:
    marks = [lab(colour) for colour in load(theme).classes(5)]
    for index, mark in enumerate(marks):
        for other in marks[:index]:
            assert np.linalg.norm(mark - other) > 35
    for mark, fill in zip(marks, map(lab, load(theme).regions(5)), strict=True):
        angle = np.angle(complex(*mark[1:]) / complex(*fill[1:]))
        assert abs(np.degrees(angle)) < 20


def test_the_themes_hold_the_same_names() -> None:
    dark, light = (load(theme) for theme in THEMES)
    assert dark.palette.keys() == light.palette.keys()
    assert asdict(dark.chrome).keys() == asdict(light.chrome).keys()
    for name in ("type", "line", "size", "opacity", "font", "symbols", "contexts", "colour_map"):
        assert getattr(dark, name) == getattr(light, name)
    assert dark.palette["aqua"] != light.palette["aqua"]


def test_roles() -> None:
    style = load("dark")
    palette = style.palette
    assert style.role("h") == palette["green"]
    assert style.role("x") == palette["pink"]
    assert style.role("loss") == palette["aqua"]
    assert style.role("v") == palette["lavender"]
    assert style.role("v", "vae") == palette["green"]
    assert style.role("h", "vae") == palette["green"]
    assert [style.role(name) for name in "XHY"] == [style.role(name) for name in "xhy"]
    assert [style.role(name) for name in "QKVA"] == [style.role(name) for name in "qkva"]
    assert style.role("W") == style.role("theta")
    assert style.role("F") == palette["red"]
    assert style.role("F_inf") == palette["blue"]
    assert style.temperature["inf"] == palette["red"]
    assert len(style.random_points) == 5


def test_no_text_is_too_small_for_a_phone() -> None:
    assert min(asdict(load("dark").type).values()) >= 0.022


def test_a_style_is_read_once_and_copies_as_itself() -> None:
    style = load("print")
    assert load("print") is style
    assert copy.deepcopy(style) is style
    assert pickle.loads(pickle.dumps(style)) is style


def test_no_colour_is_written_outside_the_stylesheet() -> None:
    colour = re.compile(r"""#[0-9a-fA-F]{6}\b|["']#[0-9a-fA-F]{3,8}["']""")
    for folder in ("src", "scenes", "trainers"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not colour.findall(path.read_text("utf-8")), path


# --- errors


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda: load("drak"), "There is no theme 'drak': choose from dark, print."),
        (lambda: load().palette["aque"], "no colour 'aque': did you mean 'aqua'?"),
        (lambda: load().role("hh"), "no symbol 'hh': did you mean 'h'?"),
        (lambda: load().role("v", "vea"), "no context 'vea': did you mean 'vae'?"),
        (lambda: formats.emit(load(), "text"), "no format 'text': did you mean 'tex'?"),
        (lambda: formats.emit(load(), "html"), "choose from typst, tex, css, mpl."),
        (lambda: load().classes(0), "no colours for 0 classes: at least one is needed."),
    ],
)
def test_a_name_that_is_not_there_is_a_sentence(use: object, sentence: str) -> None:
    with pytest.raises(StyleError, match=re.escape(sentence)):
        use()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('aqua = "#8dd3c7"\n', "", "the key dark.palette.aqua is missing"),
        ('aqua = "#018174"\n', "", "the key print.palette.aqua is missing"),
        ("[type] ", "[tipe] ", "the top level has an unknown key 'tipe', did you mean 'type'?"),
        ('muted = "', 'mutted = "', "unknown key 'mutted', did you mean 'muted'?"),
        ("\ncounter = ", "\n# counter = ", "the key type.counter is missing"),
        ('aqua = "#8dd3c7"', 'aqua = "#8dd3c"', "dark.palette.aqua is '#8dd3c' but must be a c"),
        ('aqua = "#8dd3c7"', 'aqua = "#8DD3C7"', "dark.palette.aqua is '#8DD3C7' but must be"),
        (
            "\ncounter = ",
            "\ncounter = 'big' # ",
            "type.counter is 'big' but must be a positive num",
        ),
        ("\ncounter = ", "\ncounter = nan # ", "type.counter is nan but must be a positive number"),
        ("\ncounter = ", "\ncounter = true # ", "type.counter is True but must be a positive numb"),
        ('colour = "pink"', 'colour = "pnik"', "symbol.x.colour is 'pnik' but must be one of"),
        ('v = "green"', 'w = "green"', "context.vae has an unknown key 'w'"),
        ('    "#9e0142", ', "    ", "dark.classes.fill is"),
        ('energy = "viridis"', "energy = 3", "colour_map.energy is 3 but must be a text in q"),
        ("[dark.palette]", "[dark.colours]", "dark has an unknown key 'colours'"),
        ("[opacity]", "[opacity", "is not valid TOML"),
    ],
)
def test_a_fault_of_the_sheet_is_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    sheet = edited(tmp_path, old, new)
    with pytest.raises(StyleError) as caught:
        load("dark", sheet)
    assert sentence in str(caught.value)
    assert str(sheet) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_must_be_a_table(tmp_path: Path) -> None:
    sheet = tmp_path / "style.toml"
    text = re.sub(r"\[font\].*?\[type\]", "[type]", SHEET.read_text("utf-8"), flags=re.DOTALL)
    sheet.write_text("font = 3\n" + text, "utf-8")
    with pytest.raises(StyleError, match="font is 3 but must be a table"):
        load("dark", sheet)


def test_a_sheet_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="cannot be read: No such file"):
        load("dark", tmp_path / "none.toml")


# --- other formats


@themes
def test_the_typst_preamble_compiles_without_warnings(theme: str) -> None:
    style = load(theme)
    written = " ".join(symbol.typst for symbol in style.symbols.values())
    source = formats.typst(style) + f"$ {written} $ #text(fill: palette.aqua)[a]"
    compiler = typst.Compiler(ignore_system_fonts=True)
    image, warnings = compiler.compile_with_warnings(input=source.encode(), format="svg")
    assert not warnings
    fills = set(re.findall(rb'fill="(#[0-9a-f]{6})"', image))
    assert {style.role(name).encode() for name in style.symbols} <= fills


@themes
def test_the_tex_preamble_defines_every_colour_it_uses(theme: str) -> None:
    style = load(theme)
    text = formats.tex(style)
    defined = re.findall(r"^\\definecolor\{book-([a-z0-9-]+)\}\{HTML\}\{[0-9A-F]{6}\}$", text, re.M)
    used = re.findall(r"\\color\{book-([a-z0-9-]+)\}", text)
    used += re.findall(r"book-([a-z0-9-]+)[,}]", text.partition("\\ifdefined")[2])
    assert set(style.palette) <= set(defined)
    assert len(defined) == len(set(defined))
    assert set(used) <= set(defined) | {"classes"}
    macros = re.findall(r"^\\newcommand\{\\(\w+)\}\{\\ensuremath\{\{(.*)\}\}\}$", text, re.M)
    assert len(macros) == text.count("\\newcommand") == len({name for name, _ in macros})
    assert all(set(name) <= set(string.ascii_letters) for name, _ in macros)
    assert dict(macros)["vech"] == r"\color{book-green}\bm{h}"
    assert text.count("{") == text.count("}")
    assert text.count("\\if") == text.count("\\fi")


@themes
def test_the_css_holds_every_colour_once(theme: str) -> None:
    style = load(theme)
    body = re.fullmatch(
        r":root \{\n((?:  --[a-zA-Z0-9-]+: #[0-9a-f]{6};\n)+)\}\n", formats.css(style)
    )
    assert body
    pairs = re.findall(r"--([a-zA-Z0-9-]+): (#[0-9a-f]{6});", body[1])
    assert len(pairs) == len(dict(pairs))
    assert dict(pairs)["aqua"] == style.palette["aqua"]
    assert dict(pairs)["warped-grid"] == style.chrome.warped_grid
    assert dict(pairs)["symbol-h"] == style.role("h")


@themes
def test_marks_wear_the_colours_of_their_labels(theme: str) -> None:
    style = load(theme)
    marks = style.marks([2, 0, 1, 2])
    assert marks.shape == (4, 4)
    assert [f"#{mark[:3].tobytes().hex()}" for mark in marks] == [
        style.classes(3)[label] for label in (2, 0, 1, 2)
    ]
    assert (marks[:, 3] == 255).all()


@themes
def test_matplotlib_reads_its_style(theme: str, tmp_path: Path) -> None:
    style = load(theme)
    sheet = tmp_path / "epochreel.mplstyle"
    sheet.write_text(formats.mpl(style), "utf-8")
    parameters = matplotlib.rc_params_from_file(sheet, use_default_template=False)
    assert parameters["figure.facecolor"] == style.chrome.background
    assert parameters["axes.prop_cycle"].by_key()["color"][0] == style.palette["aqua"]
    assert len(parameters) == len(formats.mpl(style).splitlines())


# --- damaged on its way


@pytest.mark.parametrize("count", [200, LONG])
def test_a_mutated_stylesheet_is_read_or_is_a_sentence(tmp_path, count):
    sheet = tmp_path / "style.toml"

    def read():
        _read.cache_clear()
        for theme in THEMES:
            style = load(theme, sheet)
            for format_ in formats.KINDS:
                formats.emit(style, format_)
            for name in ("energy", "cold_warm"):
                with suppress(StyleError):  # of Matplotlib's there is none of the name
                    colours(style, name)
            assert all(0 < opacity <= 1 for opacity in asdict(style.opacity).values())

    found = outcomes(sheet, mutations(SHEET.read_bytes(), count), read)
    assert found["told"] > count / 2
    _read.cache_clear()


@others
def test_what_is_no_stylesheet_is_a_sentence(tmp_path, kind):
    sheet = tmp_path / "style.toml"
    put_in_place(kind, sheet)
    with little_memory(), pytest.raises(StyleError, match=r"style\.toml cannot be read"):
        load("dark", sheet)
