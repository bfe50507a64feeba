"""Commands on a disk that refuses: forks one for each line of JSON on its standard input.

A line is {"project", "arguments", "first", "number", "once"}: the command line to run in a folder,
and the writing below it, counted from 0, from which on (or which alone) the disk fails with an
error number; it is not refused anything where "first" is null. What is "removing" is refused too
where the number is that of a disk that cannot be written to at all. The answer is a line {"status",
"output", "errors", "attempts"}. Started once, so that the time of the imports is paid once; run
with refusing.c preloaded.
"""

import ctypes
import errno
import json
import os
import subprocess
import sys
import tempfile
import traceback
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_suffix(".c")
ROOT = SOURCE.parents[1]
READ_ONLY = {errno.EROFS}
NEVER = 2**31 - 1
WARM = (
    "epochreel.book.book",
    "epochreel.film.pictures",
    "epochreel.gallery.gallery",
    "epochreel.publish.clip_sheet",
    "epochreel.publish.publish",
    "epochreel.runs.recorder",
    "manim.__main__",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "torch._dynamo",
)
"""What is imported before the first command."""


class Server:
    """Runs commands, each in a process of its own that is warm."""

    def __init__(self, folder: Path) -> None:
        library = folder / "refusing.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__],
            env=os.environ | {"LD_PRELOAD": str(library), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        project: Path,
        *arguments: object,
        first: int | None = None,
        number: int = errno.ENOSPC,
        once: bool = False,
    ) -> dict[str, Any]:
        """Run a command line, "manim" or one of Epochreel's; give what came of it."""
        order = {
            "project": str(project),
            "arguments": [str(argument) for argument in arguments],
            "first": NEVER if first is None else first,
            "number": number,
            "once": once,
        }
        print(json.dumps(order), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait() == 0


def serve() -> None:
    """Answer orders until there are no more."""
    import torch

    for module in WARM:
        import_module(module)
    torch.set_num_threads(1)  # threads do not survive a fork
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            order = json.loads(line)
            heard = Path(folder) / "output", Path(folder) / "errors", Path(folder) / "attempts"
            if (pid := os.fork()) == 0:
                for descriptor, path in zip((1, 2), heard, strict=False):
                    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
                status = 3
                try:
                    status = _command(order, heard[2])
                except BaseException:
                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    sys.stderr.flush()
                    os._exit(status)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            output, errors, attempts = (path.read_text("utf-8") for path in heard)
            answer = {"output": output, "errors": errors, "attempts": int(attempts or 0)}
            print(json.dumps({"status": status, **answer}), flush=True)


def _command(order: dict[str, Any], attempts: Path) -> int:
    from epochreel import cli, files
    from epochreel.crew import local
    from epochreel.film import rendering
    from epochreel.publish import publication, targets
    from epochreel.runs import training
    from tests.film.test_production import Here

    project = Path(order["project"])
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
    number = order["number"]
    library.refuse(os.fsencode(project), order["first"], number, order["once"], number in READ_ONLY)
    program, *arguments = order["arguments"]
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
        attempts.write_text(str(library.attempts()), encoding="utf-8")
    return 0


def small(row: Any) -> Any:
    """A row of the platforms with few pixels and frames."""
    shape = {"width": row.width // 16 * 2, "height": row.height // 16 * 2}
    return replace(row, frame_rate=min(row.frame_rate, 4), **shape)


if __name__ == "__main__":
    serve()
