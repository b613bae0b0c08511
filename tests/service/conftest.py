"""A running service of the module's own, on a fresh database."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.servers import Database
from tests.support.service import Service, serving


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(database, redis_url, tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def desk_key(service: Service) -> str:
    """A key that may do everything but administer, for a trusted publisher."""
    return service.key("read", "ingest", "subscribe", publishers=("Test Desk",), trusted=True)


@pytest.fixture(scope="module")
def client(service: Service, desk_key: str) -> Iterator[httpx.Client]:
    with service.client(desk_key) as client:
        yield client
