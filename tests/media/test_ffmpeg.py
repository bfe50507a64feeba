"""The programs that ffmpeg is run as."""

import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ENDLESS = """
import os
from pathlib import Path
import ffmpeg
from epochreel.media.ffmpeg import run

graph = ffmpeg.input("testsrc=size=64x64:rate=25", f="lavfi", re=None).output("-", f="null")
told = []

def observer(share):
    if not told:
        told.append(print(os.getpid(), flush=True))

run(graph, Path("x"), seconds=1e6, observer=observer)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells of a parent's end")
def test_it_ends_with_who_started_it_even_if_that_is_killed():
    root = Path(__file__).parents[2]
    places = os.environ | {"PYTHONPATH": os.pathsep.join((str(root), str(root / "src")))}
    command = [sys.executable, "-W", "ignore", "-c", ENDLESS]
    with subprocess.Popen(command, env=places, stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()
        tasks = Path(f"/proc/{parent.pid}/task").glob("*/children")
        (child,) = " ".join(task.read_text(encoding="utf-8") for task in tasks).split()
        assert b"testsrc" in Path(f"/proc/{child}/cmdline").read_bytes()
        running = os.pidfd_open(int(child))
        try:
            assert not select.select([running], [], [], 0)[0]
            parent.kill()
            assert select.select([running], [], [], 20)[0]
        finally:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(running, signal.SIGKILL)
            os.close(running)
    assert parent.returncode == -signal.SIGKILL
