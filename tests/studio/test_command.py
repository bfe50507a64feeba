"""The command, its refusals, and the whole of it with processes of its own."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from epochreel.cli import epochreel
from epochreel.studio.serving import listening
from tests.studio.story import write

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "There is no clip 'nowhere'"),
        (("autoencoder", "--aspect", "2:1"), "There is no aspect '2:1'"),
        (("autoencoder", "--theme", "dusk"), "There is no theme 'dusk'"),
    ],
)
def test_what_there_is_not_is_one_sentence(arguments, said):
    result = CliRunner().invoke(epochreel, ["studio", *arguments, "--no-open"])
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_sentence():
    listener, host = listening(0)
    port = host.split(":")[1]
    with listener:
        result = CliRunner().invoke(epochreel, ["studio", "autoencoder", "--port", port])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Port {port} cannot be had (")


def told(stream, what):
    """The value of the next thing of a kind that is told."""
    while True:
        line = stream.readline().decode()
        if line.startswith("data: "):
            kind, _, value = json.loads(line.removeprefix("data: "))
            if kind == what and value is not None:
                return value


@pytest.mark.slow
def test_a_clip_is_served_by_processes_until_it_is_interrupted(tmp_path):
    scene = write(tmp_path, "blue")
    command = [
        *(sys.executable, "-W", "ignore", "-c", "from epochreel.cli import main; main()"),
        *("studio", scene, "--no-open", "--quality", "low"),
    ]
    with ExitStack() as undo:
        process = subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        undo.enter_context(process)
        undo.callback(process.kill)
        address = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}told?look=16:9%20dark", timeout=120) as stream:
            clip = told(stream, "clip")
            assert (clip["frames"], clip["frame_rate"]) == (30, 15)
            with urllib.request.urlopen(f"{address}frames/16:9%20dark/3") as frame:
                assert frame.read(2) == b"\xff\xd8"
            assert told(stream, "findings") == []
            write(tmp_path, "aqua", "1 / 0")
            assert "ZeroDivisionError" in told(stream, "fault")
            write(tmp_path, "aqua", "while True: pass")
            while not told(stream, "playing"):
                pass
            process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=60)
    assert (process.returncode, complained) == (0, "")
