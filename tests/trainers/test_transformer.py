"""The transformer is held to its grammar and to what its clip claims, on three seeds."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.transformer import (
    AFTER,
    LENGTH,
    NOUNS,
    SENTENCE,
    VERBS,
    WORDS,
    Config,
    agreement,
    build,
    data,
    spell,
    train,
)

SEEDS = (12345, 1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("transformer", seed=request.param, epochs=200, progress=False)
    return Recording(run, "transformer")


@pytest.fixture(scope="module")
def net(recording):
    return at_epoch(recording, recording.config.epochs)


def at_epoch(recording, epoch):
    net = build(recording.config)
    recording.run.load(net, epoch)
    return net.requires_grad_(False)


def mixed():
    """Sentences (18, 6) up to their verbs, whose nouns differ in number, and the verbs (18,)."""
    pairs = [(one, other, many) for one in NOUNS for other in NOUNS for many in (0, 1)]
    sentences = [[".", "the", a + "s" * n, "near", "the", b + "s" * (1 - n)] for a, b, n in pairs]
    return torch.stack([spell(each) for each in sentences]), spell(
        [VERBS[1 - n] for *_, n in pairs]
    )


def lead(net, *attention):
    """By how much the mean energy of the wrong verb is above that of the right one, where mixed."""
    sentences, right = mixed()
    scores = net(sentences, *attention)[..., -1]
    wrong = spell(VERBS).sum() - right
    return float((scores.gather(1, right[:, None]) - scores.gather(1, wrong[:, None])).mean())


def test_sentences_follow_the_grammar():
    sentences = data(Config())
    assert sentences.shape == (1000, LENGTH)
    assert torch.equal(sentences, data(Config()))
    lengths = set()
    for sentence in sentences.tolist():
        words = [WORDS[word] for word in sentence if word != AFTER]
        assert sentence[len(words) :] == [AFTER] * (LENGTH - len(words))
        assert (words[0], words[-1]) == (".", ".")
        *nouns, verb = [word for word in words if word not in (".", "the", "old", "near")]
        assert words.count("the") == words.count("near") + 1 == len(nouns) <= 3
        assert verb == VERBS[1 - nouns[0].endswith("s")]
        lengths.add(len(words))
    assert lengths == {5, 6, *range(8, LENGTH + 1)}


def test_agreement_counts_verbs_alone():
    targets = spell(["cat", "sleep", "sleeps", "sleep"])[None]
    scores = torch.zeros(1, len(WORDS), 4)
    scores[0, WORDS.index("sleep"), [1, 2]] = 1
    scores[0, WORDS.index("sleeps"), 3] = 2
    scores[0, WORDS.index("the")] = 9
    assert float(agreement(scores, targets)) == pytest.approx(1 / 3)


def test_a_word_hears_no_later_one_and_without_attention_only_itself(net):
    words = spell(SENTENCE)
    changed = words.clone()
    changed[3] = WORDS.index("bird")
    before, after = net(words), net(changed)
    assert torch.equal(before[:, :3], after[:, :3])
    assert ((before - after)[:, 3:].abs().amax(0) > 1e-3).all()
    alone = torch.eye(len(words))
    apart = (net(words, alone) - net(changed, alone)).abs().amax(0)
    assert (apart > 0).tolist() == [False, False, False, True, False, False]


def test_attention_by_hand(net):
    h = net.encoder(spell(SENTENCE)).double().numpy()
    query, key = (
        getattr(net.predictor, name).weight.double().numpy() @ h for name in ("query", "key")
    )
    shares = np.triu(np.exp(key.T @ query / np.sqrt(len(h))))
    shares /= shares.sum(axis=0)
    np.testing.assert_allclose(
        net.predictor.attention(net.encoder(spell(SENTENCE))), shares, atol=1e-5
    )


def test_at_first_every_word_is_as_likely(recording):
    energies = recording.recorded("energies")(0)
    np.testing.assert_allclose(energies, np.log(len(WORDS)), rtol=1e-6)


def test_the_nearest_noun_decides_then_the_subject(recording):
    epochs = range(60, 201, 10)
    leads = np.array([lead(at_epoch(recording, epoch)) for epoch in epochs])
    assert leads.min() < -0.2
    assert leads.argmin() < 8  # until epoch 130
    assert (leads[-2:] > 2).all()


def test_sentences_never_seen_get_their_verbs_right_by_attention_alone(recording, net):
    seen = set(map(tuple, data(recording.config).tolist()))
    fresh = data(Config(seed=99, samples=500))
    fresh = fresh[[tuple(each) not in seen for each in fresh.tolist()]]
    assert len(fresh) > 100
    late, now = fresh[:, :-1].clamp(min=0), fresh[:, 1:]
    assert agreement(net(late), now) > 0.99
    alone = torch.eye(LENGTH - 1)
    assert 0.4 < agreement(net(late, alone), now) < 0.6  # by chance: these have several nouns
    assert lead(net) > 2
    assert lead(net, torch.eye(len(SENTENCE))) < -2


def test_attention_finds_the_subject(recording, net):
    sentences, _ = mixed()
    start = at_epoch(recording, 0)
    first, last = (
        each.predictor.attention(each.encoder(sentences))[:, SENTENCE.index("cat"), -1].mean()
        for each in (start, net)
    )
    assert first < 0.25
    assert last > 1.5 * first


def test_what_is_recorded_is_that_of_the_parameters(recording, net):
    last = recording.config.epochs
    energies = -net(spell(SENTENCE))[:, -1].log_softmax(-1)
    np.testing.assert_allclose(recording.recorded("energies")(last), energies, atol=1e-4)
    attention = net.predictor.attention(net.encoder(spell(SENTENCE)))
    np.testing.assert_allclose(recording.recorded("attention")(last), attention, atol=1e-5)


def test_a_training_cut_short_goes_on_with_the_batches_that_it_would_have_had(tmp_path):
    config = Config(epochs=20, samples=100)
    with Recorder.create(tmp_path / "whole", trainer="transformer") as recorder:
        train(config, recorder)
    with Recorder.create(tmp_path / "cut", trainer="transformer") as recorder:
        train(replace(config, epochs=11), recorder)
    with Recorder.resume(tmp_path / "cut") as recorder:
        train(config, recorder)
    whole, resumed = Run.open(tmp_path / "whole"), Run.open(tmp_path / "cut")
    np.testing.assert_array_equal(resumed.scalar("loss")[1], whole.scalar("loss")[1])
