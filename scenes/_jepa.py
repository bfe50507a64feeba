"""What nets make of a pendulum that is pushed: guesses, and the energies of futures."""

import numpy as np
from _jepa_pendulum import seen, stepped

from trainers.jepa import data

NOW, PUSHED = -0.7, 0.8  # an angle, and the push of the example
FAR = np.deg2rad(120)  # how far off from now futures are looked at
FUTURES = NOW + np.linspace(-FAR, FAR, 97)
AROUND = np.linspace(0, 2 * np.pi, 144, endpoint=False)
ONES = AROUND[6::18]  # at which a push is tried
TRIED = np.full(len(ONES), 0.9)


def turn(angles):
    """Angles between −π and π."""
    return (np.asarray(angles) + np.pi) % (2 * np.pi) - np.pi


class World:
    """What nets of a run say of angles, as functions of the epoch."""

    def __init__(self, recording):
        self.encoder, self.predictor, self.alone = recording.nets("encoder", "predictor", "alone")
        self.last, (angles, pushes) = recording.config.epochs, data(recording.config)
        self.angles, self.pushes = angles.numpy(), pushes.numpy()
        self.next = stepped(self.angles, self.pushes)

    def guess(self, which, angles, pushes):
        """Where the next picture's embedding is guessed: alone, an encoder guesses nothing new."""
        h = which(seen(angles))
        pushes = np.asarray(pushes, dtype=np.float32)[:, None]
        return h if which is self.alone else self.predictor(h, pushes)

    def energy(self, which):
        """E of each of the futures of the example, (F, 2): degrees from now, and energy."""
        off = which(seen(FUTURES)) - self.guess(which, [NOW], [PUSHED])
        degrees = np.rad2deg(FUTURES - NOW)
        return np.stack([degrees + 0 * off[:, 0], (off**2).sum(axis=1)], axis=1)

    def error(self, which):
        """By how many degrees the future of the lowest energy is off, on average."""
        guess, h = self.guess(which, self.angles, self.pushes)(self.last), self.found(which)
        lowest = ((guess[:, None] - h) ** 2).sum(axis=2).argmin(axis=1)
        return float(np.rad2deg(np.mean(np.abs(turn(AROUND[lowest] - self.next)))))

    def moved(self):
        """By how many degrees pictures move in a step, on average."""
        return float(np.rad2deg(np.mean(np.abs(turn(self.next - self.angles)))))

    def found(self, which):
        """The embeddings of angles all around, in the end."""
        return which(seen(AROUND))(self.last)

    def dream(self, angle, pushes):
        """Guesses of guesses, (T + 1, 2), after one picture, and the angles nearest to them."""
        h = [self.encoder(seen([angle]))(self.last)]
        for push in pushes:
            given = np.array([[push]], dtype=np.float32)
            h.append(self.predictor(h[-1], given)(self.last))
        way = np.concatenate(h)
        nearest = ((way[:, None] - self.found(self.encoder)) ** 2).sum(axis=2).argmin(axis=1)
        return way, np.unwrap(turn(AROUND[nearest]))
