"""The file of a clip's nets: when it is written, and when it goes."""

import pytest

from epochreel.errors import PublishError
from epochreel.gallery import nets, planes
from epochreel.gallery.gallery import write_gallery
from epochreel.runs import sources, training
from tests.gallery.rendered import CLIMB, put


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def said(runs, monkeypatch):
    """What a clip says whose run is at hand."""
    monkeypatch.setenv("EPOCHREEL_RUNS", str(runs))
    small = {"points_per_class": 9, "epochs": 2, "hidden": 4}
    run = training.record("classifier_unwarp", progress=False, **small)
    shown = {"trainer": run.trainer, "epochs": [None, 0.0, 1.0]}
    return {"run": run.path.name, "digest": run.digest, **shown}


def test_it_is_written_again_only_where_it_would_differ(said, tmp_path, monkeypatch):
    assert nets.write_nets(tmp_path, said)
    content = (tmp_path / nets.NAME).read_bytes()
    assert content.count(b"\n") == 2
    assert len(content) < 1_000_000
    monkeypatch.setattr(planes, "script", lambda _: "const nets = {};")
    assert nets.write_nets(tmp_path, said)
    assert (tmp_path / nets.NAME).read_bytes() == content
    assert nets.write_nets(tmp_path, said | {"epochs": [None, 2.0]})
    assert (tmp_path / nets.NAME).read_bytes().endswith(b"\nconst nets = {};")
    (tmp_path / nets.NAME).write_bytes(content[:10])
    assert nets.write_nets(tmp_path, said)
    assert (tmp_path / nets.NAME).read_bytes().startswith(content[:36])


def test_where_nothing_can_be_dragged_it_is_not_looked_for_again(said, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(planes, "script", asked.append)
    assert not nets.write_nets(tmp_path, said)
    assert not nets.write_nets(tmp_path, said)
    assert asked == [said]
    monkeypatch.setattr(sources, "code", lambda _: "another")  # the trainer was mended
    assert not nets.write_nets(tmp_path, said)
    assert len(asked) == 2
    assert not nets.write_nets(tmp_path, said | {"trainer": "gone"})
    assert len(asked) == 3


def test_a_run_that_is_gone_takes_its_plane_along(said, tmp_path, monkeypatch):
    renders = tmp_path / "renders"
    put(renders, "climb", "480p10", **CLIMB | said | {"epochs": [0.0] * 80})
    page, file = renders / "climb" / "index.html", renders / "climb" / nets.NAME
    write_gallery(renders)
    assert file.exists()
    assert '<script defer src="nets.js">' in page.read_text("utf-8")
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path))
    write_gallery(renders)
    assert not file.exists()
    assert "nets.js" not in page.read_text("utf-8")
    assert 'id="net"' not in page.read_text("utf-8")


def test_data_that_are_gone_cost_a_page_its_net_and_no_more(said, tmp_path, monkeypatch):
    def gone(_):
        raise FileNotFoundError("points.csv")

    renders = tmp_path / "renders"
    put(renders, "climb", "480p10", **CLIMB | said | {"epochs": [0.0] * 80})
    monkeypatch.setattr(training.find("classifier_unwarp"), "data", gone)
    with pytest.raises(PublishError, match=r"The data of .* \(FileNotFoundError: points.csv\)"):
        write_gallery(renders)
    assert 'id="net"' not in (renders / "climb" / "index.html").read_text("utf-8")
    assert (renders / "index.html").exists()


@pytest.mark.parametrize("run", [None, "", ".", "x" * 999, "\0", "../runs"])
def test_what_is_no_run_has_no_nets(said, tmp_path, run):
    assert not nets.write_nets(tmp_path, said | {"run": run})
    assert not (tmp_path / nets.NAME).exists()
