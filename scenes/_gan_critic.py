"""What the clips of the critic share: how its energy is drawn, and what is added to its losses."""

import numpy as np

CLOSE = {"x": (-1.05, 0.85), "y": (-0.85, 1.25)}  # about the middle of the data
LEVELS = np.linspace(0.1, 0.9, 9)
PUSHED = "cal(l)_C = C(bold(y)) + [m - C(hat(bold(y))')]^+"


def energy_map(panel, critic, config, **options):
    """The energy as a map of colours up to the margin."""
    return panel.energy(
        critic, high=config.margin, levels=LEVELS, numbers=False, colour_map="cold_warm", **options
    )


def noise(config):
    """What is pushed up in place of the samples."""
    return f"hat(bold(y))' = G(bold(z)) + {config.contrastive_noise:g} thin u bold(epsilon)"


def penalty(config):
    """On the slopes of the energy, in the critic's loss."""
    slopes = "norm(nabla C(bold(y)))^2 + norm(nabla C(hat(bold(y))'))^2"
    return f"+ {config.penalty / 2:g} thin ({slopes})"
