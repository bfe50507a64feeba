"""The colours of energies: tables of the maps that the stylesheet names."""

from __future__ import annotations

import functools
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from epochreel.errors import StyleError
from epochreel.look.style import ColourMap, Style

__all__ = ["colours"]


def colours(style: Style, name: str) -> NDArray[np.uint8]:
    """Return the colours of "energy" or "cold_warm", from low to high, straight RGBA (256, 4).

    Raises StyleError where the style has no such map, or Matplotlib none of the name it gives.
    """
    known = [field.name for field in fields(ColourMap)]
    if name not in known:
        raise StyleError(f"There is no colour map {name!r}: choose from {', '.join(known)}.")
    return _table(getattr(style.colour_map, name))


@functools.cache
def _table(name: str) -> NDArray[np.uint8]:
    import cmap  # only a clip that shows an energy needs it

    try:
        table = cmap.Colormap(f"matplotlib:{name}").lut(256)
    except ValueError as error:
        raise StyleError(f"Matplotlib has no colour map {name!r}: mend the stylesheet.") from error
    rounded = np.floor(255 * table + 0.5).astype(np.uint8)
    rounded.setflags(write=False)
    return rounded
