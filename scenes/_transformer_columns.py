"""A transformer as it is unrolled: a column for each word, which attention alone joins."""

import numpy as np
from manim import Group

from epochreel.look.hues import paint
from epochreel.runs.functions import Function
from trainers.transformer import SENTENCE, VERBS

COUNT = len(SENTENCE)
GIVEN, ENCODER, H, _, TOLD, DECODER, NEXT = range(0, 14, 2)  # heights of what a column has
LATE = np.array([1, GIVEN - NEXT])  # from a word that is to be said to the same word as it is given
HALF = 0.55  # of the height of an encoder
POSTS = (
    (GIVEN + 0.6, ENCODER - HALF),
    (ENCODER + HALF, H),
    (TOLD, DECODER - HALF),
    (DECODER + HALF, NEXT - 1.1),
)
SYMBOLS = "bold(y)[t-1]", '"Enc"', "bold(h)", '"Pred"', "tilde(bold(h))", '"Dec"', "bold(y)[t]"
FAINT = 0.35  # of what is not looked at, and of a word in which the net does not believe
SET = {"size": "label", "towards": (0, 0)}
HEARD = np.array([(s, t) for t in range(COUNT) for s in range(t + 1)])  # who by whom


def row(height):
    """Places of the columns at a height, (T, 2)."""
    return np.stack([np.arange(COUNT), np.full(COUNT, height)], axis=1)


def words(panel, positions, said):
    """Words at positions."""
    return panel.words(positions, [f'"{word}"' for word in said], "y", **SET)


def unrolled(panel, size):
    """A column's encoder, h, h̃ and decoder for each word, with their symbols at the left."""
    names = panel.words([(-0.85, at) for at in range(0, 14, 2)], SYMBOLS, **SET)
    lines = [[(k, low), (k, high)] for k in range(COUNT) for low, high in POSTS]
    posts = panel.curve(np.array(lines, float), "axis", width="level", rank="grid")
    shapes = [trapezes(panel, *each) for each in ((ENCODER, "lavender"), (DECODER, "aqua"))]
    dots = [panel.scatter(row(at), "h", size=size) for at in (H, TOLD)]
    return Group(names, posts, *shapes, *dots)


def trapezes(panel, height, hue):
    """Encoders, which narrow, or decoders, in a row."""
    low, high = (0.36, 0.2) if height == ENCODER else (0.2, 0.36)
    corners = [(-low, -HALF), (low, -HALF), (high, HALF), (-high, HALF)]
    return panel.polygons(np.tile(corners, (COUNT, 1, 1)), hue, at=row(height), outline=True)


def meeting(panel, attention):
    """Lines from each word to those that hear it, as strong as it is heard; the last one's most."""
    heard, hears = HEARD.T
    lines = np.stack([row(H)[heard], row(TOLD)[hears]], axis=1)
    looked = np.where(hears == COUNT - 1, 1, FAINT)
    colours = Function(faded, paint(panel.ink, "a"), looked * attention[heard, hears] ** 0.7)
    return panel.curve(lines, colours, rank="segments", width="arrow")


def verbs_said(panel, energies, hues):
    """Both verbs at the end of the last column, the likelier one brighter."""
    at = [(COUNT - 1, NEXT + 0.7), (COUNT - 1, NEXT - 0.5)]
    colours = Function(believed, np.stack(hues), energies)
    return panel.words(at, [f'"{verb}"' for verb in reversed(VERBS)], colours, **SET)


def faded(colours, opacities):
    """A colour (4,), or several (N, 4), with opacities (N,)."""
    rgb = np.broadcast_to(colours[..., :3], (len(opacities), 3))
    return np.column_stack([rgb, 255 * opacities]).astype(np.uint8)


def believed(hues, energies):
    """The colours (2, 4) of two verbs of some energies (2,)."""
    shares = np.exp(-energies) / np.exp(-energies).sum()
    return faded(hues, FAINT + (1 - FAINT) * shares)


def courses(graph, findings, hues, now, energies):
    """Each verb's energy over the epochs until now, and where it is now."""
    for k, hue in enumerate(hues):
        seen = Function(until, findings.epochs, findings.course[:, k], now)
        graph.add(graph.panel.curve(seen, hue))
        graph.add(graph.panel.probe(Function(placed, now, energies[k]), hue))
    return graph


def until(epochs, values, now):
    """A course (S, 2) up to an epoch."""
    seen = np.minimum(epochs, now)
    return np.column_stack([seen, np.interp(seen, epochs, values)])


def placed(epoch, energy):
    """One point (1, 2)."""
    return np.array([[epoch, energy]])
