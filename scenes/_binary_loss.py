"""The losses of a few samples over the plane of the weights, as one after the other is counted."""

import numpy as np


class Losses:
    """Samples x (N, 2), to be counted one by one, which move to other places as `apart` goes to 1.

    The first is that whose ramp fits best below a `top` over the corners of the plane of w; the
    second rises most against it, of all whose ramps do when there are two.
    """

    def __init__(self, points, crossed, labels, corners, top):
        slopes = -(2 * labels - 1)[:, None] * points
        highest = np.logaddexp(0, corners @ slopes.T).max(axis=0)
        first = np.argmax(np.where(highest < top, highest, 0))
        second = np.argmin(np.where(highest < 2 * top, slopes @ slopes[first], np.inf))
        others = set(range(len(points))) - {first, second}
        order = [first, second, *sorted(others)]
        self.points, self.crossed, self.labels = points[order], crossed[order], labels[order]
        self.signs = 2 * self.labels - 1

    def places(self, apart):
        """Where the samples are, (N, 2)."""
        return self.points + apart * (self.crossed - self.points)

    def mean(self, w, count, apart):
        """The mean loss of so many samples, the last perhaps in part, at w (…, 2), (…,)."""
        weights = np.clip(count - np.arange(len(self.signs)), 0, 1)
        margins = self.signs * (w @ self.places(apart).T)
        return np.logaddexp(0, -margins) @ weights / weights.sum()

    def walk(self, path, epoch, apart):
        """The path of w (epochs, 2) as far as an epoch, on the surface of the loss, (epochs, 3)."""
        steps = np.minimum(np.arange(len(path)), epoch)
        low = np.floor(steps).astype(int)
        high = np.minimum(low + 1, len(path) - 1)
        w = path[low] + (steps - low)[:, None] * (path[high] - path[low])
        return np.column_stack([w, self.mean(w, len(self.signs), apart)])
