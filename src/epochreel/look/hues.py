"""What a mark's colour means, as the bytes that paint it: a role, a class, a place along a line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from epochreel.errors import StyleError, choices
from epochreel.look.style import Style, rgba

__all__ = ["Hue", "by_place", "colour_of", "paint"]

Hue: TypeAlias = str | ArrayLike
"""A symbol ("ytilde"), a colour of the palette ("blue") or of the chrome ("axis"), "#rrggbb";
labels of classes, integers (N,); places from 0 to 1 along the class colours, (N,); or straight RGBA
bytes, (4,) or (N, 4)."""


def paint(style: Style, hue: Hue, alpha: float = 1.0) -> NDArray[np.uint8]:
    """Return straight RGBA, (4,) or (N, 4), of a hue; `alpha` from 0 to 1 for one that has none.

    A symbol goes before a colour of the palette. Raises StyleError for an unknown name, and for an
    array that is no hue.
    """
    if isinstance(hue, str):
        return rgba(colour_of(style, hue), alpha)
    values = np.asarray(hue)
    if values.dtype == np.uint8 and values.shape[-1:] == (4,):
        return np.asarray(values, dtype=np.uint8)
    if values.ndim != 1:
        raise StyleError(
            f"An array of shape {values.shape} is no hue: give labels or places (N,), or bytes "
            "(N, 4)."
        )
    if values.dtype.kind in "iub":
        return style.marks(values.astype(int))
    return _along(style, values.astype(np.float64))


def colour_of(style: Style, name: str) -> str:
    """Return "#rrggbb" of a symbol, of a colour of the palette or of the chrome.

    Raises StyleError for an unknown name.
    """
    chrome: dict[str, str] = asdict(style.chrome)
    if name in style.symbols:
        return style.role(name)
    if name in style.palette or name in chrome:
        return style.palette[name] if name in style.palette else chrome[name]
    if name.startswith("#"):
        return name
    listed = [*style.symbols, *style.palette, *chrome]
    raise StyleError(f"The stylesheet has no symbol or colour {name!r}; {choices(name, listed)}")


def by_place(style: Style, points: ArrayLike, reach: float) -> NDArray[np.uint8]:
    """A colour for where each of points (N, 2) lies, which it keeps wherever a map takes it.

    The stylesheet's five are those of the corners of the square from `-reach` to `reach` and of its
    centre. In between they blend, outwards from the centre; beyond the square they are its edge's.
    """
    *corners, centre = (rgba(colour).astype(np.float64) for colour in style.random_points)
    at = np.clip(np.asarray(points, np.float64) / reach, -1, 1)
    right, top = (at.T[:, :, None] + 1) / 2
    left, bottom = 1 - right, 1 - top
    shares = left * top, right * top, right * bottom, left * bottom
    outer = sum(share * corner for share, corner in zip(shares, corners, strict=True))
    out = np.abs(at).max(axis=1, keepdims=True)
    return np.asarray(np.rint(out * outer + (1 - out) * centre), dtype=np.uint8)


def _along(style: Style, places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The class colours as a smooth scale, at places in [0, 1]."""
    anchors = np.stack([rgba(colour) for colour in style.class_marks]).astype(np.float64)
    stops = np.linspace(0, 1, len(anchors))
    channels = [np.interp(np.clip(places, 0, 1), stops, channel) for channel in anchors.T]
    return np.asarray(np.rint(np.stack(channels, axis=1)), dtype=np.uint8)
