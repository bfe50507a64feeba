"""Four patterns through two neurons: the 4-2-4 encoder, the first demo of the SN simulator, 1988.

Of a pattern y ∈ {−1, 1}⁴ one component is on. The net gives it back, ỹ = f(W₂ h + b₂), from the
code h = f(W₁ y + b₁) of its two hidden neurons, where f(s) = 1.68 tanh(2s/3) + .05 s. Weights start
uniform within ±2.38/√n, and a step is 1/n, with n the inputs of the neuron, its bias among them.

    python -m trainers.encoder_424 --seed 7
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn

from epochreel import Recorder


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below; an epoch shows one pattern."""

    epochs: int = 400
    seed: int = 12345
    hidden: int = 2


def data(config: Config) -> Tensor:
    """Return the patterns (4, 4) float64, one on in each."""
    return 2 * torch.eye(4, dtype=torch.float64) - 1


def order(config: Config) -> list[int]:
    """Return which pattern is shown at each epoch: all four in turn, shuffled each time."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    turns = [torch.randperm(4, generator=generator) for _ in range(config.epochs // 4 + 1)]
    shown: list[int] = torch.cat(turns).tolist()
    return shown


class Sigmoid(nn.Module):
    """f(s) = 1.68 tanh(2s/3) + .05 s, which takes ±1 to about itself."""

    def forward(self, s: Tensor) -> Tensor:
        """Return f, component by component."""
        return 1.68 * torch.tanh(2 * s / 3) + 0.05 * s


def layer(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a layer whose weights and biases are uniform within ±2.38/√n."""
    made = nn.Linear(inputs, outputs).double()
    for each in made.parameters():
        nn.init.uniform_(each, -1, 1, generator=generator)
        each.data *= 2.38 / sqrt(inputs + 1)
    return made


def build(config: Config) -> nn.Sequential:
    """Return the net, a module `code` and a module `output`."""
    generator, net = torch.Generator().manual_seed(config.seed), nn.Sequential()
    for name, sizes in (("code", (4, config.hidden)), ("output", (config.hidden, 4))):
        net.add_module(name, nn.Sequential(layer(*sizes, generator), Sigmoid()))
    return net


def train(config: Config, recorder: Recorder) -> None:
    """Show pattern after pattern; a step each, of half its squared error.

    Recorded are the `codes` (4, 2) and `outputs` (4, 4) of all patterns, how many of them are
    `right`, of the right sign in each component, and the mean squared error, `loss`.
    """
    y, shown, net = data(config), order(config), build(config)
    layers = [each for each in net.modules() if isinstance(each, nn.Linear)]
    for epoch in recorder.epochs(config.epochs, net=net):
        codes = net[0](y)
        outputs = net[1](codes)
        right = (outputs.sign() == y).all(1).double().sum()
        loss = (outputs - y).square().mean()
        recorder.snapshot(epoch, net=net, codes=codes, outputs=outputs, right=right, loss=loss)
        now = shown[epoch]
        net.zero_grad()
        (0.5 * (net(y[now]) - y[now]).square().sum()).backward()
        with torch.no_grad():
            for each in layers:
                for parameter in each.parameters():
                    if parameter.grad is not None:
                        parameter.sub_(parameter.grad / (each.in_features + 1))


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
