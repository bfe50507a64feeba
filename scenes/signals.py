"""Signals: local, alike everywhere, made of parts; so are the nets that hear them."""

from functools import partial

import numpy as np
from _signals import LASTS, RATE, TAPS, TONES, made
from _signals_drawn import Drawn
from _signals_net import LAYERS, SIDE, Lattice
from _signals_rows import heard, legend, pitches, window
from manim import FadeIn, FadeOut, Group, ValueTracker, linear

from epochreel import Clip, Counter, beat, varying
from epochreel.look.hues import paint
from epochreel.panels.compositions import Composition
from epochreel.panels.layout import boxes, column, row, slot

CLOSE, WIDE = (-3.1, 2.7), (-7.1, 6.6)  # samples beside the one in the middle


def tree(aspect, wave):
    """The picture, above the wave and the wave itself, with a caption and what is beside it."""
    picture = column("above", slot("wave", length=wave), gap=0.2, name="picture")
    aside, told = slot("aside", length=0.9), slot("caption", length=0.85)
    if aspect == "16:9":
        return column(picture, row("caption", slot("aside", length=6.2), length=1.1), gap=0.25)
    return (
        column(told, picture, aside, gap=0.25)
        if aspect == "9:16"
        else column(picture, aside, told, gap=0.25)
    )


WAVES = {"16:9": 1.6, "1:1": 1.3, "4:5": 1.6, "9:16": 1.9}


class Signals(Clip):
    """What a sound is like, a net can use.

    What belongs together in it is close together, so far connections can go. It is alike at every
    place, so weights can be shared, and a kernel slides along. It is made of parts, so layers
    stack, and each sees more of it. Kernels for four tones, and one above them for their order,
    find a melody wherever it is. After the lectures of Alfredo Canziani and Yann LeCun.
    """

    title = "Local, alike everywhere, made of parts"
    layout = Composition({aspect: tree(aspect, wave) for aspect, wave in WAVES.items()})
    figure = ("picture",)

    def measure(self):
        self.sound, self.lattice = made(), Lattice()
        self.counts, self.length = self.lattice.counts(), len(self.sound.samples)
        self.at = self.sound.begins[0] + 2 * LASTS + LASTS // 2  # the sample in the middle
        self.clocks = list(map(ValueTracker, (0, 0, -SIDE - 1, 0, 0, 1)))
        self.rise, self.share, self.head, self.deep, self.seen, self.near = self.clocks
        self.results = self.sound.measured | {
            "Weights: all, local, shared": ", ".join(map(str, self.counts))
        }

    def number(self, clock, value, suffix):
        """A number that follows a clock, beside the caption."""
        how = {"value": value, "digits": 2, "suffix": suffix, "size": self.style.type.headline}
        return self.formulas(Counter(clock, self.style, **how))

    @beat("A sound")
    def show_sound(self):
        high, all_high = self.slot("wave").height, self.slot("picture").height
        self.whole = (-self.at, self.length - 1 - self.at)
        self.plane = self.panel("picture", x=self.whole, y=(0, all_high), equal=False, cross=False)
        samples = self.sound.samples
        heights = high * (0.5 + 0.48 * samples / np.abs(samples).max())
        self.wave = self.plane.waveform(heights, "x", x=self.whole)
        shown = heights[self.at - SIDE : self.at + SIDE + 1]
        self.net = Drawn(self.lattice, self.plane, shown, high + 0.45, all_high - 0.42, self.clocks)
        self.loud = pitches(self, "above", samples)
        self.open(self.plane, self.wave, *self.loud)
        self.say("A sound, as a wave and as its pitches: a melody comes twice.")

    @beat("Local")
    def look_closer(self):
        net, low = self.net, tuple((self.at + each) / RATE for each in CLOSE)
        closer = self.plane.zoom(x=CLOSE), self.loud[0].zoom(x=low)
        self.say("Local: what belongs together is close together.", *closer, run_time=4)
        new = map(FadeIn, (net.risen, net.inputs))
        self.say("Five samples go into a small net …", FadeOut(Group(*self.loud)), *new)
        self.play(self.rise.animate.set_value(1), run_time=1.2)
        count = partial(np.interp, xp=(0, 1, 2), fp=self.counts)
        self.count = self.number(self.share, count, " weights")
        new = net.lines, net.units, *net.names[:LAYERS], self.count
        self.play(*map(FadeIn, new), run_time=1)
        self.say("… in which far connections can go: it is sparse.")
        self.play(self.share.animate(rate_func=linear).set_value(1), run_time=2.4)

    @beat("Alike everywhere")
    def slide(self):
        self.say("Alike everywhere: so weights can be shared.")
        self.play(self.share.animate.set_value(2), run_time=2)
        wider = self.plane.zoom(x=WIDE), self.near.animate.set_value(0)
        self.say("One kernel slides along: no new weights.", *wider, run_time=1.6)
        self.play(self.head.animate(rate_func=linear).set_value(SIDE + 2), run_time=5)

    @beat("Made of parts")
    def stack(self):
        high = self.slot("wave").height
        corners = np.array([[-1, 0], [1, 0], [1, high], [-1, high]])
        frame = varying(lambda seen: corners * [seen + 0.45, 1], self.seen)
        frame = self.plane.polygons(frame, "gold", outline=True, fill=0)
        self.say("Made of parts: so layers stack, and see more and more.")
        seen = self.number(self.seen, lambda layer: 2 * round(layer) + 1, " samples seen")
        first = self.seen.animate.set_value(1), FadeIn(frame)
        self.play(*first, *self.swap(self.count, seen), run_time=1)
        self.wait(0.4)
        self.play(self.seen.animate.set_value(2), run_time=1.4)
        self.wait(0.4)
        grow = self.deep.animate.set_value(1), self.seen.animate.set_value(LAYERS)
        self.play(*grow, FadeIn(self.net.names[LAYERS]), run_time=2)
        self.stage = Group(*self.net.marks, frame, seen)

    @beat("A kernel for each tone")
    def hear_tones(self):
        heads = [slot(f"{name} head", length=0.4) for name in ("melody", "tones")]
        rows = column(heads[0], "melody", heads[1], "tones", slot("loud", share=2), gap=0.15)
        self.places = boxes(rows, self.slot("above"))
        self.loud = pitches(self, self.places["loud"], self.sound.samples)
        back = FadeOut(self.stage), self.plane.zoom(x=self.whole)
        self.say("Over the whole sound: a kernel for each tone.", *back, run_time=2.6)
        head = self.heading(self.places["tones head"], "$bold(h)_1$: a tone each")
        self.play(*map(FadeIn, (*self.loud, head, legend(self))), run_time=0.8)
        below = self.places["loud"].around(self.slot("wave"))
        hues = paint(self.style, np.arange(len(TONES)))
        self.listen("tones", self.sound.heard, hues, below, TAPS)

    def listen(self, place, values, hues, below, taps):
        """Let a kernel go over what is below, and what it hears (K, N) grow behind it."""
        now = ValueTracker(0)
        self.add(*heard(self, self.places[place], values, hues, now))
        self.add(frame := window(self, below, self.length, taps, now))
        self.play(now.animate(rate_func=linear).set_value(self.length), run_time=6)
        self.play(FadeOut(frame), run_time=0.4)

    @beat("Their order")
    def hear_melody(self):
        head = self.heading(self.places["melody head"], "$bold(h)_2$: four tones in their order")
        self.say("A unit above them knows their order: the melody.", FadeIn(head))
        hues, below = [paint(self.style, "h")], self.places["tones"]
        self.listen("melody", self.sound.melody[None], hues, below, len(TONES) * LASTS)

    @beat("Wherever it is", optional=True)
    def sum_up(self):
        self.say("Sparse, shared, stacked: it finds the melody wherever it is.")
