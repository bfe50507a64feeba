import errno
import json
import os
import pickle
import random
import resource
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, RunError, at, every
from epochreel.runs import buffer


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(buffer, "SNAPSHOTS", 4)


def linear(seed=0):
    torch.manual_seed(seed)
    return torch.nn.Linear(2, 3)


def create(path, **options):
    return Recorder.create(path, trainer="mine", **options)


def test_what_an_item_is_decides_how_it_is_kept(path):
    net, critic = linear(), torch.nn.Sequential(torch.nn.BatchNorm1d(2), torch.nn.Linear(2, 1))
    critic[0].running_var.mul_(3)
    critic[0].num_batches_tracked.fill_(7)
    points = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    with create(path) as recorder:
        recorder.snapshot(
            0,
            net=net,
            critic=critic,
            loss=torch.tensor(0.5, requires_grad=True),
            accuracy=np.float32(0.25),
            count=3,
            points=points,
            labels=np.array([1, 2], np.int16),
            mask=torch.tensor([True, False]),
            rough=torch.ones(2, dtype=torch.bfloat16),
        )
    run = Run.open(path)
    assert run.nets == ["net", "critic"]
    assert run.scalars == ["accuracy", "count", "loss"]
    assert [run.at(name, 0) for name in run.scalars] == [0.25, 3.0, 0.5]
    assert run.tensors == ["points", "labels", "mask", "rough"]
    assert [run.tensor(name, 0).dtype for name in run.tensors] == [
        np.float64,
        np.int16,
        np.bool_,
        np.float32,
    ]
    np.testing.assert_array_equal(run.tensor("points", 0), points.numpy())
    np.testing.assert_array_equal(run.tensor("mask", 0), [True, False])
    for name, module in (("net", net), ("critic", critic)):
        values = run.parameters(0, name)
        assert values.keys() == module.state_dict().keys()
        for entry, value in module.state_dict().items():
            np.testing.assert_array_equal(values[entry], value.numpy())
    assert run.parameters(0, "critic")["0.num_batches_tracked"].dtype == np.int64


def test_scalars_at_every_epoch_and_snapshots_by_schedule(path, small_shards):
    net = linear()
    with create(path, schedule=every(10) | at([3])) as recorder:
        for epoch in range(31):
            extra = {"rare": epoch * 2} if epoch % 7 == 0 else {}
            recorder.snapshot(epoch, net=net, loss=epoch / 4, **extra)
    run = Run.open(path)
    assert run.epochs.tolist() == [0, 3, 10, 20, 30]
    epochs, values = run.scalar("loss")
    assert epochs.tolist() == list(range(31))
    assert values.tolist() == [epoch / 4 for epoch in range(31)]
    assert run.scalar("rare")[0].tolist() == [0, 7, 14, 21, 28]
    assert run.scalar("rare")[1].tolist() == [0, 14, 28, 42, 56]
    assert run.complete


def test_run_json_says_what_was_run(path):
    @dataclass(frozen=True)
    class Config:
        rates: tuple[float, float] = (0.1, 0.2)
        folder: Path = Path("data")

    torch.manual_seed(42)
    create(path, config=Config()).close()
    header = json.loads((path / "run.json").read_bytes())
    assert header["config"] == {"rates": [0.1, 0.2], "folder": "data"}
    assert header["seeds"] == {"torch": 42}
    assert header["versions"].keys() == {"epochreel", "numpy", "python", "torch"}
    assert header["schema"] == 1


@pytest.mark.parametrize("config", [[1], {"net": object()}])
def test_config_must_be_plain(path, config):
    with pytest.raises(RunError, match="config"):
        create(path, config=config)


def test_observer_sees_every_epoch(path):
    seen = []
    with create(path, schedule=at([]), observer=lambda *each: seen.append(each)) as recorder:
        recorder.snapshot(0, loss=torch.tensor(2.0), w=torch.ones(2))
        recorder.snapshot(4, loss=1)
    assert seen == [(0, {"loss": 2.0}), (4, {"loss": 1.0})]


def test_replaced_parameters_and_moved_memory_are_seen(path):
    net = torch.nn.Sequential(linear(), torch.nn.Linear(3, 1))
    with create(path) as recorder:
        recorder.snapshot(0, net=net)
        with torch.no_grad():
            net[0].weight.fill_(1)  # in place, as optimisers do
        recorder.snapshot(1, net=net)
        net[0].weight = torch.nn.Parameter(torch.full((3, 2), 2.0))
        recorder.snapshot(2, net=net)
        net[0].weight.data = torch.full((3, 2), 3.0)
        recorder.snapshot(3, net=net)
        net[0] = torch.nn.Linear(2, 3)
        torch.nn.init.constant_(net[0].weight, 4)
        recorder.snapshot(4, net=net)
        net[0].weight.data = torch.full((2, 3), 5.0).T  # not contiguous
        recorder.snapshot(5, net=net)
        net[0].weight.data[:] = 6
        recorder.snapshot(6, net=net)
    run = Run.open(path)
    for epoch in range(1, 7):
        np.testing.assert_array_equal(run.parameters(epoch)["0.weight"], np.full((3, 2), epoch))


def test_a_state_of_its_own_making_is_read_every_time(path):
    class Doubled(torch.nn.Linear):
        def state_dict(self, *arguments, **options):
            return {name: 2 * value for name, value in super().state_dict().items()}

    net = Doubled(1, 1, bias=False)
    with create(path) as recorder, torch.no_grad():
        for epoch in range(3):
            net.weight.fill_(epoch)
            recorder.snapshot(epoch, net=net)
    assert [Run.open(path).parameters(e)["weight"].item() for e in range(3)] == [0, 2, 4]


def test_double_half_and_empty_nets(path):
    nets = {"double": linear().double(), "half": linear().half(), "empty": torch.nn.ReLU()}
    with create(path) as recorder:
        recorder.snapshot(0, **nets)
        recorder.snapshot(1, **nets)
    run = Run.open(path)
    for name in ("double", "half"):
        value = run.parameters(0.5, name)["weight"]
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, nets[name].weight.detach().float().numpy())
    assert run.parameters(0.5, "empty") == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("kind", ["loss", "net", "points"])
def test_not_finite_stops_cleanly(path, kind, value):
    net, points = linear(), np.ones((2, 2))
    with create(path) as recorder:
        recorder.snapshot(0, net=net, loss=1.0, points=points)
        recorder.snapshot(1, net=net, loss=1.0, points=points)
        if kind == "net":
            net.bias.data[1] = value
        points[0, 1] = value if kind == "points" else 1
        loss = value if kind == "loss" else 1.0
        with pytest.raises(RunError, match=rf"{kind}.* at epoch 2"):
            recorder.snapshot(2, net=net, loss=loss, points=points)
        with pytest.raises(RunError, match="closed"):
            recorder.snapshot(3, net=linear(), loss=1.0, points=np.ones((2, 2)))
    run = Run.open(path)
    assert run.epochs.tolist() == [0, 1]
    assert run.scalar("loss")[0].tolist() == [0, 1]
    assert not run.complete


def test_large_but_finite_values_are_kept(path):
    net = linear()
    net.weight.data[:] = 3e38  # their sum is beyond float32
    with create(path) as recorder:
        recorder.snapshot(0, net=net)
    assert (Run.open(path).parameters(0)["weight"] == np.float32(3e38)).all()
    double = torch.nn.Linear(1, 1).double()
    double.weight.data[:] = 1e300
    with (
        create(path.with_name("b")) as recorder,
        pytest.raises(RunError, match=r"beyond the range of float32.*epoch 0"),
    ):
        recorder.snapshot(0, net=double)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({"net": torch.nn.Linear(2, 4), "w": np.ones(2)}, r"'net' has weight as .*\[4, 2\] at ep"),
        ({"net": torch.nn.Linear(2, 3, bias=False), "w": np.ones(2)}, "gone: bias; new: none"),
        ({"net": linear().double(), "w": np.ones(2)}, "float64"),
        ({"net": linear(), "w": np.ones(3)}, r"'w' is float64 \[3\] at epoch 1"),
        ({"net": linear(), "w": np.ones(2, np.float32)}, r"'w' is float32"),
        ({"net": linear()}, "tensor 'w' .* missing at epoch 1"),
        ({"w": np.ones(2)}, "net 'net' .* missing at epoch 1"),
        ({"net": linear(), "w": np.ones(2), "v": np.ones(1)}, "'v' first appears at epoch 1"),
        ({"net": linear(), "w": np.ones(2, complex)}, "'w' has dtype complex128"),
        ({"net": linear(), "w": "words"}, "'w' is a str"),
        ({"net": linear(), "w": np.complex128(1)}, "'w' is a complex"),
    ],
)
def test_what_changes_is_refused_and_the_rest_kept(path, items, message):
    with create(path) as recorder:
        recorder.snapshot(0, net=linear(), w=np.ones(2))
        with pytest.raises(RunError, match=message):
            recorder.snapshot(1, **items)
    assert Run.open(path).epochs.tolist() == [0]


@pytest.mark.parametrize("epoch", [-1, 2, 1])
def test_epochs_must_increase(path, epoch):
    with create(path) as recorder:
        recorder.snapshot(2, loss=1.0) if epoch >= 0 else None
        with pytest.raises(RunError, match=f"Epoch {epoch} "):
            recorder.snapshot(epoch, loss=1.0)


@pytest.mark.parametrize(
    ("epoch", "named"),
    [
        (2**63, "9223372036854775808 is beyond 9223372036854775807"),
        (1.5, r"1\.5 is no whole number"),
    ],
)
def test_epochs_that_no_run_can_hold(path, epoch, named):
    with create(path) as recorder:
        recorder.snapshot(0, loss=1.0)
        with pytest.raises(RunError, match=rf"^snapshot\(…\): {named}"):
            recorder.snapshot(epoch, loss=1.0)
        with pytest.raises(RunError, match=rf"^epochs\(…\): {named}"):
            next(recorder.epochs(epoch))
        recorder.snapshot(np.int64(2**63 - 1), loss=1.0)
    assert Run.open(path).scalar("loss")[0].tolist() == [0, 2**63 - 1]


def test_nets_that_cannot_be_told_apart_are_refused(path):
    first, second = torch.nn.Linear(1, 1), torch.nn.Linear(1, 1)
    first.register_buffer("b", torch.tensor([7]))
    with create(path) as recorder:
        recorder.snapshot(0, **{"a": first, "a:c": second})
    run = Run.open(path)
    assert run.parameters(0, "a")["b"] == 7
    assert run.parameters(0, "a:c")["weight"] == second.weight.item()
    with (
        create(path.with_name("b")) as recorder,
        pytest.raises(RunError, match=r"nets 'a' and 'a:b' cannot be told apart.*without a colon"),
    ):
        recorder.snapshot(0, **{"a": first, "a:b": second})


def test_a_path_that_holds_a_run_is_refused(path):
    create(path).close()
    with pytest.raises(RunError, match=r"already holds a run: resume it with Recorder\.resume"):
        create(path)


def test_two_writers(path):
    with create(path) as recorder:
        for second in (lambda: create(path), lambda: Recorder.resume(path)):
            with pytest.raises(RunError, match="Another recorder is writing"):
                second()
        recorder.snapshot(0, loss=1.0)
    assert Run.open(path).scalar("loss")[1].tolist() == [1.0]


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        RunError, match=r"cannot be written: Not a directory; delete what stands at .*file, then"
    ):
        create(tmp_path / "file" / "run")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match="Permission denied"):
        create(tmp_path / "run")


@pytest.mark.parametrize("failing", range(9))
def test_disk_full(path, small_shards, monkeypatch, failing):
    """The disk fills up at any flush of the second commit; what the first held stays."""
    net, flush = linear(), os.fsync
    calls = 0

    def full(descriptor):
        nonlocal calls
        calls += 1
        if calls > failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(descriptor)

    def go_on(recorder):
        for epoch in recorder.epochs(11, net=net):
            recorder.snapshot(epoch, net=net, loss=epoch)
            if epoch == 5:
                monkeypatch.setattr(os, "fsync", full)

    with (
        pytest.raises(RunError, match=r"No space left on device; make room, then resume it"),
        create(path) as r,
    ):
        go_on(r)
    assert not [*path.glob(".*.part-*")]
    monkeypatch.undo()
    run = Run.open(path)
    assert run.epochs.tolist() == list(range(len(run.epochs)))
    assert len(run.epochs) in (4, 8)
    assert [run.parameters(epoch)["bias"].shape for epoch in run.epochs]
    with Recorder.resume(path) as recorder:
        for epoch in recorder.epochs(11, net=net):
            recorder.snapshot(epoch, net=net, loss=epoch)
    assert Run.open(path).epochs.tolist() == list(range(12))


def test_file_that_truly_cannot_grow(path):
    recorder = create(path)
    recorder.snapshot(0, points=np.ones(100_000))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(RunError, match="File too large"):
            recorder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, previous)
    assert Run.open(path).epochs.tolist() == []
    assert not [*path.glob(".*.part-*")]


def noisy_training(recorder, stop=None, last=20):
    """A training with chance in it; `stop` raises amid that epoch."""
    torch.manual_seed(0)
    net = linear()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    with recorder:
        for epoch in recorder.epochs(last, net=net, optimiser=optimiser):
            loss = (net(torch.randn(4, 2)) * random.random()).square().mean()
            optimiser.zero_grad()
            loss.backward()
            recorder.snapshot(epoch, net=net, loss=loss)
            if epoch == stop:
                raise KeyboardInterrupt
            optimiser.step()


@pytest.mark.parametrize("stop", [0, 3, 4, 9, 20])
def test_interrupt_leaves_what_is_there_and_resumes_exactly(path, small_shards, stop):
    random.seed(1)
    noisy_training(create(path.with_name("whole")))
    random.seed(1)
    with pytest.raises(KeyboardInterrupt):
        noisy_training(create(path), stop)
    run = Run.open(path)
    assert run.epochs.tolist() == list(range(stop + 1))
    assert not run.complete
    random.seed(2)
    noisy_training(Recorder.resume(path))
    run, whole = Run.open(path), Run.open(path.with_name("whole"))
    assert run.complete
    assert run.digest == whole.digest
    np.testing.assert_array_equal(run.scalar("loss")[1], whole.scalar("loss")[1])


def test_a_complete_run_stays_so_and_can_go_further(path, small_shards):
    random.seed(1)
    noisy_training(create(path.with_name("whole")), last=9)
    random.seed(1)
    noisy_training(create(path), last=5)
    digest = Run.open(path).digest
    noisy_training(Recorder.resume(path), last=5)
    assert Run.open(path).digest == digest
    assert Run.open(path).complete
    noisy_training(Recorder.resume(path), last=9)
    run, whole = Run.open(path), Run.open(path.with_name("whole"))
    assert run.epochs.tolist() == whole.epochs.tolist()
    for epoch in run.epochs:
        np.testing.assert_array_equal(
            run.parameters(epoch)["weight"], whole.parameters(epoch)["weight"]
        )


def test_breaking_off_the_loop_leaves_the_run_incomplete(path):
    net = linear()
    with create(path) as recorder:
        for epoch in recorder.epochs(10, net=net):
            recorder.snapshot(epoch, net=net)
            if epoch == 3:
                break
    run = Run.open(path)
    assert run.epochs.tolist() == [0, 1, 2, 3]
    assert not run.complete


def test_many_snapshots_amid_one_epoch(path, small_shards):
    net = linear()
    with create(path) as recorder:
        for epoch in recorder.epochs(1, net=net):
            for step in range(10):
                recorder.snapshot(10 * epoch + step, net=net, w=np.full(2, step))
    run = Run.open(path)
    assert run.epochs.tolist() == list(range(20))
    assert [run.tensor("w", epoch)[0] for epoch in range(20)] == 2 * list(range(10))


def test_a_plain_loop_cannot_be_resumed(path):
    with create(path) as recorder:
        for epoch in range(3):
            recorder.snapshot(epoch, loss=epoch)
    with pytest.raises(RunError, match=r"plain loop.*recorder\.epochs\("):
        Recorder.resume(path)
    assert Run.open(path).complete


def test_a_run_is_replaced_where_that_is_asked_for(path):
    for epochs in (5, 3):
        with create(path, restart=True) as recorder:
            for epoch in recorder.epochs(epochs):
                recorder.snapshot(epoch, loss=epoch)
                with pytest.raises(RunError, match="Another recorder is writing"):
                    create(path, restart=True)
    assert Run.open(path).epochs.tolist() == [0, 1, 2, 3]
    shards = {each.name for each in path.iterdir()}
    (path / "figures").mkdir()
    (path / "figures" / "letter.txt").write_text("dear")
    with create(path, restart=True):
        assert (path / "figures" / "letter.txt").read_text() == "dear"
        assert {each.name for each in path.iterdir()} & shards == {"run.json", "lock"}
    (other := path.parent / "other").mkdir()
    (other / "letter.txt").write_text("dear")
    with create(other, restart=True):
        assert (other / "letter.txt").read_text() == "dear"


def test_a_run_of_numbers_alone_is_resumed(path):
    with create(path) as recorder:
        for epoch in recorder.epochs(2):
            recorder.snapshot(epoch, loss=epoch)
    with Recorder.resume(path) as recorder:
        for epoch in recorder.epochs(4):
            recorder.snapshot(epoch, loss=epoch)
    assert Run.open(path).scalar("loss")[1].tolist() == [0, 1, 2, 3, 4]


def test_resume_without_a_run(path):
    with pytest.raises(RunError, match="holds no run"):
        Recorder.resume(path)


def interrupted(path, **keep):
    with suppress(KeyboardInterrupt), create(path) as recorder:
        for epoch in recorder.epochs(9, **keep):
            recorder.snapshot(epoch, loss=epoch)
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        ({}, "keeping net, and is resumed with nothing"),
        ({"net": linear(), "extra": linear()}, "resumed with extra, net"),
        ({"net": torch.nn.Linear(5, 5)}, "state of 'net' does not fit"),
    ],
)
def test_resume_with_something_else(path, keep, message):
    interrupted(path, net=linear())
    with Recorder.resume(path) as recorder, pytest.raises(RunError, match=message):
        next(recorder.epochs(9, **keep))


@pytest.mark.parametrize("damage", [b"", b"\0" * 100])
def test_resume_with_a_damaged_state(path, damage):
    interrupted(path, net=linear())
    next(path.glob("state-*")).write_bytes(damage)
    with Recorder.resume(path) as recorder, pytest.raises(RunError, match="damaged"):
        next(recorder.epochs(9, net=linear()))


def test_only_what_has_a_state_can_be_kept(path):
    with create(path) as recorder, pytest.raises(RunError, match="cannot keep 'rate', a float"):
        next(recorder.epochs(9, rate=0.1))


def test_state_that_cannot_be_written_is_named(path):
    class Odd(torch.nn.Linear):
        def get_extra_state(self):
            return {"bag": {1, 2}}

    with create(path) as recorder, pytest.raises(RunError, match="net/_extra_state/bag is a set"):
        next(recorder.epochs(9, net=Odd(1, 1)))


def test_leftovers_are_ignored_and_swept(path):
    interrupted(path, net=linear())
    for name in (
        ".0123456789ab.part-run.json",
        "scalars-00007.safetensors",
        ".0123456789ab.part-state-0.safetensors",
    ):
        (path / name).write_bytes(b"half")
    assert Run.open(path).scalar("loss")[1].tolist() == [0.0]
    with Recorder.resume(path) as recorder:
        assert next(recorder.epochs(9, net=linear())) == 0
        assert {file.name.split("-")[0] for file in path.iterdir()} == {"run.json", "lock", "state"}


def test_nothing_is_ever_unpickled(path, small_shards, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("unpickled")

    random.seed(1)
    with pytest.raises(KeyboardInterrupt):
        noisy_training(create(path), 9)
    for owner, name in (
        (pickle, "load"),
        (pickle, "loads"),
        (pickle, "Unpickler"),
        (torch, "load"),
    ):
        monkeypatch.setattr(owner, name, refuse)
    noisy_training(Recorder.resume(path))
    Run.open(path).parameters(3.5)
    assert {file.suffix for file in path.iterdir()} == {".json", ".safetensors", ""}


def test_schedulers_and_generators_of_every_kind_resume(path):
    def objects():
        net = linear()
        optimiser = torch.optim.AdamW(net.parameters(), lr=1.0, amsgrad=True)
        return {
            "net": net,
            "optimiser": optimiser,
            "steps": torch.optim.lr_scheduler.MultiStepLR(optimiser, [2, 2, 5]),
            "plateau": torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, patience=1),
            "rng": np.random.default_rng(7),
        }

    first = objects()
    interrupted(path, **first)
    second = objects()
    second["rng"].random()
    second["steps"].milestones = Counter()
    with Recorder.resume(path) as recorder:
        next(recorder.epochs(9, **second))
        assert second["steps"].milestones == Counter([2, 2, 5])
        assert second["plateau"].best == float("inf")
        assert second["rng"].random() == first["rng"].random()
        assert second["optimiser"].state_dict() == first["optimiser"].state_dict()
