"""Keys and clients of the running service."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.service import Service


@pytest.fixture(scope="module")
def desk_key(service: Service) -> str:
    """A key that may do everything but administer, for a trusted publisher."""
    return service.key("read", "ingest", "subscribe", publishers=("Test Desk",), trusted=True)


@pytest.fixture(scope="module")
def client(service: Service, desk_key: str) -> Iterator[httpx.Client]:
    with service.client(desk_key) as client:
        yield client
