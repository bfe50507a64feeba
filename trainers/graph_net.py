"""A graph net: nodes of communities, of which a few are told, learn with what neighbours say.

The 48 nodes of three communities are joined with probability .4 within one and .02 between two.
Each has measured x ∈ ℝ²: where its community lies, and as much noise. In a layer
h = tanh(Ux + VXa/d + b) the vector a of a node has a 1 for each of its d neighbours: attention that
is given, not computed. Two layers, 2 → 8 → 2, then a linear classifier; what is descended is its
cross-entropy at the told nodes alone. Without edges a is 0.

    python -m trainers.graph_net --edges False
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from epochreel import Recorder

WITHIN, BETWEEN = 0.4, 0.02
NOISE, SCALE = 1.0, 0.4


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below; `told` are nodes of a community."""

    epochs: int = 200
    seed: int = 12345
    communities: int = 3
    size: int = 16
    told: int = 4
    hidden: int = 8
    lr: float = 1e-2
    decay: float = 1e-2
    edges: bool = True


class Graph(NamedTuple):
    """Measurements x (N, 2), `labels` (N,), `joined` (N, N) 0 or 1, and which are `told` (N,)."""

    x: Tensor
    labels: Tensor
    joined: Tensor
    told: Tensor


def data(config: Config) -> Graph:
    """Return the graph; each node has two neighbours at least."""
    generator = torch.Generator().manual_seed(config.seed)
    labels = torch.arange(config.communities).repeat_interleave(config.size)
    count = len(labels)
    chance = torch.where(labels[:, None] == labels, WITHIN, BETWEEN)
    joined = torch.zeros(count, count)
    while (joined.sum(1) < 2).any():
        upper = (torch.rand(count, count, generator=generator) < chance).float().triu(1)
        joined = upper + upper.T
    noise = NOISE * torch.randn(count, 2, generator=generator)
    told = torch.arange(count) % config.size < config.told
    return Graph(SCALE * (middles(config)[labels] + noise), labels, joined, told)


def middles(config: Config) -> Tensor:
    """Return where communities lie on the unit circle (K, 2)."""
    turn = 2 * torch.pi * (torch.arange(config.communities) / config.communities + 0.25)
    return torch.stack([turn.cos(), turn.sin()], dim=1)


class Layer(nn.Module):
    """h = tanh(Ux + VXa/d + b) for all nodes, as rows."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.U, self.V = nn.Linear(inputs, outputs), nn.Linear(inputs, outputs, bias=False)

    def forward(self, x: Tensor, attention: Tensor) -> Tensor:
        """Return (N, outputs) of x (N, inputs), where row j of the attention (N, N) is a/d of j."""
        return torch.tanh(self.U(x) + self.V(attention @ x))


def build(config: Config) -> nn.ModuleDict:
    """Return the net, two layers and a classifier."""
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        return nn.ModuleDict(
            {
                "first": Layer(2, config.hidden),
                "second": Layer(config.hidden, 2),
                "classifier": nn.Linear(2, config.communities),
            }
        )


def train(config: Config, recorder: Recorder) -> None:
    """Descend the cross-entropy of the told nodes.

    Recorded are the embedding `h` (N, 2) and the probabilities `p` (N, K) of all nodes, the loss,
    and the `accuracy` at those that are not told.
    """
    graph, net = data(config), build(config)
    attention = graph.joined / graph.joined.sum(1, keepdim=True) * config.edges
    optimiser = torch.optim.Adam(net.parameters(), lr=config.lr, weight_decay=config.decay)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        h = net["second"](net["first"](graph.x, attention), attention)
        o = net["classifier"](h)
        loss = cross_entropy(o[graph.told], graph.labels[graph.told])
        right = (o.argmax(1) == graph.labels)[~graph.told].float().mean()
        recorder.snapshot(epoch, net=net, h=h, p=o.softmax(1), loss=loss, accuracy=right)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
