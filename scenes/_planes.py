"""The planes that trained models learnt: their data, and the energy of each place."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers import autoencoder, denoising_autoencoder, gan_critic, vae

OTHERS = {"autoencoder": autoencoder, "denoising_autoencoder": denoising_autoencoder, "vae": vae}
NOISES = 32  # over which the error of bubbles is averaged
BESIDE = 0.3
APART = 0.65  # of all epochs of the variational autoencoder: its bubbles lie apart


@dataclass(frozen=True)
class Plane:
    """The data (N, 2) of a model, its energy (N,) of points (N, 2), and from where to where."""

    data: np.ndarray
    energy: Callable
    low: float
    high: float
    note: str = ""
    others: np.ndarray | None = None  # points with which it has nothing to do

    def energies(self):
        """The mean energy of the data, and of what is BESIDE them, all around."""
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = BESIDE * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        around = (self.data[:, None] + ring).reshape(-1, 2).astype(np.float32)
        return float(self.energy(self.data).mean()), float(self.energy(around).mean())


def trained(run, trainers):
    """What trainers, by name, recorded that were trained as long as a critic's run, in share."""
    share = run.config["epochs"] / gan_critic.Config.epochs
    return {
        trainer: Recording(training.record(name, epochs=round(share * trainer.Config.epochs)))
        for name, trainer in trainers.items()
    }


def planes(run):
    """The planes of four models by name: of a critic's run, and of others trained as long."""
    given = trained(run, OTHERS)
    plain, noisy, bubbles = given.values()
    critic = given[gan_critic] = Recording(run)
    encoder, decoder = ended(plain, "encoder"), ended(plain, "decoder")
    at = round(APART * bubbles.config.epochs)
    beta = vae.price(at, bubbles.config)
    noise = np.random.default_rng(bubbles.config.seed).normal(size=(NOISES, 2))
    coded = (ended(bubbles, name, at) for name in ("encoder", "decoder"))
    free = free_energy(*coded, beta, noise.astype(np.float32))
    data = [trainer.data(own.config).numpy() for trainer, own in given.items()]
    lowest = float(free(data[2]).min())
    return {
        "autoencoder": Plane(data[0], error(lambda y: decoder(encoder(y))), 0, 0.4),
        "denoising": Plane(data[1], error(ended(noisy, "net")), 0, 0.04, "bold(epsilon) = 0"),
        "variational": Plane(data[2], free, lowest, lowest + 1, f"beta = {beta:.2f}"),
        "critic": Plane(data[3], ended(critic, "critic"), 0, critic.config.margin),
    }


def ended(recording, name, at=None):
    """A net of a run at its last epoch, or another."""
    net, at = recording.nets(name), recording.config.epochs if at is None else at
    return lambda *y: net(*y)(at)


def error(net):
    """‖y − ỹ‖² of points (N, 2) that a net maps to ỹ."""
    return lambda y: ((y - net(y)) ** 2).sum(axis=1)


def free_energy(encoder, decoder, beta, noise):
    """C + R of points (N, 2), C being its mean over noises (S, 2) of the code."""

    def energy(y):
        mu, log_v = np.split(encoder(y), 2, axis=1)
        codes = mu + np.exp(log_v / 2) * noise[:, None]
        drawn = decoder(codes.reshape(-1, 2)).reshape(codes.shape)
        errors = ((y - drawn) ** 2).sum(axis=2).mean(axis=0)
        return errors + beta / 2 * (np.exp(log_v) - log_v - 1 + mu**2).sum(axis=1)

    return energy
