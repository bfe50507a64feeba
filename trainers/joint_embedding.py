"""Joint embedding: two views of a point are to have one embedding, and two guards keep it alive.

A net embeds the views x and y of each point. The loss is that of VICReg, its terms switched on one
after the other, ‖h_x − h_y‖² + (1/d) Σ (γ − C_ii)⁺ + (1/d) Σ_{j≠i} C_ij², where C is the covariance
of the embeddings of either view and d = 2. The first alone collapses to a point, without the third
the embedding is a line.

    python -m trainers.joint_embedding
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn

from epochreel import Recorder

D = 2


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 1500
    seed: int = 12345
    points: int = 120
    turn: float = 20.0
    """Degrees by which a view is turned at most."""
    shake: float = 0.05
    hidden: int = 32
    vary_from: int = 150
    """The epoch from which on each coordinate has to vary."""
    differ_from: int = 600
    """The epoch from which on coordinates must not vary together."""
    variance: float = 1.0
    """γ, below which a coordinate's variance costs."""
    learning_rate: float = 1e-3
    calm_after: int = 100
    """Epochs after a term came in until steps are half as large."""


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 along an oval."""
    generator = torch.Generator().manual_seed(config.seed)
    angle = 2 * pi * torch.rand(config.points, generator=generator)
    oval = torch.stack([1.3 * angle.cos(), 0.8 * angle.sin()], dim=1)
    return oval + 0.05 * torch.randn(oval.shape, generator=generator)


def views(config: Config, generator: torch.Generator) -> Tensor:
    """Return the views x and y of each point, (2, N, 2): turned about the origin, and shaken."""
    points = data(config)
    angle = config.turn * pi / 180 * (2 * torch.rand(2, len(points), generator=generator) - 1)
    sine, cosine = angle.sin(), angle.cos()
    turns = torch.stack([cosine, -sine, sine, cosine], dim=-1).unflatten(-1, (2, 2))
    turned: Tensor = (turns @ points[:, :, None])[..., 0]
    return turned + config.shake * torch.randn(turned.shape, generator=generator)


def layers(inputs: int, width: int) -> nn.Sequential:
    """Return a net from (…, inputs) to (…, D), from weights that spread what it is given."""
    net = nn.Sequential(
        *(nn.Linear(inputs, width), nn.Tanh()),
        *(nn.Linear(width, width), nn.Tanh()),
        nn.Linear(width, D),
    )
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_normal_(layer.weight, gain=1.6)
    return net


def build(config: Config) -> nn.Module:
    """Return the net f, which maps (…, 2) to (…, 2)."""
    return layers(2, config.hidden)


def covariances(h: Tensor) -> Tensor:
    """Return C of either view, (2, d, d), of embeddings (2, N, d)."""
    off = h - h.mean(dim=1, keepdim=True)
    return off.transpose(1, 2) @ off / (h.shape[1] - 1)


def terms(h: Tensor, variance: float) -> Tensor:
    """Return the three terms of the loss, (3,), of embeddings (2, N, d); guards are for both."""
    c = covariances(h)
    own = c.diagonal(dim1=1, dim2=2)
    pull = (h[0] - h[1]).square().sum(dim=1).mean()
    vary = (variance - own).relu().sum() / D
    differ = (c.square().sum() - own.square().sum()) / D
    return torch.stack([pull, vary, differ])


def train(config: Config, recorder: Recorder) -> None:
    """Train on all points at once, with other views at every epoch."""
    torch.manual_seed(config.seed)
    net = build(config)
    generator = torch.Generator().manual_seed(config.seed + 1)
    # A collapsed embedding grows many times over: with a long memory its steps would overshoot.
    optimiser = torch.optim.Adam(net.parameters(), lr=config.learning_rate, betas=(0.5, 0.95))
    begun = torch.tensor([0, config.vary_from, config.differ_from])
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser, generator=generator):
        on = begun <= epoch
        rest = float(epoch - begun[on].max()) / config.calm_after
        optimiser.param_groups[0]["lr"] = config.learning_rate / (1 + rest)
        h = net(views(config, generator))  # ① predict
        loss = terms(h, config.variance)[on].sum()  # ② compute the loss
        recorder.snapshot(epoch, net=net, loss=loss)
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
