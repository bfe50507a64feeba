import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from epochreel import files
from epochreel.errors import RunError
from epochreel.runs.training import (
    TRAINERS,
    configure,
    device,
    find,
    fingerprint,
    names,
    record,
    run_path,
)

TOY = '''
"""A line learns to be another line."""

from dataclasses import dataclass
from pathlib import Path

import torch

LOG = Path(__file__).with_suffix(".log")
STOP = Path(__file__).with_suffix(".stop")


@dataclass(frozen=True)
class Config:
    epochs: int = 6
    seed: int = 0
    rate: float = 0.1
    shift: float = -1.0
    warm_up: int = 0
    noisy: bool = True
    label: str = "a line"


def data(config):
    return torch.linspace(-1, 1, 9)[:, None]


def build(config):
    return torch.nn.Linear(1, 1)


def train(config, recorder):
    with LOG.open("a") as log:
        log.write("trained\\n")
    torch.manual_seed(config.seed)
    net = build(config)
    optimiser = torch.optim.Adam(net.parameters(), lr=config.rate)
    x = data(config)
    for epoch in recorder.epochs(config.epochs, net=net, optimiser=optimiser):
        loss = (net(x) - 2 * x + config.noisy * 0.1 * torch.randn(9, 1)).square().mean()
        recorder.snapshot(epoch, net=net, loss=loss)
        if STOP.exists() and epoch == 3:
            raise KeyboardInterrupt
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Return the path of a trainer of the user's own, its runs in a folder of the test's own."""
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    path = tmp_path / "toy.py"
    path.write_text(TOY)
    return path


def trainings(toy):
    """How often the toy was trained."""
    log = toy.with_suffix(".log")
    return log.read_text().count("trained") if log.exists() else 0


def test_names_are_the_files_in_trainers():
    assert "classifier_unwarp" in names()
    assert "__init__" not in names()


def test_an_observer_hears_of_each_epoch(toy):
    heard = []
    record(toy, observer=lambda epoch, scalars: heard.append((epoch, sorted(scalars))))
    assert heard == [(epoch, ["loss"]) for epoch in range(7)]


def test_find_by_name_and_by_path_give_the_same_module():
    trainer = find("classifier_unwarp")
    assert trainer.__name__ == "trainers.classifier_unwarp"
    assert find(Path(trainer.__file__)) is trainer


def test_find_a_file_of_ones_own(toy):
    assert find(toy).Config().label == "a line"


def test_a_file_named_as_a_library_does_not_stand_in_for_it(toy):
    own = toy.rename(toy.with_name("torch.py"))
    assert find(own).__doc__ == "A line learns to be another line."
    assert sys.modules["torch"] is torch


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("clasifier_unwarp", "no trainer 'clasifier_unwarp' .* did you mean 'classifier_unwarp'?"),
        ("xyz", "no trainer 'xyz' in trainers/; choose from .*classifier_unwarp"),
        ("nowhere/mine.py", r"no trainer at .*nowhere/mine\.py; give the path"),
    ],
)
def test_unknown_trainers(name, sentence):
    with pytest.raises(RunError, match=sentence):
        find(name)


def test_a_module_without_its_parts_is_no_trainer(tmp_path):
    path = tmp_path / "half.py"
    path.write_text("def data(config): ...\ndef train(config, recorder): ...\n")
    with pytest.raises(RunError, match=r"half\.py is not .* does not define Config and build\."):
        find(path)


@pytest.mark.parametrize("declared", ["size: float", "size: tuple = (1, 2)"])
def test_a_config_of_more_than_plain_values_is_a_sentence(toy, declared):
    toy.write_text(TOY.replace("epochs: int = 6", declared))
    with pytest.raises(RunError, match="size in Config needs a default that is a number"):
        find(toy)


def test_configure_converts_strings_by_field(toy):
    values = {"epochs": "12", "seed": "0", "rate": "1e-2", "shift": "-3", "noisy": "False"}
    trainer = find(toy)
    config = configure(trainer, **values, label="7", warm_up="0")
    assert (config.epochs, config.seed, config.rate, config.shift) == (12, 0, 0.01, -3.0)
    assert config.noisy is False
    assert config.label == "7"
    assert configure(trainer, rate=1, noisy=True) == trainer.Config(rate=1.0)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("epochs", "many", "epochs must be a whole number, not 'many'."),
        ("epochs", 2.5, "epochs must be a whole number, not 2.5."),
        ("epochs", 0, "epochs must be at least 1, not 0."),
        ("seed", -1, "seed must be at least 0, not -1."),
        ("warm_up", "-1", "warm_up must be at least 0, not '-1'."),
        ("rate", "fast", "rate must be a finite number, not 'fast'."),
        ("rate", "nan", "rate must be a finite number, not 'nan'."),
        ("rate", -0.5, "rate must be at least 0, not -0.5."),
        ("noisy", "perhaps", "noisy must be true or false, not 'perhaps'."),
        ("epoch", 3, "There is no 'epoch' in the Config; did you mean 'epochs'?"),
        ("xyz", 3, "There is no 'xyz' in the Config; choose from epochs, seed, "),
    ],
)
def test_configure_names_field_value_and_remedy(toy, field, value, sentence):
    with pytest.raises(RunError, match=re.escape(sentence)):
        configure(find(toy), **{field: value})


def test_fingerprint_is_of_code_and_values(toy):
    trainer = find(toy)
    first = fingerprint(trainer, trainer.Config())
    assert re.fullmatch("[0-9a-f]{8}", first)
    assert fingerprint(find(toy), find(toy).Config()) == first
    assert fingerprint(trainer, trainer.Config(seed=1)) != first
    toy.write_text(TOY.replace("2 * x", "3 * x"))
    assert fingerprint(find(toy), trainer.Config()) != first
    toy.write_text(TOY)
    assert fingerprint(find(toy), trainer.Config()) == first


def test_an_edit_of_what_a_trainer_imports_makes_a_new_run(tmp_path, monkeypatch):
    checkout = tmp_path / "trainers"
    shutil.copytree(TRAINERS, checkout)
    plain, shared = checkout / "classifier_plain.py", checkout / "classifier_unwarp.py"
    monkeypatch.setattr(files, "ROOT", tmp_path)
    first = fingerprint(find(plain), find(plain).Config())
    text = shared.read_text()
    shared.write_text(text.replace("0.8 * t", "0.7 * t"))
    assert text != shared.read_text()
    assert fingerprint(find(plain), find(plain).Config()) != first
    shared.write_text(f"{text}\n# It trains nothing.\n")
    assert fingerprint(find(plain), find(plain).Config()) == first


def test_run_path_is_named_after_trainer_and_fingerprint(toy, tmp_path):
    trainer = find(toy)
    expected = f"toy-{fingerprint(trainer, trainer.Config())}"
    assert run_path(trainer, trainer.Config()) == tmp_path / "runs" / expected


def test_what_a_killed_one_left_as_it_ended_goes_with_the_next(toy):
    run = record(toy, progress=False)
    left = run.path / ".0123456789ab.part-run.json"
    left.mkdir()
    record(toy, progress=False)
    assert not left.exists()


def test_record_trains_once(toy):
    run = record(toy, progress=False)
    assert run.complete
    assert run.trainer == "toy"
    assert run.config["rate"] == 0.1
    np.testing.assert_array_equal(run.epochs, np.arange(7))
    assert record(toy, progress=False).path == run.path
    assert trainings(toy) == 1
    record(toy, seed=1, progress=False)
    record(toy, progress=False, restart=True)
    assert trainings(toy) == 3


def test_config_and_overrides_say_the_same(toy):
    run = record(toy, find(toy).Config(epochs=2), progress=False)
    assert record(toy, epochs="2", progress=False).path == run.path
    with pytest.raises(TypeError, match="not both"):
        record(toy, find(toy).Config(), epochs=2)


def test_an_interrupted_training_goes_on_and_ends_as_if_it_never_stopped(toy):
    whole = record(toy, progress=False)
    expected = {epoch: whole.parameters(epoch, "net") for epoch in range(7)}
    shutil.rmtree(whole.path)
    stop = toy.with_suffix(".stop")
    stop.touch()
    with pytest.raises(KeyboardInterrupt, match="toy is interrupted; the same command goes on"):
        record(toy, progress=False)
    stop.unlink()
    resumed = record(toy, progress=False)
    assert resumed.complete
    np.testing.assert_array_equal(resumed.scalar("loss")[1], whole.scalar("loss")[1])
    for epoch, parameters in expected.items():
        for name, values in parameters.items():
            np.testing.assert_array_equal(resumed.parameters(epoch, "net")[name], values)


def test_restart_leaves_a_run_alone_that_is_being_written(toy):
    from epochreel import Recorder

    trainer = find(toy)
    path = run_path(trainer, trainer.Config())
    with (
        Recorder.create(path, trainer="toy"),
        pytest.raises(RunError, match="Another recorder"),
    ):
        record(toy, progress=False, restart=True)


def test_a_restart_that_is_killed_anywhere_leaves_no_half_of_a_run(toy, monkeypatch):
    whole = record(toy, progress=False)
    losses = whole.scalar("loss")[1]
    unlink = Path.unlink
    for count in range(len(list(whole.path.iterdir())) - 1):  # all but the lock
        left = count

        def killed(path, **options):
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            unlink(path, **options)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", killed)
            with pytest.raises(KeyboardInterrupt):
                record(toy, progress=False, restart=True)
        assert left == 0
        run = record(toy, progress=False)
        assert run.complete
        np.testing.assert_array_equal(run.scalar("loss")[1], losses)
    assert trainings(toy) == count + 1  # the first time it was killed before it deleted anything


def test_the_trainers_schedule_is_kept(toy):
    toy.write_text(
        TOY + "\n\ndef schedule(config):\n    from epochreel import every\n    return every(3)\n"
    )
    run = record(toy, progress=False)
    np.testing.assert_array_equal(run.epochs, [0, 3, 6])
    np.testing.assert_array_equal(run.scalar("loss")[0], np.arange(7))


def test_a_loss_that_is_not_finite_is_a_sentence(toy):
    with pytest.raises(RunError, match=r"loss.* at epoch"):
        record(toy, rate=1e36, progress=False)


def test_the_bar_tells_epoch_and_loss_on_stderr(toy, capsys):
    run = record(toy)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "toy" in shown.err
    assert "epoch 6 of 6" in shown.err
    assert f"loss {run.at('loss', 6):.3g}" in shown.err
    record(toy, seed=5, progress=False)
    assert capsys.readouterr().err == ""


def test_torch_is_left_as_it_was(toy):
    threads = torch.get_num_threads()
    toy.write_text(
        TOY.replace(
            "    torch.manual_seed",
            "    THREADS.append(torch.get_num_threads())\n    torch.manual_seed",
        )
        + "\nTHREADS = []\n"
    )
    torch.set_num_threads(2)
    try:
        path = record(toy, progress=False).path
        assert path.exists()
        assert sys.modules[str(toy)].THREADS == [1]
        assert torch.get_num_threads() == 2
        assert not torch.are_deterministic_algorithms_enabled()
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_device_prefers_an_accelerator(monkeypatch, cuda, mps, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert device().type == expected


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("optimiser.step()\n", "optimiser.step()\nConfig = None\n", "does not define Config"),
        ("optimiser.step()\n", "optimiser.step()\nbuild = None\n", "does not define build"),
        ("@dataclass(frozen=True)\n", "", "Config is <class .*; make it a frozen dataclass"),
        ("epochs", "steps", "Config needs a field `epochs`"),
    ],
)
def test_a_part_that_is_none_is_a_sentence(toy, old, new, sentence):
    text = toy.read_text()
    assert old in text
    toy.write_text(text.replace(old, new))
    with pytest.raises(RunError, match=sentence):
        find(toy)
