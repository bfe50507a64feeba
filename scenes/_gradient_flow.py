"""How far slopes shrink or grow on their way back through deep nets of random weights."""

import numpy as np

LAYERS, WIDTH, SEED = 24, 32, 1
OPEN = 1 / LAYERS  # how far a gate lets through what is new
GAINS = {"small": 0.8, "unit": 1.0, "large": 2.0}
RULES = {
    "plain": "bold(h)_t = tanh(bold(W)_t bold(h)_(t-1))",
    "residual": "bold(h)_t = bold(h)_(t-1) + tanh(bold(W)_t bold(h)_(t-1))",
    "gated": "bold(h)_t = (1 - z) bold(h)_(t-1) + z tanh(bold(W)_t bold(h)_(t-1))",
}
PATHS = {"plain": (0, 1), "residual": (1, 1), "gated": (1 - OPEN, OPEN)}
"""What a layer keeps of the one before, and how much it takes of what is new."""
AROUND = np.linspace(0, 2 * np.pi, 97)[:-1]
CIRCLE = np.stack([np.cos(AROUND), np.sin(AROUND)], axis=1)
RING = np.concatenate([CIRCLE, CIRCLE[:1]])


def rotations(seed):
    """Random orthogonal matrices (LAYERS, WIDTH, WIDTH)."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(LAYERS, WIDTH, WIDTH)))
    return q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]


def layers(kind, gain, seed=SEED):
    """∂h_t/∂h_{t−1} of the layers, the first one first, (LAYERS, WIDTH, WIDTH)."""
    keep, take = PATHS[kind]
    h, found = np.random.default_rng(seed + 1).normal(size=WIDTH), []
    for w in gain * rotations(seed):
        f = np.tanh(w @ h)
        found.append(keep * np.eye(WIDTH) + take * (1 - f**2)[:, None] * w)
        h = keep * h + take * f
    return np.array(found)


class Flow:
    """Slopes at two neurons of the last layer, on their way back through one net.

    Those of length 1 are a circle; t layers further back they are an ellipse, whose longer half
    axis is `norms[t]`, that of the matrix M_t of slopes, (2, WIDTH). `bounds[t]` is the product of
    the norms of the layers in between. `logs` (LAYERS + 1, 2, 2) are the logarithms of the
    stretches √(M Mᵀ): an ellipse is seen up to a rotation.
    """

    def __init__(self, kind, gain, seed=SEED):
        slopes, self.logs, self.norms, self.bounds = np.eye(WIDTH)[:2], [], [], []
        bound = 1.0
        for layer in [None, *layers(kind, gain, seed)[::-1]]:
            if layer is not None:
                slopes, bound = slopes @ layer, bound * np.linalg.norm(layer, 2)
            u, sigma, _ = np.linalg.svd(slopes, full_matrices=False)
            self.logs.append(u @ np.diag(np.log(sigma)) @ u.T)
            self.norms.append(sigma[0])
            self.bounds.append(bound)
        self.logs = np.array(self.logs)

    def stretch(self, at):
        """The stretch (2, 2) after so many layers, also between two."""
        low = min(int(at), LAYERS - 1)
        values, u = np.linalg.eigh(self.logs[low] + (at - low) * np.diff(self.logs, axis=0)[low])
        return u @ np.diag(np.exp(values)) @ u.T

    def passed(self, at):
        """The ellipses of the layers that slopes have passed, (LAYERS, 97, 2), others a point."""
        values, u = np.linalg.eigh(self.logs[:-1])
        stretches = u * np.exp(values)[:, None] @ u.mT
        return np.where(np.arange(LAYERS) < at, 1, 0)[:, None, None] * (RING @ stretches)

    def size(self, at):
        """How long the longest slope is after so many layers, also between two."""
        return np.exp(np.interp(at, np.arange(LAYERS + 1), np.log(self.norms)))

    def bound(self, at):
        """The product of the norms after so many layers, also between two."""
        return np.exp(np.interp(at, np.arange(LAYERS + 1), np.log(self.bounds)))


def travelled(values, at):
    """How far a strip of values (LAYERS + 1,), in powers of ten, has come, (LAYERS + 1, 2)."""
    steps = np.minimum(np.arange(LAYERS + 1), at)
    return np.stack([LAYERS - steps, np.interp(steps, np.arange(LAYERS + 1), np.log10(values))], 1)


def decimals(value):
    """How many decimals it takes to write two figures of a value."""
    return max(0, int(np.ceil(1 - np.log10(value))))
