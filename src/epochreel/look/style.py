"""The look of every frame, read from `assets/style.toml` into frozen dataclasses.

>>> style = load("dark")
>>> style.palette["green"], style.role("h"), style.chrome.background, style.type.caption

Colours are strings `#rrggbb`. The two themes, dark and print, hold the same names.
"""

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import StyleError, choices, did_you_mean
from epochreel.files import ASSETS, toml

SHEET = ASSETS / "style.toml"
THEMES = ("dark", "print")

SHORTER_SIDE = 8.0
"""Manim units across the frame's shorter side, whatever its shape."""


@dataclass(frozen=True)
class Chrome:
    """Colours of what is neither data nor a symbol."""

    background: str
    title: str
    maths: str
    muted: str
    axis: str
    grid: str
    cross: str
    warped_grid: str
    panel: str
    frame: str
    observed: str
    cell: str
    level: str


@dataclass(frozen=True)
class Symbol:
    """A symbol of the book: the name of its colour, and how Typst and LaTeX write it."""

    colour: str
    typst: str
    tex: str


@dataclass(frozen=True)
class Font:
    """Names of the typefaces, all carried by Typst itself."""

    text: str
    maths: str
    code: str


@dataclass(frozen=True)
class Type:
    """Cap heights as fractions of the frame's shorter side."""

    counter: float
    headline: float
    title: float
    formula: float
    caption: float
    label: float
    small: float


@dataclass(frozen=True)
class Line:
    """Line widths in pixels where the frame's shorter side is 1080 pixels."""

    arrow: float
    curve: float
    outline: float
    axis: float
    cross: float
    level: float
    grid: float
    warped_grid: float


@dataclass(frozen=True)
class Size:
    """Radii of points and the length of an arrow's tip, in the pixels of `Line`."""

    point: float
    point_large: float
    marker: float
    arrow_tip: float


@dataclass(frozen=True)
class Opacity:
    """Opacities in (0, 1]."""

    region: float
    point: float
    grid: float
    ghost: float


@dataclass(frozen=True)
class ColourMap:
    """Names of Matplotlib's colour maps."""

    energy: str
    cold_warm: str


@dataclass(frozen=True, eq=False)
class Style:
    """One theme of the stylesheet. Every mapping raises StyleError for a name it lacks."""

    theme: str
    sheet: Path
    palette: Mapping[str, str]
    chrome: Chrome
    class_fills: tuple[str, ...]
    class_marks: tuple[str, ...]
    symbols: Mapping[str, Symbol]
    contexts: Mapping[str, Mapping[str, str]]
    font: Font
    code: Mapping[str, str]
    """Colours of the kinds of Python's tokens, as Pygments calls them."""
    type: Type
    line: Line
    size: Size
    opacity: Opacity
    colour_map: ColourMap
    random_points: tuple[str, ...]
    """Colours of the corners top left, top right, bottom right, bottom left, then of the centre."""
    temperature: Mapping[str, str]
    """Colour of an inverse temperature, from hot ("0.1") to cold ("inf")."""

    def role(self, symbol: str, context: str | None = None) -> str:
        """Return the colour of a symbol (a name in the stylesheet's table `symbol`).

        A context ("vae", "svd") is asked first: there `v` is a variance or an input vector.
        """
        meaning = {} if context is None else self.contexts[context]
        return self.palette[meaning.get(symbol) or self.symbols[symbol].colour]

    def classes(self, count: int) -> tuple[str, ...]:
        """Return a colour for each class's marks (points, arrows, labels), ≥ 3:1 on the ground."""
        return _sample(self.class_marks, count)

    def marks(self, labels: ArrayLike) -> NDArray[np.uint8]:
        """Return the mark's colour of each label in 0…K − 1, RGBA (N, 4), not premultiplied."""
        labels = np.asarray(labels)
        colours = np.stack([rgba(colour) for colour in self.classes(int(labels.max()) + 1)])
        return np.asarray(colours[labels])

    def regions(self, count: int) -> tuple[str, ...]:
        """Return a colour for each class's decision region: ColorBrewer Spectral as it is."""
        return _sample(self.class_fills, count)

    def __digest__(self) -> Any:
        # What it says, wherever its sheet lies.
        return [getattr(self, field.name) for field in fields(self) if field.name != "sheet"]

    def __reduce__(self) -> tuple[Callable[..., "Style"], tuple[str, Path]]:
        """Copy and unpickle as the one cached object of this process."""
        return load, (self.theme, self.sheet)


def load(theme: str = "dark", sheet: Path = SHEET) -> Style:
    """Return a theme of a stylesheet, read once in the life of the process.

    Raises StyleError where the theme is unknown; or the sheet lacks a key, holds an unknown one, or
    holds a colour that is not #rrggbb in lower case or a size that is not a positive number.
    """
    if theme not in THEMES:
        raise StyleError(f"There is no theme {theme!r}: choose from {', '.join(THEMES)}.")
    return _read(sheet)[theme]


def reread() -> None:
    """Let the stylesheets be read anew when they are next asked for."""
    _read.cache_clear()


def rgba(colour: str, alpha: float = 1.0) -> NDArray[np.uint8]:
    """Return red, green, blue and alpha (4,) in 0..255, not premultiplied; alpha is in [0, 1]."""
    return np.array([*bytes.fromhex(colour[1:]), round(alpha * 255)], np.uint8)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = np.sort(luminance([rgba(each)[:3] for each in (first, second)]))
    return float((lighter + 0.05) / (darker + 0.05))


def luminance(colours: ArrayLike) -> NDArray[np.float64]:
    """Return the relative luminance (…), 0 to 1, of colours (…, 3) in 0..255 (WCAG 2.2)."""
    encoded = np.asarray(colours) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def _sample(anchors: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Sample anchors at k / (count - 1), from 256 steps as Matplotlib does: the book's colours."""
    if count < 1:
        raise StyleError(f"There are no colours for {count} classes: at least one is needed.")
    position = np.arange(count) / max(count - 1, 1)
    place = np.minimum(np.floor(position * 256), 255) / 255 * (len(anchors) - 1)
    table = np.array([rgba(anchor)[:3] for anchor in anchors])
    channels = [np.interp(place, np.arange(len(anchors)), channel) for channel in table.T]
    levels = np.floor(np.array(channels).T + 0.5).astype(np.uint8)
    return tuple(f"#{level.tobytes().hex()}" for level in levels)


def _meant(name: object, known: Iterable[str]) -> str:
    """Propose the closest of the known names, behind a comma, if one is close."""
    meant = did_you_mean(name, known)
    return f", {meant}" if meant else ""


class _Names(dict[str, Any]):
    """A dict whose missing name is a sentence."""

    def __init__(self, what: str, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)
        self.what = what

    def __missing__(self, name: str) -> Any:
        raise StyleError(f"The stylesheet has no {self.what} {name!r}: {choices(name, self)}")


def _named(what: str, entries: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(_Names(what, entries))


Record = TypeVar("Record")

# Each check returns the value that it is given, or raises ValueError with what it must be.


def _colour(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-f]{6}", value):
        raise ValueError("a colour #rrggbb in lower case")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise ValueError("a positive number")
    return float(value)


def _share(value: Any) -> float:
    if _number(value) > 1:
        raise ValueError("a number above 0 and at most 1")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes")
    return value


def _one_of(known: Iterable[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in (names := list(known)):
            raise ValueError(f"one of {', '.join(names)}{_meant(value, names)}")
        return str(value)

    return check


def _list_of(check: Callable[[Any], str], length: int) -> Callable[[Any], tuple[str, ...]]:
    def checked(values: Any) -> tuple[str, ...]:
        if not isinstance(values, list) or len(values) != length:
            raise ValueError(f"a list of {length} entries")
        return tuple(check(value) for value in values)

    return checked


class _Table:
    """A table of the sheet that knows where it stands, so that every fault can be named."""

    def __init__(self, content: Any, sheet: Path, name: str = "") -> None:
        self.content, self.sheet, self.name = content, sheet, name
        if not isinstance(content, dict):
            raise StyleError(f"In {sheet}, {name} is {content!r} but must be a table.")

    def expect(self, keys: Iterable[str]) -> None:
        """Demand exactly these keys."""
        self.expect_among(expected := list(keys))
        for key in expected:
            if key not in self.content:
                raise StyleError(f"In {self.sheet}, the key {self.path(key)} is missing.")

    def expect_among(self, known: Iterable[str]) -> None:
        """Demand no key but these."""
        for key in self.content:
            if key not in known:
                fault = f"has an unknown key {key!r}{_meant(key, known)}"
                raise StyleError(f"In {self.sheet}, {self.name or 'the top level'} {fault}.")

    def path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def table(self, key: str) -> "_Table":
        return _Table(self.content[key], self.sheet, self.path(key))

    def get(self, key: str, check: Callable[[Any], Any]) -> Any:
        try:
            return check(self.content[key])
        except ValueError as rule:
            fault = f"{self.path(key)} is {self.content[key]!r} but must be {rule}"
            raise StyleError(f"In {self.sheet}, {fault}.") from None

    def all(self, check: Callable[[Any], Any]) -> dict[str, Any]:
        return {key: self.get(key, check) for key in self.content}

    def fill(self, record: type[Record], check: Callable[[Any], Any]) -> Record:
        """Fill a dataclass whose fields are exactly the table's keys."""
        self.expect(field.name for field in fields(record))  # type: ignore[arg-type]
        return record(**self.all(check))


@functools.cache
def _read(sheet: Path) -> Mapping[str, Style]:
    """Read and check the whole sheet, so that an error in either theme shows at once."""
    try:
        top = _Table(toml(sheet), sheet)
    except OSError as error:
        raise StyleError(f"The stylesheet {sheet} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise StyleError(f"The stylesheet {sheet} is not valid TOML: {error}.") from error
    top.expect([*THEMES, *_SHARED])
    for theme in THEMES:
        top.table(theme).expect(["palette", "chrome", "classes"])
    palettes = [top.table(theme).table("palette").content for theme in THEMES]
    names = list(dict.fromkeys(name for palette in palettes for name in palette))
    return {theme: _theme(theme, top, names) for theme in THEMES}


_SHARED = {"symbol", "context", "font", "type", "line", "size", "opacity", "colour_map",
           "random_points", "temperature", "code"}  # fmt: skip


def _theme(theme: str, top: _Table, names: list[str]) -> Style:
    """Build one theme; `names` are those of either palette, and both must hold them."""
    own, symbols, contexts = top.table(theme), top.table("symbol"), top.table("context")
    own.table("palette").expect(names)
    palette = own.table("palette").all(_colour)
    classes = own.table("classes")
    classes.expect(["fill", "mark"])
    name = _one_of(names)
    random_points = top.table("random_points")
    random_points.expect(["corners", "centre"])
    places = *random_points.get("corners", _list_of(name, 4)), random_points.get("centre", name)
    chrome = own.table("chrome").fill(Chrome, _colour)
    known = asdict(chrome) | palette
    code = top.table("code").all(_one_of(known))
    written = {key: symbols.table(key).fill(Symbol, _text) for key in symbols.content}
    for key in written:
        symbols.table(key).get("colour", name)
    for key in contexts.content:
        contexts.table(key).expect_among(written)
    return Style(
        theme=theme,
        sheet=top.sheet,
        palette=_named("colour", palette),
        chrome=chrome,
        class_fills=classes.get("fill", _list_of(_colour, 11)),
        class_marks=classes.get("mark", _list_of(_colour, 11)),
        symbols=_named("symbol", written),
        contexts=_named(
            "context", {key: contexts.table(key).all(name) for key in contexts.content}
        ),
        font=top.table("font").fill(Font, _text),
        code=_named("kind of token", {kind: known[name] for kind, name in code.items()}),
        type=top.table("type").fill(Type, _number),
        line=top.table("line").fill(Line, _number),
        size=top.table("size").fill(Size, _number),
        opacity=top.table("opacity").fill(Opacity, _share),
        colour_map=top.table("colour_map").fill(ColourMap, _text),
        random_points=tuple(palette[colour] for colour in places),
        temperature=_named(
            "temperature",
            {key: palette[colour] for key, colour in top.table("temperature").all(name).items()},
        ),
    )
