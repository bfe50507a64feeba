"""A residual gated graph net: some nodes are broken, and gates learn not to hear them.

The graph of `trainers.graph_net`. In each measurement a third of the nodes, others each time, are
broken: their two numbers are noise three times as wide, and the third, a lamp, is 1. A linear map
lifts x ∈ ℝ³ to ℝ⁸; then a residual gated layer, each node having an edge e from each neighbour j:

    h = x + (Ux + b + Σ_j a_j ⊙ Vx_j)⁺,   a_j = σ(e_j) / Σ_k σ(e_k),   e_j = Dx_j + Ex

(an edge has no features of its own, so there is no Ce_j), and 8 → 2 with a tanh and a linear
classifier. D and E are 0 at first: all gates stand half open, and neighbours are heard alike. With
`gated` false they stay so. Each epoch has measurements of its own, and a few nodes are told their
community; what is recorded is of measurements that the net never sees. Bresson and Laurent,
Residual Gated Graph ConvNets, 2017, whose A and B are U and V here, as in `trainers.graph_net`.

    python -m trainers.gated_graph_net --gated False
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from epochreel import Recorder
from trainers import graph_net
from trainers.graph_net import NOISE, SCALE, Graph

BROKEN, LOUD = 1 / 3, 3.0
UNSEEN = 10  # measurements, of which the first is shown


@dataclass(frozen=True)
class Config:
    """Everything the run depends on, apart from the code below; `told` are nodes of a community."""

    epochs: int = 200
    seed: int = 12345
    told: int = 4
    batch: int = 4
    hidden: int = 8
    lr: float = 2e-2
    gated: bool = True


def society(config: Config) -> Graph:
    """Return the graph, with measurements of which none is broken."""
    return graph_net.data(graph_net.Config(seed=config.seed, told=config.told))


def measure(labels: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return so many measurements (count, N, 3) of nodes; the third number is 1 where one broke."""
    noise = torch.randn(count, len(labels), 2, generator=generator)
    broken = torch.rand(count, len(labels), 1, generator=generator) < BROKEN
    whole = graph_net.middles(graph_net.Config())[labels] + NOISE * noise
    return torch.cat([SCALE * torch.where(broken, LOUD * noise, whole), broken.float()], dim=2)


def data(config: Config) -> Tensor:
    """Return the measurements (UNSEEN, N, 3) from which nothing is learnt."""
    generator = torch.Generator().manual_seed(config.seed + 1)
    return measure(society(config).labels, UNSEEN, generator)


class Gated(nn.Module):
    """A residual gated layer."""

    def __init__(self, size: int, gated: bool) -> None:
        super().__init__()
        self.U = nn.Linear(size, size)
        self.V, self.D, self.E = (nn.Linear(size, size, bias=False) for _ in "VDE")
        for gate in (self.D, self.E):
            nn.init.zeros_(gate.weight).requires_grad_(gated)

    def forward(self, x: Tensor, joined: Tensor) -> tuple[Tensor, Tensor]:
        """Return h (M, N, n) of x (M, N, n), and gates (M, N, N, n): row i has what comes to i."""
        gates = torch.sigmoid(self.D(x)[:, None] + self.E(x)[:, :, None])
        heard = gates * joined[..., None]
        a = heard / heard.sum(2, keepdim=True)
        return x + torch.relu(self.U(x) + (a * self.V(x)[:, None]).sum(2)), gates


class Net(nn.Module):
    """Measurements (M, N, 3) to embeddings in the plane; `classifier` decides there."""

    def __init__(self, config: Config, communities: int) -> None:
        super().__init__()
        self.lift, self.layer = (
            nn.Linear(3, config.hidden, bias=False),
            Gated(config.hidden, config.gated),
        )
        self.plane, self.classifier = nn.Linear(config.hidden, 2), nn.Linear(2, communities)

    def forward(self, x: Tensor, joined: Tensor) -> tuple[Tensor, Tensor]:
        """Return embeddings (M, N, 2), and how open gates are on average (M, N, N)."""
        h, gates = self.layer(self.lift(x), joined)
        return torch.tanh(self.plane(h)), gates.mean(-1)


def build(config: Config) -> Net:
    """Return the net, from one start with gates and without."""
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        return Net(config, graph_net.Config().communities)


def train(config: Config, recorder: Recorder) -> None:
    """Descend the cross-entropy of the told nodes.

    Recorded are, of the first unseen measurement, the embedding `h` (N, 2), the probabilities `p`
    (N, K) and how `open` gates are (N, N); of all of them the `accuracy` at nodes that are not
    told, and how open the gates to `healthy` and to `broken` neighbours are.
    """
    graph, unseen, net = society(config), data(config), build(config)
    lamp = unseen[:, None, :, 2] * graph.joined
    whole = graph.joined - lamp
    generator = torch.Generator().manual_seed(config.seed + 2)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.lr)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser, drawn=generator):
        with torch.no_grad():
            h, gates = net(unseen, graph.joined)
            p = net.classifier(h).softmax(-1)
        right = (p.argmax(-1) == graph.labels)[:, ~graph.told].float().mean()
        x = measure(graph.labels, config.batch, generator)
        o = net.classifier(net(x, graph.joined)[0])[:, graph.told].flatten(0, 1)
        loss = cross_entropy(o, graph.labels[graph.told].repeat(config.batch))
        recorder.snapshot(
            epoch, net=net, h=h[0], p=p[0], open=gates[0] * graph.joined, loss=loss, accuracy=right,
            healthy=(gates * whole).sum() / whole.sum(), broken=(gates * lamp).sum() / lamp.sum(),
        )  # fmt: skip
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


if __name__ == "__main__":
    from epochreel.cli import main

    main("train", __file__)
