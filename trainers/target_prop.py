"""Target propagation: an encoder learns to guess where inference will end.

The decoder g draws an ellipse, and inference lets a latent z slide down the energy
E(y, z) = C(y, g(z)) + D(z, z̃), C = ‖y − g(z)‖², D = α (1 − cos(z − z̃)), from the encoder's guess
z̃ = f(y) to ž. Then ∇C at ž trains the decoder, and ∇D(ž, z̃) the encoder, to which ž is a target.

Latents are angles in radians; everything is float64.

    python -m trainers.target_prop
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epochreel import Recorder, Schedule, geometric
from trainers.ellipse_ebm import SAMPLES, Decoder


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below."""

    epochs: int = 200
    seed: int = 12345
    hidden: int = 32
    alpha: float = 0.1
    rate: float = 0.05
    """Of the steps of inference, which end where the slope of E is `still`, or after `patience`."""
    still: float = 0.05
    patience: int = 80
    learning_rate: float = 5e-3
    decoder_learning_rate: float = 0.05


class Encoder(nn.Module):
    """Points (N, 2) to angles (N,), by way of a point of the plane that has that angle."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 2)).double()

    def forward(self, y: Tensor) -> Tensor:
        """Return the guesses z̃."""
        across, up = self.net(y).unbind(-1)
        return torch.atan2(up, across)


def data(config: Config) -> Tensor:
    """Return the ellipse's 24 samples, (24, 2) float64."""
    return torch.tensor(SAMPLES, dtype=torch.float64)


def build(config: Config) -> dict[str, nn.Module]:
    """Return both nets: `encoder` maps y (N, 2) to z̃ (N,), `decoder` z (N,) to ỹ (N, 2)."""
    return {"encoder": Encoder(config.hidden), "decoder": Decoder()}


def schedule(config: Config) -> Schedule:
    """Take ever fewer epochs: guesses move most in the first twenty."""
    return geometric(config.epochs, min(120, config.epochs + 1))


def infer(y: Tensor, guess: Tensor, w: Tensor, config: Config) -> tuple[Tensor, Tensor]:
    """Let latents slide from guesses (N,): their paths (N, 1 + patience) and how many steps, (N,).

    A latent whose slope is below `still` stays.
    """
    path, steps = [guess], torch.zeros(len(guess))
    for _ in range(config.patience):
        z = path[-1]
        g = torch.stack([z.cos(), z.sin()], dim=-1) * w
        along = torch.stack([-z.sin(), z.cos()], dim=-1) * w
        slope = 2 * ((g - y) * along).sum(-1) + config.alpha * (z - guess).sin()
        moving = slope.abs() > config.still
        path.append(z - config.rate * slope * moving)
        steps += moving
    return torch.stack(path, dim=1), steps


def train(config: Config, recorder: Recorder) -> None:
    """Train both nets on all samples at once.

    Recorded are C at ž as `loss`, C at z̃ as `guessed`, `steps` of inference, means over samples,
    the ellipse's `w` and the `path` of each latent, (N, 1 + patience).
    """
    torch.manual_seed(config.seed)
    nets = build(config)
    encoder, decoder = nets["encoder"], nets["decoder"]
    y = data(config)
    optimiser = torch.optim.Adam(encoder.parameters(), lr=config.learning_rate)
    optimiser.add_param_group({"params": decoder.parameters(), "lr": config.decoder_learning_rate})
    for epoch in recorder.epochs(config.epochs, **nets, optimiser=optimiser):
        guess = encoder(y)  # ① predict
        w = next(decoder.parameters())
        with torch.no_grad():
            path, steps = infer(y, guess, w, config)
            guessed = (y - decoder(guess)).square().sum(1).mean()
        target = path[:, -1]
        error = (y - decoder(target)).square().sum(1).mean()
        # ② compute the loss: ∇C trains the decoder alone, ∇D the encoder alone
        distance = (1 - (target - guess).cos()).mean()
        recorder.snapshot(
            epoch, **nets, loss=error, guessed=guessed, steps=steps.mean(), w=w.detach(), path=path
        )
        optimiser.zero_grad()  # ③ zero the gradients
        (error + config.alpha * distance).backward()  # ④ go backward
        optimiser.step()  # ⑤ step


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
