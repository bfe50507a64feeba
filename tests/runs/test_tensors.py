"""Tensors of every kind that torch has: recorded, or refused with a sentence."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from epochreel import Recorder, Run, RunError
from epochreel.runs.tensors import RECORDED, as_array, as_number


def buffered(tensor):
    module = torch.nn.Module()
    module.register_buffer("b", tensor)
    return module


@pytest.mark.filterwarnings("ignore:.*(Sparse CSR|nested tensors|ComplexHalf)")
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: torch.ones(2, device="meta"), r"on the device meta.*to_empty"),
        (lambda: torch.eye(2).to_sparse(), r"is sparse_coo.*to_dense\(\)"),
        (lambda: torch.eye(2).to_sparse_csr(), r"is sparse_csr.*to_dense\(\)"),
        (lambda: torch.nested.nested_tensor([torch.ones(2)]), r"is nested.*to_padded_tensor"),
        (lambda: torch.ones(2).to(torch.float8_e4m3fn), r"torch\.float8_e4m3fn.*float\(\)"),
        (lambda: torch.ones(2, dtype=torch.complex64).to(torch.complex32), r"torch\.complex32"),
    ],
)
def test_what_has_no_values_for_a_run_is_refused(tmp_path, make, named):
    with pytest.raises(RunError, match=rf"^The tensor 'w' .*{named}"):
        as_array(make(), "w")
    path = tmp_path / "run"
    with Recorder.create(path, trainer="mine") as recorder:
        recorder.snapshot(0, net=buffered(torch.ones(2)))
        with pytest.raises(RunError, match=rf"^The net 'net': its b .*{named}"):
            recorder.snapshot(1, net=buffered(make()))
    assert Run.open(path).epochs.tolist() == [0]
    if "float8" in named:  # which a state can hold
        return
    with (
        Recorder.create(tmp_path / "kept", trainer="mine") as recorder,
        pytest.raises(RunError, match=rf"^The state at net/b .*{named}"),
    ):
        next(recorder.epochs(1, net=buffered(make())))


def test_lazy_modules_are_refused_until_they_have_a_shape(tmp_path):
    lazy = torch.nn.LazyLinear(1)
    with Recorder.create(tmp_path / "lazy", trainer="mine") as recorder:
        with pytest.raises(RunError, match="net/weight has no shape yet: call its module once"):
            next(recorder.epochs(1, net=lazy))
        with pytest.raises(RunError, match="its weight has no shape yet: call its module once"):
            recorder.snapshot(0, net=lazy)
    with pytest.raises(RunError, match="'w' has no shape yet"):
        as_array(lazy.weight, "w")
    lazy(torch.ones(2, 3))
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, net=lazy)
    assert Run.open(tmp_path / "run").parameters(0)["weight"].shape == (1, 3)


def test_views_that_negate_are_recorded_as_they_read(tmp_path):
    view = torch.imag(torch.tensor([1 + 2j, 3 - 4j]).conj())
    assert view.is_neg()
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, w=view, net=buffered(view), first=view[0])
    run = Run.open(tmp_path / "run")
    assert run.tensor("w", 0).tolist() == [-2, 4]
    assert run.parameters(0)["b"].tolist() == [-2, 4]
    assert run.at("first", 0) == -2


@pytest.mark.parametrize("dtype", sorted(RECORDED, key=str))
def test_dtypes_of_a_net_come_back(tmp_path, dtype):
    values = torch.tensor([0, 1]).to(dtype)
    with Recorder.create(tmp_path / "run", trainer="mine") as recorder:
        recorder.snapshot(0, net=buffered(values))
    found = Run.open(tmp_path / "run").parameters(0)["b"]
    assert found.tolist() == [0, 1]
    assert found.dtype == (np.float32 if dtype.is_floating_point else values.numpy().dtype)


def test_numbers():
    assert as_number(Fraction(1, 4), "x") == 0.25
    assert as_number(torch.tensor(2, dtype=torch.int16), "x") == 2
    assert as_number(10**400, "x") == math.inf
    with pytest.raises(RunError, match=r"^The scalar 'x' is on the device meta"):
        as_number(torch.tensor(1.0, device="meta"), "x")


def test_complex_arrays_are_refused_in_every_view():
    for view in (torch.ones(1) * 1j, torch.tensor([1j]).conj()):
        with pytest.raises(RunError, match=r"'w' has dtype complex64.*hand over booleans"):
            as_array(view, "w")
