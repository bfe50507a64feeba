import random

import pytest

from tests.benchmarks.simulation import Costs, Film, simulate


def some_films(seed, count=12):
    chance = random.Random(seed)
    return [
        Film(
            ready=chance.uniform(0, 8),
            segments=[chance.uniform(1, 40) for _ in range(chance.randrange(1, 20))],
            size=1e6,
            frames=100,
            estimate=chance.uniform(0.5, 2),
        )
        for _ in range(count)
    ]


def drawn(films):
    return sum(sum(film.segments) for film in films)


def test_one_worker_takes_the_sum_of_all():
    films = [Film(3.0, [10.0, 20.0], size=2e6, frames=90), Film(4.0, [5.0], size=1e6, frames=10)]
    costs = Costs(start=2.0, begin=0.5, task=0.1, byte=1e-6, segment=0.2, frame=0.02)
    outcome = simulate(films, 1, costs)
    # Three tasks and two plans are taken back; 7 s of getting ready, 35 s of drawing, 3 MB,
    # 100 frames.
    driver = 2 * 0.5 + 5 * 0.1 + 3.0 + 3 * 0.2 + 100 * 0.02
    assert outcome.driver == pytest.approx(driver)
    assert outcome.wall == pytest.approx(2 + 7 + 35 + driver)
    assert outcome.drawing == 35
    assert outcome.ready == pytest.approx(9)


def test_many_small_tasks_that_cost_nothing_else_leave_no_core_idle():
    films = [Film(0.0, [10.0] * 1000) for _ in range(20)]
    outcome = simulate(films, 100)
    # The last task of a film is waited for where getting ready for it would last longer.
    assert outcome.wall == pytest.approx(2000, rel=0.01)
    assert outcome.efficiency > 0.99
    assert all(share < 0.01 for share in outcome.shares().values())


@pytest.mark.parametrize("cores", [1, 3, 16, 200])
@pytest.mark.parametrize("seed", range(5))
def test_nothing_ends_before_its_bounds(seed, cores):
    films, costs = some_films(seed), Costs(start=1.0, begin=0.1, task=0.01, byte=1e-8, frame=0.002)
    outcome = simulate(films, cores, costs)
    chain = max(film.ready + max(film.segments) for film in films)  # no segment is cut
    assert outcome.drawing == pytest.approx(drawn(films))
    assert outcome.wall >= drawn(films) / cores
    assert outcome.wall >= outcome.driver
    assert outcome.wall >= costs.start + chain
    assert outcome.efficiency + sum(outcome.shares().values()) == pytest.approx(1)
    assert all(share >= -1e-9 for share in outcome.shares().values())


def test_a_slow_driver_bounds_what_many_cores_can_do():
    films = [Film(1.0, [10.0] * 10, frames=500) for _ in range(40)]
    outcome = simulate(films, 400, Costs(frame=0.01))
    assert outcome.wall > 40 * 5
    assert outcome.shares()["tail"] > 0.5
