import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from epochreel import Recorder, cli, files
from epochreel.cli import epochreel
from epochreel.crew import hiring
from epochreel.crew.alone import Alone
from epochreel.errors import ClipError
from epochreel.film.rendering import scenes_folder
from epochreel.look import formats
from epochreel.look.style import load
from epochreel.runs import training
from tests.mutations import put_in_place

COMMANDS = (
    *("check", "gallery", "import", "list", "new", "publish", "render", "sheet", "still"),
    *("studio", "style", "train"),
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command line with the runs in a folder of the test's own."""
    monkeypatch.setenv("EPOCHREEL_RUNS", str(tmp_path / "runs"))
    runner = CliRunner()
    return lambda *arguments: runner.invoke(epochreel, [str(argument) for argument in arguments])


def record(folder, *, trainer="spiral", last=3, complete=True, **scalars):
    try:
        with Recorder.create(folder, trainer=trainer) as recorder:
            for epoch in range(last + 1):
                recorder.snapshot(epoch, w=np.zeros(2), **scalars)
            if not complete:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass


@pytest.mark.parametrize(
    "arguments", [(), *((command,) for command in COMMANDS), ("train", "classifier_unwarp")]
)
def test_help_everywhere(run, arguments):
    for flag in ("--help", "-h"):
        result = run(*arguments, flag)
        assert result.exit_code == 0
        assert "Usage: " in result.stdout


def test_help_lists_the_commands_and_the_trainers(run):
    assert all(command in run("--help").stdout for command in COMMANDS)
    assert re.search(r"classifier_unwarp +A classifier learns", run("train", "--help").stdout)


def test_version(run):
    assert re.fullmatch(r"epochreel, version \d+\.\d+\.\d+\n", run("--version").stdout)


def test_help_and_list_import_neither_torch_nor_manim(tmp_path):
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from epochreel.cli import epochreel\n"
        "for command in (['-h'], ['train', '-h'], ['list'], ['style', '--emit', 'css']):\n"
        "    assert CliRunner().invoke(epochreel, command).exit_code == 0\n"
        "print(sorted({'torch', 'manim'} & set(sys.modules)))\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"EPOCHREEL_RUNS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments", [("film",), ("list", "--all"), ("sheet",), ("still", "tiny"), ("render",)]
)
def test_misuse_is_clicks_own(run, arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_list_of_nothing_says_what_to_do(run, tmp_path):
    result = run("list")
    assert result.exit_code == 0
    assert f"There are no runs in {tmp_path / 'runs'}; `epochreel train NAME`" in result.stdout


def test_list_tells_each_run(run, tmp_path):
    runs = tmp_path / "runs"
    record(runs / "spiral-01234567", loss=0.12345)
    record(runs / "mine", trainer="horn", last=7, complete=False)
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["trainer", "run", "epochs", "size", "age", "loss", "state"]
    rows = {line.split()[0]: line.split() for line in lines[1:]}
    name, folder, epochs, _, unit, _, age, loss, state = rows["spiral"]
    assert (name, folder, epochs, loss, state) == ("spiral", "01234567", "3", "0.123", "complete")
    assert unit in {"B", "kB"}
    assert age == "s"
    assert rows["horn"][1:3] == ["mine", "7"]
    assert rows["horn"][-2:] == ["–", "partial"]


def test_list_goes_on_past_a_broken_run(run, tmp_path):
    runs = tmp_path / "runs"
    for name in ("good", "future", "damaged"):
        record(runs / name, loss=1.0)
    header = json.loads((runs / "future" / "run.json").read_text())
    (runs / "future" / "run.json").write_text(json.dumps(header | {"schema": 99}))
    next((runs / "damaged").glob("scalars-*")).write_bytes(b"")
    result = run("list")
    assert result.exit_code == 0
    assert "good" in result.stdout
    assert re.search(r"future has schema 99", result.stderr)
    assert re.search(r"damaged/scalars-00000\.safetensors is damaged", result.stderr)


def test_list_of_broken_runs_alone(run, tmp_path):
    folder = tmp_path / "runs" / "broken"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{")
    result = run("list")
    assert result.stdout == ""
    assert "run.json is damaged" in result.stderr


def test_train_records_with_the_config_as_options(run, tmp_path):
    arguments = ("train", "classifier_unwarp", "--epochs", 2, "--points-per-class", 4)
    result = run(*arguments, "--learning-rate", "1e-2")
    assert result.exit_code == 0
    folder = Path(result.stdout.strip())
    config = json.loads((folder / "run.json").read_text())["config"]
    assert config["epochs"] == 2
    assert config["points_per_class"] == 4
    assert config["learning_rate"] == 0.01
    assert config["seed"] == 12345
    assert "epoch 2 of 2" in result.stderr
    again = run(*arguments, "--learning-rate", ".01")
    assert (again.stdout, again.stderr) == (result.stdout, "")
    assert "epoch 2 of 2" in run(*arguments, "--learning-rate", ".01", "--restart").stderr


def test_train_records_several_side_by_side_and_says_which_failed(run, monkeypatch):
    monkeypatch.setattr(hiring, "crew", lambda on, count, address: Alone())
    arguments = ("train", "classifier_unwarp", "--epochs", "2,1", "--points-per-class", 4)
    result = run(*arguments, "--jobs", 1)
    assert result.exit_code == 0
    folders = [Path(line) for line in result.stdout.splitlines()]
    configs = [json.loads((folder / "run.json").read_text())["config"] for folder in folders]
    assert [config["epochs"] for config in configs] == [2, 1]
    assert "2 of 2 trainings" in result.stderr
    (folders[0] / "run.json").write_text("{")
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == f"{folders[1]}\n"
    assert f"classifier_unwarp epochs 2: {folders[0] / 'run.json'} is damaged" in result.stderr


def test_train_help_lists_the_fields_with_their_defaults(run):
    shown = run("train", "classifier_unwarp", "--help").stdout
    assert re.search(r"--epochs INT +\[default: 2000\]", shown)
    assert re.search(r"--learning-rate FLOAT +\[default: 0\.001\]", shown)
    assert "--restart" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("clasifier_unwarp",),
            "There is no trainer 'clasifier_unwarp' in trainers/; "
            "did you mean 'classifier_unwarp'?\n",
        ),
        (
            ("classifier_unwarp", "--epochs", "ten"),
            "epochs must be a whole number, not 'ten'.\n",
        ),
        (("classifier_unwarp", "--epochs", "0"), "epochs must be at least 1, not '0'.\n"),
        (
            ("classifier_unwarp", "--address", "head:6379"),
            "The address head:6379 is one of a cluster: say `--on ray` with it.\n",
        ),
    ],
)
def test_an_error_is_one_sentence(run, arguments, sentence):
    result = run("train", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)


@pytest.mark.parametrize("message", ["The training of x is interrupted.", ""])
def test_an_interrupt_is_a_sentence_too(run, monkeypatch, message):
    def interrupted(*_, **__):
        raise KeyboardInterrupt(message)

    monkeypatch.setattr(training, "record", interrupted)
    result = run("train", "classifier_unwarp")
    assert result.exit_code == 130
    assert result.stderr == f"{message or 'Interrupted.'}\n"


def test_style_to_the_screen_and_to_a_file(run, tmp_path):
    css = formats.css(load("print"))
    assert run("style", "--emit", "css", "--theme", "print").stdout == css
    path = tmp_path / "preamble.tex"
    assert run("style", "--emit", "tex", "-o", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == formats.tex(load("dark"))


def test_style_of_an_unknown_kind_or_to_nowhere(run, tmp_path):
    assert run("style", "--emit", "word").exit_code == 2
    result = run("style", "--emit", "css", "-o", tmp_path / "nowhere" / "style.css")
    assert result.exit_code == 1
    assert re.fullmatch(r".*style\.css cannot be written: No such file.*\n", result.stderr)


def test_sheet(run, tmp_path):
    import av

    clip, sheet = tmp_path / "clip.mp4", tmp_path / "sheet.png"
    with av.open(str(clip), "w") as output:
        stream = output.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for _ in range(10):
            output.mux(stream.encode(av.VideoFrame(64, 36, "yuv420p")))
        output.mux(stream.encode())
    result = run("sheet", clip, "--frames", 4, "--columns", 4, "-o", sheet)
    assert (result.exit_code, result.stdout) == (0, f"{sheet}\n")
    with Image.open(sheet) as picture:
        assert picture.width == 4 * 64 + 5 * 8
    result = run("sheet", tmp_path / "none.mp4", "-o", sheet)
    assert result.exit_code == 1
    assert result.stderr.startswith("There is no video at")
    result = run("sheet", clip, "--areas")
    assert result.exit_code == 1
    assert result.stderr == f"--areas is for a clip's name, and {clip} is a video file.\n"


def test_sheet_and_still_of_a_clip_never_rendered(run, tmp_path):
    sheet, tiny = tmp_path / "sheet.png", Path(__file__).parent / "scenes" / "tiny.py"
    result = run("sheet", tiny, "--at", "0,1.5", "--aspect", "1:1", "--quality", "low", "-o", sheet)
    assert (result.exit_code, result.stdout) == (0, f"{sheet}\n")
    with Image.open(sheet) as picture:
        assert picture.width == 2 * 480 + 3 * 8
    result = run("still", tiny, "--at", "1.5", "--quality", "low", "-o", tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'tiny-1.5s-16x9-dark.png'}\n")
    result = run("still", "classifier_unwrap", "--at", "1")
    assert result.exit_code == 1
    assert result.stderr == (
        "There is no clip 'classifier_unwrap'; did you mean 'classifier_unwarp'?\n"
    )


@pytest.fixture
def produced(monkeypatch):
    """What is asked of productions, which make nothing but a name."""
    asked = []

    def produce(requests, crew, *, observer, force):
        asked.append((requests, crew.count, force))
        for request in requests:
            if request.path.stem == "autoencoder":
                observer.failed(request, ClipError("It has no latent."))
            else:
                observer.finished(request, Path(f"renders/{request.path.stem}.mp4"))

    monkeypatch.setattr("epochreel.film.production.produce", produce)
    return asked


def test_render_asks_for_each_clip_in_each_shape_and_theme(run, produced, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 9)
    given = ["--aspect", "9:16,1:1", "--theme", "print", "--quality", "low", "--cut", "short"]
    result = run("render", "backprop", "attention", "backprop", *given)
    assert result.exit_code == 0
    names = ["backprop", "backprop", "attention", "attention"]
    assert result.stdout == "".join(f"renders/{name}.mp4\n" for name in names)
    [(requests, jobs, force)] = produced
    assert [request.path.stem for request in requests] == names
    assert [request.aspect for request in requests] == ["9:16", "1:1"] * 2
    assert {(each.theme, each.quality, each.cut) for each in requests} == {
        ("print", "low", "short")
    }
    assert (jobs, force) == (4, False)


def test_render_by_default_and_with_all(run, produced, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    run("render", "backprop", "--force")
    [([request], jobs, force)] = produced
    assert (request.aspect, request.theme, request.quality) == ("16:9", "dark", "high")
    assert (jobs, force) == (1, True)
    run("render", "all", "--jobs", "3")
    requests, jobs, _ = produced[1]
    assert [request.path for request in requests] == sorted(scenes_folder().glob("[!_]*.py"))
    assert jobs == 3


def test_render_goes_on_where_a_clip_fails(run, produced):
    result = run("render", "autoencoder", "backprop")
    assert result.exit_code == 1
    assert result.stdout == "renders/backprop.mp4\n"
    assert "It has no latent." in result.stderr


def test_render_of_less_than_one_job(run):
    result = run("render", "backprop", "--jobs", "0")
    assert result.exit_code == 1
    assert result.stderr == "The number of jobs must be at least 1, not 0.\n"


def test_main_puts_its_arguments_first(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["classifier_unwarp.py", "--help"])
    with pytest.raises(SystemExit) as stopped:
        cli.main("train", "classifier_unwarp")
    assert stopped.value.code == 0
    assert "--points-per-class" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["[CLI]\nframe_rate = fast\n", "nonsense", "\0"])
def test_settings_that_manim_cannot_take_are_a_sentence(tmp_path, content):
    (tmp_path / "manim.cfg").write_text(content)
    command = [sys.executable, "-W", "ignore", "-c", "from epochreel.cli import main; main()"]
    told = subprocess.run(
        [*command, "still", "tiny", "--at", "1"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(files.PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.startswith(f"{tmp_path / 'manim.cfg'} cannot be read (")
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_settings_that_are_no_file_are_not_waited_for(tmp_path, monkeypatch, kind):
    put_in_place(kind, tmp_path / "manim.cfg")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(epochreel, ["list"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "manim.cfg is no file; delete it" in result.stderr


def test_names_of_files_that_are_no_utf_8_are_told_as_they_are(tmp_path):
    folder = tmp_path / "caf\udce9"
    folder.mkdir()
    output = folder / "style.tex"
    result = CliRunner().invoke(epochreel, ["style", "--emit", "tex", "-o", str(output)])
    assert result.exit_code == 0
    result = CliRunner().invoke(epochreel, ["still", "classifier_plain\udce9", "--at", "1"])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
