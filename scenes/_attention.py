"""A net with attention taken apart at one epoch: its columns, attention and answers to sets."""

from functools import partial

import numpy as np
import torch

from epochreel.panels.thermometer import coldness
from trainers.attention import attend, attention

PARTS = "query", "key", "value"


class Dissection:
    """What a net makes of a word at an epoch: X, its queries, keys and values, (d, T) each.

    `beta` is its coldness; `set` are the symbols' columns without their places, and `mixed` what
    comes out for these, (d, T).
    """

    def __init__(self, net, word, epoch, beta):
        given = net.layer("embedding")(word)(epoch)
        self.X, (self.Q, self.K, self.V) = given, (net.layer(each)(word)(epoch) for each in PARTS)
        self.maps = [torch.tensor(net[f"{part}.weight"](epoch)) for part in PARTS]
        self.beta = beta
        self.set = np.array(net["embedding.symbol"](epoch))[:, word]
        self.mixed = self.mix(self.set)

    def mix(self, columns):
        """The outputs (d, T) for a set of columns (d, T)."""
        return attend(*(each @ torch.tensor(columns) for each in self.maps), self.beta).numpy()

    def change(self, shift):
        """By how much outputs differ at most if the set is turned by some places, they with it."""
        turn = partial(np.roll, shift=shift, axis=1)
        return np.abs(self.mix(turn(self.set)) - turn(self.mixed)).max()

    def shares(self, asks, at):
        """The attention (T,) of the symbol at a place, at a position of the thermometer."""
        # In float64, where β may come as near to ∞ as the thermometer has it.
        query, keys = (torch.tensor(each).double() for each in (self.Q[:, [asks]], self.K))
        return attention(query, keys, coldness(at))[:, 0].numpy()
