"""What holds for all tests: how many examples they try, and the release that several read."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import mtopendata
from tests.kit.examples import QUICK, THOROUGH, USUAL
from tests.kit.packages import MONTANA

settings.register_profile("quick", max_examples=QUICK)
settings.register_profile("usual", max_examples=USUAL)
settings.register_profile("thorough", max_examples=THOROUGH)
settings.load_profile("quick")


def pytest_collection_finish() -> None:
    """Spare the search for garbage what all the libraries have brought, which stays."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, as the processes that run the tests do not count it."""
    if config.option.markexpr == "not slow":
        terminalreporter.write_line(
            "LEFT OUT: tests that take seconds, and most examples of "
            "those that try many; .ci/run has the line that runs them"
        )


@pytest.fixture(scope="session", autouse=True)
def _dates_of_the_descriptors() -> Iterator[None]:
    """Releases bear the dates of their packages, whatever the surroundings say."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        yield


@pytest.fixture(scope="session")
def own_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of this repository's package with its bag, never to be changed."""
    folder = tmp_path_factory.mktemp("own") / "release"
    assert mtopendata.build(MONTANA, folder, bagit=True).folder == folder
    return folder
