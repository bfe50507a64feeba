"""A net as a diagram made from the module itself: its parts, and the sizes of their layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from manim import RIGHT, UP, VGroup

from epochreel.diagrams.chain import chain, module, variable
from epochreel.errors import ClipError, choices
from epochreel.look.style import Style
from epochreel.marks.box import Box

__all__ = ["net_diagram", "sizes"]


def sizes(net: torch.nn.Module) -> list[int]:
    """The numbers of units that a net's linear layers pass through, from its inputs on."""
    layers = [part for part in net.modules() if isinstance(part, torch.nn.Linear)]
    if not layers:
        return []
    return [layers[0].in_features, *(layer.out_features for layer in layers)]


def net_diagram(
    nets: Mapping[str, torch.nn.Module],
    parts: Mapping[str, tuple[str, str]],
    inputs: str,
    box: Box,
    style: Style,
) -> VGroup:
    """A chain from `inputs` through `parts`, upwards in a tall box, fitted into it.

    `parts` are named submodules, "net.layer" or a net alone, each with its symbol and that of what
    it gives: {"embedding": ("f", "bold(h)")}; beside each stand the sizes of its layers. A symbol
    that the stylesheet has gives its colour, others are those of an encoder. Symbols are maths in
    Typst's notation. Raises ClipError for a part that there is not.
    """
    upright = box.height > box.width
    direction = UP if upright else RIGHT
    members = [variable(inputs, style, observed=True)]
    notes = [""]
    for name, (symbol, output) in parts.items():
        known = dict(_named(nets))
        if name not in known:
            raise ClipError(f"The net has no part {name!r}; {choices(name, known)}")
        colour = style.symbols[symbol].colour if symbol in style.symbols else "lavender"
        shape = module(symbol, style, colour=colour, direction=np.asarray(direction))
        members += [shape, variable(output, style)]
        notes += [" → ".join(map(str, sizes(known[name]))), ""]
    drawn = chain(members, notes, box, style, direction=np.asarray(direction))
    if drawn.width > box.width or drawn.height > box.height:
        drawn.scale(min(box.width / drawn.width, box.height / drawn.height))
    drawn.move_to(box.centre)
    return drawn


def _named(nets: Mapping[str, torch.nn.Module]) -> list[tuple[str, torch.nn.Module]]:
    """Every submodule by its name; of a net alone its own name may be left out."""
    found = []
    for net, root in nets.items():
        for name, part in root.named_modules():
            full = f"{net}.{name}" if name else net
            found.append((full, part))
            if len(nets) == 1 and name:
                found.append((name, part))
    return found
