import copy

import numpy as np
import pytest
import torch

from epochreel import EPOCH, EpochreelError, varying
from epochreel.runs.functions import Function, Instant, between, epoch

A = np.arange(6.0).reshape(2, 3) - 2
SQUARE = np.array([[2.0, 1, 0], [0, 3, 1], [1, 0, 1]])


def counted():
    """A function of the epoch, A + e, and the list of the epochs at which it was evaluated."""
    asked = []

    def function(e):
        asked.append(e)
        return A + e

    return varying(function, EPOCH), asked


F, _ = counted()


@pytest.mark.parametrize(
    "expression",
    [
        lambda f: f + 1,
        lambda f: 1 - f,
        lambda f: f - A,
        lambda f: A - f,
        lambda f: 2 * f * f,
        lambda f: f / 3,
        lambda f: 1 / (f + 9),
        lambda f: f**2,
        lambda f: f // 2,
        lambda f: f % 2,
        lambda f: f @ SQUARE,
        lambda f: SQUARE @ f.T,
        lambda f: -f,
        lambda f: abs(f),
        lambda f: (f > 0) & (f <= 2),
        lambda f: (f >= 1) | ~(f < 3),
        lambda f: f[1],
        lambda f: f[:, :2],
        lambda f: f[..., None],
        lambda f: f[f > 0],
        lambda f: f.sum(),
        lambda f: f.sum(0),
        lambda f: f.sum(axis=1, keepdims=True),
        lambda f: f.mean(axis=0),
        lambda f: f.max(axis=1),
        lambda f: f.min(),
        lambda f: f.T,
        lambda f: f.reshape(3, 2),
        lambda f: f.reshape((-1,)),
        lambda f: np.exp(f),
        lambda f: np.hypot(f, 2 * f),
        lambda f: np.linalg.norm(f, axis=1),
        lambda f: np.concatenate([f, A, f + 1]),
        lambda f: np.stack([f[:, 0], f[:, 1]], axis=1),
        lambda f: np.where(f > 0, f, 0),
        lambda f: np.einsum("ij,kj->ik", f, A),
        lambda f: np.add.reduce(f, axis=1),
        lambda f: np.clip(f, -1, 1).argmax(axis=1) if isinstance(f, np.ndarray) else argmax(f),
    ],
)
def test_what_numpy_does_with_arrays_it_does_at_every_instant(expression):
    composed = expression(F)
    assert isinstance(composed, Function)
    assert composed.clocks == (EPOCH,)
    for instant in (0.0, 2.5):
        np.testing.assert_array_equal(composed(instant), expression(A + instant))


def argmax(f):
    return np.argmax(np.clip(f, -1, 1), axis=1)


def test_in_place_arithmetic_makes_another_function():
    f, _ = counted()
    doubled = f
    doubled *= 2
    assert doubled is not f
    np.testing.assert_array_equal(doubled(1), 2 * (A + 1))
    np.testing.assert_array_equal(f(1), A + 1)


def test_clocks_are_those_of_the_parts_in_the_order_of_their_appearance():
    first, second = object(), object()
    share, other = varying(lambda t: t, first), varying(lambda t, s: t - s, second, first)
    mixed = other * F + (1 - share) * A
    assert mixed.clocks == (second, first, EPOCH)
    np.testing.assert_array_equal(mixed(7, 3, 1), (7 - 3) * (A + 1) + (1 - 3) * A)
    assert (share * F).clocks == (first, EPOCH)
    assert (A * SQUARE[:2]).sum() == Function(np.sum, A * SQUARE[:2])()  # of no clock at all
    with pytest.raises(ValueError, match="zip"):
        mixed(1, 2)


def test_an_instant_is_what_its_clock_shows():
    assert epoch(2.5) == 2.5
    assert (2 * Instant("clock") + epoch)(3, 4) == 10


def test_it_is_evaluated_once_at_the_same_instants_however_many_ask():
    f, asked = counted()
    whole, parts = np.stack([f, f**2, f + f]), [f.sum(), f[0]]
    for instant in (1, 1, 2):
        whole(instant)
        for part in parts:
            part(instant)
    assert asked == [1, 2]


def test_a_part_is_evaluated_only_when_one_of_its_own_clocks_moves():
    f, asked = counted()
    share = varying(lambda t: t, "share")
    morph = share * f + (1 - share) * A
    for t in (0, 0.5, 1):
        np.testing.assert_allclose(morph(t, 3), A + 3 * t)
    assert asked == [3]


def test_a_value_cannot_be_changed_and_arguments_are_copied():
    array, tensor = A.copy(), torch.tensor(A)
    f = F + array + [tensor]
    with pytest.raises(ValueError, match="read-only"):
        f(1)[0] = 0
    array += 1
    tensor += 1
    np.testing.assert_array_equal((f + 0)(1), (A + 1 + A + A)[None])
    own = np.zeros(3)
    varying(lambda e: own, EPOCH)(0)
    own += 1  # what belongs to the plain function stays its own


def test_a_lone_number_can_be_formatted_and_rounded():
    mean = F.mean()
    assert f"{mean(0.25):.2f}" == "0.75"
    assert round(mean(0.25), 1) == 0.8


def test_tensors_stand_on_either_side():
    for composed in (F * torch.tensor(A), torch.tensor(A) * F):
        assert isinstance(composed, Function)
        assert type(composed(1)) is np.ndarray
        np.testing.assert_array_equal(composed(1), A * (A + 1))


def test_copies_are_the_same_and_what_decides_the_value_is_in_dict():
    f = F + A
    assert copy.deepcopy([f])[0] is copy.copy(f) is f
    before = copy.deepcopy(vars(f))
    f(3)
    assert (
        vars(f).keys() == before.keys() == {"operation", "name", "arguments", "options", "clocks"}
    )
    assert f.__digest__() == vars(f)
    assert f.name == "add"
    assert len({F, f, F}) == 2


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (np.asarray, r"no array: .* f\(epoch\)\.$"),
        (bool, r"neither true nor false: np\.where"),
        (lambda f: f if f > 0 else A, "neither true nor false"),
    ],
)
def test_what_needs_an_instant_says_so(ask, sentence):
    with pytest.raises(EpochreelError, match=sentence):
        ask(F)


@pytest.mark.parametrize("ask", [list, len, float])
def test_it_is_no_sequence_and_no_number(ask):
    with pytest.raises(TypeError):
        ask(F)


def test_a_value_between_times_is_numpys_of_each_number():
    times, values = np.array([0.0, 1, 4, 10]), np.random.default_rng(3).normal(size=(4, 2, 3))
    for at in (-1, 0, 0.25, 1, 3.5, 9, 10, 12):
        each = [np.interp(at, times, column) for column in values.reshape(4, -1).T]
        np.testing.assert_allclose(between(times, values, at), np.reshape(each, (2, 3)), atol=1e-12)
