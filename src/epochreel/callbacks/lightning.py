"""Record what Lightning trains."""

from __future__ import annotations

from lightning.pytorch import Callback, LightningModule, Trainer

from epochreel import Recorder
from epochreel.callbacks.logged import scalars

__all__ = ["RecordEpochs"]


class RecordEpochs(Callback):
    """Hands a LightningModule over to a recorder before the first epoch and after each.

    What is logged goes with it, as scalars of the epoch that ends. `nets` are the names of the
    module's parts that are to be nets of the run; without any it is one as a whole, called "net".

        with Recorder.create("runs/mine", trainer="mine") as recorder:
            Trainer(max_epochs=100, callbacks=[RecordEpochs(recorder, "encoder")]).fit(module)

    Errors are those of `Recorder.snapshot`, and AttributeError for a part that there is not.
    """

    def __init__(self, recorder: Recorder, *nets: str) -> None:
        self.recorder, self.nets = recorder, nets

    def on_train_start(self, trainer: Trainer, module: LightningModule) -> None:
        """Record what is there before anything is learned."""
        self._snapshot(trainer.current_epoch, module)

    def on_train_epoch_end(self, trainer: Trainer, module: LightningModule) -> None:
        """Record what an epoch, of which Lightning counts the first as 0, has made."""
        self._snapshot(trainer.current_epoch + 1, module, **scalars(trainer.callback_metrics))

    def _snapshot(self, epoch: int, module: LightningModule, **logged: float) -> None:
        nets = {name: module.get_submodule(name) for name in self.nets} or {"net": module}
        self.recorder.snapshot(epoch, **logged | nets)
