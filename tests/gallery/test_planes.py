"""Of which clips a page holds the net, and what it is told."""

import json

import pytest
import torch

from epochreel.gallery import planes, weights
from epochreel.runs import training


@pytest.fixture(scope="module", autouse=True)
def runs(tmp_path_factory):
    """A folder of runs of a few epochs."""
    root = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(root))
        yield root


def recorded(name, **config):
    """A run, and what a clip of it says."""
    run = training.record(name, progress=False, **config)
    said = {"run": run.path.name, "digest": run.digest, "epochs": []}
    return run, said


def told(said):
    script = planes.script(said)
    assert script.startswith("const nets = ")
    assert script.endswith(";\n")
    return json.loads(script[len("const nets = ") : -2])


@pytest.fixture(scope="module")
def spiral(runs):
    return recorded("classifier_unwarp", epochs=30, points_per_class=90, hidden=6)


def test_a_classifier_has_a_plane_on_its_way_and_classes(spiral):
    run, said = spiral
    found = told(said)
    (net,) = found["nets"]
    assert (net["plane"], net["classes"], net["input"], net["output"]) == (3, 5, "x", "h")
    assert (found["run"], found["recorded"], found["bits"]) == (run.digest, 31, 16)
    assert found["epochs"] == [*range(31)]
    assert found["sizes"] == [12, 6, 12, 2, 10, 5]
    points, labels = found["data"].values()
    assert len(points) == len(labels) == 400
    assert [labels.count(k) for k in range(5)] == [80] * 5
    assert net["reach"] == pytest.approx(1.15, abs=0.01)
    assert len(found["colours"]["dark"]["marks"]) == 5
    assert found["colours"]["light"]["marks"] != found["colours"]["dark"]["marks"]


def test_the_epochs_are_those_that_the_clip_shows(spiral):
    _, said = spiral
    shown = [None, *(n / 2 for n in range(10, 61)), None]
    assert told(said | {"epochs": shown})["epochs"] == [*range(5, 31)]
    assert told(said | {"epochs": [3.0, 9.0]})["epochs"] == [*range(31)]  # it jumps
    assert told(said | {"epochs": [0.0, 99.0, *range(2, 30)]})["epochs"][-1] == 30


def test_an_encoder_and_its_decoder_are_one_net_and_share_what_travels(runs):
    _, said = recorded("autoencoder", epochs=5, hidden=4)
    found = told(said)
    both, encoder = found["nets"]
    assert [both["name"], encoder["name"]] == ["encoder → decoder", "encoder"]
    assert (both["widths"][-1], both["classes"], both["input"]) == (2, 0, "y")
    assert not both["home"]  # it has learnt next to nothing
    assert set(encoder["tensors"]) < set(both["tensors"])
    assert len(found["sizes"]) == 12
    assert found["data"]["labels"] == []


def test_the_mean_of_an_encoder_s_variables_goes_on_to_the_decoder(runs):
    _, said = recorded("vae", epochs=6, hidden=4)
    names = [each["name"] for each in told(said)["nets"]]
    assert names == ["encoder → mean → decoder", "encoder", "decoder"]
    through, encoder, decoder = told(said)["nets"]
    assert (through["widths"][-1], encoder["widths"][-1], decoder["input"]) == (2, 4, "z")
    assert {*through["tensors"]} == {*encoder["tensors"], *decoder["tensors"]}


def test_a_generator_has_a_plane_of_its_own(runs):
    _, said = recorded("gan_critic", epochs=3, hidden=4)
    generator, critic = told(said)["nets"]
    assert (generator["input"], generator["drawn"], generator["reach"]) == ("z", False, 3)
    assert (generator["output"], critic["plane"], critic["widths"][-1]) == ("ytilde", None, 1)


def test_one_hot_rows_are_classes(runs):
    _, said = recorded("backprop", epochs=2)
    found = told(said)
    assert found["nets"][0]["classes"] == 5
    assert len(found["data"]["labels"]) == 2


def test_a_denoising_net_leads_home_once_it_has_learnt(runs, monkeypatch):
    _, said = recorded("denoising_autoencoder", epochs=60, hidden=16)
    (net,) = told(said)["nets"]
    assert (net["home"], net["output"]) == (True, "ytilde")
    monkeypatch.setattr(planes, "HOME", 0)
    (net,) = told(said)["nets"]
    assert (net["home"], net["output"]) == (False, "h")


@pytest.mark.parametrize(
    "change",
    [
        {"run": "classifier_unwarp-0"},
        {"run": "../elsewhere"},
        {"digest": "0"},
    ],
)
def test_a_run_that_is_not_at_hand_has_no_plane(spiral, change):
    assert planes.script(spiral[1] | change) is None


def test_a_number_among_the_data_is_neither_points_nor_classes(spiral, monkeypatch):
    trainer = training.find("classifier_unwarp")
    points, labels = trainer.data(trainer.Config(points_per_class=90))
    monkeypatch.setattr(trainer, "data", lambda _: (torch.tensor(0.5), points, labels))
    assert told(spiral[1])["nets"][0]["classes"] == 5


def test_a_trainer_that_has_changed_since_has_no_plane(spiral, monkeypatch):
    monkeypatch.setattr(training, "fingerprint", lambda *_: "0")
    assert planes.script(spiral[1]) is None


def test_a_trainer_that_is_gone_has_no_plane(spiral, monkeypatch):
    monkeypatch.setattr(training, "names", list)
    assert planes.script(spiral[1]) is None


@pytest.mark.parametrize("name", ["horn_ebm", "ellipse_ebm"])
def test_nets_that_take_no_points_have_no_plane(runs, name):
    assert planes.script(recorded(name, epochs=2)[1]) is None


def test_a_net_that_is_too_large_has_no_plane(spiral, monkeypatch):
    monkeypatch.setattr(weights, "BUDGET", 100)
    assert planes.script(spiral[1]) is None
