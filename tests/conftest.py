"""What tests of every folder share."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.forking import Forks

# The same examples every time, however busy the machine.
settings.register_profile("reproducible", deadline=None, derandomize=True)
settings.load_profile("reproducible")


# A shell in whose background tests run ignores it, and those that interrupt themselves would wait.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Each of several workers has a processor to itself, and no more.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file with one worker, and so what they share, unless they are marked."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    # The longest first, so that no worker is left with them in the end.
    items.sort(key=lambda item: item.path.parent.name not in ("scenes", "trainers"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-pictures",
        action="store_true",
        help="write the reference pictures anew; look at them before committing",
    )


@pytest.fixture
def update_pictures(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-pictures"))


@pytest.fixture(scope="session", autouse=True)
def runs_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Scenes that record by themselves do not leave toy runs among a person's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EPOCHREEL_RUNS", str(tmp_path_factory.mktemp("runs_of_tests")))
        yield


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory):
    """A trainer's name, and options, to a small run, recorded once a session for all workers."""
    from tests.filming import small_run

    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "recorded"
    folder.mkdir(exist_ok=True)
    return lambda trainer, **options: small_run(trainer, folder, **options)


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """A warm process that forks; the tests of a group share it."""
    forks = Forks(tmp_path_factory.mktemp("forks"))
    yield forks
    forks.close()


@pytest.fixture(scope="session")
def spiral(recorded):
    """A small run of the spiral's classifier."""
    return recorded("classifier_unwarp")
