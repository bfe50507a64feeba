"""The notebook in docs/, run as a person runs it: by Jupyter, and as plain Python without it."""

import json
import sys
from pathlib import Path

import pytest

from epochreel import Run, RunError
from epochreel.notebook.films import Screening
from epochreel.notebook.stills import Still
from tests.test_readme import blocks, section

PATH = Path(__file__).parents[2] / "docs" / "pinwheel.ipynb"
NOTEBOOK = json.loads(PATH.read_text("utf-8"))
SOURCES = {
    cell["id"]: "".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"
}


def test_it_is_committed_without_what_it_shows():
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


def test_it_is_the_pinwheel_of_the_readme():
    for block in blocks(section("Film your own net"), "python"):
        for line in block.splitlines():
            words = line.strip()
            if not words.startswith(("#", "import", "from", "if __name__", "with", "loss =")):
                assert words in "\n".join(SOURCES.values()), line


def test_its_cells_work_without_jupyter(cells, small, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = {}
    for name, source in SOURCES.items():
        if ".widget(" in source:
            with pytest.raises(RunError, match="ipywidgets"):
                cells(source)
        else:
            shown[name] = cells(source)
    run, still, film = (each for each in shown.values() if each is not None)
    assert isinstance(run, Run)
    assert run.at("loss", 300) < 0.3
    assert isinstance(still, Still)
    assert still.alt == "Three arms pulled apart, at epoch 97"
    assert isinstance(film, Screening)
    assert film.path == small / "renders" / "Pinwheel" / "144p4" / "Pinwheel.mp4"


@pytest.mark.extras
@pytest.mark.filterwarnings("ignore")  # the kernel's, of its sockets
def test_it_runs_in_jupyter(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    from nbclient import NotebookClient

    notebook = nbformat.read(PATH, 4)
    elsewhere = f"from epochreel import files; files.ROOT = type(files.ROOT)({str(tmp_path)!r})"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(elsewhere))
    (tmp_path / "manim.cfg").write_text((PATH.parents[1] / "manim.cfg").read_text("utf-8"))
    place = {"metadata": {"path": str(tmp_path)}}
    client = NotebookClient(notebook, timeout=120, resources=place)
    client.execute()  # raises what a cell does
    kinds = [
        {kind for output in cell.outputs for kind in output.get("data", {})} - {"text/plain"}
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.outputs
    ]
    assert kinds == [
        {"text/html"},
        {"text/html", "image/png"},
        {"application/vnd.jupyter.widget-view+json"},
        {"text/html"},
    ]
    said = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in said if output.output_type in ("stream", "error")]
