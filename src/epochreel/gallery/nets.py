"""The file of a clip's nets, beside its page, which is written again only where it would differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from epochreel import files
from epochreel.errors import EpochreelError
from epochreel.media.ffmpeg import published
from epochreel.runs import sources, training
from epochreel.runs.run import Run
from epochreel.runs.store import HEADER, runs_root

__all__ = ["NAME", "write_nets"]

NAME = "nets.js"


def write_nets(folder: Path, described: Mapping[str, Any]) -> bool:
    """Write the nets of a clip's run; return whether there is something to drag.

    `described` is what clip.json says. Of a run that is not at hand nothing stays. Raises
    PublishError where the file cannot be written, and as `planes.script`.
    """
    path = folder / NAME
    recorded = {each.parent.name: each.parent for each in runs_root().glob(f"*/{HEADER}")}
    run = recorded.get(described["run"])
    if run is None:
        path.unlink(missing_ok=True)
        return False
    # Torch, which takes seconds to come, is not asked again; nor where it found nothing.
    key = f"// {_key(described, run)}\n".encode()
    if not path.is_file() or not path.read_bytes().startswith(key):
        from epochreel.gallery.planes import script

        with published(path) as aside:
            aside.write_bytes(key + (script(described) or "").encode())
    return path.stat().st_size > len(key)


def _key(described: Mapping[str, Any], run: Path) -> str:
    """A digest of what decides: the run, what the clip shows of it, the trainer's code and ours."""
    recorded = trainer = ""
    with suppress(EpochreelError):  # it may be damaged
        recorded = Run.open(run).digest
    with suppress(EpochreelError):  # it may be gone, or no Python at present
        trainer = sources.code(training.locate(described["trainer"]))
    known = [recorded, described["digest"], described["epochs"], trainer]
    digest = hashlib.sha256(json.dumps(known).encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), files.ASSETS / "style.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
