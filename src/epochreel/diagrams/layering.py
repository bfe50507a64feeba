"""Who stands where in a diagram: layers along the signal, and places across it.

Nodes stand in layers by the longest path that leads to them, in an order with few crossings
(Sugiyama, Tagawa and Toda 1981), as near to what they are joined to as their sizes let them.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx
import numpy as np
from scipy.optimize import isotonic_regression

__all__ = ["Item", "Join", "Order", "Size", "layered", "places"]

Join: TypeAlias = tuple[str, str]
"""An edge by what it joins."""
Bend: TypeAlias = tuple[str, str, int]
"""Where an edge passes a layer in which it neither begins nor ends."""
Item: TypeAlias = str | Bend
Place: TypeAlias = tuple[float, float]
"""Along the signal, and across it."""
Size: TypeAlias = tuple[float, float, float]
"""What a node takes along the signal, and on either side across it."""

SWEEPS = 7
"""Forwards and backwards in turn, forwards at last."""
LIGHT = 1e-4
"""Of the weight of a node: how much a bend pulls, so that edges give way and nodes do not."""


@dataclass(frozen=True)
class Order:
    """Who stands in which layer, in which order.

    `beside` are the nodes that stand next to another, their host, on its side −1 or 1; `back` are
    the edges that lead back, `bends` the layers that a long edge passes.
    """

    layers: list[list[Item]]
    beside: dict[str, tuple[str, int]]
    back: list[Join]
    bends: dict[Join, list[Bend]]


def layered(nodes: Iterable[str], edges: Mapping[Join, int], asked: Collection[Join] = ()) -> Order:
    """Put nodes into layers and in order; `edges` have the number of the line that names them.

    An edge that closes a circle leads back. What feeds nothing but one node, or is fed by nothing
    else, stands beside that if a line before leads on, or where it is `asked` to; so does what only
    leads back.
    """
    forward, back = networkx.DiGraph(), []
    forward.add_nodes_from(nodes)
    for start, end in edges:
        if start == end or networkx.has_path(forward, end, start):
            back.append((start, end))
        else:
            forward.add_edge(start, end)
    beside = _beside(forward, edges, back, asked)
    forward.remove_nodes_from(beside)
    depth = {
        name: index
        for index, names in enumerate(networkx.topological_generations(forward))
        for name in names
    }
    for name in forward:
        if not forward.in_degree(name) and forward.out_degree(name):
            depth[name] = min(depth[after] for after in forward.successors(name)) - 1
    layers: list[list[Item]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in forward:
        layers[depth[name]].append(name)
    bends: dict[Join, list[Bend]] = {}
    links: list[tuple[Item, Item]] = []
    for start, end in forward.edges:
        passed = [(start, end, layer) for layer in range(depth[start] + 1, depth[end])]
        for bend in passed:
            layers[bend[2]].append(bend)
        bends[start, end] = passed
        links += zip([start, *passed], [*passed, end], strict=True)
    return Order(_untangled(layers, links), beside, back, bends)


def _beside(
    forward: networkx.DiGraph,
    edges: Mapping[Join, int],
    back: Sequence[Join],
    asked: Collection[Join],
) -> dict[str, tuple[str, int]]:
    """The nodes that stand next to another."""
    beside: dict[str, tuple[str, int]] = {}
    hosts: set[str] = set()
    taken: set[tuple[str, int]] = set()

    def seat(name: str, host: str, *sides: int) -> None:
        free = [side for side in sides if (host, side) not in taken]
        if free and host not in beside and name not in hosts:
            beside[name] = host, free[0]
            taken.add((host, free[0]))
            hosts.add(host)

    for name, host in back:
        own = {line for join, line in edges.items() if name in join}
        if name != host and len(own) == 1 and not forward.out_degree(name):
            seat(name, host, -1, 1)
    for name in forward:
        before, after = list(forward.predecessors(name)), list(forward.successors(name))
        if name in beside or len(before) + len(after) != 1:
            continue
        if after:
            host, rivals = after[0], forward.predecessors(after[0])
            lines = [edges[each, host] for each in rivals if each != name and each not in beside]
            if (name, host) in asked or (lines and edges[name, host] > min(lines)):
                seat(name, host, 1, -1)
        else:
            host, rivals = before[0], forward.successors(before[0])
            lines = [edges[host, each] for each in rivals if each != name and each not in beside]
            if (host, name) in asked or (lines and edges[host, name] > min(lines)):
                seat(name, host, -1, 1)
    return beside


def _untangled(layers: list[list[Item]], links: list[tuple[Item, Item]]) -> list[list[Item]]:
    """The layers in the order with the fewest crossings that barycentres find."""
    best, fewest = layers, _crossings(layers, links)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        place = {item: float(k) for layer in layers for k, item in enumerate(layer)}
        met: dict[Item, list[Item]] = {}
        for start, end in links:
            one, other = (end, start) if downwards else (start, end)
            met.setdefault(one, []).append(other)
        ordered: list[list[Item]] = []
        for layer in layers if downwards else layers[::-1]:
            wish = {i: float(np.mean([place[o] for o in met.get(i, [i])])) for i in layer}
            ordered.append(sorted(layer, key=wish.__getitem__))
            place |= {item: float(k) for k, item in enumerate(ordered[-1])}
        layers = ordered if downwards else ordered[::-1]
        if (count := _crossings(layers, links)) < fewest:
            best, fewest = layers, count
    return best


def _crossings(layers: list[list[Item]], links: list[tuple[Item, Item]]) -> int:
    """How often links cross each other."""
    seat = {item: (depth, k) for depth, layer in enumerate(layers) for k, item in enumerate(layer)}
    ends = [(*seat[start], seat[end][1]) for start, end in links]
    return sum(
        a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0
        for index, a in enumerate(ends)
        for b in ends[:index]
    )


def places(
    order: Order, sizes: Mapping[str, Size], along: Sequence[float], across: float, side: float
) -> dict[Item, Place]:
    """Where nodes and bends stand, layers being `along` apart and neighbours at least `across`.

    There is one gap `along` for each layer but the last; `side` is the one to what stands beside.
    """
    reach: dict[Item, tuple[float, float]] = {}
    for layer in order.layers:
        for item in layer:
            reach[item] = (0.0, 0.0) if isinstance(item, tuple) else sizes[item][1:]
    offsets = {}
    for name, (host, sign) in order.beside.items():
        before, after = sizes[name][1:]
        low, high = reach[host]
        offsets[name] = high + side + before if sign > 0 else -low - side - after
    for name, (host, sign) in order.beside.items():
        low, high = reach[host]
        own = sizes[name][1:]
        reach[host] = (low, offsets[name] + own[1]) if sign > 0 else (own[0] - offsets[name], high)
    level = _levels(order, reach, across)
    found: dict[Item, Place] = {}
    start = 0.0
    for layer, gap in zip(order.layers, [*along, 0.0], strict=True):
        members = [*layer, *(n for n, (host, _) in order.beside.items() if host in layer)]
        length = max((sizes[i][0] for i in members if isinstance(i, str)), default=0.0)
        for item in layer:
            found[item] = start + length / 2, level[item]
        start += length + gap
    for name, (host, _) in order.beside.items():
        found[name] = found[host][0], found[host][1] + offsets[name]
    return found


def _levels(
    order: Order, reach: Mapping[Item, tuple[float, float]], gap: float
) -> dict[Item, float]:
    """Where items stand across the signal: as near to their neighbours' mean as there is room."""
    weight = {item: LIGHT if isinstance(item, tuple) else 1.0 for item in reach}
    before: dict[Item, list[Item]] = {item: [] for item in reach}
    after: dict[Item, list[Item]] = {item: [] for item in reach}
    for (start, end), bends in order.bends.items():
        chain: list[Item] = [start, *bends, end]
        after[start].append(chain[1])
        before[end].append(chain[-2])
    for (start, end), bends in order.bends.items():
        # A long edge runs level with the end where no other edge begins.
        alone = [n for n, met in ((start, after), (end, before)) if len(met[n]) == 1]
        for bend in bends:
            before[bend] = after[bend] = [*alone[:1]] or [start, end, *bends]
    apart = {}
    for number, layer in enumerate(order.layers):
        steps = [reach[a][1] + gap + reach[b][0] for a, b in itertools.pairwise(layer)]
        apart[number] = np.cumsum([0.0, *steps])
    level = {
        item: float(at)
        for number, layer in enumerate(order.layers)
        for item, at in zip(layer, apart[number] - apart[number][-1] / 2, strict=True)
    }
    for sweep in range(SWEEPS + 1):
        numbers = range(len(order.layers))
        for number in numbers if sweep % 2 == 0 else reversed(numbers):
            layer = order.layers[number]
            wishes = []
            for item in layer:
                met = (before if sweep % 2 == 0 else after)[item]
                if sweep == SWEEPS and isinstance(item, str):  # at last the bends give way
                    met = []
                near = met or [item]
                pulls = [weight[each] for each in near]
                wishes.append(np.average([level[each] for each in near], weights=pulls))
            # With p the places and o the least distances from the first, p − o must not decrease.
            wanted = np.array(wishes) - apart[number]
            held = isotonic_regression(wanted, weights=[weight[item] for item in layer])
            level |= dict(zip(layer, (held.x + apart[number]).tolist(), strict=True))
    for (start, end), bends in order.bends.items():
        # A long edge is level wherever one of its bends leaves room for all of them.
        ways = sorted(
            {level[bend] for bend in bends}, key=lambda at: _detour(at, start, end, level)
        )
        for at in ways:
            if all(_fits(bend, at, order.layers[bend[2]], level, reach, gap) for bend in bends):
                level |= dict.fromkeys(bends, at)
                break
    return level


def _detour(at: float, start: str, end: str, level: Mapping[Item, float]) -> float:
    return abs(at - level[start]) + abs(at - level[end])


def _fits(
    bend: Bend,
    at: float,
    layer: Sequence[Item],
    level: Mapping[Item, float],
    reach: Mapping[Item, tuple[float, float]],
    gap: float,
) -> bool:
    """Whether a bend keeps its distance to its neighbours somewhere else across the signal."""
    index = layer.index(bend)
    below = [level[item] + reach[item][1] + gap for item in layer[:index][-1:]]
    above = [level[item] - reach[item][0] - gap for item in layer[index + 1 :][:1]]
    return all(at > least - 1e-9 for least in below) and all(at < most + 1e-9 for most in above)
