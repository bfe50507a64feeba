"""One set of bricks: six models as diagrams that rearrange into one another."""

from dataclasses import replace
from itertools import starmap

import numpy as np
from _bricks import BRICKS, LAYOUT, MODELS
from _planes import BESIDE, planes
from _planes_of_codes import planes_of_codes
from manim import FadeIn, FadeOut, Group, ReplacementTransform, smooth, squish_rate_func

from epochreel import Clip, beat
from epochreel.marks.box import Box
from epochreel.panels.layout import boxes, column, slot, tiles

LOOSE = "y", "f", "h", "g", "drawn", "x", "hot", "z", "noise", "C"
ROOM = Box(0, 0, 32, 18)  # in which bricks are as large as can be
CLOSE = Box(-3.4, -2, 3.4, 2)  # in which they stand close
LEAVE, ARRIVE = (0, 0.3), (0.75, 1)  # of what is known of a model, in shares of a change
ALIKE = 1.4  # how much larger bricks are at most in one of the last diagrams than in another
AROUND = 1.15  # how far a plane reaches, in its data


class Bricks(Clip):
    """Six models are built from one set of bricks, each from the one before.

    An autoencoder gets noise, which then moves to its code; the encoder leaves and the energy is
    learnt; then codes are compared in place of points, and one is predicted from the other. Beside
    the diagrams stands the plane that each learnt. After the lectures of Alfredo Canziani and
    Yann LeCun.
    """

    title = "One set of bricks"
    trainer = "gan_critic"
    layout = LAYOUT
    figure = ("net",)

    def measure(self):
        self.planes, self.shown = planes(self.run) | planes_of_codes(self.run), Group()
        for name, plane in self.planes.items():
            told = f"{MODELS[name].name}: mean energy of the data, and {BESIDE:g} beside"
            self.results[told] = " and ".join(f"{energy:.3f}" for energy in plane.energies())

    @beat("Bricks")
    def show_bricks(self):
        self.net = self.diagram(ROOM, {name: BRICKS[name] for name in LOOSE})
        places = boxes(tiles(list(LOOSE), 5), self.slot("stage"))
        widest = max(node.width for node in self.net.nodes.values())
        scale = min(1, 0.8 * places["y"].width / widest)
        for name, node in self.net.nodes.items():
            node.scale(scale).move_to(places[name].centre)
        self.open(self.net)
        self.say("Circles are variables, boxes nets, squares energies.")

    def build(self, name, told):
        """Rearrange the bricks into a model, show what is known of it, and let values flow."""
        model = MODELS[name]
        known = self.known(model, self.planes[name])
        last, self.net = self.net, self.diagram("net", model.bricks, model.edges)
        self.say(told, *last.into(self.net), *self.change(known), run_time=2.8)
        self.remove(*last)
        self.add(self.net)
        self.play(*(self.net.flow(*line) for line in model.lines), run_time=2.6)

    def change(self, known):
        """Let what is shown give way to what is known now, while bricks move."""
        gone, self.shown = self.shown, known
        yield FadeOut(gone, rate_func=squish_rate_func(smooth, *LEAVE))
        yield FadeIn(known, rate_func=squish_rate_func(smooth, *ARRIVE))

    def known(self, model, plane):
        """A model's name, the formula of its energy, and the plane that it learnt."""
        muted = {"size": "formula", "colour": self.style.chrome.muted}
        lines = [self.text(model.name, **muted)]
        lines += [self.formula(each, context="vae") for each in model.formulas]
        if plane.note:
            lines.append(self.text(f"map: ${plane.note}$", **muted))
        return Group(self.formulas(*lines, slot="formula", gap=0.25), *self.drawn(plane))

    def drawn(self, plane):
        """The energy over a plane, and the data."""
        others = plane.data[:0] if plane.others is None else plane.others
        points = np.concatenate([plane.data, others])
        low, high = points.min(axis=0), points.max(axis=0)
        corners = (low + high) / 2 + AROUND * np.outer([-1, 1], high - low) / 2
        panel = self.panel("plane", fit=corners, cross=False, mapped=True)
        limits = {"low": plane.low, "high": plane.high}
        levels = np.linspace(*limits.values(), 9)[1:-1]
        energy = panel.energy(plane.energy, **limits, levels=levels, numbers=False)
        rest = panel.scatter(others, "muted")
        return panel, energy, rest, panel.scatter(plane.data, "y", size="point_large")

    @beat("An autoencoder")
    def build_autoencoder(self):
        self.build("autoencoder", "An autoencoder: $f$ makes a code, $g$ draws from it.")

    @beat("Its energy", optional=True)
    def tell_energy(self):
        self.say("Its error is an energy: dark is low.")

    @beat("A denoising autoencoder")
    def build_denoising(self):
        self.build("denoising", "Add noise to what $f$ sees: a denoising autoencoder.")

    @beat("A variational autoencoder")
    def build_variational(self):
        self.build("variational", "Move the noise to the code, and put a price on it: a VAE.")

    @beat("A GAN")
    def build_critic(self):
        self.build("critic", "Leave out $f$, and let $C$ learn: a GAN.")

    @beat("A joint embedding")
    def build_joint(self):
        self.build("joint", "Compare codes, not points: a joint embedding.")

    @beat("A JEPA")
    def build_predictive(self):
        self.build("predictive", "Let $g$ predict one code from the other: a JEPA.")

    @beat("All of them")
    def show_all(self):
        rows = tiles(list(MODELS), 3 if self.aspect == "16:9" else 2)
        places = boxes(rows, self.slot("stage"))
        small = {name: self.small(model, places[name]) for name, model in MODELS.items()}
        size = min(net.nodes["C"].width for _, net in small.values())
        for _, net in small.values():
            net.scale(min(1, ALIKE * size / net.nodes["C"].width))
        last, (own, figure) = self.net, small.pop("predictive")
        moves = [
            *((last.edges[join], wire) for join, wire in figure.edges.items()),
            *((last.nodes[name].shape, node.shape) for name, node in figure.nodes.items()),
        ]
        gone = [
            FadeOut(letter, target_position=figure.nodes[name], scale=0.5)
            for name, node in last.nodes.items()
            for letter in node[1:]
        ]
        moves = *starmap(ReplacementTransform, moves), *gone
        self.say("Six models …", *moves, *self.change(Group(*small.values(), own)), run_time=2.8)
        self.remove(last)
        self.add(figure)
        self.say("… one set of bricks.")

    def small(self, model, box):
        """A model's name and, below, its bricks without their letters."""
        parts = boxes(column(slot("name", length=0.5), "net", gap=0.1), box)
        bare = {name: replace(brick, label="") for name, brick in model.bricks.items()}
        net = self.diagram(CLOSE, bare, model.edges)
        return Group(self.heading(parts["name"], model.name), self.fitted(net, parts["net"]))
