"""Without a price on sensitivity everything is reconstructed; with one, what is near the data."""

import numpy as np
import torch
from _arrows_home import between, field, places
from manim import FadeIn, FadeOut, Group, ValueTracker, smooth

from epochreel import Clip, Pace, beat, grid, pair
from trainers.contractive_autoencoder import beside, data

X, Y = (-1.3, 1.3), (-0.85, 0.85)
SPACING, SCALE = 0.13, 0.45  # data units: between arrows, and of an arrow of length 1
HIGHEST, TOP = 0.1, 0.2  # of the map, of the chart; what is higher is cut off
FAR, APART = 0.5, 0.3  # offsets from the wave: of the chart, in words
SAMPLES = 101  # along the wave, on one side of it
EARLY = 0.015  # of all epochs: both have learnt the data
SIDES = {"left": "free", "right": "contractive"}
MESH = grid(X, Y, 0.13, 81)


class ContractiveAutoencoder(Clip):
    """Two autoencoders with room for a hundred numbers in their code, from one start.

    One learns to reconstruct points along a wave, and then reconstructs all of the plane. For the
    other it costs something when the code is sensitive to the point: it comes to tell apart what
    lies along the wave, and nothing else, so that energy is low there alone. After the lectures of
    Alfredo Canziani and Yann LeCun.
    """

    title = "A price on sensitivity"
    trainer = "contractive_autoencoder"
    layout = pair(bar=True, feet=True).with_shares({"left foot": 1.4, "right foot": 1.4})
    figure = ("left", "right", "bar")

    def measure(self):
        self.last, self.data = self.config.epochs, data(self.config).numpy()
        self.nets_of = dict(zip(SIDES, self.nets(*SIDES.values()), strict=True))
        walls = [float(self.recorded(f"{name}_beside")(self.last)) for name in SIDES.values()]
        self.times = f"{walls[1] / walls[0]:.0f}"
        for name, wall in zip(SIDES.values(), walls, strict=True):
            self.results[f"Energy {APART:g} beside the data, {name}"] = f"{wall:.3f}"

    @beat("Two nets from one start")
    def show_data(self):
        self.planes = {
            side: self.panel(side, x=X, y=Y, cross=False, mapped=True, outline=True)
            for side in SIDES
        }
        self.points = [
            plane.scatter(self.data, "y", size="point_large") for plane in self.planes.values()
        ]
        self.open(*self.planes.values(), *self.points)
        self.say(f"Two nets are to reconstruct {len(self.data)} points.")
        heads = (
            self.heading("left head", "$lambda = 0$"),
            self.heading("right head", f"$lambda = {self.config.price:g}$"),
        )
        loss = (
            "norm(bold(y) - tilde(bold(y)))^2 + lambda norm(partial bold(h) \\/ partial bold(y))^2"
        )
        self.say(
            f"The loss #box[${loss}$]: a sensitive code $bold(h)$ has a price.", *map(FadeIn, heads)
        )

    @beat("Energies")
    def show_energies(self):
        self.shown, charts = Group(), Group()
        for side, net in self.nets_of.items():
            plane = self.planes[side]
            energy = plane.energy(lambda y, net=net: (field(net, y) ** 2).sum(axis=1), high=HIGHEST)
            at = places(plane.view.limits, SPACING)
            arrows = plane.vectors(at, field(net, at), "maths", scale=SCALE, maximum=HIGHEST**0.5)
            self.shown.add(energy, arrows)
            charts.add(self.chart(f"{side} foot", net))
        bar = self.colour_bar("bar", "F", low=0, high=HIGHEST)
        epoch = self.readings(slot="epoch")
        new = map(FadeIn, (self.shown, charts, bar, epoch))
        self.say(
            "Their energies #box[$F = norm(bold(y) - tilde(bold(y)))^2$], before training.", *new
        )

    def chart(self, slot, net):
        """The mean energy over the offset from the wave, along its normal, as far as TOP."""
        offsets = np.linspace(-FAR, FAR, 41)
        at = torch.stack([beside(offset)[:SAMPLES] for offset in offsets]).numpy()
        found = (field(net, at.reshape(-1, 2)) ** 2).sum(axis=1).reshape(at.shape[:2]).mean(axis=1)
        graph = self.graph(
            slot, x=(-FAR, FAR), y=(0, TOP), x_marks={0: '"wave"', FAR: f"{FAR:g}"},
            y_marks={TOP: f">= {TOP:g}"},
        )  # fmt: skip
        curve = np.stack([found * 0 + offsets, np.minimum(found, TOP)], axis=-1)
        beside_it = np.abs(np.abs(offsets) - APART) < 1e-9
        probes = graph.panel.scatter(curve[beside_it], "F", size="point_large")
        graph.add(graph.panel.curve(curve, "F"), probes)
        return graph

    @beat("They learn")
    def learn(self):
        self.say("Both learn the data …")
        self.train(round(EARLY * self.last), 4)
        self.train(self.last, 9, pace=Pace(speed_up=12))
        self.say("… and, without the price, all around them: #box[low energy] nearly everywhere.")
        self.say(f"With it, $F$ is {self.times} times as high {APART:g} beside the wave.")

    @beat("A grid, reconstructed", optional=True)
    def bend(self):
        share = ValueTracker(0)
        grids = [
            self.planes[side].grid(
                between(MESH, net(MESH.reshape(-1, 2)).reshape(*MESH.shape), share)
            )
            for side, net in self.nets_of.items()
        ]
        self.say("Reconstruct a grid:", *map(FadeIn, grids), FadeOut(self.shown))
        self.play(share.animate(rate_func=smooth).set_value(1), run_time=4)
        self.say("One stays wide, one falls towards the wave.")
