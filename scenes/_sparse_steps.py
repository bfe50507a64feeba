"""The steps of ISTA for one point: with the bound L of its gradient, and with half of it."""

from functools import partial
from math import floor

import numpy as np
import torch
from manim import Group, smooth

from epochreel import varying
from trainers.sparse_coding import SparseCoder, bound

HUES = {1: "E", 0: "title"}  # with half of L, and with L above it


class Steps:
    """Steps of ISTA for one point (2,): with the bound L, and with half of it."""

    def __init__(self, w, point, price, count):
        net = SparseCoder(torch.tensor(w), 1, price, signed=True)
        y, self.w, self.point, self.count = torch.tensor(point)[None], w, point, count
        self.codes, self.energies, self.bound = [], [], float(bound(net.w))
        for lipschitz in (bound(net.w), bound(net.w) / 2):
            codes = [torch.zeros_like(net.z)]
            for _ in range(count):
                codes.append(net.ista(y, codes[-1], lipschitz))
            self.codes.append(torch.cat(codes).numpy())
            self.energies.append(net(y.expand(count + 1, -1), torch.cat(codes)).numpy())
        self.least = float(net(y, net.infer(y, net.z, 1000))[0])

    def chain(self, which, at):
        """The columns, each as long as its latent, one after the other from 0 to Wz, (K + 1, 2)."""
        first = min(floor(at), self.count - 1)
        before, after = self.codes[which][first : first + 2]
        code = before + smooth(at - first) * (after - before)
        return np.concatenate([np.zeros((1, 2)), np.cumsum(code[:, None] * self.w, axis=0)])

    def curve(self, which, at):
        """E after each step until now, (T + 1, 2); what is to come lies on the last."""
        steps = np.minimum(np.arange(self.count + 1.0), at)
        return np.stack([steps, np.interp(steps, range(self.count + 1), self.energies[which])], 1)

    def drawn(self, clip, clock):
        """The point and both chains in the clip's plane, and their energies over the steps."""
        top, marks = 1.2 * self.energies[0][0], {0: "0", self.count: f"{self.count}"}
        limits = {"x": (0, self.count), "y": (0, top)}
        plane, graph = (
            clip.plane,
            clip.graph("second", x_marks=marks, name='E "over steps"', **limits),
        )
        shown = Group(plane.probe([self.point]), plane.symbol("bold(y)", self.point, (1, -0.6)))
        for which, hue in HUES.items():
            chain, curve = (varying(partial(f, which), clock) for f in (self.chain, self.curve))
            shown.add(plane.curve(chain, hue, width="arrow"), plane.probe(chain[-1:], hue))
            line = graph.panel.curve(curve, hue, width="arrow")
            graph.add(line, graph.panel.probe(curve[-1:], hue))
        return shown, graph
