"""Record what Hugging Face's Trainer trains."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback

from epochreel import Recorder
from epochreel.callbacks.logged import scalars

__all__ = ["RecordSteps"]


class RecordSteps(TrainerCallback):
    """Hands the model over to a recorder, as "net", before each step of the optimiser and last.

    The epochs of the run are the Trainer's steps, by which it logs and saves: a few epochs would
    be a short film. What it logs at a step are the scalars there. A schedule such as `every(100)`
    of the recorder's keeps the run small.

        with Recorder.create("runs/mine", trainer="mine", schedule=every(100)) as recorder:
            Trainer(model, callbacks=[RecordSteps(recorder)], …).train()

    Errors are those of `Recorder.snapshot`.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._logged: dict[str, float] = {}

    def on_step_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Record what the steps before this one have made, and what was logged of it."""
        self.recorder.snapshot(state.global_step, **self._logged | {"net": given["model"]})
        self._logged = {}

    def on_log(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Keep what is logged, apart from how long the whole training took."""
        if "train_runtime" not in given["logs"]:
            self._logged |= scalars(given["logs"])

    on_train_end = on_step_begin
