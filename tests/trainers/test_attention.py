"""Self-attention is held to what its clip claims, on three seeds."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run
from epochreel.runs import training
from epochreel.runs.recorded import Recording
from trainers.attention import (
    ALPHABET,
    WORD,
    Config,
    attend,
    attention,
    build,
    data,
    draw,
    spell,
    train,
)

SEEDS = (12345, 1, 7)
LENGTH = len(WORD)


@pytest.fixture(scope="module", params=SEEDS)
def recording(request, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs")))
        run = training.record("attention", seed=request.param, progress=False)
    return Recording(run, "attention")


def columns(*shape, seed=3):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def right_places(matrix):
    """The entries at which every place is to look, those from the lower left to the upper right."""
    return np.flipud(matrix).diagonal()


def test_the_data_are_random_symbols_and_the_same_backwards():
    symbols, backwards = data(Config())
    assert symbols.shape == (128, 5)
    assert symbols.dtype == torch.int64
    assert backwards.tolist() == [row[::-1] for row in symbols.tolist()]
    assert torch.bincount(symbols.flatten(), minlength=8).min() > 50  # of 80 expected
    assert symbols.max() < len(ALPHABET)
    generator = torch.Generator().manual_seed(12345)
    assert torch.equal(draw(Config(), generator)[0], symbols)
    assert not torch.equal(draw(Config(), generator)[0], symbols)


def test_words_are_spelt_by_the_alphabet():
    assert spell(WORD).tolist() == [1, 0, 3, 6, 4]


def test_attention_by_hand():
    keys = torch.tensor([[0.0, math.log(2), math.log(5)], [7.0, 7.0, 7.0]])
    queries = torch.tensor([[1.0, 2.0], [0.0, 1.0]])
    expected = [[1 / 8, 1 / 30], [2 / 8, 4 / 30], [5 / 8, 25 / 30]]
    np.testing.assert_allclose(attention(queries, keys, 1), expected, rtol=1e-6)
    values = torch.tensor([[8.0, 0.0, 0.0], [0.0, 30.0, 30.0]])
    np.testing.assert_allclose(
        attend(queries, keys, values, 1), [[1, 8 / 30], [210 / 8, 29]], rtol=1e-6
    )


def test_the_colder_the_harder_from_the_mean_to_one_value():
    queries, keys, values = columns(8, 4), columns(8, 5, seed=4), columns(8, 5, seed=5)
    uniform = attention(queries, keys, 0)
    np.testing.assert_allclose(uniform, np.full((5, 4), 1 / 5), rtol=1e-15)
    mean = values.mean(1, keepdim=True).expand(8, 4)
    np.testing.assert_allclose(attend(queries, keys, values, 0), mean, atol=1e-15)

    hard = attention(queries, keys, math.inf)
    assert (np.count_nonzero(hard, axis=0) == 1).all()
    highest = (keys.mT @ queries).argmax(0)
    assert torch.equal(hard.argmax(0), highest)
    assert torch.equal(attend(queries, keys, values, math.inf), values[:, highest])
    np.testing.assert_allclose(attention(queries, keys, 1e4), hard, atol=1e-12)

    highest_shares = [attention(queries, keys, beta).amax(0) for beta in (0, 0.1, 1, 10, math.inf)]
    assert (torch.stack(highest_shares).diff(dim=0) >= 0).all()


def test_where_scores_are_equal_hard_attention_is_shared():
    keys = torch.tensor([[2.0, 2.0, 1.0]])
    shared = attention(torch.tensor([[1.0, -1.0, 0.0]]), keys, math.inf)
    np.testing.assert_allclose(shared, [[1 / 2, 0, 1 / 3], [1 / 2, 0, 1 / 3], [0, 1, 1 / 3]])


def test_a_permuted_set_of_keys_and_values_gives_the_same_and_of_queries_the_permuted():
    queries, keys, values = columns(8, 5), columns(8, 5, seed=4), columns(8, 5, seed=5)
    order = [3, 0, 4, 1, 2]
    for beta in (0, 1, math.inf):
        h = attend(queries, keys, values, beta)
        same = attend(queries, keys[:, order], values[:, order], beta)
        np.testing.assert_allclose(same, h, rtol=0, atol=1e-12)
        permuted = attend(queries[:, order], keys, values, beta)
        np.testing.assert_allclose(permuted, h[:, order], rtol=0, atol=1e-12)


def test_it_learns_to_say_the_symbols_backwards(recording):
    last = recording.config.epochs
    assert recording.recorded("accuracy")(0) < 0.25
    assert recording.recorded("accuracy")(last) > 0.99
    unseen, backwards = draw(Config(batch=4000), torch.Generator().manual_seed(99))
    said = recording.nets()(unseen)(last).argmax(axis=-2)
    assert (said == backwards.numpy()).mean() > 0.99
    word = recording.nets()(spell(WORD))(last).argmax(axis=-2)
    assert "".join(ALPHABET[symbol] for symbol in word) == WORD[::-1]


def test_attention_starts_out_uniform_and_finds_the_right_places(recording):
    last = recording.config.epochs
    for name in ("attention", "mean_attention"):
        matrix = recording.recorded(name)
        for epoch in recording.run.epochs:
            np.testing.assert_allclose(matrix(epoch).sum(axis=0), 1, atol=1e-6)
        np.testing.assert_allclose(matrix(0), np.full((LENGTH, LENGTH), 1 / LENGTH), atol=0.05)
        assert right_places(matrix(last)).min() > 0.9
    assert right_places(recording.recorded("mean_attention")(last)).mean() > 0.95


def test_it_sharpens_smoothly_over_the_snapshots(recording):
    matrix = recording.recorded("mean_attention")
    rise = [right_places(matrix(epoch)).mean() for epoch in recording.run.epochs]
    assert len(rise) == 200
    assert np.abs(np.diff(rise)).max() < 0.05


def test_the_recorded_attention_is_that_of_the_recorded_parameters(recording):
    net = recording.nets()
    word = spell(WORD).numpy()
    for epoch in recording.run.epochs[[0, 60, 120, 199]]:
        names = ("embedding.symbol", "embedding.place", "query.weight", "key.weight")
        symbol, place, query, key = (net[name](epoch).astype(np.float64) for name in names)
        x = symbol[:, word] + place
        shares = np.exp((key @ x).T @ (query @ x) / np.sqrt(8))
        shares /= shares.sum(axis=0)
        recorded = recording.recorded("attention")(epoch)
        np.testing.assert_allclose(recorded, shares, rtol=1e-4, atol=1e-6)  # float32's


def test_the_parts_are_played_back_as_columns(recording):
    net, word = recording.nets(), spell(WORD)
    last = recording.config.epochs
    queries, keys, values = (net.layer(name)(word)(last) for name in ("query", "key", "value"))
    assert queries.shape == (8, LENGTH)
    mixed = attend(*map(torch.tensor, (queries, keys, values)), beta=8**-0.5)
    scores = net["readout.weight"](last) @ mixed.numpy()
    np.testing.assert_allclose(scores, net(word)(last), atol=1e-4)
    x = net.layer("embedding")(word)(last)
    np.testing.assert_allclose(net["query.weight"](last) @ x, queries, atol=1e-5)


def test_without_places_it_is_a_map_of_sets(recording):
    net = build(recording.config)
    recording.run.load(net, recording.config.epochs)
    net = net.double().requires_grad_(False)
    word, order = spell(WORD), [3, 0, 4, 1, 2]
    assert (net(word[order]) - net(word)[:, order]).abs().max() > 1  # with them it is none
    net.embedding.place.zero_()
    permuted = net(word)[:, order]
    np.testing.assert_allclose(net(word[order]), permuted, rtol=0, atol=1e-12)


def test_a_training_cut_short_goes_on_with_the_batches_that_it_would_have_had(tmp_path):
    config = Config(epochs=30)
    with Recorder.create(tmp_path / "whole", trainer="attention") as recorder:
        train(config, recorder)
    with Recorder.create(tmp_path / "cut", trainer="attention") as recorder:
        train(replace(config, epochs=17), recorder)
    with Recorder.resume(tmp_path / "cut") as recorder:
        train(config, recorder)
    whole, resumed = Run.open(tmp_path / "whole"), Run.open(tmp_path / "cut")
    np.testing.assert_array_equal(resumed.scalar("loss")[1], whole.scalar("loss")[1])
    last = resumed.tensor("attention", 30)
    np.testing.assert_array_equal(last, whole.tensor("attention", 30))
