"""What one number tells of points of the plane: their order, and how far off the curve they are."""

import numpy as np
from scipy.stats import spearmanr

from trainers.autoencoder import data

SPAN = np.linspace(0, 1, 200)[:, None]
WHOLE = np.linspace(-1, 1, 2001, dtype=np.float32)[:, None]  # all that a bounded code can say


class Code:
    """The code of a run: of its `points` (N, 2), and of others, as functions of the epoch.

    `order` is the rank correlation of the places along the spiral and the last codes, −1 to 1.
    """

    def __init__(self, recording):
        self.run, self.last = recording.run, recording.config.epochs
        self.points = data(recording.config).numpy()
        self.places = np.linspace(0, 1, len(self.points))
        self.encoder, self.decoder = recording.nets("encoder", "decoder")
        self.codes = self.encoder(self.points)
        self.drawn = self.decoder(self.codes)
        low, high = self.codes.min(), self.codes.max()
        self.curve = self.decoder(low + (high - low) * SPAN)
        self.order = float(spearmanr(self.places, self.codes(self.last).ravel()).statistic)

    def energy(self, y):
        """‖y − ỹ‖² of points (N, 2)."""
        return ((y - self.decoder(self.encoder(y))) ** 2).sum(axis=1)

    def told(self, y):
        """The places along the spiral, 0 to 1, that the last codes of points (N, 2) tell."""
        known, asked = (self.encoder(each)(self.last).ravel() for each in (self.points, y))
        order = known.argsort()
        return np.interp(asked, known[order], self.places[order])

    def way(self, y):
        """From points (N, 2) to the nearest place that the last decoder can draw."""
        reached = self.decoder(WHOLE)(self.last)
        return np.linalg.norm(y[:, None] - reached, axis=2).min(axis=1)

    def ladder(self, clip, reach):
        """The points in the order of the spiral above, of their codes below, and who is who."""
        graph = clip.graph(
            "second",
            x=(-reach, reach),
            y=(0, 1),
            x_marks={-reach: f"−{reach}", 0: "h", reach: f"{reach}"},
        )
        turned = np.sign(self.order) * reach
        above = np.stack([turned * (2 * self.places - 1), 0 * self.places + 1], axis=1)
        below = np.concatenate([self.codes, 0 * self.codes], axis=1)
        panel = graph.panel
        graph.add(
            panel.segments(above, below, self.places, opacity=0.6),
            panel.scatter(above, self.places),
            panel.scatter(below, self.places),
        )
        return graph

    def walls(self, clip, y):
        """The distances of points (N, 2) to the curve and, above them, the errors."""
        far, error = self.way(y), np.sqrt(self.energy(y)(self.last))
        most, highest = far.max(), error.max()
        graph = clip.graph(
            "second",
            x=(0, most),
            y=(0, highest),
            x_marks={most / 2: '"distance to the curve"'},
            y_marks={highest: "norm(bold(y) - tilde(bold(y)))"},
        )
        graph.add(
            graph.panel.curve([(0, 0), (most, most)], "ytilde"),
            graph.panel.scatter(np.stack([far, error], axis=1), "E"),
        )
        return graph
