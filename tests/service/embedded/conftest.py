"""A data folder for the tests of the embedded servers, made once: a new cluster takes a second."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import embedded
from tests.support.processes import open_folder


@pytest.fixture(scope="session")
def data() -> Iterator[Path]:
    """A data folder in which servers have run and stopped; each test leaves it so."""
    with open_folder() as folder:
        embedded.start(folder).stop()
        yield folder


@pytest.fixture
def spoilt(data: Path) -> Iterator[Path]:
    """A copy of the data folder that a test may break."""
    with open_folder() as copy:
        # cp keeps owners and modes, which copytree does not.
        subprocess.run(["cp", "-a", f"{data}/.", str(copy)], check=True)
        yield copy
