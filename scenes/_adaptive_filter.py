"""What an adaptive filter hears, makes of a noise and leaves."""

import numpy as np

from trainers.perceptron_adaline import BLOCK, sound

HEARS = 40  # epochs over which the noise is measured


class Filter:
    """What the filter of a run hears, makes of the noise and leaves, each (T,)."""

    def __init__(self, run, config):
        voice, heard, _ = (each.numpy() for each in sound(config))
        self.heard = heard
        self.left = np.concatenate([run.tensor("left", at) for at in range(1, config.epochs + 1)])
        self.made = heard - self.left
        noise, rest = (
            np.square(each - voice).reshape(-1, BLOCK).mean(axis=1) for each in (heard, self.left)
        )
        fall = [
            noise[max(k - HEARS, 0) : k].mean() / rest[max(k - HEARS, 0) : k].mean()
            for k in range(1, config.epochs + 1)
        ]
        self.gone = 10 * np.log10([1, *fall])

    def decibels(self, at):
        """By how much the noise of the last epochs is quieter, in decibels."""
        return float(np.interp(at, np.arange(len(self.gone)), self.gone))
