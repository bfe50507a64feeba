"""Workers where a command wants them: on this machine, or on a Ray cluster."""

from __future__ import annotations

import os

from epochreel.crew.crew import Crew
from epochreel.crew.local import Processes
from epochreel.errors import CrewError, choices

__all__ = ["PLACES", "crew"]

PLACES = ("local", "ray")


def crew(on: str, count: int | None = None, address: str | None = None) -> Crew:
    """Return a crew on this machine ("local") or on the Ray cluster at an address ("ray").

    It has so many workers, by default one for each processor that is there. Raises CrewError where
    it cannot be had: for a place of another name, less than one worker, an address without Ray;
    where Ray is not installed, or no cluster answers.
    """
    if on not in PLACES:
        raise CrewError(f"There is no place {on!r} for workers; {choices(on, PLACES)}")
    if on == "ray":
        from epochreel.crew.cluster import Cluster

        return Cluster(address, count)
    if address is not None:
        raise CrewError(f"The address {address} is one of a cluster: say `--on ray` with it.")
    return Processes((os.cpu_count() or 1) if count is None else count)
