"""Three training loops on one bowl: the ways that their parameters took."""

import numpy as np

RIM = 1.25  # how high the bowl is, in heights of the start above its bottom
WITHIN = 8  # vertices of a path for each step
TURNS, RINGS = 97, 33  # vertices of the bowl
HEAD = 0.25  # of an arrow, in units of w


class Loops:
    """Of each loop k the parameters `w` (T, 3, 2), `.grad` when it steps, `grad` (T, 3, 2).

    `sums` (T, B, 2) are what the last loop's `.grad` held after each batch. The loss of points
    x, y (N,) over the plane of w is a bowl whose lowest place is `best` (2,), at `least`.
    """

    def __init__(self, run, x, y):
        self.x, self.y = (np.asarray(each, np.float64) for each in (x, y))
        self.w, self.grad, self.sums = (
            np.stack([run.tensor(name, at) for at in run.epochs]).astype(np.float64)
            for name in ("w", "grad", "sums")
        )
        design = np.stack([self.x, np.ones_like(self.x)], axis=1)
        self.best = np.linalg.lstsq(design, self.y, rcond=None)[0]
        self.least = self.loss(self.best)
        # From a place on the circle of radius 1 to one where the loss is 1 above the least.
        self.across = np.linalg.inv(np.linalg.cholesky(design.T @ design / len(self.x)).T)
        self.rim = RIM * (self.loss(self.w[0, 0]) - self.least)

    def predicted(self, w):
        """ỹ (N,) of parameters (2,)."""
        return w[0] * self.x + w[1]

    def loss(self, w):
        """The mean squared error of parameters (…, 2), (…,)."""
        errors = np.multiply.outer(w[..., 0], self.x) + w[..., 1, None] - self.y
        return (errors**2).mean(axis=-1)

    def on(self, w):
        """Places (…, 2) on the bowl, (…, 3)."""
        return np.concatenate([w, self.loss(w)[..., None]], axis=-1)

    def ring(self, heights):
        """The places at which the loss is so much above the least, (L, S, 3)."""
        turns = np.linspace(0, 2 * np.pi, TURNS)
        circle = np.stack([np.cos(turns), np.sin(turns)], axis=1) @ self.across.T
        return self.on(self.best + np.sqrt(heights)[:, None, None] * circle)

    def bowl(self):
        """Its surface as far as the rim, (h, w, 3)."""
        return self.ring(self.rim * np.linspace(0, 1, RINGS) ** 2)

    def limits(self):
        """The limits of w₁, w₂ and the loss."""
        low, high = (each(self.bowl(), axis=(0, 1)) for each in (np.min, np.max))
        return dict(zip("xy", zip(low[:2], high[:2], strict=True), strict=True)) | {
            "z": (0, high[2])
        }

    def at(self, k, epochs):
        """The parameters (…, 2) of a loop at epochs (…,): straight from each step to the next."""
        return self._between(self.w[:, k], epochs)

    def walk(self, k, epoch):
        """Its way on the bowl as far as an epoch, (S, 3)."""
        times = np.linspace(0, len(self.w) - 1, WITHIN * (len(self.w) - 1) + 1)
        return self.on(self.at(k, np.minimum(times, epoch)))

    def held(self, k, epoch):
        """What `.grad` still holds from the step before (2,); between two it goes over."""
        return self._between(np.vstack([np.zeros((1, 2)), self.grad[:-1, k]]), epoch)

    @staticmethod
    def _between(values, epochs):
        return np.stack([np.interp(epochs, np.arange(len(values)), each) for each in values.T], -1)

    def slide(self, ends, share):
        """An arrow (S, 3) over the bowl, as far as a share of the way between `ends` (2, 2)."""
        way = ends[1] - ends[0]
        length = np.linalg.norm(way)
        along, tip = way / length, ends[0] + share * way
        head = min(HEAD, 0.6 * share * length) * np.array([[-1, 0.5], [0, 0], [-1, -0.5]])
        barbs = tip + head @ np.stack([along, along[::-1] * [-1, 1]])
        shaft = ends[0] + share * np.linspace(0, 1, WITHIN)[:, None] * way
        return self.on(np.vstack([shaft, barbs[[0, 1, 2, 1]]]))
