"""Commands that are killed, or held up by another, in processes of their own; see `tests.forking`.

A moment is what a process is about to do to the disk below its root or to other processes: a file
opened to be written, flushed or linked, a rename, a folder made, a file or a folder removed, a
lock, a program started. To these come those that Python does not see: each frame that is encoded,
the end of an encoding, each packet that is joined, and ffmpeg at work.
"""

import os
import random
import select
import signal
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
import torch

from epochreel import files
from epochreel.book import book, pyplot
from epochreel.errors import EpochreelError
from epochreel.film import encoding, pictures, rendering
from epochreel.gallery import gallery
from epochreel.new import begin
from epochreel.publish import publication, publish, targets
from epochreel.publish.clip_sheet import write_clip_sheet
from epochreel.runs import training
from epochreel.runs.importing import import_checkpoints
from tests.publish.small import row

REFUSED = 3
PATIENCE = 20  # seconds, after which one that waits for the one that is stopped has it go on
ROWS = [
    row("x.mp4", frame_rate=2),
    row("loop.gif"),
    row("poster.png"),
    row("poster.jpg"),
    row("alpha.webm"),
    row("alpha.mov"),
]
TOUCHES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link"}


def _call_a_kernel(root):
    sys.path.insert(0, str(root))
    import doubling

    assert doubling.double(3) == 6


COMMANDS = {
    "render": lambda root: rendering.render("dot", progress=False),
    "force": lambda root: rendering.render("dot", progress=False, force=True),
    "alpha": lambda root: rendering.render("dot", progress=False, alpha=True),
    "publish": lambda root: publish.publish(["dot"], progress=False),
    "still": lambda root: list(pictures.write_pictures("dot", ["0.5"], aspects="16:9,1:1")),
    "sheet": lambda root: write_clip_sheet("dot", root / "sheet.png", frames=2, quality="high"),
    "gallery": lambda root: gallery.write_gallery(),
    "export": lambda root: book.export("dot", notify=lambda _: None),
    "new": lambda root: begin("three_arms"),
    "import": lambda root: import_checkpoints(root / "checkpoints", restart=True),
    "train": lambda root: training.record(root / "falling.py", progress=False),
    "restart": lambda root: training.record(root / "falling.py", restart=True, progress=False),
    "kernel": _call_a_kernel,
}


def _set_up(root):
    os.environ["EPOCHREEL_RUNS"] = str(root / "runs")
    files.ROOT = root
    rendering.QUALITIES["high"] = (144, 4)
    publication.check = lambda path: []
    targets.read = lambda: {row.file: row for row in ROWS}
    pyplot.installed = lambda: False  # Matplotlib is slow, and its files are written as the others
    os.fsync = lambda descriptor: None  # a killed process loses nothing that it wrote
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    torch.manual_seed(1)


def _watch(root, moment):
    """Have `moment` called at each."""

    def observe(event, arguments):
        if event == "open":
            path, _, flags = arguments
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(root):
                moment()
        elif (event in TOUCHES and str(arguments[0]).startswith(root)) or event in {
            "fcntl.flock",
            "subprocess.Popen",
        }:
            moment()

    def before(owner, name):
        rightly = getattr(owner, name)
        setattr(owner, name, lambda *given, **options: (moment(), rightly(*given, **options))[1])

    def packets(*given):
        for packet in joined(*given):
            moment()
            yield packet

    class Popen(subprocess.Popen):
        def __init__(self, *given, **options):
            super().__init__(*given, **options)
            moment()  # it is at work

    before(encoding.SegmentEncoder, "write_frame")
    before(encoding.SegmentEncoder, "finish")
    before(os, "fsync")
    joined, encoding._packets = encoding._packets, packets
    subprocess.Popen = Popen
    sys.addaudithook(observe)


def _child(command, root, at, then, report, said):
    moments = 0

    def moment():
        nonlocal moments
        if moments == at:
            os.kill(os.getpid(), signal.SIGSTOP if then else signal.SIGKILL)
        moments += 1
        os.pwrite(report, str(moments).encode(), 0)

    os.dup2(said, 1)
    try:
        _set_up(Path(root))
        _watch(root, moment)
        COMMANDS[command](Path(root))
        return 0
    except EpochreelError as error:
        os.write(said, str(error).encode())
        return REFUSED
    except BaseException:
        os.write(said, traceback.format_exc().encode())
        return 1


def obey(command, root, at=None, then=None, stopped=None):
    """Run one of the `COMMANDS` in the folder of a project.

    It is stopped before one of its critical moments, `at`, counted from 0. There another command,
    `then`, has its whole turn before it goes on; without one it is killed. The answer is {"status",
    "moments", "said", "other"}: how it ended, REFUSED with a sentence of our own; how many moments
    it had; its traceback or sentence; and the answer of the other one. That one, if it waits too
    long, has the one that is `stopped` go on.
    """
    report, said, other = os.memfd_create("moments"), os.memfd_create("said"), None
    if (pid := os.fork()) == 0:
        os._exit(_child(command, root, at, then, report, said))
    if stopped is not None:
        ended = os.pidfd_open(pid)
        if not select.select([ended], [], [], PATIENCE)[0]:
            os.kill(stopped, signal.SIGCONT)
        os.close(ended)
    _, status = os.waitpid(pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        other = obey(then, root, stopped=pid)
        os.kill(pid, signal.SIGCONT)
        _, status = os.waitpid(pid, 0)
    answer = {
        "status": os.waitstatus_to_exitcode(status),
        "moments": int(os.pread(report, 20, 0) or 0),
        "said": os.pread(said, 100_000, 0).decode(),
        "other": other,
    }
    os.close(report)
    os.close(said)
    return answer
