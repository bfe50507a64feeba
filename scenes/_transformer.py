"""A transformer as a diagram, and its energies, also where its attention is taken away."""

import numpy as np
import torch

from epochreel.diagrams.nodes import cost, decoder, delay, encoder, module, variable
from trainers.transformer import SENTENCE, VERBS, WORDS, Config, agreement, build, data, spell

NODES = {
    "y": variable("bold(y)", observed=True),
    "delay": delay(),
    "Enc": encoder('"Enc"'),
    "h": variable("bold(h)"),
    "Pred": module('"Pred"', hue="lavender"),
    "Dec": decoder('"Dec"'),
    "drawn": variable("tilde(bold(y))"),
    "C": cost("C"),
}
PLAIN = "y", "Enc", "h", "Dec", "drawn", "C"
DELAYED = "y", "delay", "Enc", "h", "Pred", "Dec", "drawn", "C"
FORMULAS = (
    'bold(h) = "Enc"(bold(y)[t - 1])',
    'bold(a) = "softargmax"_beta (bold(K)^top bold(q))',
    'tilde(bold(h)) = "Pred"(bold(h), bold(V) bold(a))',
    'tilde(bold(y))[t] = "Dec"(tilde(bold(h)))',
)
SUBJECT = SENTENCE.index("cat")
SURE = 1.5  # by how much the energy of the wrong verb is above that of the right one
FRESH, STEPS = 400, 33


def verbs(energies):
    """The energies (…, 2) of the right verb and of the wrong one, of those of all words (…, W)."""
    return np.stack([energies[..., WORDS.index(verb)] for verb in reversed(VERBS)], axis=-1)


class Findings:
    """What a run found: the two verbs' energies (S, 2) over its `epochs`, and when they part.

    At the epoch `fooled` the wrong verb is ahead the most, from `found` on the right one is.
    `without` and `alone` are the energies (STEPS, 2) and the attention (STEPS, T, T) while each
    word goes over from what the trained net attends to to hearing itself alone; `right` are the
    shares of never seen sentences' verbs that are in the right number, before and after.
    """

    def __init__(self, run, config):
        self.epochs = np.asarray(run.epochs)
        self.course = verbs(np.array([run.tensor("energies", each) for each in self.epochs]))
        ahead = self.course[:, 1] - self.course[:, 0]
        self.fooled = int(self.epochs[ahead.argmin()])
        self.found = int(self.epochs[np.flatnonzero(ahead < SURE).max() + 1])
        net = build(config)
        run.load(net, config.epochs)
        sentence, seen = spell(SENTENCE), set(map(tuple, data(config).tolist()))
        drawn = data(Config(seed=config.seed + 1, samples=FRESH))
        fresh = drawn[[tuple(each) not in seen for each in drawn.tolist()]]
        late, now = fresh[:, :-1].clamp(min=0), fresh[:, 1:]
        share = torch.linspace(0, 1, STEPS)[:, None, None]
        with torch.no_grad():
            own = net.predictor.attention(net.encoder(sentence))
            mixed = (1 - share) * own + share * torch.eye(len(sentence))
            scores = net(sentence.expand(STEPS, -1), mixed)[..., -1].log_softmax(-1)
            ways = None, torch.eye(late.shape[1])
            self.right = [float(agreement(net(late, each), now)) for each in ways]
        self.alone, self.without = mixed.numpy(), verbs(-scores.numpy())
        self.most = max(self.course.max(), self.without.max())
        self.attended = [
            float(run.tensor("attention", at)[SUBJECT, -1]) for at in (0, config.epochs)
        ]

    def results(self):
        """Labels and texts of what is measured."""
        right, wrong = self.course[self.epochs == self.fooled][0]
        last = self.epochs[-1]
        return {
            f"Energies of the right and the wrong verb at epoch {self.fooled}": (
                f"{right:.2f} and {wrong:.2f}"
            ),
            f"The same at epoch {last}": "{:.2f} and {:.2f}".format(*self.course[-1]),
            f"Attention to the subject at epochs 0 and {last}": "{:.2f} and {:.2f}".format(
                *self.attended
            ),
            "Verbs right in sentences never seen, with attention and without": " and ".join(
                f"{share:.0%}" for share in self.right
            ),
        }

    def part(self, name, share):
        """The energies or the attention at a share of the way to hearing itself alone, 0 to 1."""
        values, place = getattr(self, name), share * (STEPS - 1)
        low = min(int(place), STEPS - 2)
        return values[low] + (place - low) * (values[low + 1] - values[low])
