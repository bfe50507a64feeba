"""A training loop on stage: its code, its points, its bowl and its numbers."""

from functools import partial

import numpy as np
from manim import FadeIn, FadeOut, Group, Transform, smooth, squish_rate_func

from epochreel import Composition, Reading, dim, light, varying
from epochreel.look.hues import paint
from epochreel.look.style import load
from epochreel.panels.layout import column, row, slot

HUES = "theta", "E", "maths"  # of the loops
LEVELS = 8
TURNS = (0, 0.35), (0.3, 0.7), (0.65, 1)  # shares of a change in which lines go, move and come


def _trees():
    """The code beside the points, what changes below them, and the bowl."""
    numbers = row("matrices", "readings", gap=0.5)
    beside = column(
        slot("code", length=2.9), slot("matrices"), slot("caption", length=1.4), length=5.1
    )
    wide = row(
        beside, column(row("data", "readings", length=2.8, gap=0.6), "bowl", gap=0.2), gap=0.5
    )
    trees = {"16:9": wide}
    first = row(slot("code", length=4.5), "data", length=2.5, gap=0.3)
    square = row(
        slot("bowl", share=1.6), column("readings", slot("matrices", share=1.5), gap=0.2), gap=0.3
    )
    trees["1:1"] = column(first, square, slot("caption", length=0.8), gap=0.25)
    tall = first, slot("bowl"), column(numbers, length=1.75)
    trees["4:5"] = column(*tall, slot("caption", length=0.85), gap=0.25)
    trees["9:16"] = column(slot("caption", length=0.95), *tall, gap=0.3)
    return trees


LAYOUT = Composition(_trees())


def rewrite(old, new):
    """Animations between listings: lines go, those that are in both move, others come."""
    words = [[line.strip() for line in each.written.values()] for each in (old, new)]
    places = {line: at for at, line in enumerate(words[1])}
    same = {at: places.pop(line) for at, line in enumerate(words[0]) if line in places}
    leave, move, arrive = (partial(squish_rate_func, smooth, *each) for each in TURNS)
    gone = [FadeOut(line, rate_func=leave()) for at, line in enumerate(old) if at not in same]
    moves = [Transform(old[at], new[to].copy(), rate_func=move()) for at, to in same.items()]
    return [*gone, *moves, *(FadeIn(new[at], rate_func=arrive()) for at in places.values())]


class Stage:
    """What a clip of `loops` has on stage."""

    def set_up(self, function, lines):
        """The code, the points, and the bowl."""
        loops, points = self.loops, np.stack([self.loops.x, self.loops.y], axis=1)
        self.listing = self.code("code", function, lines=lines)
        guess = np.stack([loops.x, loops.predicted(loops.w[0, 0])], axis=1)
        self.plane = self.panel("data", fit=np.vstack([points, guess]), equal=False)
        self.dots = self.plane.scatter(points, "y", size="point_large")
        self.space = self.panel3d(
            "bowl", **loops.limits(), size=(1, 1, 0.4), azimuth=-76, elevation=42, closer=1.4,
            x_label="w_1", y_label="w_2",
        )  # fmt: skip
        # On a map of colours, which is the same in both themes.
        self.traces, self.inks = [], [paint(load("dark"), hue) for hue in HUES]
        levels = loops.ring(loops.rim * (np.arange(1, LEVELS) / LEVELS) ** 2)
        self.bowl = Group(
            self.space.surface(
                loops.bowl(), colour_map="energy", low=-0.1 * loops.rim, high=1.5 * loops.rim
            ),
            self.space.curve(levels, paint(load("dark"), "maths"), width="level", opacity=0.4),
        )
        return [self.listing, self.plane, self.dots, self.space, self.bowl]

    def show_loop(self, k, at):
        """Make what follows a loop, from an epoch on."""
        loops, plane, space = self.loops, self.plane, self.space
        self.loop, ends = k, np.array(plane.view.limits[:2])
        self.epoch.set_value(at)
        w = varying(partial(loops.at, k), self.epoch)
        walk = varying(partial(loops.walk, k), self.epoch)
        self.line = plane.curve(np.stack([ends + 0 * w[0], w[0] * ends + w[1]], axis=1), "ytilde")
        # The last one lies on the first.
        width = "curve" if k == len(HUES) - 1 else "arrow"
        self.path = space.curve(walk, self.inks[k], width=width, hidden=0.5)
        size = 1.5 * self.style.size.marker
        self.ball = space.scatter(walk[-1:], self.inks[k], size=size, hidden=0.5)
        self.w = self.vector("w", "bold(w)", w, np.abs(loops.w).max())
        self.grad = self.slopes(varying(partial(loops.held, k), self.epoch))
        self.read = self.readings(Reading(f"loss{k}", "loss", limits=(0, loops.rim)))
        return [self.line, self.path, self.ball, self.w, self.grad, self.read]

    def vector(self, side, name, values, high):
        """Two numbers below each other."""
        box = self.parts("matrices", "w", "grad")[side]
        return self.matrix(box, values, name=name, high=high, decimals=2, cell=0.8)

    def slopes(self, values):
        """What `.grad` holds, in a green frame."""
        high = np.abs(self.loops.grad).max()
        matrix = self.vector("grad", 'bold(w)".grad"', values, high)
        return matrix.add(matrix.outline(hue="green"))

    def arrow(self, ends, share, hue="green"):
        """An arrow on the bowl between two places (2, 2) of w."""
        hue = paint(load("dark"), hue)
        way = varying(partial(self.loops.slide, ends), share)
        return self.space.curve(way, hue, width="arrow", hidden=0.5)

    def look_at(self, *wanted):
        """Animations that dim what is not looked at, of data, bowl, numbers and loss."""
        parts = {
            "data": (self.dots, self.line),
            "bowl": (self.bowl, self.path, self.ball),
            "numbers": (self.w, self.grad),
            "loss": (self.read,),
        }
        return [
            light(each) if not wanted or name in wanted else dim(each, 0.4)
            for name, group in parts.items()
            for each in group
        ]

    def tell(self, line, wanted, caption):
        """Light a line while it is told of, or give the animation that does."""
        if not caption:
            return [self.listing.light(line)]
        self.say(caption, self.listing.light(line), *self.look_at(*wanted))
        return []

    def begin_again(self, k, code, said, *animations):
        """Start another loop, with its own code; the way of the one before stays, faint."""
        gone = self.line, self.path, self.ball, self.w, self.grad, self.read
        way = self.loops.walk(self.loop, self.epoch.get_value())
        trace = self.space.curve(way, self.inks[self.loop], width="arrow", hidden=0.5)
        self.traces.append(trace)
        self.add(trace)
        function, lines = code[k]
        listing = self.code("code", function, lines=lines)
        changes = rewrite(self.listing, listing)
        changes += [*map(FadeOut, gone), dim(trace, 0.5), *animations]
        self.say(said, *changes, run_time=1.6)
        self.remove(*self.listing, *listing)
        self.add(listing)
        self.listing = listing
        new = self.show_loop(k, 0)
        self.play(*map(FadeIn, new), run_time=0.8)
