"""Views of points that no training saw, where a net takes them, and what of them costs."""

import numpy as np
import torch

from epochreel.panels.layout import column, row, slot
from epochreel.runs.functions import Function
from trainers import joint_embedding
from trainers.joint_embedding import D, data, views

TERMS = "norm(bold(h)_x - bold(h)_y)^2", '(1 - "var" h_i)^+', '"cov"(h_1, h_2)^2'
NAMES = "h_1", "h_2"


class Embedding:
    """The points (N, 2), views of them (2 N, 2), all those of x first, and their embeddings."""

    def __init__(self, recording):
        self.config = recording.config
        self.points = data(self.config).numpy()
        generator = torch.Generator().manual_seed(self.config.seed + 2)
        self.views = views(self.config, generator).numpy().reshape(-1, D)
        self.h = recording.nets()(self.views)
        self.terms = Function(terms, self.h, self.config.variance)
        self.c = Function(covariance, self.h)


def halves(h):
    """Embeddings (2 N, d) as a tensor (2, N, d)."""
    return torch.tensor(np.reshape(h, (2, -1, np.shape(h)[-1])))


def terms(h, variance):
    """The three terms of the loss, (3,)."""
    return joint_embedding.terms(halves(h), variance).numpy()


def covariance(h):
    """The mean of the covariances of both views, (d, d)."""
    return joint_embedding.covariances(halves(h)).mean(dim=0).numpy()


def around(points):
    """Directions (N, 2) of points of an oval, an eighth of a turn further on."""
    across, up = (points / np.abs(points).max(axis=0)).T
    turned = np.stack([across - up, across + up], axis=1)
    return turned / np.abs(turned).max(axis=1, keepdims=True)


def pairs(places):
    """Lines (N, 2, 2) between both views of each point, of places (2 N, 2)."""
    return np.stack(np.split(places, 2), axis=1)


def trees():
    """The plane of embeddings, and beside it the data, the covariance and the terms."""
    hero, figures = row("hero", name="picture"), column("data", "matrix", gap=0.2)
    beside = row("data", "matrix", slot("terms", share=1.5), name="aside", gap=0.35, length=2.4)
    return {
        "16:9": row(
            column(
                row(slot("data", share=1.2), "matrix", gap=0.35, length=2.7),
                slot("terms"),
                slot("caption", length=1.3),
                name="aside",
                length=5.2,
            ),
            hero,
            gap=0.45,
        ),
        "1:1": column(
            row(slot("hero", ratio=1), figures, gap=0.25, name="picture"),
            row("terms", name="aside", length=0.9),
            slot("caption", length=0.8),
            gap=0.32,
        ),
        "4:5": column(hero, beside, slot("caption", length=0.85), gap=0.25),
        "9:16": column(slot("caption", length=0.95), hero, beside, gap=0.25),
    }
