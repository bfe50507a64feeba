"""A folder of checkpoints becomes a run that is what was saved, or a sentence and nothing."""

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import save_file

from epochreel import Recorder, Run, RunError
from epochreel.cli import epochreel
from epochreel.runs import store
from epochreel.runs.importing import import_checkpoints


def net(seed=0):
    torch.manual_seed(seed)
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    path = tmp_path / "spirals"
    path.mkdir()
    return path


def assert_is(run, epoch, expected, name="net"):
    found = run.parameters(epoch, name)
    assert found.keys() == expected.state_dict().keys()
    for entry, value in expected.state_dict().items():
        np.testing.assert_array_equal(found[entry], value.numpy())


@pytest.mark.parametrize("names", ["net-{}.pt", "epoch={}-step=4000.ckpt", "seed7/epoch_{}/a.pth"])
def test_state_dicts_are_recorded_at_the_epochs_of_their_names(folder, names):
    nets = {epoch: net(epoch) for epoch in (0, 5, 12, 100)}
    for epoch, each in nets.items():
        path = folder / names.format(epoch)
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(each.state_dict(), path)
    run = import_checkpoints(folder)
    assert run.path == folder.parent / "runs" / "spirals"
    assert run.epochs.tolist() == [0, 5, 12, 100]
    assert (run.trainer, run.complete, run.nets) == ("spirals", True, ["net"])
    for epoch, each in nets.items():
        assert_is(run, epoch, each)
    halfway = 0.5 * (nets[5][0].weight + nets[12][0].weight).detach().numpy()
    np.testing.assert_allclose(run.parameters(8.5)["0.weight"], halfway, atol=1e-7)
    run.load(net(), 12)
    assert Run.open("spirals").path == run.path


def test_checkpoints_with_all_that_a_training_keeps(folder):
    """Two nets behind wrappers, an optimiser, numbers, tensors, and the epoch within."""
    critic, generator = net(1), net(2)
    optimiser = torch.optim.Adam(critic.parameters())
    critic(torch.ones(1, 2)).sum().backward()
    optimiser.step()
    for number, epoch in enumerate((3, 7)):
        wrapped = {f"module._orig_mod.{n}": v for n, v in critic.state_dict().items()}
        content = {
            "epoch": epoch,
            "global_step": 100 * epoch,
            "critic_state_dict": wrapped,
            "generator": generator.state_dict(),
            "optimizer": optimiser.state_dict(),
            "loss": 1 / epoch,
            "best": torch.tensor(0.5),
            "means": torch.arange(3.0),
            "note": "a word",
            "ended": True,
        }
        torch.save(content, folder / f"{number}.pt")
    torch.save(optimiser.state_dict(), folder / "optimizer.pt")
    run = import_checkpoints(folder, trainer="pair")
    assert run.epochs.tolist() == [3, 7]
    assert (sorted(run.nets), run.tensors) == (["critic", "generator"], ["means"])
    assert sorted(run.scalars) == ["best", "loss"]
    assert run.at("loss", 7) == pytest.approx(1 / 7)
    assert_is(run, 7, critic, "critic")
    assert_is(run, 3, generator, "generator")
    assert run.tensor("means", 7).tolist() == [0, 1, 2]
    assert run.trainer == "pair"


def test_safetensors_in_folders_of_their_steps(folder):
    """As Hugging Face's Trainer lays them."""
    for step in (500, 1000):
        (folder / f"checkpoint-{step}").mkdir()
        save_file(net(step).state_dict(), folder / f"checkpoint-{step}" / "model.safetensors")
        torch.save({"a": 1}, folder / f"checkpoint-{step}" / "scheduler.pt")
    run = import_checkpoints(folder)
    assert run.epochs.tolist() == [500, 1000]
    assert_is(run, 1000, net(1000))


def test_the_last_checkpoint_may_lie_there_twice(folder):
    for name in ("epoch=1.ckpt", "epoch=2.ckpt", "last.ckpt"):
        epoch = 1 if "1" in name else 2
        torch.save({"epoch": epoch, "state_dict": net(epoch).state_dict()}, folder / name)
    assert import_checkpoints(folder).epochs.tolist() == [1, 2]


class Opener:
    """What a checkpoint must not do when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def harmful(path):
    torch.save({"net": net().state_dict(), "other": Opener(str(path.parent / "opened"))}, path)


def whole_net(path):
    torch.save(net(), path)


def nothing(path):
    path.write_bytes(b"")


def text(path):
    path.write_text("no checkpoint")


def cut(path):
    torch.save(net().state_dict(), path)
    path.write_bytes(path.read_bytes()[:-200])


def without_net(path):
    torch.save({"loss": 1.0}, path)


def damaged(path):
    save_file(net().state_dict(), path)
    path.write_bytes(path.read_bytes()[:50])


def infinite(path):
    state = net().state_dict()
    state["0.weight"][0, 0] = torch.inf
    torch.save(state, path)


def other_net(path):
    torch.save(torch.nn.Linear(2, 2).state_dict(), path)


def another(path):
    torch.save(net(1).state_dict(), path)


@pytest.mark.parametrize(
    ("write", "name", "said"),
    [
        (harmful, "2.pt", "2.pt holds more than weights"),
        (whole_net, "2.pt", "2.pt holds more than weights"),
        (nothing, "2.pt", "2.pt is no checkpoint"),
        (text, "2.pt", "2.pt "),
        (cut, "2.pt", "2.pt is no checkpoint"),
        (without_net, "2.pt", "2.pt holds no net"),
        (damaged, "2.safetensors", "2.safetensors is no checkpoint"),
        (infinite, "2.pt", "holds values that are not finite in net's 0.weight"),
        (other_net, "2.pt", "hold other nets or tensors"),
        (another, "again-1.pt", "both of epoch 1 and differ"),
        (another, "best.pt", "best.pt does not say its epoch"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_no_run(folder, write, name, said):
    torch.save(net().state_dict(), folder / "1.pt")
    write(folder / name)
    result = CliRunner().invoke(epochreel, ["import", str(folder)])
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert not (folder / "opened").exists()
    runs = folder.parent / "runs"
    assert not runs.exists() or not list(runs.iterdir())


def test_a_folder_without_checkpoints_is_told(folder):
    with pytest.raises(RunError, match=r"There are no checkpoints in .*spirals"):
        import_checkpoints(folder)
    with pytest.raises(RunError, match=r"There is no folder .*nowhere"):
        import_checkpoints(folder / "nowhere")


def test_a_run_that_lies_there_is_replaced_only_if_that_is_asked_for(folder):
    target = folder.parent / "mine"
    torch.save(net(1).state_dict(), folder / "1.pt")
    command = ["import", str(folder), "--to", str(target)]
    result = CliRunner().invoke(epochreel, command)
    assert result.exit_code == 0
    assert result.stdout == f"{target}\nepochs 1 to 1, 1 in all: net\n"
    torch.save(net(2).state_dict(), folder / "1.pt")
    again = CliRunner().invoke(epochreel, command)
    assert again.exit_code == 1
    assert "already holds a run" in again.output
    assert_is(Run.open(target), 1, net(1))
    assert CliRunner().invoke(epochreel, [*command, "--restart"]).exit_code == 0
    assert_is(Run.open(target), 1, net(2))
    assert not [path.name for path in folder.parent.iterdir() if "part" in path.name]


def test_a_folder_of_other_files_is_left_alone(folder):
    torch.save(net(1).state_dict(), folder / "1.pt")
    target = folder.parent / "home"
    target.mkdir()
    (target / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="holds other files"):
        import_checkpoints(folder, target)
    assert [path.name for path in target.iterdir()] == ["letter.txt"]


def test_a_folder_that_a_killed_recorder_left_is_free(folder):
    torch.save(net(1).state_dict(), folder / "1.pt")
    target = folder.parent / "mine"
    target.mkdir()
    (target / store.LOCK).touch()
    assert_is(import_checkpoints(folder, target), 1, net(1))


def test_a_run_that_comes_meanwhile_stays(folder, monkeypatch):
    torch.save(net(1).state_dict(), folder / "1.pt")
    target, create = folder.parent / "mine", Recorder.create

    def slow(path, **options):
        with create(target, trainer="another"):
            pass
        return create(path, **options)

    monkeypatch.setattr(Recorder, "create", slow)
    with pytest.raises(RunError, match="already holds a run"):
        import_checkpoints(folder, target)
    assert Run.open(target).trainer == "another"
