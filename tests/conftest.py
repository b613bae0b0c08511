"""What every test may ask for: real servers, a fresh database a module, the shared data, a printed seed.

One start of the embedded servers serves the whole run. Set INCUMBENT_TEST_DATABASE_ADMIN_URL to the URL of a
superuser on another PostgreSQL to run on that instead, INCUMBENT_SEED to repeat a run's randomness.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from service import embedded
from service.embedded.postgres import run_apart
from tests.support import postgres15 as debian
from tests.support.processes import open_folder
from tests.support.servers import Database, PostgresServer, external, flushed_redis, migrate
from tests.support.service import Service, serving

# A loaded machine is slow at everything; that is no reason to fail.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

SEED = int(os.environ.get("INCUMBENT_SEED") or random.SystemRandom().randrange(2**32))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(SEED)


def pytest_report_header() -> str:
    return f"seed: INCUMBENT_SEED={SEED}"


@pytest.fixture
def seed() -> int:
    """The run's seed, for what takes a number."""
    return SEED


@pytest.fixture
def randomness(request: pytest.FixtureRequest) -> random.Random:
    """A generator of its own for each test, the same for the same seed."""
    return random.Random(f"{SEED} {request.node.nodeid}")


@pytest.fixture(scope="session")
def embedded_servers() -> Iterator[embedded.Servers]:
    """Embedded Postgres and Valkey, started once."""
    with open_folder() as data, embedded.start(data) as servers:
        yield servers


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    """The Postgres server of the run."""
    if admin_url := os.environ.get("INCUMBENT_TEST_DATABASE_ADMIN_URL"):
        with external(admin_url) as server:
            yield server
    else:
        servers: embedded.Servers = request.getfixturevalue("embedded_servers")
        yield PostgresServer(admin_url=servers.admin_url, database_url=servers.database_url)


@pytest.fixture(scope="session")
def postgres15() -> Iterator[PostgresServer]:
    """A server of the oldest supported version."""
    if not debian.installed():
        pytest.skip(f"PostgreSQL 15 is not installed: {debian.BINARIES} is missing")
    with open_folder() as data, debian.server(data) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: PostgresServer) -> Iterator[Database]:
    """A migrated database to copy; nobody connects to it."""
    with postgres.database() as database:
        run_apart(migrate(database))
        yield database


@pytest.fixture(scope="session")
def template15(postgres15: PostgresServer) -> Iterator[Database]:
    with postgres15.database() as database:
        run_apart(migrate(database))
        yield database


@pytest.fixture(scope="module")
def database(postgres: PostgresServer, template: Database) -> Iterator[Database]:
    """A fresh, migrated database for the module."""
    with postgres.database(template=template) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def empty_database(postgres: PostgresServer) -> Iterator[Database]:
    """A fresh database for the module, without any migration."""
    with postgres.database() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def database15(postgres15: PostgresServer, template15: Database) -> Iterator[Database]:
    """A fresh, migrated database for the module on the oldest supported version."""
    with postgres15.database(template=template15) as fresh:
        yield fresh


@pytest.fixture(scope="module", params=["database", "database15"])
def each_database(request: pytest.FixtureRequest) -> Database:
    """Like `database`, but the tests that ask for it run on the oldest supported version too."""
    fresh: Database = request.getfixturevalue(request.param)
    return fresh


@pytest.fixture(scope="module")
def redis_url(embedded_servers: embedded.Servers) -> str:
    """A Redis database for the module, with nothing in it."""
    return flushed_redis(embedded_servers.redis_url)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The articles and registers that tests measure against, which are not part of the project."""
    given = os.environ.get("INCUMBENT_SHARED")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip(f"the shared data is missing: {folder} is no folder (set INCUMBENT_SHARED)")
    return folder


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A running service of the module's own, on a fresh database."""
    with serving(database, redis_url, tmp_path_factory.mktemp("service")) as service:
        yield service
