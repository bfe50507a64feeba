"""The field of a denoising autoencoder as dynamics: where points flow, where they stand still."""

import numpy as np
from _arrows_home import field, norm

from epochreel import Function, varying
from epochreel.look.hues import paint

SINK, SOURCE, SADDLE = range(3)
STEP = 0.1  # of the flow's time, from frame to frame
STILL = 0.05  # τ: a length of v that is nearly none
SLIGHT = 5e-3  # data units, over which v's divergence is measured
NEAR, TINY, STEPS = 1e-3, 1e-9, 12  # two zeros so close are one; no length; of Newton's
FAR = 5.0  # as far as points are followed


class Dynamics:
    """v(y) = f(y) − y of a net of linear layers with tanh between them, in float64.

    `layers` are their weights and biases, in turn, as they were at one epoch.
    """

    def __init__(self, *layers):
        values = [np.asarray(each, np.float64) for each in layers]
        self.layers = list(zip(values[::2], values[1::2], strict=True))

    def __call__(self, places):
        """Return v (N, 2) at places (N, 2)."""
        return self.net(places)[0] - places

    def net(self, places):
        """Return f (N, 2) and the slopes of all its layers but the last, at places (N, 2)."""
        h, slopes = places, []
        for weight, bias in self.layers[:-1]:
            h = np.tanh(h @ weight.T + bias)
            slopes.append(1 - h**2)
        weight, bias = self.layers[-1]
        return h @ weight.T + bias, slopes

    def jacobian(self, places):
        """Return v (N, 2) and ∂v/∂y (N, 2, 2) at places (N, 2)."""
        f, slopes = self.net(places)
        columns = np.broadcast_to(np.eye(2), (len(places), 2, 2))  # of ∂f/∂y, one a row
        for (weight, _), slope in zip(self.layers, [*slopes, np.ones(1)], strict=True):
            columns = columns @ weight.T * slope[..., None, :]
        return f - places, columns.swapaxes(1, 2) - np.eye(2)

    def flow(self, places, time):
        """Where points (N, 2) flow in a time, or against the arrows: (frames, N, 2).

        Each step goes as v half-way through it says.
        """
        step = np.copysign(STEP, time)
        frames = [places]
        for _ in range(round(time / step)):
            half = frames[-1] + step / 2 * self(frames[-1])
            frames.append(np.clip(frames[-1] + step * self(half), -FAR, FAR))
        return np.stack(frames)

    def zeros(self, lattice):
        """Where v = 0 in a square `lattice` (n, n, 2), and the kind of each, (Z, 3).

        Newton's steps lead there from all places whose first step is no longer than two spacings.
        """
        spacing = lattice[0, 1, 0] - lattice[0, 0, 0]
        v = self(lattice.reshape(-1, 2)).reshape(lattice.shape)
        up, across = np.gradient(v, spacing, axis=(0, 1))
        near = norm(newton(v, np.stack([across, up], axis=-1))) < 2 * spacing
        at = start = lattice[near]
        for _ in range(STEPS):
            step = newton(*self.jacobian(at))
            at = at + step * np.minimum(1, spacing / np.maximum(norm(step), TINY))[:, None]
        v, slopes = self.jacobian(at)
        there = (norm(v) < TINY) & (norm(at - start) < 4 * spacing)
        at, slopes = at[there], slopes[there]
        apart = norm(at[:, None] - at) > NEAR
        first = np.array([apart[k, :k].all() for k in range(len(at))], bool)
        return np.column_stack([at[first], kinds(slopes[first])])


def newton(v, slopes):
    """The step (…, 2) that leads to a zero, were v linear; none where it has no slope."""
    (a, b), (c, d) = np.moveaxis(slopes, (-2, -1), (0, 1))
    area = a * d - b * c
    area = np.where(np.abs(area) < TINY, np.inf, area)
    x, y = v[..., 0], v[..., 1]
    return -np.stack([d * x - b * y, a * y - c * x], axis=-1) / area[..., None]


def kinds(slopes):
    """Sink, source or saddle, (Z,), by the eigenvalues of ∂v/∂y (Z, 2, 2)."""
    speeds = np.linalg.eigvals(slopes).real
    sinks, sources = (speeds < 0).all(axis=1), (speeds > 0).all(axis=1)
    return np.where(sinks, SINK, np.where(sources, SOURCE, SADDLE))


def layers(net):
    """The weights and biases of a recorded net of three linear layers, functions of the epoch."""
    return [net[f"{number}.{kind}"] for number in (0, 2, 4) for kind in ("weight", "bias")]


def standing(net, reach, count):
    """The zeros (Z, 3) of a recorded net within ±reach, as a function of the epoch."""
    axis = np.linspace(-reach, reach, count)
    lattice = np.stack(np.meshgrid(axis, axis), axis=-1)
    return Function(_zeros, lattice, *layers(net))


def _zeros(lattice, *values):
    return Dynamics(*values).zeros(lattice)


def of_kind(zeros, kind):
    """Those (K, 2) of zeros (Z, 3) that are of one kind, as a function of the epoch."""
    return Function(lambda found: found[found[:, 2] == kind, :2], zeros)


def stability(net, places):
    """S = exp(−‖v‖² / 2τ²) tanh(div v), (N,): −1 at sinks, 1 at sources, 0 where v is long."""
    v = field(net, places)
    there = (field(net, places + np.float32(SLIGHT) * side) for side in np.eye(2, dtype=np.float32))
    divergence = sum((moved - v)[:, axis] for axis, moved in enumerate(there)) / SLIGHT
    return np.exp(-(norm(v) ** 2) / (2 * STILL**2)) * np.tanh(divergence)


def at_time(frames, clock):
    """Points (N, 2) of a flow (frames, N, 2), between its first frame and its last by a share."""

    def now(share):
        place = share * (len(frames) - 1)
        before = min(int(place), len(frames) - 2)
        return frames[before] + (place - before) * (frames[before + 1] - frames[before])

    return varying(now, clock)


def ramp(style, *hues):
    """A map of colours (256, 4) that goes from each hue to the next."""
    anchors = [paint(style, hue) for hue in hues]
    stops, shares = np.linspace(0, 1, len(hues)), np.linspace(0, 1, 256)
    channels = [np.interp(shares, stops, channel) for channel in np.transpose(anchors)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)
