"""What tests of every folder share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples every time, however busy the machine.
settings.register_profile("reproducible", deadline=None, derandomize=True)
settings.load_profile("reproducible")


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
    """A trainer's name to a small run of it, recorded once a session."""
    from tests.filming import small_run

    folder = tmp_path_factory.mktemp("runs")
    return lambda trainer: small_run(trainer, folder)


@pytest.fixture(scope="session")
def spiral(recorded):
    """A small run of the spiral's classifier."""
    return recorded("classifier_unwarp")
