"""Which of the processes of a distributed training this one is."""

from __future__ import annotations

import os

from torch import distributed

__all__ = ["rank"]

PLACES = ("RANK", "LOCAL_RANK", "NODE_RANK")
"""Where launchers say it before the processes have met; all are 0 in the first."""


def rank() -> int | None:
    """Return this process's rank, 0 for the one that writes; None where it trains alone."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank() if distributed.get_world_size() > 1 else None
    if int(os.environ.get("WORLD_SIZE") or 1) == 1:
        return None
    return max(int(os.environ.get(name) or 0) for name in PLACES)
