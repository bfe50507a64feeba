"""A net as a diagram made from the module itself: its parts, and the sizes of their layers."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from epochreel.diagrams.graph import Diagram
from epochreel.diagrams.nodes import module, variable
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
) -> Diagram:
    """A chain from `inputs` through `parts`, upwards in a tall box, fitted into it.

    `parts` are named submodules, "net.layer" or a net alone, each with its symbol and that of what
    it gives: {"embedding": ("f", "bold(h)")}; beside each stand the sizes of its layers. Symbols
    are maths in Typst's notation. Raises ClipError for a part that there is not.
    """
    nodes, chain = {inputs: variable(inputs, observed=True)}, [inputs]
    known = dict(_named(nets))
    for name, (symbol, output) in parts.items():
        if name not in known:
            raise ClipError(f"The net has no part {name!r}; {choices(name, known)}")
        given = f"{name} gives"
        nodes[name] = module(symbol, note=" → ".join(map(str, sizes(known[name]))))
        nodes[given] = variable(output)
        chain += [name, given]
    return Diagram(nodes, [" -> ".join(chain)], box, style)


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
