"""A warm process that forks for whatever is to be done in a process of its own.

Orders are lines of JSON on its standard input: the name of a function, `module:name`, and what it
is called with. It forks by itself; what it returns is the answer, a line as well. So the time of
the imports, and of what is done once in a process, is paid once for all tests. Where there is a
compiler, refusing.c is preloaded, which refuses nothing until it is told to.
"""

import gc
import json
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

ROOT = Path(__file__).parents[1]
WARM = (
    "epochreel.book.book",
    "epochreel.cli",
    "epochreel.film.pictures",
    "epochreel.gallery.gallery",
    "epochreel.publish.clip_sheet",
    "epochreel.publish.publish",
    "epochreel.runs.recorder",
    "manim.__main__",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "tests.film.test_production",
)
"""What is imported before the first order."""


class Forks:
    """The process, and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.refuses = shutil.which("cc") is not None
        library = folder / "refusing.so"
        if self.refuses:
            source = ROOT / "tests" / "refusing.c"
            subprocess.run(
                ["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True
            )
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.forking"],
            env=os.environ
            | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
            | ({"LD_PRELOAD": str(library)} if self.refuses else {}),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, name: str, **order: Any) -> Any:
        """Have the function `module:name` be called there, and give what it returns."""
        print(json.dumps([name, order]), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert answer is not None, f"{name} raised what is printed"
        return answer

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait() == 0


def warm() -> None:
    """Import all, and draw a small film, for which Numba gathers its tables and loads kernels.

    There are no texts in it: who sets them has threads from then on, which do not survive a fork.
    """
    import numpy as np
    import torch

    from epochreel import Clip, Points, hero
    from tests.filming import film

    class Bare(Clip):
        layout = hero()

        def construct(self) -> None:
            panel = self.panel("hero", reach=1.5)
            self.add(Points(panel, lambda epoch: np.array([[np.cos(epoch), 0]]), radius=14))
            self.train(1, 0.5)

    for module in WARM:
        import_module(module)
    torch.set_num_threads(1)
    torch.optim.SGD(torch.nn.Linear(1, 1).parameters()).zero_grad()  # which imports on first use
    with TemporaryDirectory() as folder:
        film(Bare, Path(folder))
    gc.collect()
    gc.freeze()  # no fork looks through it again, nor has a copy of it for that


def serve() -> None:
    """Answer orders until there are no more."""
    warm()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what is printed is no answer
    for line in sys.stdin:
        name, order = json.loads(line)
        module, function = name.split(":")
        try:
            answer = getattr(import_module(module), function)(**order)
        except Exception:  # the next test may fare better
            traceback.print_exc()
            answer = None
        print(json.dumps(answer), file=answers, flush=True)


def forked(function: Callable[[], Any]) -> Any:
    """Call a function in a fork of this process, and give what it returns, which JSON can tell."""
    with TemporaryFile("w+", encoding="utf-8") as said:
        if (pid := os.fork()) == 0:
            status = 1
            try:
                json.dump(function(), said)
                said.flush()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        assert os.waitpid(pid, 0)[1] == 0
        said.seek(0)
        return json.load(said)


if __name__ == "__main__":
    serve()
