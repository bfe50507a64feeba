"""Six models as diagrams of the same bricks."""

from dataclasses import dataclass

from epochreel.diagrams.nodes import cost, decoder, encoder, variable
from epochreel.diagrams.wiring import Edge
from epochreel.panels.compositions import Composition
from epochreel.panels.layout import column, row, slot

BRICKS = {
    "x": variable("bold(x)", observed=True),
    "y": variable("bold(y)", observed=True),
    "hot": variable("hat(bold(y))"),
    "f": encoder("f"),
    "f'": encoder("f"),
    "h": variable("bold(h)"),
    "hx": variable("bold(h)_x"),
    "hy": variable("bold(h)_y"),
    "told": variable("tilde(bold(h))_y"),
    "z": variable("bold(z)"),
    "noise": variable("bold(epsilon)"),
    "g": decoder("g"),
    "drawn": variable("tilde(bold(y))"),
    "R": cost("R"),
    "C": cost("C"),
}


ERROR = "F(bold(y)) = norm(bold(y) - tilde(bold(y)))^2"


@dataclass(frozen=True)
class Model:
    """What a model is called, who feeds whom in it, and its energy."""

    name: str
    edges: tuple[str | Edge, ...]
    formulas: tuple[str, ...]

    @property
    def bricks(self):
        """Those that it is made of, by name."""
        used = {name for line in self.lines for name in line}
        return {name: brick for name, brick in BRICKS.items() if name in used}

    @property
    def lines(self):
        """The names along each line of its edges."""
        lines = [each if isinstance(each, str) else each.chain for each in self.edges]
        return [line.split(" -> ") for line in lines]


MODELS = {
    "autoencoder": Model(
        "Autoencoder",
        ("y -> f -> h -> g -> drawn -> C", "y -> C"),
        (ERROR, "tilde(bold(y)) = g(f(bold(y)))"),
    ),
    "denoising": Model(
        "Denoising autoencoder",
        ("y -> hot -> f -> h -> g -> drawn -> C", Edge("noise -> hot", beside=True), "y -> C"),
        (ERROR, "tilde(bold(y)) = g(f(hat(bold(y)))), quad hat(bold(y)) = bold(y) + bold(epsilon)"),
    ),
    "variational": Model(
        "Variational autoencoder",
        (
            "y -> f -> h -> z -> g -> drawn -> C",
            Edge("noise -> z", beside=True),
            Edge("h -> R", beside=True),
            "y -> C",
        ),
        (
            "F(bold(y)) = C + R",
            "R = beta / 2 thin sum (bold(v) - log bold(v) - 1 + bold(mu)^2)",
            "bold(h) = (bold(mu), bold(v)), quad bold(z) = bold(mu) + bold(epsilon) sqrt(bold(v))",
        ),
    ),
    "critic": Model(
        "GAN",
        ("z -> g -> hot -> C", "y -> C"),
        ("F(bold(y)) = C(bold(y))", "hat(bold(y)) = g(bold(z))"),
    ),
    "joint": Model(
        "Joint embedding",
        ("x -> f' -> hx -> C", "y -> f -> hy -> C"),
        ("F(bold(x), bold(y)) = norm(bold(h)_x - bold(h)_y)^2",),
    ),
    "predictive": Model(
        "JEPA",
        ("x -> f' -> hx -> g -> told -> C", "y -> f -> hy -> C", "z -> g"),
        (
            "F(bold(x), bold(y)) = min_(bold(z)) norm(bold(h)_y - tilde(bold(h))_y)^2",
            "tilde(bold(h))_y = g(bold(h)_x, bold(z))",
        ),
    ),
}

LAYOUT = Composition(
    {
        "16:9": column(
            slot("net", length=2.9),
            row("formula", slot("plane", length=4.6)),
            slot("caption", length=0.6),
            gap=0.2,
        ),
        "1:1": column(
            slot("net", length=2.4), row("formula", "plane"), slot("caption", length=0.8), gap=0.2
        ),
        "4:5": column(
            slot("net", length=2.8), row("formula", "plane"), slot("caption", length=0.85), gap=0.2
        ),
        "9:16": column(
            slot("caption", length=0.95),
            slot("net", length=2.6),
            slot("formula", length=2.4),
            "plane",
            gap=0.2,
        ),
    }
)
