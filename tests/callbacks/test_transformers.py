"""Hugging Face's own Trainer, recorded, and its checkpoints, imported."""

import warnings

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, every
from epochreel.runs.importing import import_checkpoints

pytest.importorskip("transformers")

from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from epochreel.callbacks.transformers import RecordSteps

pytestmark = [pytest.mark.extras, pytest.mark.filterwarnings("ignore")]  # the package's own

STEPS = 6
BIAS = "classifier.bias"


class Watch(TrainerCallback):
    """What one of the parameters is before each step, and last."""

    def __init__(self):
        self.biases = []

    def on_step_begin(self, *_, model, **__):
        self.biases.append(model.get_parameter(BIAS).detach().clone().numpy())

    on_train_end = on_step_begin


def model():
    torch.manual_seed(0)
    return BertForSequenceClassification(
        BertConfig(
            vocab_size=8,
            hidden_size=4,
            num_hidden_layers=1,
            num_attention_heads=1,
            intermediate_size=4,
            max_position_embeddings=4,
        )
    )


def train(folder, *callbacks, **options):
    sentences = torch.arange(24).reshape(8, 3) % 8
    rows = [{"input_ids": each, "labels": int(each[0] > 3)} for each in sentences]
    settings = TrainingArguments(
        str(folder),
        max_steps=STEPS,
        per_device_train_batch_size=2,
        logging_steps=2,
        learning_rate=0.01,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        **options,
    )
    Trainer(
        net := model(), settings, train_dataset=rows, eval_dataset=rows, callbacks=list(callbacks)
    ).train()
    return net


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A training of which every second step is recorded, watched, and saved every third."""
    folder, watch = tmp_path_factory.mktemp("transformers"), Watch()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Recorder.create(folder / "run", trainer="bert", schedule=every(2)) as recorder:
            options = {"save_steps": 3, "eval_strategy": "steps", "eval_steps": 3}
            net = train(folder / "checkpoints", RecordSteps(recorder), watch, **options)
    return folder, watch, net


def test_steps_are_recorded(recorded):
    folder, watch, net = recorded
    run = Run.open(folder / "run")
    assert run.complete
    assert run.epochs.tolist() == [0, 2, 4, 6]
    biases = [run.parameters(step)[BIAS] for step in run.epochs]
    np.testing.assert_array_equal(biases, watch.biases[::2])
    np.testing.assert_array_equal(biases[-1], net.get_parameter(BIAS).detach())
    run.load(model(), 6)


def test_what_is_logged_at_a_step_is_its_scalar(recorded):
    folder, *_ = recorded
    run = Run.open(folder / "run")
    assert run.scalar("loss")[0].tolist() == [2, 4, 6]
    assert run.scalar("eval_loss")[0].tolist() == [3, 6]
    assert not {"epoch", "train_runtime", "train_loss"} & set(run.scalars)


def test_its_checkpoints_are_read(recorded):
    folder, watch, _ = recorded
    run = import_checkpoints(folder / "checkpoints", folder / "imported")
    assert run.epochs.tolist() == [3, 6]
    np.testing.assert_array_equal(run.parameters(3)[BIAS], watch.biases[3])
    np.testing.assert_array_equal(run.parameters(6)[BIAS], watch.biases[6])


def test_a_compiled_model_and_gradients_in_bfloat16_are_recorded_alike(tmp_path):
    with Recorder.create(tmp_path / "run", trainer="bert") as recorder:
        options = {"torch_compile": True, "torch_compile_backend": "eager", "bf16": True}
        train(tmp_path, RecordSteps(recorder), save_strategy="no", **options)
    run = Run.open(tmp_path / "run")
    assert run.epochs.tolist() == list(range(STEPS + 1))
    assert list(run.parameters(0)) == list(model().state_dict())
