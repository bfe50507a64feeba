"""A slider over the epochs of a run, for a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from epochreel.errors import RunError
from epochreel.runs.display import readings

if TYPE_CHECKING:
    from epochreel.runs.run import Run

__all__ = ["widget"]

STEPS = 200
"""From the first epoch to the last while it plays, of a tenth of a second each."""


def widget(run: Run, show: Callable[[float], object] | None = None) -> Any:
    """Return a slider, and below it the scalars at its epoch and what `show` makes of that.

    Raises RunError where ipywidgets is missing, and for a run without a snapshot.
    """
    try:
        import ipywidgets
        from IPython.display import display
    except ImportError as error:
        raise RunError(
            "A slider takes ipywidgets, which is not installed: pip install 'epochreel[notebook]'."
        ) from error
    if not len(run.epochs):
        raise RunError(f"The run {run.path} holds no snapshot yet: let it record for longer.")
    first, last = int(run.epochs[0]), int(run.epochs[-1])
    ends = {"min": first, "max": last, "step": max((last - first) // STEPS, 1)}
    slider = ipywidgets.IntSlider(
        value=first, **ends | {"step": 1}, description="epoch", layout={"flex": "1 1 18em"}
    )
    play = ipywidgets.Play(value=first, **ends, interval=100)
    ipywidgets.jslink((play, "value"), (slider, "value"))
    told = ipywidgets.HTML(readings(run, first))
    slider.observe(lambda change: setattr(told, "value", readings(run, change.new)), "value")
    row = {"flex_flow": "row wrap", "max_width": "53em"}
    parts = [ipywidgets.HBox([play, slider], layout=row), told]
    if show is not None:
        shown = ipywidgets.interactive_output(lambda epoch: display(show(epoch)), {"epoch": slider})
        parts.insert(1, shown)
    return ipywidgets.VBox(parts)
