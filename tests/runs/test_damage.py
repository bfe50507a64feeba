"""Whatever lies in a run's folder, reading it is right or a sentence: never more, never for long.

A crafted run.json has no checksum, as those had none that were written before there were any.
"""

import json
import os
import random
import shutil
from contextlib import suppress

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.numpy import save

from epochreel import Recorder, Run, RunError, every
from epochreel.cli import epochreel
from epochreel.runs import buffer, header, listing, state, store, training
from tests.mutations import LONG, little_memory, mutations

SCALARS, SNAPSHOTS = store.scalars_name(0), store.snapshots_name(0)


def net():
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))


def record(path, last=12):
    """A resumable run in several shards, with a net, a buffer, tensors and scalars."""
    module = net()
    config = {"rate": 0.1, "name": "ü", "far": float("inf"), "sizes": [1, [2]]}
    with Recorder.create(path, trainer="mine", config=config, schedule=every(2)) as recorder:
        for epoch in recorder.epochs(last, net=module):
            module[0].bias.data[:] = epoch
            recorder.snapshot(epoch, net=module, w=np.array([epoch]), loss=1.0 / (epoch + 1))
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffer, "SNAPSHOTS", 2)
        return record(tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "run")


def crafted(path, change=lambda fields: None):
    """Rewrite run.json as `change` leaves its fields, with no checksum."""
    fields = json.loads((path / "run.json").read_bytes())
    fields.pop("checksum", None)
    change(fields)
    (path / "run.json").write_text(json.dumps(fields))
    return path


def read_all(path):
    run = Run.open(path)
    listing.row(run)
    for name in run.scalars:
        run.scalar(name)
    for epoch in run.epochs:
        for net in run.nets:
            run.parameters(epoch, net)
        for name in run.tensors:
            run.tensor(name, epoch)


@pytest.mark.parametrize("count", [1000, LONG])
def test_a_mutated_header_reads_the_same_or_is_a_sentence(whole, path, count):
    expected = header.plain(store.read_header(whole))
    data = (whole / "run.json").read_bytes()
    equal = 0
    for mutated in mutations(data, count, seed=1):
        (path / "run.json").write_bytes(mutated)
        try:
            found = header.plain(store.read_header(path))
        except RunError:
            continue
        assert found == expected
        equal += 1
    assert equal < count / 20  # where what is another says nothing, such as a blank


@pytest.mark.slow
def test_every_flipped_bit_of_a_header_is_a_sentence_or_nothing(whole, path):
    expected = header.plain(store.read_header(whole))
    data = (whole / "run.json").read_bytes()
    equal = 0
    for bit in range(8 * len(data)):
        flipped = bytes([data[bit // 8] ^ 1 << bit % 8])
        (path / "run.json").write_bytes(data[: bit // 8] + flipped + data[bit // 8 + 1 :])
        try:
            assert header.plain(store.read_header(path)) == expected
            equal += 1
        except RunError:
            pass
    assert equal < 10


@pytest.mark.parametrize("count", [400, LONG])
def test_a_mutated_header_without_a_checksum_is_read_or_is_a_sentence(path, count):
    data = (crafted(path) / "run.json").read_bytes()
    read = 0
    for mutated in mutations(data, count, seed=2):
        (path / "run.json").write_bytes(mutated)
        try:
            read_all(path)
            read += 1
        except RunError:
            pass
    assert read > 10  # what it says of versions cannot be known to be wrong


@pytest.mark.parametrize("count", [60, LONG])
def test_resuming_with_a_mutated_header_is_right_or_a_sentence(whole, path, tmp_path, count):
    data = (crafted(path) / "run.json").read_bytes()
    for number, mutated in enumerate(mutations(data, count, seed=3)):
        copy = shutil.copytree(whole, tmp_path / f"{number}")
        (copy / "run.json").write_bytes(mutated)
        try:
            Recorder.resume(copy).close()
        except RunError:
            assert (copy / "run.json").read_bytes() == mutated
        shutil.rmtree(copy)


@pytest.mark.parametrize("name", [SCALARS, SNAPSHOTS])
@pytest.mark.parametrize("count", [100, LONG])
def test_a_mutated_shard_is_a_sentence(whole, path, name, count):
    for mutated in mutations((whole / name).read_bytes(), count, seed=4):
        (path / name).write_bytes(mutated)
        with pytest.raises(RunError, match=f"{name}.* damaged"):
            read_all(path)


@pytest.mark.parametrize(("name", "key"), [(SCALARS, "scalars"), (SNAPSHOTS, "snapshots")])
@pytest.mark.parametrize("count", [150, LONG])
def test_a_mutated_shard_of_the_right_checksum_is_read_or_is_a_sentence(
    whole, path, name, key, count
):
    for mutated in mutations((whole / name).read_bytes(), count, seed=5):
        (path / name).write_bytes(mutated)
        crafted(path, put("shards", 0, key, value=header.checksum(mutated)))
        with suppress(RunError):
            read_all(path)


@pytest.mark.parametrize("count", [300, LONG])
def test_a_mutated_state_is_restored_or_is_a_sentence(whole, count):
    data = next(whole.glob("state-*")).read_bytes()
    generators = random.getstate(), torch.get_rng_state()
    for mutated in mutations(data, count, seed=6):
        with suppress(RunError):
            state.restore(mutated, {"net": net()})
    random.setstate(generators[0])
    torch.set_rng_state(generators[1])


def test_what_was_written_before_there_were_checksums_is_read(whole, path):
    assert Run.open(crafted(path)).digest == Run.open(whole).digest
    read_all(path)
    Recorder.resume(path).close()
    assert "checksum" in json.loads((path / "run.json").read_bytes())


def put(*keys, value):
    def change(fields):
        for key in keys[:-1]:
            fields = fields[key]
        fields[keys[-1]] = value

    return change


FIELD = ("layout", "nets", "net", "0.weight")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put(*FIELD, "dtype", value="gloat32"), "no dtype .gloat32."),
        (put(*FIELD, "shape", value=[-1]), ">= 0"),
        (put(*FIELD, "shape", value=[2.0]), "`int`"),
        (put(*FIELD, "shape", value="23"), "`array`"),
        (put(*FIELD, "shape", value=[1] * 64), "length <= 32"),
        (put(*FIELD, "surprise", value=1), "surprise"),
        (put("created", value="yesterday"), "'yesterday'"),
        (put("created", value="2026-11-21T12:00:00"), "no time zone"),
        (put("created", value=3), "`str`"),
        (put("complete", value=1), "`bool`"),
        (put("schema", value=True), "`int`"),
        (put("seeds", value={"torch": "1"}), "`int`"),
        (put("schedule", value={"periods": [0], "epochs": []}), "schedule"),
        (put("schedule", value={}), "schedule"),
        (put("scalars", value=None), "`array`"),
        (put("layout", value=None), "layout"),
        (put("shards", 0, "scalars", value="../" * 10 + "ab"), "regex"),
        (put("resume", "state", value="../../elsewhere"), "regex"),
        (put("resume", "shards", value=99), "99 of 4 shards"),
        (put("resume", "epoch", value=2**63), "int"),
        (put("config", value=[]), "`object`"),
        (lambda fields: fields.pop("trainer"), "trainer"),
    ],
)
def test_a_field_of_another_kind_is_a_sentence(path, change, message):
    crafted(path, change)
    for read in (Run.open, Recorder.resume):
        with pytest.raises(RunError, match=rf"run\.json is damaged \(.*{message}.*--restart"):
            read(path)


@pytest.mark.parametrize("shape", [[2199023255552], [2**40, 2**40], [3, 3], [6], []])
@pytest.mark.parametrize("keys", [FIELD, ("layout", "tensors", "w")])
def test_a_shape_that_the_shards_have_not_allocates_nothing(path, keys, shape):
    crafted(path, put(*keys, "shape", value=shape))
    if keys == FIELD and shape == [6]:
        return  # as many numbers: only a checksum tells
    for read in (read_all, Recorder.resume):
        with little_memory(), pytest.raises(RunError, match=r"snapshots-0000\d.* is damaged"):
            read(path)


def test_a_layout_without_snapshots_is_forgotten(path):
    def change(fields):
        fields["resume"]["shards"] = 0
        fields["layout"]["tensors"]["w"]["shape"] = [2**41]

    with Recorder.resume(crafted(path, change)):
        assert Run.open(path).tensors == []


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"schema": 1, "config":' + '{"a":' * 100_000, '{"schema": 1' + "0" * 5000],
)
def test_what_is_deep_or_long_is_a_sentence(path, text):
    (path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        Run.open(path)


def test_a_config_nested_too_deep_is_neither_written_nor_read(path, tmp_path):
    deep = [1]
    for _ in range(header.DEEPEST):
        deep = [deep]
    crafted(path, put("config", "deep", value=deep))
    with pytest.raises(RunError, match="nested 66 deep, more than 64"):
        Run.open(path)
    with pytest.raises(RunError, match=r"nested 66 deep.*keep less in the config"):
        Recorder.create(tmp_path / "new", trainer="mine", config={"deep": deep})


def test_a_header_that_grew_too_large_is_not_written(path, monkeypatch):
    before = (path / "run.json").read_bytes()
    grown = store.read_header(path)
    monkeypatch.setattr(header, "LARGEST", len(before) - 10)
    with pytest.raises(RunError, match=r"cannot be written.*take fewer snapshots"):
        store.write_header(path, grown)
    assert (path / "run.json").read_bytes() == before


@pytest.mark.parametrize("name", ["run.json", SCALARS, SNAPSHOTS])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_not_waited_for(path, name, make):
    (path / name).unlink()
    make(path / name)
    for read in (read_all, Recorder.resume):
        with pytest.raises(RunError, match="cannot be read"):
            read(path)


@pytest.mark.parametrize("name", ["run.json", SCALARS, SNAPSHOTS])
def test_a_file_of_any_size_costs_little(path, name):
    os.truncate(path / name, 8 * 2**30)  # sparse: it takes no room
    for read in (read_all, Recorder.resume):
        with little_memory(), pytest.raises(RunError, match=f"{name} is damaged"):
            read(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {},
        {"epochs": np.arange(2)},
        {"epochs": np.arange(0), "snapshots": np.arange(0)},
        {"epochs": np.array(3), "snapshots": np.arange(2)},
        {"epochs": np.arange(3.0), "snapshots": np.arange(2)},
        {"epochs": np.array([1, 0]), "snapshots": np.array([0])},
        {"epochs": np.arange(3), "snapshots": np.arange(3)},
        {"epochs": np.arange(3), "snapshots": np.arange(2), "scalar:loss": np.ones(2)},
        {"epochs": np.arange(3), "snapshots": np.arange(2), "scalar:gain": np.ones(3)},
    ],
)
def test_a_shard_of_the_right_checksum_and_other_arrays_is_a_sentence(path, arrays):
    data = save(arrays)
    (path / SCALARS).write_bytes(data)
    crafted(path, put("shards", 0, "scalars", value=header.checksum(data)))
    with pytest.raises(RunError, match="is damaged"):
        read_all(path)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", [store.scalars_name, store.snapshots_name])
def test_a_damaged_shard_is_not_trained_on_to(path, name, number):
    shard = path / name(number)
    shard.write_bytes(shard.read_bytes()[:-1] + b"\x55")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(RunError, match=rf"{shard.name} is damaged.*--restart"):
        Recorder.resume(path)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


@pytest.mark.parametrize(
    "name", ["lock", "run.json", "run.json.aside", ".x.part-run.json", SCALARS]
)
def test_links_lead_to_no_writing_elsewhere(path, tmp_path, name):
    victim = tmp_path / "victim"
    if (path / name).exists():
        (path / name).rename(victim)
    else:
        victim.write_text("precious")
    content = victim.read_bytes()
    (path / name).symlink_to(victim)
    with suppress(RunError):
        Recorder.resume(path).close()
    assert victim.read_bytes() == content


@pytest.mark.parametrize("make", [os.mkdir, lambda lock: lock.symlink_to("../victim")])
def test_a_lock_that_is_no_file_is_a_sentence(path, tmp_path, make):
    (path / "lock").unlink()
    make(path / "lock")
    with pytest.raises(RunError, match=r"lock cannot be opened.*delete it"):
        Recorder.resume(path)
    assert not (tmp_path / "victim").exists()


def test_a_folder_that_is_a_link_is_not_emptied(whole, tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    trainer = training.find("classifier_plain")
    folder = training.run_path(trainer, trainer.Config())
    folder.parent.mkdir()
    folder.symlink_to(shutil.copytree(whole, tmp_path / "elsewhere"))
    with pytest.raises(RunError, match="cannot be written"):
        training.record("classifier_plain", restart=True, progress=False)
    read_all(tmp_path / "elsewhere")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda file: file.touch()])
def test_a_state_that_is_no_file_or_of_any_size_is_a_sentence(path, make):
    file = next(path.glob("state-*"))
    file.unlink()
    make(file)
    if file.is_file():
        os.truncate(file, 8 * 2**30)
    with (
        Recorder.resume(path) as recorder,
        little_memory(),
        pytest.raises(RunError, match=rf"{file.name}.* (is damaged|cannot be read)"),
    ):
        next(recorder.epochs(20, net=net()))
    read_all(path)


@pytest.mark.parametrize("skeleton", ["[]", "3", "[" * 100_000, '["dict", [["objects", 3]]]', "{}"])
def test_a_crafted_state_is_a_sentence(skeleton):
    data = torch.zeros(1)
    crafted = state.tensors_file.save({"a": data}, {"skeleton": skeleton})
    with pytest.raises(RunError, match="resume state is damaged"):
        state.restore(crafted, {})


def test_the_list_tells_all_that_can_be_read(whole, tmp_path, monkeypatch):
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    shutil.copytree(whole, tmp_path / "good")
    changes = {
        "early": put("created", value="yesterday"),
        "renamed": put("scalars", value=["lass"]),
        "strange": put("trainer", value="[/bold]\x1b[2J"),
    }
    for name, change in changes.items():
        crafted(shutil.copytree(whole, tmp_path / name), change)
    os.mkfifo(shutil.copytree(whole, tmp_path / "pipe") / "x")
    (tmp_path / "pipe" / "run.json").unlink()
    os.mkfifo(tmp_path / "pipe" / "run.json")
    result = CliRunner().invoke(epochreel, ["list"])
    assert result.exit_code == 0
    assert "good" in result.stdout
    assert "[/bold]\N{REPLACEMENT CHARACTER}[2J" in result.stdout
    for name in ("early", "renamed", "pipe"):
        assert f"{tmp_path / name}" in result.stderr
    assert len(result.stderr.splitlines()) == 3


@pytest.mark.parametrize(
    "item", [1.0, np.ones(3), torch.nn.Linear(1, 1)], ids=["scalar", "tensor", "net"]
)
def test_a_name_that_is_no_utf_8_is_a_sentence_and_loses_nothing(tmp_path, item):
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, loss=2.0)
        with pytest.raises(RunError, match=r"'caf\\udce9' cannot be written in UTF-8: choose"):
            recorder.snapshot(1, **{"caf\udce9": item})
        recorder.snapshot(1, ü=3.0)
    assert Run.open(tmp_path / "run").scalars == ["loss", "ü"]
