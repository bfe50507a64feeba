"""A variational autoencoder's run as functions of its epochs: bubbles, and what acts on them."""

from functools import partial

import numpy as np

from epochreel import varying
from epochreel.runs.functions import between
from trainers.vae import clusters, data, price

TURN = np.linspace(0, 2 * np.pi, 64, endpoint=False)
CIRCLE = np.stack([np.cos(TURN), np.sin(TURN)], axis=1)
RIM = CIRCLE[::16]
DRAWN = 4  # codes of each bubble that are decoded
SHARES = "means", "variances"
SMOOTH = 61  # epochs over which a curve is averaged
MERGED = 0.02  # mean of μ² below which all bubbles are taken for one


class Bubbles:
    """The points `y` (N, 2), their bubbles and what is drawn from these, in their groups' `hues`.

    What acts on the mean bubble of each group is in units of β.
    """

    def __init__(self, clip):
        self.clip, self.config = clip, clip.config
        self.beta = partial(price, config=self.config)
        numbers, size = clusters(self.config).numpy(), self.config.points_per_cluster
        # One of each group in turn, so that no group lies below all others.
        self.order = np.argsort(np.arange(len(numbers)) % size, kind="stable")
        self.y, numbers = data(self.config).numpy()[self.order], numbers[self.order]
        self.hues = clip.style.marks(numbers)
        self.mean = np.eye(self.config.clusters, dtype=np.float32)[numbers].T / size
        encoder, decoder = clip.nets("encoder", "decoder")
        code = encoder(self.y)
        self.mu, self.sigma = code[:, :2], np.exp(code[:, 2:] / 2)
        noise = np.random.default_rng(self.config.seed).normal(size=(DRAWN, *self.y.shape))
        self.drawn = decoder((self.mu + self.sigma * noise.astype(np.float32)).reshape(-1, 2))
        self.middle, self.half = self.mean @ self.mu, self.mean @ self.sigma

    def corners(self):
        """The ellipses μ ± √v of all points, (N, S, 2)."""
        return self.mu[:, None] + self.sigma[:, None] * CIRCLE

    def rims(self):
        """Four places of each mean bubble, (4K, 2)."""
        return (self.middle[:, None] + self.half[:, None] * RIM).reshape(-1, 2)

    def blown(self):
        """What blows it up there, (4K, 2): 1/√v − √v, outwards."""
        return ((1 / self.half - self.half)[:, None] * RIM).reshape(-1, 2)

    def pushed(self, around):
        """What C does to each μ, (K, 2), its mean over so many epochs at each side.

        One epoch alone has few noises.
        """
        run = self.clip.run
        epochs = run.epochs.astype(float)
        given = [self.mean @ run.tensor("push", at)[self.order] / self.beta(at) for at in epochs]
        near = abs(epochs[:, None] - epochs) <= around
        values = np.tensordot(near / near.sum(axis=1, keepdims=True), given, axes=1)
        return varying(partial(between, epochs, values), self.clip.epoch)

    def merged(self):
        """The first β of the run at which all bubbles are one."""
        means, config = self.clip.recorded("means"), self.config
        ramp = range(config.cheap, config.epochs + 1)
        return self.beta(next(at for at in ramp if means(at) < MERGED))

    def shares(self):
        """Places of β on its axis, (S,), and the means of μ² and v there, over some epochs, too."""
        run, weights = self.clip.run, np.ones(SMOOTH) / SMOOTH
        given = [run.scalar("means")[0], *(run.scalar(name)[1] for name in SHARES)]
        epochs, means, variances = (np.convolve(each, weights, "valid")[::10] for each in given)
        kept = epochs >= self.config.cheap
        at = np.array([self.place(epoch) for epoch in epochs[kept]])
        return at, means[kept], variances[kept]

    def place(self, at):
        """Where the β of an epoch stands on a logarithmic axis."""
        return np.log10(self.beta(at))


def area(low, high, place, at):
    """Corners of what lies between two curves (S, 2), from their beginning to `place(at)`."""
    until = np.minimum(low[:, 0], place(at))
    lower, upper = (np.stack([until, np.interp(until, *curve.T)], axis=1) for curve in (low, high))
    return np.concatenate([lower, upper[::-1]])


def on(panel, points):
    """Where points (…, 2) of a panel's data stand in the scene, (…, 2)."""
    origin, unit = (panel.to_scene(*place)[:2] for place in ((0, 0), (1, 1)))
    return origin + (unit - origin) * points
