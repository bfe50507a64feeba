"""Lightning's own Trainer, recorded, and its checkpoints, imported."""

import warnings

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, RunError
from epochreel.runs.importing import import_checkpoints

pytest.importorskip("lightning")

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback, ModelCheckpoint

from epochreel.callbacks.lightning import RecordEpochs

pytestmark = [pytest.mark.extras, pytest.mark.filterwarnings("ignore")]  # the package's own

EPOCHS = 3


class Line(LightningModule):
    """A line through three points, which logs what is to be kept and what is not."""

    def __init__(self, rate=0.1):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Linear(1, 1)

    def training_step(self, batch, number):
        x, y = batch
        loss = (self.net(x) - y).square().mean()
        self.log_dict({"loss": loss, "epoch": 7.0, "beyond": torch.inf}, on_epoch=True)
        return loss

    def validation_step(self, batch, number):
        x, y = batch
        self.log("validation/loss", (self.net(x) - y).abs().mean())

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)


class Watch(Callback):
    """What the parameters are after each epoch."""

    def __init__(self):
        self.biases = []

    def on_train_start(self, trainer, module):
        self.biases.append(module.net.bias.item())

    def on_train_epoch_end(self, trainer, module):
        self.biases.append(module.net.bias.item())


def fit(folder, *callbacks, **options):
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 6)[:, None]
    loader = torch.utils.data.DataLoader(list(zip(x, 3 * x + 1, strict=True)), batch_size=3)
    module = Line()
    trainer = Trainer(
        max_epochs=EPOCHS,
        callbacks=list(callbacks),
        default_root_dir=folder,
        logger=False,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        **options,
    )
    trainer.fit(module, loader, loader)
    return module, trainer


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A training that is recorded, watched, and saved after each epoch."""
    folder, watch = tmp_path_factory.mktemp("lightning"), Watch()
    saving = ModelCheckpoint(folder / "checkpoints", save_top_k=-1, save_last=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Recorder.create(folder / "run", trainer="line") as recorder:
            module, trainer = fit(folder, RecordEpochs(recorder, "net"), watch, saving)
    return folder, watch, module, trainer


def test_each_epoch_is_recorded(recorded):
    folder, watch, module, trainer = recorded
    run = Run.open(folder / "run")
    assert run.complete
    assert run.epochs.tolist() == [0, 1, 2, 3]
    biases = [run.parameters(epoch)["bias"].item() for epoch in run.epochs]
    assert biases == pytest.approx(watch.biases)
    assert list(run.parameters(0)) == ["weight", "bias"]
    assert biases[-1] == module.net.bias.item()
    assert "validation/loss" in run.scalars
    assert not {"epoch", "beyond"} & set(run.scalars)
    epochs, losses = run.scalar("loss_epoch")
    assert epochs.tolist() == [1, 2, 3]
    assert losses[-1] == pytest.approx(trainer.callback_metrics["loss_epoch"].item())


def test_its_checkpoints_are_read(recorded):
    folder, watch, *_ = recorded
    run = import_checkpoints(folder / "checkpoints", folder / "imported")
    assert run.epochs.tolist() == [0, 1, 2]  # as Lightning calls those that have ended
    biases = [run.parameters(epoch)["net.bias"].item() for epoch in run.epochs]
    assert biases == pytest.approx(watch.biases[1:])


def test_a_module_without_a_name_is_recorded_as_a_whole(tmp_path):
    with Recorder.create(tmp_path / "run", trainer="line") as recorder:
        module, _ = fit(tmp_path, RecordEpochs(recorder), enable_checkpointing=False)
    run = Run.open(tmp_path / "run")
    assert list(run.parameters(0)) == ["net.weight", "net.bias"]
    run.load(again := Line(), EPOCHS)
    np.testing.assert_array_equal(again.net.bias.detach(), module.net.bias.detach())


def test_a_part_that_is_not_there_is_told(tmp_path):
    with (
        Recorder.create(tmp_path / "run", trainer="line") as recorder,
        pytest.raises(AttributeError, match="encoder"),
    ):
        fit(tmp_path, RecordEpochs(recorder, "encoder"), enable_checkpointing=False)


def test_a_training_that_ends_in_an_error_leaves_what_was_recorded(tmp_path):
    class Fall(Callback):
        def on_train_epoch_start(self, trainer, module):
            if trainer.current_epoch == 2:
                module.net.bias.data.fill_(torch.nan)

    with (
        pytest.raises(RunError, match="not finite at epoch 3"),
        Recorder.create(tmp_path / "run", trainer="line") as recorder,
    ):
        fit(tmp_path, RecordEpochs(recorder), Fall(), enable_checkpointing=False)
    run = Run.open(tmp_path / "run")
    assert not run.complete
    assert run.epochs.tolist() == [0, 1, 2]
