"""Commands on a disk that refuses, each in a process of its own; see `tests.forking`.

The writing below a project, counted from 0, from which on (or which alone) the disk fails with an
error number, is `first`; nothing is refused where that is None. What is "removing" is refused too
where the number is that of a disk that cannot be written to at all.
"""

import ctypes
import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from epochreel import cli, files
from epochreel.crew import local
from epochreel.film import rendering
from epochreel.publish import publication, targets
from epochreel.runs import training
from tests.film.test_production import Here
from tests.publish.small import small

READ_ONLY = {errno.EROFS}
NEVER = 2**31 - 1


def obey(
    project: str, arguments: list[str], first: int | None, number: int, once: bool
) -> dict[str, Any]:
    """Run a command line, "manim" or one of Epochreel's; give what came of it.

    That is {"status", "output", "errors", "attempts"}, the last one how often it wrote.
    """
    with tempfile.TemporaryDirectory() as folder:
        heard = {name: Path(folder) / name for name in ("output", "errors", "attempts")}
        for path in heard.values():
            path.touch()
        if (pid := os.fork()) == 0:
            os.dup2(os.open(heard["output"], os.O_WRONLY), 1)
            os.dup2(os.open(heard["errors"], os.O_WRONLY), 2)
            status = 3
            try:
                status = _command(Path(project), arguments, first, number, once, heard["attempts"])
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said = {name: path.read_text("utf-8") for name, path in heard.items()}
    return {"status": status, **said, "attempts": int(said["attempts"] or 0)}


def _command(
    project: Path, arguments: list[str], first: int | None, number: int, once: bool, heard: Path
) -> int:
    files.ROOT, training.TRAINERS = project, project / "trainers"
    sys.path.append(str(project))
    os.environ["EPOCHREEL_RUNS"] = str(project / "runs")
    rendering.QUALITIES |= dict.fromkeys(("low", "medium", "high"), (144, 4))
    publication.check = lambda path: []
    rows = {name: small(row) for name, row in targets.read().items()}
    targets.read = lambda *_: rows
    local.Processes = Here  # whose calls are heard of by the disk as well
    os.chdir(project)
    library = ctypes.CDLL(os.environ["LD_PRELOAD"])
    place = NEVER if first is None else first
    library.refuse(os.fsencode(project), place, number, once, number in READ_ONLY)
    program, *arguments = arguments
    try:
        if program == "manim":
            from manim.__main__ import main

            main(arguments)
        else:
            cli.epochreel([program, *arguments])
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    finally:
        heard.write_text(str(library.attempts()), encoding="utf-8")
    return 0
