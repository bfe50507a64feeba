"""A variational autoencoder: its code of a point is no point but a bubble, μ ± √v.

The encoder f says of each point y a mean μ and a variance v; the decoder g draws it from any code
of the bubble, ỹ = g(μ + √v ⊙ ε), ε ∼ N(0, I). It is trained on F = C + (β/2) Σ (v − log v − 1 + μ²)
with C = ‖y − ỹ‖², while β, the price of being far from N(0, I), rises.

    python -m trainers.vae
"""

from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor, nn

from epochreel import Recorder, Schedule, every, geometric


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 4000
    seed: int = 12345
    clusters: int = 6
    points_per_cluster: int = 10
    spread: float = 0.15
    hidden: int = 100
    noises: int = 16
    """For each point and epoch, in pairs ε and −ε."""
    learning_rate: float = 1e-3
    cheap: int = 1000
    """The epoch until which the price is the lowest."""
    lowest: float = 0.001
    highest: float = 4.0


def data(config: Config) -> Tensor:
    """Return points (N, 2) float32 around the corners of a polygon, of mean 0 and variance 1."""
    generator = torch.Generator().manual_seed(config.seed)
    angle = 2 * pi / config.clusters * clusters(config)
    centres = 1.3 * torch.stack([angle.cos(), angle.sin()], dim=1)
    points = centres + config.spread * torch.randn(centres.shape, generator=generator)
    return (points - points.mean(0)) / points.std(0, correction=0)


def clusters(config: Config) -> Tensor:
    """Return the number of each point's cluster, (N,)."""
    return torch.arange(config.clusters).repeat_interleave(config.points_per_cluster)


def price(epoch: float, config: Config) -> float:
    """Return β: the lowest until the epoch `cheap`, from there on the same factor at each."""
    share = max(epoch - config.cheap, 0) / (config.epochs - config.cheap)
    return float(config.lowest * (config.highest / config.lowest) ** share)


def build(config: Config) -> dict[str, nn.Module]:
    """Return both nets: `encoder` maps y (N, 2) to μ and log v, (N, 4), `decoder` z (N, 2) to ỹ."""
    width = config.hidden
    encoder, decoder = (
        nn.Sequential(
            *(nn.Linear(2, width), nn.Tanh()),
            *(nn.Linear(width, width), nn.Tanh()),
            nn.Linear(width, outputs),
        )
        for outputs in (4, 2)
    )
    return {"encoder": encoder, "decoder": decoder}


def schedule(config: Config) -> Schedule:
    """Take the first epochs closely, in which the bubbles part, and then every so many."""
    return geometric(config.epochs, min(120, config.epochs + 1)) | every(
        max(config.epochs // 200, 1)
    )


def train(config: Config, recorder: Recorder) -> None:
    """Train on all the points at once, each at noises of its own.

    Recorded are the `loss`, its part C as `error` and what is told of latents, means over points:
    `means` of μ² and `variances` of v; and what C does to each bubble by itself, minus its slopes
    by μ and by √v: `push` and `squeeze`, (N, 2).
    """
    torch.manual_seed(config.seed)
    nets = build(config)
    encoder, decoder = nets["encoder"], nets["decoder"]
    y = data(config)
    generator = torch.Generator().manual_seed(config.seed)
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=config.learning_rate)
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser, generator=generator):
        beta = price(epoch, config)
        mu, log_v = encoder(y).chunk(2, dim=1)  # ① predict
        sigma = (log_v / 2).exp()
        noise = torch.randn(config.noises // 2, *mu.shape, generator=generator)
        drawn = decoder(mu + sigma * torch.cat([noise, -noise]))
        errors = (y - drawn).square().sum(2).mean(0)  # ② compute the loss
        divergences = (sigma**2 - log_v - 1 + mu**2).sum(1)
        loss = (errors + beta / 2 * divergences).mean()
        slopes = torch.autograd.grad(errors.sum(), (mu, sigma), retain_graph=True)
        recorder.snapshot(
            epoch,
            **nets,
            loss=loss,
            error=errors.mean(),
            means=mu.square().mean(),
            variances=sigma.square().mean(),
            push=-slopes[0],
            squeeze=-slopes[1],
        )
        optimiser.zero_grad()  # ③ zero the gradients
        loss.backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
