"""A loss over the energies of pairs, and the energy over the line that it trains."""

import numpy as np
import torch
from manim import Group

from trainers.contrastive_losses import LOSSES, REACH, losses

LINE = np.linspace(-REACH, REACH, 241)
FOOT = 0.14  # room below the energies for a name, of their height
HUES = {"pull": "lavender", "hinge": "aqua", "log": "gold"}
FORMULAS = {
    "pull": "F(caron(y))",
    "hinge": "(m - [F(hat(y)) - F(caron(y))])^+",
    "log": "log(1 + e^(F(caron(y)) - F(hat(y))))",
}


class Trained:
    """What one of the losses makes of the energy, as functions of the epoch."""

    def __init__(self, net, name, pairs, margin):
        self.name, self.margin, self.pairs = name, margin, pairs
        which = LOSSES.index(name)
        self.line = net(LINE[:, None])[:, which]
        self.low, self.high = (net(each[:, None])[:, which] for each in pairs)

    def loss(self, places):
        """The loss of pairs whose energies are places (N, 2), (N,)."""
        low, high = torch.as_tensor(np.asarray(places, np.float64)).T
        return losses(low, high, self.margin)[self.name].numpy()

    def downhill(self, places):
        """Minus the slope of the loss at places (N, 2), (N, 2)."""
        at = torch.tensor(places, dtype=torch.float64, requires_grad=True)
        losses(*at.T, self.margin)[self.name].sum().backward()
        return -at.grad.numpy()


def over(x, values):
    """The points (N, 2) of values (N,) over x (N,)."""
    return np.stack([values * 0 + x, values], axis=1)


class Sides:
    """The plane of pairs in one box, the line of places in another, in a clip's slots."""

    def __init__(self, clip, highest):
        self.highest = highest
        up = {"y": (-FOOT * highest, highest), "equal": False}
        names = {"x_label": "F(caron(y))", "y_label": "F(hat(y))"}
        self.pairs = clip.panel("left", x=(0, highest / 2), cross=False, mapped=True, **up, **names)
        self.line = clip.panel("right", x=(-REACH, REACH), x_label="y", y_label="F", **up)

    def map(self, trained):
        """The loss over pairs, with arrows downhill and, of the hinge, the line of its margin."""
        field = self.pairs.energy(trained.loss, high=self.highest / 2, y=(0, self.highest))
        across, up = (
            side * self.highest * (np.arange(n) + 0.5) / n for side, n in ((0.5, 5), (1, 7))
        )
        at = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        arrows = self.pairs.vectors(at, trained.downhill(at), "level", scale=self.highest / 20)
        found = Group(field, arrows)
        if trained.name == "hinge":
            ends = np.array([0, self.highest / 2])
            found.add(self.pairs.curve(over(ends, ends + trained.margin), "title"))
        return found

    def dots(self, trained):
        """The pairs in their plane, and their members on the energy."""
        at, (cold, hot) = np.stack([trained.low, trained.high], axis=1), trained.pairs
        size = 1.5 * self.line.style.size.point
        return Group(
            self.pairs.scatter(at, "title", size=size),
            self.line.scatter(over(cold, trained.low), "ycheck", size=size),
            self.line.scatter(over(hot, trained.high), "yhat", size=size),
        )

    def curve(self, trained):
        """The energy."""
        return self.line.curve(over(LINE, trained.line), HUES[trained.name], width="arrow")
