"""The circuit of two diodes and a resistor, whose wires wear their voltages."""

from functools import partial

import numpy as np
from _diodes import BUS, DOTS, END, UP, current, output, resistor, voltages, winning
from manim import Group

from epochreel import varying
from epochreel.layers import Numbers
from epochreel.look.hues import paint
from epochreel.look.ramps import ramp
from epochreel.panels.drawing import ranked

LIMITS = np.array([[-0.6, -1.55], [4.0, 1.55]])
ENDS = np.array([(0, UP), (0, -UP), (END, 0)])
JOINT = np.array([(BUS, UP), (BUS, -UP), (BUS, 0)])
SPOTS = np.array([(1, UP), (1, -UP)])
LINES = np.stack(
    [[*ENDS[:2], *SPOTS, JOINT[0], JOINT[2]], [*SPOTS, *JOINT[:2], JOINT[1], ENDS[2]]], 1
)
SOURCE = np.array([0, 1, 2, 2, 2, 2])  # whose voltage each has: an input's, or what comes out
DIODE = np.array([[-0.3, 0.34], [-0.3, -0.34], [0.26, 0]])
BAR = np.array([[0.26, 0.34], [0.26, -0.34], [0.34, -0.34], [0.34, 0.34]])
LOW = 0.25  # how bright a wire is that has no voltage


def upright(box):
    """Whether the inputs are below, and not at the left."""
    return box.height > box.width


def limits(box):
    """The data limits that the circuit needs in a box."""
    return LIMITS[:, ::-1] if upright(box) else LIMITS


class Circuit(Group):
    """The circuit in a `panel`, by a clock of the voltages and one that turns the diodes."""

    def __init__(self, panel, *clocks):
        style, turned, tall = panel.style, clocks[1], upright(panel.box)
        way = np.array([[0, 1], [-1, 0]]) if tall else np.eye(2)
        gold, shades = paint(style, "gold"), ramp(style, "ytilde")

        def known(now, turned):
            return np.append(voltages(now), output(voltages(now), turned))

        def coloured(*at):
            return shades[np.rint(255 * (LOW + (1 - LOW) * known(*at)[SOURCE])).astype(int)]

        def glowing(*at, each):
            shares = np.repeat(winning(*at), each)[:, None]
            return np.hstack([np.tile(gold[:3], (len(shares), 1)), 255 * shares]).astype(np.uint8)

        lit, glow = (varying(partial(glowing, each=each), *clocks) for each in (1, DOTS))
        dots = varying(lambda *at: current(*at) @ way, *clocks)
        given = {"at": SPOTS @ way, "turn": varying(lambda at: 90 * tall + 180 * at, turned)}
        marks = (
            panel.polygons(DIODE, "background", **given),
            panel.polygons(DIODE, lit, **given),
            panel.polygons(DIODE, "title", outline=True, fill=0, **given),
            panel.polygons(BAR, "title", **given),
        )
        away = np.array([(-1, 0), (-1, 0), (1, 0)])
        rail = varying(lambda at: resistor(at)[-1:] @ way, turned)
        beyond = varying(lambda at: np.array([0, 2 * at - 1]) @ way, turned)
        level = varying(lambda at: [at], turned)
        values = varying(known, *clocks)
        places, up = (ENDS - 0.3 * away) @ way, np.array([0, 1]) @ way
        told = {"size": style.type.label}
        super().__init__(
            panel,
            panel.curve(LINES @ way, varying(coloured, *clocks), width="arrow"),
            panel.curve(varying(lambda at: resistor(at) @ way, turned), "axis"),
            panel.scatter(dots, glow, size="marker"),
            *(ranked(mark, "arrows") for mark in marks),
            panel.words(ENDS @ way, ["x_1", "x_2", "tilde(y)"], towards=away @ way, size="formula"),
            ranked(Numbers(panel, places, values, decimals=1, towards=up, **told), "names"),
            ranked(Numbers(panel, rail, level, decimals=0, towards=beyond, **told), "names"),
        )
