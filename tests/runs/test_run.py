import copy
import json
import os
from datetime import datetime

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from epochreel import Recorder, Run, RunError, every, runs_under
from epochreel.runs import buffer, run, store


def record(path, trainer="mine", last=20, slope=1.0):
    """Snapshots every fifth epoch of a net whose parameters are slope · epoch²."""
    net = torch.nn.Linear(2, 1)
    with Recorder.create(path, trainer=trainer, schedule=every(5)) as recorder:
        for epoch in range(last + 1):
            for parameter in net.parameters():
                parameter.data.fill_(slope * epoch**2)
            recorder.snapshot(
                epoch,
                net=net,
                half=np.full((2, 2), epoch, np.float16),
                step=torch.tensor([epoch]),
                loss=1 / (epoch + 1),
            )
    return Run.open(path)


@pytest.fixture(scope="module")
def spiral(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffer, "SNAPSHOTS", 2)
        return record(tmp_path_factory.mktemp("runs") / "spiral")


def test_between_snapshots_is_linear(spiral):
    assert spiral.epochs.dtype == np.int64
    assert spiral.epochs.tolist() == [0, 5, 10, 15, 20]
    for epoch, expected in [(0, 0), (5, 25), (2.5, 12.5), (7, 55), (9.999, 99.985), (20, 400)]:
        weight = spiral.parameters(epoch)["weight"]
        assert weight.shape == (1, 2)
        assert weight.dtype == np.float32
        np.testing.assert_allclose(weight, expected, rtol=1e-6)
    assert spiral.tensor("half", 7.5).dtype == np.float16
    np.testing.assert_array_equal(spiral.tensor("half", 7.5), np.full((2, 2), 7.5))
    assert [spiral.tensor("step", epoch).item() for epoch in (4.99, 5, 9, 20)] == [0, 5, 5, 20]


@settings(deadline=None)
@given(epoch=st.floats(0, 20))
def test_interpolation_agrees_with_numpy(spiral, epoch):
    knots = [0, 5, 10, 15, 20]
    expected = np.interp(epoch, knots, np.square(knots))
    np.testing.assert_allclose(spiral.parameters(epoch)["bias"], expected, rtol=1e-5, atol=1e-5)
    expected = np.interp(epoch, range(21), [1 / (each + 1) for each in range(21)])
    assert spiral.at("loss", epoch) == pytest.approx(expected)


def test_arrays_are_the_callers_own(spiral):
    spiral.parameters(5)["weight"][:] = 7
    spiral.tensor("step", 5)[:] = 7
    assert (spiral.parameters(5)["weight"] == 25).all()
    assert spiral.tensor("step", 5).item() == 5
    with pytest.raises(ValueError, match="read-only"):
        spiral.scalar("loss")[1][0] = 7


def test_load(spiral):
    net = torch.nn.Linear(2, 1)
    spiral.load(net, 5)
    assert net.bias.item() == 25
    with pytest.raises(RunError, match="does not fit the module"):
        spiral.load(torch.nn.Linear(3, 1), 5)


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda r: r.parameters(20.5), r"Epoch 20.5 lies outside .* from 0 to 20"),
        (lambda r: r.parameters(-1), "Epoch -1 lies outside"),
        (lambda r: r.parameters(float("nan")), "Epoch nan lies outside"),
        (lambda r: r.tensor("half", 21), "Epoch 21 lies outside"),
        (lambda r: r.at("loss", 21), "Epoch 21 lies outside"),
        (
            lambda r: r.parameters(1, "nett"),
            r"no net .* 'nett': there are net\. Did you mean 'net'",
        ),
        (lambda r: r.tensor("x", 1), "no tensor .* 'x': there are half, step"),
        (lambda r: r.scalar("lost"), "no scalar .* 'lost': .*Did you mean 'loss'"),
    ],
)
def test_what_is_not_there_is_a_sentence(spiral, read, message):
    with pytest.raises(RunError, match=message):
        read(spiral)


def test_a_run_without_snapshots(tmp_path):
    Recorder.create(tmp_path / "a", trainer="mine").close()
    empty = Run.open(tmp_path / "a")
    assert (empty.epochs.tolist(), empty.nets, empty.tensors, empty.scalars) == ([], [], [], [])
    with pytest.raises(RunError, match="there are none"):
        empty.parameters(0)
    with Recorder.create(tmp_path / "b", trainer="mine", schedule=every(2)) as recorder:
        recorder.snapshot(1, loss=1.0)
    assert Run.open(tmp_path / "b").scalar("loss")[0].tolist() == [1]


def test_shards_are_read_when_asked_for_and_few_stay_open(spiral, monkeypatch):
    epochs = (1, 11, 7, 19, 1)
    expected = [spiral.parameters(epoch)["weight"] for epoch in epochs]
    monkeypatch.setattr(run, "OPEN_FILES", 1)
    fresh = Run.open(spiral.path)
    read = []
    monkeypatch.setattr(
        store, "_checked", lambda p, c, real=store._checked: read.append(p.name) or real(p, c)
    )
    fresh.parameters(1)
    assert [name for name in read if name.startswith("snapshots")] == [
        "snapshots-00000.safetensors"
    ]
    for epoch, weight in zip(epochs, expected, strict=True):
        np.testing.assert_array_equal(fresh.parameters(epoch)["weight"], weight)
    assert len(fresh._files) == 1
    assert len([name for name in read if name.startswith("snapshots")]) == 3


def test_it_is_one_thing_and_keeps_its_caches_to_itself(spiral):
    assert copy.copy(spiral) is spiral
    assert copy.deepcopy({"run": spiral})["run"] is spiral
    assert spiral.__digest__() == spiral.digest  # which is all that a play's key sees of it


def test_digest_is_of_the_content(tmp_path, spiral):
    again = [record(tmp_path / name, last=5) for name in "ab"]
    assert again[0].digest == again[1].digest
    others = [
        record(tmp_path / "c", last=5, slope=1.001),
        record(tmp_path / "d", last=6),
        record(tmp_path / "e", last=5, trainer="other"),
    ]
    assert len({each.digest for each in [again[0], *others]}) == 4


def test_facts(spiral):
    assert spiral.trainer == "mine"
    assert spiral.complete
    assert datetime.fromisoformat(spiral.created).utcoffset().total_seconds() == 0
    assert spiral.size == sum(file.stat().st_size for file in spiral.path.iterdir())


def test_open_by_name_takes_the_newest(tmp_path, monkeypatch):
    record(tmp_path / "b", "spiral", 2)
    record(tmp_path / "deeper" / "a", "spiral", 3)
    record(tmp_path / "c", "circle", 2)
    assert Run.open("spiral", tmp_path).path.name == "a"
    monkeypatch.setenv("EPOCHREEL_RUNS", os.fspath(tmp_path))
    assert Run.open("spiral").path.name == "a"
    assert Run.open(str(tmp_path / "b")).path.name == "b"
    monkeypatch.chdir(tmp_path)
    assert Run.open("b").trainer == "spiral"
    with pytest.raises(
        RunError, match=r"'spirall': there are circle, spiral\. Did you mean 'spiral'"
    ):
        Run.open("spirall")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", ""])
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path, monkeypatch, name):
    monkeypatch.setenv("EPOCHREEL_RUNS", os.fspath(tmp_path))
    with pytest.raises(RunError, match="no run of a trainer"):
        Run.open(name)


def test_runs_root_is_in_the_project_or_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.delenv("EPOCHREEL_RUNS", raising=False)
    assert store.runs_root().parts[-2:] == ("assets", "runs")
    assert (store.runs_root().parents[1] / "pyproject.toml").exists()
    monkeypatch.setenv("EPOCHREEL_RUNS", "elsewhere")
    assert store.runs_root().name == "elsewhere"


def test_listing_survives_broken_runs(tmp_path):
    for name in "abc":
        record(tmp_path / name, name, 2)
    (tmp_path / "b" / "run.json").write_text("{")
    (tmp_path / "not a run").mkdir()
    runs, errors = runs_under(tmp_path)
    assert [each.trainer for each in runs] == ["c", "a"]
    assert len(errors) == 1
    assert "damaged" in str(errors[0])
    assert runs_under(tmp_path / "nowhere") == ([], [])


def damage_header(path, **changes):
    header = json.loads((path / "run.json").read_bytes())
    (path / "run.json").write_text(json.dumps({**header, **changes}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: (p / "run.json").unlink(), "holds no run"),
        (lambda p: (p / "run.json").write_bytes(b"\xff\0"), "run.json is damaged"),
        (lambda p: (p / "run.json").write_text("[]"), "schema None"),
        (lambda p: damage_header(p, schema=7), r"schema 7.* reads schema 1: update epochreel"),
        (lambda p: damage_header(p, shards=[{}]), "run.json is damaged"),
        (lambda p: damage_header(p, layout={"nets": 3}), "run.json is damaged"),
        (lambda p: damage_header(p, surprise=3), "run.json is damaged"),
    ],
)
def test_a_damaged_header_is_a_sentence(tmp_path, damage, message):
    record(tmp_path / "run", last=5)
    damage(tmp_path / "run")
    with pytest.raises(RunError, match=message):
        Run.open(tmp_path / "run")


@pytest.mark.parametrize("series", ["scalars", "snapshots"])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: f.unlink(), "cannot be read"),
        (lambda f: os.truncate(f, f.stat().st_size - 3), "is damaged"),
        (lambda f: f.write_bytes(f.read_bytes()[:-1] + b"\x55"), "is damaged"),
        (lambda f: f.write_bytes(b""), "is damaged"),
    ],
)
def test_a_damaged_shard_is_a_sentence(tmp_path, series, damage, message):
    record(tmp_path / "run", last=5)
    damage(tmp_path / "run" / f"{series}-00000.safetensors")
    with pytest.raises(RunError, match=rf"{series}-00000.* {message}"):
        Run.open(tmp_path / "run").parameters(0)
