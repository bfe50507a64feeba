"""Render the series small on a Ray cluster of this machine, and compare it with `--on local`.

`make cluster` runs this in an environment that has Ray: a head without processors, two nodes with
one each. Every film must be the same byte for byte, and so must the runs of trainings side by side.
Whatever becomes of it, what it started is stopped. The names of clips may be given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
from ray.cluster_utils import Cluster

EPOCHREEL = Path(sys.executable).with_name("epochreel")
TRAIN = ["train", "autoencoder", "--epochs", "20", "--seed", "1,2,3"]


def main(clips: list[str]) -> int:
    """Draw and record all, there and here; return the number of what differs."""
    render = ["render", *clips, "--quality", "low", "--force"]
    with cluster() as address:
        ray = ["--on", "ray", "--address", address]
        films = [told(render, ray), told(render, ["--jobs", "2"])]
        runs = [recorded(ray), recorded(["--jobs", "2"])]
    differ = 0
    for what, (there, here) in (("films", films), ("runs", runs)):
        if there.keys() != here.keys() or not there:
            print(f"The {what} are not all there: {sorted(there.keys() ^ here.keys())}.")
            differ += 1
        for name in sorted(there.keys() & here.keys()):
            same = there[name] == here[name]
            differ += not same
            print(f"{'the same   ' if same else 'DIFFERS    '}{name}")
    print("Everything is the same, byte for byte." if not differ else f"{differ} differ.")
    return differ


@contextmanager
def cluster() -> Iterator[str]:
    """Give the address of a head and two nodes, which end with this process, whatever ends it."""
    nodes = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    try:
        for _ in range(2):
            nodes.add_node(num_cpus=1)
        yield nodes.address
    finally:
        nodes.shutdown()


def told(command: list[str], where: list[str]) -> dict[str, str]:
    """Run a command that prints the paths of films; return their digests, and say its time."""
    return {path: digest(Path(path)) for path in run(command, where)}


def recorded(where: list[str]) -> dict[str, str]:
    """Record trainings in a folder of their own; return the digests of all arrays in it."""
    with TemporaryDirectory() as folder:
        run(TRAIN, where, EPOCHREEL_RUNS=folder)
        return {
            str(path.relative_to(folder)): digest(path)
            for path in Path(folder).rglob("*.safetensors")
        }


def run(command: list[str], where: list[str], **environment: str) -> list[str]:
    """Run epochreel and return the lines that it prints; an error ends this script."""
    started = time.monotonic()
    done = subprocess.run(
        [EPOCHREEL, *command, *where],
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        text=True,
        check=True,
    )
    print(f"{command[0]} {' '.join(where[:2])}: {time.monotonic() - started:.1f} s", flush=True)
    return done.stdout.splitlines()


def digest(path: Path) -> str:
    """Return what tells a file's bytes from any others."""
    return sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]) > 0)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
