import numpy as np
from manim import Dot, Square, ValueTracker, VGroup

from epochreel import Clip
from epochreel.film.memento import Memento
from tests.filming import studio


class Silent(Clip):
    def construct(self):
        pass


class Pure:
    """Keeps what it computed: half of the cache here, half where nobody looks."""

    def __init__(self):
        self.kept = {}


def noted(folder, *mobjects):
    with studio(folder):
        scene = Silent()
    scene.add(*mobjects)
    return scene, Memento(scene)


def test_points_submobjects_and_attributes_come_back(tmp_path):
    dot, square = Dot(), Square()
    group = VGroup(dot, square)
    group.words = ["one"]
    points = dot.points.copy()
    scene, memento = noted(tmp_path, group)
    dot.shift([1, 0, 0])
    square.points *= 2
    group.remove(square)
    group.words.append("two")
    group.later = 1
    scene.remove(group)
    memento.restore()
    assert scene.mobjects == [group]
    assert group.submobjects == [dot, square]
    assert group.words == ["one"]
    assert not hasattr(group, "later")
    np.testing.assert_array_equal(dot.points, points)
    np.testing.assert_allclose(np.abs(square.points).max(), 1)


def test_what_is_one_thing_in_two_places_stays_so(tmp_path):
    one, other = Dot(), Dot()
    one.shared = other.shared = np.zeros(2)
    _, memento = noted(tmp_path, one, other)
    one.shared = one.shared + 1
    memento.restore()
    assert one.shared is other.shared
    assert one.shared.tolist() == [0, 0]


def test_clocks_are_found_behind_closures_methods_and_objects(tmp_path):
    behind = [ValueTracker(1) for _ in range(3)]
    closed, bound, held = behind
    dot, pure = Dot(), Pure()
    pure.clock = held
    dot.add_updater(lambda mobject: mobject.set_x(closed.get_value()))
    dot.source, dot.pure = bound.get_value, pure
    _, memento = noted(tmp_path, dot)
    for tracker in behind:
        tracker.set_value(5)
    memento.restore()
    assert [tracker.get_value() for tracker in behind] == [1, 1, 1]


def test_what_a_pure_object_keeps_is_left_alone(tmp_path):
    dot = Dot()
    dot.pure = Pure()
    _, memento = noted(tmp_path, dot)
    dot.pure.kept["epoch"] = 3
    memento.restore()
    assert dot.pure.kept == {"epoch": 3}


def test_a_recorded_array_is_never_written_to(tmp_path):
    dot = Dot()
    dot.recorded = np.arange(3)
    dot.recorded.setflags(write=False)
    _, memento = noted(tmp_path, dot)
    recorded, dot.recorded = dot.recorded, None
    memento.restore()
    assert dot.recorded is recorded


def test_what_did_not_change_is_kept_once(tmp_path):
    still, moving = Dot(), Dot()
    scene, first = noted(tmp_path, still, moving)
    moving.points += 1
    second = Memento(scene, first)

    def state(memento, thing):
        return memento._notes[id(thing)][1]

    assert state(second, still.points) is state(first, still.points)
    assert state(second, moving.points) is not state(first, moving.points)
    first.restore()
    np.testing.assert_array_equal(moving.points, still.points)
