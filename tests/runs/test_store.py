import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from epochreel import RunError
from epochreel.runs import store
from epochreel.runs.header import Header, Resume, Shard


def test_encode_is_safetensors():
    arrays = {"a": np.arange(6.0).reshape(2, 3).T, "b": np.array([True]), "c": np.empty((0, 2))}
    decoded = load(store.encode(arrays))
    for name, array in arrays.items():
        assert decoded[name].dtype == array.dtype
        np.testing.assert_array_equal(decoded[name], array)
    assert store.encode(arrays) == store.encode(dict(reversed(arrays.items())))


def test_a_file_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "file"
    store.write(path, b"old")

    def fail(descriptor):
        assert path.read_bytes() == b"old"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(RunError, match="make room"), store.writing(tmp_path):
        store.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


def test_sweep_keeps_what_the_header_names(tmp_path):
    header = Header(
        trainer="mine",
        created="",
        config={},
        schedule={},
        seeds={},
        versions={},
        shards=[Shard("a", "b")],
        resume=Resume(3, "c", 1),
    )
    kept = ["scalars-00000.safetensors", "snapshots-00000.safetensors", "state-c.safetensors"]
    kept += ["run.json", "lock", "notes.txt"]
    gone = ["scalars-00001.safetensors", "snapshots-00001.safetensors", "state-d.safetensors"]
    gone += [".0123456789ab.part-run.json", ".0123456789ab.part-snapshots-00000.safetensors"]
    for name in kept + gone:
        (tmp_path / name).touch()
    store.sweep(tmp_path, header)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_importing_the_package_is_light():
    code = (
        "import sys, epochreel; assert not {'torch', 'manim', 'numpy'} & set(sys.modules);"
        "epochreel.Run; assert not {'torch', 'manim'} & set(sys.modules);"
        "epochreel.Recorder, epochreel.Playback; assert 'manim' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)


def test_unknown_name_in_the_package():
    import epochreel

    with pytest.raises(AttributeError, match="No epochreel attribute Recoder"):
        _ = epochreel.Recoder
    assert dir(epochreel) == epochreel.__all__
