import random

import pytest

from epochreel.film.dealing import DEATHS, READY, TASK, Dealing, Task, grouped

LONG = 4 * READY


def tasks(variant, *seconds):
    return [Task(variant, (f"{variant}.{number}",), each) for number, each in enumerate(seconds)]


def planned(lengths, workers):
    """A dealing of variants whose tasks are known, each planned by a worker of its number."""
    dealing = Dealing(len(lengths))
    for worker in range(len(lengths)):
        assert dealing.next(worker) == Task(worker, (), READY)
    for variant, seconds in enumerate(lengths):
        dealing.returned(variant)
        dealing.plan(variant, tasks(variant, *seconds))
    assert workers >= len(lengths)
    return dealing


def test_parts_are_grouped_in_their_order_to_tasks_that_last():
    parts = [("a", 6.0), ("b", 6.0), ("c", 20.0), ("d", 1.0)]
    assert grouped(3, parts, least=10) == [
        Task(3, ("a", "b"), 12.0),
        Task(3, ("c",), 20.0),
        Task(3, ("d",), 1.0),
    ]
    assert grouped(3, []) == []
    assert TASK > READY  # what a worker gets ready for is longer than getting ready


def test_each_worker_plans_a_variant_in_their_order_and_stays_with_it():
    dealing = planned([[LONG, LONG], [LONG]], workers=2)
    assert dealing.next(0).parts == ("0.0",)
    assert dealing.next(1).parts == ("1.0",)
    dealing.returned(0)
    assert dealing.next(0).parts == ("0.1",)


def test_who_has_nothing_left_plans_before_helping():
    dealing = Dealing(2)
    dealing.next(0)
    dealing.returned(0)
    dealing.plan(0, [])
    assert dealing.is_done(0)
    assert not dealing.is_done(1)
    assert dealing.next(0) == Task(1, (), READY)


def test_a_helper_takes_the_last_task_of_what_lasts_longest():
    dealing = planned([[LONG, LONG], [LONG] * 4, []], workers=3)
    assert dealing.next(2).parts == ("1.3",)


def test_nobody_helps_where_getting_ready_takes_longer_than_what_is_gained():
    dealing = planned([[READY, 0.9 * READY], []], workers=2)
    assert dealing.next(0).parts == ("0.0",)
    # 0.9 of getting ready is left, and half of that would be gained.
    assert dealing.next(1) is None
    assert dealing.next(1) is None
    dealing.returned(0)
    assert dealing.next(0).parts == ("0.1",)
    assert not dealing.is_done(0)
    dealing.returned(0)
    assert dealing.is_done(0)


def test_who_had_nothing_to_do_helps_as_soon_as_there_is_something():
    dealing = Dealing(2)
    assert dealing.next(0) == Task(0, (), READY)
    assert dealing.next(1) == Task(1, (), READY)
    assert dealing.next(2) is None
    dealing.returned(0)
    dealing.plan(0, tasks(0, LONG, LONG))
    assert dealing.next(2).parts == ("0.1",)
    assert dealing.next(0).parts == ("0.0",)
    assert dealing.next(3) is None
    assert dealing.died(2) is None  # what it was at is to be done again
    assert dealing.next(3).parts == ("0.1",)


def test_who_was_not_worth_getting_ready_is_once_another_has_gone_elsewhere():
    dealing = planned([[1.8 * READY] * 2, [LONG]], workers=2)
    assert dealing.next(0).parts == ("0.0",)
    assert dealing.next(1).parts == ("1.0",)
    assert dealing.next(2) is None  # 0.9 of getting ready would be each one's
    assert dealing.died(0) is None
    assert dealing.next(2).parts == ("0.1",)


def test_what_nobody_has_ready_any_more_is_done_by_anybody():
    dealing = planned([[1.0, 1.0], []], workers=2)
    assert dealing.next(0).parts == ("0.0",)
    assert dealing.died(0) is None
    assert dealing.next(1).parts == ("0.1",)
    dealing.returned(1)
    assert dealing.next(1).parts == ("0.0",)


def test_a_plan_that_a_worker_died_over_is_made_by_the_next():
    dealing = Dealing(1)
    dealing.next(0)
    assert dealing.died(0) is None
    assert not dealing.is_done(0)
    assert dealing.next(0) == Task(0, (), READY)


def test_a_task_is_given_up_when_too_many_have_died_over_it():
    dealing = planned([[LONG]], workers=1)
    for _ in range(DEATHS - 1):
        dealing.next(0)
        assert dealing.died(0) is None
    task = dealing.next(0)
    assert dealing.died(0) == task
    assert dealing.next(0) is None


def test_what_is_dropped_is_neither_planned_nor_done():
    dealing = Dealing(2)
    dealing.next(0)
    dealing.returned(0)
    dealing.plan(0, tasks(0, LONG))
    dealing.drop(0)
    dealing.drop(1)
    assert dealing.next(0) is None
    assert dealing.is_done(0)
    assert dealing.is_done(1)


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_done_once_whoever_works_and_dies(seed):
    chance = random.Random(seed)
    lengths = [[chance.uniform(0, LONG) for _ in range(chance.randrange(9))] for _ in range(7)]
    dealing, done, workers = Dealing(len(lengths)), [], range(chance.randrange(1, 12))
    for worker in workers:
        dealing.next(worker)
    while dealing.doing:
        worker = chance.choice(list(dealing.doing))
        if chance.random() < 0.05:
            if (task := dealing.died(worker)) is not None:
                done += task.parts
        else:
            task = dealing.returned(worker)
            done += task.parts
            if not task.parts:
                dealing.plan(task.variant, tasks(task.variant, *lengths[task.variant]))
        for each in workers:
            if each not in dealing.doing:
                dealing.next(each)
    wanted = [f"{v}.{n}" for v, seconds in enumerate(lengths) for n in range(len(seconds))]
    if all(dealing.is_done(variant) for variant in range(len(lengths))):
        assert sorted(done) == sorted(wanted)
    else:
        pytest.fail("something is left that nobody does")
