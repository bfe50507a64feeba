"""How a clip passes the epochs: what a slider over them steps through."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Step", "steps", "sweeps"]

Step = tuple[int, float | None]
"""A frame, and the epoch that is shown from there on, if any is."""


def steps(epochs: Sequence[float | None]) -> list[Step]:
    """Return the frames at which another epoch is shown than before, the first frame included.

    `epochs` holds the epoch of each frame, as in clip.json.
    """
    found: list[Step] = []
    for frame, epoch in enumerate(epochs):
        if not found or epoch != found[-1][1]:
            found.append((frame, epoch))
    return found


def sweeps(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Return where in `steps` the epochs run one way: first and last index of each passage.

    A clip that trains twice has two, which share no step but a turning point. A jump from one
    epoch to another is none; but a clip that does nothing else has its longest such passage.
    """
    known = [(index, epoch) for index, (_, epoch) in enumerate(steps) if epoch is not None]
    passages: list[list[int]] = []
    before, rising = None, None
    for index, epoch in known:
        if before is None:
            passages.append([index])
        elif epoch != before:
            if rising not in (None, epoch > before):
                passages.append(passages[-1][-1:])
            rising = epoch > before
            passages[-1].append(index)
        before = epoch
    long = [passage for passage in passages if len(passage) > 2]
    chosen = long or [max(passages, key=len)] if passages else []
    return [(passage[0], passage[-1]) for passage in chosen if len(passage) > 1]
