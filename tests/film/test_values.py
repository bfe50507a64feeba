import collections
import datetime
import enum
import functools
import importlib
import sys
import threading
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
import torch
from manim import Circle, FadeIn, Scene, Square, ValueTracker, linear, smooth, squish_rate_func
from torch import nn

from epochreel.errors import ClipError
from epochreel.film.values import digest
from epochreel.layers import Points
from tests.filming import python
from tests.layers.planes import Rectangle

GAIN = np.ones(3)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Slotted:
    __slots__ = ("__hidden", "value")

    def __init__(self, value, hidden=0):
        self.value, self.__hidden = value, hidden


class Holder:
    def __init__(self, **held):
        vars(self).update(held)

    @functools.cached_property
    def worked_out(self):
        return object()

    def method(self):
        return self


class Told:
    def __init__(self, worth, rest):
        self.worth, self.rest = worth, rest

    def __digest__(self):
        return self.worth


def closed_over(value):
    return lambda epoch: value * epoch


def adding(step):
    def add(x, much=step):
        return x + much

    return add


def weighed(values):
    net = nn.Linear(2, 1)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([values]))
        net.bias.zero_()
    return net


def cyclic(value):
    ring = [value]
    ring.append({"ring": ring})
    return ring


PAIRS = {
    "number": (1.0, np.nextafter(1, 2)),
    "number and its text": (1, "1"),
    "truth and number": (True, 1),
    "list and tuple": ([1], (1,)),
    "nesting": ([[1], 2], [[1, 2]]),
    "where texts part": (["ab", "c"], ["a", "bc"]),
    "array": (np.zeros(2000), np.eye(2000)[0]),
    "shape": (np.zeros((2, 3)), np.zeros((3, 2))),
    "dtype": (np.zeros(2, np.int64), np.zeros(2, np.uint64)),
    "array of objects": (np.array([1, "a"], object), np.array([1, "b"], object)),
    "masked array": (
        np.ma.masked_array([1.0, 2], [True, False]),
        np.ma.masked_array([1.0, 2], [False, False]),
    ),
    "tensor": (torch.zeros(3), torch.tensor([0.0, 0, 1])),
    "half tensor": (torch.zeros(3).bfloat16(), torch.ones(3).bfloat16()),
    "module": (weighed([1.0, 2]), weighed([1.0, 3])),
    "mapping": ({"a": 1}, {"a": 2}),
    "proxy": (MappingProxyType({"a": "#000000"}), MappingProxyType({"a": "#000001"})),
    "default of a dict": (collections.defaultdict(int), collections.defaultdict(list)),
    "set": ({1, 2}, {1, 3}),
    "deque": (collections.deque([1, 2]), collections.deque([2, 1])),
    "range": (range(3), range(4)),
    "date": (datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)),
    "enum": (Colour.RED, Colour.BLUE),
    "slots": (Slotted(1), Slotted(2)),
    "hidden slots": (Slotted(1, 1), Slotted(1, 2)),
    "namespace": (SimpleNamespace(a=1), SimpleNamespace(a=2)),
    "object": (Holder(a=np.zeros(2)), Holder(a=np.ones(2))),
    "below": (Holder(below=1), Holder(below=2)),
    "still": (Holder(still=1), Holder(still=2)),
    "depths": (Holder(depths=1), Holder(depths=2)),
    "pictures": (Holder(pictures=1), Holder(pictures=2)),
    "background": (Holder(background=1), Holder(background=2)),
    "target": (Holder(target=1), Holder(target=2)),
    "name": (Holder(name="a"), Holder(name="b")),
    "method's object": (Holder(a=1).method, Holder(a=2).method),
    "function": (lambda x: x + 1, lambda x: x + 2),
    "closed-over number": (closed_over(1), closed_over(2)),
    "closed-over array": (closed_over(np.zeros(3)), closed_over(np.ones(3))),
    "closed-over tensor": (closed_over(torch.zeros(3)), closed_over(torch.ones(3))),
    "default": (adding(1), adding(2)),
    "rate function": (squish_rate_func(smooth, 0, 0.4), squish_rate_func(smooth, 0, 0.5)),
    "library's function": (smooth, linear),
    "numpy's function": (np.sin, np.cos),
    "partial": (functools.partial(pow, 2), functools.partial(pow, 3)),
    "cached": (functools.cache(adding(1)), functools.cache(adding(2))),
    "inner function": (lambda: lambda x: x * 2, lambda: lambda x: x * 3),
    "cycle": (cyclic(1), cyclic(2)),
    "told": (Told(1, 1), Told(2, 1)),
    "random state": (np.random.default_rng(1), np.random.default_rng(2)),
}


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_what_differs_has_another_digest(one, other):
    assert digest(one) != digest(other)


EQUAL = {
    "array": lambda: np.arange(5.0),
    "set": lambda: {str(number) for number in range(50)},
    "module": lambda: weighed([1.0, 2.0]),
    "function": lambda: closed_over(np.arange(3)),
    "object": lambda: Holder(a=[1, {"b": (2, None)}]),
    "cycle": lambda: cyclic(1),
    "mobject": lambda: Square(2, fill_opacity=1),
    "animation": lambda: FadeIn(Circle()),
    "layer": lambda: Points(Rectangle(), closed_over(np.ones((3, 2)))),
    "bare": object,
}


@pytest.mark.parametrize("make", EQUAL.values(), ids=EQUAL)
def test_what_is_made_alike_has_one_digest(make):
    assert digest(make()) == digest(make())


TELL = """
from epochreel.film.values import digest
from tests.film.test_values import EQUAL

for make in EQUAL.values():
    print(digest(make()))
"""


def test_another_process_with_another_hash_seed_finds_the_same():
    assert python(TELL, PYTHONHASHSEED="54321").split() == [digest(m()) for m in EQUAL.values()]


def test_equal_parts_count_the_same_shared_or_not():
    one, other = np.zeros(3), np.zeros(3)
    assert digest([one, one]) == digest([one, other])


def test_a_docstring_and_a_line_number_are_no_code():
    sources = ("def f(x):\n    return x + 1", "\n\ndef f(x):\n    '''Add.'''\n    return x + 1")
    made = []
    for source in sources:
        scope = {"__name__": "nowhere"}
        exec(source, scope)
        made.append(digest(scope["f"]))
    assert made[0] == made[1]


def test_the_module_s_values_that_a_function_names_count(monkeypatch):
    def scaled(epoch):
        return GAIN * epoch

    before = digest(scaled)
    monkeypatch.setitem(globals(), "GAIN", np.full(3, 2.0))
    assert digest(scaled) != before


def test_a_class_of_a_person_s_own_counts_by_what_it_does():
    def made(factor, **members):
        return type("Law", (), {"apply": lambda self, x: x * factor, **members})

    assert digest(made(2)()) == digest(made(2)())
    assert digest(made(2)()) != digest(made(3)())
    assert digest(made(2, gain=1)()) != digest(made(2, gain=2)())


def test_a_scene_without_a_file_counts_by_what_it_does(monkeypatch):
    """As one in a notebook's cell, of which nothing else tells that it changed."""

    def made(factor, **members):
        return type("Law", (Scene,), {"apply": lambda self, x: x * factor, **members})

    assert digest(made(2)) == digest(made(3))  # this file counts as a whole
    monkeypatch.delattr(sys.modules[__name__], "__file__")
    assert digest(made(2)) == digest(made(2))
    assert digest(made(2)) != digest(made(3))
    assert digest(made(2, gain=1)) != digest(made(2, gain=2))


def test_what_is_worked_out_from_the_rest_is_left_out():
    holder = Holder(a=1)
    before = digest(holder)
    assert holder.worked_out
    assert digest(holder) == before


def test_what_manim_leaves_behind_is_left_out():
    square = Square()
    before = digest(square)
    square.generate_target()
    square.save_state()
    assert digest(square) == before
    assert digest(square.copy()) == before


def test_a_subclass_s_own_attributes_of_those_names_count():
    for name, one, other in (("target", 1, 2), ("name", "h", "x"), ("saved_state", [1], [2])):
        assert digest(Square().set(**{name: one})) != digest(Square().set(**{name: other}))
    follow = Circle().set(target=ValueTracker(1)), Circle().set(target=ValueTracker(2))
    assert digest(follow[0]) != digest(follow[1])


@pytest.mark.parametrize(
    ("opaque", "kind"),
    [
        (threading.Lock, "lock"),
        (lambda: (each for each in ()), "generator"),
        (Path(__file__).open, "TextIOWrapper"),
    ],
)
def test_what_cannot_be_seen_is_a_sentence_that_names_it(opaque, kind):
    held = opaque()
    layer = Points(Rectangle(), np.zeros((1, 2))).set(source=closed_over([Holder(content=held)]))
    with pytest.raises(
        ClipError, match=rf"'content' of a Holder .*it holds a {kind}: .*__digest__"
    ):
        digest(layer)
    if hasattr(held, "close"):
        held.close()


def test_a_library_is_known_by_its_name_wherever_it_is_installed(tmp_path, monkeypatch):
    """Of a user's own or another environment's folder too, whose classes cannot all be walked."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "installed_library.py").write_text(
        "import threading\nLOCK = threading.Lock()\ndef drawn():\n    return LOCK\n"
    )
    monkeypatch.syspath_prepend(folder)
    assert digest(importlib.import_module("installed_library").drawn)
