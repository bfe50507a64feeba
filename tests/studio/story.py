"""A clip that tests write, break and mend, with a sibling and a trainer of its own."""

from pathlib import Path

SCENE = '''"""A square in a colour."""

from _colour import COLOUR
from manim import FadeIn, Square

from epochreel import Clip, beat


class Story(Clip):
    title = "A square"
    trainer = {trainer!r}

    @beat("The square")
    def first(self):
        square = Square(color=self.style.palette[COLOUR], fill_opacity=1)
        self.play(FadeIn(square), run_time=0.4)
        self.wait(0.6)

    @beat("Its epochs")
    def second(self):
        {second}
'''
TRAINER = '''"""A line learns to be another line."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Config:
    epochs: int = 6
    rate: float = {rate}
    seed: int = 0


def data(config):
    return torch.linspace(-1, 1, 9)[:, None]


def build(config):
    return torch.nn.Linear(1, 1)


def train(config, recorder):
    net = build(config)
    for epoch in recorder.epochs(config.epochs, net=net):
        loss = (net(data(config)) - 2 * data(config)).square().mean()
        recorder.snapshot(epoch, net=net, loss=loss)
        slopes = torch.autograd.grad(loss, [*net.parameters()])
        with torch.no_grad():
            for parameter, slope in zip(net.parameters(), slopes, strict=True):
                parameter -= config.rate * slope
'''
WAITS, TRAINS = "self.wait(1)", "self.add(self.readings('loss')), self.train(6, 1)"


def write(folder: Path, colour="red", second=WAITS, trainer="") -> Path:
    """Write the clip into a folder, and give the file of its scene."""
    scene = folder / "story.py"
    (folder / "_colour.py").write_text(f"COLOUR = {colour!r}\n", "utf-8")
    scene.write_text(SCENE.format(trainer=trainer, second=second), "utf-8")
    return scene


def write_trainer(folder: Path, rate=0.1) -> Path:
    """Write the trainer into a folder, and give its file."""
    path = folder / "line.py"
    path.write_text(TRAINER.format(rate=rate), "utf-8")
    return path
