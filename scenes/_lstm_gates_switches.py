"""The linear sums of gates under the sigmoid that they pass, and the weights that make them."""

import numpy as np
from _lstm_gates import UNITS
from _rnn_echo_rows import columns
from manim import Group

from epochreel.panels.layout import boxes, row
from trainers.lstm_gates import SUMS, SYMBOLS

GATES = "i", "f", "o"
BINS = len(SUMS) - 1
FULL = 0.5  # the share of all sums whose bar is as high as the sigmoid
WEIGHTS = (*GATES, "tilde(c)")  # what the sums are of, as the trainer has them
HIGH = 2.5  # the weight whose colour is full


def switch():
    """The sigmoid over the bins' places, (S, 2)."""
    s = np.linspace(float(SUMS[0]), float(SUMS[-1]), 61)
    at = (s - s[0]) / (s[-1] - s[0]) * BINS - 0.5
    return np.stack([at, FULL / (1 + np.exp(-s))], axis=1)


def histograms(clip, slot, sums):
    """For each gate the shares `sums` (2, 3, bins): at X and Y before those at other symbols."""
    drawn = Group()
    places = boxes(row(*GATES, gap=0.3), slot)
    for k, gate in enumerate(GATES):
        limits = {"x": (-0.6, BINS - 0.4), "y": (-0.02, 1.35 * FULL)}
        panel = clip.panel(places[gate], equal=False, cross=False, **limits)
        ground = [[-0.5, 0], [BINS - 0.5, 0]]
        drawn.add(
            panel.bars(sums[1, k], "muted", width=0.9),
            panel.bars(sums[0, k], "x", width=0.5),
            panel.curve(switch(), "a", rank="segments"),
            panel.curve(ground, "axis", width="axis"),
            panel.words([[1.2, FULL]], [f"bold({gate})"], towards=(0, 0), size="label"),
        )
    return drawn


def dependencies(clip, slot, symbols, state):
    """Weights of i, f, o and c̃ (8, 4H) and (H, 4H) as pictures, what they hear across."""
    wide, gap = len(SYMBOLS) + UNITS, 0.7
    high = len(WEIGHTS) * (UNITS + gap)
    limits = {"x": (-2.1, wide - 0.4), "y": (-1.9, high - gap + 0.1)}
    panel = clip.panel(slot, equal=False, cross=False, **limits)
    heard, drawn = np.concatenate([symbols, state]), Group()
    for k, name in enumerate(WEIGHTS):
        low = (len(WEIGHTS) - 1 - k) * (UNITS + gap)
        mine = heard[:, k * UNITS : (k + 1) * UNITS] / HIGH
        drawn.add(columns(panel, mine, low, (wide, UNITS), 1))
        at = [[-1.4, low + UNITS / 2]]
        drawn.add(panel.words(at, [f"bold({name})"], towards=(0, 0), size="formula"))
    between = [[len(SYMBOLS) - 0.5, -0.1], [len(SYMBOLS) - 0.5, high]]
    drawn.add(panel.curve(between, "background", width=14, rank="arrows"))
    given = {"towards": (0, 0), "size": "label"}
    counts = panel.words([[at, -1.2] for at in range(2)], ['"X"', '"Y"'], "x", **given)
    others = [f'"{symbol}"' for symbol in SYMBOLS[2:]]
    rest = panel.words([[at + 2, -1.2] for at in range(6)], others, "muted", **given)
    state_at = [[len(SYMBOLS) + (UNITS - 1) / 2, -1.2]]
    return drawn.add(counts, rest, panel.words(state_at, ["bold(h)"], **given))
