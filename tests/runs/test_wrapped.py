"""Nets as people's loops have them: compiled, in half precision, in one of several processes."""

import copy
import json
import sys

import numpy as np
import pytest
import torch
from torch import nn

from epochreel import Net, Playback, Recorder, Run, RunError
from epochreel.runs.ranks import PLACES
from tests.filming import python

POINTS = torch.linspace(-1, 1, 10).reshape(5, 2)
HERE = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
"""Processes meet on this machine, whatever its name."""
TOGETHER = """
import json, os, sys
import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel
from epochreel import EpochreelError, Recorder

folder = sys.argv[1]

def train(rank):
    meeting = f"file://{folder}/meeting"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=2)
    torch.manual_seed(0)
    net = DistributedDataParallel(nn.Linear(2, 1))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    seen = []
    with Recorder.create(f"{folder}/run", trainer="pair") as recorder:
        for epoch in recorder.epochs(4, net=net, optimiser=optimiser):
            loss = (net(torch.full((3, 2), 1.0 + rank)) - 1).square().mean()
            recorder.snapshot(epoch, net=net, loss=loss)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            seen.append([loss.item(), net.module.bias.item()])
    try:
        Recorder.resume(f"{folder}/run")
    except EpochreelError as error:
        refused = str(error)
    told = {"seen": seen, "last": net.module.bias.item(), "refused": refused}
    with open(f"{folder}/{rank}.json", "w") as file:
        json.dump(told, file)
    distributed.destroy_process_group()

torch.set_num_threads(1)
children = []
for rank in range(2):
    if (child := os.fork()) == 0:
        train(rank)
        os._exit(0)
    children.append(child)
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
"""


def net():
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 4), nn.LayerNorm(4), nn.Linear(4, 1))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """A compiled net, trained with a scaled loss in bfloat16, its run, and its every loss."""
    path = tmp_path_factory.mktemp("compiled") / "run"
    own = torch.compile(net(), backend="eager")
    optimiser = torch.optim.SGD(own.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    losses = []
    with Recorder.create(path, trainer="mine") as recorder:
        for epoch in recorder.epochs(3, net=own, optimiser=optimiser, scaler=scaler):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = own(POINTS).square().mean()
                recorder.snapshot(epoch, net=own, loss=loss)
            optimiser.zero_grad()
            scaler.scale(loss).backward()
            if epoch < 3:
                scaler.step(optimiser)
                scaler.update()
            losses.append(loss.item())
    return own, Run.open(path), losses


def test_a_compiled_net_is_kept_as_the_net_that_it_was(compiled):
    own, run, losses = compiled
    bare = net()
    assert list(run.parameters(0)) == list(bare.state_dict())
    np.testing.assert_array_equal(run.parameters(0)["0.weight"], bare[0].weight.detach())
    assert run.scalar("loss")[1].tolist() == losses
    assert losses[-1] < losses[0]
    for module in (bare, own):  # whichever a scene has at hand
        assert Playback(run, module)(3, POINTS) == pytest.approx(own(POINTS).detach().numpy())
        assert Net(run, module).layer("0")(POINTS)(3).shape == (5, 4)
    run.load(other := copy.deepcopy(own), 0)
    assert torch.equal(other.get_parameter("_orig_mod.0.weight"), bare[0].weight)


@pytest.mark.parametrize("again", ["compiled", "bare"])
def test_a_compiled_net_is_resumed_compiled_or_not(tmp_path, again):
    first = torch.compile(net(), backend="eager")
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in recorder.epochs(0, net=first):
            recorder.snapshot(epoch, net=first)
            with torch.no_grad():
                first.get_parameter("_orig_mod.0.bias").fill_(7)
    bare = net()
    second = torch.compile(bare, backend="eager") if again == "compiled" else bare
    with Recorder.resume(tmp_path / "run") as recorder:
        for epoch in recorder.epochs(1, net=second):
            assert epoch == 1
            assert bare[0].bias.tolist() == [7.0] * 4
            recorder.snapshot(epoch, net=second)


def test_a_net_in_bfloat16_is_recorded_to_the_last_bit_and_played_back(tmp_path):
    mixed = net()
    for part in (mixed[0], mixed[2]):
        part.bfloat16()
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, net=mixed)
    run = Run.open(tmp_path / "run")
    for name, value in mixed.state_dict().items():
        np.testing.assert_array_equal(run.parameters(0)[name], value.float())
    expected = mixed[0](POINTS.bfloat16()).float().detach()
    np.testing.assert_array_equal(Playback(run, mixed, layer="0")(0, POINTS), expected)


def test_the_first_of_several_processes_records_for_all(tmp_path):
    python(TOGETHER, tmp_path, **HERE)
    told = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(2)]
    run = Run.open(tmp_path / "run")
    assert run.complete
    assert run.epochs.tolist() == [0, 1, 2, 3, 4]
    assert list(run.parameters(0)) == ["weight", "bias"]
    assert run.scalar("loss")[1] == pytest.approx([loss for loss, _ in told[0]["seen"]])
    assert told[0]["last"] == told[1]["last"]  # they did train together
    assert told[0]["seen"][1][0] != told[1]["seen"][1][0]
    # What is recorded at an epoch is what the step before it made.
    made = [bias for _, bias in told[0]["seen"]]
    biases = [run.parameters(epoch)["bias"].item() for epoch in range(1, 5)]
    assert biases == pytest.approx(made[:-1])
    for each in told:
        assert "cannot be resumed by several processes" in each["refused"]


def test_a_net_in_parts_is_told(tmp_path, monkeypatch):
    """As FSDP makes one, here of a mesh of one process."""
    from torch import distributed
    from torch.distributed.tensor import distribute_module, init_device_mesh

    for name, value in HERE.items():
        monkeypatch.setenv(name, value)
    meeting = f"file://{tmp_path}/meeting"
    distributed.init_process_group("gloo", init_method=meeting, rank=0, world_size=1)
    try:
        parts = distribute_module(nn.Linear(2, 1), init_device_mesh("cpu", (1,)))
        with (
            Recorder.create(tmp_path / "run", trainer="mine") as recorder,
            pytest.raises(RunError, match=r"its weight is in parts.*`epochreel import`"),
        ):
            recorder.snapshot(0, net=parts)
    finally:
        distributed.destroy_process_group()


@pytest.mark.parametrize("place", PLACES)
def test_before_the_processes_have_met_the_launcher_says_who_is_first(tmp_path, monkeypatch, place):
    monkeypatch.setenv("WORLD_SIZE", "2")
    for name in PLACES:
        monkeypatch.setenv(name, "0")
    with Recorder.create(tmp_path / "run", trainer="mine") as first:
        monkeypatch.setenv(place, "1")
        with Recorder.create(tmp_path / "run", trainer="mine") as second:
            for recorder in (first, second):
                for epoch in recorder.epochs(2):
                    recorder.snapshot(epoch, loss=float(recorder is first))
    assert Run.open(tmp_path / "run").scalar("loss")[1].tolist() == [1.0, 1.0, 1.0]


def test_one_process_of_one_resumes(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    monkeypatch.setenv("RANK", "0")
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        for epoch in recorder.epochs(1):
            recorder.snapshot(epoch, loss=1.0)
    with Recorder.resume(tmp_path / "run") as recorder:
        assert list(recorder.epochs(3)) == [2, 3]
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(RunError, match="cannot be resumed by several processes"):
        Recorder.resume(tmp_path / "run")
