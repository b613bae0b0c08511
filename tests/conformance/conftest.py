"""A running service of the module's own, which nobody's limits slow down."""

from collections.abc import Iterator

import pytest

from tests.support.servers import Database
from tests.support.service import Service, serving


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    with serving(database, redis_url, folder, INCUMBENT_REQUESTS_PER_MINUTE="1000000000") as service:
        yield service
