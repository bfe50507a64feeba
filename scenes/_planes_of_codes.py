"""The planes that two models learnt which compare codes: the energy of each place with one x."""

import numpy as np
import torch
from _jepa import NOW
from _jepa_pendulum import seen, stepped
from _planes import Plane, ended, trained

from trainers import jepa, joint_embedding

ONE = 3  # the point whose views are looked at
VIEWS = 40  # of it, and pushes of the pendulum
HIGH = 4.0, 2.0  # energies of the two planes


def planes_of_codes(run):
    """The planes of a joint embedding and of a JEPA, trained as long as a critic's run."""
    joint, predictive = trained(run, {"joint_embedding": joint_embedding, "jepa": jepa}).values()
    return {"joint": of_views(joint), "predictive": of_pushes(predictive)}


def of_views(recording):
    """The energy of places y with one view x, the views of its point, and all other points."""
    config, f = recording.config, ended(recording, "net")
    generator = torch.Generator().manual_seed(config.seed + 3)
    drawn = [joint_embedding.views(config, generator)[:, ONE] for _ in range(VIEWS // 2)]
    x, views = joint_embedding.data(config).numpy()[[ONE]], torch.cat(drawn).numpy()
    others = np.delete(joint_embedding.data(config).numpy(), ONE, axis=0)
    return Plane(views, apart(f, f(x)), 0, HIGH[0], '"one "bold(x)', others=others)


def of_pushes(recording):
    """The energy of a push z, across, and an angle of y, upwards, after one picture x; the true."""
    f, g = ended(recording, "encoder"), ended(recording, "predictor")
    pushes = np.linspace(-1, 1, VIEWS, dtype=np.float32)
    true = np.stack([pushes, stepped(np.float32(NOW), pushes)], axis=1)
    h = f(seen([NOW]))

    def energy(points):
        told = g(np.repeat(h, len(points), axis=0), points[:, :1].astype(np.float32))
        return ((f(seen(points[:, 1])) - told) ** 2).sum(axis=1)

    return Plane(true, energy, 0, HIGH[1], 'bold(z)", angle of "bold(y)')


def apart(f, h):
    """‖h − f(y)‖² of points y (N, 2)."""
    return lambda y: ((f(y) - h) ** 2).sum(axis=1)
